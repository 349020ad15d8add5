"""The benchmarks measure what they say: on made-up logs, and once, shortly, on the real thing."""

from pathlib import Path

import pytest

from benchmarks.report import PLOT, row, table
from benchmarks.scene import SHOWN, Seen
from benchmarks.streaming import Cell, Run, figures_of, measure
from benchmarks.tokens import LONGEST, RATE, Began, ends, words

ROOT = Path(__file__).parents[1]


def run_of(*log: Seen, lengths: tuple[int, ...]) -> Run:
    began = [Began(str(number), 100.0, length) for number, length in enumerate(lengths)]
    return Run(began, list(log), round_trip=0.0, processor=1.0)


def test_a_token_is_as_old_as_the_first_accepted_message_that_shows_it() -> None:
    log = [
        Seen(at=100.0, status=200, stream=0, count=1),
        Seen(at=101.0, status=429, stream=0, count=41),
        Seen(at=102.0, status=200, stream=0, count=81),
        Seen(at=104.0, status=200, stream=0, count=121),
    ]
    cell = Cell("channel", 1, 3.025, 0.0)
    figures = figures_of(cell, "lanes", run_of(*log, lengths=(121,)))
    # Tokens 1 to 80 come in the two seconds before 102, the others in the one before 103.
    assert figures.all_mean_age == pytest.approx((0.0 + 80 * 0.9875 + 40 * 1.4875) / 121)
    assert (figures.refused, figures.edits, figures.lost) == (1, 3, 0)
    assert figures.p95_lag == pytest.approx(1.0)


def test_a_stream_whose_whole_text_never_stood_is_lost() -> None:
    log = [Seen(100.0 + number, 200, 0, 1 + 40 * number) for number in range(4)]
    figures = figures_of(Cell("threads", 2, 3.0, 0.0), "lanes", run_of(*log, lengths=(121, 121)))
    assert figures.lost == 1


def test_the_bound_is_half_of_the_gap_or_of_the_share_of_the_budget() -> None:
    assert Cell.of("threads", 10, 60).interval == pytest.approx(1.1)
    assert Cell.of("threads", 450, 60).interval == pytest.approx(10.0)
    assert Cell.of("channel", 10, 60).interval == pytest.approx(11.0)


def test_streams_that_end_together_are_the_shorter_the_later_they_begin() -> None:
    cell = Cell("threads", 4, 60.0, 20.0, together=True)
    finished = {cell.start(number) + cell.length(number) / RATE for number in range(4)}
    assert finished == {60.0}


def test_the_text_of_a_message_names_its_stream_and_its_tokens() -> None:
    found = SHOWN.search("**Mira**\n12 345 word word ▌")
    assert found
    assert found.groups() == ("12", "345")


def test_the_document_shows_the_figures_that_were_measured() -> None:
    document = (ROOT / "docs" / "streaming.md").read_text(encoding="utf-8")
    assert table() in document
    assert PLOT.name in document


def test_the_load_is_english_and_long_enough() -> None:
    assert len(words()) == len(ends()) == LONGEST
    assert ends()[-1] == len("".join(words()))
    assert 3 < ends()[-1] / LONGEST < 6


async def test_a_short_run_of_the_real_thing_loses_nothing() -> None:
    figures = await measure(Cell("threads", 2, 2.0, 0.2), "lanes")
    assert (figures.lost, figures.refused) == (0, 0)
    assert figures.tokens == 160
    assert figures.all_mean_age > 0.1
    assert row(figures.row()).startswith("| 2, a thread each | lanes |")
