"""The gateway: sockets, sessions, and the trouble they can be asked to make.

Source: Discord's documentation, "Gateway" and "Opcodes and Status Codes".
"""

import asyncio
import json
import secrets
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.discord.events import PRIVILEGED, Event, Intent, same
from sandbox.discord.model import ChannelType, Guild, Json, User
from sandbox.discord.shapes import people, places
from sandbox.discord.wire.session import Session
from sandbox.discord.wire.socket import Closing, Socket
from sandbox.discord.wire.transcript import Exchange, Transcript
from sandbox.discord.world import World

HEARTBEAT_MS = 41_250
RESUMABLE_SECONDS = 120.0
HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 1, 2, 3, 6, 7
MEMBERS, INVALID, HELLO, ACK = 8, 9, 10, 11


class Gateway:
    """All sessions; ``heartbeat_ms`` and ``answers_heartbeats`` may be changed by tests."""

    def __init__(self, world: World, transcript: Transcript) -> None:
        self._world, self._transcript = world, transcript
        self._sockets: dict[Socket, Session | None] = {}
        self.sessions: dict[str, Session] = {}
        self.url = ""
        self.heartbeat_ms = HEARTBEAT_MS
        self.answers_heartbeats = True
        self._refusals: list[int] = []
        world.listeners.append(self._publish)

    # --- on demand ------------------------------------------------------------------------

    async def drop(self, code: int | None = None, *, user: User | None = None) -> None:
        """Close the sockets of ``user`` (the bot) with ``code``; None cuts them off."""
        for socket in self._of(user):
            await socket.close(code)

    def ask_reconnect(self, *, user: User | None = None) -> None:
        """Opcode 7: please reconnect and resume."""
        for socket in self._of(user):
            socket.send(json.dumps({"op": RECONNECT, "d": None}))

    def invalidate(self, *, resumable: bool = False, user: User | None = None) -> None:
        """Opcode 9; without ``resumable`` the sessions are forgotten."""
        for socket in self._of(user):
            session = self._sockets[socket]
            if session and not resumable:
                self.sessions.pop(session.id, None)
            socket.send(json.dumps({"op": INVALID, "d": resumable}))

    def refuse_next(self, code: int) -> None:
        """Close the next identify or resume with ``code``."""
        self._refusals.append(code)

    @property
    def connected(self) -> list[Session]:
        """Sessions that have a socket."""
        return [one for one in self._sockets.values() if one]

    def is_connected(self, user: User) -> bool:
        return any(one.user is user for one in self.connected)

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close(1001)

    # --- the socket -----------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One socket from HELLO to its end."""
        raw = web.WebSocketResponse(max_msg_size=0, compress=False)
        await raw.prepare(request)
        socket = Socket(
            raw, request.transport, compress=request.query.get("compress") == "zlib-stream"
        )
        self._sockets[socket] = None
        socket.send(json.dumps({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}}))
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(socket.write())
                await self._read(socket, raw)
                writer.cancel()
        finally:
            session = self._sockets.pop(socket)
            if session and session.send == socket.send:
                session.send, session.lost = None, self._world.clock.now()
                self._show(session.user)
            self._world.clock.pulse.beat()
        return raw

    async def _read(self, socket: Socket, raw: web.WebSocketResponse) -> None:
        try:
            async for message in raw:
                if message.type is WSMsgType.TEXT:
                    self._receive(socket, message.data)
        except Closing as closing:
            await socket.close(closing.code)

    def _receive(self, socket: Socket, text: str) -> None:
        socket.count(self._world.clock.now())
        try:
            frame = json.loads(text)
            opcode, body = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closing(4002) from None
        self._note("<", str(opcode), self._sockets[socket], _without_token(body))
        if opcode == HEARTBEAT:
            if self.answers_heartbeats:
                socket.send(json.dumps({"op": ACK, "d": None}))
        elif opcode == IDENTIFY:
            self._identify(socket, body)
        elif opcode == RESUME:
            self._resume(socket, body)
        elif self._sockets[socket] is None:
            raise Closing(4003)
        elif opcode == MEMBERS:
            self._send_members(socket, body)
        elif opcode != PRESENCE:
            raise Closing(4001)

    def _identify(self, socket: Socket, body: Json) -> None:
        if self._sockets[socket]:
            raise Closing(4005)
        user = self._account(body)
        number, count = body.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise Closing(4010)
        intents = Intent(body.get("intents", 0))
        if user.bot:
            self._check_intents(int(body.get("intents", -1)))
        session = Session(secrets.token_hex(16), user, intents, (number, count), socket.send)
        self.sessions[session.id] = session
        self._sockets[socket] = session
        self._show(user)
        self._welcome(session)

    def _check_intents(self, intents: int) -> None:
        if not 0 <= intents < 1 << 26:
            raise Closing(4013)
        if intents & PRIVILEGED & ~self._world.bot.approved:
            raise Closing(4014)

    def _resume(self, socket: Socket, body: Json) -> None:
        user = self._account(body)
        session = self.sessions.get(body.get("session_id", ""))
        missed = session.missed(body.get("seq", 0)) if session and session.user is user else None
        if session is None or missed is None:
            socket.send(json.dumps({"op": INVALID, "d": False}))
            return
        self._sockets[socket] = session
        self._show(user)
        session.send = socket.send
        for frame in missed:
            socket.send(frame)
        self._send(session, "RESUMED", {})

    def _account(self, body: Json) -> User:
        if self._refusals:
            raise Closing(self._refusals.pop(0))
        user = self._world.account_of(str(body.get("token", "")).removeprefix("Bot "))
        if user is None:
            raise Closing(4004)
        return user

    def _welcome(self, session: Session) -> None:
        user, world = session.user, self._world
        mine = [one for one in world.guilds.values() if user.id in one.members]
        mine = [one for one in mine if session.owns(one)]
        ready: Json = {
            "v": 10,
            "user": people.me(user),
            "guilds": [{"id": str(one.id), "unavailable": True} for one in mine],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "private_channels": [] if user.bot else self._directs(session),
        }
        if user.bot:
            ready["application"] = {"id": str(world.bot.id), "flags": world.bot.flags}
        self._send(session, "READY", ready)
        if user.bot and not session.intents & Intent.GUILDS:
            return
        for guild in mine:
            self._send(session, "GUILD_CREATE", _available(guild, session, world))

    def _show(self, user: User) -> None:
        """Keep who is online, and tell those who share a server."""
        here, online = self.is_connected(user), self._world.online
        if here is (user.id in online):
            return
        online.symmetric_difference_update({user.id})
        shape = places.presence(user.id, "online" if here else "offline")
        for guild in self._world.guilds.values():
            if user.id in guild.members:
                body = shape | {"guild_id": str(guild.id)}
                self._publish(_presence(body, guild))

    def _directs(self, session: Session) -> list[Json]:
        mine = [
            one
            for one in self._world.channels.values()
            if one.type is ChannelType.DM and session.user.id in one.recipients
        ]
        return [places.channel(one, session.viewer, self._world.users) for one in mine]

    def _send_members(self, socket: Socket, body: Json) -> None:
        """Opcode 8: the members of a server, all or by id, in one chunk."""
        session = self._sockets[socket]
        guild = self._world.guilds.get(int(body["guild_id"]))
        if session is None or guild is None:
            return
        wanted = body.get("user_ids")
        ids = {int(one) for one in ([wanted] if isinstance(wanted, str) else wanted or [])}
        members = [one for one in guild.members.values() if not ids or one.user.id in ids]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [people.full_member(one) for one in members],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(one) for one in ids - guild.members.keys()],
            "presences": [],
        }
        if body.get("nonce"):
            chunk["nonce"] = body["nonce"]
        self._send(session, "GUILD_MEMBERS_CHUNK", chunk)

    # --- dispatching ----------------------------------------------------------------------

    def _publish(self, event: Event) -> None:
        forgotten = self._world.clock.now() - RESUMABLE_SECONDS
        for session in list(self.sessions.values()):
            if session.send is None and session.lost < forgotten:
                del self.sessions[session.id]
                continue
            if session.wants(event):
                self._send(session, event.name, event.body(session.viewer))

    def _send(self, session: Session, name: str, body: Json) -> None:
        self._note(">", name, session, body)
        session.dispatch(name, body)

    def _note(self, kind: str, name: str, session: Session | None, body: Any) -> None:
        who = session.user.username if session else "?"
        self._transcript.add(Exchange(self._world.clock.now(), kind, name, who, body=body))

    def _of(self, user: User | None) -> list[Socket]:
        wanted = user or self._world.bot.user
        return [one for one, session in self._sockets.items() if session and session.user is wanted]


def _presence(body: Json, guild: Guild) -> Event:
    return Event("PRESENCE_UPDATE", same(body), guild=guild, intent=Intent.GUILD_PRESENCES)


def _without_token(body: Any) -> Any:
    return body | {"token": "…"} if isinstance(body, dict) and "token" in body else body


def _available(guild: Guild, session: Session, world: World) -> Json:
    """A server that was there before: without ``unavailable`` it would count as newly joined."""
    return places.guild_create(guild, session.viewer, world.online) | {"unavailable": False}
