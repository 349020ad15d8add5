"""A reply while it is being written: heard, screened, shown, and stopped where somebody says so.

A reply that is stopped is heard to its end all the same, because the API writes it to its end;
what stood here at that moment is noted, and the turn cuts it down to that there too.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from time import monotonic

from bot.api.models.events import ChatEvent, Complete, Init, Token
from bot.draft import Draft, Filter
from bot.errors import StreamBroken
from bot.paging import may_paint
from bot.replies import Pages, ReplyState
from bot.store.records import Turn

LOOK_SECONDS = 0.05
"""Seconds between two looks at a growing reply: far below what a message's pace shows."""

READS_A_SECOND = 2000
"""Reads a second of all replies that are being written: one alone is read as it comes, each of
fifty every 25 ms, so that reading costs the same however many there are."""


def pause_between_reads(replies: int) -> float:
    """Seconds in which tokens may gather unread while so many replies are being written."""
    return max(1, replies) / READS_A_SECOND


class Listening:
    """One turn's reply on its way into its pages; ``save`` stores the turn."""

    def __init__(
        self, turn: Turn, pages: Pages, filtering: Filter, save: Callable[[Turn], Awaitable[None]]
    ) -> None:
        self._turn = turn
        self._pages = pages
        self._draft = Draft(filtering, before=turn.text)
        self._save = save
        self._raw: list[str] = []
        self._growing = False
        self._stopped = False

    async def hear(self, events: AsyncGenerator[ChatEvent, None]) -> str:
        """The whole text; until it is there, what may be shown of it is shown.

        ``events`` stays open, for whoever wants to hear the rest of a reply that is denied.

        Raises:
            Denied: The screen for minors found something; nothing of the reply may stand.
            StreamBroken: The stream ended without its end.
        """
        turn = self._turn
        began = looked = monotonic()
        async for event in events:
            match event:
                case Init():
                    turn.message_id = event.assistant_message_id or turn.message_id
                    turn.user_message_id = event.user_message_id or turn.user_message_id
                case Token() if turn.kept is None:
                    self._raw.append(event.text)
                    self._draft.feed(event.text)
                    if (now := monotonic()) - looked >= LOOK_SECONDS:
                        looked = now
                        self._show(now - began)
                    if self._stopped:
                        await self._keep()
                case Complete():
                    return event.text or turn.kept or "".join(self._raw)
        raise StreamBroken(turn.kind, self._draft.text)

    async def stop(self) -> None:
        """Show no more of it; one of which nothing can be shown yet stops when something can."""
        self._stopped = True
        await self._keep()

    def _show(self, age: float) -> None:
        if self._growing or may_paint(len(self._text()), age):
            self._growing = True
            self._pages.follow(self._text)

    def _text(self) -> str:
        return self._draft.text

    async def _keep(self) -> None:
        """Note what is kept; from then on the reply only runs to its end."""
        text = self._draft.text
        kept = "".join(self._raw)[: self._draft.released].rstrip()
        if self._turn.kept is not None or not kept:
            return
        self._turn.kept = kept
        self._pages.follow(lambda: text, ReplyState.STOPPING)
        await self._save(self._turn)
