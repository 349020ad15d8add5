"""Nothing reaches the AI API without a verdict, and nothing is shown without one.

A person whom the policy refuses uses everything that is registered: each command with every
option and what completes it, each button template with every id there is, each form though it was
never opened, each menu, each reaction. The AI API hears none of it, and they are shown nothing of
their own either. What is registered later is tried too, without a word here.
"""

import pytest

from bot.app import Vivant
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.forging import custom_ids
from tests.e2e.people import mira, picture, reply, scene
from tests.e2e.studio import done
from tests.e2e.walking import GROUPS, Seen, Walker

OWN = "quokka"
"""A word in everything that the refused person made before."""

ALWAYS_POSSIBLE = ("privacy export", "character delete", "persona delete")
"""Commands that may name one's own things to whoever is blocked (``bot.policy``)."""

TYPED = {"character": "Mira", "persona": "alice"}


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


@pytest.fixture
async def own(town: Town, bot: Vivant, things: list[str]) -> list[str]:
    """A picture, a character and a persona of Bob's, made while he was welcome."""
    async with bot.store.server(town.guild.id) as server:
        server.blocked = []
    asked = await town.bob.slash(town.lounge, "imagine", prompt=f"a {OWN}")
    await done(town, asked.message)
    for kind, card in (
        ("character", {"Name": OWN, "In one line": OWN, "Who they are": OWN}),
        ("persona", {"Name": OWN, "About you": OWN}),
    ):
        opened = await town.bob.slash(town.stories, f"{kind} create")
        await (await town.bob.submit(opened, card)).answer()
    async with bot.store.server(town.guild.id) as server:
        server.blocked = [town.bob.user.id]
    return things


async def test_somebody_who_may_do_nothing_reaches_the_ai_api_by_nothing(
    town: Town, bot: Vivant, things: list[str]
) -> None:
    heard = len(town.ai.calls)
    (thread,) = town.guild.threads.values()
    shown = _results(town)
    walker = Walker(town, bot, town.bob, things, TYPED)
    for place in (town.lounge, town.stories, thread):
        await walker.commands(place)
    await walker.buttons(thread)
    await walker.forms(thread)
    await walker.messages(shown)
    await town.bob.say(thread, "Hello?")
    await town.bob.say(thread, f"<@{bot.application_id}> Hello?")
    await _quiet(town)
    assert [call.operation for call in list(town.ai.calls)[heard:]] == [
        "create_image_prompt",
        "ws_prompt_events",
        "get_prompt",
        "download",
    ]


async def test_nor_is_anything_shown_to_him_of_what_is_his(
    town: Town, bot: Vivant, own: list[str]
) -> None:
    places = (town.lounge, town.stories)
    seen = Seen(town, places)
    walker = Walker(town, bot, town.bob, own, {"character": OWN, "persona": OWN})
    for place in places:
        await walker.commands(place)
    shown = list(seen.texts(ALWAYS_POSSIBLE))
    assert len(shown) > 100
    assert [where for where, text in shown if OWN in text] == []


async def test_he_takes_away_nothing_either(town: Town, bot: Vivant, things: list[str]) -> None:
    (thread,) = town.guild.threads.values()
    before = await _held(bot, town)
    standing = [message for message in _results(town) if not message.deleted]
    await Walker(town, bot, town.bob, things).buttons(thread)
    await _quiet(town)
    assert not any(message.deleted for message in standing)
    assert await _held(bot, town) >= before
    server = await bot.store.servers.get(town.guild.id)
    decided = server.model_dump(exclude={"apps", "guild_id"}, exclude_defaults=True)
    assert decided == {"blocked": [town.bob.user.id]}


def test_the_walk_finds_what_is_registered(bot: Vivant) -> None:
    templates = list(bot._connection._view_store._dynamic_items)
    assert len(templates) > 20
    for template in templates:
        assert list(custom_ids(template.pattern, ["1"], GROUPS))


async def _held(bot: Vivant, town: Town) -> set[str]:
    everything = await bot.store.everything_of(town.alice.user.id)
    return {str(record) for records in everything.values() for record in records}


def _results(town: Town) -> list[Message]:
    """What the bot showed everybody."""
    world = town.discord.world
    shown = [each for each in world.messages.values() if each.author.bot and each.buttons]
    return [each for each in shown if town.bob.sees(each) and not each.ephemeral]


async def _quiet(town: Town) -> None:
    """Let whatever began come to its end: a picture of Alice's goes all the way after it."""
    await picture(town)
