"""What tests about scenes share: a character, a scene with her, and how her replies are found."""

from sandbox.aliveai.state import Chat
from sandbox.discord import Actor, Channel, Message
from tests.e2e.conftest import Town

CARD = {
    "Name": "Mira",
    "In one line": "Keeper of the old lighthouse",
    "Who they are": "Calm, curious, fond of storms.",
    "First message": "Welcome, {{user}}. The lamp is lit.",
}


async def mira(town: Town) -> None:
    """Alice's character."""
    opened = await town.alice.slash(town.stories, "character create")
    submitted = await town.alice.submit(opened, CARD)
    await submitted.answer()


async def scene(town: Town, place: Channel | None = None, **options: object) -> Channel:
    """The thread of a new scene between Alice and Mira, once Mira has spoken."""
    before = set(town.guild.threads)
    place = place or town.stories
    started = await town.alice.slash(place, "chat start", character="Mira", **options)
    await started.answer()
    thread = next(each for key, each in town.guild.threads.items() if key not in before)
    await thread.message(lambda one: "The lamp is lit" in one.text)
    return thread


def ids(message: Message) -> list[str]:
    """The custom ids of a message's buttons."""
    return [str(part.get("custom_id")) for part in message.parts]


async def reply_after(thread: Channel, after: Message) -> Message:
    """The finished reply that follows a message."""

    def finished(one: Message) -> bool:
        return one.id > after.id and "reply:regenerate" in ids(one)

    return await thread.message(finished)


async def answered(actor: Actor, thread: Channel, text: str) -> Message:
    """What Mira answers to something that is said."""
    return await reply_after(thread, await actor.say(thread, text))


def held(town: Town) -> Chat:
    """The newest chat, as the API holds it."""
    return list(town.ai.state.chats.values())[-1]


def texts(chat: Chat) -> list[str | None]:
    """What a chat says, by its selected candidates."""
    return [message.selected.text for message in chat.messages]
