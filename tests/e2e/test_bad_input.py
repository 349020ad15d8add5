"""What cannot work is said in a sentence, nothing is charged or lost, and the bot stays up."""

import pytest

from bot import errors
from bot.policy import Reason
from cogs._words import REASONS, words
from sandbox.discord import Refusal
from tests.e2e.conftest import Town


def leaves(kind: type[errors.VivantError]) -> list[type[errors.VivantError]]:
    """Every error that is raised as itself."""
    below = kind.__subclasses__()
    own = [] if kind in {errors.VivantError, errors.ApiError, errors.ShowFailed} else [kind]
    return own + [leaf for each in below for leaf in leaves(each)]


SAMPLES: dict[type[errors.VivantError], tuple[object, ...]] = {
    errors.Refused: ("call", 418, "teapot"),
    errors.RateLimited: ("call", 429, "slowly", 3.0),
    errors.GenerationFailed: ("call", "UNKNOWN", "no"),
    errors.Malformed: ("call", ["a"]),
    errors.StreamBroken: ("call", "partial"),
    errors.OverLimit: ("something", 3),
    errors.Throttled: ("message", 3.0),
    errors.StoreDown: (),
    errors.Denied: (Reason.UPLOAD,),
}


def sample(kind: type[errors.VivantError]) -> errors.VivantError:
    """An error of that kind."""
    if issubclass(kind, errors.Refused) and kind not in SAMPLES:
        return kind("call", 418, "teapot")
    return kind(*SAMPLES.get(kind, ("something",)))


@pytest.mark.parametrize("kind", leaves(errors.VivantError))
def test_every_error_has_words(kind: type[errors.VivantError]) -> None:
    assert len(words(sample(kind))) > len("No.")


def test_every_refusal_has_words() -> None:
    assert set(REASONS) == set(Reason)


@pytest.mark.usefixtures("bot")
async def test_a_prompt_over_the_limit_is_refused_by_discord_itself(town: Town) -> None:
    with pytest.raises(Refusal):
        await town.alice.slash(town.lounge, "imagine", prompt="x" * 1501)


@pytest.mark.usefixtures("bot")
async def test_a_seed_that_is_no_number_is_named(town: Town) -> None:
    refused = await town.alice.slash(town.lounge, "imagine", prompt="a harbour", seed="seven")
    assert refused.ephemeral
    assert "seed" in refused.message.text
    assert town.ai.calls.of("create_image_prompt") == []


@pytest.mark.usefixtures("bot")
async def test_a_button_whose_picture_is_gone_says_so(town: Town) -> None:
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: bool(asked.message.attachments), what="the picture")
    details = await town.alice.press(asked.message, "Details")
    await town.alice.press(asked.message, "Delete")
    await town.discord.until(lambda: asked.message.deleted, what="the deletion")
    assert details.ephemeral


async def test_without_the_ai_service_nothing_is_charged_and_the_bot_stays_up(town: Town) -> None:
    town.variables["ALIVEAI_URL"] = "http://127.0.0.1:9"
    async with town.bot():
        asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
        await town.discord.until(lambda: "can't be reached" in asked.message.text, what="words")
        assert "Nothing was charged" in asked.message.text
        helped = await town.alice.slash(town.lounge, "help")
        assert "/imagine" in helped.message.text


@pytest.mark.usefixtures("bot")
async def test_no_credits_is_said_to_the_person(town: Town) -> None:
    town.ai.faults.use_up_credits()
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: "no credits left" in asked.message.text, what="the words")
    assert "Again" in asked.message.buttons
