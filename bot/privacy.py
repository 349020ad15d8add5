"""What is held on a person, or came to be in a server: handing it out, and forgetting it.

To forget is a wish that is stored first and dropped last. What runs is stopped; then the wish
takes over the list of what lies at the AI API, our own records go at once, and what is listed is
deleted there one thing after the other (``bot.removal``). A process that dies leaves the wish, and
what the API does not delete stays on it, to be seen in the export.
"""

import json
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.api import routes
from bot.api.routes import Route
from bot.chats import Chats
from bot.errors import Missing, NotFound, VivantError
from bot.jobs import Jobs, lease_of
from bot.parts import Parts
from bot.removal import Removal
from bot.rooms import turn_lease
from bot.store.records import Erasure, Job, Remnant, Scene, now

log = logging.getLogger(__name__)

AFTER_LEAVING = timedelta(days=30)
"""How long a server's records stay after the bot left it."""

UNWRITTEN = frozenset(
    {"version", "token", "token_until", "application_id", "nonce", "webhook_id", "after"}
)
"""Fields that say nothing about a person, or are keys to a message: no export has them."""


class Privacy:
    """Exports, erasures, and the end of what belonged to servers that the bot left."""

    def __init__(self, parts: Parts, jobs: Jobs, chats: Chats) -> None:
        self._api = parts.api
        self._store = parts.store
        self._tasks = parts.tasks
        self._jobs = jobs
        self._chats = chats
        self._removal = Removal(parts.api, parts.store)
        self._under_way: set[str] = set()

    async def export(self, person_id: int) -> bytes:
        """All that is held on a person, as JSON: our records, and their texts at the AI API.

        Raises:
            ApiError: The texts cannot be had for now.
        """
        everything = await self._store.everything_of(person_id)
        kept = {
            kind: [_written(record.model_dump(mode="json")) for record in records]
            for kind, records in everything.items()
        }
        there = [part async for part in self._texts(person_id)]
        kept["option"] = list(await self._store.options.of_owner(person_id))
        whole = {"person": person_id, "written": str(now()), "records": kept, "texts": there}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()

    async def forget_person(self, person_id: int) -> None:
        """Begin to remove all that is held on a person; it goes on by itself to the end."""
        wish = await self._store.erasures.get(Erasure(kind="person", id=person_id))
        wish.ended, wish.listed = None, False
        for remnant in wish.left:
            remnant.kept = False
        await self._store.erasures.save(wish)
        self._launch(wish)

    async def compare(
        self, app_id: int, here: Collection[int], ours: Callable[[int], bool]
    ) -> None:
        """Note which servers an application came to, and had to leave, while nobody looked.

        ``here`` are the servers that it is in; of those that it is not in any more, ``ours`` says
        which this process would know of.
        """
        servers = await self._store.servers.here()
        known = {server.guild_id for server in servers if app_id in server.apps}
        for guild_id in here:
            if guild_id not in known:
                await self.entered(app_id, guild_id)
        for guild_id in known:
            if guild_id not in here and ours(guild_id):
                await self.left(app_id, guild_id)

    async def resume(self) -> None:
        """Take up every open wish, and those of servers that were left long enough ago."""
        for server in await self._store.servers.left_before(now() - AFTER_LEAVING):
            await self._store.erasures.save(Erasure(kind="guild", id=server.guild_id))
        for erasure in await self._store.erasures.all():
            self._launch(erasure)

    async def entered(self, app_id: int, guild_id: int) -> None:
        """Note that an application is in a server; coming back in time keeps what was there."""
        async with self._store.server(guild_id) as server:
            server.apps = sorted({*server.apps, app_id})
            server.left = None

    async def left(self, app_id: int, guild_id: int) -> None:
        """Note that one had to go: after the last, what came to be there is forgotten in time."""
        async with self._store.server(guild_id) as server:
            server.apps = [each for each in server.apps if each != app_id]
            if not server.apps:
                server.left = server.left or now()

    def _launch(self, erasure: Erasure) -> None:
        """Carry out a wish in the background, unless that is being done already."""
        name = f"erasure:{erasure.kind}:{erasure.id}"
        if name not in self._under_way:
            self._under_way.add(name)
            self._tasks.start(self._run(erasure, name), name=name)

    async def _run(self, erasure: Erasure, name: str) -> None:
        try:
            async with self._store.leases.wait(name):
                await self._carry_out(await self._store.erasures.get(erasure))
        except VivantError as error:
            # The wish stays stored, and the next round or process takes it up.
            log.warning("could not erase everything yet: %s", error)
        finally:
            self._under_way.discard(name)

    async def _carry_out(self, wish: Erasure) -> None:
        """Do what can be done now; a wish of which nothing can be done any more has ended."""
        if not wish.listed:
            await self._list(wish)
        if not await self._removal.carry_out(wish):
            log.warning("%d things are yet to be deleted at the AI API", len(wish.left))
        elif wish.left:
            wish.ended = now()
            await self._store.erasures.save(wish)
        else:
            await self._store.erasures.drop(wish)

    async def _list(self, wish: Erasure) -> None:
        """Let the wish take over from our own records, which go."""
        found = await (self._of_person if wish.kind == "person" else self._of_guild)(wish.id)
        known = {(each.kind, each.id) for each in wish.left}
        wish.left += [each for each in found if (each.kind, each.id) not in known]
        await self._store.erasures.save(wish)
        if wish.kind == "person":
            await self._store.forget_person(wish.id)
        elif (await self._store.servers.get(wish.id)).left:
            await self._store.forget_guild(wish.id)
        wish.listed = True
        await self._store.erasures.save(wish)

    async def _of_person(self, person_id: int) -> list[Remnant]:
        """What a person has at the AI API, once none of it changes any more."""
        prompts = await self._stopped(await self._store.jobs.of_owner(person_id))
        prompts += [medium.prompt_id for medium in await self._store.media.of_owner(person_id)]
        chats = await self._silenced(await self._store.scenes.of_owner(person_id))
        characters = await self._store.characters.of_owner(person_id)
        personas = await self._store.personas.of_owner(person_id)
        return [
            *(Remnant(kind="prompt", id=each) for each in dict.fromkeys(filter(None, prompts))),
            *(Remnant(kind="chat", id=each) for each in chats),
            *(Remnant(kind="character", id=each.character_id) for each in characters),
            *(Remnant(kind="persona", id=each.persona_id) for each in personas),
        ]

    async def _of_guild(self, guild_id: int) -> list[Remnant]:
        """What is to go with a server: its scenes. What people made in it stays theirs."""
        if (await self._store.servers.get(guild_id)).left is None:
            return []
        await self._stopped(await self._store.jobs.of_guild(guild_id))
        chats = await self._silenced(await self._store.scenes.of_guild(guild_id))
        return [Remnant(kind="chat", id=each) for each in chats]

    async def _stopped(self, jobs: list[Job]) -> list[str | None]:
        """Stop jobs; returns their prompts."""
        for job in jobs:
            with suppress(NotFound):
                await self._jobs.cancel(job.job_id)
        return [(await self._settled(job)).prompt_id for job in jobs]

    async def _silenced(self, scenes: list[Scene]) -> list[str]:
        """End scenes, and wait until no turn of theirs runs; returns their chats."""
        for scene in scenes:
            if scene.ended is None:
                with suppress(NotFound):
                    await self._chats.end(scene.channel_id)
            async with self._store.leases.wait(turn_lease(scene.channel_id)):
                pass
        return [scene.chat_id for scene in scenes]

    async def _settled(self, job: Job) -> Job:
        """The record of a job once its message is in no process's hands any more."""
        if job.state.ended:
            return job
        async with self._store.leases.wait(lease_of(job)):
            return await self._store.jobs.get(job.job_id) or job

    async def _texts(self, person_id: int) -> AsyncIterator[dict[str, Any]]:
        """The texts of a person that the AI API holds."""
        for character in await self._store.characters.of_owner(person_id):
            path = {"id": character.character_id}
            yield await self._read(routes.GET_CHAT_CHARACTER, path)
        for scene in await self._store.scenes.of_owner(person_id):
            yield await self._read(routes.GET_CHAT, {"chatId": scene.chat_id})

    async def _read(self, route: Route[Any], path: Mapping[str, str]) -> dict[str, Any]:
        try:
            held = await self._api.call(route, path=path)
        except Missing:
            return {**path, "deleted": True}
        return {**path, "held": held.model_dump(mode="json", exclude_none=True)}


def _written(value: Any) -> Any:
    """A record as an export shows it."""
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items() if name not in UNWRITTEN}
    return [_written(each) for each in value] if isinstance(value, list) else value
