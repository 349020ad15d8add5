"""Scenes over every dialect: greeting, reply, other versions, and replies that break off."""

import asyncio

import pytest
import pytest_asyncio

from sandbox.discord import Channel, Message
from tests.dialects.combinations import Choice
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, finished

pytestmark = [pytest.mark.asyncio(loop_scope="module")]

MET = (
    "token_field", "complete", "error_field", "abandoned_reply", "character_type", "media_type",
    "chat_image", "missing_character", "chat_list_messages", "errors", "missing_status",
    "void_answer",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def mira(world: Town) -> None:
    """Alice's character, made while the service speaks as it does by default."""
    opened = await world.alice.slash(world.stories, "character create")
    await (await world.alice.submit(opened, CARD)).answer()
    asked = await world.alice.slash(world.lounge, "privacy adult")
    await world.alice.press(asked.message, "I am 18 or older")


async def scene(town: Town) -> Channel:
    """A new thread in which Mira has spoken."""
    before = set(town.guild.threads)
    started = await town.alice.slash(town.stories, "chat start", character="Mira")
    await started.answer()
    [new] = set(town.guild.threads) - before
    thread = town.guild.threads[new]
    greeting = await thread.message(lambda one: "The lamp is lit" in one.text)
    assert "Welcome, alice." in greeting.text
    return thread


async def answer(town: Town, thread: Channel, words: str) -> Message:
    """The finished reply to what Alice says."""
    said = await town.alice.say(thread, words)
    return await thread.message(lambda one: one.id > said.id and finished(one))


def held(town: Town) -> set[str]:
    """What the service holds as the last thing said, of each chat."""
    chats = town.ai.state.chats.values()
    return {(chat.messages[-1].selected.text or "").strip() for chat in chats}


def told(message: Message) -> str:
    """The words of a reply without the name in front."""
    return message.text.removeprefix("**Mira**").strip()


async def a_turn_is_answered(town: Town, thread: Channel) -> Message:
    reply = await answer(town, thread, "Tell me about the storm.")
    assert told(reply) in held(town)
    return reply


async def another_version_is_written_and_leafed_through(town: Town, reply: Message) -> None:
    first = reply.text
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")
    assert told(reply) in held(town)
    assert reply.text != first
    await town.alice.press(reply, "reply:back")
    await town.discord.until(lambda: "1/2" in reply.buttons, what="the first version")
    assert reply.text == first
    assert told(reply) in held(town)


async def a_reply_whose_stream_broke_is_looked_for(town: Town, thread: Channel) -> None:
    stored = town.ai.dialect.abandoned_reply != "discarded"
    said = await town.alice.say(thread, "And then?")
    if stored:
        reply = await thread.message(lambda one: one.id > said.id and finished(one))
        assert told(reply) in held(town)
    else:
        await thread.message(lambda one: one.id > said.id and "did not ask twice" in one.text)


async def a_version_whose_stream_broke_is_looked_for(town: Town, reply: Message) -> None:
    pressed = await town.alice.press(reply, "reply:regenerate")
    if town.ai.dialect.abandoned_reply != "discarded":
        await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")
    else:
        assert (await pressed.followup()).ephemeral


async def an_error_in_the_stream_is_told(town: Town, thread: Channel) -> None:
    town.ai.faults.stream_error(2)
    said = await town.alice.say(thread, "Once more.")
    await thread.message(lambda one: one.id > said.id and "could not finish" in one.text)
    await answer(town, thread, "And now?")


async def its_words_are_changed(town: Town, reply: Message) -> None:
    opened = await town.alice.press(reply, "reply:edit")
    await town.alice.submit(opened, {"Its words": "The sea is calm tonight."})
    await town.discord.until(lambda: "calm tonight" in reply.text, what="the new words")
    assert told(reply) in held(town)


async def everything_is_taken_back(town: Town, reply: Message) -> None:
    asked = await town.alice.menu("Rewind to here", reply)
    await town.alice.press(asked.message, "Delete from here on")
    await town.discord.until(lambda: reply.deleted, what="the deletion")
    assert told(reply) not in held(town)


async def a_picture_is_taken_and_leafed_through(town: Town, thread: Channel) -> None:
    await town.alice.slash(thread, "chat photo")
    shown = await thread.message(lambda one: bool(one.attachments))
    await town.alice.press(shown, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in shown.buttons, what="the second picture")
    await town.alice.press(shown, "reply:back")
    await town.discord.until(lambda: "1/2" in shown.buttons, what="the first picture")


async def live(town: Town) -> None:
    town.ai.calls.clear()
    thread = await scene(town)
    reply = await a_turn_is_answered(town, thread)
    await another_version_is_written_and_leafed_through(town, reply)
    await its_words_are_changed(town, reply)
    await a_picture_is_taken_and_leafed_through(town, thread)
    await everything_is_taken_back(town, reply)
    await an_error_in_the_stream_is_told(town, thread)
    assert sent(town) == ["Tell me about the storm.", "Once more.", "And now?"]
    assert len(town.ai.calls.of("regenerate_chat_message")) == 1
    await town.alice.slash(thread, "chat end")


async def live_with_broken_streams(town: Town) -> None:
    town.ai.calls.clear()
    versions, turns = await scene(town), await scene(town)
    reply = await a_turn_is_answered(town, versions)
    town.ai.faults.lose_reader(2, times=2)
    await asyncio.gather(
        a_version_whose_stream_broke_is_looked_for(town, reply),
        a_reply_whose_stream_broke_is_looked_for(town, turns),
    )
    assert sent(town) == ["Tell me about the storm.", "And then?"]
    assert len(town.ai.calls.of("regenerate_chat_message")) == 1
    await town.alice.slash(versions, "chat end")
    await town.alice.slash(turns, "chat end")


def sent(town: Town) -> list[str]:
    """What was said to the service since the dialect changed."""
    return [each.body["userMessage"] for each in town.ai.calls.of("send_chat_message")]


@pytest.mark.concerns(*MET)
async def test_scenes_go_on_in_each_dialect(spoken: Town, choice: Choice) -> None:
    del choice
    await live(spoken)


@pytest.mark.concerns("abandoned_reply", "complete", "character_type", "token_field")
async def test_broken_streams_are_made_up_for_in_each_dialect(spoken: Town, choice: Choice) -> None:
    del choice
    await live_with_broken_streams(spoken)


@pytest.mark.concerns("missing_status", "errors")
async def test_a_chat_that_is_gone_is_told_in_each_dialect(spoken: Town, choice: Choice) -> None:
    del choice
    thread = await scene(spoken)
    reply = await a_turn_is_answered(spoken, thread)
    spoken.ai.state.chats.popitem()
    said = await spoken.alice.say(thread, "Are you there?")
    await thread.message(lambda one: one.id > said.id and "no longer has that chat" in one.text)
    refused = await spoken.alice.press(reply, "reply:regenerate")
    assert (await refused.followup()).ephemeral
    await spoken.alice.slash(thread, "chat end")


@pytest.mark.dialects_all(
    "token_field", "complete", "error_field", "abandoned_reply", "character_type"
)
async def test_scenes_go_on_in_all_dialects(spoken: Town, choice: Choice) -> None:
    del choice
    await live(spoken)
    await live_with_broken_streams(spoken)
