"""Where scenes open: beside other threads, in announcement channels, and in posts of a forum."""

import pytest

from bot.app import Vivant
from sandbox.discord import Channel
from sandbox.discord.model import ChannelType
from tests.e2e.conftest import Town
from tests.e2e.people import finished, mira, scene
from tests.e2e.scenes import answered, in_step


def channel(town: Town, kind: ChannelType) -> Channel:
    return town.discord.world.channel(town.guild, "place", nsfw=True, kind=kind)


async def known(town: Town, bot: Vivant, place: Channel) -> None:
    await town.discord.until(lambda: bot.get_channel(place.id) is not None, what="the channel")


async def test_an_announcement_channel_has_threads_of_its_own_kind(town: Town, bot: Vivant) -> None:
    place = channel(town, ChannelType.ANNOUNCEMENT)
    await known(town, bot, place)
    await mira(town)
    thread = await scene(town, place)
    assert thread.type is ChannelType.ANNOUNCEMENT_THREAD
    assert (await answered(town.alice, thread, "Hello.")).author.username == "Mira"
    await in_step(town, bot, thread)
    refused = await town.alice.slash(place, "chat start", character="Mira", private=True)
    assert "private thread" in (await refused.answer()).text


async def test_a_scene_in_a_forum_is_in_the_post_where_it_was_asked_for(
    town: Town, bot: Vivant
) -> None:
    forum = channel(town, ChannelType.FORUM)
    post = await town.alice.post(forum, "Stories", "Who wants to meet Mira?")
    await known(town, bot, post)
    await mira(town)
    await town.alice.slash(post, "chat start", character="Mira")
    await post.message(finished)
    assert (await answered(town.alice, post, "Hello.")).author.username == "Mira"
    await in_step(town, bot, post)
    again = await town.alice.slash(post, "chat start", character="Mira")
    assert "A scene is on here already" in (await again.answer()).text
    assert list(town.guild.threads) == [post.id]


@pytest.mark.usefixtures("bot")
async def test_a_private_scene_is_not_opened_where_everybody_reads_along(town: Town) -> None:
    post = await town.alice.thread(town.stories, "open to all")
    await mira(town)
    refused = await town.alice.slash(post, "chat start", character="Mira", here=True, private=True)
    assert "private thread" in (await refused.answer()).text
    assert town.ai.state.chats == {}
