"""What goes out next, and when: the decisions behind the lanes.

Pure: knows surfaces, frames and seconds, never a socket, a task or the time of day. ``offer``
takes what somebody wants to show, ``take`` gives out what is to be sent now, ``wakes_at`` says
when to ask again, and ``sent`` or ``failed`` bring back what became of it.

Invariants, each held by a property test: at most one request in flight per lane; a frame is never
followed by an older one of its surface; within a lane a more urgent frame goes first, and of
equally urgent ones the one that waited longest; all lanes that cost it stay within the budget.
"""

import heapq
import itertools
import logging
import math
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Gone, ShowFailed, Throttled, Unfit
from bot.live.frames import Pending, Sketch, Surface, Tell, Urgency
from bot.live.pace import Budget, Pace

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 9
LONGEST_PAUSE = 30.0


@dataclass(slots=True, eq=False)
class _Stream:
    """What is known of a surface from its first frame until it is finished or forgotten."""

    lane: "_Lane"
    shown: Any = field(default_factory=object)
    pending: Pending | None = None
    flight: Pending | None = None
    gone: Gone | None = None
    ended: bool = False


@dataclass(slots=True, eq=False)
class _Lane:
    key: str
    pace: Pace = field(default_factory=Pace)
    pending: dict[Surface, Pending] = field(default_factory=dict)
    busy: bool = False
    ticket: int = 0

    def free_at(self, pending: Pending) -> float:
        return max(self.pace.free_at(hurried=pending.urgency.hurried), pending.not_before)

    def head(self, now: float) -> Pending | None:
        """The frame that goes next, if the lane may send now."""
        free = [one for one in self.pending.values() if self.free_at(one) <= now]
        return min(free, key=lambda one: (one.urgency, one.since), default=None)

    def changes_at(self, now: float) -> float | None:
        """When another frame becomes free, or, with none left, when the lane may be dropped."""
        if not self.pending:
            return self.pace.forgettable_at
        times = map(self.free_at, self.pending.values())
        return min((at for at in times if at > now), default=None)


class Schedule:
    """All lanes and streams; see the module's docstring."""

    def __init__(self, budget: float) -> None:
        self._budget = Budget(budget)
        self._lanes: dict[str, _Lane] = {}
        self._streams: dict[Surface, _Stream] = {}
        # A lane stands in these queues under its newest ticket; older ones are void.
        self._tickets = itertools.count(1)
        self._later: list[tuple[float, int, _Lane]] = []
        self._charged: list[tuple[int, float, int, _Lane]] = []
        self._uncharged: list[tuple[int, float, int, _Lane]] = []

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def awaits(self, surface: Surface, frame: Any, urgency: Urgency) -> bool:
        """Whether this very frame waits already, as urgently: offering it would change nothing."""
        stream = self._streams.get(surface)
        waiting = stream.pending if stream else None
        return waiting is not None and waiting.frame is frame and waiting.urgency <= urgency

    def offer(
        self, surface: Surface, frame: Any, urgency: Urgency, now: float, tell: Tell | None = None
    ) -> None:
        """Make ``frame`` the newest of ``surface``; one with a ``tell`` ends its stream.

        A frame that replaces one still waiting takes over its place and, if higher, its urgency.
        """
        offered = Pending(surface, frame, urgency, now, now, [tell] if tell else [])
        stream = self._streams.get(surface)
        if stream is None:
            stream = self._streams[surface] = _Stream(self._lane(surface.lane))
        stream.ended = tell is not None
        if stream.gone:
            offered.settle(stream.gone)
        elif stream.flight is None and frame == stream.shown:
            self._withdraw(stream, now, None)
            offered.settle(None)
        elif stream.pending is None:
            self._enqueue(stream, offered, now)
        else:
            self._renew(stream, stream.pending, offered, now)
        self._close_if_ended(surface, stream)

    def forget(self, surface: Surface, now: float) -> None:
        """End the stream of ``surface``: what is pending will not be shown."""
        if stream := self._streams.get(surface):
            self._withdraw(stream, now, Gone("forgotten"))
            stream.ended = True
            self._close_if_ended(surface, stream)

    def thin(self, now: float) -> None:
        """Drop every pending frame that nobody waits for."""
        for stream in self._streams.values():
            if stream.pending and not stream.pending.tells:
                self._withdraw(stream, now, None)

    def take(self, now: float) -> Pending | None:
        """The frame to send now, counted as sent from here on; ``None``: nothing may go now."""
        self._ripen(now)
        while queued := self._next_lane(now):
            lane, head = queued
            if head.surface.lane != lane.key:
                self._move(lane, head, now)
                continue
            if self._is_worth_sending(head, now):
                return self._depart(lane, head, now)
        return None

    def _is_worth_sending(self, head: Pending, now: float) -> bool:
        """Draw a sketch; one that cannot be drawn, or shows what stands, is not sent."""
        if not isinstance(head.frame, Sketch):
            return True
        stream, error = self._streams[head.surface], None
        try:
            head.frame = head.frame.draw()
        except Exception as mistake:
            log.exception("a frame could not be drawn")
            error = Unfit(repr(mistake))
        if error is None and head.frame != stream.shown:
            return True
        self._withdraw(stream, now, error)
        self._close_if_ended(head.surface, stream)
        return False

    def _depart(self, lane: _Lane, head: Pending, now: float) -> Pending:
        stream = self._streams[head.surface]
        stream.pending, stream.flight = None, lane.pending.pop(head.surface)
        lane.busy = True
        lane.pace.started(now)
        if head.surface.costs_budget:
            head.departed = now
            self._budget.depart(now)
        return head

    def wakes_at(self) -> float | None:
        """When to ``take`` again if nothing else happens before; ``None``: no need."""
        times = [self._later[0][0]] if self._later else []
        if self._charged and (free_at := self._budget.free_at) < math.inf:
            times.append(free_at)
        return min(times, default=None)

    def sent(self, flight: Pending, now: float) -> None:
        """``flight`` stands."""
        stream = self._landed(flight, now)
        stream.lane.pace.eased()
        stream.shown = flight.frame
        flight.settle(None)
        if stream.pending and stream.pending.frame == stream.shown:
            self._withdraw(stream, now, None)
        self._close_if_ended(flight.surface, stream)
        self._place(stream.lane, now)

    def failed(self, flight: Pending, error: BaseException, now: float) -> None:
        """``flight`` was not shown; it goes again unless that is hopeless or was tried enough."""
        stream = self._landed(flight, now)
        lane = stream.lane
        stream.shown = object()
        flight.attempts += 1
        if isinstance(error, Throttled):
            lane.pace.refused(now, error.retry_after)
        if isinstance(error, Gone):
            stream.gone = error
            self._withdraw(stream, now, error)
        if self._worth_repeating(stream, flight, error):
            self._repeat(stream, flight, now)
        else:
            flight.settle(error)
        self._close_if_ended(flight.surface, stream)
        self._place(lane, now)

    def observe(
        self, lane: str, now: float, *, limit: int, remaining: int, reset_after: float
    ) -> None:
        """Take over the rate-limit headers of a request that fell into ``lane``."""
        if known := self._lanes.get(lane):
            known.pace.observed(now, limit=limit, remaining=remaining, reset_after=reset_after)
            self._place(known, now)

    def throttled(self, lane: str | None, retry_after: float, now: float) -> None:
        """A 429 that no surface raised; ``None``: the limit of all requests together."""
        if lane is None:
            self._budget.refused(now, retry_after)
        elif known := self._lanes.get(lane):
            known.pace.refused(now, retry_after)
            self._place(known, now)

    def spend(self, now: float) -> None:
        """Count one request made outside the lanes."""
        self._budget.spend(now)

    def afford(self, now: float) -> bool:
        """Count one request made outside the lanes if it fits into the budget now."""
        fits = self._budget.free_at <= now
        if fits:
            self._budget.spend(now)
        return fits

    def _lane(self, key: str) -> _Lane:
        return self._lanes.setdefault(key, _Lane(key))

    def _enqueue(self, stream: _Stream, pending: Pending, now: float) -> None:
        # While one of its frames is in flight a stream stays in that lane, which is busy: so no
        # newer frame can overtake it elsewhere.
        if stream.flight is None:
            stream.lane = self._lane(pending.surface.lane)
        stream.pending = stream.lane.pending[pending.surface] = pending
        self._place(stream.lane, now)

    def _renew(self, stream: _Stream, pending: Pending, newer: Pending, now: float) -> None:
        pending.frame = newer.frame
        pending.tells += newer.tells
        if newer.urgency < pending.urgency:
            pending.urgency = newer.urgency
            self._place(stream.lane, now)

    def _withdraw(self, stream: _Stream, now: float, error: BaseException | None) -> None:
        if pending := stream.pending:
            stream.pending = None
            del stream.lane.pending[pending.surface]
            pending.settle(error)
            self._place(stream.lane, now)

    def _landed(self, flight: Pending, now: float) -> _Stream:
        if flight.departed is not None:
            self._budget.landed(flight.departed, now)
            flight.departed = None
        stream = self._streams[flight.surface]
        stream.flight = None
        stream.lane.busy = False
        return stream

    def _worth_repeating(self, stream: _Stream, flight: Pending, error: BaseException) -> bool:
        if isinstance(error, Gone | Unfit) or not isinstance(error, ShowFailed):
            return False
        forgotten = stream.ended and not flight.tells and stream.pending is None
        return flight.attempts < MOST_ATTEMPTS and not forgotten

    def _repeat(self, stream: _Stream, lost: Pending, now: float) -> None:
        lost.not_before = now + min(LONGEST_PAUSE, 2.0 ** (lost.attempts - 1))
        if stream.pending:
            stream.pending.absorb(lost)
        else:
            self._enqueue(stream, lost, now)

    def _close_if_ended(self, surface: Surface, stream: _Stream) -> None:
        if stream.ended and not (stream.pending or stream.flight):
            del self._streams[surface]

    def _move(self, lane: _Lane, pending: Pending, now: float) -> None:
        del lane.pending[pending.surface]
        self._place(lane, now)
        self._enqueue(self._streams[pending.surface], pending, now)

    def _place(self, lane: _Lane, now: float) -> None:
        """Put ``lane`` into the queues where it belongs as of now."""
        lane.ticket = next(self._tickets)
        if lane.busy:
            return
        if head := lane.head(now):
            queue = self._charged if head.surface.costs_budget else self._uncharged
            heapq.heappush(queue, (head.urgency.rank, head.since, lane.ticket, lane))
        changes_at = lane.changes_at(now)
        if changes_at is not None:
            heapq.heappush(self._later, (changes_at, lane.ticket, lane))

    def _ripen(self, now: float) -> None:
        """Look again at the lanes whose time has come; drop those with nothing to remember."""
        while self._later and (self._later[0][0] <= now or _void(self._later[0])):
            _, ticket, lane = heapq.heappop(self._later)
            if ticket != lane.ticket:
                continue
            if lane.pending or lane.busy:
                self._place(lane, now)
            else:
                del self._lanes[lane.key]

    def _next_lane(self, now: float) -> tuple[_Lane, Pending] | None:
        """The lane whose turn it is, out of its queue, and its most urgent frame."""
        for queue in (self._uncharged, self._charged):
            while queue and _void(queue[0]):
                heapq.heappop(queue)
            open_now = queue is self._uncharged or self._budget.free_at <= now
            if queue and open_now:
                lane = heapq.heappop(queue)[-1]
                if head := lane.head(now):
                    return lane, head
        return None


def _void(entry: tuple[Any, ...]) -> bool:
    *_, ticket, lane = entry
    return bool(ticket != lane.ticket)
