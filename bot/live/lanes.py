"""Sending: takes what the schedule gives out, paints it, and reports back.

Hides tasks and timers. There is one task per request in flight, one timer for all lanes, and
nothing at all while nobody shows anything.
"""

import asyncio
import logging
from functools import partial
from typing import Any, Self

from bot.errors import ShowFailed, Unshown
from bot.live.frames import Pending, Surface, Urgency
from bot.live.schedule import Schedule
from bot.tasks import Tasks

log = logging.getLogger(__name__)

PATIENCE = 300.0
GRACE = 5.0


class Lanes:
    """Every live message of the process; use with ``async with``.

    A stream is what is shown on one surface; it begins with the first frame and ends with
    ``finish`` or ``forget``, one of which must be called.

    Args:
        tasks: Owner of the requests in flight.
        budget: Requests a second that all lanes together may start, sends included.
    """

    def __init__(self, tasks: Tasks, *, budget: float = 45.0) -> None:
        self._tasks = tasks
        self._schedule = Schedule(budget)
        self._finals: set[asyncio.Future[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at: float | None = None
        self._closed = False
        self._stopped = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    def show(self, surface: Surface, frame: Any, urgency: Urgency) -> None:
        """Show ``frame`` as soon as its turn comes, unless a newer one comes first.

        Returns at once. Frames are compared and must not change once shown: one equal to what
        stands is not sent. A ``Sketch`` is drawn at the moment when it is sent. When the message
        is gone, frames are dropped; ``finish`` tells.
        """
        if self._closed or (urgency.passing and not surface.takes_previews):
            return
        if not self._schedule.awaits(surface, frame, urgency):
            self._schedule.offer(surface, frame, urgency, self._now())
            self._pump()

    async def finish(self, surface: Surface, frame: Any, urgency: Urgency = Urgency.FINAL) -> None:
        """Show the last frame of a stream and return when it, or a newer one, stands.

        What fails for the moment is repeated for about two minutes. If the caller is cancelled,
        the frame still goes out.

        Raises:
            Gone: The message, its channel or our permission is no more, or it was forgotten.
            Throttled, Unshown: Not shown in that time, or the process is closing.
        """
        if self._closed:
            raise Unshown("closing")
        stands = asyncio.get_running_loop().create_future()
        self._finals.add(stands)
        stands.add_done_callback(self._over)
        self._schedule.offer(surface, frame, urgency, self._now(), partial(_settle, stands))
        self._pump()
        await asyncio.shield(stands)

    def forget(self, surface: Surface) -> None:
        """End a stream without a last frame; what is pending will not be shown."""
        self._schedule.forget(surface, self._now())
        self._pump()

    def observe(self, lane: str, *, limit: int, remaining: int, reset_after: float) -> None:
        """Learn the pace from ``X-RateLimit-*`` headers of an edit or send in ``lane``.

        Call it for these two kinds of request only: other routes have buckets of their own.
        """
        now = self._now()
        self._schedule.observe(lane, now, limit=limit, remaining=remaining, reset_after=reset_after)
        self._pump()

    def throttled(self, lane: str | None, *, retry_after: float) -> None:
        """Slow down after a 429 that no surface raises because the library repeats it itself.

        ``None`` instead of a lane: the limit of all requests together was hit.
        """
        self._schedule.throttled(lane, retry_after, self._now())
        self._pump()

    def spend(self) -> None:
        """Count one request that was made outside the lanes, at the moment it is made."""
        self._schedule.spend(self._now())

    def afford(self) -> bool:
        """Whether a request that may as well be left out fits in now; it is counted then."""
        return self._schedule.afford(self._now())

    async def close(self, grace: float = GRACE) -> None:
        """Take no more frames, drop previews, and give finals ``grace`` seconds to go out."""
        self._closed = True
        self._schedule.thin(self._now())
        if self._finals:
            await asyncio.wait(self._finals, timeout=grace)
        self._stopped = True
        self._set_timer(None)
        for stands in list(self._finals):
            _settle(stands, Unshown("closing"))

    def _over(self, stands: asyncio.Future[None]) -> None:
        """A final is decided; nobody has to be there any more to hear that it failed."""
        self._finals.discard(stands)
        stands.exception()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _pump(self, due: float = 0.0) -> None:
        """Start every request that may start now; set the timer for the next."""
        if self._stopped:
            return
        # A timer may fire a tick early: its time has come all the same.
        now = max(self._now(), due)
        while flight := self._schedule.take(now):
            task = self._tasks.start(_attempt(flight), name="show")
            task.add_done_callback(partial(self._landed, flight))
        self._set_timer(self._schedule.wakes_at())

    def _set_timer(self, at: float | None) -> None:
        if at == self._rings_at:
            return
        if self._timer:
            self._timer.cancel()
        self._timer, self._rings_at = None, at
        if at is not None:
            self._timer = asyncio.get_running_loop().call_at(at, self._ring, at)

    def _ring(self, at: float) -> None:
        self._timer = self._rings_at = None
        self._pump(at)

    def _landed(self, flight: Pending, task: asyncio.Task[ShowFailed | None]) -> None:
        error = Unshown("cancelled") if task.cancelled() else task.result()
        if error:
            self._schedule.failed(flight, error, self._now())
        else:
            self._schedule.sent(flight, self._now())
        self._pump()


async def _attempt(flight: Pending) -> ShowFailed | None:
    """Paint once; a mistake of ours is logged here and then treated as any other failure."""
    try:
        async with asyncio.timeout(PATIENCE):
            await flight.surface.paint(flight.frame)
    except ShowFailed as error:
        return error
    except TimeoutError:
        return Unshown("no answer in time")
    except Exception:
        log.exception("a message could not be painted")
        return Unshown("unforeseen")
    return None


def _settle(stands: asyncio.Future[None], error: BaseException | None) -> None:
    if stands.done():
        return
    if error:
        stands.set_exception(error)
    else:
        stands.set_result(None)
