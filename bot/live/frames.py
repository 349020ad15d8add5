"""The words of live messages: what is painted, how urgent it is, and onto what."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

Tell = Callable[[BaseException | None], None]


class Urgency(IntEnum):
    """The order inside a lane; lower goes sooner."""

    FINAL = 0
    ERROR = 1
    FIRST = 2
    CONTROL = 3
    PROGRESS = 4
    NEXT = 5
    PREVIEW = 6

    @property
    def rank(self) -> int:
        """The order between lanes.

        Frames that come again and again share what is left in the order they waited; those that
        come once per stream go before them and are too few to starve them.
        """
        if self <= Urgency.ERROR:
            return 0
        return 1 if self <= Urgency.CONTROL else 2

    @property
    def passing(self) -> bool:
        """Whether something newer is sure to follow, so that it need not be shown."""
        return self >= Urgency.PROGRESS

    @property
    def hurried(self) -> bool:
        """Whether it may use what room the bucket still has instead of keeping the pace.

        The next message of a reply may, for it goes on where the one before is full; but it shares
        the budget like a preview: waiting a little, it holds more when it comes.
        """
        return self <= Urgency.FIRST or self is Urgency.NEXT


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A frame that is drawn when its turn comes, so that it is the newest and costs nothing before.

    ``draw`` is quick and never waits. Offering the same sketch again costs next to nothing.
    """

    draw: Callable[[], Any]


class Surface(Hashable, Protocol):
    """One message that can be painted; equal surfaces are the same message."""

    @property
    def lane(self) -> str:
        """The rate-limit bucket its next request falls into; may change while it lives."""

    @property
    def costs_budget(self) -> bool:
        """False where requests do not count towards the limit of all requests together."""

    @property
    def takes_previews(self) -> bool:
        """False where the platform allows so few edits that only what matters should be shown."""

    async def paint(self, frame: Any) -> None:
        """Bring ``frame`` onto the platform with one request; repeating it must do no harm.

        Raises:
            Gone: It, its channel, or our permission is no more; the stream ends.
            Throttled: A rate limit refused it; shown again later, and the lane slows down.
            Unshown: The platform failed, or the surface changed lanes; shown again later.
        """


@dataclass(slots=True, eq=False)
class Pending:
    """A frame on its way: replaced by newer ones until it is taken, drawn and fixed from then on.

    ``tells`` are called once, with ``None`` when the frame or a newer one stands, or with the
    error that ended it. ``departed`` is when it began to be sent, if that costs budget.
    """

    surface: Surface
    frame: Any
    urgency: Urgency
    since: float
    not_before: float
    tells: list[Tell]
    attempts: int = 0
    departed: float | None = None

    def settle(self, error: BaseException | None) -> None:
        for tell in self.tells:
            tell(error)
        self.tells = []

    def absorb(self, other: "Pending") -> None:
        """Stand in for ``other`` as well: with its urgency, its place and its tells."""
        self.urgency = min(self.urgency, other.urgency)
        self.since = min(self.since, other.since)
        self.not_before = max(self.not_before, other.not_before)
        self.attempts = max(self.attempts, other.attempts)
        self.tells = other.tells + self.tells
