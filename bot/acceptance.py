"""The time between a wish that was accepted and its message, in which only one process may act."""

import asyncio
from contextlib import suppress

from bot.sheets import Sheet

SHOWN_WITHIN = 15.0
"""Seconds in which whoever accepts a job shows that; after them its message is looked for."""


class Acceptance:
    """The time between a wish and its message: the message is ``held`` by who is to show it."""

    def __init__(self) -> None:
        self.held = asyncio.Event()
        self._settled = asyncio.Event()
        self._sheet: Sheet | None = None

    def settle(self, sheet: Sheet | None = None) -> None:
        """The message exists, as ``sheet``; or nothing came of it."""
        self._sheet = sheet
        self._settled.set()

    async def settled(self) -> Sheet | None:
        """The message, once it exists; None if nobody can tell, or nothing came of it."""
        self.held.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(SHOWN_WITHIN):
                await self._settled.wait()
        return self._sheet
