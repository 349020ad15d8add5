"""Character cards as other programs write them: JSON, or hidden in a PNG.

Reads versions 1, 2 and 3 (Character Card V2 and V3 specifications), writes 2 and 3. Hides what
the formats call things, and how a picture carries text. What our characters have no field for is
folded into the bio while there is room; the report says what was folded and what was dropped.
"""

import base64
import binascii
import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.errors import Unreadable

NAME_LIMIT, SHORT_LIMIT, LONG_LIMIT = 50, 1000, 15000
"""Characters of a name, a short bio, a bio or first message (AI API, Submit Character)."""

GREETINGS_LIMIT = 20

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORDS = ("ccv3", "chara")
"""PNG text chunks that hold a card, the one to prefer first (Character Card V3)."""

Version = Literal[2, 3]

_CHARACTER = re.compile(r"\{\{char\}\}|<BOT>", re.IGNORECASE)
_USER = re.compile(r"\{\{user\}\}|<USER>", re.IGNORECASE)

_FOLDED = (
    ("personality", "Personality"),
    ("scenario", "Scenario"),
    ("system_prompt", "How they are played"),
    ("post_history_instructions", "Always in mind"),
    ("mes_example", "How they talk"),
)
"""Fields of a card that go into the bio, most important first, with their headings."""

_DROPPED = {
    "group_only_greetings": "greetings for groups",
    "assets": "assets",
    "tags": "tags",
    "creator_notes_multilingual": "notes in other languages",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A character as a card tells it, within the AI API's limits; texts may hold ``{{user}}``."""

    name: str
    bio: str
    short_bio: str
    first_message: str
    greetings: tuple[str, ...] = ()
    folded: tuple[str, ...] = field(default=(), compare=False)
    dropped: tuple[str, ...] = field(default=(), compare=False)


def addressed(text: str, character: str, user: str) -> str:
    """``text`` with the placeholders of cards filled in."""
    return _USER.sub(lambda _: user, _CHARACTER.sub(lambda _: character, text))


def read(content: bytes) -> Card:
    """The card in a JSON or PNG file.

    Raises:
        Unreadable: There is none in it, or it has no name or nothing to say of the character.
    """
    if content.startswith(SIGNATURE):
        card = _parsed(_carried(content))
        return _shortened(card, "the picture")
    return _shortened(_parsed(content))


def write(card: Card, version: Version) -> bytes:
    """``card`` as a JSON file of that version."""
    fields: dict[str, Any] = {
        "name": card.name,
        "description": card.bio,
        "personality": "",
        "scenario": "",
        "first_mes": card.first_message,
        "mes_example": "",
        "creator_notes": card.short_bio,
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": list(card.greetings),
        "tags": [],
        "creator": "",
        "character_version": "",
        "extensions": {},
    }
    if version == 3:
        fields["group_only_greetings"] = []
    shell = {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": fields}
    return json.dumps(shell, ensure_ascii=False, indent=1).encode()


def write_png(card: Card, picture: bytes | None) -> bytes:
    """A PNG with the card in it, in both versions; a plain one unless ``picture`` is a PNG."""
    given = picture if picture and picture.startswith(SIGNATURE) else _plain_picture()
    versions: tuple[tuple[str, Version], ...] = (("chara", 2), ("ccv3", 3))
    texts = {name: base64.b64encode(write(card, version)) for name, version in versions}
    return with_texts(given, texts)


def texts_of(png: bytes) -> dict[str, bytes]:
    """The uncompressed text chunks of a PNG by keyword.

    Raises:
        Unreadable: It is not a whole PNG.
    """
    chunks = (body.partition(b"\0") for kind, body in _chunks(png) if kind == b"tEXt")
    return {keyword.decode("latin-1"): text for keyword, _, text in chunks}


def with_texts(png: bytes, texts: Mapping[str, bytes]) -> bytes:
    """A PNG with these text chunks, in the place of its own under the same keywords.

    Raises:
        Unreadable: It is not a whole PNG.
    """
    written = bytearray(SIGNATURE)
    for kind, body in _chunks(png):
        if kind == b"IEND":
            for keyword, text in texts.items():
                written += _chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text)
        own = kind == b"tEXt" and body.partition(b"\0")[0].decode("latin-1") in texts
        written += b"" if own else _chunk(kind, body)
    return bytes(written)


def _carried(png: bytes) -> bytes:
    """The card's JSON out of a picture."""
    texts = texts_of(png)
    for keyword in KEYWORDS:
        if keyword in texts:
            try:
                return base64.b64decode(texts[keyword], validate=True)
            except binascii.Error:
                continue
    raise Unreadable("card")


def _parsed(content: bytes) -> dict[str, Any]:
    """The fields of a card of any version."""
    try:
        card = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("card") from None
    fields = card.get("data", card) if isinstance(card, dict) else None
    if not isinstance(fields, dict) or not _text(fields, "name"):
        raise Unreadable("card")
    return fields


def _shortened(fields: Mapping[str, Any], *dropped: str) -> Card:
    """A card within the limits, with the report of what that took."""
    name = _text(fields, "name")[:NAME_LIMIT]
    called = _text(fields, "nickname") or name

    def told(text: str) -> str:
        return addressed(text, called, "the user")

    bio, folded, left_out = _bio(fields, told)
    first, *others = _greetings(fields, called) or [""]
    if not bio:
        raise Unreadable("card")
    notes = _text(fields, "creator_notes")
    left_out += [label for key, label in _DROPPED.items() if fields.get(key)]
    left_out += ["further greetings"] if len(others) > GREETINGS_LIMIT else []
    return Card(
        name=name,
        bio=bio,
        short_bio=told(notes or _first_sentence(bio))[:SHORT_LIMIT],
        first_message=first or f"*{name} looks up.*",
        greetings=tuple(others[:GREETINGS_LIMIT]),
        folded=tuple(folded),
        dropped=(*dropped, *left_out),
    )


def _bio(fields: Mapping[str, Any], told: Any) -> tuple[str, list[str], list[str]]:
    """The bio, and the names of the parts that went into it and of those that did not fit."""
    bio = told(_text(fields, "description"))[:LONG_LIMIT]
    cut = len(_text(fields, "description")) > LONG_LIMIT
    folded, dropped = list[str](), ["the end of the description"] if cut else []
    for label, part in _parts(fields):
        added = "\n\n".join(filter(None, (bio, told(part))))
        if len(added) <= LONG_LIMIT:
            bio = added
            folded.append(label)
        else:
            dropped.append(label)
    return bio, list(dict.fromkeys(folded)), list(dict.fromkeys(dropped))


def _parts(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What goes into the bio beside the description: its name for the report, and its text."""
    for key, heading in _FOLDED:
        if text := _text(fields, key):
            yield heading.lower(), f"{heading}: {text}"
    book = fields.get("character_book")
    entries = book.get("entries") if isinstance(book, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("enabled", True) and _text(entry, "content"):
            keys = entry.get("keys")
            about = ", ".join(map(str, keys)) if isinstance(keys, list) else ""
            yield "the character book", f"About {about or 'the world'}: {_text(entry, 'content')}"


def _greetings(fields: Mapping[str, Any], name: str) -> list[str]:
    """All ways to open, the first message first; ``{{user}}`` is filled in when a scene starts."""
    others = fields.get("alternate_greetings")
    texts = [fields.get("first_mes"), *(others if isinstance(others, list) else ())]
    spoken = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
    return [_CHARACTER.sub(lambda _: name, text)[:LONG_LIMIT] for text in spoken]


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return value.strip() if isinstance(value, str) else ""


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s|\n", text, maxsplit=1)[0]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk, the end included (PNG specification, 5.3)."""
    if not png.startswith(SIGNATURE):
        raise Unreadable("picture")
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", png[at : at + 8].ljust(8, b"\0"))
        body = png[at + 8 : at + 8 + length]
        if kind == b"\0\0\0\0" or len(body) < length:
            raise Unreadable("picture")
        yield kind, body
        at += length + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _plain_picture(width: int = 256, height: int = 384) -> bytes:
    """One colour, for a character without a picture that could carry a card."""
    row = b"\0" + bytes((139, 92, 246)) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(row * height, 9)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)
