"""Streams replies as NDJSON: ``init``, ``token`` after ``token``, ``complete`` or ``error``.

The reply is written to its end also when the reader has gone, and then stored, as a service does
that generates first and sends second; ``Dialect.abandoned_reply`` has the other way.
"""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.aliveai import shapes
from sandbox.aliveai.chats import message_of
from sandbox.aliveai.faults import Fault
from sandbox.aliveai.gates import Turn
from sandbox.aliveai.pace import Beat
from sandbox.aliveai.problems import Problem
from sandbox.aliveai.prose import Scene, reply, tokens
from sandbox.aliveai.state import Candidate, Chat, Message
from sandbox.aliveai.world import Answer, Call, Responder, World


@dataclass
class Talk:
    """One reply on its way. ``message`` is the one it joins, or a new one not stored yet."""

    call: Call
    chat: Chat
    user: Message | None
    message: Message
    candidate: Candidate
    text: str
    written: str = ""
    alone: bool = False

    @property
    def world(self) -> World:
        return self.call.world


async def send_message(call: Call) -> Answer:
    """Store what the user says and stream what the character answers."""
    chat, state = call.world.chat(call.path["chatId"]), call.world.state
    user = state.say("USER", call.body["userMessage"])
    chat.messages.append(user)
    message = state.say("CHARACTER", None)
    text = _reply(call.world, chat, call.body["userMessage"], turn=len(chat.messages), take=0)
    return await _stream(Talk(call, chat, user, message, message.selected, text))


async def regenerate(call: Call) -> Answer:
    """Stream another candidate for the newest character message."""
    chat, message = call.world.chat(call.path["chatId"]), message_of(call)
    spoken = [each for each in chat.messages if each.speaker == "CHARACTER"]
    if message not in spoken[-1:]:
        raise Problem(400, "Only the most recent character message can be regenerated")
    before = chat.messages[: chat.messages.index(message)]
    user = next((each for each in reversed(before) if each.speaker == "USER"), None)
    asked = (user.selected.text if user else "") or ""
    take = len(message.candidates)
    text = _reply(call.world, chat, asked, turn=len(before), take=take)
    candidate = Candidate(call.world.state.mint())
    return await _stream(Talk(call, chat, user, message, candidate, text))


def _reply(world: World, chat: Chat, asked: str, *, turn: int, take: int) -> str:
    if world.state.lines:
        return world.state.lines.pop(0)
    character = world.state.characters[chat.character_id]
    persona = world.state.personas[chat.persona_id]
    seed = f"{character.name} {turn} {take} {asked}"
    return reply(Scene(character.name, character.bio, persona.name, persona.bio), asked, seed)


async def _stream(talk: Talk) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(talk.call.request)
    faults = talk.world.faults
    fault = faults.take(talk.call.operation, "break stream", "lose reader", "stream error")
    await _write(talk, response, _init(talk))
    with talk.world.gate.turn("reply", talk.chat.chat_id) as turn:
        if await _tokens(talk, response, turn, fault):
            _store(talk)
            await _write(talk, response, _complete(talk))
        elif fault and fault.act == "stream error":
            if fault.kept:
                _store(talk)
            error = {"type": "error", talk.world.dialect.error_field: fault.text}
            await _write(talk, response, error)
        elif fault:
            _hang_up(talk)
    return response


async def _tokens(
    talk: Talk, response: web.StreamResponse, turn: Turn, fault: Fault | None
) -> bool:
    """Write the tokens; whether all of them were written, to whomever."""
    world, beat = talk.world, Beat(talk.world.pace)
    await world.pace.wait(world.pace.first_token_seconds)
    for number, token in enumerate(tokens(talk.text)):
        if fault and number >= fault.count:
            if fault.act != "lose reader":
                return False
            _hang_up(talk)
        await turn.wait()
        await beat.rest()
        await _write(talk, response, {"type": "token", world.dialect.token_field: token})
        if talk.alone and world.dialect.abandoned_reply == "discarded":
            return False
        talk.written += token
        world.sent(talk.chat.chat_id, talk.message.message_id, token)
    return True


async def _write(talk: Talk, response: web.StreamResponse, event: dict[str, Any]) -> None:
    transport = talk.call.request.transport
    talk.alone = talk.alone or transport is None or transport.is_closing()
    if talk.alone:
        return
    try:
        await response.write(json.dumps(event).encode() + b"\n")
    except ConnectionError:
        talk.alone = True


def _hang_up(talk: Talk) -> None:
    if transport := talk.call.request.transport:
        transport.abort()


def _init(talk: Talk) -> dict[str, Any]:
    return {
        "type": "init",
        "chatId": talk.chat.chat_id,
        "userMessageId": talk.user.message_id if talk.user else None,
        "userCandidateId": talk.user.selected_id if talk.user else None,
        "assistantMessageId": talk.message.message_id,
        "assistantCandidateId": talk.candidate.candidate_id,
    }


def _store(talk: Talk) -> None:
    """Keep the reply; where what it answers was deleted meanwhile, the dialect says whether."""
    talk.candidate.text = talk.written
    is_new = talk.candidate in talk.message.candidates
    if not is_new:
        talk.message.candidates.append(talk.candidate)
        talk.message.selected_id = talk.candidate.candidate_id
    elif talk.user in talk.chat.messages:
        talk.chat.messages.insert(talk.chat.messages.index(talk.user) + 1, talk.message)
    elif talk.world.dialect.abandoned_reply == "orphaned":
        talk.chat.messages.append(talk.message)


def _complete(talk: Talk) -> dict[str, Any]:
    match talk.world.dialect.complete:
        case "message":
            return {"type": "complete", "message": shapes.message(talk.world, talk.message)}
        case "text":
            return {"type": "complete", "message": talk.written}
        case "bare":
            return {"type": "complete"}


RESPONDERS: dict[str, Responder] = {
    "send_chat_message": send_message,
    "regenerate_chat_message": regenerate,
}
