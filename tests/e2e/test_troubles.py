"""Everything that can go wrong in a scene, and that record and API agree after each of it."""

import asyncio

import pytest

from bot.app import Vivant
from sandbox.discord import Channel, Upload
from sandbox.discord.wire.buckets import Limit
from tests.e2e.conftest import Town
from tests.e2e.people import finished, mira, scene
from tests.e2e.scenes import answered, held, in_step, texts

SEND = "POST /channels/{channel_id}/messages"
SPEAK = "POST /webhooks/{webhook_id}/{token}"
RESPEAK = "PATCH /webhooks/{webhook_id}/{token}/messages/{message_id}"


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def test_a_character_deleted_at_the_api_goes_on_speaking_in_its_scene(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    for character in town.ai.state.characters.values():
        character.deleted = True
    reply = await answered(town.alice, thread, "Are you there?")
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    await in_step(town, bot, thread)


async def test_more_than_a_turn_may_hold_is_refused_in_words(town: Town) -> None:
    town.variables["DISCORD_MESSAGE_CONTENT"] = "false"
    async with town.bot() as bot:
        await mira(town)
        thread = await scene(town)
        card = next(one for one in thread.messages if "Say" in one.buttons)
        asked = await town.bob.press(card, "Say")
        refused = await town.bob.submit(asked, {"What do you say?": "x" * 4000})
        assert "longer than 4000 characters" in (await refused.followup()).text
        await in_step(town, bot, thread)
    assert town.ai.calls.of("send_chat_message") == []


async def test_a_message_of_nothing_is_refused_in_words(town: Town) -> None:
    town.variables["DISCORD_MESSAGE_CONTENT"] = "false"
    async with town.bot() as bot:
        await mira(town)
        thread = await scene(town)
        card = next(one for one in thread.messages if "Say" in one.buttons)
        asked = await town.alice.press(card, "Say")
        refused = await town.alice.submit(asked, {"What do you say?": "  \n "})
        assert "nothing in that to say" in (await refused.answer()).text
        opened = await town.alice.press(next(filter(finished, thread.messages)), "reply:edit")
        refused = await town.alice.submit(opened, {"Its words": " "})
        assert "its words" in (await refused.followup()).text
        await in_step(town, bot, thread)
    assert town.ai.calls.of("send_chat_message") == []


async def test_a_stranger_changes_nothing_by_pressing(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    for action in ("reply:back", "reply:regenerate"):
        refused = await town.bob.press(reply, action)
        assert "belongs to" in (await refused.followup()).text
    await town.bob.react(reply, "⬅️")
    await thread.message(lambda one: "belongs to" in one.text)
    assert "2/2" in reply.buttons
    await in_step(town, bot, thread)


async def test_a_character_that_its_owner_deleted_goes_on_speaking_in_its_scene(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    deleted = await town.alice.slash(thread, "character delete", character="Mira")
    assert "Open scenes stay" in (await deleted.answer()).text
    await answered(town.alice, thread, "Are you there?")
    await in_step(town, bot, thread)
    refused = await town.alice.slash(thread, "chat persona", persona="alice")
    assert "can't find that character" in (await refused.answer()).text
    await in_step(town, bot, thread)


async def test_a_file_without_words_is_answered_politely(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    await town.alice.say(thread, files=[Upload("cat.png", b"\x89PNG", "image/png")])
    await thread.message(lambda one: "can't see files" in one.text)
    await in_step(town, bot, thread)
    assert town.ai.calls.of("send_chat_message") == []


@pytest.mark.parametrize(
    ("operation", "status"),
    [("send_chat_message", 500), ("send_chat_message", 402), ("get_chat", 500)],
)
async def test_a_turn_that_the_api_refuses_says_so(
    town: Town, bot: Vivant, thread: Channel, operation: str, status: int
) -> None:
    town.ai.faults.fail(operation, status, times=3)
    said = await town.alice.say(thread, "Hello?")
    await thread.message(lambda one: one.id > said.id and "⚠️" in one.text)
    town.ai.faults.clear()
    await answered(town.alice, thread, "And now?")
    await in_step(town, bot, thread)


@pytest.mark.parametrize("fault", ["break", "error", "lost"])
async def test_a_regeneration_that_breaks_shows_what_the_api_has_selected(
    town: Town, bot: Vivant, thread: Channel, fault: str
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    match fault:
        case "break":
            town.ai.faults.break_stream(3)
        case "error":
            town.ai.faults.stream_error(3)
        case _:
            town.ai.faults.disconnect("regenerate_chat_message", done=True)
    asked = await town.alice.press(reply, "reply:regenerate")
    if fault == "lost":
        await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    else:
        assert "⚠️" in (await asked.followup()).text
    await in_step(town, bot, thread)


@pytest.mark.parametrize("operation", ["update_selected_candidate", "delete_chat_messages"])
@pytest.mark.parametrize("done", [True, False])
async def test_a_lost_answer_to_a_change_leaves_both_sides_alike(
    town: Town, bot: Vivant, thread: Channel, operation: str, done: bool
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    town.ai.faults.disconnect(operation, done=done, times=3)
    if operation == "update_selected_candidate":
        await town.alice.press(reply, "reply:back")
    else:
        asked = await town.alice.menu("Rewind to here", reply)
        await town.alice.press(asked.message, "Delete from here on")
    await town.ai.until(lambda: bool(town.ai.calls.of(operation)))
    await in_step(town, bot, thread)


@pytest.mark.parametrize(
    ("route", "took_effect"), [(SPEAK, True), (SPEAK, False), (RESPEAK, False)]
)
async def test_trouble_at_discord_in_the_middle_of_a_reply_costs_nothing(
    town: Town, bot: Vivant, thread: Channel, route: str, took_effect: bool
) -> None:
    town.discord.faults.fail(route, status=502, took_effect=took_effect)
    said = await town.alice.say(thread, "Tell me.")
    await thread.message(lambda one: one.id > said.id and "1/1" in one.buttons, timeout=20)
    await in_step(town, bot, thread)
    assert len([one for one in thread.messages if one.id > said.id and not one.deleted]) == 1


async def test_twenty_scenes_at_once_with_faults_in_the_middle(town: Town, bot: Vivant) -> None:
    await mira(town)
    town.discord.limits.limits["threads"] = Limit(100, 1)
    threads = [await scene(town) for _ in range(20)]
    for nth in (2, 5, 9, 14):
        town.ai.faults.break_stream(nth, nth=nth)
    town.ai.faults.stream_error(4, nth=17)
    town.discord.faults.fail(SEND, status=500, nth=8, times=3)
    town.discord.faults.fail(SPEAK, status=502, nth=2)
    said = [await town.alice.say(each, "Tell me.") for each in threads]

    async def answered_in(place: Channel, after: int) -> None:
        await place.message(lambda one: one.id > after, timeout=30)

    pairs = zip(threads, said, strict=True)
    await asyncio.gather(*(answered_in(place, after.id) for place, after in pairs))
    for each in threads:
        await in_step(town, bot, each)
    for each in threads[:4]:
        await answered(town.alice, each, "Go on.")
        await in_step(town, bot, each)
    # What was said in vain is taken back there, and nothing was said twice.
    chats = town.ai.state.chats.values()
    assert all(texts(chat)[1:2] in ([], ["Tell me."], ["Go on."]) for chat in chats)
    assert all(texts(chat).count("Tell me.") <= 1 for chat in chats)
    assert held(town)
