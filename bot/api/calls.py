"""What is sent for a row: path, query and body from the caller's values, checked beforehand.

Nothing here does I/O. Values that break a documented limit raise ``Invalid`` with status 0, so
that they cost no call.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from bot.api.models.base import Request
from bot.api.routes import PATH_CHOICES, SERVER_ID, Query, Route
from bot.errors import Invalid

Values = Mapping[str, str | int | Sequence[str]]

BLOCKING = "x-aliveai-request-blocking"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, but for address and credential. ``body`` is JSON."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: dict[str, Any] | None = None
    blocks: bool = False


def compose(route: Route[Any], fields: Mapping[str, Any]) -> Request:
    """The row's body made of ``fields``, by attribute or wire name.

    Raises:
        Invalid: With the wire names of what is missing, unknown or over its limit.
    """
    if route.body is None:
        raise Invalid(route.operation, 0, "takes no body", dict.fromkeys(fields, "unknown"))
    try:
        return route.body.model_validate(fields)
    except ValidationError as error:
        wrong = {
            ".".join(map(str, item["loc"])): item["msg"]
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        }
        raise Invalid(route.operation, 0, "limits of the documentation", wrong) from None


def prepare(
    route: Route[Any],
    *,
    path: Mapping[str, str],
    query: Values,
    body: Request | None,
    server_id: str | None = None,
    blocking: bool = False,
) -> Call:
    """The call of ``route`` with these values.

    ``server_id`` goes along where the row takes one and the body's model runs on private servers.

    Raises:
        Invalid: A parameter or the body is missing, unknown or over its limit.
    """
    _check_body(route, body)
    given: dict[str, str | int | Sequence[str]] = dict(query)
    if server_id and route.takes_server_id and (body is None or body.runs_on_private_servers):
        given.setdefault(SERVER_ID.name, server_id)
    return Call(
        method=route.method,
        path=fill(route, path),
        query=tuple(_query(route, given)),
        body=body.wire() if body is not None and not route.is_upload else None,
        blocks=blocking and route.may_block,
    )


def _check_body(route: Route[Any], body: Request | None) -> None:
    if (route.body is None) is (body is None) and isinstance(body, route.body or type(None)):
        return
    wanted = route.body.__name__ if route.body else "no body"
    raise Invalid(route.operation, 0, f"takes {wanted}", {"body": f"is {type(body).__name__}"})


def fill(route: Route[Any], given: Mapping[str, str]) -> str:
    """The row's path with its parameters filled in and escaped."""
    if wrong := {*route.path_params} ^ {*given}:
        raise Invalid(route.operation, 0, "path parameters", dict.fromkeys(wrong, "wrong"))
    for name, value in given.items():
        allowed = PATH_CHOICES.get(name)
        # A dot segment would be resolved away and so name another row.
        if value in {"", ".", ".."} or (allowed and value not in {*allowed}):
            raise Invalid(route.operation, 0, "path parameters", {name: "not a possible value"})
    return route.path.format_map({name: quote(value, safe="") for name, value in given.items()})


def _query(
    route: Route[Any], given: Mapping[str, str | int | Sequence[str]]
) -> Iterable[tuple[str, str]]:
    known = {parameter.name: parameter for parameter in route.query}
    if unknown := given.keys() - known.keys():
        raise Invalid(route.operation, 0, "query", dict.fromkeys(unknown, "unknown"))
    for name, parameter in known.items():
        if name not in given and parameter.required:
            raise Invalid(route.operation, 0, "query", {name: "missing"})
        if name in given:
            for value in _values(route, parameter, given[name]):
                yield name, value


def _values(route: Route[Any], parameter: Query, given: str | int | Sequence[str]) -> Iterable[str]:
    values: Sequence[str | int] = [given] if isinstance(given, str | int) else given
    if len(values) > 1 and not parameter.many:
        raise Invalid(route.operation, 0, "query", {parameter.name: "one value only"})
    for value in values:
        if not _fits(parameter, value):
            raise Invalid(route.operation, 0, "query", {parameter.name: "not a possible value"})
        yield str(value).lower() if isinstance(value, bool) else str(value)


def _fits(parameter: Query, value: str | int) -> bool:
    if parameter.choices:
        return value in {*parameter.choices}
    if not isinstance(value, int):
        return parameter.kind is str
    if isinstance(value, bool):
        return parameter.kind is bool
    above = parameter.least is None or value >= parameter.least
    below = parameter.most is None or value <= parameter.most
    return parameter.kind is int and above and below
