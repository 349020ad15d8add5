"""The screen over growing texts: what is held back, and that no cut changes the verdict."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screen import HELD_BACK, StreamScreen, Use, minors
from bot.screening.minors import minor_in
from tests.corpora.texts import corpus


def fed(screen: StreamScreen, text: str, size: int = 4) -> list[str]:
    return [screen.feed(text[at : at + size]) for at in range(0, len(text), size)]


CALM = "She poured the tea and looked at the sea. The boats came home one by one. " * 6


@given(st.integers(1, 60))
def test_a_harmless_stream_comes_out_whole(size: int) -> None:
    screen = StreamScreen()
    released = "".join(fed(screen, CALM, size))
    assert CALM.startswith(released)
    assert released + screen.finish() == CALM
    assert screen.hit is None


def test_the_held_back_end_is_never_shown_before_it_is_screened() -> None:
    screen = StreamScreen()
    before = "".join(fed(screen, CALM))
    after = "".join(fed(screen, "And now I am 15 years old. " + CALM))
    assert screen.hit
    assert "15" not in before + after
    assert screen.finish() == ""


def test_where_nothing_speaks_of_age_only_the_word_that_goes_on_is_held_back() -> None:
    screen = StreamScreen()
    screen.feed(CALM + "The lamp tur")
    screen.look()
    assert screen.finish() == "tur"


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("six", ""),
        ("12", ""),
        ("niece", ""),
        ("s i", "s "),
        ("garden", "garden went along with us, "),
    ],
)
def test_what_follows_a_word_that_may_matter_is_held_back(word: str, shown: str) -> None:
    screen, began = StreamScreen(), f"{CALM}Then her {word} went along with us, and"
    released = screen.feed(began) + screen.look()
    assert released == f"{CALM}Then her {shown}"
    ended = " the boats came home, one by one."
    assert released + screen.feed(ended) + screen.finish() == began + ended


def test_behind_a_word_that_may_matter_no_more_than_80_characters_are_held_back() -> None:
    screen, began = StreamScreen(), "The boats came home at six, and then went on" + " and on" * 20
    released = screen.feed(began) + screen.look()
    assert len(began) - len(released) == HELD_BACK


def test_no_refused_text_comes_into_sight_while_it_is_streamed() -> None:
    for language, text in corpus("refuse", Use.CHAT):
        whole = f"The lamp turned above the bay. {text}\n{CALM}"
        shown = "".join(fed(StreamScreen(step=1), whole, 3))
        assert text not in shown, language
        going_on = f"{shown}lamps"  # nothing says that a sentence ends there
        assert minors(going_on, Use.CHAT) is None, (language, text, shown)


def test_a_hit_at_the_very_end_is_found_when_the_stream_ends() -> None:
    screen = StreamScreen()
    fed(screen, CALM + "I am 15")
    assert screen.hit is None
    assert screen.finish() == ""
    assert screen.hit


def test_what_was_said_before_is_context() -> None:
    alone, replying = StreamScreen(), StreamScreen(before="She is 15.")
    for screen in (alone, replying):
        screen.feed("They were kissing.")
        screen.finish()
    assert alone.hit is None
    assert replying.hit


@given(st.data())
def test_the_verdict_does_not_depend_on_how_the_text_was_cut(data: st.DataObject) -> None:
    refused = [text for _, text in corpus("refuse", Use.CHAT)]
    passed = [text for _, text in corpus("pass", Use.CHAT)]
    parts = data.draw(st.lists(st.sampled_from([*refused, *passed, CALM[:75]]), max_size=4))
    text = ". ".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    screen = StreamScreen()
    released = "".join(screen.feed(text[a:b]) for a, b in pairwise([0, *cuts, len(text)]))
    assert text.startswith(released)
    assert minors(released, Use.CHAT) is None
    released += screen.finish()
    assert (screen.hit is None) == (minors(text, Use.CHAT) is None)
    assert screen.hit or released == text


HARMLESS = st.lists(
    st.sampled_from(
        [
            "What did the shirt cost? 15.",
            "You're 30? I'm four years younger.",
            "How old is the bridge? Sixteen.",
            "My nephew starts 5th grade.",
            "I know.",
            "Two years until my pension!",
            "She is fifteen years old.",
            "I am 15 minutes late, sorry.",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(HARMLESS, HARMLESS, st.integers(1, 60))
def test_no_cut_makes_a_claim_of_what_is_none(before: str, text: str, size: int) -> None:
    screen = StreamScreen(before=before)
    whole = minor_in(text, Use.CHAT, before=before)
    fed(screen, text, size)
    assert screen.hit is None or whole
    screen.finish()
    assert (screen.hit is None) == (whole is None)


def test_what_only_looks_like_a_hit_while_it_grows_is_let_out_in_the_end() -> None:
    text = CALM + "I am 15 minutes late, so the boats are home already. " + CALM
    for size in range(1, 60, 7):
        screen = StreamScreen()
        assert "".join(fed(screen, text, size)) + screen.finish() == text
        assert screen.hit is None


def test_feeding_letter_by_letter_finds_what_the_whole_holds() -> None:
    for _, text in corpus("refuse", Use.CHAT)[::4]:
        screen = StreamScreen()
        released = "".join(fed(screen, CALM + text, 1))
        released += screen.finish()
        assert screen.hit, text
        assert text not in released
