"""The real client against the sandbox: generations, lists, the account, and their dialects."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from bot.api import Api, Kind, compose, routes
from bot.api.routes import ROUTES, Route
from bot.errors import (
    GenerationFailed,
    Invalid,
    Missing,
    OutOfCredit,
    QueueFull,
    Unauthorized,
)
from sandbox.aliveai import AliveAI, Dialect, Pace
from tests.api.pairs import IMAGE, SOURCE, done, made, pair, settings

GENERATIONS: list[tuple[Route[Any], dict[str, Any]]] = [
    (routes.CREATE_IMAGE_PROMPT, IMAGE),
    (
        routes.CREATE_AFTER_FACE_SWAP,
        {"media_id": "{media}", "face_swap": {"media_ids": ["{media}"]}},
    ),
    (
        routes.CREATE_CHARACTER_IMAGE,
        {
            "prompt": "at sea",
            "profile_id": "{profile}",
            "aspect_ratio": "SQUARE",
            "high_resolution": False,
            "character_type": "FLUX",
            "improve_face": True,
            "improve_breasts": False,
            "improve_vagina": False,
        },
    ),
    (routes.CREATE_CHARACTER_TRAINING_DATA, SOURCE | {"prompt": "side view"}),
    (routes.CREATE_CLOTHES, {"media_id": "{media}"}),
    (routes.CREATE_FACE, {"prompt": "old sailor", "extra_randomness": False}),
    (routes.CREATE_EDIT_BREASTS, SOURCE),
    (routes.EDIT_EYES, SOURCE | {"text": "green"}),
    (
        routes.EDIT_IMAGE,
        SOURCE
        | {"edit_model": "GROK", "ignore_face": False, "restore_face": False, "prompt": "hat"},
    ),
    (routes.CREATE_EDIT_IMPROVE_FACE, SOURCE),
    (routes.UPSCALE_IMAGE, SOURCE | {"restore_face": False}),
    (routes.EDIT_VAGINA, SOURCE),
    (routes.CREATE_ENHANCE_IMAGE, SOURCE),
    (routes.CREATE_FACE_IMPROVE_PROMPT, SOURCE | {"strength": 50}),
    (
        routes.INPAINT,
        {
            "mask_media_id": "{media}",
            "original_media_id": "{media}",
            "created_from_prompt_id": "{prompt}",
            "strength": 80,
            "prompt": "a hat",
        },
    ),
    (routes.INPAINT_GOOGLE, SOURCE | {"prompt": "a hat", "google_model": "GEMINI_3_PRO"}),
    (routes.CREATE_IMAGE_TO_VIDEO, SOURCE | {"video_model": "GROK", "text": "she waves"}),
    (routes.CREATE_CHARACTER_EXPRESSION_VIDEO, SOURCE | {"video_expression": "SMILE_BIG"}),
]
VIDEO_EDITS: list[tuple[Route[Any], dict[str, Any]]] = [
    (routes.EDIT_VIDEO_EXTEND, SOURCE | {"prompt": "and on"}),
    (routes.EDIT_VIDEO_INCREASE_FPS, SOURCE),
    (routes.UPSCALE_VIDEO, SOURCE | {"video_upscale_model": "DEFAULT"}),
]
VIDEOS = {routes.CREATE_IMAGE_TO_VIDEO, routes.CREATE_CHARACTER_EXPRESSION_VIDEO}


async def test_every_generation_is_made_and_watched_to_its_end() -> None:
    async with pair(credits_=100_000) as (_, api):
        profiles = await api.call(routes.LIST_PROFILES, query={"page": 0})
        names = {"profile": profiles.profiles[0].id}
        names |= await made(api, routes.CREATE_IMAGE_PROMPT, IMAGE, names, "IMAGE")
        clip: dict[str, str] = {}
        for route, fields in GENERATIONS:
            wants: Kind = "VIDEO" if route in VIDEOS else "IMAGE"
            result = await made(api, route, fields, names, wants)
            clip = result if wants == "VIDEO" else clip
        for route, fields in VIDEO_EDITS:
            await made(api, route, fields, names | clip, "VIDEO")
    covered = {route for route, _ in GENERATIONS + VIDEO_EDITS}
    assert covered == {route for route in ROUTES if route.creates}


async def test_a_result_is_downloaded_and_used_as_an_upload() -> None:
    async with pair() as (_, api):
        created = await api.call(
            routes.CREATE_IMAGE_PROMPT, body=compose(routes.CREATE_IMAGE_PROMPT, IMAGE)
        )
        assert created.seed == "42"
        [medium] = (await done(api, created.prompt_id)).medias
        assert medium.media_url
        file = await api.download(medium.media_url, limit=10_000_000, kind="IMAGE")
        uploaded = await api.upload("again", file.content, file.content_type)
        assert uploaded.media_type == "IMAGE"
        body = compose(routes.CREATE_CLOTHES, {"media_id": uploaded.media_id})
        await api.call(routes.CREATE_CLOTHES, body=body)


async def test_the_account_and_its_things_are_listed_shown_and_deleted() -> None:
    async with pair() as (ai, api):
        me = await api.call(routes.GET_ME)
        assert me.id == ai.state.account.user_id
        names = await made(api, routes.CREATE_IMAGE_PROMPT, IMAGE, {}, "IMAGE")
        page = await api.call(
            routes.LIST_PROMPTS, query={"page": 0, "promptType": ["IMAGE_DEFAULT"]}
        )
        assert [one.prompt_id for one in page.prompts] == [names["prompt"]]
        assert page.prompts[0].original_prompt
        await api.call(routes.DELETE_PROMPT, path={"promptId": names["prompt"]})
        with pytest.raises(Missing):
            await api.call(routes.GET_PROMPT, path={"promptId": names["prompt"]})


async def test_a_queued_generation_is_seen_waiting_and_taken_back() -> None:
    async with pair() as (ai, api):
        ai.hold("generation")
        body = compose(routes.CREATE_IMAGE_PROMPT, IMAGE)
        ids = [(await api.call(routes.CREATE_IMAGE_PROMPT, body=body)).prompt_id for _ in range(3)]
        pending = await api.call(routes.GET_PENDING_PROMPTS)
        assert {entry.prompt_id for entry in pending.queue} == {*ids}
        await api.call(routes.DELETE_PROMPT_FROM_QUEUE, query={"promptId": ids[2]})
        pending = await api.call(routes.GET_PENDING_PROMPTS)
        assert {entry.prompt_id for entry in pending.queue} == {*ids[:2]}
        ai.release("generation")
        await asyncio.gather(*(done(api, one) for one in ids[:2]))


async def test_the_wardrobe_and_styles_are_listed_and_shown() -> None:
    async with pair() as (_, api):
        [clothes, *_rest] = await api.call(routes.LIST_PUBLIC_CLOTHES)
        described = await api.call(
            routes.GET_CLOTHES_DESCRIPTION, path={"clothesId": clothes.clothes_id}
        )
        assert described.prompt_text
        for own in await api.call(routes.LIST_CUSTOM_CLOTHES):
            path = {"clothesId": own.clothes_id}
            assert await api.call(routes.GET_CUSTOM_CLOTHES, path=path) == own
            await api.call(routes.DELETE_CUSTOM_CLOTHES, path=path)
        assert await api.call(routes.LIST_CUSTOM_CLOTHES) == []
        poses = await api.call(routes.LIST_POSES)
        assert poses.poses_standing
        assert poses.poses_standing.poses
        for pose in await api.call(routes.LIST_CUSTOM_POSES):
            path = {"poseId": pose.id}
            assert await api.call(routes.GET_CUSTOM_POSE, path=path) == pose
            await api.call(routes.DELETE_CUSTOM_POSE, path=path)
        [lora, *_rest_of_them] = await api.call(
            routes.LIST_LORAS_BY_TYPE, path={"templateType": "IMAGE"}
        )
        assert (await api.call(routes.GET_LORA, path={"templateId": lora.id})).id == lora.id


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.deprecated], ids=lambda route: route.operation
)
async def test_deprecated_lists_still_answer(route: Route[Any]) -> None:
    async with pair() as (_, api):
        assert isinstance(await api.call(route), list)


async def test_the_prompt_helpers_write() -> None:
    async with pair() as (_, api):
        profile = (await api.call(routes.LIST_PROFILES, query={"page": 0})).profiles[0].id
        names = await made(api, routes.CREATE_IMAGE_PROMPT, IMAGE, {}, "IMAGE")
        attributes = {"model": "GROK", "attributes": {"hairColor": "red"}}
        asks: list[tuple[Route[Any], dict[str, Any]]] = [
            (routes.GENERATE_CHARACTER_BUILDER_PROMPT, attributes),
            (
                routes.GENERATE_CHARACTER_PROMPT,
                {"profile_id": profile, "theme": "sea", "outfit": "coat"},
            ),
            (routes.GENERATE_PROMPT, {"model": "DEFAULT", "input_prompt": "a lighthouse"}),
            (
                routes.GENERATE_UPDATE_PROMPT,
                {"model": "GROK", "old_request": "a sailor", "new_request": attributes},
            ),
            (
                routes.GENERATE_VIDEO_PROMPT,
                {"model": "DEFAULT", "user_input": "she waves", "media_id": names["media"]},
            ),
            (routes.GENERATE_VISION_PROMPT, {"media_id": names["media"]}),
        ]
        for route, fields in asks:
            assert (await api.call(route, body=compose(route, fields))).prompt_text


PLAIN = Dialect()
WATCHING = [
    PLAIN,
    *(replace(PLAIN, pending_prompt=how) for how in (404, 204)),
    *(replace(PLAIN, previews=how) for how in ("binary", "none")),
    *(replace(PLAIN, late_socket=how) for how in ("silent", "drop")),
    replace(PLAIN, closes_when_done=False),
    replace(PLAIN, socket_credential=True),
    replace(PLAIN, source_first=True),
    replace(PLAIN, create_container="echo"),
]


@pytest.mark.parametrize("dialect", WATCHING, ids=repr)
async def test_a_generation_is_followed_in_every_dialect(dialect: Dialect) -> None:
    async with pair(dialect=dialect) as (_, api):
        names = await made(api, routes.CREATE_IMAGE_PROMPT, IMAGE, {}, "IMAGE")
        fields = SOURCE | {"video_model": "GROK", "text": "she waves"}
        await made(api, routes.CREATE_IMAGE_TO_VIDEO, fields, names, "VIDEO")


@pytest.mark.parametrize("how", ["empty", 404, "fields"])
async def test_a_failed_generation_is_told_in_every_dialect(how: Any) -> None:
    async with pair(dialect=Dialect(failed_prompt=how)) as (ai, api):
        ai.faults.fail_generation()
        body = compose(routes.CREATE_IMAGE_PROMPT, IMAGE)
        ai.hold("generation")
        created = await api.call(routes.CREATE_IMAGE_PROMPT, body=body)
        watching = asyncio.gather(done(api, created.prompt_id))
        await ai.until(lambda: ai.listeners(created.prompt_id) == 1)
        ai.release("generation")
        with pytest.raises(GenerationFailed):
            await watching


@pytest.mark.parametrize("errors", ["problem", "plain", "page"])
async def test_refusals_are_understood_in_every_dialect(errors: Any) -> None:
    body = compose(routes.CREATE_IMAGE_PROMPT, IMAGE)
    for status in (402, 403, 400):
        dialect = Dialect(errors=errors, no_credit_status=status)
        async with pair(dialect=dialect, credits_=0) as (_, api):
            with pytest.raises(OutOfCredit):
                await api.call(routes.CREATE_IMAGE_PROMPT, body=body)
    for status in (400, 409, 429):
        async with pair(dialect=Dialect(errors=errors, queue_full_status=status)) as (ai, api):
            ai.hold("generation")
            ai.faults.fill_queue()
            with pytest.raises(QueueFull):
                await api.call(routes.CREATE_IMAGE_PROMPT, body=body)


async def test_the_service_and_the_models_agree_on_what_is_invalid() -> None:
    async with pair() as (_, api):
        body = compose(routes.CREATE_CLOTHES, {"media_id": "nothing"})
        with pytest.raises((Missing, Invalid)):
            await api.call(routes.CREATE_CLOTHES, body=body)


async def test_a_login_outlives_its_token() -> None:
    async with AliveAI.open(pace=Pace(speed=0), token_seconds=60) as ai:
        account = ai.state.account
        login = {"api_key": None, "email": account.email, "password": account.password}
        async with Api.open(settings(ai, **login)) as api:
            assert (await api.call(routes.GET_ME)).id == account.user_id
            ai.clock.advance(120)
            assert (await api.call(routes.GET_ME)).id == account.user_id
        async with Api.open(settings(ai, **(login | {"password": "wrong"}))) as api:
            with pytest.raises(Unauthorized):
                await api.call(routes.GET_ME)


async def test_events_of_the_account_arrive_after_a_login() -> None:
    async with AliveAI.open(pace=Pace(speed=0), media_scale=0.1) as ai:
        account = ai.state.account
        login = {"api_key": None, "email": account.email, "password": account.password}
        async with (
            Api.open(settings(ai, **login)) as api,
            aclosing(api.watch_account(account.user_id)) as events,
        ):
            waiting = asyncio.gather(anext(events))
            await ai.until(lambda: ai.listeners() == 1)
            body = compose(routes.CREATE_IMAGE_PROMPT, IMAGE)
            await api.call(routes.CREATE_IMAGE_PROMPT, body=body)
            [event] = await asyncio.wait_for(waiting, 10)
    assert event.event_type == "QUEUE_CHANGE"
