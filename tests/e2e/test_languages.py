"""Who is spoken to in which language: a server, a person in it, and Discord's own clients."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import Vivant
from bot.languages import ENGLISH, Language
from sandbox.discord import Permission, Upload
from tests.e2e.conftest import Town
from tests.e2e.people import mira, picture, reply, reply_after, scene
from tests.sentences import sentences

GERMAN_NOTE = "*[hier nicht gezeigt]*"


@pytest.fixture
def german(town: Town) -> None:
    """The town is a German one; Bob is French, and Alice reads English."""
    town.guild.locale = "de"
    town.bob.user.locale = "fr"


@pytest.fixture
async def bot_there(town: Town, german: None, bot: Vivant) -> Vivant:  # noqa: ARG001 - in order
    return bot


def language(bot: Vivant, code: str) -> Language:
    found = bot.languages.find(code)
    assert found
    return found


async def test_what_stands_in_a_channel_is_in_the_servers_language(
    town: Town, bot_there: Vivant
) -> None:
    made = await picture(town)
    assert f"für {town.alice.user.mention}" in made.text
    assert "Details" not in made.buttons
    assert {"Noch einmal", "Löschen", "Melden"} <= set(made.buttons)
    earlier = [str(state) for state in made.revisions]
    assert any("Angenommen." in state for state in earlier)
    town.alice.user.locale = "sv-SE"
    assert bot_there.languages.find("sv-SE") is None
    refused = await town.alice.slash(town.lounge, "chat start", character="Mira")
    assert "altersbeschränkten Kanälen" in refused.message.text


async def test_what_one_person_sees_is_in_their_own_language(town: Town, bot_there: Vivant) -> None:
    helped = await town.bob.slash(town.lounge, "help")
    title = language(bot_there, "fr").sentences["What you can do here"]
    assert helped.ephemeral
    assert title in helped.message.text
    made = await town.bob.slash(town.lounge, "imagine", prompt="a harbour", private=True)
    await town.discord.until(lambda: bool(made.message.attachments), what="the picture")
    assert language(bot_there, "fr").sentences["Again"] in made.message.buttons
    public = await town.bob.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: bool(public.message.attachments), what="the picture")
    assert "Noch einmal" in public.message.buttons
    opened = await town.bob.press(public.message, "Variieren")
    assert language(bot_there, "fr").sentences["Vary"] in str(opened.modal)


async def test_moderators_choose_the_language_of_notices(town: Town, bot_there: Vivant) -> None:
    asked = await town.owner.slash(town.lounge, "settings")
    line = "**Language of notices:** {}"
    assert line.format("Deutsch · default: the server's language at Discord") in asked.message.text
    await town.owner.choose(asked.message, "settings:language", "fr")
    assert line.format("Français · set here") in asked.message.text
    made = await picture(town)
    assert language(bot_there, "fr").sentences["Again"] in made.buttons
    forged = await town.owner.choose(asked.message, "settings:language", "en")
    assert line.format("English · set here") in forged.message.text
    assert "Again" in (await picture(town)).buttons
    await town.owner.choose(asked.message, "settings:language")
    assert line.format("Deutsch · default: the server's language at Discord") in asked.message.text


async def test_a_server_without_words_of_its_language_is_spoken_to_in_english(
    town: Town, bot_there: Vivant
) -> None:
    town.guild.locale = "sv-SE"
    world = town.discord.world
    village = world.guild("Village", town.bob.user, bot_permissions=None)
    village.locale = "sv-SE"
    square = world.channel(village, "square")
    world.invite_bot(village)
    assert "Hello!" in (await square.message()).text
    assert language(bot_there, "en") is ENGLISH


async def test_a_server_is_greeted_in_its_language(town: Town, bot_there: Vivant) -> None:
    world = town.discord.world
    village = world.guild("Dorf", town.bob.user, bot_permissions=None)
    village.locale = "de"
    square = world.channel(village, "platz")
    world.overwrite(square, village.roles[village.id], deny=Permission.ATTACH_FILES)
    world.invite_bot(village)
    hello = await square.message()
    assert language(bot_there, "de").sentences["Hello!"] in hello.text
    assert "Dateien anhängen" in hello.text


@pytest.mark.usefixtures("bot_there")
async def test_a_scene_speaks_the_servers_language_where_the_bot_speaks(town: Town) -> None:
    await mira(town)
    thread = await scene(town)
    first = min(thread.messages, key=lambda each: each.id)
    assert "geht an einen KI-Dienst." in first.text
    town.ai.state.lines.append("The sea is calm. She was naked. Good night.")
    shown = await reply(town, thread, "Tell me.")
    assert GERMAN_NOTE in shown.text
    assert "Good night." in shown.text
    paused = await town.alice.slash(thread, "chat pause")
    assert "hört nichts" in paused.message.text
    await town.alice.slash(thread, "chat pause")
    seen = Upload("map.txt", b"a map")
    shown = await reply_after(thread, said := await town.alice.say(thread, "Look.", files=[seen]))
    notice = await thread.message(lambda one: one.id > said.id and "⚠️" in one.text)
    assert "keine Dateien sehen" in notice.text


def described(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command and all its options."""
    if spec.get("description"):
        yield spec
    for option in spec.get("options") or ():
        yield from described(option)


async def test_discord_is_told_of_every_description_in_every_language(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"
    async with town.bot() as bot:
        shipped = [each for each in bot.languages if each is not ENGLISH]
    specs = [one.spec for one in town.discord.world.bot.commands.values()]
    found = [each for spec in specs for each in described(spec)]
    assert "Explicit edits of what you made" in {each["description"] for each in found}
    for each in found:
        told = set(each["description_localizations"].values())
        assert {one.sentences.get(each["description"]) for one in shipped} == told
        assert not each.get("name_localizations")
    spoken = {*sentences(), *(each["description"] for each in found)}
    assert [text for one in shipped for text in one.sentences if text not in spoken] == []
