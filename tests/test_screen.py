"""The screen against its corpora, and hidden spellings made from them.

The corpora hold short neutral texts. The lists were mended until the four large corpora were judged
right; nothing was mended with, or learned from, the batches ``held_out*.txt``. Run with ``-rA`` to
see the figures.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import screening
from bot.screen import (
    Finding,
    Use,
    blocked,
    explicit,
    filter_sentences,
    load,
    minors,
    public_figure,
)
from bot.screening import terms
from bot.screening.fold import fold
from bot.screening.minors import minor_in
from bot.screening.terms import languages, numbers, sections
from tests.corpora.teach import LEARNED, source
from tests.corpora.texts import HERE, corpus, rows

USES = (Use.GENERATION, Use.CHAT)


# Ways to hide a word. Each takes a text and returns it as somebody evasive might write it.

LEET = str.maketrans({"e": "3", "o": "0", "i": "1", "a": "4"})
CYRILLIC = str.maketrans(
    {"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "p": "\u0440", "x": "\u0445"}
)
LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def in_words(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: LONG_WORD.sub(lambda word: change(word[0]), text)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def bold(text: str) -> str:
    return "".join(chr(0x1D41A + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in text)


def accented(text: str) -> str:
    return re.sub(r"([a-z])", "\\1\u0301", text)


EVERY_SCRIPT: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "full width": full_width,
    "mathematical bold": bold,
    "stacked accents": accented,
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "tags": lambda text: text + "\U000e0041",
}
LATIN_WORDS: dict[str, Callable[[str], str]] = {
    "cyrillic look-alikes": lambda text: text.translate(CYRILLIC),
    "leetspeak": in_words(lambda word: word.translate(LEET)),
    "spaced out": in_words(" ".join),
    "dotted": in_words(".".join),
    "dashed": in_words("-".join),
    "stretched": in_words(lambda word: word[:2] + word[1] * 3 + word[2:]),
    "broken": in_words(lambda word: f"{word[:2]}*{word[2:]}"),
}
# These take words apart; where a script has no words between spaces there is nothing to take.
UNSPACED = {"ja", "zh", "ko", "th", "hi", "ar", "he", "fa", "ur", "bn"}
EVERY_NTH_WAY = 3
HIDDEN_BAR = 0.01


def hidden(use: Use) -> Iterator[tuple[str, str, str]]:
    """Every text in a third of the ways, each way for a third of the texts."""
    for number, (language, text) in enumerate(corpus("refuse", use)):
        ways = [(way, change(text)) for way, change in EVERY_SCRIPT.items()]
        if language not in UNSPACED:
            ways += [(way, change(text.lower())) for way, change in LATIN_WORDS.items()]
        for way, changed in ways[number % EVERY_NTH_WAY :: EVERY_NTH_WAY]:
            yield way, text, changed


@pytest.mark.parametrize("use", USES)
def test_every_text_that_must_be_refused_is_refused(use: Use) -> None:
    rows = corpus("refuse", use)
    missed = [text for _, text in rows if minors(text, use) is None]
    print(f"{use}: {len(missed)} misses in {len(rows)} texts, {tongues(rows)} languages")  # noqa: T201
    assert missed == []


@pytest.mark.parametrize("use", USES)
def test_no_text_that_must_pass_is_refused(use: Use) -> None:
    rows = corpus("pass", use)
    alarms = [(text, hit) for _, text in rows if (hit := minors(text, use))]
    print(f"{use}: {len(alarms)} false alarms in {len(rows)} texts, {tongues(rows)} languages")  # noqa: T201
    assert alarms == []


@pytest.mark.parametrize("use", USES)
def test_hiding_the_words_does_not_help(use: Use) -> None:
    tried = list(hidden(use))
    missed = [(way, text) for way, text, changed in tried if minors(changed, use) is None]
    print(f"{use}: {len(missed)} misses in {len(tried)} hidden spellings")  # noqa: T201
    assert len(missed) <= HIDDEN_BAR * len(tried), missed


HELD_OUT_BARS = {
    ("held_out.txt", "refuse", Use.GENERATION): 0.05,
    ("held_out.txt", "refuse", Use.CHAT): 0.05,
    ("held_out.txt", "pass", Use.GENERATION): 0.05,
    ("held_out.txt", "pass", Use.CHAT): 0.05,
    ("held_out_2.txt", "refuse", Use.GENERATION): 0.05,
    ("held_out_2.txt", "refuse", Use.CHAT): 0.11,
    ("held_out_2.txt", "pass", Use.GENERATION): 0.05,
    ("held_out_2.txt", "pass", Use.CHAT): 0.05,
    ("held_out_3.txt", "refuse", Use.GENERATION): 0.03,
    ("held_out_3.txt", "refuse", Use.CHAT): 0.05,
    ("held_out_3.txt", "pass", Use.GENERATION): 0.06,
    ("held_out_3.txt", "pass", Use.CHAT): 0.05,
    ("held_out_4.txt", "refuse", Use.GENERATION): 0.09,
    ("held_out_4.txt", "refuse", Use.CHAT): 0.04,
    ("held_out_4.txt", "pass", Use.GENERATION): 0.02,
    ("held_out_4.txt", "pass", Use.CHAT): 0.04,
}


@pytest.mark.parametrize(("batch", "verdict", "use"), HELD_OUT_BARS)
def test_a_batch_that_nothing_was_learned_from(batch: str, verdict: str, use: Use) -> None:
    split = [row.split("|") for row in rows(HERE / batch)]
    texts = [text for kind, _, text in split if kind == f"{verdict} {use}"]
    wrong = [text for text in texts if (minors(text, use) is None) == (verdict == "refuse")]
    print(f"{batch}, must {verdict}, {use}: {len(wrong)} of {len(texts)} judged wrong")  # noqa: T201
    assert len(texts) >= 35
    assert len(wrong) <= HELD_OUT_BARS[batch, verdict, use] * len(texts), wrong


def test_what_was_learned_is_of_the_texts_as_they_are() -> None:
    told = LEARNED.read_text("utf-8")
    assert f"# {source()}\n" in told, "run: python -m tests.corpora.teach"


@pytest.mark.parametrize(
    ("before", "text"), [("How old are you?", "Fifteen."), ("my age?", "fourteen")]
)
def test_an_answer_is_read_beside_its_question(before: str, text: str) -> None:
    assert minors(f"{before} {text}", Use.CHAT)
    assert minors(text, Use.GENERATION) is None


@pytest.mark.parametrize("sign", ["\U0001f467", "\u597d"])
def test_a_sign_of_another_script_hides_no_claim(sign: str) -> None:
    assert minors(f"two years until I can vote {sign}", Use.CHAT)
    assert minors(f"my age? fourteen {sign}", Use.CHAT)


@pytest.mark.parametrize(
    "text", ["14", "14. Serve it warm.", "What did the shirt cost? 15. That is cheap.", "ten\nsix"]
)
def test_numbers_alone_claim_nothing(text: str) -> None:
    assert minors(text, Use.CHAT) is None


def test_what_was_learned_finds_claims_that_no_list_has() -> None:
    split = [row.split("|") for row in rows(HERE / "held_out_3.txt")]
    texts = [text for kind, _, text in split if kind == "refuse chat"]
    listed = [text for text in texts if minor_in(text, Use.CHAT, learned=None)]
    found = [text for text in texts if minor_in(text, Use.CHAT)]
    assert len(found) - len(listed) >= 0.1 * len(texts)


def age_forms() -> Iterator[tuple[str, Use, str]]:
    for row in rows(HERE / "age_forms.txt"):
        language, use, form = row.split("|")
        yield language, Use(use), form


def said(language: str) -> list[tuple[int, str]]:
    """The ages from 3 to 59, in digits and in the number words that the language's list has."""
    found = [(age, str(age)) for age in range(3, 60)]
    spaced = f"spaced/{language}"
    if spaced in languages():
        found += [(v, word) for v, words in numbers("numbers", spaced) for word in words]
    else:
        numerals = sections(f"unspaced/{language}")["numerals"]
        found += [(int(value), word) for word, value in map(split_numeral, numerals)]
    return [(age, word) for age, word in found if 3 <= age < 60]


def split_numeral(numeral: str) -> list[str]:
    return numeral.split("=")


@pytest.mark.parametrize(("language", "use", "form"), list(age_forms()))
def test_every_age_under_18_is_found_in_digits_and_words_and_none_above(
    language: str, use: Use, form: str
) -> None:
    wrong = [
        text
        for age, word in said(language)
        if (minors(text := form.format(n=word), use) is None) == (age < 18)
    ]
    assert wrong == []


def test_a_year_of_birth_is_read_by_the_year_that_it_is() -> None:
    year = datetime.now(UTC).year
    assert minors(f"a woman born in {year - 17}", Use.GENERATION)
    assert minors(f"a woman born in {year - 18}", Use.GENERATION)
    assert minors(f"a woman born in {year - 19}", Use.GENERATION) is None
    assert minors(f"I was born in {year - 15}", Use.CHAT)
    assert minors(f"I was born in {year - 30}", Use.CHAT) is None


def cached() -> Iterator[Any]:
    """The functions of the screen that remember what they gave."""
    names = (f"bot.screening.{each.name}" for each in pkgutil.iter_modules(screening.__path__))
    for module in map(importlib.import_module, names):
        for function in vars(module).values():
            if hasattr(function, "cache_info") and function.__module__ == module.__name__:
                yield function


def test_all_lists_are_read_before_the_first_text() -> None:
    for function in cached():
        function.cache_clear()
    load()
    once = [each for each in cached() if not inspect.signature(each).parameters]
    assert [each.__qualname__ for each in once if not each.cache_info().currsize] == []
    files = terms._read.cache_info().misses
    for use in Use:
        for _, text in corpus("refuse", Use.CHAT)[::10]:
            minors(text, use)
    assert terms._read.cache_info().misses == files


def test_every_language_has_what_the_screen_needs() -> None:
    for language in languages():
        parts = sections(language)
        for part in ("minor", "kin", "numbers", "years", "no", "before"):
            assert parts.get(part), (language, part)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("way", ["capitals", "zero width", "full width", "mathematical bold"])
def test_harmless_texts_stay_harmless_in_other_letters(use: Use, way: str) -> None:
    change = EVERY_SCRIPT[way]
    alarms = [text for _, text in corpus("pass", use) if minors(change(text), use)]
    assert alarms == []


@pytest.mark.parametrize(
    "text",
    [
        "\u20ae\u0246\u0246\u20a6",
        "\u15f7\u15e9\u15f7y",
        "\ua4d4\ua4f0\ua4f0\ua4e0",
    ],
)
def test_letters_of_fancy_text_are_read(text: str) -> None:
    assert minors(text, Use.GENERATION)


def test_the_corpora_are_large_and_speak_many_languages() -> None:
    for verdict in ("refuse", "pass"):
        for use in USES:
            rows = corpus(verdict, use)
            assert len(rows) >= 300
            assert tongues(rows) >= 10


def tongues(rows: list[tuple[str, str]]) -> int:
    return len({language for language, _ in rows})


@pytest.mark.parametrize(
    "text",
    [
        "Mia is a teenager who loves music.",
        "A shy schoolgirl.",
        "Name: Kim. Age: 16.",
        "He is 17 and a pirate.",
        "You are a 12 year old girl.",
        "Lea, 15, painter.",
    ],
)
def test_a_character_who_is_a_minor_is_refused(text: str) -> None:
    assert minors(text, Use.CHARACTER)


@pytest.mark.parametrize(
    "text",
    [
        "Mia is a 34-year-old pilot with two kids.",
        "She teaches teenagers at a high school.",
        "A widow. Her 8-year-old son lives with her.",
        "He was a teacher for 15 years.",
        "Age: 300. A vampire.",
        "She has a teenage son.",
    ],
)
def test_an_adult_character_may_have_children_and_pupils(text: str) -> None:
    assert minors(text, Use.CHARACTER) is None


@pytest.mark.parametrize("text", ["adult, mature woman", "grown-up", "\u6210\u4eba"])
def test_asking_to_avoid_grown_ups_is_refused(text: str) -> None:
    assert minors(text, Use.NEGATIVE)


def test_the_usual_things_may_be_avoided() -> None:
    assert minors("blurry, extra fingers, watermark, old photo", Use.NEGATIVE) is None


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=300), st.sampled_from(list(Use)))
def test_any_text_can_be_screened(text: str, use: Use) -> None:
    minors(text, use)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ,.", max_size=60))
def test_more_text_before_does_not_hide_a_depicted_minor(before: str) -> None:
    assert minors(f"{before}\na toddler", Use.GENERATION)


# Clean prompts, public figures, the operator's words.


@pytest.mark.parametrize("use", USES)
def test_harmless_texts_name_nobody_well_known(use: Use) -> None:
    rows = corpus("pass", use)
    assert [text for _, text in rows if public_figure(text)] == []


@pytest.mark.parametrize(
    "text", ["a nude figure", "NSFW", "n.s.f.w", "p0rn", "desnuda", "\u88f8\u4f53"]
)
def test_explicit_terms_are_found(text: str) -> None:
    hit = explicit(text)
    assert hit
    assert hit.finding is Finding.EXPLICIT


@pytest.mark.parametrize(
    "text",
    [
        "nude lipstick",
        "Moby Dick on a shelf",
        "magna cum laude",
        "visible to the naked eye",
        "a yellow clown \u9ec4\u8272\u3044\u30d4\u30a8\u30ed",
        "a cocktail in Essex",
        "an analysis of grapes",
    ],
)
def test_clean_texts_have_no_explicit_terms(text: str) -> None:
    assert explicit(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "portrait of Taylor Swift",
        "TAYLOR  SWIFT",
        "taylor-swift in a park",
        "taylorswift",
        "T a y l o r S w i f t",
        "T\u0430yl\u043er Swift",
        "\u0412\u043b\u0430\u0434\u0438\u043c\u0438\u0440 \u041f\u0443\u0442\u0438\u043d",
        "Beyonc\u00e9 on a stage",
        "Timoth\u00e9e Chalamet at sea",
        "\u041b\u0438\u043e\u043d\u0435\u043b\u044c \u041c\u0435\u0441\u0441\u0438",
        "\ucc28\uc740\uc6b0",
        "\u7ae0\u5b50\u6021",
    ],
)
def test_public_figures_are_found(text: str) -> None:
    assert public_figure(text)


@pytest.mark.parametrize(
    "text",
    ["a swift tailor", "Emma in a garden", "a trumpet", "tom and jerry", "black coffee, a rose"],
)
def test_ordinary_names_are_nobody(text: str) -> None:
    assert public_figure(text) is None


def test_the_operator_lists_further_names_and_words() -> None:
    assert public_figure("Ilvy Quillfeather at sea", ["Ilvy Quillfeather"])
    assert blocked("a pur-ple cow", ["Purple"])
    assert blocked("a purple cow", []) is None


# Filtered scenes and growing texts.


def test_explicit_sentences_are_taken_out_and_the_rest_stays() -> None:
    text = "He sat down. She was nude! They were naked. Then it rained.\nNobody spoke."
    assert filter_sentences(text) == ("He sat down. ", None, " Then it rained.\nNobody spoke.")


@given(st.text(alphabet="ab .!?\n\u3002", max_size=80))
def test_a_clean_text_comes_through_the_filter_unchanged(text: str) -> None:
    assert "".join(piece or "" for piece in filter_sentences(text)) == text
