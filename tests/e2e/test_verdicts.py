"""Nothing reaches the AI API without a verdict.

A person whom the policy refuses uses everything that is registered: each command with every
option, each button template with every id there is, each menu, each form, each reaction. The AI
API hears none of it. What is registered later is tried too, without a word here.
"""

from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.app import Vivant
from sandbox.discord import Actor, Asked, Channel, Message, Refusal, Upload
from sandbox.discord.rules.modals import inputs
from tests.e2e.conftest import Town
from tests.e2e.forging import custom_ids, forged
from tests.e2e.people import mira, picture, reply, scene

OptionType = discord.AppCommandOptionType

PICTURE = Upload("picture.png", b"\x89PNG\r\n\x1a\n", "image/png")
REACTIONS = ("🔁", "⬅️", "➡️", "🗑️", "📷", "⏹️")
TEXTS = {"character": "Mira", "persona": "alice"}


@pytest.fixture
async def things(town: Town, bot: Vivant) -> list[str]:
    """The ids of one of everything that Alice has, once Bob may do nothing any more."""
    message = await picture(town)
    await mira(town)
    shown = await reply(town, await scene(town), "Hello.")
    opened = await town.bob.press(message, "Report")
    await (await town.bob.submit(opened, {"What is wrong with it?": "it"})).answer()
    async with bot.store.server(town.guild.id) as server:
        server.blocked = [town.bob.user.id]
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    (complaint,) = await bot.store.reports.of_owner(town.bob.user.id)
    (character,) = await bot.store.characters.of_owner(town.alice.user.id)
    ids = [job.job_id, *job.media_ids, complaint.report_id, character.character_id]
    return [*ids, str(shown.id), str(town.lounge.id)]


async def test_somebody_who_may_do_nothing_reaches_the_ai_api_by_nothing(
    town: Town, bot: Vivant, things: list[str]
) -> None:
    heard = len(town.ai.calls)
    (thread,) = town.guild.threads.values()
    shown = _results(town)
    for place in (town.lounge, town.stories, thread):
        for command in bot.tree.walk_commands():
            if isinstance(command, app_commands.Command):
                await _used(town, place, command)
    for custom_id in _buttons(bot, things):
        await _settled(town.bob, await forged(town, bot, town.bob, thread, custom_id))
    for message in shown:
        await _handled(town, bot, message)
    await town.bob.say(thread, "Hello?")
    await town.bob.say(thread, f"<@{bot.application_id}> Hello?")
    await _quiet(town)
    assert [call.operation for call in list(town.ai.calls)[heard:]] == [
        "create_image_prompt",
        "ws_prompt_events",
        "get_prompt",
        "download",
    ]


async def test_he_takes_away_nothing_either(town: Town, bot: Vivant, things: list[str]) -> None:
    (thread,) = town.guild.threads.values()
    before = await _held(bot, town)
    standing = [message for message in _results(town) if not message.deleted]
    for custom_id in _buttons(bot, things):
        await _settled(town.bob, await forged(town, bot, town.bob, thread, custom_id))
    await _quiet(town)
    assert not any(message.deleted for message in standing)
    assert await _held(bot, town) >= before
    server = await bot.store.servers.get(town.guild.id)
    decided = server.model_dump(exclude={"apps", "guild_id"}, exclude_defaults=True)
    assert decided == {"blocked": [town.bob.user.id]}


async def _held(bot: Vivant, town: Town) -> set[str]:
    everything = await bot.store.everything_of(town.alice.user.id)
    return {str(record) for records in everything.values() for record in records}


def _buttons(bot: Vivant, ids: list[str]) -> Iterator[str]:
    for pattern in bot._connection._view_store._dynamic_items:
        yield from custom_ids(pattern.pattern, ids)


def _results(town: Town) -> list[Message]:
    """What the bot showed everybody."""
    world = town.discord.world
    shown = [each for each in world.messages.values() if each.author.bot and each.buttons]
    return [each for each in shown if town.bob.sees(each) and not each.ephemeral]


async def _used(town: Town, place: Channel, command: app_commands.Command[Any, ..., Any]) -> None:
    """Use a command with what it must have, and once more with all that it can have."""
    needed = {one.display_name: one for one in command.parameters if one.required}
    possible = {one.display_name: one for one in command.parameters}
    for options in {str(sorted(each)): each for each in (needed, possible)}.values():
        given = {name: _sample(town, one) for name, one in options.items()}
        try:
            asked = await town.bob.slash(place, command.qualified_name, **given)
        except Refusal:
            continue
        await _settled(town.bob, asked)


def _sample(town: Town, option: app_commands.Parameter) -> Any:
    if option.choices:
        return option.choices[0].value
    samples = {
        OptionType.string: TEXTS.get(option.display_name, "7"),
        OptionType.integer: option.min_value or 1,
        OptionType.number: option.min_value or 1,
        OptionType.boolean: True,
        OptionType.attachment: PICTURE,
        OptionType.channel: town.lounge,
    }
    return samples.get(option.type, town.alice.user)


async def _settled(who: Actor, asked: Asked) -> None:
    """Wait for the answer; a form is filled in and sent."""
    if asked.interaction.modal:
        entries = {part["custom_id"]: _entry(part) for _, part in inputs(asked.modal)}
        asked = await who.submit(asked, entries)
    if asked.deferred:
        await asked.answer()


def _entry(part: dict[str, Any]) -> Any:
    return "7" if part["type"] == 4 else []


async def _handled(town: Town, bot: Vivant, message: Message) -> None:
    """Everything that can be done with a message besides its buttons."""
    for menu in bot.tree.get_commands(type=discord.AppCommandType.message):
        await _settled(town.bob, await town.bob.menu(menu.name, message))
    for emoji in REACTIONS:
        await town.bob.react(message, emoji)
        await town.bob.unreact(message, emoji)


async def _quiet(town: Town) -> None:
    """Let whatever began come to its end: a picture of Alice's goes all the way after it."""
    await picture(town)
