"""From an HTTP request to a row of the table and back: parsing, limits, faults, transcript."""

import asyncio
import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.discord.model import Upload, User
from sandbox.discord.refusal import Refusal, Unhonoured, refuse, unauthorized
from sandbox.discord.rest import table
from sandbox.discord.rest.ask import Ask
from sandbox.discord.rest.table import ANY_BODY, Row
from sandbox.discord.wire.buckets import VIA, Buckets
from sandbox.discord.wire.faults import Fault, Faults
from sandbox.discord.wire.transcript import Exchange, Transcript
from sandbox.discord.world import World

INVALID = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True)
class Parsed:
    """The body of a request."""

    body: Any
    uploads: tuple[Upload, ...] = ()


class Rest:
    """Answers every REST call; ``faults_seen`` gathers what it could not play."""

    def __init__(
        self, world: World, transcript: Transcript, buckets: Buckets, faults: Faults
    ) -> None:
        self._world, self._transcript = world, transcript
        self._buckets, self._faults = buckets, faults
        self.gateway_url = ""
        self.faults_seen: list[str] = []

    async def serve(self, request: web.Request) -> web.Response:
        """One call, from its bytes to its answer."""
        path = "/" + request.match_info["tail"]
        found = table.find(request.method, path, self._world.bot.id)
        entry = self._note(request, path, found[0].name if found else "unknown route")
        if found is None:
            return self._unplayed(entry, f"route {request.method} {path}")
        try:
            return await self._route(request, entry, *found)
        except Refusal as refusal:
            headers = VIA if refusal.status == 429 else {}
            return self._reply(entry, refusal.status, refusal.body(), headers)
        except Unhonoured as unhonoured:
            return self._unplayed(entry, f"{entry.route}: {unhonoured.what}")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            spot = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{spot.filename.rpartition('/')[2]}:{spot.lineno}"
            problem = f"{entry.route}: body or query it cannot read ({error!r} at {where})"
            return self._unplayed(entry, problem)

    async def _route(
        self, request: web.Request, entry: Exchange, row: Row, path: dict[str, str]
    ) -> web.Response:
        parsed = await _parse(request)
        entry.body = parsed.body
        fault = self._faults.hit(row.name)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.fails and not fault.took_effect:
            return self._fail(request, entry, fault)
        who = self._account(request, row)
        entry.who = who.username if who else "token"
        verdict = self._buckets.take(row, path, entry.who, self._world.clock.now())
        if verdict.retry_after is not None:
            return self._reply(entry, 429, verdict.body, verdict.headers)
        _honour(row, request.query, parsed.body)
        ask = Ask(
            self._world, who, path, request.query, parsed.body, parsed.uploads, self.gateway_url
        )
        answer = self._act(entry, row, ask, verdict.headers)
        return self._fail(request, entry, fault) if fault and fault.fails else answer

    def _act(self, entry: Exchange, row: Row, ask: Ask, headers: Mapping[str, str]) -> web.Response:
        try:
            reply = row.act(ask)
        except Refusal as refusal:
            return self._reply(entry, refusal.status, refusal.body(), {**headers, **VIA})
        status = 204 if reply is None else row.status
        return self._reply(entry, status, reply, headers)

    def _account(self, request: web.Request, row: Row) -> User | None:
        given = request.headers.get("Authorization", "")
        account = self._world.account_of(given.removeprefix("Bot ").strip())
        if account and account.bot is not given.startswith("Bot "):
            account = None
        if account is None and not row.open:
            raise unauthorized()
        return account

    def _fail(self, request: web.Request, entry: Exchange, fault: Fault) -> web.Response:
        if fault.hang_up and request.transport:
            request.transport.abort()
        return self._reply(entry, fault.status or 500, fault.body, fault.headers)

    def _unplayed(self, entry: Exchange, what: str) -> web.Response:
        """Something this Discord does not know how to play: loud, never silent."""
        self.faults_seen.append(what)
        message = f"the local Discord does not honour {what}"
        return self._reply(entry, 501, {"message": message, "code": 0}, {})

    def _reply(
        self, entry: Exchange, status: int, body: Any, headers: Mapping[str, str]
    ) -> web.Response:
        entry.status, entry.reply = status, body
        self._buckets.invalid += status in INVALID
        self._world.clock.pulse.beat()
        if status == 204:
            return web.Response(status=204, headers=headers)
        # discord.py decodes only this very content type: a charset behind it would not do.
        told = {"Content-Type": "application/json", **headers}
        return web.Response(status=status, body=json.dumps(body).encode(), headers=told)

    def _note(self, request: web.Request, path: str, route: str) -> Exchange:
        now = self._world.clock.now()
        shown = path + (f"?{request.query_string}" if request.query_string else "")
        return self._transcript.add(Exchange(now, "REST", route, "?", shown))


def _honour(row: Row, query: Mapping[str, str], body: Any) -> None:
    """Nothing in the request may be silently ignored."""
    if unknown := query.keys() - row.query:
        raise Unhonoured(f"query {', '.join(sorted(unknown))}")
    if (
        isinstance(body, dict)
        and row.fields is not ANY_BODY
        and (unknown := body.keys() - row.fields)
    ):
        raise Unhonoured(f"field {', '.join(sorted(unknown))}")


async def _parse(request: web.Request) -> Parsed:
    if not request.can_read_body:
        return Parsed({})
    if request.content_type.startswith("multipart/"):
        return await _parse_parts(request)
    return Parsed(_json(await request.read()))


async def _parse_parts(request: web.Request) -> Parsed:
    """``payload_json`` and the files, in the order of their numbers."""
    body: Any = {}
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise Unhonoured("nested multipart bodies")
        name, content = part.name or "", bytes(await part.read())
        if name == "payload_json":
            body = _json(content)
        elif name.startswith("files["):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[int(name[6:-1])] = Upload(part.filename or "file", content, kind)
        else:
            raise Unhonoured(f"multipart field {name}")
    if sorted(files) != list(range(len(files))):
        raise Unhonoured("files that are not numbered from 0")
    return Parsed(body, tuple(files[index] for index in sorted(files)))


def _json(content: bytes) -> Any:
    if not content:
        return {}
    try:
        return json.loads(content)
    except ValueError:
        raise refuse(50109) from None
