"""What the core asks of a chat platform: a surface for a message, and the facts of a place.

``cogs`` implements it for Discord; nothing behind this border knows the platform's library.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.live import Surface
from bot.policy import Asker, Place
from bot.store.records import Anchor, Scene

Placed = Callable[[Anchor], Awaitable[None]]
"""Called once the message of an anchor exists, with its id filled in, before paint returns."""


class Stage(Protocol):
    """A chat platform as the core sees it."""

    async def filtered_note(self, anchor: Anchor) -> str:
        """The words that stand for a sentence left out of a filtered scene, in its language.

        The language is noted on ``anchor``, so it is looked up once for each message.
        """

    def surface(self, anchor: Anchor, placed: Placed | None = None) -> Surface:
        """The message of ``anchor``; a first paint without a message id sends it."""

    def voice(self, scene: Scene, anchors: list[Anchor]) -> AbstractAsyncContextManager[None]:
        """Settle under whose name a scene's character speaks in these messages, for the block.

        Messages that stand keep the name they have; the first that is to be sent is told by which
        webhook, if by any.
        """

    def speaks_as(self, application_id: int | None) -> bool:
        """Whether this is the application that began something; several may share one store."""

    async def place(
        self, channel_id: int, guild_id: int | None, person_id: int | None = None
    ) -> Place:
        """What is true of a channel now, for a person where that matters.

        Facts that cannot be had are unknown (``None``).
        """

    async def asker(self, person_id: int, place: Place) -> Asker:
        """What is known of a person away from any message or interaction of theirs."""

    async def locate(self, anchor: Anchor) -> bool:
        """Whether the message that answers an interaction exists; its id is filled in."""

    async def fetch(self, url: str, *, file_id: int, limit: int) -> bytes:
        """A person's file from the platform's own store, of ``limit`` bytes at most.

        ``url`` has to be the platform's own address of the file with this id.

        Raises:
            Gone: It is no longer there, or the address leads elsewhere.
            BadFile: It is larger.
            Unshown: The platform failed.
        """

    async def typing(self, channel_id: int) -> None:
        """Show for some seconds that something is being written; failing is fine."""

    async def remove(self, anchor: Anchor) -> None:
        """Delete the message; one that is already gone is fine."""
