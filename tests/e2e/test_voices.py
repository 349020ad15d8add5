"""Under whose name characters speak, and what happens when the webhook is in trouble."""

import pytest

from bot.app import Vivant
from cogs._voices import allowed_name
from sandbox.discord import Channel, Message, Permission
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, mira, reply_after, scene
from tests.e2e.scenes import answered, begun, held, in_step

SPEAK = "POST /webhooks/{webhook_id}/{token}"


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


def own(town: Town, message: Message) -> bool:
    """Whether the bot wrote a message in its own name."""
    return message.author is town.discord.world.bot.user


async def test_one_webhook_speaks_for_all_scenes_of_a_channel(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "First.")
    other = await scene(town)
    second = await answered(town.alice, other, "Second.")
    (webhook,) = town.discord.world.webhooks.values()
    assert {reply.webhook_id, second.webhook_id} == {webhook.id}
    assert (reply.author.username, webhook.application_id) == ("Mira", town.discord.world.bot.id)
    await in_step(town, bot, other)


async def test_a_restart_finds_the_webhook_again(town: Town) -> None:
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        first = await answered(town.alice, thread, "First.")
    async with town.bot() as bot:
        second = await answered(town.alice, thread, "Second.")
        assert first.webhook_id == second.webhook_id
        await town.alice.react(second, "🔁")
        await town.discord.until(lambda: "2/2" in second.buttons, what="one more version")
        await in_step(town, bot, thread)
    assert len(town.discord.world.webhooks) == 1


async def test_a_deleted_webhook_is_made_again(town: Town, bot: Vivant, thread: Channel) -> None:
    await answered(town.alice, thread, "First.")
    town.discord.world.webhooks.clear()
    reply = await answered(town.alice, thread, "Second.")
    assert reply.author.username == "Mira"
    await in_step_for_new(town, bot, thread, reply)


async def in_step_for_new(town: Town, bot: Vivant, thread: Channel, reply: Message) -> None:
    """The scene is in step, and its newest reply is the one that people see."""
    await in_step(town, bot, thread)
    shown = await bot.store.replies.of_shown(reply.id)
    assert shown is not None
    assert shown.message_id == held(town).messages[-1].message_id


async def test_a_reply_of_a_deleted_webhook_is_told_anew_when_it_changes(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "First.")
    town.discord.world.webhooks.clear()
    await town.alice.press(reply, "reply:regenerate")
    again = await thread.message(lambda one: one.id > reply.id and "2/2" in one.buttons)
    await town.discord.until(lambda: reply.deleted, what="the old one's end")
    await in_step_for_new(town, bot, thread, again)


async def test_a_webhook_deleted_in_the_middle_of_a_reply_costs_nothing(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    said, _ = await begun(town, thread, "Tell me everything.")
    town.discord.world.webhooks.clear()
    town.ai.release()
    reply = await reply_after(thread, said)
    await in_step_for_new(town, bot, thread, reply)


async def test_without_the_permission_the_bot_speaks_with_the_name_in_front(
    town: Town, bot: Vivant
) -> None:
    denied = Permission.MANAGE_WEBHOOKS
    town.discord.world.overwrite(town.stories, town.discord.world.bot.user, deny=denied)
    await mira(town)
    thread = await scene(town)
    reply = await answered(town.alice, thread, "First.")
    assert own(town, reply)
    assert reply.content.startswith("**Mira**\n")
    await in_step(town, bot, thread)


async def test_a_server_can_have_the_bot_speak_in_its_own_name(town: Town, bot: Vivant) -> None:
    async with bot.store.server(town.guild.id) as server:
        server.switches = {"server": {"identity": False}}
    await mira(town)
    thread = await scene(town)
    assert own(town, await answered(town.alice, thread, "First."))
    assert town.discord.world.webhooks == {}


async def test_the_fourth_scene_at_once_under_one_channel_speaks_as_the_bot(
    town: Town, bot: Vivant
) -> None:
    await mira(town)
    places = [await scene(town) for _ in range(4)]
    town.ai.hold("reply")
    for number, place in enumerate(places, start=1):
        await town.alice.say(place, "Tell me.")
        await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == number)  # noqa: B023
    town.ai.release()
    replies = [
        await reply_after(place, next(one for one in place.messages if one.text == "Tell me."))
        for place in places
    ]
    assert [own(town, reply) for reply in replies] == [False, False, False, True]
    for place in places:
        await in_step(town, bot, place)


async def test_a_lost_answer_to_a_send_does_not_post_twice(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    town.discord.faults.hang_up(SPEAK, took_effect=True)
    said = await town.alice.say(thread, "First.")
    reply = await reply_after(thread, said)
    assert [one for one in thread.messages if one.id > said.id] == [reply]
    await in_step_for_new(town, bot, thread, reply)


async def test_a_forbidden_name_is_parted(town: Town, bot: Vivant) -> None:
    opened = await town.alice.slash(town.stories, "character create")
    await (await town.alice.submit(opened, {**CARD, "Name": "Discord Clyde"})).answer()
    started = await town.alice.slash(town.stories, "chat start", character="Discord Clyde")
    await started.answer()
    (thread,) = town.guild.threads.values()
    assert thread.messages[-1].author.username == "D\u200aiscord C\u200alyde"
    assert await bot.store.scenes.of_channel(thread.id) is not None


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("x" * 90, "x" * 80), ("  ", "…"), ("DISCORD", "D\u200aISCORD"), ("Mira", "Mira")],
)
def test_names_are_made_to_fit(name: str, allowed: str) -> None:
    assert allowed_name(name) == allowed
