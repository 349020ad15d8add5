"""The real client against the sandbox: characters, personas, chats and their dialects."""

import pytest

from bot.api import compose, routes
from bot.api.models.events import Complete
from bot.errors import (
    Missing,
    StreamBroken,
)
from sandbox.aliveai import Dialect
from tests.api.pairs import character, chat, last, pair, say


async def test_characters_are_kept() -> None:
    async with pair() as (_, api):
        made_id = await character(api)
        assert made_id in {
            one.chat_character_id for one in await api.call(routes.LIST_CHAT_CHARACTERS)
        }
        card = {"name": "Eve", "bio": "A pilot.", "short_bio": "Flies.", "first_message": "Hi."}
        body = compose(routes.UPDATE_CHAT_CHARACTER, card)
        await api.call(routes.UPDATE_CHAT_CHARACTER, path={"id": made_id}, body=body)
        found = await api.call(routes.GET_CHAT_CHARACTER, path={"id": made_id})
        assert (found.character_name, found.first_message and found.first_message.text) == (
            "Eve",
            "Hi.",
        )
        await api.call(routes.DELETE_CHAT_CHARACTER, path={"id": made_id})
        assert made_id not in {
            one.chat_character_id for one in await api.call(routes.LIST_CHAT_CHARACTERS)
        }


@pytest.mark.parametrize("status", [204, 404])
async def test_an_unknown_character_is_missing(status: int) -> None:
    async with pair(dialect=Dialect(missing_character=status)) as (_, api):  # type: ignore[arg-type]
        with pytest.raises(Missing):
            await api.call(routes.GET_CHAT_CHARACTER, path={"id": "nobody"})


async def test_a_card_is_drawn_from_a_picture_and_refined() -> None:
    async with pair() as (_, api):
        body = compose(
            routes.CREATE_CHARACTER_VISION,
            {"image_url": "https://example.com/a.png", "character_name": "Ada"},
        )
        card = await api.call(routes.CREATE_CHARACTER_VISION, body=body)
        assert card.first_mes
        again = compose(
            routes.UPDATE_CHARACTER_VISION,
            {"chat_character_from_image_response": card, "update_prompt": "more shy"},
        )
        assert (await api.call(routes.UPDATE_CHARACTER_VISION, body=again)).name == card.name


async def test_personas_are_kept() -> None:
    async with pair() as (_, api):
        body = compose(routes.CREATE_CHAT_PERSONA, {"name": "Sam", "is_default": False})
        persona = await api.call(routes.CREATE_CHAT_PERSONA, body=body)
        change = {"name": "Max", "bio": "Tall.", "is_default": False}
        await api.call(
            routes.UPDATE_CHAT_PERSONA,
            path={"id": persona.id},
            body=compose(routes.UPDATE_CHAT_PERSONA, change),
        )
        listed = {one.id: one.name for one in await api.call(routes.LIST_CHAT_PERSONAS)}
        assert listed[persona.id] == "Max"
        chat_id = await chat(api, persona.id)
        mine = await api.call(routes.GET_PERSONA_FOR_CHAT, path={"chatId": chat_id})
        assert mine.id == persona.id
        await api.call(routes.DELETE_CHAT, path={"chatId": chat_id})
        await api.call(routes.CREATE_CHAT_PERSONA, body=body)
        await api.call(routes.DELETE_CHAT_PERSONA, path={"id": persona.id})


async def test_a_chat_is_talked_in_swiped_edited_and_rewound() -> None:
    async with pair() as (_, api):
        chat_id = await chat(api)
        tokens, end = await say(api, chat_id, "Hello")
        assert end.text == tokens.strip() or end.text == tokens
        message = await last(api, chat_id)
        path = {"chatId": chat_id, "messageId": message.message_id}
        events = [event async for event in api.stream(routes.REGENERATE_CHAT_MESSAGE, path=path)]
        assert isinstance(events[-1], Complete)
        first, second = (await last(api, chat_id)).candidates
        assert events[-1].text == second.message
        await api.call(
            routes.UPDATE_SELECTED_CANDIDATE, path=path, query={"candidateId": first.candidate_id}
        )
        await api.call(
            routes.UPDATE_CANDIDATE_MESSAGE,
            path=path | {"candidateId": first.candidate_id},
            body=compose(routes.UPDATE_CANDIDATE_MESSAGE, {"message": "Changed."}),
        )
        assert (await last(api, chat_id)).text == "Changed."
        await api.call(routes.DELETE_CHAT_MESSAGES, path=path)
        assert (await last(api, chat_id)).message_id != message.message_id
        assert chat_id in {one.chat_id for one in await api.call(routes.LIST_CHATS)}


async def test_a_picture_is_made_in_a_chat_and_again() -> None:
    async with pair() as (_, api):
        chat_id = await chat(api)
        picture = await api.call(routes.CREATE_CHAT_IMAGE, path={"chatId": chat_id})
        assert picture.selected
        assert picture.selected.media
        path = {"chatId": chat_id, "messageId": picture.message_id}
        again = await api.call(routes.REGENERATE_CHAT_IMAGE, path=path)
        assert len(again.candidates) == 2


@pytest.mark.parametrize(
    "dialect",
    [
        *(Dialect(token_field=name) for name in ("token", "content", "text", "delta")),
        *(Dialect(complete=shape) for shape in ("message", "text", "bare")),
    ],
    ids=repr,
)
async def test_a_reply_is_read_in_every_dialect(dialect: Dialect) -> None:
    async with pair(dialect=dialect) as (_, api):
        chat_id = await chat(api)
        tokens, end = await say(api, chat_id, "Hello")
        assert tokens.strip()
        assert end.text is not None
        assert end.text.strip() == tokens.strip() == ((await last(api, chat_id)).text or "").strip()


async def test_a_reply_that_breaks_keeps_what_came() -> None:
    async with pair() as (ai, api):
        chat_id = await chat(api)
        ai.faults.break_stream(3)
        with pytest.raises(StreamBroken) as caught:
            await say(api, chat_id, "Hello")
        assert caught.value.partial
