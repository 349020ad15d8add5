"""What people do with replies: edit, rewind, replay, stop; and what is at the API afterwards."""

import pytest

from bot.app import Vivant
from bot.store.records import Reply
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply_after, scene
from tests.e2e.scenes import answered, begun, held, in_step, texts


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def test_an_edit_changes_the_selected_version_at_the_api(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    opened = await town.alice.press(reply, "reply:edit")
    await town.alice.submit(opened, {"Its words": "The sea is calm tonight."})
    await town.discord.until(lambda: "calm tonight" in reply.text, what="the new words")
    assert texts(held(town))[-1] == "The sea is calm tonight."
    await in_step(town, bot, thread)


async def test_the_edited_part_of_a_long_reply_leaves_the_other_parts_alone(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    long = "\n\n".join(f"{number}: {'waves ' * 60}".strip() for number in range(8))
    opened = await town.alice.press(reply, "reply:edit")
    await town.alice.submit(opened, {"Its words": long})
    last = await thread.message(lambda one: "7: waves" in one.text)
    assert last is not reply
    opened = await town.alice.press(last, "reply:edit")
    await town.alice.submit(opened, {"Its words": "The end. " * 50})
    await town.discord.until(lambda: last.content.startswith("The end."), what="the new words")
    assert str(texts(held(town))[-1]).startswith("0: waves")
    await in_step(town, bot, thread)
    more = await town.alice.press(last, "⋯")
    opened = await town.alice.press(more.message, "✎ Part 1")
    await town.alice.submit(opened, {"Its words": long.partition("7: ")[0].replace("0: ", "9: ")})
    await town.discord.until(lambda: reply.content.startswith("9: "), what="the first part")
    assert last.content.startswith("The end.")
    await in_step(town, bot, thread)
    opened = await town.alice.press(last, "reply:edit")
    await town.alice.submit(opened, {"Its words": "The end."})
    await town.discord.until(lambda: last.deleted, what="the shorter reply")
    assert reply.content.endswith("The end.")
    await in_step(town, bot, thread)


async def test_a_stranger_can_neither_edit_nor_rewind_nor_stop(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    assert (await town.bob.press(reply, "reply:edit")).ephemeral
    assert "belongs to" in (await town.bob.menu("Rewind to here", reply)).message.text
    await town.bob.react(reply, "🗑️")
    first = await thread.message(lambda one: "belongs to" in one.text)
    await town.bob.react(reply, "⏹️")
    await thread.message(lambda one: one.id > first.id and "belongs to" in one.text)
    await town.alice.react(reply, "🗑️")
    asked = await thread.message(lambda one: "Rewind to here?" in one.text)
    refused = await town.bob.press(asked, "Delete from here on")
    assert "belongs to" in (await refused.followup()).text
    assert len(held(town).messages) == 3
    await in_step(town, bot, thread)


async def test_rewinding_deletes_from_there_on_and_tidies_the_thread(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    first = await answered(town.alice, thread, "First.")
    said = await town.alice.say(thread, "Second.")
    second = await reply_after(thread, said)
    asked = await town.alice.menu("Rewind to here", said)
    assert asked.ephemeral
    await town.alice.press(asked.message, "Delete from here on")
    await town.discord.until(lambda: second.deleted and said.deleted, what="the tidy thread")
    assert len(held(town).messages) == 3
    await in_step(town, bot, thread)
    await town.alice.react(first, "🔁")
    await town.discord.until(lambda: "2/2" in first.buttons, what="another version")
    await in_step(town, bot, thread)


async def test_a_reaction_rewinds_to_before_the_reply_after_a_question(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    said = await town.alice.say(thread, "First.")
    reply = await reply_after(thread, said)
    await town.alice.react(reply, "🗑️")
    asked = await thread.message(lambda one: "Rewind to here?" in one.text)
    await town.alice.press(asked, "Leave it")
    await town.discord.until(lambda: asked.deleted, what="the end of the question")
    assert not reply.deleted
    await town.alice.unreact(reply, "🗑️")
    asked = await thread.message(lambda one: "Rewind to here?" in one.text and not one.deleted)
    await town.alice.press(asked, "Delete from here on")
    await town.discord.until(lambda: reply.deleted, what="the deletion")
    assert not said.deleted
    assert texts(held(town)) == ["Welcome, alice. The lamp is lit.", "First."]
    await in_step(town, bot, thread)


async def test_the_opening_stays(town: Town, bot: Vivant, thread: Channel) -> None:
    opening = await thread.message(lambda one: "The lamp is lit" in one.text)
    asked = await town.alice.menu("Rewind to here", opening)
    refused = await town.alice.press(asked.message, "Delete from here on")
    assert "can't be taken back" in (await refused.followup()).text
    await in_step(town, bot, thread)


async def test_editing_what_one_said_offers_to_replay(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    said = await town.alice.say(thread, "I hate the sea.")
    old = await reply_after(thread, said)
    later = await answered(town.alice, thread, "And now?")
    await town.alice.edit(said, "I love the sea.")
    offer = await thread.message(lambda one: "You changed what you said" in one.text)
    await town.alice.press(offer, "Replay from there")
    await town.discord.until(lambda: old.deleted and later.deleted, what="the tidy thread")
    await reply_after(thread, offer)
    assert not said.deleted
    assert len(held(town).messages) == 3
    assert texts(held(town))[1] == "I love the sea."
    await in_step(town, bot, thread)


async def test_deleting_what_one_said_offers_to_take_it_back(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    said = await town.alice.say(thread, "I hate the sea.")
    reply = await reply_after(thread, said)
    await town.alice.delete(said)
    offer = await thread.message(lambda one: "You changed what you said" in one.text)
    await town.alice.press(offer, "Replay from there")
    await town.discord.until(lambda: reply.deleted, what="the tidy thread")
    assert len(held(town).messages) == 1
    await in_step(town, bot, thread)


async def test_what_still_waits_is_simply_reworded(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    async def waiting(*texts: str) -> None:
        while {turn.text for turn in await bot.store.turns.of_channel(thread.id)} != {*texts}:
            await town.discord.clock.pulse.next(0.01)

    town.ai.hold("reply")
    await town.alice.say(thread, "First.")
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 1)
    one, two = await town.alice.say(thread, "Sceond."), await town.alice.say(thread, "Gone.")
    await waiting("First.", "Sceond.", "Gone.")
    await town.alice.edit(one, "Second.")
    await town.alice.delete(two)
    await waiting("First.", "Second.")
    town.ai.release()
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 2)
    assert town.ai.calls.of("send_chat_message")[1].body == {"userMessage": "Second."}
    await thread.message(lambda _: len(held(town).messages) == 5)
    await in_step(town, bot, thread)


@pytest.mark.parametrize("way", ["button", "reaction"])
async def test_a_stopped_reply_keeps_what_stands_there_and_at_the_api(
    town: Town, bot: Vivant, thread: Channel, way: str
) -> None:
    _, reply = await begun(town, thread, "Tell me everything.")
    if way == "button":
        await town.alice.press(reply, "reply:stop")
    else:
        await town.alice.react(reply, "⏹️")
        await town.discord.until(lambda: "⏹️" in reply.reactions)
    await town.discord.until(lambda: "▌" not in reply.text, what="the pause")
    standing = reply.content
    town.ai.release()
    await town.discord.until(lambda: "1/1" in reply.buttons, what="the end")
    assert reply.content.strip() == standing.strip()
    await in_step(town, bot, thread)
    again = await answered(town.alice, thread, "Go on.")
    assert "1/1" in again.buttons


async def test_a_stop_that_the_api_does_not_take_leaves_the_whole_reply(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    town.ai.faults.fail("update_candidate_message", 400)
    _, reply = await begun(town, thread, "Tell me everything.")
    await town.alice.press(reply, "reply:stop")
    town.ai.release()
    await town.discord.until(lambda: "1/1" in reply.buttons, what="the end")
    await in_step(town, bot, thread)


async def test_regenerating_while_a_reply_is_written_is_refused_in_words(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    first = await answered(town.alice, thread, "First.")
    town.ai.hold("reply")
    said = await town.alice.say(thread, "Second.")
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 2)
    refused = await town.alice.press(first, "reply:regenerate")
    assert "being written" in (await refused.followup()).text
    town.ai.release()
    await reply_after(thread, said)
    await in_step(town, bot, thread)


async def test_of_two_people_who_press_at_once_one_is_told_to_wait(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "First.")
    town.ai.hold("reply")
    await town.alice.press(reply, "reply:regenerate")
    await town.ai.until(lambda: len(town.ai.calls.of("regenerate_chat_message")) == 1)
    refused = await town.owner.press(reply, "reply:regenerate")
    assert "being written" in (await refused.followup()).text
    town.ai.release()
    await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    await in_step(town, bot, thread)


async def test_a_moderator_deletes_a_part_and_the_rest_is_still_leafed_through(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    long = "\n\n".join(f"{number}: {'waves ' * 60}".strip() for number in range(8))
    town.ai.state.lines += [long, "A short one."]
    last = await answered(town.alice, thread, "Tell me.")
    first = next(one for one in thread.messages if "0: waves" in one.text)
    await town.owner.delete(first)
    reply = await record(bot, town, last, shown=1)
    assert reply.candidates == 1
    await town.alice.press(last, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in last.buttons, what="the second version")
    assert "A short one." in last.text
    await in_step(town, bot, thread)
    await town.owner.delete(last)
    kept = await record(bot, town, last, shown=0, message_id=reply.message_id)
    assert kept.candidates == 2
    assert len(held(town).messages) == 3
    assert not any("Replay" in one.text for one in thread.messages)
    await answered(town.alice, thread, "Go on.")
    await in_step(town, bot, thread)


async def test_a_reply_that_is_deleted_while_it_grows_can_be_rewound_by_what_was_said(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    said, growing = await begun(town, thread, "Tell me a long story.")
    await town.owner.delete(growing)
    town.ai.release()
    while await bot.store.turns.of_channel(thread.id):
        await town.discord.clock.pulse.next(0.02)
    assert len(held(town).messages) == 3
    asked = await town.alice.menu("Rewind to here", said)
    await town.alice.press(asked.message, "Delete from here on")
    await town.discord.until(lambda: len(held(town).messages) == 1, what="the deletion")
    await in_step(town, bot, thread)


async def record(
    bot: Vivant, town: Town, message: Message, *, shown: int, message_id: str = ""
) -> Reply:
    """The record of the reply that a message shows, or showed, once so many messages show it."""
    while True:
        found = await bot.store.replies.of_message(held(town).chat_id, message_id)
        found = found or await bot.store.replies.of_shown(message.id)
        if found and len(found.shown) == shown:
            return found
        await town.discord.clock.pulse.next(0.02)
