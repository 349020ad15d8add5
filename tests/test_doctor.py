"""The doctor: what is well, what is not, and what to do about it."""

import json
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.api import routes
from bot.api.corrections import corrected
from bot.api.openapi import Verdict, compare, corrections
from bot.api.probing import probed_rows
from bot.api.routes import ROUTES, Route
from bot.doctor import HEALTHY, UNWELL, Check, Options, check_api, consult
from config.settings import Settings, load
from sandbox.aliveai import AliveAI, Pace

DOCUMENTED = Path(__file__).parent / "api" / "documented.json"


@pytest.fixture
async def ai() -> AsyncIterator[AliveAI]:
    moved = {"list_chats": "/chat", "list_custom_clothes": "/clothes/user"}
    async with AliveAI.open(pace=Pace(speed=0), media_scale=0.1, moved=moved) as opened:
        yield opened


def settings(ai: AliveAI, data: Path, **changes: str) -> Settings:
    values = {
        "DISCORD_TOKEN": "token",
        "ALIVEAI_API_KEY": ai.api_key,
        "ALIVEAI_URL": ai.url,
        "ALIVEAI_WS_URL": ai.ws_url,
        "DATA_DIR": str(data),
    }
    return load(values | changes)


def document(*, moved: dict[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    """An OpenAPI document of the table's rows, some of them at other places."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        method, path = (moved or {}).get(route.operation, (route.method, route.path))
        if method != "WS":
            described = {"tags": [route.section], "summary": route.title}
            paths.setdefault(path, {})[method.lower()] = described
    return {"openapi": "3.0.3", "paths": paths}


def test_a_document_that_agrees_leaves_nothing_to_correct() -> None:
    findings = compare(document())
    assert len(findings) == 75
    assert {found.verdict for found in findings} == {Verdict.SAME}
    assert corrections(findings) == ""


def described() -> dict[str, Any]:
    """A document with all bodies and parameters, as the documentation has them."""
    whole = document()
    rows = zip(ROUTES, json.loads(DOCUMENTED.read_text(encoding="utf-8")), strict=True)
    for route, row in rows:
        if route.method == "WS":
            continue
        operation = whole["paths"][route.path][route.method.lower()]
        operation["parameters"] = [parameter(one) for one in row["query"]]
        if row["body"]:
            kind = "multipart/form-data" if route.is_upload else "application/json"
            operation["requestBody"] = {"content": {kind: {"schema": reference(route)}}}
            schemas = whole.setdefault("components", {}).setdefault("schemas", {})
            schemas[route.operation] = {
                "type": "object",
                "required": [one["name"] for one in row["body"] if one.get("required")],
                "properties": {one["name"]: schema(one) for one in row["body"]},
            }
    return whole


def reference(route: Route[Any]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{route.operation}"}


def schema(stated: dict[str, Any]) -> dict[str, Any]:
    renamed = {"min": "minimum", "max": "maximum"}
    left_out = {"name", "required", "items_enum"}
    found = {renamed.get(name, name): stated[name] for name in stated if name not in left_out}
    if "items_enum" in stated:
        found["items"] = {"type": "string", "enum": stated["items_enum"]}
    return found


def parameter(stated: dict[str, Any]) -> dict[str, Any]:
    required = stated.get("required", False)
    return {"name": stated["name"], "in": "query", "required": required, "schema": schema(stated)}


def test_a_document_with_the_documented_fields_agrees_but_for_what_a_secret_cannot_state() -> None:
    findings = [found for found in compare(described()) if found.verdict is not Verdict.SAME]
    assert [found.route for found in findings] == [routes.LOGIN_MEMBER]
    assert findings[0].note.startswith("body password: pattern")


def test_other_fields_and_limits_are_told() -> None:
    whole = described()
    schemas = whole["components"]["schemas"]
    schemas["send_chat_message"]["properties"]["userMessage"]["maxLength"] = 8000
    schemas["create_chat_persona"]["properties"]["mood"] = {"type": "string"}
    schemas["create_chat_persona"]["required"] = ["name", "isDefault", "mood"]
    del schemas["create_face"]["properties"]["prompt"]
    whole["paths"]["/prompts"]["get"]["parameters"][0]["required"] = False
    told = {found.route.operation: found for found in compare(whole)}
    assert {operation: told[operation].verdict for operation in TOLD} == dict.fromkeys(
        TOLD, Verdict.FIELDS
    )
    assert {operation: told[operation].note for operation in TOLD} == TOLD
    assert corrections(list(told.values())) == ""


TOLD = {
    "send_chat_message": "body userMessage: maxLength 8000 in the file, 4000 in the table",
    "create_chat_persona": "body mood: only in the file",
    "create_face": "body prompt: only in the table",
    "list_prompts": "query page: required False in the file, True in the table",
}


def test_operations_are_found_by_their_ids_too() -> None:
    whole = document(moved={"get_custom_clothes": ("GET", "/wardrobe/{clothesId}")})
    for path in whole["paths"].values():
        for operation in path.values():
            words = operation.pop("summary").split()
            operation["operationId"] = words[0].lower() + "".join(words[1:])
    whole["paths"]["/wardrobe/{clothesId}"]["get"]["operationId"] += "_1"
    assert corrections(compare(whole)) == '[get_custom_clothes]\npath = "/wardrobe/{clothesId}"\n'


def test_a_document_that_refers_in_circles_is_read() -> None:
    whole = described()
    loop = {"$ref": "#/components/schemas/create_face"}
    whole["components"]["schemas"]["create_face"] = {"allOf": [loop, 1], "anyOf": [loop]}
    whole["paths"]["/upload"]["post"]["parameters"] = [{"$ref": "elsewhere.json#/x"}]
    assert len(compare(whole)) == 75


def test_what_differs_becomes_a_file_that_the_client_reads() -> None:
    moved = {
        "update_chat_character": ("POST", "/characters/{characterId}"),
        "get_custom_clothes": ("GET", "/clothes/{clothesId}"),
        "upload_file": ("POST", "/media/upload"),
    }
    file = corrections(compare(document(moved=moved)))
    table = {before.operation: after for before, after in corrected(tomllib.loads(file)).items()}
    assert table.keys() == moved.keys()
    assert table["update_chat_character"].method == "POST"
    assert table["update_chat_character"].path == "/characters/{id}"
    assert table["upload_file"].path == "/media/upload"


def test_a_row_that_is_not_in_the_document_is_absent() -> None:
    described = document()
    del described["paths"]["/upload"]
    absent = [found for found in compare(described) if found.verdict is Verdict.ABSENT]
    assert [found.route for found in absent] == [routes.UPLOAD_FILE]


def test_nothing_is_probed_that_changes_or_costs_anything() -> None:
    rows = probed_rows()
    assert all(route.method == "GET" and not route.slow for route in rows)
    assert routes.GET_CLOTHES_DESCRIPTION not in rows


async def test_a_good_installation_is_healthy(ai: AliveAI, tmp_path: Path) -> None:
    async def discord(_: Settings) -> Check:
        return Check("Discord", ok=True, found="logged in")

    said: list[str] = []
    given = settings(ai, tmp_path)
    assert await consult(given, Options(), said.append, further=[discord]) == HEALTHY
    assert len(said) == 5
    assert all(line.startswith("ok") for line in said)


async def test_probing_finds_the_rows_that_are_elsewhere(ai: AliveAI, tmp_path: Path) -> None:
    said: list[str] = []
    code = await consult(settings(ai, tmp_path), Options(probe=True), said.append)
    assert code == UNWELL
    table = {
        before.operation: after.path for before, after in corrected(tomllib.loads(said[-1])).items()
    }
    assert table == {"list_chats": "/chat", "list_custom_clothes": "/clothes/user"}
    asked = {call.method for call in ai.calls}
    assert asked == {"GET"}


async def test_an_openapi_file_is_compared(ai: AliveAI, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document(moved={"list_chats": ("GET", "/chat")})), encoding="utf-8")
    said: list[str] = []
    code = await consult(settings(ai, tmp_path), Options(openapi=file), said.append)
    assert code == UNWELL
    assert said[-1] == '[list_chats]\npath = "/chat"\n'


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "openapi: 3.0.3", '{"paths": {"/a": {"get": {"tags": 1}}}}']
)
async def test_a_file_that_is_no_document_is_told(ai: AliveAI, tmp_path: Path, text: str) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(text, encoding="utf-8")
    said: list[str] = []
    assert await consult(settings(ai, tmp_path), Options(openapi=file), said.append) == UNWELL
    assert said[-1].startswith("FAIL OpenAPI file")


async def test_a_wrong_key_is_told_with_what_to_mend(ai: AliveAI, tmp_path: Path) -> None:
    check = await check_api(settings(ai, tmp_path, ALIVEAI_API_KEY="wrong-key"))
    assert not check.ok
    assert "ALIVEAI_API_KEY" in check.mend
    assert "wrong-key" not in check.found + check.mend


async def test_an_empty_account_is_told(ai: AliveAI, tmp_path: Path) -> None:
    ai.faults.use_up_credits()
    assert (await check_api(settings(ai, tmp_path))).found == "no credits left"


async def test_an_address_without_a_service_is_told(ai: AliveAI, tmp_path: Path) -> None:
    given = settings(ai, tmp_path, ALIVEAI_URL="http://127.0.0.1:9")

    async def at_once(_: float) -> None:
        """Do not wait between tries."""

    check = await check_api(given, sleep=at_once)
    assert not check.ok
    assert "ALIVEAI_URL" in check.mend


async def test_a_wrong_file_of_corrections_is_told(ai: AliveAI, tmp_path: Path) -> None:
    file = tmp_path / "routes.toml"
    file.write_text("[nothing]\n", encoding="utf-8")
    said: list[str] = []
    given = settings(ai, tmp_path, ALIVEAI_ROUTES_FILE=str(file))
    assert await consult(given, Options(), said.append) == UNWELL
    assert said[1].startswith("FAIL table of routes")
