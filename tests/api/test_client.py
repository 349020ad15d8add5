"""One call: what goes out, what comes back, what each refusal becomes."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import web

from bot.api import Api, compose, routes
from bot.api.calls import Values
from bot.api.models.chats import CreateChat
from bot.api.models.generations import CreateImage, EditImage
from bot.api.models.members import Me
from bot.errors import (
    ApiError,
    Invalid,
    Malformed,
    Missing,
    OutOfCredit,
    QueueFull,
    RateLimited,
    Refused,
    ServerFault,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from tests.api.conftest import Opening
from tests.api.server import Scripted, cuts, json, says

ME = {"id": "r9orK", "credits": 12.5, "apiKey": "k-secret", "email": "me@example.com"}
IMAGE = compose(
    routes.CREATE_IMAGE_PROMPT, {"name": "Ada Byron", "appearance": "tall", "detailLevel": "HIGH"}
)


async def test_the_api_key_goes_along_with_its_scheme(api: Api, server: Scripted) -> None:
    server.on("GET", "/members/me", says(ME))
    me = await api.call(routes.GET_ME)
    assert me == Me(id="r9orK", credits=12.5, email="me@example.com")
    assert server.asked[0].headers["Authorization"] == "Key k-secret"


async def test_a_key_that_was_pasted_with_a_scheme_keeps_it(
    opening: Opening, server: Scripted
) -> None:
    server.on("GET", "/members/me", says(ME))
    async with opening(api_key=" Bearer a.b.c ") as api:
        await api.call(routes.GET_ME)
    assert server.asked[0].headers["Authorization"] == "Bearer a.b.c"


async def test_a_login_is_made_once_and_its_token_used(opening: Opening, server: Scripted) -> None:
    server.on("POST", "/members/login", says({"accessToken": "t1"}))
    server.on("GET", "/members/me", says(ME))
    async with opening(api_key=None, email="me@example.com", password="pass") as api:
        await asyncio.gather(*(api.call(routes.GET_ME) for _ in range(5)))
    assert server.times("POST", "/members/login") == 1
    assert server.asked[0].body == b'{"email":"me@example.com","password":"pass"}'
    assert {a.headers["Authorization"] for a in server.asked[1:]} == {"Bearer t1"}


async def test_callers_that_meet_a_401_together_share_one_new_login(
    opening: Opening, server: Scripted
) -> None:
    async def me(request: web.Request) -> web.Response:
        good = request.headers["Authorization"] == "Bearer t2"
        return json(ME) if good else json({"title": "Unauthorized"}, status=401)

    server.on("POST", "/members/login", says({"accessToken": "t1"}), says({"accessToken": "t2"}))
    server.on("GET", "/members/me", me)
    async with opening(api_key=None, email="me@example.com", password="pass") as api:
        await asyncio.gather(*(api.call(routes.GET_ME) for _ in range(8)))
    assert server.times("POST", "/members/login") == 2


async def test_a_second_401_is_final(opening: Opening, server: Scripted) -> None:
    server.on("POST", "/members/login", says({"accessToken": "t1"}))
    server.on("GET", "/members/me", says({"title": "Unauthorized"}, status=401))
    async with opening(api_key=None, email="me@example.com", password="pass") as api:
        with pytest.raises(Unauthorized):
            await api.call(routes.GET_ME)
    assert server.times("POST", "/members/login") == 2
    assert server.times("GET", "/members/me") == 2


async def test_with_a_key_a_401_is_final_at_once(api: Api, server: Scripted) -> None:
    server.on("GET", "/members/me", says({"title": "Unauthorized"}, status=401))
    with pytest.raises(Unauthorized):
        await api.call(routes.GET_ME)
    assert len(server.asked) == 1


async def test_a_create_that_was_refused_with_401_is_made_after_the_login(
    opening: Opening, server: Scripted
) -> None:
    server.on("POST", "/members/login", says({"accessToken": "t1"}), says({"accessToken": "t2"}))
    server.on("POST", "/prompts", says({}, status=401), says({"promptId": "p", "seed": "1"}))
    async with opening(api_key=None, email="me@example.com", password="pass") as api:
        created = await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
    assert created.prompt_id == "p"


async def test_what_changes_nothing_is_called_again_after_a_fault(
    api: Api, server: Scripted, pauses: list[float]
) -> None:
    server.on("GET", "/members/me", says({}, status=503), cuts(), says(ME))
    assert (await api.call(routes.GET_ME)).id == "r9orK"
    assert len(pauses) == 2
    assert pauses[0] < pauses[1]


async def test_after_three_faults_the_last_one_stands(api: Api, server: Scripted) -> None:
    server.on("GET", "/members/me", says({}, status=503))
    with pytest.raises(ServerFault):
        await api.call(routes.GET_ME)
    assert len(server.asked) == 3


@pytest.mark.parametrize("handler", [cuts(), says({}, status=502), says({}, status=429)])
async def test_a_create_is_never_made_again(api: Api, server: Scripted, handler: Any) -> None:
    server.on("POST", "/prompts", handler)
    with pytest.raises(ApiError):
        await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
    assert len(server.asked) == 1


async def test_a_create_is_not_even_repeated_when_nobody_listened(opening: Opening) -> None:
    async with opening(url="http://127.0.0.1:9") as api:
        with pytest.raises(Unreachable):
            await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)


async def test_a_short_retry_after_is_obeyed(
    api: Api, server: Scripted, pauses: list[float]
) -> None:
    server.on("GET", "/members/me", says({}, status=429, Retry_After="7"), says(ME))
    await api.call(routes.GET_ME)
    assert pauses == [7.0]


async def test_an_answer_that_does_not_come_in_time_is_a_timeout(
    opening: Opening, server: Scripted
) -> None:
    never = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    server.on("POST", "/prompts", silent)
    async with opening(timeout_seconds=0.05) as api:
        with pytest.raises(TimedOut):
            await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
    never.set()


PROBLEM = {"status": 400, "title": "Bad Request"}


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (says({**PROBLEM, "detail": "Max pending creations reached"}, status=400), QueueFull),
        (says(status=429, text="Max pending creations: 5"), QueueFull),
        (says(status=403, text="<html><h1>Max pending creations</h1></html>"), QueueFull),
        (says({"title": "Payment Required"}, status=402), OutOfCredit),
        (says(status=400, text="You have not enough credits."), OutOfCredit),
        (says({"title": "Not Found", "detail": "no such"}, status=404), Missing),
        (says({}, status=410), Missing),
        (says({}, status=429), RateLimited),
        (says({}, status=500), ServerFault),
        (says({**PROBLEM, "detail": "no"}, status=400), Refused),
        (says(status=405, text=""), Refused),
    ],
)
async def test_each_refusal_becomes_its_error(
    api: Api, server: Scripted, handler: Any, error: type[Refused]
) -> None:
    server.on("POST", "/prompts", handler)
    with pytest.raises(Refused) as caught:
        await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
    assert type(caught.value) is error
    assert caught.value.route == "create_image_prompt"


async def test_violations_name_the_fields(api: Api, server: Scripted) -> None:
    violations = [{"field": "seed", "in": "body", "message": "must be digits"}]
    server.on("POST", "/prompts", says({**PROBLEM, "violations": violations}, status=400))
    with pytest.raises(Invalid) as caught:
        await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
    assert caught.value.fields == {"seed": "must be digits"}
    assert caught.value.detail == "Bad Request"


async def test_an_error_never_repeats_the_credential(api: Api, server: Scripted) -> None:
    server.on("GET", "/members/me", says(status=403, text="Key k-secret is\nnot allowed"))
    with pytest.raises(Refused) as caught:
        await api.call(routes.GET_ME)
    assert caught.value.detail == "Key *** is not allowed"


@pytest.mark.parametrize("answer", [says(status=204), says(None)])
async def test_an_empty_answer_of_a_row_with_a_reply_is_missing(
    api: Api, server: Scripted, answer: Any
) -> None:
    server.on("GET", "/chat-characters/c1", answer)
    with pytest.raises(Missing):
        await api.call(routes.GET_CHAT_CHARACTER, path={"id": "c1"})


async def test_rows_without_a_reply_answer_with_none(api: Api, server: Scripted) -> None:
    server.on("DELETE", "/prompts/queue", says(status=204))
    await api.call(routes.DELETE_PROMPT_FROM_QUEUE, query={"promptId": "p1"})
    assert server.asked[0].query == [("promptId", "p1")]


@pytest.mark.parametrize("answer", [says({"secret": "word"}), says(text="<html>")])
async def test_an_unreadable_answer_names_fields_but_no_text(
    api: Api, server: Scripted, answer: Any
) -> None:
    server.on("POST", "/chats", answer)
    body = CreateChat(chat_character_id="c", first_message="hi", persona_id="p")
    with pytest.raises(Malformed) as caught:
        await api.call(routes.CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE, body=body)
    assert "word" not in str(caught.value)
    assert caught.value.seen in {("secret",), ()}


async def test_ids_are_escaped_in_paths(api: Api, server: Scripted) -> None:
    server.on("GET", "/chats/a%2F%3Fb%20c", says({"chatId": "x"}))
    assert (await api.call(routes.GET_CHAT, path={"chatId": "a/?b c"})).chat_id == "x"


async def test_lists_go_as_repeated_parameters(api: Api, server: Scripted) -> None:
    server.on("GET", "/prompts", says({"prompts": [], "hasNextPage": False}))
    query: Values = {"page": 0, "pageSize": 20, "promptType": ["INPAINT", "EDIT_IMAGE"]}
    await api.call(routes.LIST_PROMPTS, query=query)
    assert server.asked[0].query == [
        ("page", "0"),
        ("pageSize", "20"),
        ("promptType", "INPAINT"),
        ("promptType", "EDIT_IMAGE"),
    ]


@pytest.mark.parametrize(
    ("route", "query", "path"),
    [
        (routes.LIST_PROMPTS, {}, {}),
        (routes.LIST_PROMPTS, {"page": -1}, {}),
        (routes.LIST_PROMPTS, {"page": 0, "pageSize": 21}, {}),
        (routes.LIST_PROMPTS, {"page": "0"}, {}),
        (routes.LIST_PROMPTS, {"page": 0, "promptType": ["NO_SUCH"]}, {}),
        (routes.LIST_PROMPTS, {"page": 0, "limit": 20}, {}),
        (routes.LIST_PROFILES, {"page": 0, "public": 1}, {}),
        (routes.GET_CHAT, {}, {}),
        (routes.GET_CHAT, {}, {"chatId": ".."}),
        (routes.GET_CHAT, {}, {"chatId": "c", "id": "d"}),
        (routes.LIST_LORAS_BY_TYPE, {}, {"templateType": "NO_SUCH"}),
    ],
)
async def test_a_parameter_over_its_limit_is_refused_before_anything_is_sent(
    api: Api, server: Scripted, route: Any, query: Any, path: Any
) -> None:
    with pytest.raises(Invalid) as caught:
        await api.call(route, query=query, path=path)
    assert caught.value.status == 0
    assert not server.asked


async def test_a_body_of_another_row_is_refused(api: Api) -> None:
    with pytest.raises(Invalid):
        await api.call(routes.EDIT_IMAGE, body=IMAGE)


def test_composing_names_the_wire_fields_that_are_wrong() -> None:
    with pytest.raises(Invalid) as caught:
        compose(routes.CREATE_IMAGE_PROMPT, {"name": "x" * 201, "appearance": "a", "cgf": 3})
    assert set(caught.value.fields) == {"name", "detailLevel", "cgf"}


async def test_a_private_server_gets_the_generations_that_it_can_run(
    opening: Opening, server: Scripted
) -> None:
    server.on("POST", "/prompts", says({"promptId": "p"}))
    server.on("POST", "/prompts/edit-image", says({"promptId": "p"}))
    edit = {"media_id": "m", "created_from_prompt_id": "p", "ignore_face": False}
    async with opening(server_id="Ab1cD") as api:
        await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
        grok = CreateImage(name="a", appearance="b", detail_level="HIGH", model="GROK")
        await api.call(routes.CREATE_IMAGE_PROMPT, body=grok)
        for model in ("CREATIVE", "QWEN_PRO"):
            body = EditImage.model_validate(edit | {"edit_model": model, "restore_face": True})
            await api.call(routes.EDIT_IMAGE, body=body)
    ids = [dict(one.query).get("serverId") for one in server.asked]
    assert ids == ["Ab1cD", None, "Ab1cD", None]


async def test_the_blocking_header_goes_only_where_it_is_documented(
    opening: Opening, server: Scripted
) -> None:
    server.on("POST", "/prompts", says({"promptId": "p"}))
    server.on("POST", "/prompts/create-clothes", says({"promptId": "p"}))
    async with opening(blocking=True) as api:
        await api.call(routes.CREATE_IMAGE_PROMPT, body=IMAGE)
        clothes = compose(routes.CREATE_CLOTHES, {"media_id": "m"})
        await api.call(routes.CREATE_CLOTHES, body=clothes)
    headers = [one.headers.get("x-aliveai-request-blocking") for one in server.asked]
    assert headers == ["true", None]


async def test_an_upload_goes_as_a_form_with_the_documented_parts(
    api: Api, server: Scripted
) -> None:
    parts: dict[str, Any] = {}

    async def upload(request: web.Request) -> web.Response:
        form = await request.post()
        image = form["image"]
        assert isinstance(image, web.FileField)
        parts.update(name=form["name"], content=image.file.read(), kind=image.content_type)
        return json({"mediaId": "m1", "mediaType": "IMAGE"})

    server.on("POST", "/upload", upload)
    uploaded = await api.upload("face.png", b"\x89PNG", "image/png")
    assert uploaded.media_id == "m1"
    assert parts == {"name": "face.png", "content": b"\x89PNG", "kind": "image/png"}


async def test_nothing_secret_is_logged_or_shown(
    opening: Opening, server: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("POST", "/members/login", says({"accessToken": "t-secret"}))
    server.on("GET", "/members/me", says(ME))
    async with opening(api_key=None, email="me@example.com", password="p-secret") as api:
        me = await api.call(routes.GET_ME)
        shown = f"{api!r} {vars(api)!r} {me!r} {vars(api._transport)!r}"
    for secret in ("t-secret", "p-secret", "k-secret"):
        assert secret not in shown
        assert secret not in caplog.text
