"""What goes wrong with pictures and videos: each has its sentence, and nothing is left behind."""

import io
import os

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.app import Vivant
from bot.store.records import JobState
from sandbox.aliveai.recipes import Uploaded
from sandbox.aliveai.state import Medium
from sandbox.discord.acts import threads
from tests.e2e.conftest import Town
from tests.e2e.studio import done, imagined, photo, png, says

pytestmark = pytest.mark.usefixtures("bot")


async def test_no_credits(town: Town) -> None:
    town.ai.faults.use_up_credits()
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await says(town, asked.message, "no credits left")
    assert "Cancel" not in asked.message.buttons


async def test_a_model_that_the_service_refuses(town: Town) -> None:
    town.ai.faults.fail("create_image_prompt", 403, "This model is not available to you")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await says(town, asked.message, "refused this. Nothing was charged")


async def test_a_generation_that_fails(town: Town) -> None:
    town.ai.faults.fail_generation()
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await says(town, asked.message, "could not finish")


async def test_a_socket_that_is_lost(town: Town) -> None:
    town.ai.faults.drop_socket(1, times=9)
    await imagined(town)


async def test_an_address_that_has_expired(town: Town) -> None:
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    town.ai.faults.expire_addresses()
    town.ai.release()
    await done(town, asked.message)


async def test_an_edit_whose_answer_was_lost_is_found_and_not_repeated(town: Town) -> None:
    town.ai.faults.disconnect("edit_image", done=True)
    asked = await town.alice.slash(town.lounge, "edit", instruction="night", picture=photo())
    await done(town, asked.message)
    assert len(town.ai.calls.of("edit_image")) == 1


async def test_a_file_that_is_gone_meanwhile_is_said_and_one_that_is_late_is_waited_for(
    town: Town, bot: Vivant
) -> None:
    town.discord.faults.fail("CDN GET attachment", status=404)
    asked = await town.alice.slash(town.lounge, "edit", instruction="night", picture=photo())
    await says(town, asked.message, "Attach it again. Nothing was charged.")
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    assert town.ai.calls.of("upload_file") == []
    town.discord.faults.fail("CDN GET attachment", status=503, times=2)
    again = await town.alice.press(asked.message, "Again")
    await done(town, again.message)
    assert job.prompt_id is None


async def test_a_service_that_asks_for_a_pause(town: Town) -> None:
    town.ai.faults.fail("create_image_prompt", 429, headers={"Retry-After": "0"})
    await imagined(town)
    assert len(town.ai.calls.of("create_image_prompt")) == 2


async def test_a_channel_deleted_while_it_runs(town: Town, bot: Vivant) -> None:
    town.ai.hold("generation")
    place = await town.alice.thread(town.lounge, "brief")
    await town.alice.slash(place, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    threads.delete(town.discord.world, town.owner.user, place)
    town.ai.release()
    await ended(town, bot)


async def test_a_permission_lost_while_it_runs_keeps_the_result_in_the_gallery(
    town: Town, bot: Vivant
) -> None:
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    await town.owner.delete(asked.message)
    town.discord.faults.fail(
        "POST /channels/{channel_id}/messages",
        status=403,
        body={"message": "Missing Permissions", "code": 50013},
        times=99,
    )
    town.ai.release()
    await ended(town, bot)
    page = await (await town.alice.slash(town.lounge, "gallery")).answer()
    assert page.attachments


async def ended(town: Town, bot: Vivant) -> None:
    """Wait until no job is under way, and the newest is done."""
    found: list[JobState] = []

    async def look() -> None:
        jobs = await bot.store.jobs.of_owner(town.alice.user.id)
        found[:] = [job.state for job in jobs]

    for _ in range(500):
        await look()
        if found and all(state.ended for state in found):
            break
        await town.discord.clock.pulse.next(0.02)
    assert found == [JobState.DONE]


async def test_a_double_click_makes_one_job(town: Town) -> None:
    message = await imagined(town)
    first = await town.alice.press(message, "Again")
    second = await town.alice.press(message, "Again")
    assert second.ephemeral
    assert "already" in second.message.text
    await done(town, first.message)
    assert len(town.ai.calls.of("create_image_prompt")) == 2


async def test_a_second_press_of_delete_finds_nothing(town: Town, bot: Vivant) -> None:
    message = await imagined(town)
    shown = await town.alice.press(message, "Details")
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: message.deleted, what="the deletion")
    while await bot.store.jobs.of_owner(town.alice.user.id):
        await town.discord.clock.pulse.next(0.02)
    refused = await town.alice.press(shown.message, "Show here")
    assert refused.ephemeral
    assert "any more" in refused.message.text


async def test_a_50_mb_upload(town: Town) -> None:
    town.guild.premium_tier = 3
    large = photo(png() + b"\0" * (50 * 1024 * 1024))
    refused = await town.alice.slash(town.lounge, "edit", instruction="night", picture=large)
    assert "too large" in refused.message.text
    assert town.ai.calls.of("upload_file") == []


async def test_a_result_over_the_upload_limit_that_cannot_be_made_smaller_is_linked(
    town: Town,
) -> None:
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    town.ai.faults.swell_download(11 * 1024 * 1024)
    town.ai.release()
    await says(town, asked.message, "Too large to attach here")
    assert "Again" in asked.message.buttons


async def test_a_picture_over_the_upload_limit_is_made_smaller_and_said_so(town: Town) -> None:
    message = await imagined(town)
    (media_id,) = next(iter(town.ai.state.prompts.values())).media_ids
    town.ai.state.media[media_id] = Medium(media_id, "IMAGE", Uploaded(noise(), "image/png"))
    shown = await town.alice.press(message, "Details")
    again = await town.alice.press(shown.message, "Show here")
    answer = await again.answer(timeout=20)
    assert "Made smaller" in answer.text
    assert answer.attachments[0].content_type == "image/jpeg"
    assert len(answer.attachments[0].content) <= town.guild.upload_limit


def noise() -> bytes:
    """A picture that does not compress: 12 MB as it is."""
    side = 2048
    picture = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=0)
    return file.getvalue()


async def test_an_uploaded_picture_that_the_screen_refuses(town: Town) -> None:
    about = PngInfo()
    about.add_text("Description", "a 12 year old in a park")
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(file, "PNG", pnginfo=about)
    asked = await town.alice.slash(
        town.lounge, "edit", instruction="night", picture=photo(file.getvalue())
    )
    await says(town, asked.message, "involves minors")
    assert town.ai.calls.of("edit_image") == []
