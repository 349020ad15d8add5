"""The line in front of the account's queue is fair, and gentle with a full account."""

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.admission import Line, Waiting, chosen, order

OWNERS = st.lists(st.integers(1, 4), max_size=12)


def waiting(owners: list[int], each: int = 2) -> list[Waiting]:
    return [Waiting(f"job-{place}", owner, place, each) for place, owner in enumerate(owners)]


def test_people_take_turns_however_many_jobs_one_of_them_has() -> None:
    found = order(waiting([1, 1, 1, 1, 2, 3]), {}, {})
    assert [one.owner_id for one in found] == [1, 2, 3, 1, 1, 1]


def test_who_has_fewer_running_comes_first() -> None:
    pick = chosen(waiting([1, 2]), {1: 1}, {})
    assert pick is not None
    assert pick.owner_id == 2


def test_nobody_has_more_running_than_allowed() -> None:
    assert chosen(waiting([1, 1]), {1: 2}, {}) is None


@given(OWNERS, st.dictionaries(st.integers(1, 4), st.integers(0, 3)))
def test_everybody_is_served_once_and_in_their_own_order(
    owners: list[int], running: dict[int, int]
) -> None:
    found = order(waiting(owners), running, {})
    assert Counter(one.job_id for one in found) == Counter(one.job_id for one in waiting(owners))
    for owner in set(owners):
        mine = [one.number for one in found if one.owner_id == owner]
        assert mine == sorted(mine)


@given(OWNERS)
def test_nobody_waits_for_two_turns_of_another(owners: list[int]) -> None:
    served: Counter[int] = Counter()
    left = Counter(owners)
    for one in order(waiting(owners), {}, {}):
        behind = [each for each in left if left[each] > served[each]]
        assert served[one.owner_id] == min(served[each] for each in behind)
        served[one.owner_id] += 1


async def ready() -> None:
    """Let everything that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_person_has_so_many_running_and_the_next_follows() -> None:
    line = Line(lambda: None)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(line.enter(f"job-{n}", 1, 2)) for n in range(3)]
        await ready()
        assert [task.done() for task in tasks] == [True, True, False]
        assert line.ahead("job-2") == 0
        line.leave("job-0")
        await ready()
        assert tasks[2].done()


async def test_a_full_account_makes_all_wait_and_keeps_the_refused_ones_place() -> None:
    line = Line(lambda: None)
    async with asyncio.TaskGroup() as group:
        await line.enter("first", 1, 2)
        await line.enter("second", 2, 2)
        refused = group.create_task(line.refused("second", 60))
        third = group.create_task(line.enter("third", 3, 2))
        await ready()
        assert not refused.done()
        assert not third.done()
        line.leave("first")
        await ready()
        assert refused.done()
        assert not third.done(), "the account has shown room for one"
        line.leave("second")
        await ready()
        assert third.done()


async def test_a_refused_job_tries_again_by_itself_after_a_pause() -> None:
    line = Line(lambda: None)
    await line.enter("only", 1, 2)
    await line.refused("only", 0.0)
    assert line.ahead("only") is None
    line.leave("only")


async def test_who_gives_up_leaves_no_gap() -> None:
    line = Line(lambda: None)
    await line.enter("first", 1, 1)
    async with asyncio.TaskGroup() as group:
        second = group.create_task(line.enter("second", 1, 1))
        third = group.create_task(line.enter("third", 1, 1))
        await ready()
        second.cancel()
        await ready()
        line.leave("second")
        line.leave("first")
        await ready()
        assert third.done()


async def test_an_account_that_was_full_once_is_tried_again_step_by_step() -> None:
    line = Line(lambda: None)
    await line.enter("first", 1, 9)
    await line.enter("second", 1, 9)
    await line.refused("second", 0.0)
    for name in ("first", "second"):
        line.leave(name)
    async with asyncio.TaskGroup() as group:
        later = [group.create_task(line.enter(f"job-{n}", 1, 9)) for n in range(4)]
        await ready()
        assert [task.done() for task in later] == [True, True, True, True]


async def test_people_may_have_more_running_than_others() -> None:
    line = Line(lambda: None)
    async with asyncio.TaskGroup() as group:
        mine = [group.create_task(line.enter(f"mine-{n}", 1, 1)) for n in range(2)]
        theirs = [group.create_task(line.enter(f"theirs-{n}", 2, 2)) for n in range(2)]
        await ready()
        assert [task.done() for task in mine] == [True, False]
        assert all(task.done() for task in theirs)
        line.leave("mine-0")
        await ready()


async def test_who_gives_up_while_the_account_is_full_holds_up_nobody() -> None:
    line = Line(lambda: None)
    await line.enter("first", 1, 1)
    async with asyncio.TaskGroup() as group:
        refused = group.create_task(line.refused("first", 60))
        second = group.create_task(line.enter("second", 2, 1))
        await ready()
        assert not second.done()
        refused.cancel()
        await ready()
        line.leave("first")
        await ready()
        assert second.done()
