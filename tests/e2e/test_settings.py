"""`/settings` and what it changes, and what the bot says when it comes to a server."""

import pytest

from bot.app import Vivant
from sandbox.discord import Asked, Permission, Refusal
from tests.e2e.conftest import Town
from tests.e2e.people import mira, moderator, scene

pytestmark = pytest.mark.usefixtures("bot")


async def card(town: Town) -> Asked:
    return await town.owner.slash(town.lounge, "settings")


def row(asked: Asked, name: str) -> str:
    """The line of the card that begins with ``name``."""
    lines = asked.message.text.splitlines()
    return next(line for line in lines if line.startswith(f"**{name}:**"))


async def test_the_card_is_for_those_who_manage_the_server(town: Town) -> None:
    assert (await card(town)).ephemeral
    assert "settings" not in town.alice.commands(town.lounge)
    with pytest.raises(Refusal):
        await town.alice.slash(town.lounge, "settings")


async def test_every_value_says_where_it_comes_from(town: Town) -> None:
    asked = await card(town)
    lines = [line for line in asked.message.text.splitlines() if line.startswith("**")]
    assert all("default" in line for line in lines)
    await town.owner.choose(asked.message, "Switch a feature on, off, or back", "image")
    assert row(asked, "Pictures") == "**Pictures:** off · set here"
    looked = await town.owner.choose(asked.message, "Settings of a channel …", str(town.stories.id))
    assert row(looked, "Pictures") == "**Pictures:** off · from the server"


async def test_a_feature_is_off_for_the_server_but_on_in_a_channel(town: Town) -> None:
    asked = await card(town)
    await town.owner.choose(asked.message, "settings:feature:server", "image")
    refused = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    assert "switched that off" in refused.message.text
    await town.owner.choose(asked.message, "settings:look:channel", str(town.stories.id))
    here = f"settings:feature:channel-{town.stories.id}"
    await town.owner.choose(asked.message, here, "image")
    await town.owner.choose(asked.message, here, "image")
    assert row(asked, "Pictures") == "**Pictures:** on · set here"
    made = await town.alice.slash(town.stories, "imagine", prompt="a harbour")
    await town.discord.until(lambda: bool(made.message.attachments), what="the picture")
    assert len(town.ai.calls.of("create_image_prompt")) == 1


async def test_a_feature_is_off_for_a_role(town: Town) -> None:
    role = town.discord.world.role(town.guild, "Newcomers", to=[town.bob.user])
    asked = await card(town)
    await town.owner.choose(asked.message, "settings:look:role", str(role.id))
    await town.owner.choose(asked.message, f"settings:feature:role-{role.id}", "image")
    refused = await town.bob.slash(town.lounge, "imagine", prompt="a harbour")
    assert "switched that off" in refused.message.text
    made = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: bool(made.message.attachments), what="the picture")


async def test_scenes_are_allowed_in_a_channel_and_no_longer(town: Town) -> None:
    await mira(town)
    asked = await card(town)
    await town.owner.choose(asked.message, "settings:look:channel", str(town.lounge.id))
    await town.owner.press(asked.message, "Allow scenes here")
    assert "on · set here" in row(asked, "Scenes allowed here")
    await scene(town, town.lounge)
    await town.owner.press(asked.message, "No scenes here")
    refused = await town.alice.slash(town.lounge, "chat start", character="Mira")
    assert "age-restricted channels" in refused.message.text


async def test_a_blocked_person_is_refused_until_unblocked(town: Town) -> None:
    asked = await card(town)
    await town.owner.choose(asked.message, "settings:block", town.bob.user)
    refused = await town.bob.slash(town.lounge, "imagine", prompt="a harbour")
    assert "can't use this bot here" in refused.message.text
    assert f"<@{town.bob.user.id}>" in row(asked, "Blocked")
    await town.owner.choose(asked.message, "settings:block", town.bob.user)
    made = await town.bob.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: bool(made.message.attachments), what="the picture")


async def test_changes_are_in_the_audit_trail(town: Town, bot: Vivant) -> None:
    asked = await card(town)
    await town.owner.choose(asked.message, "settings:feature:server", "identity")
    assert row(asked, "Characters under their own names").endswith("off · set here")
    (entry,) = await bot.store.audit.recent(1)
    assert (entry.what, entry.person_id) == ("settings", town.owner.user.id)


async def test_whoever_lost_the_right_cannot_use_a_card_that_is_still_open(town: Town) -> None:
    rank = town.discord.world.role(town.guild, "Admins", Permission.MANAGE_GUILD)
    mod = moderator(town)
    member = town.guild.members[mod.user.id]
    member.roles.append(rank.id)
    asked = await mod.slash(town.lounge, "settings")
    member.roles.remove(rank.id)
    refused = await mod.choose(asked.message, "settings:feature:server", "image")
    assert refused.ephemeral
    assert "may manage this server" in refused.message.text
    assert row(asked, "Pictures") == "**Pictures:** on · default"


async def test_on_joining_a_server_the_bot_says_what_it_can_do_and_lacks(town: Town) -> None:
    world = town.discord.world
    village = world.guild("Village", town.bob.user, bot_permissions=None)
    square, attic = world.channel(village, "square"), world.channel(village, "attic")
    world.overwrite(attic, village.roles[village.id], deny=Permission.ATTACH_FILES)
    world.invite_bot(village)
    hello = await square.message()
    assert "/imagine" in hello.text
    missing = next(line for line in hello.text.splitlines() if attic.mention in line)
    assert "Attach Files" in missing
    assert square.mention not in hello.text
