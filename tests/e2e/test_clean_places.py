"""No surface of a clean place shows what is explicit, whoever it belongs to.

Somebody who may has explicit words in everything they own, made in an age-restricted channel.
Then they use everything that is registered in a clean one, and in a scene whose channel has lost
its flag: none of those words and pictures appears there, in whatever corner of whatever answer.
"""

import pytest

from bot.app import Vivant
from bot.screening.terms import sections
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, mira, reply, scene
from tests.e2e.studio import adult, done
from tests.e2e.walking import Seen, Walker

TERM = sections("explicit")["explicit"][0]


@pytest.fixture(autouse=True)
def explicit(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"


async def things(town: Town, bot: Vivant) -> tuple[Channel, list[str]]:
    """Alice's explicit picture, character, persona and scene; the scene's thread, and all ids."""
    await bot.store.people.save(adult(town.alice.user.id))
    asked = await town.alice.slash(
        town.stories, "imagine", prompt=f"a lighthouse, {TERM}", model="REALISM"
    )
    await done(town, asked.message)
    name = f"Mira {TERM}"
    card = {one: f"{text} {TERM}." for one, text in CARD.items()}
    await mira(town, **{**card, "Name": name})
    opened = await town.alice.slash(town.stories, "persona create")
    await (await town.alice.submit(opened, {"Name": TERM, "About you": TERM})).answer()
    thread = await scene(town, name=name, persona=TERM)
    town.ai.state.lines.append(f"The lamp is lit. {TERM}. The storm is near.")
    shown = await reply(town, thread, f"Hello, {TERM}.")
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    (character,) = await bot.store.characters.of_owner(town.alice.user.id)
    return thread, [job.job_id, *job.media_ids, character.character_id, str(shown.id)]


async def lose_the_flag(town: Town, bot: Vivant) -> None:
    """No channel is age-restricted any more; scenes may run in all of them."""
    town.stories.nsfw = False
    town.discord.world.announce(town.stories, "CHANNEL_UPDATE")
    async with bot.store.server(town.guild.id) as server:
        server.scenes_in = [town.lounge.id, town.stories.id]
    await town.discord.until(lambda: not bot.get_channel(town.stories.id).nsfw)  # type: ignore[union-attr]


async def test_nothing_explicit_is_shown_by_anything_in_a_clean_place(town: Town) -> None:
    async with town.bot() as bot:
        thread, ids = await things(town, bot)
        await lose_the_flag(town, bot)
        seen = Seen(town, (town.lounge, town.stories, thread))
        before = set(town.guild.threads)
        walker = Walker(town, bot, town.alice, ids)
        for place in (town.lounge, thread):
            await walker.commands(place)
        await walker.forms(thread)
        await walker.messages([one for one in _standing(town) if town.alice.sees(one)])
        await walker.buttons(thread)
        shown = list(seen.texts(["privacy export"]))
        assert len(shown) > 500
        assert [where for where, text in shown if TERM in text.lower()] == []
        opened = [each for id_, each in town.guild.threads.items() if id_ not in before]
        assert opened
        assert not any(TERM in each.name.lower() for each in opened)


def _standing(town: Town) -> list[Message]:
    """What the bot has shown in the channel that lost its flag, for everybody to act on."""
    found = [one for one in town.stories.messages if one.author.bot and one.buttons]
    return [one for one in found if not one.ephemeral and not one.deleted]
