"""Answers the persona endpoints: one default, and the last one or one in use stays."""

from sandbox.aliveai import shapes
from sandbox.aliveai.problems import Problem, missing
from sandbox.aliveai.state import Persona
from sandbox.aliveai.world import Answer, Call, Responder


async def list_personas(call: Call) -> Answer:
    """All personas."""
    return [shapes.persona(each) for each in call.world.state.personas.values()]


async def create_persona(call: Call) -> Answer:
    """A new persona; as the default it unsets the old default."""
    state = call.world.state
    record = Persona(state.mint(), call.body["name"], call.body.get("bio", ""), default=False)
    state.personas[record.persona_id] = record
    _set_default(call, record)
    return shapes.persona(record)


async def get_persona_for_chat(call: Call) -> Answer:
    """Who the user is in that chat."""
    chat = call.world.chat(call.path["chatId"])
    return shapes.persona(call.world.state.personas[chat.persona_id])


async def update_persona(call: Call) -> Answer:
    """Replace all of a persona."""
    record = _persona(call)
    record.name, record.bio = call.body["name"], call.body.get("bio", "")
    _set_default(call, record)
    return None


async def delete_persona(call: Call) -> Answer:
    """Remove a persona that is neither the only one nor used in a chat."""
    record, state = _persona(call), call.world.state
    if len(state.personas) == 1:
        raise Problem(400, "The only persona can not be deleted")
    if any(chat.persona_id == record.persona_id for chat in state.chats.values()):
        raise Problem(400, "The persona is still used in a chat")
    del state.personas[record.persona_id]
    return None


def _set_default(call: Call, record: Persona) -> None:
    record.default = call.body["isDefault"]
    if record.default:
        for other in call.world.state.personas.values():
            other.default = other is record


def _persona(call: Call) -> Persona:
    if record := call.world.state.personas.get(call.path["id"]):
        return record
    raise missing(call.world.dialect, "Persona")


RESPONDERS: dict[str, Responder] = {
    "list_chat_personas": list_personas,
    "create_chat_persona": create_persona,
    "get_persona_for_chat": get_persona_for_chat,
    "update_chat_persona": update_persona,
    "delete_chat_persona": delete_persona,
}
