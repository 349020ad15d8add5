"""A reply over several messages, as its readers see it grow and end."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from bot.live import Lanes
from bot.replies import PAGE_LIMIT, Pages, ReplyFrame, ReplyState
from bot.stage import Placed, Stage
from bot.store.records import Anchor
from tests.test_live_lanes import Message, run


@dataclass(eq=False)
class Page(Message):
    """A message whose first paint sends it."""

    anchor: Anchor = field(default_factory=lambda: Anchor(channel_id=1))

    async def paint(self, frame: Any) -> None:
        await super().paint(frame)
        self.anchor.message_id = self.anchor.message_id or len(self.painted)


@dataclass
class Board:
    """A stage that keeps its pages."""

    pages: list[Page] = field(default_factory=list)
    removed: int = 0

    def surface(self, anchor: Anchor, placed: Placed | None) -> Page:  # noqa: ARG002
        self.pages.append(Page(anchor=anchor))
        return self.pages[-1]

    async def remove(self, anchor: Anchor) -> None:  # noqa: ARG002
        self.removed += 1

    def opened(self, lanes: Lanes) -> Pages:
        return Pages(cast("Stage", self), lanes, "Mira", [Anchor(channel_id=1)])

    def shown(self) -> list[ReplyFrame]:
        return [page.frames[-1] for page in self.pages]


async def grown(pages: Pages, length: int, seconds: float) -> str:
    """Let a text of so many words grow for so long."""
    words: list[str] = []
    for number in range(length):
        words.append(f"{number:06d}")
        pages.follow(lambda: " ".join(words))
        await asyncio.sleep(seconds / length)
    return " ".join(words)


def test_a_growing_reply_is_the_newest_text_whenever_it_is_edited() -> None:
    async def story(lanes: Lanes) -> None:
        board = Board()
        with board.opened(lanes) as pages:
            await grown(pages, 100, 5.0)
            (page,) = board.pages
            assert [at for at, _ in page.painted] == [0.0, 1.1, 2.2, 3.3, 4.4]
            assert page.frames[1].text.endswith("000021")
            assert {frame.state for frame in page.frames} == {ReplyState.WRITING}

    run(story)


def test_a_page_that_is_full_is_not_edited_again_and_the_end_is_one_edit() -> None:
    async def story(lanes: Lanes) -> None:
        board = Board()
        with board.opened(lanes) as pages:
            text = await grown(pages, 800, 30.0)
            await asyncio.sleep(10)
            before = [len(page.frames) for page in board.pages]
            await pages.settle(text, ReplyState.DONE, 2, 3)
        assert len(board.pages) == 3
        assert [len(page.frames) for page in board.pages] == [*before[:-1], before[-1] + 1]
        assert [frame.state for frame in board.shown()] == [ReplyState.DONE] * 3
        assert [frame.last for frame in board.shown()] == [False, False, True]
        assert board.shown()[-1].candidate == 2
        assert " ".join(frame.text for frame in board.shown()) == text
        assert all(len(frame.text) <= PAGE_LIMIT for frame in board.shown())

    run(story)


def test_a_text_that_outgrows_several_pages_between_two_edits_fills_them_all() -> None:
    async def story(lanes: Lanes) -> None:
        board, text = Board(), "begin"
        with board.opened(lanes) as pages:
            pages.follow(lambda: text)
            await asyncio.sleep(0.5)
            text = "word " * 2000
            for _ in range(200):
                pages.follow(lambda: text)
                await asyncio.sleep(0.1)
            assert len(board.pages) == 6
            assert "".join(frame.text for frame in board.shown()).count("word") == 2000
            assert board.shown()[-1].state is ReplyState.WRITING

    run(story)


def test_a_reply_that_becomes_shorter_keeps_no_page_too_many() -> None:
    async def story(lanes: Lanes) -> None:
        board, text = Board(), "word " * 500
        with board.opened(lanes) as pages:
            for _ in range(40):
                pages.follow(lambda: text)
                await asyncio.sleep(0.1)
            assert len(board.pages) == 2
            text = "A sentence was left out."
            for _ in range(40):
                pages.follow(lambda: text)
                await asyncio.sleep(0.1)
            assert board.shown()[1].text == ""
            await pages.settle(text, ReplyState.DONE)
        assert board.removed == 1
        assert board.shown()[0].text == text

    run(story)
