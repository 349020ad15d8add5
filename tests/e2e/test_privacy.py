"""Consent, export and deletion, and the end of what belonged to a server that was left."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Vivant
from bot.library import GUEST
from bot.store.records import now
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, picture, reply, scene
from tests.e2e.process import BotProcess

SAID = "Tell me about the storm."


def exported(message: Message) -> dict[str, object]:
    (file,) = message.attachments
    found: dict[str, object] = json.loads(file.content)
    return found


async def lived(town: Town) -> None:
    """Alice has one thing of every kind."""
    await picture(town)
    await mira(town)
    thread = await scene(town)
    await reply(town, thread, SAID)
    await town.alice.slash(town.lounge, "privacy adult")


async def delete_everything(town: Town) -> None:
    asked = await town.alice.slash(town.lounge, "privacy delete")
    await town.alice.press(asked.message, "Delete everything")


@pytest.mark.usefixtures("bot")
async def test_an_adult_confirms_once_and_can_take_it_back(town: Town, bot: Vivant) -> None:
    asked = await town.alice.slash(town.lounge, "privacy adult")
    assert asked.ephemeral
    await town.alice.press(asked.message, "I am 18 or older")
    assert (await bot.store.people.get(town.alice.user.id)).adult_since
    again = await town.alice.slash(town.lounge, "privacy adult")
    assert "You confirmed on" in again.message.text
    await town.alice.press(again.message, "Take it back")
    assert (await bot.store.people.get(town.alice.user.id)).adult_since is None
    verdicts = [entry.verdict for entry in await bot.store.audit.recent(9) if entry.what == "adult"]
    assert verdicts == ["revoked", "confirmed"]


async def test_who_has_not_confirmed_is_asked_where_it_is_needed(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"
    async with town.bot():
        wish = {"prompt": "a harbour", "model": "REALISM"}
        asked = await town.alice.slash(town.stories, "imagine", **wish)
        assert asked.ephemeral
        assert town.ai.calls.of("create_image_prompt") == []
        await town.alice.press(asked.message, "I am 18 or older")
        made = await town.alice.slash(town.stories, "imagine", **wish)
        await town.discord.until(lambda: bool(made.message.attachments), what="the picture")


@pytest.mark.usefixtures("bot")
async def test_an_export_is_a_file_for_ones_own_eyes(town: Town) -> None:
    await lived(town)
    asked = await town.alice.slash(town.lounge, "privacy export")
    answer = await asked.answer()
    assert answer.ephemeral
    assert answer.attachments[0].filename == "vivant-export.json"
    found = exported(answer)
    kept = found["records"]
    assert isinstance(kept, dict)
    filled = {kind for kind, records in kept.items() if records}
    assert filled >= {"job", "medium", "scene", "reply", "character", "persona", "audit"}
    assert SAID in str(found["texts"])
    assert "'token'" not in str(found)


@pytest.mark.usefixtures("bot")
async def test_an_export_holds_nothing_of_anybody_else(town: Town) -> None:
    await lived(town)
    asked = await town.bob.slash(town.lounge, "privacy export")
    found = exported(await asked.answer())
    assert "lighthouse" not in str(found)
    assert not found["texts"]


@pytest.mark.usefixtures("bot")
async def test_deletion_reaches_everything_here_and_at_the_api(town: Town, bot: Vivant) -> None:
    await lived(town)
    await delete_everything(town)
    await forgotten(bot)
    assert left_at_the_api(town) == []
    assert await remains(bot, town) == {}


async def test_deletion_goes_on_after_a_crash(town: Town) -> None:
    async with town.bot() as bot:
        await lived(town)
        town.ai.faults.fail("delete_chat", 503, times=9)
        await delete_everything(town)
        await town.ai.until(lambda: bool(town.ai.calls.of("delete_chat")))
        assert await remains(bot, town)
    town.ai.faults.clear()
    async with town.bot() as bot:
        await forgotten(bot)
        assert left_at_the_api(town) == []
        assert await remains(bot, town) == {}


@pytest.mark.usefixtures("bot")
async def test_what_the_api_does_not_delete_holds_nothing_up_and_is_told(
    town: Town, bot: Vivant
) -> None:
    town.ai.state.personas.clear()
    await lived(town)
    await town.alice.slash(town.lounge, "gallery")
    town.ai.faults.disconnect("create_chat_with_custom_first_message", done=True)
    refused = await town.alice.slash(town.stories, "chat start", character="Mira")
    await refused.answer()
    town.ai.faults.fail("delete_prompt", 409, times=2)
    await delete_everything(town)
    await forgotten(bot)
    state = town.ai.state
    (prompt_id,) = state.prompts
    assert not state.chats
    assert [each.name for each in state.personas.values()] == [GUEST]
    assert await remains(bot, town) == {"erasure": 1}
    asked = await town.alice.slash(town.lounge, "privacy export")
    found = exported(await asked.answer())["records"]
    assert isinstance(found, dict)
    assert found["option"] == []
    ((left,),) = [wish["left"] for wish in found["erasure"]]
    assert left["id"] == prompt_id
    assert "refuses" in left["why"]
    town.ai.faults.clear()
    await delete_everything(town)
    await forgotten(bot)
    assert not state.prompts


async def test_what_is_made_after_a_deletion_is_not_part_of_it(town: Town) -> None:
    async with town.bot() as bot:
        await lived(town)
        town.ai.faults.fail("delete_chat_character", 503, times=2)
        await delete_everything(town)
        while not all(wish.listed for wish in await bot.store.erasures.all()):
            await bot.store.check()
        assert await remains(bot, town) == {"erasure": 1}
        await mira(town, Name="Otto")
        while await bot.store.erasures.all():  # the first attempt may still be ending
            await bot.privacy.resume()
        (kept,) = await bot.store.characters.of_owner(town.alice.user.id)
        assert kept.name == "Otto"


@pytest.mark.timeout(120)
async def test_a_deletion_goes_on_after_a_kill(town: Town, data_dir: Path) -> None:
    town.variables["LEASE_SECONDS"] = "1"
    async with BotProcess.running(town.variables, data_dir) as bot:
        await ready(town)
        await lived(town)
        town.ai.faults.stall("delete_chat")
        await delete_everything(town)
        await town.ai.until(lambda: bool(town.ai.calls.of("delete_chat")))
        await bot.kill()
        me = town.discord.world.bot.user
        await town.discord.until(lambda: not town.discord.gateway.is_connected(me), timeout=30)
    async with BotProcess.running(town.variables, data_dir):
        await ready(town)
        await town.ai.until(lambda: left_at_the_api(town) == [], 30)


async def ready(town: Town) -> None:
    """Wait until the bot, a process of its own, is there."""
    await town.discord.ready(timeout=30)
    await town.discord.until(lambda: town.discord.world.bot.commands, timeout=30)


@pytest.mark.usefixtures("bot")
async def test_deletion_stops_what_is_being_made(town: Town, bot: Vivant) -> None:
    town.ai.hold("generation")
    await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    await delete_everything(town)
    await town.ai.until(lambda: town.ai.pending() == 0)
    await forgotten(bot)
    assert await remains(bot, town) == {}


@pytest.mark.usefixtures("bot")
async def test_a_server_is_left_when_the_last_application_on_the_store_is_gone(
    town: Town, bot: Vivant
) -> None:
    mine, other, guild_id = bot.application_id or 0, 5, town.guild.id
    await arrived(bot)
    await bot.privacy.entered(other, guild_id)
    await bot.privacy.compare(other, set(), lambda _: True)
    assert (await bot.store.servers.get(guild_id)).left is None
    await bot.privacy.compare(mine, set(), lambda _: True)
    assert (await bot.store.servers.get(guild_id)).left
    await bot.privacy.entered(mine, guild_id)
    assert (await bot.store.servers.get(guild_id)).left is None


@pytest.mark.usefixtures("bot")
async def test_a_server_that_was_left_is_forgotten_after_thirty_days(
    town: Town, bot: Vivant
) -> None:
    await lived(town)
    await arrived(bot)
    town.discord.world.leave(town.guild, town.discord.world.bot.user)
    await town.discord.until(lambda: bot.get_guild(town.guild.id) is None)
    await noticed(bot, town)
    await bot.privacy.resume()
    assert await bot.store.erasures.all() == []
    async with bot.store.server(town.guild.id) as server:
        server.left = now() - timedelta(days=31)
    await bot.privacy.resume()
    await forgotten(bot)
    assert not town.ai.state.chats
    assert await bot.store.scenes.of_guild(town.guild.id) == []
    assert await bot.store.characters.of_owner(town.alice.user.id)


async def test_a_server_that_was_left_while_the_bot_was_away_is_noticed(town: Town) -> None:
    async with town.bot() as bot:
        await arrived(bot)
    town.discord.world.leave(town.guild, town.discord.world.bot.user)
    async with town.bot() as bot:
        await noticed(bot, town)


def left_at_the_api(town: Town) -> list[object]:
    """What the API still holds, besides the account's own persona."""
    state = town.ai.state
    personas = [each for each in state.personas.values() if not each.default]
    characters = [each for each in state.characters.values() if not each.deleted]
    return [*state.chats, *characters, *personas, *state.prompts]


async def forgotten(bot: Vivant) -> None:
    """Wait until no wish to be forgotten is open."""
    while await bot.store.erasures.all():
        await bot.store.check()


async def arrived(bot: Vivant) -> None:
    """Wait until the bot has noted which servers it is in."""
    while not await bot.store.servers.here():
        await bot.store.check()


async def noticed(bot: Vivant, town: Town) -> None:
    """Wait until the bot has noted that it is not in the town any more."""
    while (await bot.store.servers.get(town.guild.id)).left is None:
        await bot.store.check()


async def remains(bot: Vivant, town: Town) -> dict[str, int]:
    """How many records of Alice are left, by kind."""
    everything = await bot.store.everything_of(town.alice.user.id)
    return {kind: len(records) for kind, records in everything.items() if records}
