"""The table and the models against the documentation, field by field.

``documented.json`` is transcribed from the documentation: every endpoint with its parameters,
fields, limits and sample answer. Where the fuller notes lie beside the repository, the
transcription itself is compared with them.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.api import compose, routes
from bot.api.decoding import decode
from bot.api.models.base import Reply, Request
from bot.api.models.characters import Character
from bot.api.models.chats import Chat, ChatMessage
from bot.api.models.media import Media
from bot.api.models.prompts import Created, PromptContainer, PromptEvent
from bot.api.refusals import Answer
from bot.api.routes import PATH_CHOICES, ROUTES, Route
from bot.errors import Invalid

DOCUMENTED: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("documented.json").read_text(encoding="utf-8")
)
NOTES = Path(__file__).parents[3] / "shared" / "aliveai" / "api.json"
ROWS = [
    pytest.param(route, row, id=route.operation)
    for route, row in zip(ROUTES, DOCUMENTED, strict=True)
]
LIMITS = {
    "minLength": "minLength",
    "maxLength": "maxLength",
    "minimum": "min",
    "maximum": "max",
    "minItems": "minItems",
    "maxItems": "maxItems",
    "pattern": "pattern",
    "default": "default",
    "deprecated": "deprecated",
}


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """``schema`` with its reference and the null beside it taken away."""
    for choice in schema.get("anyOf", []):
        if choice != {"type": "null"}:
            schema = schema | choice
    if reference := schema.get("$ref"):
        schema = schema | definitions[reference.rpartition("/")[2]]
    return schema


def fields_of(model: type[Request]) -> list[dict[str, Any]]:
    """What a model enforces, in the words of the transcription."""
    schema = model.model_json_schema(by_alias=True)
    required = {*schema.get("required", [])} | {
        str(model.model_fields[name].alias) for name in model.always_sent
    }
    found = []
    for name, raw in schema["properties"].items():
        field = resolved(raw, schema.get("$defs", {}))
        facts: dict[str, Any] = {"name": name, "type": field["type"]}
        if name in required:
            facts["required"] = True
        if "enum" in field:
            facts["enum"] = field["enum"]
        facts |= {
            ours: field[theirs] for theirs, ours in LIMITS.items() if field.get(theirs) is not None
        }
        found.append(facts)
    return found


def plainly(fields: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        field["name"]: {**field, "pattern": field.get("pattern", "").replace(r"\d", "[0-9]")}
        for field in fields
    }


def test_there_are_77_rows_each_with_its_own_name() -> None:
    assert len(ROUTES) == len({route.operation for route in ROUTES}) == 77
    places = {(route.method, route.path) for route in ROUTES}
    assert len(places) == 77
    for route in ROUTES:
        assert getattr(routes, route.operation.upper()) is route


@pytest.mark.parametrize(("route", "row"), ROWS)
def test_each_row_is_what_the_documentation_says(route: Route[Any], row: dict[str, Any]) -> None:
    assert (route.operation, route.title, route.section, route.method, route.deprecated) == (
        row["operation"],
        row["title"],
        row["section"],
        row["method"],
        row["deprecated"],
    )
    assert sorted(route.path_params) == sorted(row["path_params"])
    assert route.may_block == bool(row["headers"])


@pytest.mark.parametrize(("route", "row"), ROWS)
def test_query_parameters_are_the_documented_ones(route: Route[Any], row: dict[str, Any]) -> None:
    if route is routes.WS_USER_EVENTS:
        return
    kinds = {"integer": int, "boolean": bool, "string": str, "array": str}
    expected = {
        query["name"]: (
            kinds[query["type"]],
            query.get("required", False),
            query.get("min"),
            query.get("max"),
            query.get("enum", query.get("items_enum")),
            query["type"] == "array",
        )
        for query in row["query"]
    }
    assert expected == {
        query.name: (
            query.kind,
            query.required,
            query.least,
            query.most,
            [*query.choices] if query.choices else None,
            query.many,
        )
        for query in route.query
    }


@pytest.mark.parametrize(("route", "row"), ROWS)
def test_bodies_have_the_documented_fields_and_limits(
    route: Route[Any], row: dict[str, Any]
) -> None:
    if row["body"] is None:
        assert route.body is None
        return
    assert route.body is not None
    ours, theirs = plainly(fields_of(route.body)), plainly(row["body"])
    if route is routes.LOGIN_MEMBER:
        # A secret cannot carry a pattern; that it is not blank is tested below.
        theirs["password"]["pattern"] = ""
    assert ours == theirs


@pytest.mark.parametrize(("route", "row"), ROWS)
def test_sample_answers_are_read_with_every_field(route: Route[Any], row: dict[str, Any]) -> None:
    sample = row["reply"]
    if route.reply is None:
        assert sample is None or route.streams
        return
    element = sample[0] if isinstance(sample, list) else sample
    model: type[Reply] = getattr(route.reply, "__args__", (route.reply,))[0]
    if element:
        # Get current user answers with the API key, which the model leaves out on purpose.
        names = {
            str(field.serialization_alias or field.alias) for field in model.model_fields.values()
        }
        assert set(element) - {"apiKey"} <= names
        decode(route, Answer(200, {}, json.dumps(sample).encode()))


@pytest.mark.skipif(not NOTES.exists(), reason="the notes are not beside the repository")
def test_the_transcription_is_what_the_notes_say() -> None:
    endpoints = json.loads(NOTES.read_text(encoding="utf-8"))["endpoints"]
    for route, row, noted in zip(ROUTES, DOCUMENTED, endpoints, strict=True):
        assert row["reply"] == noted["response_sample_documented"]
        assert (route.certainty, route.strength) == (
            noted["path_confidence"],
            noted["path_strength"],
        )
        assert route.path == noted["path"].partition("?")[0]
        for ours, theirs in zip(
            row["body"] or [], (noted["body"] or {}).get("fields", []), strict=True
        ):
            assert {**theirs, **ours} == theirs | {key: ours[key] for key in ours}
            assert {key: theirs[key] for key in ours} == ours
        kept = [one for one in noted["path_alternatives"] if "excluded" not in one]
        assert list(route.alternatives) == kept


EXAMPLES: dict[type[Reply], dict[str, Any]] = {
    Media: {"id": "m", "mediaUrl": None, "mediaType": "HOLOGRAM"},
    Character: {
        "chatCharacterId": "c",
        "characterName": "n",
        "firstMessage": {},
        "characterImage": {"url": "of another shape"},
        "invented": 1,
    },
    Chat: {"chatId": "c", "messages": None},
    Created: {"promptId": "p", "seed": 5, "promptContainer": {}},
    PromptContainer: {"promptId": "p", "medias": [{"odd": 1}, {"id": "m"}]},
    PromptEvent: {"created": "yesterday", "promptContainer": None, "isComplete": None},
}


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.__name__)
def test_replies_put_up_with_what_is_not_documented(model: type[Reply]) -> None:
    model.model_validate(EXAMPLES[model])


def test_an_unknown_enum_value_is_kept() -> None:
    assert Media.model_validate(EXAMPLES[Media]).media_type == "HOLOGRAM"
    message = ChatMessage.model_validate({"messageId": "m", "messageType": "MEDIA"})
    assert message.message_type == "MEDIA"


def test_a_wrapped_container_is_unwrapped() -> None:
    inner = {"promptId": "p", "medias": [{"mediaId": "m", "mediaUrl": "u", "mediaType": "IMAGE"}]}
    container = PromptContainer.model_validate({"promptContainer": inner})
    assert [one.id for one in container.results("IMAGE")] == ["m"]


def test_echoes_are_found_by_name() -> None:
    container = PromptContainer.model_validate({"promptId": "p", "inpaintRequest": {"seed": "1"}})
    assert container.echoes() == {"inpaint_request": {"seed": "1"}}


def test_a_character_card_goes_back_unchanged() -> None:
    card = {"name": "Ada", "first_mes": "Hi", "tags": ["x"], "scenario": None}
    body = compose(
        routes.UPDATE_CHARACTER_VISION,
        {"chat_character_from_image_response": card, "update_prompt": "shy"},
    )
    assert body.wire() == {"chatCharacterFromImageResponse": card, "updatePrompt": "shy"}


def test_only_what_was_set_is_sent_a_null_included() -> None:
    fields = {"edit_model": "GROK", "media_id": "m", "created_from_prompt_id": "p"}
    flags = {"ignore_face": False, "restore_face": False, "pose": None}
    assert compose(routes.EDIT_IMAGE, fields | flags).wire() == {
        "editModel": "GROK",
        "mediaId": "m",
        "createdFromPromptId": "p",
        "ignoreFace": False,
        "restoreFace": False,
        "pose": None,
    }


def test_a_documented_must_with_a_default_is_always_sent() -> None:
    body = compose(routes.CREATE_FACE, {"prompt": "old sailor", "extra_randomness": False})
    assert body.wire()["faceCreationModel"] == "DEFAULT"


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_blank_login_is_refused(field: str) -> None:
    with pytest.raises(Invalid):
        compose(routes.LOGIN_MEMBER, {"email": "a@example.com", "password": "p", field: " "})


def test_every_request_refuses_what_is_not_documented() -> None:
    for route in ROUTES:
        if route.body is None:
            continue
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(route.body).validate_python({"notDocumented": 1})
        assert "extra_forbidden" in {item["type"] for item in caught.value.errors()}


def test_every_path_choice_belongs_to_a_path() -> None:
    named = {name for route in ROUTES for name in route.path_params}
    assert PATH_CHOICES.keys() <= named


def test_alternatives_have_the_parameters_of_their_row() -> None:
    for route in ROUTES:
        for candidate in route.candidates():
            assert sorted(candidate.path_params) == sorted(route.path_params)
