"""A scene as people live it: open a thread, write, watch the reply, change it, end it."""

import pytest

from bot.app import Vivant
from sandbox.discord import Channel
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply_after, scene

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def test_a_scene_opens_with_the_characters_first_message(thread: Channel) -> None:
    greeting = thread.messages[-1]
    assert greeting.author.username == "Mira"
    assert "Welcome, alice." in greeting.text
    assert thread.name == "Mira"


async def test_what_is_written_is_answered_in_a_stream(town: Town, thread: Channel) -> None:
    said = await town.alice.say(thread, "Tell me about the storm.")
    reply = await reply_after(thread, said)
    held = town.ai.state.chats
    assert len(held) == 1
    assert town.ai.calls.of("send_chat_message")[0].body == {
        "userMessage": "Tell me about the storm."
    }
    assert reply.author.username == "Mira"


async def test_regenerate_by_reaction_streams_into_the_same_message(
    town: Town, thread: Channel
) -> None:
    said = await town.alice.say(thread, "Tell me about the storm.")
    reply = await reply_after(thread, said)
    first = reply.text
    await town.alice.react(reply, "🔁")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")
    assert reply.text != first
    assert thread.messages[-1] is reply


async def test_swiping_selects_the_shown_version_at_the_api(town: Town, thread: Channel) -> None:
    said = await town.alice.say(thread, "Tell me about the storm.")
    reply = await reply_after(thread, said)
    first = reply.text
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")
    await town.alice.react(reply, "⬅️")
    await town.discord.until(lambda: "1/2" in reply.buttons, what="the first version")
    assert reply.text == first
    await town.alice.press(reply, "reply:forward")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")
    assert len(town.ai.calls.of("update_selected_candidate")) == 2


async def test_a_stranger_can_neither_swipe_nor_regenerate(town: Town, thread: Channel) -> None:
    said = await town.alice.say(thread, "Tell me about the storm.")
    reply = await reply_after(thread, said)
    refused = await town.bob.press(reply, "reply:regenerate")
    assert (await refused.followup()).ephemeral
    await town.bob.react(reply, "🔁")
    await thread.message(lambda one: "⚠️" in one.text)
    assert town.ai.calls.of("regenerate_chat_message") == []


async def test_only_the_newest_reply_can_be_written_anew(town: Town, thread: Channel) -> None:
    said = await town.alice.say(thread, "First.")
    older = await reply_after(thread, said)
    said = await town.alice.say(thread, "Second.")
    await reply_after(thread, said)
    await town.alice.react(older, "🔁")
    await thread.message(lambda one: "newest" in one.text)
    assert town.ai.calls.of("regenerate_chat_message") == []


async def test_asides_are_not_heard(town: Town, thread: Channel) -> None:
    await town.alice.say(thread, "// brb")
    said = await town.alice.say(thread, "I am back.")
    await reply_after(thread, said)
    assert [call.body for call in town.ai.calls.of("send_chat_message")] == [
        {"userMessage": "I am back."}
    ]


async def test_what_comes_while_a_reply_is_written_waits_its_turn(
    town: Town, thread: Channel
) -> None:
    town.ai.hold("reply")
    await town.alice.say(thread, "First.")
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 1)
    said = await town.alice.say(thread, "Second.")
    town.ai.release()
    await reply_after(thread, said)
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 2)


async def test_an_overlong_message_is_refused_in_words(town: Town, thread: Channel) -> None:
    await town.bob.say(thread, "x" * 2000)
    said = await town.alice.say(thread, "Still here.")
    await reply_after(thread, said)


async def test_a_reply_that_was_lost_is_not_asked_for_twice(town: Town, thread: Channel) -> None:
    town.ai.faults.break_stream(3)
    said = await town.alice.say(thread, "Tell me about the storm.")
    await thread.message(lambda one: one.id > said.id and "did not ask twice" in one.text)
    assert len(town.ai.calls.of("send_chat_message")) == 1


async def test_a_failing_service_is_named_and_the_scene_goes_on(
    town: Town, thread: Channel
) -> None:
    town.ai.faults.stream_error(2)
    said = await town.alice.say(thread, "Tell me about the storm.")
    await thread.message(lambda one: one.id > said.id and "could not finish" in one.text)
    said = await town.alice.say(thread, "Once more?")
    await reply_after(thread, said)


async def test_ending_a_scene_stops_the_listening(town: Town, thread: Channel) -> None:
    ended = await town.alice.slash(thread, "chat end")
    assert "ended" in ended.message.text
    await town.alice.say(thread, "Hello?")
    refused = await town.alice.slash(thread, "chat end")
    assert refused.ephemeral
    assert town.ai.calls.of("send_chat_message") == []


async def test_scenes_need_an_age_restricted_channel_or_the_moderators_word(
    town: Town,
) -> None:
    await mira(town)
    refused = await town.alice.slash(town.lounge, "chat start", character="Mira")
    assert refused.ephemeral
    assert town.guild.threads == {}
    offered = await town.owner.slash(town.lounge, "chat start", character="Mira")
    await town.owner.press(offered.message, "Allow scenes in this channel")
    await scene(town, town.lounge)


async def test_somebody_elses_character_is_not_there(town: Town) -> None:
    await mira(town)
    started = await town.bob.slash(town.stories, "chat start", character="Mira")
    assert "can't find that character" in (await started.answer()).text
    assert await town.bob.autocomplete(town.stories, "chat start", "character") == []


async def test_the_character_list_shows_ones_own(town: Town) -> None:
    await mira(town)
    listed = await town.alice.slash(town.stories, "character list")
    assert "Mira" in (await listed.answer()).text
    other = await town.bob.slash(town.stories, "character list")
    assert "no characters" in (await other.answer()).text
