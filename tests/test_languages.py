"""The catalogues: each language has every sentence, with the same names, as short as it must be."""

from pathlib import Path
from string import Formatter

import pytest

from bot.languages import ENGLISH, Language, Languages, said, speak, speaking, spoken
from cogs._languages import FOLDER
from cogs._words import MAY_BE_CHARGED, NOT_CHARGED, NOT_SENT
from tests.sentences import sentences

SHIPPED = [each for each in Languages.load(FOLDER) if each is not ENGLISH]

WELSH = Language("cy", "Cymraeg", {"{count} of {limit}": "{count} o {limit}"})

each_language = pytest.mark.parametrize("language", SHIPPED, ids=lambda each: each.code)


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@each_language
def test_every_sentence_of_the_cogs_has_words_in_the_language(language: Language) -> None:
    assert [each for each in sentences() if each not in language.sentences] == []


@each_language
def test_the_same_names_stand_in_both(language: Language) -> None:
    for sentence, words in language.sentences.items():
        assert names_in(words) == names_in(sentence), sentence


@each_language
def test_commands_are_called_as_they_are(language: Language) -> None:
    for sentence, words in language.sentences.items():
        quoted = sorted(sentence.split("`")[1::2])
        assert sorted(words.split("`")[1::2]) == quoted, sentence


@each_language
def test_discord_takes_what_is_a_label_a_title_or_a_hint(language: Language) -> None:
    for sentence, limit in sentences().items():
        assert 0 < len(language.sentences[sentence]) <= limit, sentence


@each_language
def test_what_is_said_of_charges_can_be_put_right_in_the_language(language: Language) -> None:
    words = language.sentences
    for sentence in words:
        for claim in (NOT_SENT, NOT_CHARGED, MAY_BE_CHARGED):
            if claim in sentence and claim is not MAY_BE_CHARGED:
                assert words[claim] in words[sentence], sentence


def test_what_a_catalogue_lacks_is_said_in_english() -> None:
    with speaking(WELSH):
        assert said("{count} of {limit}", count=1, limit=2) == "1 o 2"
        assert said("Queue") == "Queue"
    assert said("{count} of {limit}", count=1, limit=2) == "1 of 2"


def test_a_language_is_spoken_for_a_block_or_until_the_task_ends() -> None:
    speak(WELSH)
    with speaking(ENGLISH):
        assert spoken() is ENGLISH
    assert spoken() is WELSH
    speak(ENGLISH)


def test_a_locale_finds_its_language_and_the_first_that_is_shipped_counts() -> None:
    languages = Languages([WELSH])
    assert languages.find("cy-GB") is WELSH
    assert languages.find("en-US") is ENGLISH
    assert languages.find("sv-SE") is None
    assert languages.find(None) is None
    assert languages.first(None, "sv-SE", "cy") is WELSH
    assert languages.first("sv-SE") is ENGLISH


def test_english_is_there_without_any_catalogue(tmp_path: Path) -> None:
    assert list(Languages.load(tmp_path)) == [ENGLISH]
