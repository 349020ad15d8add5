"""Character cards: what is read from other programs' files, and what is written for them."""

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import (
    LONG_LIMIT,
    Card,
    addressed,
    read,
    texts_of,
    with_texts,
    write,
    write_png,
)
from bot.errors import Unreadable

V1 = {
    "name": "Mira",
    "description": "{{char}} keeps the lamp for {{user}}.",
    "personality": "Calm.",
    "scenario": "A stormy night.",
    "first_mes": "Welcome, {{user}}. I am {{CHAR}}.",
    "mes_example": "<START>",
}
V2 = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {**V1, "tags": ["sea"]}}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(
    lambda text: text.strip() == text
)
CARDS = st.builds(
    Card,
    name=TEXTS.map(lambda text: text[:50].strip() or "x").filter(str.strip),
    bio=TEXTS,
    short_bio=TEXTS,
    first_message=TEXTS,
    greetings=st.lists(TEXTS, max_size=5).map(tuple),
)


def plain(card: Card) -> bool:
    """Whether no text has a placeholder, which reading would fill in."""
    texts = (card.name, card.bio, card.short_bio, card.first_message, *card.greetings)
    return all("{{" not in text and "<" not in text for text in texts)


PLAIN = CARDS.filter(plain)
KEYWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=79)


@settings(deadline=None)
@given(PLAIN, st.sampled_from((2, 3)))
def test_what_is_written_is_read_again(card: Card, version: int) -> None:
    assert read(write(card, 3 if version == 3 else 2)) == card


@settings(deadline=None)
@given(PLAIN)
def test_a_picture_carries_the_card(card: Card) -> None:
    assert read(write_png(card, None)) == card


@settings(deadline=None)
@given(PLAIN, PLAIN)
def test_a_picture_carries_the_card_that_came_last(first: Card, second: Card) -> None:
    assert read(write_png(second, write_png(first, None))) == second


@settings(deadline=None)
@given(st.dictionaries(KEYWORDS, st.binary(max_size=200), max_size=5))
def test_texts_of_a_picture_come_back(texts: dict[str, bytes]) -> None:
    png = with_texts(write_png(read(json.dumps(V1).encode()), None), texts)
    held = texts_of(png)
    assert {keyword: held[keyword] for keyword in texts} == texts
    assert zlib.crc32(b"IEND").to_bytes(4, "big") == png[-4:]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_anything_else_is_no_card(content: bytes) -> None:
    for given_bytes in (content, b"\x89PNG\r\n\x1a\n" + content):
        with pytest.raises(Unreadable):
            read(given_bytes)


@settings(deadline=None)
@given(st.integers(0, 2000))
def test_a_picture_cut_short_is_no_card(length: int) -> None:
    png = write_png(read(json.dumps(V1).encode()), None)
    with pytest.raises(Unreadable):
        read(png[: min(length, len(png) - 13)])


@pytest.mark.parametrize("card", [V1, V2, {**V2, "spec": "chara_card_v3", "spec_version": "3.0"}])
def test_every_version_is_read(card: object) -> None:
    found = read(json.dumps(card).encode())
    assert found.name == "Mira"
    assert found.bio.startswith("Mira keeps the lamp for the user.")
    assert "Personality: Calm." in found.bio
    assert found.first_message == "Welcome, {{user}}. I am Mira."
    assert found.folded == ("personality", "scenario", "how they talk")


def test_the_newer_chunk_wins() -> None:
    def chunk(name: str) -> bytes:
        return base64.b64encode(json.dumps({**V1, "name": name}).encode())

    png = with_texts(
        write_png(read(json.dumps(V1).encode()), None),
        {"chara": chunk("Old"), "ccv3": chunk("New")},
    )
    assert read(png).name == "New"
    assert "the picture" in read(png).dropped


def test_what_does_not_fit_is_dropped_and_named() -> None:
    entries = [{"keys": ["lamp"], "content": "x" * 9000, "enabled": True} for _ in range(2)]
    data = {**V1, "character_book": {"entries": entries}, "tags": ["sea"]}
    found = read(json.dumps({"spec": "chara_card_v2", "data": data}).encode())
    assert len(found.bio) <= LONG_LIMIT
    assert "the character book" in found.folded
    assert {"the character book", "tags"} <= set(found.dropped)


def test_all_greetings_are_kept() -> None:
    data = {**V1, "alternate_greetings": ["Hello {{user}}", "", 3, "Ahoy"]}
    found = read(json.dumps({"data": data}).encode())
    assert found.greetings == ("Hello {{user}}", "Ahoy")


def test_placeholders_are_filled_in_whatever_their_case() -> None:
    assert addressed("{{Char}} greets {{USER}} and <user>", "Mira", "Al") == "Mira greets Al and Al"
