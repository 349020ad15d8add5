import asyncio
import logging

import pytest

from bot.tasks import Tasks


async def test_a_task_gives_its_result_and_carries_its_name() -> None:
    async def work() -> str:
        task = asyncio.current_task()
        return task.get_name() if task else ""

    async with Tasks() as tasks:
        assert await tasks.start(work(), name="painter") == "painter"


async def test_a_failure_is_logged_with_its_name_and_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work() -> None:
        raise ValueError("no paint")

    async with Tasks() as tasks:
        await asyncio.wait([tasks.start(work(), name="painter")])
    assert "task painter failed" in caplog.text
    assert "ValueError: no paint" in caplog.text


async def test_a_cancelled_task_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with Tasks() as tasks:
            task = tasks.start(asyncio.Event().wait(), name="waiter")
    assert task.cancelled()
    assert not caplog.records


async def test_closing_waits_until_everything_has_cleaned_up() -> None:
    steps: list[str] = []

    async def work(begun: asyncio.Event) -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    begun = asyncio.Event()
    async with Tasks() as tasks:
        tasks.start(work(begun), name="worker")
        await begun.wait()
    assert steps == ["cleaned up"]


async def test_what_a_closing_task_starts_is_closed_too() -> None:
    heirs: list[asyncio.Task[bool]] = []

    async def work(tasks: Tasks, begun: asyncio.Event) -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            heirs.append(tasks.start(asyncio.Event().wait(), name="heir"))

    begun = asyncio.Event()
    async with Tasks() as tasks:
        tasks.start(work(tasks, begun), name="worker")
        await begun.wait()
    (heir,) = heirs
    assert heir.cancelled()
