"""A growing reply shows nothing that its end would take back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.draft import Draft, Filter
from bot.errors import Denied
from bot.screen import filter_sentences

NOTE = "[-]"
PLAIN, CLEAN = Filter(NOTE, explicit=False), Filter(NOTE, explicit=True)
SENTENCES = st.lists(
    st.sampled_from(
        ["The lamp turns.", "Rain again!", "He was naked.", "Is it late?", "So be it.", "\n\n"]
    ),
    max_size=12,
).map(" ".join)


def drafted(text: str, size: int, *, filtered: bool) -> tuple[list[str], str]:
    """Everything that was shown on the way, and the end."""
    draft = Draft(CLEAN if filtered else PLAIN)
    shown = []
    for start in range(0, len(text), size):
        draft.feed(text[start : start + size])
        shown.append(draft.text)
    return shown, draft.finish()


@given(SENTENCES, st.integers(1, 30))
def test_the_end_is_the_filtered_text_however_it_came(text: str, size: int) -> None:
    pieces = filter_sentences(text)
    whole = "".join(NOTE if piece is None else piece for piece in pieces)
    end = drafted(text, size, filtered=True)[1]
    # Where sentences arrive apart, the white space around a note may differ.
    assert "".join(end.split()) == "".join(whole.split())


@given(SENTENCES, st.integers(1, 30))
def test_a_term_that_is_left_out_is_never_in_sight(text: str, size: int) -> None:
    shown, end = drafted(text, size, filtered=True)
    assert not any("naked" in each for each in (*shown, end))


@given(SENTENCES, st.integers(1, 30))
def test_an_unfiltered_reply_grows_to_its_whole_text(text: str, size: int) -> None:
    shown, end = drafted(text, size, filtered=False)
    assert end == text
    assert all(text.startswith(each) for each in shown)
    cuts = [(each[-1:], text[len(each) : len(each) + 1]) for each in shown]
    assert not any(before.isalnum() and after.isalnum() for before, after in cuts)


@pytest.mark.parametrize("explicit", [False, True])
def test_what_the_operator_refuses_is_left_out_of_every_reply(*, explicit: bool) -> None:
    draft = Draft(Filter(NOTE, explicit, frozenset({"harpsichord"})))
    shown = []
    for part in ("The lamp turns. A harp", "sichord plays. ", "He was naked."):
        draft.feed(part)
        shown.append(draft.text)
    end = draft.finish()
    assert not any("harpsi" in each for each in (*shown, end))
    rest = [] if explicit else ["He", "was", "naked."]
    assert end.split() == ["The", "lamp", "turns.", NOTE, *rest]


def test_a_hit_of_the_minors_screen_ends_the_reply() -> None:
    draft = Draft(CLEAN)
    with pytest.raises(Denied):
        draft.feed("She is a 12 year old girl and they kiss. " * 20)


def test_a_hit_is_found_where_the_text_is_asked_for_and_told_with_what_comes_next() -> None:
    draft = Draft(CLEAN)
    draft.feed("She is a 12 year old girl and they kiss. " * 3)
    assert draft.text == ""
    with pytest.raises(Denied):
        draft.feed("And")


def test_what_was_said_before_counts() -> None:
    draft = Draft(CLEAN, before="She is 15 years old.")
    draft.feed("They kiss.")
    with pytest.raises(Denied):
        draft.finish()


def test_a_sentence_without_end_costs_in_proportion_to_its_length() -> None:
    draft = Draft(CLEAN)
    seen = set()
    for number in range(3000):
        draft.feed(f"and{number % 7} ")
        if number > 300:
            seen.add(draft.text)
    assert len(seen) < 60
    assert len(draft.finish()) == 3000 * 5


def test_sentences_without_end_cost_no_more_for_standing_side_by_side() -> None:
    draft = Draft(PLAIN)
    for number in range(3000):
        draft.feed(f"and{number % 7} " if number != 1500 else "15. ")
        if number % 10 == 0:
            _ = draft.text
    assert len(draft.finish()) == 2999 * 5 + 4


def test_a_term_is_never_in_sight_in_a_sentence_without_end() -> None:
    shown, end = drafted("and then " * 300 + "naked " + "and then " * 300, 7, filtered=True)
    assert not any("naked" in each for each in (*shown, end))


@given(SENTENCES, st.integers(1, 30))
def test_it_says_how_much_of_the_reply_it_shows(text: str, size: int) -> None:
    plain, gapped = Draft(PLAIN), Draft(CLEAN)
    fed = ""
    for start in range(0, len(text), size):
        fed += text[start : start + size]
        for draft in (plain, gapped):
            draft.feed(text[start : start + size])
        assert plain.text == fed[: plain.released]
        assert 0 <= gapped.released <= len(fed)
        assert gapped.text or not gapped.released
