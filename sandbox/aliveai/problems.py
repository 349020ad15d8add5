"""Refusals, and the bodies they have on the wire.

The service runs on a framework whose errors are ``application/problem+json`` with ``violations``;
see ``Dialect.errors`` for what else may come.
"""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from sandbox.aliveai.dialect import Dialect


@dataclass(frozen=True)
class Violation:
    """One value that breaks a documented limit; ``where`` is body, query, path or form."""

    field: str
    where: str
    message: str


@dataclass
class Problem(Exception):  # RFC 9457 calls it a problem
    """A request that is refused with ``status``."""

    status: int
    detail: str = ""
    violations: tuple[Violation, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def missing(dialect: Dialect, what: str) -> Problem:
    """The thing asked for does not exist, or is somebody else's."""
    return Problem(dialect.missing_status, f"{what} not found")


def answer(problem: Problem, path: str, dialect: Dialect) -> web.Response:
    """The problem as an HTTP answer to a request for ``path``."""
    title = HTTPStatus(problem.status).phrase
    if dialect.errors == "plain":
        text = problem.detail or title
        return web.Response(status=problem.status, text=text, headers=problem.headers)
    if dialect.errors == "page":
        page = f"<html><h1>{problem.status} {title}</h1><p>{html.escape(problem.detail)}</p></html>"
        return web.Response(
            status=problem.status, text=page, content_type="text/html", headers=problem.headers
        )
    return web.Response(
        status=problem.status,
        text=json.dumps(_body(problem, title, path)),
        content_type="application/problem+json",
        headers=problem.headers,
    )


def _body(problem: Problem, title: str, path: str) -> dict[str, object]:
    body: dict[str, object] = {"status": problem.status, "title": title, "instance": path}
    if problem.detail:
        body["detail"] = problem.detail
    if problem.violations:
        body["violations"] = [
            {"field": v.field, "in": v.where, "message": v.message} for v in problem.violations
        ]
    return body
