"""Records of one kind, with their indexes: what all collections have in common.

A record is kept as JSON under its id. Its indexes are sorted sets of ids, newest first, written
in the same atomic step, so a record is in all of its indexes or in none. Reading takes one round
trip. A record that cannot be read is logged without its text and set aside.
"""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from pydantic import ValidationError

from bot.errors import OverLimit
from bot.store import keys, scripts
from bot.store.link import Command, Link
from bot.store.records import Record

RecordT = TypeVar("RecordT", bound=Record)

log = logging.getLogger(__name__)


class Shelf(ABC, Generic[RecordT]):
    """One collection of records. ``retention`` is how long texts and traces of people stay."""

    kind: ClassVar[str]
    model: type[RecordT]

    def __init__(self, link: Link, retention: timedelta) -> None:
        self._link = link
        self._retention = retention

    @abstractmethod
    def id_of(self, record: RecordT) -> str:
        """The id under which a record is kept."""

    def owner_of(self, record: RecordT) -> int | None:  # noqa: ARG002 - for subclasses
        """The person whose record it is, who may have it exported and deleted."""
        return None

    def guild_of(self, record: RecordT) -> int | None:  # noqa: ARG002
        """The server in which it came to be, and with which it goes."""
        return None

    def indexes_of(self, record: RecordT) -> Iterable[str]:  # noqa: ARG002
        """Further index keys under which a record is found."""
        return ()

    def exclusive_of(self, record: RecordT) -> Iterable[str]:  # noqa: ARG002
        """Index keys that lead to one record only: the last one saved under them."""
        return ()

    def created_of(self, record: RecordT) -> datetime | None:  # noqa: ARG002
        """When a record came to be, by which lists are ordered."""
        return None

    def end_of(self, record: RecordT) -> datetime | None:  # noqa: ARG002
        """When a record is forgotten by itself; None: never."""
        return None

    async def save(self, record: RecordT) -> None:
        """Store a record, new or changed, and put it under its indexes."""
        await self._save(record)

    async def of_owner(
        self, owner_id: int, *, offset: int = 0, limit: int | None = None
    ) -> list[RecordT]:
        """A person's records, newest first."""
        return await self._listed(self._index("owner", owner_id), offset=offset, limit=limit)

    async def of_guild(
        self, guild_id: int, *, offset: int = 0, limit: int | None = None
    ) -> list[RecordT]:
        """A server's records, newest first."""
        return await self._listed(self._index("guild", guild_id), offset=offset, limit=limit)

    async def clear_owner(self, owner_id: int) -> None:
        """Remove a person's records."""
        await self._clear(self._index("owner", owner_id))

    async def clear_guild(self, guild_id: int) -> None:
        """Remove a server's records."""
        await self._clear(self._index("guild", guild_id))

    async def delete(self, record_id: str) -> None:
        """Remove a record from everywhere; none there is fine."""
        await self._link.script(scripts.REMOVE, [keys.record(self.kind, record_id)], [record_id])

    async def _save(self, record: RecordT, *, counted: str = "", most: int = 0) -> bool:
        """Store ``record`` unless it is new and the index ``counted`` holds ``most`` already."""
        record_id = self.id_of(record)
        exclusive = list(self.exclusive_of(record))
        indexes = [*self._common_of(record), *self.indexes_of(record), *exclusive]
        created, end = self.created_of(record), self.end_of(record)
        return bool(
            await self._link.script(
                scripts.SAVE,
                [keys.record(self.kind, record_id)],
                [
                    record_id,
                    record.model_dump_json(),
                    _milliseconds(created) if created else 0,
                    _milliseconds(end) if end else "",
                    json.dumps(indexes),
                    json.dumps(exclusive),
                    keys.records(self.kind),
                    counted,
                    most,
                ],
            )
        )

    def _index(self, by: str, value: object = "") -> str:
        return keys.index(self.kind, by, value)

    def _common_of(self, record: RecordT) -> Iterable[str]:
        owner, guild = self.owner_of(record), self.guild_of(record)
        if owner is not None:
            yield self._index("owner", owner)
        if guild is not None:
            yield self._index("guild", guild)

    async def _save_within(self, record: RecordT, counted: str, most: int) -> None:
        if not await self._save(record, counted=counted, most=most):
            raise OverLimit(self.kind, most)

    def asked(self, record_id: str) -> list[Command]:
        """What is sent to read a record, for those who read several kinds in one round trip."""
        key = keys.record(self.kind, record_id)
        return [("EXISTS", key), ("HGET", key, "json")]

    async def answered(self, record_id: str, there: int, text: str | None) -> RecordT | None:
        """The record in the replies to ``asked``, if there is a readable one."""
        return await self._understood(record_id, text) if there else None

    async def _one(self, record_id: str) -> RecordT | None:
        return await self.answered(record_id, *await self._link.look(self.asked(record_id)))

    async def _newest(self, index: str) -> RecordT | None:
        return next(iter(await self._listed(index, limit=1)), None)

    async def _listed(
        self, index: str, *, offset: int = 0, limit: int | None = None
    ) -> list[RecordT]:
        """The records under ``index``, newest first; ``offset`` and ``limit`` count records."""
        if limit == 0:
            return []
        last = -1 if limit is None else offset + limit - 1
        prefix = keys.records(self.kind)
        rows = await self._link.script(scripts.LIST, [index], [prefix, offset, last])
        pairs = zip(rows[::2], rows[1::2], strict=True)
        found = [await self._understood(record_id, text) for record_id, text in pairs]
        return [record for record in found if record is not None]

    async def _clear(self, index: str) -> None:
        (ids,) = await self._link.look([("ZRANGE", index, 0, -1)])
        for record_id in ids or ():
            await self.delete(record_id)
        await self._link.call("DEL", index)

    async def _count(self, index: str) -> int:
        (count,) = await self._link.look([("ZCARD", index)])
        return int(count or 0)

    async def _understood(self, record_id: str, text: str | None) -> RecordT | None:
        try:
            return self.model.model_validate_json(text or "")
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)
        await self._set_aside(record_id, [".".join(map(str, item["loc"])) for item in wrong])
        return None

    async def _set_aside(self, record_id: str, wrong: Sequence[str]) -> None:
        """Move a record away; ``wrong`` names its fields, for its text is nobody's business."""
        fields = ", ".join(filter(None, wrong)) or "not a record"
        log.error("set aside the unreadable %s %s: %s", self.kind, record_id, fields)
        source, target = keys.record(self.kind, record_id), keys.lost(self.kind, record_id)
        stay = int(keys.LOST.total_seconds() * 1000)
        await self._link.script(scripts.SET_ASIDE, [source, target], [record_id, stay])


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
