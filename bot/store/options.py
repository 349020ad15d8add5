"""Cached values with an end of their own: lists for autocomplete, the hash of the commands."""

import json
import logging
from contextlib import suppress

from pydantic import JsonValue

from bot.store import keys, scripts
from bot.store.link import Link

log = logging.getLogger(__name__)


class Options:
    """Values that may be lost without harm, because they can be had again."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, key: str) -> JsonValue:
        """The value under ``key``; None if it is not there, has ended, or cannot be read."""
        (text,) = await self._link.look([("GET", keys.option(key))])
        if text is None:
            return None
        with suppress(ValueError):
            value: JsonValue = json.loads(text)
            return value
        log.error("ignored the unreadable option %s", key)
        return None

    async def put(self, key: str, value: JsonValue, seconds: float | None = None) -> None:
        """Keep ``value`` for ``seconds``; None keeps it until it is replaced."""
        text = json.dumps(value)
        if seconds is None:
            await self._link.call("SET", keys.option(key), text)
        else:
            await self._link.call("SET", keys.option(key), text, "PX", int(seconds * 1000))

    async def put_of(self, owner_id: int, key: str, value: JsonValue, seconds: float) -> None:
        """Keep a value that belongs to a person, and goes with them."""
        owned, length = keys.options_of(owner_id), int(seconds * 1000)
        text = json.dumps(value)
        await self._link.script(scripts.PUT_OWNED, [owned], [keys.option(key), text, length])

    async def of_owner(self, owner_id: int) -> list[JsonValue]:
        """The values of a person that are still kept."""
        names = await self._link.call("SMEMBERS", keys.options_of(owner_id))
        texts = await self._link.look([("GET", name) for name in sorted(names)]) if names else []
        return [json.loads(text) for text in texts if text is not None]

    async def forget(self, owner_id: int) -> None:
        """Remove the values of a person."""
        owned = keys.options_of(owner_id)
        await self._link.call("DEL", owned, *await self._link.call("SMEMBERS", owned))
