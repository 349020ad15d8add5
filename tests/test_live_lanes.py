"""Live messages as their callers see them, on an event loop whose time passes at once."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import Gone, ShowFailed, Throttled, Unshown
from bot.live import Lanes, Urgency
from bot.tasks import Tasks


class Hurry(selectors.SelectSelector):
    """Instead of waiting, puts the clock forward."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits for something that never comes"
            self.now += timeout
        return ready


class HurriedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._hurry = Hurry()
        super().__init__(self._hurry)

    def time(self) -> float:
        return self._hurry.now


def now() -> float:
    return asyncio.get_running_loop().time()


def run(story: Callable[[Lanes], Awaitable[None]], *, budget: float = 45.0) -> None:
    async def whole() -> None:
        async with Tasks() as tasks, Lanes(tasks, budget=budget) as lanes:
            await story(lanes)

    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        runner.run(whole())


@dataclass(eq=False)
class Message:
    """Takes 0.1 s to paint; ``failing`` are raised first, one per paint."""

    lane: str = "channel:1"
    costs_budget: bool = True
    takes_previews: bool = True
    failing: list[BaseException] = field(default_factory=list)
    takes: float = 0.1
    painted: list[tuple[float, Any]] = field(default_factory=list)
    busy: bool = False

    async def paint(self, frame: Any) -> None:
        assert not self.busy
        self.busy = True
        started = now()
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.busy = False
        if self.failing:
            raise self.failing.pop(0)
        self.painted.append((round(started, 3), frame))

    @property
    def frames(self) -> list[Any]:
        return [frame for _, frame in self.painted]


async def stream(lanes: Lanes, message: Message, seconds: float, rate: float = 40.0) -> str:
    text = ""
    for number in range(int(seconds * rate)):
        text += f"{number} "
        lanes.show(message, text, Urgency.FIRST if number == 0 else Urgency.PREVIEW)
        await asyncio.sleep(1 / rate)
    await lanes.finish(message, text)
    return text


def test_a_stream_is_shown_every_1_1_seconds_and_its_end_whole() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message()
        text = await stream(lanes, message, 5.0)
        assert [at for at, _ in message.painted] == [0.0, 1.1, 2.2, 3.3, 4.4, 5.5]
        assert message.frames[-1] == text

    run(story)


def test_showing_never_waits_for_the_platform() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(takes=30.0)
        for number in range(100):
            lanes.show(message, number, Urgency.PREVIEW)
        assert now() == 0.0
        await lanes.finish(message, "end")
        assert message.frames == [0, "end"]

    run(story)


def test_two_hundred_streams_share_the_budget_and_lose_no_final() -> None:
    async def story(lanes: Lanes) -> None:
        messages = [Message(f"channel:{number}") for number in range(200)]
        texts = await asyncio.gather(*(stream(lanes, one, 20.0, 10.0) for one in messages))
        assert [one.frames[-1] for one in messages] == texts
        moments = sorted(at for one in messages for at, _ in one.painted)
        assert all(b - a >= 0.999 for a, b in zip(moments, moments[45:], strict=False))
        assert len(moments) / (moments[-1] - moments[0]) > 45 * 0.99

    run(story)


def test_a_message_that_may_hardly_be_edited_shows_only_what_matters() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(takes_previews=False)
        lanes.show(message, "state", Urgency.CONTROL)
        await stream(lanes, message, 5.0)
        assert [len(str(frame)) < 10 for frame in message.frames] == [True, True, False]

    run(story)


def test_an_identical_end_is_not_sent_twice() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message()
        lanes.show(message, "all", Urgency.PREVIEW)
        await lanes.finish(message, "all")
        assert message.painted == [(0.0, "all")]

    run(story)


def test_an_end_is_repeated_until_it_stands() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(failing=[Unshown("500"), Throttled("429", 7.0), Unshown("500")])
        await lanes.finish(message, "end")
        assert message.frames == ["end"]
        assert now() > 8.0

    run(story)


def test_an_end_that_cannot_be_shown_is_given_up_with_its_reason() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(failing=[Unshown("500")] * 100)
        with pytest.raises(Unshown):
            await lanes.finish(message, "end")
        assert 60 < now() < 180

    run(story)


def test_a_paint_without_an_answer_is_repeated() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(takes=1e6)
        lanes.show(message, "lost", Urgency.PREVIEW)
        await asyncio.sleep(1)
        message.takes = 0.1
        await lanes.finish(message, "end")
        assert message.frames == ["end"]

    run(story)


def test_a_message_that_is_gone_ends_its_stream_and_not_its_lane() -> None:
    async def story(lanes: Lanes) -> None:
        gone, fine = Message(failing=[Gone("deleted")]), Message()
        lanes.show(gone, 1, Urgency.PREVIEW)
        await asyncio.sleep(1)
        lanes.show(gone, 2, Urgency.PREVIEW)
        await lanes.finish(fine, "fine")
        with pytest.raises(Gone):
            await lanes.finish(gone, "end")
        assert gone.painted == []
        assert lanes._schedule.streams == 0

    run(story)


def test_a_mistake_in_a_surface_is_logged_and_repeated(caplog: pytest.LogCaptureFixture) -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(failing=[ZeroDivisionError()])
        await lanes.finish(message, "end")
        assert message.frames == ["end"]

    run(story)
    assert "ZeroDivisionError" in caplog.text


def test_a_mistake_that_stays_reaches_the_finisher_and_not_the_others() -> None:
    async def story(lanes: Lanes) -> None:
        broken, fine = Message(failing=[ZeroDivisionError()] * 100), Message()
        lanes.show(broken, "preview", Urgency.PREVIEW)
        await lanes.finish(fine, "fine")
        with pytest.raises(Unshown):
            await lanes.finish(broken, "end")

    run(story)


def test_the_key_of_a_lane_is_in_no_name_of_a_task() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message("webhook:1:secret")
        lanes.show(message, 1, Urgency.FIRST)
        await asyncio.sleep(0.05)
        names = [task.get_name() for task in asyncio.all_tasks()]
        assert message.busy
        assert not any("secret" in name for name in names)
        await lanes.finish(message, 1)

    run(story)


def test_a_paint_that_is_cancelled_does_not_block_its_lane() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message(failing=[asyncio.CancelledError()])
        await lanes.finish(message, "end")
        assert message.frames == ["end"]

    run(story)


def test_a_finisher_that_is_cancelled_leaves_the_end_to_the_lanes() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message()
        lanes.show(message, "preview", Urgency.PREVIEW)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lanes.finish(message, "end"), 0.05)
        await asyncio.sleep(5)
        assert message.frames == ["preview", "end"]

    run(story)


def test_a_forgotten_message_is_not_painted() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message()
        lanes.show(message, 1, Urgency.PREVIEW)
        lanes.show(message, 2, Urgency.PREVIEW)
        await asyncio.sleep(0)
        lanes.show(message, 3, Urgency.PREVIEW)
        lanes.forget(message)
        await asyncio.sleep(10)
        assert message.frames == [1]
        assert lanes._schedule.streams == 0

    run(story)


def test_headers_set_the_pace() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message()
        lanes.show(message, 1, Urgency.PREVIEW)
        await asyncio.sleep(0.1)
        lanes.observe("channel:1", limit=5, remaining=4, reset_after=2.0)
        lanes.show(message, 2, Urgency.PREVIEW)
        await asyncio.sleep(1)
        assert message.painted == [(0.0, 1), (0.42, 2)]
        lanes.throttled("channel:1", retry_after=3.0)
        await lanes.finish(message, "end")
        assert message.painted[-1] == (4.1, "end")

    run(story)


def test_requests_outside_the_lanes_count() -> None:
    async def story(lanes: Lanes) -> None:
        for _ in range(5):
            lanes.spend()
        message = Message()
        await lanes.finish(message, "end")
        assert message.painted[0][0] == pytest.approx(0.25)

    run(story, budget=10.0)


def test_what_can_be_left_out_is_left_out_when_there_is_no_room() -> None:
    async def story(lanes: Lanes) -> None:
        assert lanes.afford()
        for _ in range(10):
            lanes.spend()
        assert not lanes.afford()
        await asyncio.sleep(1.3)
        assert lanes.afford()

    run(story, budget=10.0)


def test_closing_lets_ends_out_and_drops_previews() -> None:
    async def story(lanes: Lanes) -> None:
        one, other = Message(), Message()
        lanes.show(one, 1, Urgency.PREVIEW)
        await asyncio.sleep(0)
        lanes.show(one, 2, Urgency.PREVIEW)
        end = asyncio.gather(lanes.finish(other, "end"))
        await asyncio.sleep(0)
        await lanes.close()
        await end
        assert (one.frames, other.frames) == ([1], ["end"])
        lanes.show(one, 3, Urgency.PREVIEW)
        with pytest.raises(Unshown):
            await lanes.finish(one, 3)

    run(story)


def test_closing_lets_out_the_end_of_work_that_was_cancelled() -> None:
    async def story(lanes: Lanes) -> None:
        message = Message()
        lanes.show(message, "preview", Urgency.PREVIEW)
        await asyncio.sleep(0.2)
        async with Tasks() as work:
            work.start(lanes.finish(message, "end"), name="work")
            await asyncio.sleep(0)
        await lanes.close()
        assert message.frames == ["preview", "end"]

    run(story)


def test_closing_does_not_wait_for_ever() -> None:
    async def story(lanes: Lanes) -> None:
        stuck: ShowFailed | None = None

        async def finish() -> None:
            nonlocal stuck
            try:
                await lanes.finish(Message(failing=[Unshown("500")] * 100), "end")
            except ShowFailed as error:
                stuck = error

        async with asyncio.TaskGroup() as group:
            group.create_task(finish())
            await asyncio.sleep(0)
            await lanes.close(grace=5.0)
            assert now() == pytest.approx(5.0)
        assert isinstance(stuck, Unshown)

    run(story)


def test_an_idle_process_has_no_task_and_no_timer() -> None:
    async def story(lanes: Lanes) -> None:
        await stream(lanes, Message(), 3.0)
        await asyncio.sleep(100)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.get_running_loop().create_future()

    with pytest.raises(AssertionError, match="never comes"):
        run(story)
