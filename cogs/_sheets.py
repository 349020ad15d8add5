"""What a character looks like on Discord: its forms, its card, and the list of all."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import discord
from discord import ui

from bot import cards
from bot.api import compose, routes
from bot.api.models.characters import Character as Sheet
from bot.api.models.characters import CreateCharacter, UpdateCharacter
from bot.api.pictures import sniff
from bot.app import Vivant
from bot.errors import OverLimit, Uncertain, Unreadable
from bot.languages import said, speaking
from bot.policy import Send
from bot.provenance import source_by_id
from bot.store.records import Character, Intention
from cogs._answers import Click, tell_later
from cogs._buttons import attached, file_field, form, text_field
from cogs._gate import Facts
from cogs._portraits import portrait
from cogs._present import ALT_LIMIT, bare, layout, pager, plain, tame
from cogs._words import words

PAGE_SIZE = 5
LINE_LIMIT = 300
BIO_SHOWN, GREETING_SHOWN = 1500, 800
TYPED_LIMIT = 4000
"""Characters that one input of a modal takes (Discord); what is longer goes by file."""

FILE_LIMIT = 10 * 1024 * 1024
FILE_HINT = "A long bio as text, or a card as JSON or PNG"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with pictures in it."""

    view: ui.LayoutView
    files: list[discord.File]


def empty_form(title: str, custom_id: str) -> ui.Modal:
    """The form for a new character."""
    return form(
        title,
        custom_id,
        text_field("Name", "name", 50),
        text_field("In one line", "short_bio", 1000, hint="Shown in lists"),
        text_field("Who they are", "bio", TYPED_LIMIT, long=True, must=False),
        text_field("First message", "first_message", TYPED_LIMIT, long=True, must=False),
        file_field("File", "file", FILE_HINT),
    )


def filled_form(facts: Facts, custom_id: str, sheet: Sheet) -> ui.Modal:
    """The form with what a character is now; texts that it leaves out stay as they are.

    Those are texts too long for it, and such as may not stand here.
    """
    fields = [
        text_field(label, name, limit, long=limit == TYPED_LIMIT, value=text, must=must)
        for label, name, limit, must, text in (
            ("Name", "name", 50, True, sheet.character_name),
            ("In one line", "short_bio", 1000, True, sheet.short_bio or ""),
            ("Who they are", "bio", TYPED_LIMIT, False, sheet.character_bio or ""),
            ("First message", "first_message", TYPED_LIMIT, False, opening_of(sheet)),
        )
        if len(text) <= limit and facts.readable(text) == text
    ]
    return form("Edit character", custom_id, *fields, file_field("File", "file", FILE_HINT))


def opening_of(sheet: Sheet) -> str:
    """A character's first message."""
    return (sheet.first_message.text if sheet.first_message else None) or ""


def card_of(character: Character, sheet: Sheet) -> cards.Card:
    """A character as a card for other programs."""
    return cards.Card(
        name=sheet.character_name,
        bio=sheet.character_bio or "",
        short_bio=sheet.short_bio or "",
        first_message=opening_of(sheet),
        greetings=tuple(character.greetings),
    )


def readable_card(facts: Facts, card: cards.Card) -> cards.Card:
    """A card with what of it may be shown here."""
    return replace(
        card,
        name=facts.readable(card.name),
        bio=facts.readable(card.bio),
        short_bio=facts.readable(card.short_bio),
        first_message=facts.readable(card.first_message),
        greetings=tuple(map(facts.readable, card.greetings)),
    )


async def given_texts(interaction: Click, typed: Mapping[str, str]) -> dict[str, Any]:
    """What a form says of a character: what was typed, over what its file brought.

    Raises:
        Unreadable: The file is neither a card nor plain text.
        OverLimit: It is too large.
    """
    typed = {name: text for name, text in typed.items() if name != "file"}
    attachment = attached(interaction, "file")
    if attachment is None:
        return dict(typed)
    if attachment["size"] > FILE_LIMIT:
        raise OverLimit("file", FILE_LIMIT // 1024**2)
    content = await interaction.client.http.get_from_cdn(attachment["url"])
    if attachment["filename"].lower().endswith((".json", ".png")):
        card = cards.read(content)
        return {**fields_of(card), **typed, "greetings": card.greetings}
    try:
        return {**typed, "bio": content.decode("utf-8-sig")}
    except UnicodeDecodeError:
        raise Unreadable("text") from None


def fields_of(card: cards.Card) -> dict[str, str]:
    """A card's texts by the names of a request's fields."""
    return {
        "name": card.name,
        "bio": card.bio,
        "short_bio": card.short_bio,
        "first_message": card.first_message,
    }


def created(fields: Mapping[str, Any]) -> CreateCharacter:
    """The request for a new character.

    Raises:
        Invalid: A text is missing or too long.
    """
    return cast("CreateCharacter", compose(routes.CREATE_CHAT_CHARACTER, fields))


def updated(character: Character, sheet: Sheet, given: Mapping[str, Any]) -> UpdateCharacter:
    """The request for a character's new state: what was given, over what it is.

    Raises:
        Invalid: A text is too long.
    """
    now = fields_of(card_of(character, sheet))
    pictured = {"media_id": character.media_id, "prompt_id": character.prompt_id}
    kept = {name: value for name, value in pictured.items() if value}
    fields = {**now, **kept, **given}
    return cast("UpdateCharacter", compose(routes.UPDATE_CHAT_CHARACTER, fields))


async def asking(
    facts: Facts,
    operation: str,
    card: CreateCharacter | UpdateCharacter,
    greetings: Sequence[str] = (),
) -> Send:
    """The question whether a character may be created or changed, with all that shapes it."""
    media_id = card.media_id
    sources = {media_id: await source_by_id(facts.bot.store, media_id)} if media_id else {}
    return Send(operation, card.wire(), sources=sources, texts=tuple(greetings))


async def create_character(
    interaction: Click,
    intention: Intention,
    card: CreateCharacter,
    greetings: Sequence[str] = (),
    *,
    look: str = "",
    drawn_name: str = "",
) -> Character:
    """Ask the policy, then create a character.

    Raises:
        Denied: A text or its picture may not be used.
        Uncertain: It may have been created, and cannot be found.
    """
    facts = await Facts.of_interaction(interaction)
    await facts.ask(await asking(facts, "create_chat_character", card, greetings))
    return await interaction.client.library.create_character(
        intention, card, greetings=tuple(greetings), look=look, drawn_name=drawn_name
    )


async def end_character(bot: Vivant, intention: Intention) -> None:
    """Bring in a character that a process left half made, and tell whoever waits for it."""
    with speaking(bot.languages.first(intention.anchor.language)):
        try:
            if not intention.sent:
                told = said("I was restarted before I could make your character. Please try again.")
            else:
                told = ready(await bot.library.recover(intention))
        except Uncertain as error:
            told = f"⚠️ {words(error)}"
    await tell_later(bot, intention.anchor, told)


def ready(character: Character) -> str:
    """What is said of a new character."""
    name = plain(character.name)
    title = said("{name} is ready", name=name)
    return f"### {title}\n{said('Meet them with `/chat start character:{name}`.', name=name)}"


async def profile(facts: Facts, character: Character, sheet: Sheet) -> Shown:
    """Everything about one character, for its owner or whoever it is shared with."""
    about = tame(facts.readable(character.short_bio))
    title = f"### {plain(facts.readable(character.name))}\n{about}"
    files: list[discord.File] = []
    head = await _pictured(facts, character, ui.TextDisplay(title), files)
    bio, first = facts.readable(sheet.character_bio or ""), facts.readable(opening_of(sheet))
    items: list[ui.Item[Any]] = [
        head,
        ui.TextDisplay(f"**{said('Who they are')}**\n{tame(_cut(bio, BIO_SHOWN))}"),
        ui.TextDisplay(f"**{said('First message')}**\n{tame(_cut(first, GREETING_SHOWN))}"),
    ]
    if character.greetings:
        more = said("{count} more ways to open a scene", count=len(character.greetings))
        items.append(ui.TextDisplay(f"-# {more}"))
    return Shown(layout(*items), files)


async def listing(facts: Facts, found: list[Character], page: int) -> Shown:
    """One page of a person's characters, with pictures."""
    if not found:
        text = said("You have no characters yet. `/character create` makes one.")
        return Shown(layout(ui.TextDisplay(text)), [])
    last = (len(found) - 1) // PAGE_SIZE
    page = min(page, last)
    shown = found[page * PAGE_SIZE :][:PAGE_SIZE]
    files: list[discord.File] = []
    lines = (_pictured(facts, each, ui.TextDisplay(_line(facts, each)), files) for each in shown)
    heading: ui.Item[Any] = ui.TextDisplay(f"### {said('Characters')}")
    items = [heading, *await asyncio.gather(*lines)]
    items += pager("characters:page", page, last)
    return Shown(layout(*items), files)


async def _pictured(
    facts: Facts, character: Character, text: ui.TextDisplay[Any], files: list[discord.File]
) -> ui.Item[Any]:
    """A text with the character's picture beside it, if it has one that may be seen here."""
    picture = await portrait(facts, character)
    if picture is None:
        return text
    extension = (sniff(picture) or "image/png").rpartition("/")[2]
    name = f"{character.character_id}.{extension}"
    files.append(discord.File(io.BytesIO(picture), filename=name))
    alt = bare(said("Picture of {name}", name=facts.readable(character.name)), ALT_LIMIT)
    return ui.Section(text, accessory=ui.Thumbnail(f"attachment://{name}", description=alt))


def _line(facts: Facts, character: Character) -> str:
    shared = facts.place.guild_id in character.shared_with
    mark = f" · {said('shared')}" if shared else ""
    about = plain(facts.readable(character.short_bio), LINE_LIMIT)
    return f"**{plain(facts.readable(character.name))}**{mark}\n{about}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
