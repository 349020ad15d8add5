"""One reply of a character over the messages that show it.

A reply is one message at the AI API and, past a message's length, several here. ``Pages`` keeps
the two in step: it grows while the text grows, never touches a page that is full, shrinks when a
shorter candidate is shown, and reports every message it places so that a restart finds it again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Self

from bot.api import Download
from bot.errors import VivantError
from bot.live import Lanes, Sketch, Surface, Urgency
from bot.paging import Pager
from bot.stage import Stage
from bot.store.records import Anchor

PAGE_LIMIT = 1900
"""Characters of a page: Discord's 2,000 less room for a name line and for escaping."""


class ReplyState(StrEnum):
    """What has become of a reply."""

    WRITING = "writing"
    STOPPING = "stopping"
    DONE = "done"
    WITHHELD = "withheld"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplyFrame:
    """One page of a reply as it stands. ``candidate`` counts from one.

    ``first`` marks the page that begins with the name, ``last`` the one that has the controls.
    Who paints it says whether it is ``named`` in its text, which it is not where it speaks under
    its own name, and whether the bot ``hears`` what people write there.
    """

    name: str
    text: str
    state: ReplyState
    first: bool = True
    last: bool = True
    candidate: int = 1
    candidates: int = 1
    error: VivantError | None = None
    named: bool = True
    hears: bool = True


@dataclass(frozen=True, slots=True)
class PhotoFrame:
    """A picture of the moment as it stands. ``since`` is when it was asked for, in Unix seconds.

    ``offers`` are names of what may be done with it (``bot.provenance.offered``).
    """

    name: str
    state: ReplyState
    since: int = 0
    picture: Download | None = None
    candidate: int = 1
    candidates: int = 1
    offers: tuple[str, ...] = ()
    error: VivantError | None = None


class Pages:
    """The messages of one reply, under one name, in one channel; use with ``with``.

    ``anchors`` are those that exist, or the first one to be; the list grows and shrinks with the
    reply, and ``placed`` is awaited whenever one more of its messages exists, until the block
    ends. A page whose end was not shown by then is left as it stands.
    """

    def __init__(
        self,
        stage: Stage,
        lanes: Lanes,
        name: str,
        anchors: list[Anchor],
        placed: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._source: Callable[[], str] = str
        self._state = ReplyState.WRITING
        self._stage = stage
        self._lanes = lanes
        self._name = name
        self._anchors = anchors
        self._placed = placed
        self._pager = Pager(PAGE_LIMIT)
        self._surfaces: list[Surface] = [self._surface(anchor) for anchor in anchors]
        self._sketches: list[Sketch] = []
        self._full = 0
        self._begun = 1
        self._growing: set[Surface] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._placed = None
        for surface in self._growing:
            self._lanes.forget(surface)

    @property
    def shown(self) -> list[int]:
        """The ids of the messages that exist, in order."""
        return [anchor.message_id for anchor in self._anchors if anchor.message_id]

    @property
    def anchor(self) -> Anchor:
        """Its first message."""
        return self._anchors[0]

    @property
    def webhook_id(self) -> int | None:
        """The webhook by which its messages are shown, if it is one."""
        return self._anchors[0].webhook_id

    @property
    def text(self) -> str:
        """What ``follow`` shows by now; nothing before it is called."""
        return self._source()

    def follow(self, source: Callable[[], str], state: ReplyState = ReplyState.WRITING) -> None:
        """Show a growing text, as it is whenever a page's turn comes; call it when it grew.

        Returns at once. ``source`` gives the text; it is asked once per request to the platform.
        """
        self._source, self._state = source, state
        for number in range(self._full, self._begun):
            surface = self._page(number)
            self._growing.add(surface)
            self._lanes.show(surface, self._sketch(number), self._urgency(number))

    def _urgency(self, number: int) -> Urgency:
        if self._anchors[number].message_id is not None:
            return Urgency.PREVIEW
        return Urgency.NEXT if number else Urgency.FIRST

    def _sketch(self, number: int) -> Sketch:
        while len(self._sketches) <= number:
            self._sketches.append(Sketch(partial(self._drawn, len(self._sketches))))
        return self._sketches[number]

    def _drawn(self, number: int) -> ReplyFrame:
        """A page of the growing text; one that is full by now is not drawn again."""
        parts = self._pager.parts(self._source()) or [""]
        self._begun = len(parts)
        if number == self._full < len(parts) - 1:
            self._full += 1
        if number >= len(parts):
            return ReplyFrame(self._name, "", self._state, first=False)
        return self._page_of(parts, number, self._state)

    def _page_of(self, parts: list[str], number: int, state: ReplyState) -> ReplyFrame:
        """A page; one that is full looks as it will in the end, and is not edited again then."""
        first, last = number == 0, number == len(parts) - 1
        return ReplyFrame(
            self._name, parts[number], state if last else ReplyState.DONE, first, last
        )

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
            ShowFailed: Not all of it could be shown.
        """
        parts = self._pager.parts(text) or [""]
        for number in range(len(parts)):
            frame = self._page_of(parts, number, state)
            if frame.last:
                frame = replace(frame, candidate=candidate, candidates=candidates, error=error)
            surface = self._page(number)
            # From here on the end goes out even if nobody waits for it any more.
            self._growing.discard(surface)
            await self._lanes.finish(surface, frame)
        await self._shrink(len(parts))

    async def _shrink(self, count: int) -> None:
        """Remove the messages behind the first ``count``."""
        for surface, anchor in zip(self._surfaces[count:], self._anchors[count:], strict=True):
            self._growing.discard(surface)
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
                after=self._anchors[-1].message_id if first.after else None,
                language=first.language,
            )
            self._anchors.append(anchor)
            self._surfaces.append(self._surface(anchor))
        return self._surfaces[number]

    def _surface(self, anchor: Anchor) -> Surface:
        async def placed(_: Anchor) -> None:
            if self._placed:
                await self._placed()

        return self._stage.surface(anchor, placed)
