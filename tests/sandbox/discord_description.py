"""Discord's own description of its API as a judge of requests and answers.

``DISCORD_OPENAPI`` names the file; without it nothing is judged.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.discord import LocalDiscord

FILE = os.environ.get("DISCORD_OPENAPI")  # noqa: TID251 -- a test's own switch


@cache
def described() -> "Description | None":
    return Description(Path(FILE)) if FILE else None


def misfits(local: LocalDiscord) -> list[str]:
    """Everything in the transcript that does not fit the description."""
    description = described()
    if description is None:
        return []
    found = [
        problem
        for one in local.transcript.requests()
        for problem in description.problems(one.route, one.body, one.status, one.reply)
    ]
    return list(dict.fromkeys(found))


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
            found += self._misfits(f"{route} request", content["schema"], _spelled(body))
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


def _spelled(body: Any) -> Any:
    """The body with ids as text: Discord takes numbers too, as discord.py sends them."""
    if isinstance(body, list):
        return [_spelled(one) for one in body]
    if not isinstance(body, dict):
        return body
    ids = {key for key in body if key == "id" or key.endswith("_id")} - {"custom_id"}
    return {
        key: str(value) if key in ids and isinstance(value, int) else _spelled(value)
        for key, value in body.items()
    }
