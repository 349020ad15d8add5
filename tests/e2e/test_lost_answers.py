"""Discord did it, and its answer is lost: nothing is said twice, and nothing is left waiting."""

import logging

import pytest

from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, mira, reply, scene

ANSWER = "POST /interactions/{interaction_id}/{token}/callback"
THREAD = "POST /channels/{channel_id}/threads"

pytestmark = pytest.mark.usefixtures("bot")


def lose(town: Town, route: str = ANSWER, *, done: bool = True) -> None:
    town.discord.faults.hang_up(route, took_effect=done)


async def settled(town: Town, message: Message) -> str:
    """What a message says once it is no longer thinking."""
    await town.discord.until(lambda: bool(message.text), what="the answer")
    return message.text


async def test_a_scene_opens_though_its_acknowledgement_was_not_confirmed(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await mira(town)
    lose(town)
    started = await town.alice.slash(town.stories, "chat start", character="Mira")
    assert "waits in" in (await started.answer()).text
    lose(town, THREAD)
    again = await town.alice.slash(town.stories, "chat start", character="Mira")
    assert "waits in" in (await again.answer()).text
    assert len(town.guild.threads) == 2
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def test_a_form_is_taken_though_its_acknowledgement_was_not_confirmed(town: Town) -> None:
    opened = await town.alice.slash(town.stories, "character create")
    lose(town)
    submitted = await town.alice.submit(opened, CARD)
    assert "is ready" in (await submitted.answer()).text
    assert len(town.ai.state.characters) == 1


async def test_a_press_counts_though_its_acknowledgement_was_not_confirmed(town: Town) -> None:
    await mira(town)
    thread = await scene(town)
    shown = await reply(town, thread, "Tell me about the storm.")
    lose(town)
    await town.alice.press(shown, "⟳")
    await town.discord.until(lambda: "2/2" in shown.buttons, what="the version")


async def test_an_answer_that_stands_is_not_given_twice(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    lose(town)
    helped = await town.alice.slash(town.lounge, "help")
    assert "What you can do here" in helped.message.text
    assert len(town.discord.transcript.requests("POST /interactions")) == 1
    lose(town, done=False)
    refused = await town.alice.slash(town.lounge, "help")
    assert "Discord did not take my answer" in refused.message.text
    assert not [one for one in caplog.records if one.exc_info and one.name.startswith("cogs")]
