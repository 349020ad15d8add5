from datetime import timedelta
from typing import Any

import pytest

from bot.errors import OverLimit
from bot.store import Store
from bot.store.link import Link
from bot.store.records import Anchor, Job, JobState, Medium, Origin, Rating, now


def job(job_id: str = "j1", **changes: Any) -> Job:
    given = {
        "operation": "imagine",
        "body": {"prompt": "a lighthouse ☂", "seed": "12"},
        "seed": "12",
        "owner_id": 7,
        "guild_id": 70,
        "anchor": Anchor(channel_id=700),
    }
    return Job.model_validate({"job_id": job_id, **given, **changes})


async def test_a_job_comes_back_as_it_was_saved(store: Store) -> None:
    saved = job(private=True, rating=Rating.CLEAN, media_ids=["a", "b"])
    await store.jobs.save(saved)
    assert await store.jobs.get("j1") == saved


async def test_an_unknown_job_is_none(store: Store) -> None:
    assert await store.jobs.get("nobody") is None


async def test_saving_again_replaces(store: Store) -> None:
    await store.jobs.save(job())
    await store.jobs.save(job(state=JobState.SUBMITTED, prompt_id="p"))
    found = await store.jobs.get("j1")
    assert found
    assert found.state is JobState.SUBMITTED
    assert len(await store.jobs.of_owner(7)) == 1


async def test_active_jobs_come_oldest_first_and_leave_when_they_end(store: Store) -> None:
    start = now()
    for number in (2, 0, 1):
        await store.jobs.save(job(f"j{number}", created=start + timedelta(seconds=number)))
    assert [found.job_id for found in await store.jobs.active()] == ["j0", "j1", "j2"]
    await store.jobs.save(job("j1", state=JobState.DONE, ended=now()))
    assert [found.job_id for found in await store.jobs.active()] == ["j0", "j2"]
    assert await store.jobs.count_active(7) == 2


async def test_an_owner_pages_through_jobs_newest_first(store: Store) -> None:
    start = now()
    for number in range(5):
        await store.jobs.save(job(f"j{number}", created=start + timedelta(seconds=number)))
    await store.jobs.save(job("other", owner_id=8))
    page = await store.jobs.of_owner(7, offset=1, limit=2)
    assert [found.job_id for found in page] == ["j3", "j2"]
    assert await store.jobs.of_owner(7, offset=5, limit=2) == []
    assert await store.jobs.of_owner(7, limit=0) == []


async def test_a_job_is_found_by_its_prompt(store: Store) -> None:
    await store.jobs.save(job(prompt_id="p1"))
    found = await store.jobs.of_prompt("p1")
    assert found
    assert found.job_id == "j1"
    assert await store.jobs.of_prompt("p2") is None


async def test_a_job_that_takes_another_prompt_leaves_the_first(store: Store) -> None:
    await store.jobs.save(job(prompt_id="p1"))
    await store.jobs.save(job(prompt_id="p2"))
    assert await store.jobs.of_prompt("p1") is None
    assert await store.jobs.of_prompt("p2")


async def test_nobody_gets_more_active_jobs_than_allowed(store: Store) -> None:
    await store.jobs.admit(job("j1"), most=2)
    await store.jobs.admit(job("j2"), most=2)
    with pytest.raises(OverLimit) as refused:
        await store.jobs.admit(job("j3"), most=2)
    assert refused.value.limit == 2
    assert await store.jobs.get("j3") is None
    await store.jobs.admit(job("j4", owner_id=8), most=2)


async def test_admitting_the_same_job_again_does_no_harm(store: Store) -> None:
    await store.jobs.admit(job(), most=1)
    await store.jobs.admit(job(), most=1)
    assert await store.jobs.count_active(7) == 1


async def test_a_deleted_job_is_nowhere(store: Store, link: Link) -> None:
    await store.jobs.save(job(prompt_id="p1"))
    await store.jobs.delete("j1")
    await store.jobs.delete("j1")
    assert await link.call("KEYS", "*") == []


async def test_an_ended_job_is_forgotten_after_the_retention_time(store: Store, link: Link) -> None:
    await store.jobs.save(job())
    assert await link.call("TTL", "vivant:job:j1") == -1
    await store.jobs.save(job(state=JobState.DONE, ended=now()))
    days = await link.call("TTL", "vivant:job:j1") / 86400
    assert 89 < days <= 90


async def test_what_expired_leaves_no_gap_in_a_list(store: Store, link: Link) -> None:
    start = now()
    for number in range(3):
        await store.jobs.save(job(f"j{number}", created=start + timedelta(seconds=number)))
    await link.call("DEL", "vivant:job:j0")
    assert [found.job_id for found in await store.jobs.of_owner(7)] == ["j2", "j1"]
    await store.jobs.save(job("j3", created=start + timedelta(seconds=3)))
    assert await link.call("ZCARD", "vivant:index:job:owner:7") == 3


async def test_a_medium_is_strict_until_told_otherwise(store: Store) -> None:
    await store.media.save(Medium(media_id="m", kind="IMAGE", owner_id=7))
    found = await store.media.get("m")
    assert found
    assert (found.rating, found.origin) == (Rating.EXPLICIT, Origin.UPLOAD)


async def test_the_media_of_a_job_come_in_their_order(store: Store) -> None:
    start = now()
    for number in range(3):
        created = start + timedelta(seconds=number)
        await store.media.save(
            Medium(media_id=f"m{number}", kind="IMAGE", owner_id=7, job_id="j", created=created)
        )
    assert [found.media_id for found in await store.media.of_job("j")] == ["m0", "m1", "m2"]
