"""What tests about a scene's life share: what is said in it, and whether all of it is in step."""

from bot.app import Vivant
from bot.store.records import Reply
from sandbox.aliveai.state import Chat
from sandbox.aliveai.state import Message as Said
from sandbox.discord import Actor, Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import reply_after

PATIENCE = 400
"""Looks, 20 ms apart, until something that settles has settled."""


def ids(message: Message) -> list[str]:
    """The custom ids of a message's buttons."""
    return [str(part.get("custom_id")) for part in message.parts]


async def answered(actor: Actor, thread: Channel, text: str) -> Message:
    """What Mira answers to something that is said."""
    return await reply_after(thread, await actor.say(thread, text))


async def begun(town: Town, thread: Channel, text: str) -> tuple[Message, Message]:
    """What Alice says, and the reply to it, which is held while it is being written."""
    town.ai.hold("reply")
    said = await town.alice.say(thread, text)
    await town.ai.step("reply", times=60)
    while True:
        for one in thread.messages:
            if one.id > said.id and "reply:stop" in ids(one):
                return said, one
        await town.discord.clock.pulse.next(0.06)
        await town.ai.step("reply")


def held(town: Town) -> Chat:
    """The newest chat, as the API holds it."""
    return list(town.ai.state.chats.values())[-1]


def texts(chat: Chat) -> list[str | None]:
    """What a chat says, by its selected candidates."""
    return [message.selected.text for message in chat.messages]


async def in_step(town: Town, bot: Vivant, thread: Channel) -> None:
    """Assert that what stands in a scene's thread is what the API has selected.

    A scene whose chat is gone is no scene; every reply that is known is a message of the chat,
    shows the selected version with its number, and the newest is the newest. A turn that runs is
    waited for, and so is the record that follows right behind what people see.
    """
    for _ in range(PATIENCE):
        try:
            assert await bot.store.turns.of_channel(thread.id) == []
            return await _in_step(town, bot, thread)
        except (AssertionError, LookupError):
            await town.discord.clock.pulse.next(0.02)
    return await _in_step(town, bot, thread)


async def _in_step(town: Town, bot: Vivant, thread: Channel) -> None:
    scene = await bot.store.scenes.of_channel(thread.id)
    if scene is None:
        return
    chat = town.ai.state.chats[scene.chat_id]
    said = {message.message_id: message for message in chat.messages}
    for reply in await bot.store.replies.of_chat(scene.chat_id):
        _shows(town, reply, said[reply.message_id])


def _shows(town: Town, reply: Reply, said: Said) -> None:
    if not reply.shown:
        return  # somebody deleted what showed it; the chat keeps it
    shown = [town.discord.world.messages[each] for each in reply.shown]
    assert not any(message.deleted for message in shown), "a shown message was deleted"
    number = [each.candidate_id for each in said.candidates].index(said.selected_id) + 1
    assert f"{number}/{len(said.candidates)}" in shown[-1].buttons
    if not reply.pictured:
        text = "\n".join(message.content for message in shown).removeprefix("**Mira**\n")
        assert text.split() == (said.selected.text or "").split()
