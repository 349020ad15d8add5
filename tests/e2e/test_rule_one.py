"""Rule 1 in a scene: what it withholds stands nowhere, here or at the API, whatever happens."""

from typing import Any

import pytest

from bot.app import Vivant
from sandbox.aliveai import Dialect
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply, scene
from tests.e2e.scenes import answered, begun, held, texts

CALM = "The lamp turns over the quiet sea. "
FORBIDDEN = CALM * 20 + "She is fifteen years old. They kiss. " + CALM * 20
MINOR = "fifteen"

unheard = pytest.mark.parametrize("dialect", ["stored", "orphaned", "discarded"])


async def withheld(town: Town, thread: Channel) -> Message:
    """Alice's message, whose reply is out of sight while the API is still writing it."""
    town.ai.state.lines.append(FORBIDDEN)
    said, growing = await begun(town, thread, "Tell me.")
    while "withheld" not in growing.text:
        await town.ai.step("reply")
        await town.discord.clock.pulse.next(0.01)
    assert len(held(town).messages) == 2
    return said


async def nothing_runs(town: Town, bot: Vivant, thread: Channel) -> None:
    while await bot.store.turns.of_channel(thread.id):
        await town.discord.clock.pulse.next(0.02)


def nobody_saw_it(town: Town) -> None:
    world = town.discord.world
    states = [str(state) for each in world.messages.values() for state in each.revisions]
    assert not any(MINOR in state for state in states)


async def test_a_reply_is_out_of_sight_at_once_and_deleted_when_it_is_whole(
    town: Town, bot: Vivant
) -> None:
    await mira(town)
    thread = await scene(town)
    await withheld(town, thread)
    town.ai.release()
    await nothing_runs(town, bot, thread)
    assert len(texts(held(town))) == 1
    await answered(town.alice, thread, "Go on.")
    assert len(texts(held(town))) == 3
    nobody_saw_it(town)


@unheard
async def test_a_reply_that_is_finished_while_the_bot_is_away_is_deleted(
    town: Town, dialect: Any
) -> None:
    town.ai.dialect = Dialect(abandoned_reply=dialect)
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        await withheld(town, thread)
    async with town.bot() as bot:
        town.ai.release()
        await nothing_runs(town, bot, thread)
        assert len(texts(held(town))) == 1
    nobody_saw_it(town)


@pytest.mark.usefixtures("bot")
async def test_who_wished_for_another_version_reads_that_it_was_taken_back(town: Town) -> None:
    await mira(town)
    thread = await scene(town)
    shown = await reply(town, thread, "Tell me.")
    town.ai.state.lines.append(FORBIDDEN)
    told = await (await town.alice.press(shown, "reply:regenerate")).followup()
    assert "taken back from the chat" in told.text
    assert "Nothing was" not in told.text
    assert len(texts(held(town))) == 1
    nobody_saw_it(town)


@pytest.mark.usefixtures("bot")
async def test_words_that_only_together_are_refused_cost_nothing_of_the_chat(town: Town) -> None:
    await mira(town)
    thread = await scene(town)
    town.ai.hold("reply")
    await town.alice.say(thread, "Hello.")
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 1)
    await town.alice.say(thread, "She is fifteen years old.")
    said = await town.alice.say(thread, "They kiss.")
    town.ai.release()
    refused = await thread.message(lambda one: one.id > said.id and "minors" in one.text)
    assert "Nothing was sent" in refused.text
    assert len(held(town).messages) == 3
    assert town.ai.calls.of("delete_chat_messages") == []
