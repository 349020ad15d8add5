"""The real client opened on a sandbox, and the steps that many tests begin with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from bot.api import Api, Kind, compose, routes
from bot.api.models.chats import ChatMessage, CreateChat, SendMessage
from bot.api.models.events import Complete, Phase, PromptState, Token
from bot.api.routes import Route
from config.settings import AliveAI as Settings
from sandbox.aliveai import AliveAI, Pace

IMAGE = {"name": "Ada Byron", "appearance": "tall", "detail_level": "MEDIUM", "seed": "42"}
SOURCE = {"media_id": "{media}", "created_from_prompt_id": "{prompt}"}


def settings(ai: AliveAI, **changes: Any) -> Settings:
    values = {"api_key": ai.api_key, "url": ai.url, "ws_url": ai.ws_url, "poll_seconds": 0.02}
    return Settings.model_validate(values | changes)


@asynccontextmanager
async def pair(**options: Any) -> AsyncIterator[tuple[AliveAI, Api]]:
    async with (
        AliveAI.open(pace=Pace(speed=0), media_scale=0.1, **options) as ai,
        Api.open(settings(ai)) as api,
    ):
        yield ai, api


async def done(api: Api, prompt_id: str, wants: Kind = "IMAGE") -> PromptState:
    async with asyncio.timeout(20), aclosing(api.watch(prompt_id, wants=wants)) as states:
        return [state async for state in states][-1]


def filled(fields: Any, names: dict[str, str]) -> Any:
    """``fields`` with the placeholders in them replaced."""
    if isinstance(fields, dict):
        return {key: filled(value, names) for key, value in fields.items()}
    if isinstance(fields, list):
        return [filled(value, names) for value in fields]
    return fields.format(**names) if isinstance(fields, str) else fields


async def made(
    api: Api, route: Route[Any], fields: dict[str, Any], names: dict[str, str], wants: Kind
) -> dict[str, str]:
    created = await api.call(route, body=compose(route, filled(fields, names)))
    state = await done(api, created.prompt_id, wants)
    assert state.phase is Phase.DONE
    return {"prompt": created.prompt_id, "media": state.medias[0].id}


async def character(api: Api) -> str:
    card = {"name": "Ada", "bio": "A sailor.", "short_bio": "Sails.", "first_message": "Ahoy."}
    body = compose(routes.CREATE_CHAT_CHARACTER, card)
    return (await api.call(routes.CREATE_CHAT_CHARACTER, body=body)).chat_character_id


async def chat(api: Api, persona_id: str | None = None) -> str:
    if persona_id is None:
        body = compose(routes.CREATE_CHAT_PERSONA, {"name": "Sam", "is_default": False})
        persona_id = (await api.call(routes.CREATE_CHAT_PERSONA, body=body)).id
    opening = CreateChat(
        chat_character_id=await character(api), first_message="Ahoy!", persona_id=persona_id
    )
    return (await api.call(routes.CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE, body=opening)).chat_id


async def say(api: Api, chat_id: str, text: str) -> tuple[str, Complete]:
    stream = api.stream(
        routes.SEND_CHAT_MESSAGE, path={"chatId": chat_id}, body=SendMessage(user_message=text)
    )
    tokens, end = "", Complete()
    async for event in stream:
        tokens += event.text if isinstance(event, Token) else ""
        end = event if isinstance(event, Complete) else end
    return tokens, end


async def last(api: Api, chat_id: str) -> ChatMessage:
    return (await api.call(routes.GET_CHAT, path={"chatId": chat_id})).messages[-1]
