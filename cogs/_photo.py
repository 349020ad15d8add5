"""A picture of the moment, by the way that is open here.

Where explicit content may be, the AI API draws it from the chat. Everywhere else it is an
ordinary clean picture: the character's look, the last lines, and the name that its face comes from.
"""

from collections.abc import Collection
from typing import Any

from bot.api.models.chats import Chat
from bot.errors import Denied, NotFound
from bot.operations import IMAGE
from bot.policy import Reason, Send, Show, Shown
from bot.screen import filter_sentences
from bot.store.records import Anchor, Character, Scene
from cogs._gate import Facts
from cogs._submit import Wish, post

CLEAN_WAY = {Reason.EXPLICIT_OFF, Reason.NOT_AGE_RESTRICTED, Reason.NOT_ADULT}
"""Refusals of a chat image that leave the clean way open."""

LOOK_LIMIT, SCENE_LIMIT = 1500, 1000
"""Characters of ``appearance`` and ``scene`` (AI API, Create Prompt)."""

BIO_SHARE = 500
LAST_LINES = 2


def may_take_photo(facts: Facts, scene: Scene) -> bool:
    """Whether a picture of the moment would be taken here for this person, by either way."""
    drawn = Send("create_chat_image", unfiltered=not scene.filtered)
    clean = Send(IMAGE.name, {"appearance": "a person"})
    return facts.allows(drawn) or facts.allows(clean)


async def take_photo(facts: Facts, scene: Scene) -> None:
    """Have a picture of the moment taken; it appears in the scene by itself.

    Raises:
        Denied: Not here, or not by this person.
        OverLimit: This person has too many pictures under way.
    """
    await facts.ask(Show(Shown.SCENE, private=False, barred=False))
    try:
        await facts.ask(Send("create_chat_image", unfiltered=not scene.filtered))
    except Denied as error:
        if error.reason not in CLEAN_WAY:
            raise
        await _draw(facts, scene)
    else:
        await facts.bot.chats.picture(scene, facts.person.person_id)


async def _draw(facts: Facts, scene: Scene) -> None:
    """Make a clean picture; it says what it shows in the scene's own message of a job."""
    character = await facts.bot.store.characters.get(scene.character_id)
    if character is None:
        raise NotFound("character")
    # Asked before anything is looked up for it, and once more when it is whole.
    await facts.may_make(IMAGE, {"name": character.drawn_name}, character.drawn_name)
    wish = Wish(IMAGE, await _body(facts, scene, character), drawn_names=(character.drawn_name,))
    await post(facts, wish, Anchor(channel_id=scene.channel_id, guild_id=scene.guild_id))


async def _body(facts: Facts, scene: Scene, character: Character) -> dict[str, Any]:
    """The clean picture's request, by wire names; it leaves explicit sentences out."""
    look = character.look
    if not look:
        sheet = await facts.bot.library.sheet(character)
        look = f"{character.short_bio}. {(sheet.character_bio or '')[:BIO_SHARE]}"
    chat, terms = await facts.bot.chats.held(scene), facts.bot.settings.rules.blocked_terms
    body = {
        "name": character.drawn_name,
        "appearance": _clean(look, terms)[:LOOK_LIMIT] or "a person",
        "scene": last_lines(chat, SCENE_LIMIT, terms),
    }
    return {field: value for field, value in body.items() if value}


def last_lines(chat: Chat, limit: int, terms: Collection[str]) -> str:
    """What was said last in a chat, at most ``limit`` characters.

    Without explicit sentences, and those with one of the ``terms`` that the operator refuses.
    """
    lines = [message.text for message in chat.messages if message.text][-LAST_LINES:]
    return _clean("\n".join(lines), terms)[-limit:]


def _clean(text: str, terms: Collection[str]) -> str:
    return " ".join("".join(filter(None, filter_sentences(text, terms))).split())
