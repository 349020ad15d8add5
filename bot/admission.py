"""Who may create next: the account's queue is one and limited, and people share it fairly.

The decision (``chosen``) is pure: of the people who have room, the one with the fewest running
jobs; of those the one who was served longest ago; and that person's oldest job. ``Line`` keeps
who waits and who runs in this process, and wakes whoever is chosen.

How many the account may have pending is documented nowhere. So nothing is assumed until a create
is refused; from then on only as many run as ran then, and a refused job tries again, at its old
place, when another one ends or after a pause. Once nobody is refused any more, each job that ends
makes room for one more than before; and where nobody runs or was refused, the next one tries.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the line.

    ``number`` is its place in the order of arrival, ``each`` how many of its owner may run at once.
    """

    job_id: str
    owner_id: int
    number: int
    each: int


def chosen(
    waiting: Iterable[Waiting], running: Mapping[int, int], served: Mapping[int, int]
) -> Waiting | None:
    """The job that is next, if anybody who waits has fewer running than they may.

    ``served`` tells for each person when they were last served, as a growing number.
    """
    able = [one for one in waiting if running.get(one.owner_id, 0) < one.each]
    return min(able, key=lambda one: _rank(one, running, served), default=None)


def _rank(
    one: Waiting, running: Mapping[int, int], served: Mapping[int, int]
) -> tuple[int, int, int]:
    return running.get(one.owner_id, 0), served.get(one.owner_id, -1), one.number


def order(
    waiting: Iterable[Waiting], running: Mapping[int, int], served: Mapping[int, int]
) -> list[Waiting]:
    """All who wait, in the order in which they would be chosen if nothing else changed."""
    left, ran, last = list(waiting), Counter(running), dict(served)
    found: list[Waiting] = []
    while left:
        pick = min(left, key=lambda one: _rank(one, ran, last))
        left.remove(pick)
        ran[pick.owner_id] += 1
        last[pick.owner_id] = max(last.values(), default=0) + 1
        found.append(pick)
    return found


class Line:
    """The line in front of the account's queue. ``changed`` is called when places move."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._waiting: dict[str, tuple[Waiting, asyncio.Future[None]]] = {}
        self._running: dict[str, Waiting] = {}
        self._served: dict[int, int] = {}
        self._refused: set[str] = set()
        self._room: int | None = None
        self._count = 0

    async def enter(self, job_id: str, owner_id: int, each: int) -> None:
        """Return when the job may create; whoever was let in, or gives up, must ``leave``.

        ``each`` is how many of its owner may run at once.
        """
        self._count += 1
        await self._wait(Waiting(job_id, owner_id, self._count, each))

    def resume(self, job_id: str, owner_id: int) -> None:
        """Count a job that an earlier process created already."""
        self._count += 1
        self._running[job_id] = Waiting(job_id, owner_id, self._count, each=0)

    async def refused(self, job_id: str, pause: float) -> None:
        """The account was full: wait at the old place until another ends, or ``pause`` seconds."""
        place = self._running.pop(job_id)
        self._served.pop(place.owner_id, None)  # that was no turn
        self._room = len(self._running)
        self._refused.add(job_id)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wait(place)
        finally:
            self._refused.discard(job_id)
        if job_id not in self._running:
            self._admit(place)
            self._room = max(self._room, len(self._running))

    def leave(self, job_id: str) -> None:
        """The job has ended, wherever it stood; where it ran there may be room for more now."""
        if self._running.pop(job_id, None) and self._room is not None and not self._refused:
            self._room += 1
        self._waiting.pop(job_id, None)
        self._next()

    def ahead(self, job_id: str) -> int | None:
        """How many will be served before a waiting job; ``None`` if it does not wait."""
        ids = self.waiting
        return ids.index(job_id) if job_id in ids else None

    @property
    def waiting(self) -> list[str]:
        """The jobs that wait, in their order."""
        return [one.job_id for one in self._order()]

    @property
    def _has_room(self) -> bool:
        nobody = not self._running and not self._refused
        return nobody or self._room is None or len(self._running) < self._room

    def _order(self) -> list[Waiting]:
        return order(self._standing(), self._counts(), self._served)

    def _standing(self) -> Iterator[Waiting]:
        """Those who have not been called yet."""
        return (one for one, called in self._waiting.values() if not called.done())

    def _counts(self) -> Counter[int]:
        return Counter(one.owner_id for one in self._running.values())

    async def _wait(self, place: Waiting) -> None:
        called = asyncio.get_running_loop().create_future()
        self._waiting[place.job_id] = place, called
        self._next()
        try:
            await called
        finally:
            self._waiting.pop(place.job_id, None)

    def _admit(self, place: Waiting) -> None:
        self._running[place.job_id] = place
        self._served[place.owner_id] = self._count = self._count + 1

    def _next(self) -> None:
        """Call everybody for whom there is room now."""
        while self._has_room:
            pick = chosen(self._standing(), self._counts(), self._served)
            if pick is None:
                break
            self._admit(pick)
            self._waiting[pick.job_id][1].set_result(None)
        self._changed()
