"""Answers the character endpoints, the cards that a vision model draws from a picture included."""

from aiohttp import web

from sandbox.aliveai import eyes, shapes
from sandbox.aliveai.problems import Problem, missing
from sandbox.aliveai.state import Character
from sandbox.aliveai.world import Answer, Call, Responder


async def list_characters(call: Call) -> Answer:
    """All characters that are not deleted."""
    records = call.world.state.characters.values()
    return [shapes.character(call.world, each) for each in records if not each.deleted]


async def create_character(call: Call) -> Answer:
    """A new character, by its id alone."""
    state, body = call.world.state, call.body
    _check_picture(call)
    record = Character(
        character_id=state.mint(),
        name=body["name"],
        bio=body["bio"],
        short_bio=body["shortBio"],
        first_message=state.say("CHARACTER", body["firstMessage"]),
        media_id=body.get("mediaId"),
    )
    state.characters[record.character_id] = record
    return {"chatCharacterId": record.character_id}


async def get_character(call: Call) -> Answer:
    """One character, or nothing."""
    record = call.world.state.characters.get(call.path["id"])
    if record is None or record.deleted:
        if call.world.dialect.missing_character == 404:
            raise Problem(404, "Character not found")
        return web.Response(status=204)
    return shapes.character(call.world, record)


async def update_character(call: Call) -> Answer:
    """Replace all of a character; its first message becomes a new one."""
    record, body = _character(call), call.body
    _check_picture(call)
    record.name, record.bio, record.short_bio = body["name"], body["bio"], body["shortBio"]
    record.first_message = call.world.state.say("CHARACTER", body["firstMessage"])
    record.media_id = body.get("mediaId", record.media_id)
    return None


async def delete_character(call: Call) -> Answer:
    """Hide a character; its chats remain."""
    _character(call).deleted = True
    return None


async def create_vision(call: Call) -> Answer:
    """A card of what can be seen in a picture of ours; other pictures are judged by address."""
    seen = eyes.describe_address(call.world, call.body["imageUrl"])
    name = call.body["characterName"]
    return {
        "name": name,
        "description": f"{name} is {seen}.",
        "personality": "Warm, curious and a little mischievous; listens before answering.",
        "scenario": f"You meet {name} by chance, and the conversation starts all by itself.",
        "first_mes": f"*{name} looks up and smiles.* There you are. I was hoping for company.",
    }


async def update_vision(call: Call) -> Answer:
    """The card with the instruction worked into it."""
    card = dict(call.body["chatCharacterFromImageResponse"])
    wish = call.body["updatePrompt"].strip().rstrip(".")
    card["personality"] = f"{card.get('personality', '')} Lately also this: {wish}.".strip()
    card["scenario"] = f"{card.get('scenario', '')} ({wish})".strip()
    return card


def _character(call: Call) -> Character:
    record = call.world.state.characters.get(call.path["id"])
    if record is None or record.deleted:
        raise missing(call.world.dialect, "Character")
    return record


def _check_picture(call: Call) -> None:
    if media_id := call.body.get("mediaId"):
        call.world.medium(media_id, "mediaId")
    prompt_id = call.body.get("promptId")
    if prompt_id and prompt_id not in call.world.state.prompts:
        raise missing(call.world.dialect, "Prompt")


RESPONDERS: dict[str, Responder] = {
    "list_chat_characters": list_characters,
    "create_chat_character": create_character,
    "create_character_vision": create_vision,
    "update_character_vision": update_vision,
    "get_chat_character": get_character,
    "update_chat_character": update_character,
    "delete_chat_character": delete_character,
}
