"""What a message of a person costs beside the reply: looks into the store, requests to Discord."""

import time
from collections import Counter

import pytest

from bot.app import Vivant
from bot.store.records import Anchor
from sandbox.discord import Channel
from sandbox.discord.clock import DISCORD_EPOCH
from sandbox.discord.wire.transcript import Exchange
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply, scene

ROUND_TRIPS = 31
"""Of one turn in a scene; each asks anew what the moderators decided, before it sends and shows.

One of them is for the language of what is said there.
"""


async def test_a_turn_costs_few_round_trips_to_the_store(town: Town, bot: Vivant) -> None:
    await mira(town)
    thread = await scene(town)
    await reply(town, thread, "Hello there")
    before = await _round_trips(bot, thread)
    await reply(town, thread, "And then?")
    made = await _round_trips(bot, thread) - before
    # Two of them are the test's own lease.
    assert made.total() - 2 <= ROUND_TRIPS, made


@pytest.mark.usefixtures("bot")
async def test_a_short_reply_costs_two_requests_to_discord(town: Town) -> None:
    await mira(town)
    thread = await scene(town)
    await reply(town, thread, "Hello there")
    known = len(_requests(town))
    town.ai.state.lines.append("A short one.")
    await reply(town, thread, "And then?")
    asked = [exchange.route for exchange in _requests(town)[known:]]
    assert asked == [
        "POST /channels/{channel_id}/typing",
        "POST /webhooks/{webhook_id}/{token}",
    ]


async def test_messages_older_than_an_hour_are_not_edited_for_previews(bot: Vivant) -> None:
    def takes_previews(age: float) -> bool:
        message_id = int((time.time() - age - DISCORD_EPOCH) * 1000) << 22
        return bot.stage.surface(Anchor(channel_id=1, message_id=message_id)).takes_previews

    assert takes_previews(0)
    assert takes_previews(50 * 60)
    assert not takes_previews(59 * 60)
    assert bot.stage.surface(Anchor(channel_id=1)).takes_previews


def _requests(town: Town) -> list[Exchange]:
    return town.discord.transcript.requests()


async def _round_trips(bot: Vivant, thread: Channel) -> Counter[str]:
    """Scripts and transactions that the store has run by the end of what runs in a thread."""
    async with bot.store.leases.wait(f"turn:{thread.id}"):
        told = await bot.store._link.call("INFO", "commandstats")
    wanted = {"cmdstat_evalsha": "scripts", "cmdstat_exec": "looks"}
    return Counter({wanted[name]: told[name]["calls"] for name in wanted})
