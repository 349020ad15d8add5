"""All collections together, on one connection."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, Self

from bot.store import server
from bot.store.conversations import Characters, Personas, Replies, Scenes, Turns
from bot.store.creations import Intentions, Jobs, Media
from bot.store.governance import Audit, Erasures, People, Reports, Servers
from bot.store.leases import Leases
from bot.store.link import Link
from bot.store.options import Options
from bot.store.quotas import Quotas
from bot.store.records import Person, Record, Scene, Server
from bot.store.shelf import Shelf
from bot.tasks import Tasks
from config.settings import Service

RETENTION_DAYS = 90


class Store:
    """The collections, by name; opened with ``Store.open``."""

    def __init__(
        self, link: Link, tasks: Tasks, retention: timedelta, lease_seconds: float
    ) -> None:
        self._link = link
        self.jobs = Jobs(link, retention)
        self.media = Media(link, retention)
        self.intentions = Intentions(link, retention)
        self.scenes = Scenes(link, retention)
        self.turns = Turns(link, retention)
        self.replies = Replies(link, retention)
        self.characters = Characters(link, retention)
        self.personas = Personas(link, retention)
        self.servers = Servers(link, retention)
        self.people = People(link, retention)
        self.audit = Audit(link, retention)
        self.reports = Reports(link, retention)
        self.erasures = Erasures(link, retention)
        self.options = Options(link)
        self.quotas = Quotas(link)
        self.leases = Leases(link, tasks, length=lease_seconds)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, service: Service, tasks: Tasks, *, retention_days: int = RETENTION_DAYS
    ) -> AsyncIterator[Self]:
        """Connect to ``REDIS_URL``, or to the embedded server of ``DATA_DIR``.

        Args:
            service: Says where the records are.
            tasks: Owns the renewals of leases; closes before the store does.
            retention_days: Days that ended jobs, replies and the audit trail are kept.

        Raises:
            StoreDown: No server can be reached or started, or it is older than Redis 7.0.
        """
        async with AsyncExitStack() as stack:
            if service.redis_url:
                url = service.redis_url.get_secret_value()
            else:
                url = await stack.enter_async_context(server.serve(service.data_dir))
            link = await stack.enter_async_context(Link.open(url))
            retention = timedelta(days=retention_days)
            yield cls(link, tasks, retention, service.lease_seconds)

    async def check(self) -> None:
        """Ask the server for a sign of life.

        Raises:
            StoreDown: It gives none.
        """
        await self._link.call("PING")

    @asynccontextmanager
    async def server(self, guild_id: int) -> AsyncIterator[Server]:
        """A server's decisions to be changed, by nobody else meanwhile; saved unless it fails."""
        async with self.leases.wait(f"server:{guild_id}"):
            server = await self.servers.get(guild_id)
            yield server
            await self.servers.save(server)

    @asynccontextmanager
    async def person(self, person_id: int) -> AsyncIterator[Person]:
        """What is known of a person, to be changed as ``server`` is."""
        async with self.leases.wait(f"person:{person_id}"):
            person = await self.people.get(person_id)
            yield person
            await self.people.save(person)

    async def governing(self, guild_id: int, person_id: int) -> tuple[Server, Person]:
        """What a server decided and what is known of a person, in one round trip."""
        server, person = str(guild_id), str(person_id)
        replies = await self._link.look([*self.servers.asked(server), *self.people.asked(person)])
        return (
            await self.servers.answered(server, *replies[:2]) or Server(guild_id=guild_id),
            await self.people.answered(person, *replies[2:]) or Person(person_id=person_id),
        )

    async def everything_of(self, person_id: int) -> dict[str, list[Record]]:
        """All records of a person by kind, newest first: what an export holds."""
        shelves = (*self._owned(), self.erasures)
        return {shelf.kind: await shelf.of_owner(person_id) for shelf in shelves}

    async def forget_person(self, person_id: int) -> None:
        """Remove all records of a person; that they are blocked stays known, and nothing else."""
        person = await self.people.get(person_id)
        for scene in await self.scenes.of_owner(person_id):
            await self._forget_talk(scene)
        for shelf in self._owned():
            await shelf.clear_owner(person_id)
        await self.options.forget(person_id)
        if person.blocked:
            await self.people.save(Person(person_id=person_id, blocked=True))

    async def forget_guild(self, guild_id: int) -> None:
        """Remove what came to be in a server; people's own characters stay, no longer shared."""
        for scene in await self.scenes.of_guild(guild_id):
            await self._forget_talk(scene)
        for character in await self.characters.shared_with(guild_id):
            character.shared_with.remove(guild_id)
            await self.characters.save(character)
        for shelf in (self.scenes, self.jobs, self.audit, self.reports, self.servers):
            await shelf.clear_guild(guild_id)

    async def _forget_talk(self, scene: Scene) -> None:
        """Remove what anybody said, and was answered, in a scene."""
        for turn in await self.turns.of_channel(scene.channel_id):
            await self.turns.drop(turn.turn_id)
        for reply in await self.replies.of_chat(scene.chat_id):
            await self.replies.drop(reply.chat_id, reply.message_id)

    def _owned(self) -> tuple[Shelf[Any], ...]:
        return (
            self.jobs,
            self.media,
            self.intentions,
            self.scenes,
            self.turns,
            self.replies,
            self.characters,
            self.personas,
            self.people,
            self.audit,
            self.reports,
        )
