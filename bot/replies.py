"""One reply of a character over the messages that show it.

A reply is one message at the AI API and, past a message's length, several here. ``Pages`` keeps
the two in step: it grows while the text grows, never touches a page that is full, shrinks when a
shorter candidate is shown, and reports every message it places so that a restart finds it again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.api import Download
from bot.errors import VivantError
from bot.live import Lanes, Surface, Urgency
from bot.paging import split
from bot.stage import Stage
from bot.store.records import Anchor

PAGE_LIMIT = 1900
"""Characters of a page: Discord's 2,000 less room for a name line and for escaping."""


class ReplyState(StrEnum):
    """What has become of a reply."""

    WRITING = "writing"
    STOPPING = "stopping"
    DONE = "done"
    BROKEN = "broken"
    WITHHELD = "withheld"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplyFrame:
    """One page of a reply as it stands. ``candidate`` counts from one.

    ``first`` marks the page that begins with the name, ``last`` the one that has the controls.
    """

    name: str
    text: str
    state: ReplyState
    first: bool = True
    last: bool = True
    candidate: int = 1
    candidates: int = 1
    error: VivantError | None = None


@dataclass(frozen=True, slots=True)
class PhotoFrame:
    """A picture of the moment as it stands. ``since`` is when it was asked for, in Unix seconds."""

    name: str
    state: ReplyState
    since: int = 0
    picture: Download | None = None
    candidate: int = 1
    candidates: int = 1
    error: VivantError | None = None


class Pages:
    """The messages of one reply, under one name, in one channel.

    ``anchors`` are those that exist, or the first one to be; the list grows and shrinks with the
    reply, and ``placed`` is awaited whenever one more of its messages exists.
    """

    def __init__(
        self,
        stage: Stage,
        lanes: Lanes,
        name: str,
        anchors: list[Anchor],
        placed: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.text = ""
        self._stage = stage
        self._lanes = lanes
        self._name = name
        self._anchors = anchors
        self._placed = placed
        self._surfaces: list[Surface] = [self._surface(anchor) for anchor in anchors]

    @property
    def shown(self) -> list[int]:
        """The ids of the messages that exist, in order."""
        return [anchor.message_id for anchor in self._anchors if anchor.message_id]

    @property
    def webhook_id(self) -> int | None:
        """The webhook by which all of its messages are shown, if it is one."""
        return self._anchors[0].webhook_id

    def write(self, text: str, state: ReplyState = ReplyState.WRITING) -> None:
        """Show a text that is still growing; returns at once."""
        self.text = text
        parts = split(text, PAGE_LIMIT)
        for number, part in enumerate(parts):
            surface = self._page(number)
            placed = self._anchors[number].message_id is not None
            first, last = number == 0, number == len(parts) - 1
            frame = ReplyFrame(self._name, part, state, first, last)
            self._lanes.show(surface, frame, Urgency.PREVIEW if placed else Urgency.FIRST)

    async def settle(
        self,
        text: str,
        state: ReplyState,
        candidate: int = 1,
        candidates: int = 1,
        *,
        error: VivantError | None = None,
    ) -> None:
        """Show the reply's end and wait until all of it stands; pages too many are removed.

        Raises:
            Gone: The messages, or the channel, are no more.
        """
        parts = split(text, PAGE_LIMIT) or [""]
        for number, part in enumerate(parts):
            first, last = number == 0, number == len(parts) - 1
            frame = ReplyFrame(self._name, part, state, first, last, candidate, candidates, error)
            await self._lanes.finish(self._page(number), frame)
        await self._shrink(len(parts))

    async def _shrink(self, count: int) -> None:
        """Remove the messages behind the first ``count``."""
        for surface, anchor in zip(self._surfaces[count:], self._anchors[count:], strict=True):
            self._lanes.forget(surface)
            await self._stage.remove(anchor)
        del self._surfaces[count:], self._anchors[count:]

    def _page(self, number: int) -> Surface:
        while len(self._surfaces) <= number:
            first = self._anchors[0]
            nonce = f"{first.nonce}.{len(self._anchors)}" if first.nonce else None
            anchor = Anchor(
                channel_id=first.channel_id,
                guild_id=first.guild_id,
                nonce=nonce,
                webhook_id=first.webhook_id,
            )
            self._anchors.append(anchor)
            self._surfaces.append(self._surface(anchor))
        return self._surfaces[number]

    def _surface(self, anchor: Anchor) -> Surface:
        async def placed(_: Anchor) -> None:
            if self._placed:
                await self._placed()

        return self._stage.surface(anchor, placed)
