"""How fast: the pace of one lane and the budget of all lanes together.

Hides the arithmetic of rate limits. Pure: time comes in as seconds of any steady clock, and
nothing here waits, sends or knows what is sent.
"""

import bisect
import math
from collections import deque
from dataclasses import dataclass

MARGIN = 1.05
START_GAP = 1.1
SMALLEST_GAP = 0.25
MOST_STRAIN = 16.0
STRAIN_EASE = 0.9
STRAIN_MEMORY = 60.0
SECOND = 1.0
CATCH_UP = 0.25
HEADROOM = 50 / 45
"""Discord's limit of 50 requests a second, in budgets of 45."""


@dataclass(slots=True)
class Pace:
    """When one lane may send again.

    Begins at 1.1 s from one request to the next and follows what the rate-limit headers say:
    a bucket of ``limit`` requests per window is used at 1.05 times the gap that would just fit.
    """

    last: float = -math.inf
    barred_until: float = -math.inf
    strain: float = 1.0
    limit: int = 0
    remaining: int = 0
    resets_at: float = -math.inf
    window: float = 0.0

    @property
    def gap(self) -> float:
        """Seconds from the start of one request to the start of the next."""
        if not self.limit:
            return START_GAP * self.strain
        return max(SMALLEST_GAP, MARGIN * self.window / self.limit) * self.strain

    def free_at(self, *, hurried: bool) -> float:
        """The time from which a request may start; may lie in the past.

        A hurried one need not keep the gap where the bucket is known to have room for it; the
        others share what it leaves of the window evenly.
        """
        earliest = self.barred_until
        if self.limit and self.remaining <= 0:
            earliest = max(earliest, self.resets_at)
        if hurried and self.limit and self.strain <= 1.0:
            return earliest
        if self.last == -math.inf:
            return earliest  # nothing was sent yet that a gap could follow
        share = (self.resets_at - self.last) / max(1, self.remaining + 1)
        return max(earliest, self.last + max(self.gap, share))

    def started(self, now: float) -> None:
        """A request starts now and takes one place in the bucket."""
        self.last = now
        if not self.limit:
            return
        if now >= self.resets_at:
            self.remaining, self.resets_at = self.limit, now + self.window
        self.remaining -= 1

    def observed(self, now: float, *, limit: int, remaining: int, reset_after: float) -> None:
        """Take over what the headers of an answer say; ``reset_after`` in seconds."""
        if limit < 1 or reset_after < 0:
            return
        # Only the first request of a window sees the whole window in front of it.
        fresh = remaining >= limit - 1 or limit != self.limit
        self.window = reset_after if fresh else max(self.window, reset_after)
        self.limit, self.remaining, self.resets_at = limit, remaining, now + reset_after

    def refused(self, now: float, retry_after: float) -> None:
        """A 429: nothing before ``retry_after`` seconds, and from then on half as fast.

        Told twice, by the headers and by the error, it counts once: a barred lane sends nothing.
        """
        if now >= self.barred_until:
            self.strain = min(MOST_STRAIN, self.strain * 2)
        self.barred_until = max(self.barred_until, now + retry_after)

    def eased(self) -> None:
        """A request was accepted: a little faster again after an earlier refusal."""
        self.strain = max(1.0, self.strain * STRAIN_EASE)

    @property
    def forgettable_at(self) -> float:
        """The time from which a new lane would behave as this one does."""
        memory = self.last + STRAIN_MEMORY if self.strain > 1.0 else -math.inf
        return max(self.free_at(hurried=False), self.resets_at, memory)


class Budget:
    """How many requests all lanes together may start.

    Requests are spread evenly, and in any second no more than ``per_second`` (rounded up) are let
    through. What starts late, because the process was busy, is made up for: up to a quarter of a
    second's requests may follow each other closely.

    Whoever counts them counts when they arrive. After a hitch on the way many arrive at once, so
    one that takes longer than usual may still be counted as long as it is not answered, and fewer
    start: the limit itself, a ninth above the budget, holds at the other end as well.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._due = -math.inf
        self._barred_until = -math.inf
        self._most_started = max(1, math.ceil(per_second))
        self._most_counted = max(1, math.floor(per_second * HEADROOM))
        self._started: deque[float] = deque(maxlen=self._most_started)
        self._counted: list[float] = []
        self._flying = 0
        self._shortest_trip = math.inf

    @property
    def free_at(self) -> float:
        """The time from which the next request may start; infinite until one is answered."""
        earliest = max(self._due - CATCH_UP, self._barred_until)
        if len(self._started) == self._most_started:
            earliest = max(earliest, self._started[0] + SECOND)
        over = self._flying + len(self._counted) - self._most_counted
        if over < 0:
            return earliest
        if over >= len(self._counted):
            return math.inf
        return max(earliest, self._counted[over] + SECOND)

    def spend(self, now: float) -> None:
        """Count one request that starts now, whether it asked before or not."""
        self._start(now)
        self._count(now, now)

    def depart(self, now: float) -> None:
        """Count one request that starts now, and whose answer will be told."""
        self._start(now)
        self._flying += 1

    def landed(self, started: float, now: float) -> None:
        """The answer to a request that departed at ``started``."""
        self._flying -= 1
        self._shortest_trip = min(self._shortest_trip, now - started)
        self._count(now - self._shortest_trip / 2, now)

    def refused(self, now: float, retry_after: float) -> None:
        """A 429 for everything: nothing before ``retry_after`` seconds."""
        self._barred_until = max(self._barred_until, now + retry_after)

    def _start(self, now: float) -> None:
        # What lies more than a second back shares no second with what follows.
        latest = now + SECOND + CATCH_UP
        self._due = min(max(now, self._due), latest) + SECOND / self.per_second
        self._started.append(now)

    def _count(self, moment: float, now: float) -> None:
        """Remember when a request was counted at the latest."""
        bisect.insort(self._counted, moment)
        del self._counted[: bisect.bisect_right(self._counted, now - SECOND)]
