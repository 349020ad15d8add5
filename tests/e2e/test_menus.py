"""The five message menus, on each sort of message: the bot's, a webhook's, and people's."""

import pytest

from bot.app import Vivant
from sandbox.discord import Channel
from tests.e2e.conftest import Town
from tests.e2e.people import mira, scene
from tests.e2e.scenes import answered, in_step
from tests.e2e.studio import imagined, photo

NAMES = {"Edit picture", "Animate", "More…", "Rewind to here", "Report"}


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def test_there_are_these_five_and_no_more(town: Town, bot: Vivant) -> None:
    menus = {menu.name for menu in bot.tree.get_commands() if not hasattr(menu, "description")}
    assert menus == NAMES
    assert set(town.alice.commands(town.stories)) >= NAMES


async def test_on_a_picture_of_the_bots_all_work_but_rewinding(town: Town, bot: Vivant) -> None:
    del bot
    message = await imagined(town)
    for name in ("Edit picture", "Animate", "Report"):
        assert (await town.alice.menu(name, message)).fields
    assert (await town.alice.menu("More…", message)).message.buttons
    refused = await town.alice.menu("Rewind to here", message)
    assert "can't change it" in refused.message.text


async def test_on_what_a_webhook_says_scenes_are_rewound_and_reported(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    await answered(town.alice, thread, "First.")
    spoken = await answered(town.alice, thread, "Second.")
    assert spoken.webhook_id
    for name in ("Edit picture", "Animate", "More…"):
        refused = await town.alice.menu(name, spoken)
        assert "no picture" in refused.message.text
    assert (await town.bob.menu("Report", spoken)).fields == ["What is wrong with it?"]
    asked = await town.alice.menu("Rewind to here", spoken)
    await town.alice.press(asked.message, "Delete from here on")
    await town.discord.until(lambda: spoken.deleted, what="the rewinding")
    await in_step(town, bot, thread)


async def test_on_what_people_say_pictures_are_uploads_and_their_words_are_rewound(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    posted = await town.bob.say(town.lounge, "look", files=[photo()])
    for name in ("Edit picture", "Animate"):
        assert (await town.alice.menu(name, posted)).fields
    assert (await town.alice.menu("More…", posted)).message.buttons == ["Upscale", "Describe"]
    assert "only report what I made" in (await town.alice.menu("Report", posted)).message.text
    said = await town.alice.say(thread, "Hello.")
    spoken = await thread.message(lambda one: one.id > said.id and "reply:edit" in str(one.parts))
    asked = await town.alice.menu("Rewind to here", said)
    await town.alice.press(asked.message, "Delete from here on")
    await town.discord.until(lambda: spoken.deleted, what="the rewinding")
    await in_step(town, bot, thread)
