"""`/imagine` as people use it, from the command to the picture and what can be done with it."""

import pytest

from sandbox.discord import Message
from tests.e2e.conftest import Town

pytestmark = pytest.mark.usefixtures("bot")


async def imagined(town: Town, **options: str | int | bool) -> Message:
    """Alice's finished picture in the lounge."""
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a lighthouse", **options)
    await town.discord.until(lambda: bool(asked.message.attachments), what="the picture")
    return asked.message


async def test_a_picture_arrives_in_the_message_that_took_the_job(town: Town) -> None:
    message = await imagined(town)
    assert [each.content_type for each in message.attachments] == ["image/png"]
    assert message.attachments[0].description == "a lighthouse"
    assert "a lighthouse" in message.revisions[0].text
    assert message.buttons == [
        "Again",
        "Vary",
        "Edit",
        "Upscale",
        "Animate",
        "Use as character",
        "Details",
        "Delete",
        "Report",
    ]
    assert len(town.ai.calls.of("create_image_prompt")) == 1


async def test_clean_mode_is_asked_for_outside_age_restricted_places(
    town: Town,
) -> None:
    await imagined(town)
    assert town.ai.calls.of("create_image_prompt")[0].body["blockExplicitContent"] is True


async def test_the_message_shows_the_queue_and_the_progress(town: Town) -> None:
    town.ai.hold("generation")
    await town.bob.slash(town.lounge, "imagine", prompt="a meadow")
    await town.ai.until(lambda: town.ai.pending() == 1)
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: "queue" in asked.message.text, what="the queue position")
    await town.ai.step("generation", times=12)
    await town.discord.until(lambda: "%" in asked.message.text, what="a progress bar")
    assert asked.message.buttons == ["Cancel", "Ping me"]
    town.ai.release()
    await town.discord.until(lambda: bool(asked.message.attachments), what="the picture")


async def test_a_private_picture_is_seen_by_its_owner_alone(town: Town) -> None:
    message = await imagined(town, private=True)
    assert message.ephemeral
    assert not town.bob.sees(message)


async def test_again_makes_another_with_a_new_seed(town: Town) -> None:
    message = await imagined(town)
    again = await town.alice.press(message, "Again")
    await town.discord.until(lambda: bool(again.message.attachments), what="the second picture")
    first, second = (call.body for call in town.ai.calls.of("create_image_prompt"))
    assert first["seed"] != second["seed"]
    assert first["appearance"] == second["appearance"]


async def test_details_tell_what_went_in(town: Town) -> None:
    message = await imagined(town, seed="42")
    details = await town.bob.press(message, "Details")
    assert details.ephemeral
    assert "42" in details.message.text


async def test_delete_removes_message_and_prompt(town: Town) -> None:
    message = await imagined(town)
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: message.deleted, what="the deletion")
    assert len(town.ai.calls.of("delete_prompt")) == 1


async def test_a_strangers_press_is_refused_in_words(town: Town) -> None:
    message = await imagined(town)
    for label in ("Again", "Delete"):
        refused = await town.bob.press(message, label)
        assert refused.ephemeral
    assert not message.deleted
    assert len(town.ai.calls.of("create_image_prompt")) == 1


async def test_cancel_takes_the_job_out_of_the_queue(town: Town) -> None:
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: town.ai.pending() == 1, what="the queue")
    await town.alice.press(asked.message, "Cancel")
    await town.discord.until(lambda: "Cancelled" in asked.message.text, what="the cancellation")
    assert town.ai.pending() == 0


async def test_an_unknown_model_is_refused_and_nothing_is_sent(town: Town) -> None:
    refused = await town.alice.slash(town.lounge, "imagine", prompt="a harbour", model="NOPE")
    assert refused.ephemeral
    assert town.ai.calls.of("create_image_prompt") == []


async def test_a_failed_generation_says_so_and_offers_another_try(town: Town) -> None:
    town.ai.faults.fail_generation()
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: "could not finish" in asked.message.text, what="the words")
    assert "Again" in asked.message.buttons


async def test_a_lost_answer_to_a_create_is_found_again_and_not_repeated(
    town: Town,
) -> None:
    town.ai.faults.disconnect("create_image_prompt", done=True)
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: bool(asked.message.attachments), what="the picture")
    assert len(town.ai.calls.of("create_image_prompt")) == 1


async def test_one_person_cannot_fill_the_queue(town: Town) -> None:
    town.ai.hold("generation")
    for _ in range(7):
        await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    refused = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    assert "7" in refused.message.text
    assert refused.ephemeral
    town.ai.release()


async def test_the_minors_screen_refuses_before_anything_is_sent(town: Town) -> None:
    refused = await town.alice.slash(town.stories, "imagine", prompt="a 12 year old in a park")
    assert refused.ephemeral
    assert town.ai.calls.of("create_image_prompt") == []
