"""Pictures of the moment: the chat's own where they may be, clean ones everywhere else."""

import pytest

from bot.app import Vivant
from bot.store.records import now
from sandbox.discord import Channel
from tests.e2e.conftest import Town
from tests.e2e.people import mira, scene
from tests.e2e.scenes import answered, held, in_step


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


@pytest.fixture
async def grown(town: Town) -> None:
    """A town whose operator allows explicit content, and in which Alice is an adult."""
    town.variables["EXPLICIT_ENABLED"] = "true"
    async with town.bot() as bot:
        person = await bot.store.people.get(town.alice.user.id)
        person.adult_since = now()
        await bot.store.people.save(person)


async def test_elsewhere_a_clean_picture_is_made_with_the_characters_own_face(
    town: Town, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Let us look at the storm.")
    await town.alice.press(reply, "reply:photo")
    await thread.message(lambda one: bool(one.attachments))
    asked = await town.alice.slash(thread, "chat photo")
    await town.discord.until(lambda: len(town.ai.calls.of("create_image_prompt")) == 2)
    assert asked.ephemeral
    first, second = (call.body for call in town.ai.calls.of("create_image_prompt"))
    assert first["blockExplicitContent"] is True
    assert first["name"] == second["name"]
    assert "lighthouse" in first["appearance"]
    assert town.ai.calls.of("create_chat_image") == []


@pytest.mark.usefixtures("grown")
async def test_where_it_may_be_the_chat_draws_it_and_swipes_follow(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    reply = await answered(town.alice, thread, "Let us look at the storm.")
    await town.alice.react(reply, "📷")
    picture = await thread.message(lambda one: bool(one.attachments))
    assert "1/1" in picture.buttons
    assert [message.speaker for message in held(town).messages][-1] == "MEDIA"
    await in_step(town, bot, thread)
    await town.alice.press(picture, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in picture.buttons, what="another picture")
    await in_step(town, bot, thread)
    await town.alice.press(picture, "reply:back")
    await town.discord.until(lambda: "1/2" in picture.buttons, what="the first picture")
    await in_step(town, bot, thread)
    await town.alice.react(reply, "🔁")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="another reply")
    await in_step(town, bot, thread)


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize("fault", ["lost", "refused"])
async def test_a_picture_that_fails_says_so_and_one_that_was_lost_is_found(
    town: Town, thread: Channel, bot: Vivant, fault: str
) -> None:
    if fault == "lost":
        town.ai.faults.disconnect("create_chat_image", done=True)
    else:
        town.ai.faults.fail("create_chat_image", 402)
    await town.alice.slash(thread, "chat photo")
    if fault == "lost":
        await thread.message(lambda one: bool(one.attachments))
    else:
        await thread.message(lambda one: "credits" in one.text)
    assert len(town.ai.calls.of("create_chat_image")) == 1
    await in_step(town, bot, thread)


@pytest.mark.usefixtures("grown")
async def test_somebody_who_has_not_confirmed_gets_a_clean_picture(
    town: Town, thread: Channel
) -> None:
    await town.bob.slash(thread, "chat photo")
    await thread.message(lambda one: bool(one.attachments))
    assert town.ai.calls.of("create_chat_image") == []
    (made,) = town.ai.calls.of("create_image_prompt")
    assert made.body["blockExplicitContent"] is True


@pytest.mark.usefixtures("grown")
async def test_a_channel_that_lost_its_flag_shows_no_picture(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    town.ai.hold("generation")
    await town.alice.slash(thread, "chat photo")
    await town.ai.until(lambda: len(town.ai.calls.of("create_chat_image")) == 1)
    town.stories.nsfw = False
    town.discord.world.announce(town.stories, "CHANNEL_UPDATE")
    await town.discord.clock.pulse.next(0.2)
    town.ai.release()
    message = await thread.message(lambda one: "⚠️" in one.text)
    assert not message.attachments
    await in_step(town, bot, thread)
