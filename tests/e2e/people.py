"""What several end-to-end tests do: make a picture, a character, a scene; set up moderators."""

from sandbox.discord import Actor, Channel, Message, Permission
from tests.e2e.conftest import Town

CARD = {
    "Name": "Mira",
    "In one line": "Keeper of the old lighthouse",
    "Who they are": "Calm, curious, fond of storms.",
    "First message": "Welcome, {{user}}. The lamp is lit.",
}


async def picture(town: Town, place: Channel | None = None, **options: str | bool) -> Message:
    """Alice's finished picture."""
    wish = {"prompt": "a lighthouse", **options}
    asked = await town.alice.slash(place or town.lounge, "imagine", **wish)
    await town.discord.until(lambda: bool(asked.message.attachments), what="the picture")
    return asked.message


async def mira(town: Town, **changes: str) -> None:
    """Alice's character."""
    opened = await town.alice.slash(town.stories, "character create")
    submitted = await town.alice.submit(opened, {**CARD, **changes})
    await submitted.answer()


async def scene(
    town: Town, place: Channel | None = None, *, name: str = "Mira", **options: str | float | bool
) -> Channel:
    """The thread of a new scene of Alice's, once the character has spoken."""
    known = set(town.guild.threads)
    await town.alice.slash(place or town.stories, "chat start", character=name, **options)
    await town.discord.until(lambda: set(town.guild.threads) - known, what="the thread")
    (thread_id,) = set(town.guild.threads) - known
    thread = town.guild.threads[thread_id]
    await thread.message(finished)
    return thread


async def reply(town: Town, thread: Channel, text: str) -> Message:
    """The finished reply to something that Alice says."""
    return await reply_after(thread, await town.alice.say(thread, text))


async def reply_after(thread: Channel, after: Message, *, timeout: float = 5) -> Message:  # noqa: ASYNC109
    """The finished reply that follows a message."""
    return await thread.message(lambda one: one.id > after.id and finished(one), timeout=timeout)


def finished(message: Message) -> bool:
    """Whether a message is the whole of a reply, or its end: it has the controls below it."""
    return any(part.get("custom_id") == "reply:regenerate" for part in message.parts)


def moderator(town: Town, name: str = "mod") -> Actor:
    """A member who may manage messages, and nothing more."""
    user = town.discord.world.user(name)
    town.discord.world.join(town.guild, user)
    town.discord.world.role(town.guild, "Moderators", Permission.MANAGE_MESSAGES, to=[user])
    return town.discord.actor(user)
