"""Notices where nothing is ephemeral: short, soon gone, with the longer reason behind a button."""

from collections.abc import Iterator

import pytest

from bot import errors
from bot.app import Vivant
from bot.errors import Denied, OverLimit
from bot.policy import Reason
from bot.store.records import now
from cogs._why import WHY, key_of
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.forging import forged
from tests.e2e.people import mira, scene
from tests.e2e.scenes import answered
from tests.e2e.studio import photo


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def noticed(thread: Channel) -> Message:
    return await thread.message(lambda one: "⚠️" in one.text)


async def test_who_asks_why_is_told_privately(town: Town, thread: Channel) -> None:
    spoken = await answered(town.alice, thread, "First.")
    await town.alice.react(spoken, "➡️")
    notice = await noticed(thread)
    assert "no other version" in notice.text
    assert notice.buttons == ["Why?"]
    told = await town.bob.press(notice, "Why?")
    assert told.ephemeral
    assert "goes on from the one that is shown" in told.message.text


async def test_a_reactions_notice_says_why_after_a_restart_too(town: Town) -> None:
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        first = await answered(town.alice, thread, "First.")
        await answered(town.alice, thread, "Second.")
        await town.alice.react(first, "🔁")
        notice = await noticed(thread)
    async with town.bot():
        told = await town.alice.press(notice, "Why?")
        assert "one more of the newest reply" in told.message.text


async def test_a_file_that_nobody_sees_leads_to_the_menus(town: Town, thread: Channel) -> None:
    await town.alice.say(thread, "Look.", files=[photo()])
    told = await town.alice.press(await noticed(thread), "Why?")
    assert "Animate" in told.message.text


async def test_who_only_has_to_confirm_gets_the_button_for_it(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"
    async with town.bot() as bot:
        for actor in (town.alice, town.bob):
            async with bot.store.person(actor.user.id) as person:
                person.adult_since = now()
        await mira(town)
        thread = await scene(town)
        async with bot.store.person(town.bob.user.id) as person:
            person.adult_since = None
        await town.bob.say(thread, "Hello.")
        told = await town.bob.press(await noticed(thread), "Why?")
        assert told.message.buttons == ["I am 18 or older"]
        confirmed = await town.bob.press(told.message, "I am 18 or older")
        assert "You confirmed" in confirmed.message.text


async def test_a_forged_reason_is_refused_in_words(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    refused = await forged(town, bot, town.alice, thread, "why:because")
    assert "⚠️" in refused.message.text


def leaves(kind: type[errors.VivantError]) -> Iterator[type[errors.VivantError]]:
    for each in kind.__subclasses__():
        yield each
        yield from leaves(each)


def test_every_error_has_a_longer_reason_whose_key_fits_a_button() -> None:
    for kind in leaves(errors.VivantError):
        told = key_of(kind.__new__(kind))
        assert (told == "vivanterror") == (kind is errors.NotConnected), kind
    assert key_of(Denied(Reason.BLOCKED)) == "denied-blocked"
    assert key_of(Denied(Reason.PRIVATE)) == "denied"
    assert key_of(OverLimit("daily IMAGE", 3)) == "overlimit"
    assert all(len(f"why:{key}") <= 100 and len(text) <= 2000 for key, text in WHY.items())
