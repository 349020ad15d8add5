import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.errors import Busy, StoreDown
from bot.store import Store
from bot.store.leases import Leases
from bot.store.link import Link
from bot.tasks import Tasks

KEY = "vivant:lease:turn"


class Clock:
    """Stands still until a test moves it; knows who sleeps by it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self._lay_down = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, woken))
        self._lay_down.set()
        await woken.wait()

    async def asleep(self) -> None:
        """Wait until somebody new sleeps."""
        async with asyncio.timeout(20):
            await self._lay_down.wait()
        self._lay_down.clear()

    def move(self, seconds: float) -> None:
        self.now += seconds
        due = [sleeper for sleeper in self._sleepers if sleeper[0] <= self.now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self.now]
        for _, woken in due:
            woken.set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def leases(link: Link, clock: Clock) -> AsyncIterator[Leases]:
    async with Tasks() as tasks:
        yield Leases(link, tasks, sleep=clock.sleep, clock=lambda: clock.now)


async def test_a_lease_has_one_holder(store: Store) -> None:
    async with store.leases.hold("turn"):
        with pytest.raises(Busy):
            async with store.leases.hold("turn"):
                pytest.fail("held twice")
        async with store.leases.try_hold("turn") as second:
            assert second is None
        async with store.leases.hold("another turn"):
            pass


async def test_a_lease_is_free_after_use_and_after_a_failure(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.leases.hold("turn"):
            _ = 1 / 0
    async with store.leases.try_hold("turn") as lease:
        assert lease


async def test_a_lease_of_a_dead_process_ends_by_itself(store: Store, link: Link) -> None:
    async with store.leases.hold("turn", seconds=30):
        assert 29_000 < await link.call("PTTL", KEY) <= 30_000


async def test_a_lease_is_renewed_while_it_is_held(
    leases: Leases, link: Link, clock: Clock
) -> None:
    async with leases.hold("turn", seconds=30):
        await clock.asleep()
        await link.call("PEXPIRE", KEY, 5_000)
        clock.move(10)
        await clock.asleep()
        assert await link.call("PTTL", KEY) > 29_000


async def test_who_lost_the_lease_is_cancelled(leases: Leases, link: Link, clock: Clock) -> None:
    async def work() -> None:
        async with leases.hold("turn"):
            await asyncio.Event().wait()

    async with Tasks() as tasks:
        holder = tasks.start(work(), name="holder")
        await clock.asleep()
        await link.call("SET", KEY, "somebody else")
        clock.move(10)
        with pytest.raises(Busy):
            await asyncio.wait_for(holder, 20)
    assert await link.call("GET", KEY) == "somebody else"


async def test_an_expired_lease_is_lost_even_if_nobody_took_it(
    leases: Leases, link: Link, clock: Clock
) -> None:
    async def work() -> None:
        async with leases.hold("turn"):
            await clock.asleep()
            await link.call("DEL", KEY)
            clock.move(10)
            await asyncio.Event().wait()

    with pytest.raises(Busy):
        await work()


async def test_somebody_elses_lease_is_not_given_back(store: Store, link: Link) -> None:
    async with store.leases.hold("turn"):
        await link.call("SET", KEY, "somebody else")
    assert await link.call("GET", KEY) == "somebody else"


async def test_a_silent_store_cancels_the_holder_before_the_lease_ends(
    leases: Leases, link: Link, clock: Clock
) -> None:
    async def work() -> None:
        async with leases.hold("turn", seconds=30):
            await clock.asleep()
            with suppress(StoreDown):
                await link.call("SHUTDOWN")
            clock.move(10)
            await clock.asleep()
            clock.move(10)
            await asyncio.Event().wait()

    with pytest.raises(StoreDown):
        await work()
    assert clock.now < 30


async def test_a_cancellation_from_outside_stays_one(
    leases: Leases, link: Link, clock: Clock
) -> None:
    async def work() -> None:
        async with leases.hold("turn"):
            await asyncio.Event().wait()

    async with Tasks() as tasks:
        holder = tasks.start(work(), name="holder")
        await clock.asleep()
        holder.cancel()
        with pytest.raises(asyncio.CancelledError):
            await holder
    assert await link.call("EXISTS", KEY) == 0


async def test_who_waits_gets_the_lease_when_it_is_free(
    leases: Leases, store: Store, clock: Clock
) -> None:
    async def work() -> str:
        async with leases.wait("turn") as lease:
            return lease.name

    async with Tasks() as tasks:
        async with store.leases.hold("turn"):
            waiting = tasks.start(work(), name="waiting")
            await clock.asleep()
        clock.move(1)
        assert await asyncio.wait_for(waiting, 20) == "turn"
