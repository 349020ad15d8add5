"""Daily quotas are counted and checked as one, by all processes together."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import OverLimit
from bot.store import Store
from bot.store.link import Link
from bot.store.quotas import Quota

DAY = datetime(2026, 5, 1, 23, 59, tzinfo=UTC)
MINE = Quota("daily IMAGE", "person-1", 3)
HERE = Quota("server IMAGE", "guild-1", 4)


async def test_a_quota_holds_and_names_itself(store: Store) -> None:
    await store.quotas.take([MINE, HERE], 2, DAY)
    with pytest.raises(OverLimit) as refused:
        await store.quotas.take([MINE, HERE], 2, DAY)
    assert (refused.value.what, refused.value.limit) == ("daily IMAGE", 3)
    assert await store.quotas.used(HERE, DAY) == 2, "what was refused counts nowhere"


async def test_it_begins_anew_at_midnight_utc(store: Store) -> None:
    await store.quotas.take([MINE], 3, DAY)
    await store.quotas.take([MINE], 3, DAY + timedelta(minutes=1))


async def test_many_at_once_never_get_more_than_there_is(store: Store) -> None:
    asked = (store.quotas.take([MINE], 1, DAY) for _ in range(20))
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert ends.count(None) == 3


async def test_what_came_to_nothing_is_given_back(store: Store) -> None:
    await store.quotas.take([MINE], 3, DAY)
    await store.quotas.give_back([MINE], 1, DAY)
    await store.quotas.take([MINE], 1, DAY)


async def test_without_a_limit_it_only_counts_and_is_gone_by_itself(
    store: Store, link: Link
) -> None:
    free = Quota("daily VIDEO", "person-1")
    await store.quotas.take([free], 9, DAY)
    assert await store.quotas.used(free, DAY) == 9
    (key,) = await link.call("KEYS", "*quota*")
    assert 0 < await link.call("TTL", key) <= 2 * 24 * 3600
