"""Where a growing text is cut into messages."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.emphasis import open_marks
from bot.paging import Pager, may_paint, spans, split

WORDS = ["word", "some words. And ", "\n", "\n\n", " ", "    indented\n", "*waves at you* ", "!"]
BOLD = ["**", "**so ", "so** ", "***all ", "*", "||hidden ", "|| ", "~~not~~ ", "__", "2 * 3 "]
MARKS = [
    *BOLD,
    "```",
    "\n```\n",
    "```py\n",
    "`x`",
    "[a b](https://a.example/b c)",
    "<:smile:1234>",
    "``",
]
ODD = [
    "👩‍👩‍👧",
    "🇩🇪",
    "é",
    "👍🏽",
    "漢字。",
    "\u2028",
    "ﷺ",
    "a" * 70,
    "https://a.example/" + "b" * 40,
]

prose = st.lists(st.sampled_from(WORDS + ODD), max_size=60).map("".join)
anything = st.lists(st.sampled_from(WORDS + MARKS + ODD) | st.text(max_size=9), max_size=80).map(
    "".join
)
blocks = st.lists(st.sampled_from(["x = 1\n", "\n", "    y(z) \n", "word " * 20]), max_size=30).map(
    lambda lines: "\n```py\n" + "".join(lines) + "\n```\n"
)
limits = st.integers(64, 200)


def bare(text: str) -> str:
    """The text without what a cut may add or drop: marks and white space."""
    without = re.sub(r"```(?:[\w+\-.#]{0,20}\n)?", "", text)
    return re.sub(r"\s|[*~|_]", "", without)


@given(anything, limits)
@settings(max_examples=500, deadline=None)
def test_no_part_is_too_long_or_blank(text: str, limit: int) -> None:
    for part in split(text, limit):
        assert 0 < len(part) <= limit
        assert part.strip()


@given(prose, limits)
@settings(max_examples=400, deadline=None)
def test_nothing_but_space_is_lost_from_prose(text: str, limit: int) -> None:
    assert bare("".join(split(text, limit))) == bare(text)


@given(st.lists(st.sampled_from(WORDS) | blocks, max_size=40), limits)
@settings(max_examples=500, deadline=None)
def test_nothing_but_space_and_fences_is_lost_from_text_with_code(
    pieces: list[str], limit: int
) -> None:
    text = "".join(pieces)
    assert bare("\n".join(split(text, limit))) == bare(text)


@given(anything, limits)
@settings(max_examples=500, deadline=None)
def test_every_part_closes_the_code_blocks_it_opens(text: str, limit: int) -> None:
    for part in split(text, limit):
        assert part.count("```") % 2 == 0 or "````" in part


@given(anything, limits, st.data())
@settings(max_examples=500, deadline=None)
def test_full_parts_never_change_while_a_text_grows(
    text: str, limit: int, data: st.DataObject
) -> None:
    short = split(text[: data.draw(st.integers(0, len(text)))], limit)
    assert split(text, limit)[: max(0, len(short) - 1)] == short[:-1]


@given(anything, anything, limits)
@settings(max_examples=500, deadline=None)
def test_a_pager_says_what_split_says_whatever_came_before(
    first: str, second: str, limit: int
) -> None:
    pager = Pager(limit)
    for end in range(0, len(first), 7):
        assert pager.parts(first[:end]) == split(first[:end], limit)
    assert pager.parts(second) == split(second, limit)


@given(st.lists(st.sampled_from(["👩‍👩‍👧", "🇩🇪", "e\u0301", "👍🏽", "각"]), min_size=70), limits)
@settings(max_examples=500, deadline=None)
def test_a_character_of_several_code_points_stays_whole(clusters: list[str], limit: int) -> None:
    joined = "|".join(clusters)
    for part in split(joined.replace("|", ""), limit):
        rest = part
        while rest:
            cluster = next((one for one in clusters if rest.startswith(one)), None)
            assert cluster, f"{rest!r} begins inside a character"
            rest = rest[len(cluster) :]


def test_a_text_that_just_fits_is_one_part() -> None:
    assert split("x" * 2000) == ["x" * 2000]
    assert [len(part) for part in split("x" * 2001)] == [2000, 1]


def test_blank_text_has_no_parts() -> None:
    assert split("") == []
    assert split(" \n" * 3000) == []


@pytest.mark.parametrize("mark", ["*", "**", "***", "__", "~~", "||"])
def test_long_emphasis_is_closed_and_opened_again(mark: str) -> None:
    text = f"Lo! {mark}{'hark, ' * 60}hark{mark} Done."
    first, *_, last = parts = split(text, 100)
    assert all(open_marks(part) == [] for part in parts)
    assert first.startswith(f"Lo! {mark}hark,")
    assert all(part.startswith(mark) and part.endswith(mark) for part in parts[1:-1])
    assert last.endswith(f"hark{mark} Done.")


def test_emphasis_that_ends_at_the_cut_is_not_opened_again() -> None:
    text = f"**{'hark ' * 18}hark**\n\nThe sea is calm tonight, and so are we."
    assert split(text, 113)[-1].startswith("The sea")


def test_a_stray_mark_changes_no_other_paragraph_but_a_spoiler_hides_on() -> None:
    assert open_marks("*Oh.\n\nIt rains.") == []
    assert open_marks("||He did it.\n\nIt rains.") == ["||"]
    assert open_marks("2 * 3, a**b, `*x`, \\*y, ```*z") == []


@given(anything, limits)
@settings(max_examples=300, deadline=None)
def test_spans_lead_to_the_parts_in_the_text_itself(text: str, limit: int) -> None:
    found, parts = spans(text, limit), split(text, limit)
    assert [bare(text[begin:end]) for begin, end in found] == [bare(part) for part in parts]
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def test_a_limit_too_small_for_a_code_block_is_refused() -> None:
    with pytest.raises(ValueError, match="64"):
        split("x", 63)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("a" * 50 + "\n\n" + "b" * 30 + "\n" + "c" * 40, "a" * 50, id="paragraph"),
        pytest.param("a b. " * 12 + "\n" + "c d. " * 20, ("a b. " * 12).strip(), id="line"),
        pytest.param("a" * 60 + ". " + "b c " * 30, "a" * 60 + ".", id="sentence"),
        pytest.param("漢" * 60 + "。" + "字" * 60, "漢" * 60 + "。", id="sentence without a space"),
        pytest.param("ab cd " * 40, ("ab cd " * 16 + "ab").strip(), id="word"),
        pytest.param("a" * 300, "a" * 100, id="nowhere"),
    ],
)
def test_a_cut_prefers_a(text: str, first: str) -> None:
    assert split(text, 100)[0] == first


@pytest.mark.parametrize(
    "whole",
    [
        "[a long label. Really](https://a.example/path)",
        "<:an_emoji_with_a_name:123456789012345678>",
        "https://a.example/a/long/address.with.dots",
        "`code with. Some words`",
        "*She waves. Nobody waves back at her.*",
        "||a secret. And another one||",
    ],
)
@pytest.mark.parametrize("lead", range(50, 100, 3))
def test_what_belongs_together_is_not_cut(whole: str, lead: int) -> None:
    text = "x" * 20 + "y" * (lead - 21) + " " + whole + " and on" * 9
    assert any(whole in part for part in split(text, 100))


def test_a_code_block_is_closed_and_opened_again_with_its_language() -> None:
    code = "\n".join(f"    line_{number} = {number}" for number in range(20))
    parts = split(f"Look:\n```py\n{code}\n```", 100)
    assert len(parts) > 2
    assert parts[0].startswith("Look:\n```py\n    line_0 = 0\n")
    assert all(part.startswith("```py\n    line_") for part in parts[1:])
    assert all(part.endswith("\n```") for part in parts)


def test_a_code_block_that_begins_late_goes_to_the_next_part_whole() -> None:
    block = "```\n" + "code\n" * 8 + "```"
    assert split("word " * 14 + "\n" + block, 100) == [("word " * 14).strip(), block]


def test_a_block_that_ends_at_the_cut_is_not_opened_again() -> None:
    text = "```\n" + "a" * 88 + "\n```\nand on " + "and on " * 20
    parts = split(text, 100)
    assert parts[0] == "```\n" + "a" * 88 + "\n```"
    assert parts[1].startswith("and on")


def test_a_block_still_open_is_closed_for_the_time_being() -> None:
    assert split("```py\nx = 1") == ["```py\nx = 1\n```"]
    assert split("```py\nx = 1\n") == ["```py\nx = 1\n```"]


@pytest.mark.parametrize(
    ("length", "waited", "due"),
    [(0, 60.0, False), (1, 0.9, False), (1, 1.0, True), (29, 0.5, False), (30, 0.0, True)],
)
def test_the_first_paint_waits_for_thirty_characters_or_a_second(
    length: int, waited: float, due: bool
) -> None:
    assert may_paint(length, waited) is due
