"""What moderators decided, what is known of people, reports, erasures, and the audit trail.

One class per kind; ``Shelf`` does the work. Lists come newest first unless they say otherwise.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.store.records import Audited, Complaint, Erasure, Person, Server
from bot.store.shelf import Shelf


class Servers(Shelf[Server]):
    """What the moderators of servers decided."""

    kind, model = "server", Server

    def id_of(self, record: Server) -> str:
        return str(record.guild_id)

    def guild_of(self, record: Server) -> int:
        return record.guild_id

    def created_of(self, record: Server) -> datetime | None:
        return record.left

    def indexes_of(self, record: Server) -> Iterable[str]:
        yield self._index("left" if record.left else "here")

    async def get(self, guild_id: int) -> Server:
        """A server's decisions; the defaults if it took none."""
        return await self._one(str(guild_id)) or Server(guild_id=guild_id)

    async def left_before(self, moment: datetime) -> list[Server]:
        """The servers that the bot left before ``moment``."""
        left = await self._listed(self._index("left"))
        return [server for server in left if server.left and server.left < moment]

    async def here(self) -> list[Server]:
        """The servers that are known and that the bot is not known to have left."""
        return await self._listed(self._index("here"))


class People(Shelf[Person]):
    """What the bot knows of people."""

    kind, model = "person", Person

    def id_of(self, record: Person) -> str:
        return str(record.person_id)

    def owner_of(self, record: Person) -> int:
        return record.person_id

    async def get(self, person_id: int) -> Person:
        """What is known of a person; the defaults if nothing is."""
        return await self._one(str(person_id)) or Person(person_id=person_id)


class Audit(Shelf[Audited]):
    """The trail of creates, refusals, reports and take-downs, kept for the retention time."""

    kind, model = "audit", Audited

    def id_of(self, record: Audited) -> str:
        return record.entry_id

    def owner_of(self, record: Audited) -> int:
        return record.person_id

    def guild_of(self, record: Audited) -> int | None:
        return record.guild_id

    def created_of(self, record: Audited) -> datetime:
        return record.at

    def end_of(self, record: Audited) -> datetime:
        return record.at + self._retention

    def indexes_of(self, record: Audited) -> Iterable[str]:  # noqa: ARG002
        yield self._index("all")

    async def add(self, entry: Audited) -> None:
        """Write an entry."""
        await self.save(entry)

    async def recent(self, limit: int) -> list[Audited]:
        """The last ``limit`` entries."""
        return await self._listed(self._index("all"), limit=limit)


class Reports(Shelf[Complaint]):
    """What people reported, as long as moderators may want to act on it."""

    kind, model = "report", Complaint

    def id_of(self, record: Complaint) -> str:
        return record.report_id

    def owner_of(self, record: Complaint) -> int:
        return record.reporter_id

    def guild_of(self, record: Complaint) -> int | None:
        return record.guild_id

    def created_of(self, record: Complaint) -> datetime:
        return record.created

    def end_of(self, record: Complaint) -> datetime:
        return record.created + self._retention

    async def get(self, report_id: str) -> Complaint | None:
        """A report by its id."""
        return await self._one(report_id)


class Erasures(Shelf[Erasure]):
    """Wishes to be forgotten that are not carried out yet, or of which something is left."""

    kind, model = "erasure", Erasure

    def id_of(self, record: Erasure) -> str:
        return f"{record.kind}-{record.id}"

    def created_of(self, record: Erasure) -> datetime:
        return record.created

    def owner_of(self, record: Erasure) -> int | None:
        return record.id if record.kind == "person" else None

    def end_of(self, record: Erasure) -> datetime | None:
        return record.ended + self._retention if record.ended else None

    def indexes_of(self, record: Erasure) -> Iterable[str]:
        if not record.ended:
            yield self._index("open")

    async def get(self, erasure: Erasure) -> Erasure:
        """A wish as it is stored; the given one if it is new."""
        return await self._one(self.id_of(erasure)) or erasure

    async def all(self) -> list[Erasure]:
        """Every one that is to be carried out, oldest first."""
        return (await self._listed(self._index("open")))[::-1]

    async def drop(self, erasure: Erasure) -> None:
        """Forget one that is carried out."""
        await self.delete(self.id_of(erasure))
