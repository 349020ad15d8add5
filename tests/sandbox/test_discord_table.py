"""Every route of the table, once, and held to Discord's own description where it is at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.discord.rest.table import ROWS
from tests.sandbox.discord_bot import home
from tests.sandbox.discord_walk import Walk

DESCRIPTION = os.environ.get("DISCORD_OPENAPI")  # noqa: TID251 -- a test's own switch


async def test_every_row_of_the_table_answers_a_fitting_request() -> None:
    async with home() as here:
        await Walk(here).everything()
        answered = {one.route for one in here.local.transcript.requests() if one.status < 300}
        assert {row.name for row in ROWS} - answered == set()
        assert here.local.faults_seen == []


async def test_an_unknown_route_is_a_loud_failure() -> None:
    async with home() as here:
        status, reply = await here.call("GET", "/channels/1/pins")
        assert status == 501
        assert "GET /channels/1/pins" in reply["message"]
        assert here.local.faults_seen == ["route GET /channels/1/pins"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"content": "x", "poll": {}}, "poll"),
        ({"embeds": [{"title": "x", "video": {}}]}, "video"),
        ({"content": "x", "allowed_mentions": {"everyone": True}}, "everyone"),
        ({"content": "x", "flags": 1 << 13}, "flags"),
        ({"components": [{"type": 1, "components": [], "colour": 1}]}, "colour"),
    ],
)
async def test_a_field_that_is_not_honoured_is_a_loud_failure(body: Any, named: str) -> None:
    async with home() as here:
        status, reply = await here.call("POST", f"/channels/{here.channel.id}/messages", body)
        assert status == 501
        assert named in reply["message"]
        assert len(here.local.faults_seen) == 1
        assert here.channel.messages == []


async def test_a_query_that_is_not_honoured_is_a_loud_failure() -> None:
    async with home() as here:
        status, _ = await here.call("GET", f"/channels/{here.channel.id}/messages?pinned=1")
        assert status == 501


async def test_a_request_without_a_token_is_unauthorized() -> None:
    async with home() as here, here.http.get(here.local.api_url + "/users/@me") as answer:
        assert answer.status == 401
        assert await answer.json() == {"message": "401: Unauthorized", "code": 0}


async def test_a_body_that_is_no_json_is_refused() -> None:
    async with home() as here:
        headers = {"Authorization": f"Bot {here.bot_user.token}"}
        url = f"{here.local.api_url}/channels/{here.channel.id}/messages"
        async with here.http.post(url, data=b"{", headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50109)


@pytest.mark.skipif(not DESCRIPTION, reason="DISCORD_OPENAPI names no file")
async def test_requests_and_answers_fit_discords_own_description() -> None:
    description = Description(Path(str(DESCRIPTION)))
    async with home() as here:
        await Walk(here).everything()
        problems = [
            problem
            for one in here.local.transcript.requests()
            for problem in description.problems(one.route, one.body, one.status, one.reply)
        ]
    assert "\n".join(dict.fromkeys(problems)) == ""
    assert description.checked > 80


class Description:
    """Discord's OpenAPI file as a judge of requests and answers."""

    def __init__(self, file: Path) -> None:
        self._document = json.loads(file.read_text(encoding="utf-8"))
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource("urn:discord", resource)
        self._paths = {self._bare(path): path for path in self._document["paths"]}
        self.checked = 0

    def problems(self, route: str, body: Any, status: int, reply: Any) -> list[str]:
        """What does not fit; nothing for routes that only a person's client uses."""
        method, _, path = route.partition(" ")
        template = self._paths.get(self._bare(path))
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if operation is None or status >= 300:
            return []
        found = []
        if content := operation.get("requestBody", {}).get("content", {}).get("application/json"):
            found += self._misfits(f"{route} request", content["schema"], body)
        answer = operation["responses"].get(str(status), operation["responses"].get("2XX"))
        if answer is None:
            return [*found, f"{route}: no answer {status} is described"]
        if content := answer.get("content", {}).get("application/json"):
            found += self._misfits(f"{route} answer", content["schema"], reply)
        return found

    def _misfits(self, what: str, schema: Any, value: Any) -> list[str]:
        self.checked += 1
        local = json.loads(json.dumps(schema).replace('"#/', '"urn:discord#/'))
        validator = Draft202012Validator(local, registry=self._registry)
        error = best_match(validator.iter_errors(value))
        return [f"{what}: {error.json_path}: {error.message[:300]}"] if error else []

    @staticmethod
    def _bare(path: str) -> str:
        """The path with nameless parameters; interaction answers share the webhooks' routes."""
        parts = [("{}" if part.startswith("{") else part) for part in path.split("/")]
        return "/".join(parts)
