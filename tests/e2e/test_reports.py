"""Reports, and what moderators and operators do about them."""

import pytest

from bot.app import Vivant
from sandbox.discord import Asked, Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.forging import forged
from tests.e2e.people import mira, moderator, picture, reply, scene
from tests.e2e.studio import done

WHY = {"What is wrong with it?": "It shows my house."}


async def log_channel(town: Town, bot: Vivant) -> Channel:
    """A channel that only moderators look at, chosen as the place for reports."""
    channel = town.discord.world.channel(town.guild, "reports")
    async with bot.store.server(town.guild.id) as server:
        server.log_channel = channel.id
    return channel


async def reported(town: Town, message: Message) -> Asked:
    opened = await town.bob.press(message, "Report")
    return await town.bob.submit(opened, WHY)


@pytest.mark.usefixtures("bot")
async def test_a_report_reaches_the_log_channel_without_prompt_or_picture(
    town: Town, bot: Vivant
) -> None:
    channel = await log_channel(town, bot)
    message = await picture(town)
    asked = await reported(town, message)
    assert "moderators" in (await asked.answer()).text
    card = await channel.message()
    assert message.link in card.text
    assert "create image prompt" in card.text
    assert "It shows my house." in card.text
    assert "lighthouse" not in card.text
    assert card.attachments == []
    assert card.buttons == ["Take down", "Block person"]


@pytest.mark.usefixtures("bot")
async def test_take_down_removes_message_and_prompt_and_bars_the_medium(
    town: Town, bot: Vivant
) -> None:
    channel = await log_channel(town, bot)
    message = await picture(town)
    (medium,) = await bot.store.media.of_owner(town.alice.user.id)
    await reported(town, message)
    card = await channel.message()
    mod = moderator(town)
    await mod.press(card, "Take down")
    await town.discord.until(lambda: "Taken down by" in card.text, what="the note on the card")
    assert message.deleted
    assert len(town.ai.calls.of("delete_prompt")) == 1
    barred = await bot.store.media.get(medium.media_id)
    assert barred is not None
    assert barred.barred
    entries = {entry.what: entry for entry in await bot.store.audit.recent(5)}
    assert entries["takedown"].person_id == mod.user.id
    assert entries["takedown"].about == town.alice.user.id


async def test_take_down_takes_every_copy_and_what_was_taken_down_is_used_for_nothing(
    town: Town, bot: Vivant
) -> None:
    channel = await log_channel(town, bot)
    message = await picture(town)
    (medium,) = await bot.store.media.of_owner(town.alice.user.id)
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    copy = await (await town.alice.slash(town.stories, "show", result=medium.media_id)).answer()
    assert copy.attachments
    later = await done(town, (await town.alice.press(message, "Upscale")).message)
    await reported(town, copy)
    card = await channel.message()
    await town.owner.press(card, "Take down")
    await town.discord.until(lambda: "Taken down by" in card.text, what="the note on the card")
    assert message.deleted
    assert copy.deleted
    made = len(town.ai.calls.of("upscale_image"))
    for command in ("upscale", "show", "video animate", "edit", "inpaint"):
        words = {"text": "waves"} if command == "video animate" else {}
        words |= {"instruction": "night"} if command in {"edit", "inpaint"} else {}
        asked = await town.alice.slash(town.lounge, command, result=medium.media_id, **words)
        answer = await asked.answer()
        assert answer.ephemeral
        assert "⚠️" in answer.text
    again = await town.alice.press(later, "Again")
    assert "taken down" in again.message.text
    offered = await town.alice.autocomplete(town.lounge, "upscale", "result")
    assert medium.media_id not in [choice["value"] for choice in offered]
    pressed = await forged(town, bot, town.alice, town.lounge, f"job:details:{job.job_id}")
    assert "⚠️" in pressed.message.text
    assert len(town.ai.calls.of("upscale_image")) == made


@pytest.mark.usefixtures("bot")
async def test_only_moderators_act_on_a_report(town: Town, bot: Vivant) -> None:
    channel = await log_channel(town, bot)
    message = await picture(town)
    await reported(town, message)
    card = await channel.message()
    for label in ("Take down", "Block person"):
        refused = await town.alice.press(card, label)
        assert refused.ephemeral
    assert not message.deleted
    assert (await bot.store.servers.get(town.guild.id)).blocked == []


@pytest.mark.usefixtures("bot")
async def test_a_blocked_person_can_be_unblocked_from_the_same_card(
    town: Town, bot: Vivant
) -> None:
    channel = await log_channel(town, bot)
    await reported(town, await picture(town))
    card = await channel.message()
    await town.owner.press(card, "Block person")
    await town.discord.until(lambda: "Unblock person" in card.buttons, what="the other button")
    refused = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    assert "can't use this bot here" in refused.message.text
    await town.owner.press(card, "Unblock person")
    await town.discord.until(lambda: "Block person" in card.buttons, what="the first button")
    await picture(town)


@pytest.mark.usefixtures("bot")
async def test_a_reply_is_reported_by_menu_and_taken_back_from_the_chat(
    town: Town, bot: Vivant
) -> None:
    channel = await log_channel(town, bot)
    await mira(town)
    thread = await scene(town)
    shown = await reply(town, thread, "First.")
    later = await reply(town, thread, "Second.")
    opened = await town.bob.menu("Report", shown)
    await town.bob.submit(opened, WHY)
    card = await channel.message()
    await town.owner.press(card, "Take down")
    await town.discord.until(lambda: "Taken down by" in card.text, what="the note on the card")
    assert shown.deleted
    assert later.deleted
    (chat,) = town.ai.state.chats.values()
    assert len(chat.messages) == 2
    await reply(town, thread, "Third.")


@pytest.mark.usefixtures("bot")
async def test_a_picture_is_reported_by_menu_too_but_not_what_people_wrote(town: Town) -> None:
    message = await picture(town)
    opened = await town.bob.menu("Report", message)
    assert opened.fields == ["What is wrong with it?"]
    said = await town.alice.say(town.lounge, "hello")
    refused = await town.bob.menu("Report", said)
    assert "only report what I made" in refused.message.text


async def test_without_a_log_channel_the_operator_is_told(town: Town) -> None:
    user = town.discord.world.user("operator")
    town.discord.world.join(town.guild, user)
    operator = town.discord.actor(user)
    town.variables["OPERATOR_IDS"] = str(operator.user.id)
    async with town.bot() as bot:
        message = await picture(town)
        asked = await reported(town, message)
        assert "operator" in (await asked.answer()).text
        card = await (await operator.direct()).message()
        await operator.press(card, "Block person")
        await town.discord.until(lambda: "Unblock person" in card.buttons)
        assert (await bot.store.people.get(town.alice.user.id)).blocked
        await operator.press(card, "Take down")
        await town.discord.until(lambda: message.deleted)


@pytest.mark.usefixtures("bot")
async def test_the_same_report_reaches_the_log_channel_once(town: Town, bot: Vivant) -> None:
    channel = await log_channel(town, bot)
    message = await picture(town)
    for _ in range(2):
        await (await reported(town, message)).answer()
    assert len(channel.messages) == 1
