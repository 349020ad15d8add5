"""Answers the chat endpoints except the streamed replies, which are in ``talk``."""

from random import Random

from sandbox.aliveai import shapes
from sandbox.aliveai.problems import Problem, missing
from sandbox.aliveai.recipes import Edited, Picture, Still, first_picture
from sandbox.aliveai.state import Candidate, Chat, Message
from sandbox.aliveai.world import Answer, Call, Responder, World

IMAGE_COST = 2.0


async def list_chats(call: Call) -> Answer:
    """All chats."""
    shown = [shapes.chat(call.world, chat) for chat in call.world.state.chats.values()]
    if not call.world.dialect.chat_list_messages:
        for each in shown:
            each["messages"] = []
    return list(shown)


async def create_chat(call: Call) -> Answer:
    """A chat that the caller opens in the character's name."""
    state, body = call.world.state, call.body
    character = state.characters.get(body["chatCharacterId"])
    if character is None or character.deleted:
        raise missing(call.world.dialect, "Character")
    if body["personaId"] not in state.personas:
        raise missing(call.world.dialect, "Persona")
    opening = state.say("CHARACTER", body["firstMessage"])
    chat = Chat(state.mint(), character.character_id, body["personaId"], [opening])
    state.chats[chat.chat_id] = chat
    return shapes.chat(call.world, chat)


async def get_chat(call: Call) -> Answer:
    """A chat with all messages."""
    return shapes.chat(call.world, call.world.chat(call.path["chatId"]))


async def delete_chat(call: Call) -> Answer:
    """Remove a chat."""
    chat = call.world.chat(call.path["chatId"])
    del call.world.state.chats[chat.chat_id]
    return None


async def select_candidate(call: Call) -> Answer:
    """Switch a message to another of its candidates."""
    found = message_of(call)
    found.selected_id = _candidate(call, found, call.query["candidateId"]).candidate_id
    return None


async def delete_messages(call: Call) -> Answer:
    """Remove a message and all that follow it."""
    chat, found = call.world.chat(call.path["chatId"]), message_of(call)
    del chat.messages[chat.messages.index(found) :]
    return None


async def update_candidate(call: Call) -> Answer:
    """Replace a candidate's text."""
    _candidate(call, message_of(call), call.path["candidateId"]).text = call.body["message"]
    return None


async def create_image(call: Call) -> Answer:
    """A picture of the moment, appended to the chat."""
    world, chat = call.world, call.world.chat(call.path["chatId"])
    world.charge(IMAGE_COST)
    shown = world.state.say("MEDIA", None)
    chat.messages.append(shown)
    await _picture(call, chat, shown.selected)
    return shapes.message(world, shown)


async def regenerate_image(call: Call) -> Answer:
    """Another picture for a media message, as a new candidate that is selected."""
    world, chat, shown = call.world, call.world.chat(call.path["chatId"]), message_of(call)
    if shown.speaker != "MEDIA":
        raise Problem(400, "Only media messages have images")
    world.charge(IMAGE_COST)
    candidate = Candidate(world.state.mint())
    shown.candidates.append(candidate)
    shown.selected_id = candidate.candidate_id
    await _picture(call, chat, candidate)
    return shapes.message(world, shown)


def message_of(call: Call) -> Message:
    """The message that the path names."""
    chat = call.world.chat(call.path["chatId"])
    for message in chat.messages:
        if message.message_id == call.path["messageId"]:
            return message
    raise missing(call.world.dialect, "Message")


def _candidate(call: Call, message: Message, candidate_id: str) -> Candidate:
    for candidate in message.candidates:
        if candidate.candidate_id == candidate_id:
            return candidate
    raise missing(call.world.dialect, "Candidate")


async def _picture(call: Call, chat: Chat, candidate: Candidate) -> None:
    drawing = _draw(call.world, chat, candidate)
    if call.world.dialect.chat_image == "later":
        call.world.start(drawing)
    else:
        await drawing


async def _draw(world: World, chat: Chat, candidate: Candidate) -> None:
    with world.gate.turn("generation", chat.chat_id) as turn:
        await turn.wait()
        await world.pace.wait(world.pace.generation_seconds / 2)
        recipe = _moment(world, chat, candidate)
        candidate.media_id = world.state.keep(recipe, "IMAGE", "chat image").media_id


def _moment(world: World, chat: Chat, candidate: Candidate) -> Picture:
    said = [m.selected.text for m in chat.messages if m.selected.text]
    character = world.state.characters[chat.character_id]
    words = f"{character.name}: {' '.join((said or [''])[-1].split()[:14])}"
    seed = Random(candidate.candidate_id).randrange(10**9)
    known = world.state.media.get(character.media_id or "")
    if known is None:
        return Still(seed, f"person {words} {character.bio}", words)
    return Edited(first_picture(known.recipe), "repaint", seed, words, words)


RESPONDERS: dict[str, Responder] = {
    "list_chats": list_chats,
    "create_chat_with_custom_first_message": create_chat,
    "get_chat": get_chat,
    "delete_chat": delete_chat,
    "create_chat_image": create_image,
    "regenerate_chat_image": regenerate_image,
    "update_selected_candidate": select_candidate,
    "delete_chat_messages": delete_messages,
    "update_candidate_message": update_candidate,
}
