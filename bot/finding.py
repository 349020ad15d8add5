"""Finding a character or chat that was created, or may have been, without its id being known.

A create is never repeated blindly. What it made says what was sent and belongs to nobody that we
know of; the account is shared, so what it held before is never taken for it.
"""

import asyncio
from contextlib import suppress

from bot.api import Api, routes
from bot.api.models.characters import Character
from bot.api.models.chats import Chat
from bot.errors import ApiError, Malformed, Missing, ServerFault, Uncertain, Unreachable
from bot.pauses import pauses
from bot.store import Store
from bot.store.records import Intention

LOST = (Unreachable, ServerFault, Malformed)
"""What a create raises that may have happened all the same; of them ``NotSent`` surely did not."""


async def find_character(api: Api, store: Store, intention: Intention, within: float) -> str:
    """The id of the character that was created; it is looked for ``within`` seconds.

    Raises:
        Uncertain: There is none to be found.
    """
    for pause in pauses(within):
        await asyncio.sleep(pause)
        with suppress(ApiError):
            for each in await api.call(routes.LIST_CHAT_CHARACTERS):
                found = each.chat_character_id
                fits = found not in intention.before and _says(each, intention)
                if fits and await store.characters.get(found) is None:
                    return found
    raise Uncertain("character")


async def find_chat(api: Api, store: Store, intention: Intention, within: float) -> str:
    """The id of the chat that was created, by its character and persona, as ``find_character``.

    Raises:
        Uncertain: There is none to be found.
    """
    others = {each.made_id for each in await store.intentions.all()}
    for pause in pauses(within):
        await asyncio.sleep(pause)
        with suppress(ApiError):
            for chat in await api.call(routes.LIST_CHATS):
                if chat.chat_id in others or not _is_with(chat, intention):
                    continue
                if await store.scenes.get(chat.chat_id) is None and await _is_by(
                    api, chat, intention
                ):
                    return chat.chat_id
    raise Uncertain("scene")


def _says(character: Character, intention: Intention) -> bool:
    """Whether a character says what was sent; lists may leave its longer texts out."""
    body = intention.body
    texts = {"bio": character.character_bio, "shortBio": character.short_bio}
    said = all(text in (None, body[name]) for name, text in texts.items())
    return said and character.character_name == body["name"]


def _is_with(chat: Chat, intention: Intention) -> bool:
    return chat.chat_character_id in (None, intention.body["chatCharacterId"])


async def _is_by(api: Api, chat: Chat, intention: Intention) -> bool:
    """Whether a chat has the persona that was asked for; personas belong to one person each."""
    with suppress(Missing):
        who = await api.call(routes.GET_PERSONA_FOR_CHAT, path={"chatId": chat.chat_id})
        return bool(who.id == intention.body["personaId"])
    return False
