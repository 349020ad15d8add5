"""What was said or begun while the bot was away, and scenes without the message-content intent."""

import pytest

from bot.app import Vivant
from bot.inbox import new_turn
from bot.store.records import TurnKind
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply_after, scene
from tests.e2e.scenes import answered, begun, held, ids, in_step, texts


async def opened(town: Town) -> Channel:
    """A scene that a bot opened which is gone now."""
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        await answered(town.alice, thread, "First.")
    return thread


async def replay_wished(town: Town, bot: Vivant, said: Message) -> None:
    """Store a replay of what was said, in other words, as a process leaves it that dies in it."""
    (scene_,) = await bot.store.scenes.open()
    wish = new_turn(scene_, TurnKind.MEND, scene_.owner_id, filtered=True)
    wish.sent, wish.before = True, [held(town).messages[1].message_id]
    wish.lines, wish.asked_in = ["I love the sea."], [said.id]
    await bot.store.turns.save(wish)


async def test_the_newest_message_is_answered_when_the_bot_is_back(town: Town) -> None:
    thread = await opened(town)
    await town.alice.say(thread, "Are you there?")
    said = await town.alice.say(thread, "Hello?")
    await town.alice.say(thread, "// they are away")
    async with town.bot() as bot:
        await reply_after(thread, said)
        await in_step(town, bot, thread)
    sent = [call.body["userMessage"] for call in town.ai.calls.of("send_chat_message")]
    assert sent == ["First.", "Hello?"]


async def test_what_was_answered_is_not_answered_again(town: Town) -> None:
    thread = await opened(town)
    async with town.bot() as bot:
        await answered(town.alice, thread, "Second.")
        await in_step(town, bot, thread)
    assert len(town.ai.calls.of("send_chat_message")) == 2


async def test_what_is_too_old_is_left_alone(town: Town) -> None:
    town.variables["AWAY_SECONDS"] = "0"
    thread = await opened(town)
    await town.alice.say(thread, "Are you there?")
    async with town.bot():
        await answered(town.alice, thread, "Second.")
    sent = [call.body["userMessage"] for call in town.ai.calls.of("send_chat_message")]
    assert sent == ["First.", "Second."]


async def test_a_reply_cut_by_a_crash_is_completed_and_not_asked_for_twice(town: Town) -> None:
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        said, _ = await begun(town, thread, "Tell me everything.")
    town.ai.release()
    await town.ai.until(lambda: len(held(town).messages) == 3)
    async with town.bot() as bot:
        await reply_after(thread, said)
        await in_step(town, bot, thread)
    assert len(town.ai.calls.of("send_chat_message")) == 1


async def test_a_reply_that_was_stopped_before_a_crash_stays_cut(town: Town) -> None:
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        said, growing = await begun(town, thread, "Tell me everything.")
        await town.alice.press(growing, "reply:stop")
        await town.discord.until(lambda: "▌" not in growing.text, what="the pause")
        standing = growing.content
    town.ai.release()
    await town.ai.until(lambda: len(held(town).messages) == 3)
    async with town.bot() as bot:
        shown = await reply_after(thread, said)
        assert shown.content.split() == standing.split()
        await in_step(town, bot, thread)


async def test_a_swipe_that_a_crash_cut_is_shown_by_the_next_process(town: Town) -> None:
    async with town.bot() as bot:
        await mira(town)
        thread = await scene(town)
        shown = await answered(town.alice, thread, "Tell me.")
        await town.alice.press(shown, "reply:regenerate")
        await town.discord.until(lambda: "2/2" in shown.buttons, what="one more version")
        await bot.lanes.close()
        await town.alice.press(shown, "reply:back")
        await town.ai.until(lambda: bool(town.ai.calls.of("update_selected_candidate")))
    assert "2/2" in shown.buttons
    async with town.bot() as bot:
        await town.discord.until(lambda: "1/2" in shown.buttons, what="the first version")
        await in_step(town, bot, thread)


async def test_a_rewind_that_a_crash_cut_is_tidied_by_the_next_process(town: Town) -> None:
    async with town.bot() as bot:
        await mira(town)
        thread = await scene(town)
        said = await town.alice.say(thread, "First.")
        shown = await reply_after(thread, said)
        await in_step(town, bot, thread)
        (scene_,) = await bot.store.scenes.open()
        wish = new_turn(scene_, TurnKind.MEND, scene_.owner_id, filtered=True)
        wish.sent = True
        await bot.store.turns.save(wish)
    del held(town).messages[1:]
    async with town.bot() as bot:
        await town.discord.until(lambda: shown.deleted and said.deleted, what="the tidy thread")
        await in_step(town, bot, thread)
        assert not any("You changed" in one.text for one in thread.messages)


async def test_a_replay_that_a_crash_cut_is_said_once_by_the_next_process(town: Town) -> None:
    async with town.bot() as bot:
        await mira(town)
        thread = await scene(town)
        said = await town.alice.say(thread, "I hate the sea.")
        old = await reply_after(thread, said)
        await in_step(town, bot, thread)
        await replay_wished(town, bot, said)
    del held(town).messages[1:]
    async with town.bot() as bot:
        await town.discord.until(lambda: old.deleted, what="the tidy thread")
        await reply_after(thread, old)
        assert texts(held(town))[1:2] == ["I love the sea."]
        assert len(held(town).messages) == 3
        assert not said.deleted
        await in_step(town, bot, thread)


async def test_a_replay_whose_cut_never_happened_is_not_said(town: Town) -> None:
    async with town.bot() as bot:
        await mira(town)
        thread = await scene(town)
        said = await town.alice.say(thread, "I hate the sea.")
        await reply_after(thread, said)
        await in_step(town, bot, thread)
        await replay_wished(town, bot, said)
    async with town.bot() as bot:
        await in_step(town, bot, thread)
        assert await bot.store.turns.active() == []
    assert len(town.ai.calls.of("send_chat_message")) == 1


@pytest.fixture
async def deaf(town: Town) -> None:
    """A town in which the bot may not read along."""
    town.discord.world.approve(0)
    town.variables["DISCORD_MESSAGE_CONTENT"] = "false"


@pytest.mark.usefixtures("deaf")
async def test_without_the_intent_a_form_says_what_somebody_says(town: Town, bot: Vivant) -> None:
    await mira(town)
    thread = await scene(town)
    card = next(one for one in thread.messages if "Say" in one.buttons)
    assert "mention me" in card.text
    asked = await town.alice.press(card, "Say")
    said = await town.alice.submit(asked, {"What do you say?": "Good evening."})
    reply = await reply_after(thread, said.message)
    assert texts(held(town))[1] == "Good evening."
    assert "Good evening." in said.message.text
    assert "scene:say" in ids(reply)
    await in_step(town, bot, thread)


@pytest.mark.usefixtures("deaf")
async def test_without_the_intent_a_mention_is_heard(town: Town, bot: Vivant) -> None:
    await mira(town)
    thread = await scene(town)
    await town.alice.say(thread, "Just talking.")
    mention = town.discord.world.bot.user.mention
    await answered(town.alice, thread, f"{mention} Good evening.")
    assert texts(held(town))[1] == "Good evening."
    await in_step(town, bot, thread)


async def test_a_scene_lives_in_a_direct_message_where_the_operator_allows_it(
    town: Town,
) -> None:
    place = await town.alice.direct()
    async with town.bot():
        await mira(town)
        refused = await town.alice.slash(place, "chat start", character="Mira")
        assert "direct messages" in refused.message.text
    town.variables["DIRECT_MESSAGES"] = "true"
    async with town.bot() as bot:
        started = await town.alice.slash(place, "chat start", character="Mira")
        assert "waits in" in (await started.answer()).text
        reply = await answered(town.alice, place, "Good evening.")
        assert reply.content.startswith("**Mira**\n")
        await in_step(town, bot, place)
        asked = await town.alice.menu("Rewind to here", reply)
        await town.alice.press(asked.message, "Delete from here on")
        await town.discord.until(lambda: reply.deleted, what="the rewinding")
        await in_step(town, bot, place)
