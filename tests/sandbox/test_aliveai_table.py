import re
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from bot.api.models.media import UploadFile
from bot.api.routes import ROUTES, Route
from sandbox.aliveai import AliveAI
from sandbox.aliveai.server import responders
from sandbox.aliveai.validation import documented, fields
from tests.sandbox.aliveai_client import chat_with_mira, generated, opened, say

EVERYWHERE = pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.operation)
CALLED = [row for row in ROUTES if row.method != "WS" and row.body is not UploadFile]

BODIES: dict[str, dict[str, Any]] = {
    "generate_update_prompt": {"newRequest": {"model": "RAW", "attributes": {"mood": "calm"}}},
    "update_character_vision": {"chatCharacterFromImageResponse": {"name": "Mira"}},
    "login_member": {"email": "member@example.com", "password": "sandbox password"},
}


def test_all_77_rows_have_a_responder_and_there_are_no_others() -> None:
    queue: Any = None
    assert set(responders(queue)) == {row.operation for row in ROUTES}
    assert len(ROUTES) == 77


@EVERYWHERE
def test_the_client_sends_exactly_the_documented_fields(row: Route[Any]) -> None:
    if row.body is None or row.body is UploadFile:
        assert not fields(row.operation, "body")
        return
    sent = {field.alias or name: field for name, field in row.body.model_fields.items()}
    assert set(sent) == set(fields(row.operation, "body"))


@EVERYWHERE
def test_the_client_requires_what_the_documentation_requires(row: Route[Any]) -> None:
    if row.body is None or row.body is UploadFile:
        return
    table = documented()["operations"][row.operation]["body"]
    by_alias = {field.alias or name: field for name, field in row.body.model_fields.items()}
    required = {name for name, field in by_alias.items() if field.is_required()}
    always = {by_name(row, name) for name in row.body.always_sent}
    missing = set(table["required"]) - required - always
    assert not {name for name in missing if "default" not in table["properties"][name]}


def by_name(row: Route[Any], name: str) -> str:
    assert row.body
    return row.body.model_fields[name].alias or name


@pytest.mark.parametrize("row", CALLED, ids=lambda row: row.operation)
async def test_every_row_answers_what_the_client_reads(row: Route[Any]) -> None:
    async with opened() as (ai, client):
        ids = await furnished(ai, client)
        path = re.sub(r"{(\w+)}", lambda found: id_for(ids, row.operation, found[1]), row.path)
        body = {name: value(row.operation, name, schema, ids) for name, schema in required(row)}
        answer = await client.request(
            row.method,
            path,
            params={q.name: id_for(ids, row.operation, q.name) for q in row.query if q.required},
            json=body | BODIES.get(row.operation, {}) if row.body else None,
        )
        assert answer.status_code == (200 if row.reply or row.streams else 204), answer.text
        if row.reply and not row.streams:
            TypeAdapter(row.reply).validate_json(answer.content)


Ids = dict[str, str]


def id_for(ids: Ids, operation: str, name: str) -> str:
    """The id that the operation takes under that name."""
    return ids.get(f"{operation}.{name}") or ids.get(name, "0")


async def furnished(ai: AliveAI, client: httpx.AsyncClient) -> Ids:
    """A service with one of everything, and the ids of it all."""
    container = await generated(ai, client)
    picture = container["medias"][0]["id"]
    video = await client.post(
        "/prompts/image-to-video",
        json={"mediaId": picture, "text": "waves", "videoModel": "DEFAULT"},
    )
    await ai.until(lambda: ai.pending() == 0)
    clip = ai.state.prompts[video.json()["promptId"]].media_ids[0]
    chat = await chat_with_mira(client)
    await say(client, chat["chatId"], "Hello Mira!")
    shown = (await client.post(f"/chats/{chat['chatId']}/images")).json()
    spare = await client.post("/chat-personas", json={"name": "Spare", "isDefault": False})
    newest = ai.state.chats[chat["chatId"]].messages[2]
    own = next(c.clothes_id for c in ai.state.clothes.values() if c.custom)
    ids = Ids(
        mediaId=picture,
        maskMediaId=picture,
        originalMediaId=picture,
        createdFromPromptId=container["promptId"],
        promptId=container["promptId"],
        profileId=next(iter(ai.state.profiles)),
        personaId=next(iter(ai.state.personas)),
        chatCharacterId=chat["chatCharacterId"],
        id=chat["chatCharacterId"],
        chatId=chat["chatId"],
        messageId=newest.message_id,
        candidateId=newest.selected_id,
        clothesId=own,
        poseId=next(iter(ai.state.poses)),
        templateId=next(iter(ai.state.loras)),
        templateType="VIDEO",
        imageUrl=container["medias"][0]["mediaUrl"],
    )
    ids["regenerate_chat_image.messageId"] = shown["messageId"]
    ids["update_chat_persona.id"] = ids["delete_chat_persona.id"] = spare.json()["id"]
    for operation in ("edit_video_extend", "edit_video_increase_fps", "upscale_video"):
        ids[f"{operation}.mediaId"] = clip
    ai.hold("generation")
    waiting = (await client.post("/prompts/create-face", json=FACE)).json()
    ids["delete_prompt_from_queue.promptId"] = waiting["promptId"]
    ai.hold(waiting["promptId"])
    ai.release("generation")
    return ids


FACE = {"faceCreationModel": "DEFAULT", "prompt": "a sailor", "extraRandomness": False}


def required(row: Route[Any]) -> list[tuple[str, dict[str, Any]]]:
    table = documented()["operations"].get(row.operation, {}).get("body", {})
    return [(name, table["properties"][name]) for name in table.get("required", [])]


def value(operation: str, name: str, schema: dict[str, Any], ids: Ids) -> Any:
    if name.endswith(("Id", "imageUrl")):
        return id_for(ids, operation, name)
    if "$ref" in schema:
        return {"mediaIds": [ids["mediaId"]]}
    if "enum" in schema:
        return schema["enum"][0]
    return {"boolean": False, "integer": 5, "string": "a calm evening"}[schema["type"]]
