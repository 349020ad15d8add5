"""The real client against the service in every dialect: what is unknown must not matter."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.api import Api, routes
from bot.api.models.characters import CreateCharacter
from bot.api.models.chats import CreateChat, SendMessage
from bot.api.models.choices import DetailLevel
from bot.api.models.events import Complete, Init, PromptState, Token
from bot.api.models.generations import CreateImage
from bot.errors import GenerationFailed, OutOfCredit, QueueFull, StreamBroken
from config.settings import AliveAI as Settings
from sandbox.aliveai import AliveAI, Dialect, Pace

PICTURE = CreateImage(
    name="Ada Winter", appearance="a woman by the sea", detail_level=DetailLevel.MEDIUM
)
GENERATION_DIALECTS = [
    Dialect(),
    Dialect(pending_prompt=404, previews="binary", closes_when_done=False, echo="seedless"),
    Dialect(pending_prompt=204, previews="none", create_container="echo", source_first=True),
    Dialect(late_socket="drop", notes=False, socket_credential=True, echo="filled"),
]
CHAT_DIALECTS = [
    Dialect(),
    Dialect(token_field="content", complete="text", character_type="ASSISTANT"),
    Dialect(token_field="text", complete="bare"),
    Dialect(token_field="delta", void_answer=200),
]


@asynccontextmanager
async def opened(dialect: Dialect) -> AsyncIterator[tuple[AliveAI, Api]]:
    pace = Pace(speed=0, steps=4)
    async with AliveAI.open(dialect=dialect, pace=pace, media_scale=0.1) as ai:
        settings = Settings(
            api_key=SecretStr(ai.api_key), url=ai.url, ws_url=ai.ws_url, poll_seconds=0.01
        )
        async with Api.open(settings) as api:
            yield ai, api


async def watched(api: Api, prompt_id: str) -> list[PromptState]:
    return [state async for state in api.watch(prompt_id, wants="IMAGE")]


@pytest.mark.parametrize("dialect", GENERATION_DIALECTS)
async def test_a_generation_is_watched_to_its_end_and_downloaded(dialect: Dialect) -> None:
    async with opened(dialect) as (ai, api):
        ai.hold("generation")
        created = await api.call(routes.CREATE_IMAGE_PROMPT, body=PICTURE)
        watching = asyncio.get_running_loop().create_task(watched(api, created.prompt_id))
        await ai.until(lambda: ai.listeners(created.prompt_id) == 1)
        ai.release()
        states = await watching
        (medium,) = states[-1].medias
        assert medium.media_url
        file = await api.download(medium.media_url, limit=1_000_000, kind="IMAGE")
        assert file.content.startswith(b"\x89PNG")
        assert len(ai.calls.of("create_image_prompt")) == 1


@pytest.mark.parametrize("dialect", GENERATION_DIALECTS)
async def test_a_generation_that_is_done_before_anybody_listens_is_found(dialect: Dialect) -> None:
    async with opened(dialect) as (ai, api):
        created = await api.call(routes.CREATE_IMAGE_PROMPT, body=PICTURE)
        await ai.until(lambda: ai.pending() == 0)
        assert (await watched(api, created.prompt_id))[-1].medias


async def test_a_socket_that_drops_again_and_again_does_not_lose_the_result() -> None:
    async with opened(Dialect()) as (ai, api):
        ai.hold("generation")
        ai.faults.drop_socket(after_events=1, times=3)
        created = await api.call(routes.CREATE_IMAGE_PROMPT, body=PICTURE)
        watching = asyncio.get_running_loop().create_task(watched(api, created.prompt_id))
        await ai.until(lambda: len(ai.calls.of("ws_prompt_events")) == 2)
        ai.release()
        assert (await watching)[-1].medias


async def test_a_failed_generation_raises_what_the_service_said() -> None:
    async with opened(Dialect()) as (ai, api):
        ai.hold("generation")
        ai.faults.fail_generation("The model ran out of memory.")
        created = await api.call(routes.CREATE_IMAGE_PROMPT, body=PICTURE)
        watching = asyncio.get_running_loop().create_task(watched(api, created.prompt_id))
        await ai.until(lambda: ai.listeners(created.prompt_id) == 1)
        ai.release()
        with pytest.raises(GenerationFailed, match="out of memory"):
            await watching


@pytest.mark.parametrize("status", [400, 402, 403])
async def test_credits_that_are_used_up_are_recognised(status: int) -> None:
    async with opened(Dialect(no_credit_status=status)) as (ai, api):
        ai.faults.use_up_credits()
        with pytest.raises(OutOfCredit):
            await api.call(routes.CREATE_IMAGE_PROMPT, body=PICTURE)


@pytest.mark.parametrize("status", [400, 403, 409, 429])
@pytest.mark.parametrize("errors", ["problem", "plain"])
async def test_a_full_queue_is_recognised(status: int, errors: Any) -> None:
    dialect = replace(Dialect(), queue_full_status=status, errors=errors)
    async with opened(dialect) as (ai, api):
        ai.faults.fill_queue()
        with pytest.raises(QueueFull):
            await api.call(routes.CREATE_IMAGE_PROMPT, body=PICTURE)


async def chat_of(api: Api) -> str:
    character = await api.call(
        routes.CREATE_CHAT_CHARACTER,
        body=CreateCharacter(
            name="Mira", bio="A lighthouse keeper.", short_bio="Keeps.", first_message="Yes?"
        ),
    )
    (persona, *_) = await api.call(routes.LIST_CHAT_PERSONAS)
    body = CreateChat(
        chat_character_id=character.chat_character_id, first_message="Yes?", persona_id=persona.id
    )
    chat = await api.call(routes.CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE, body=body)
    return chat.chat_id


@pytest.mark.parametrize("dialect", CHAT_DIALECTS)
async def test_a_reply_is_read_in_every_dialect(dialect: Dialect) -> None:
    async with opened(dialect) as (ai, api):
        chat_id = await chat_of(api)
        body = SendMessage(user_message="tell me a long story")
        stream = api.stream(routes.SEND_CHAT_MESSAGE, path={"chatId": chat_id}, body=body)
        events = [event async for event in stream]
        stored = ai.state.chats[chat_id].messages[-1].selected.text
        assert isinstance(events[0], Init)
        assert isinstance(events[-1], Complete)
        assert "".join(event.text for event in events if isinstance(event, Token)) == stored
        assert events[-1].text == stored


async def test_a_reply_that_breaks_gives_what_had_come() -> None:
    async with opened(Dialect()) as (ai, api):
        chat_id = await chat_of(api)
        ai.faults.break_stream(3)
        body = SendMessage(user_message="Hello!")
        seen: list[str] = []
        with pytest.raises(StreamBroken) as broken:
            await collect(api, chat_id, body, seen)
        assert broken.value.partial == "".join(seen)
        assert len(seen) == 3


async def collect(api: Api, chat_id: str, body: SendMessage, seen: list[str]) -> None:
    stream = api.stream(routes.SEND_CHAT_MESSAGE, path={"chatId": chat_id}, body=body)
    async for event in stream:
        seen += [event.text] if isinstance(event, Token) else []


async def test_an_expired_token_is_replaced_by_one_new_login() -> None:
    async with AliveAI.open(pace=Pace(speed=0)) as ai:
        account = ai.state.account
        settings = Settings(
            email=account.email, password=SecretStr(account.password), url=ai.url, ws_url=ai.ws_url
        )
        async with Api.open(settings) as api:
            await api.call(routes.GET_ME)
            ai.faults.expire_tokens()
            await api.call(routes.GET_ME)
            assert len(ai.calls.of("login_member")) == 2
