"""Answers the two sockets: the events of one prompt, and the changes of the account's queue."""

import asyncio
import json

from aiohttp import web

from sandbox.aliveai.feeds import QUEUE, Event, Mailbox
from sandbox.aliveai.members import check_credential
from sandbox.aliveai.problems import Problem, missing
from sandbox.aliveai.queue import Queue
from sandbox.aliveai.state import Prompt
from sandbox.aliveai.world import Answer, Call, Responder


def responders(queue: Queue) -> dict[str, Responder]:
    """The responders of the section, by operation."""
    sockets = Sockets(queue)
    return {"ws_prompt_events": sockets.prompt_events, "ws_user_events": sockets.user_events}


class Sockets:
    """Opens sockets onto the queue's feeds."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def prompt_events(self, call: Call) -> Answer:
        """Where the prompt is, then every change, up to its end."""
        world = call.world
        if world.dialect.socket_credential:
            check_credential(world, call.request)
        prompt = world.state.prompts.get(call.path["promptId"])
        if prompt is None:
            raise missing(world.dialect, "Prompt")
        return await _converse(call, prompt.prompt_id, self._first(call, prompt))

    def _first(self, call: Call, prompt: Prompt) -> list[Event | None]:
        if not prompt.ended:
            return [self._queue.place(prompt)]
        match call.world.dialect.late_socket:
            case "replay":
                return [self._queue.last_event(prompt), None]
            case "silent":
                return []
            case "drop":
                return [None]

    async def user_events(self, call: Call) -> Answer:
        """The queue now and after every change."""
        world = call.world
        if not world.seals.knows(call.query["token"]):
            raise Problem(401, "Unauthorized")
        if call.path["userId"] != world.state.account.user_id:
            raise Problem(403, "Forbidden")
        return await _converse(call, QUEUE, [self._queue.queue_event(None)])


async def _converse(call: Call, topic: str, first: list[Event | None]) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(call.request)
    with call.world.feeds.subscribe(topic) as mailbox:
        for event in first:
            mailbox.put_nowait(event)
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(_hear(socket, mailbox))
            call.world.bell.ring()
            await _speak(call, socket, mailbox)
            if call.world.dialect.closes_when_done:
                await socket.close()
                hearing.cancel()
    return socket


async def _hear(socket: web.WebSocketResponse, mailbox: Mailbox) -> None:
    """Nothing is expected from the client but its close."""
    async for _ in socket:
        pass
    mailbox.put_nowait(None)


async def _speak(call: Call, socket: web.WebSocketResponse, mailbox: Mailbox) -> None:
    fault = call.world.faults.take(call.operation, "drop socket")
    sent = 0
    while not (fault and sent >= fault.count):
        event = await mailbox.get()
        if event is None:
            return
        if isinstance(event, bytes):
            await socket.send_bytes(event)
        else:
            await socket.send_str(json.dumps(event))
        sent += 1
    if transport := call.request.transport:
        transport.abort()
