"""Trouble on a job's way: nothing is made twice, nothing is lost, and the words are true."""

from datetime import timedelta

import pytest

from bot.app import Vivant
from bot.frames import ReadyFrame
from bot.store.records import Anchor, Job, JobState, now
from sandbox.discord import Message
from tests.e2e.conftest import Town

CREATE = "create_image_prompt"
EDIT = "PATCH /webhooks/{application_id}/{token}/messages/{message_id}"


async def asked(town: Town, **options: str | bool | int) -> Message:
    """The message that took Alice's job."""
    return (await town.alice.slash(town.lounge, "imagine", prompt="a harbour", **options)).message


async def pictured(town: Town, message: Message) -> None:
    await town.discord.until(lambda: bool(message.attachments), what="the picture")


async def only_job(bot: Vivant, town: Town) -> Job:
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    return job


async def test_two_sends_in_one_channel_are_two_messages(town: Town, bot: Vivant) -> None:
    for number in ("one", "two"):
        surface = bot.stage.surface(Anchor(channel_id=town.lounge.id, guild_id=town.guild.id))
        await bot.lanes.finish(surface, ReadyFrame(number, town.alice.user.id))
    assert len(town.lounge.messages) == 2


async def test_whoever_takes_a_job_over_goes_on_from_its_record(town: Town, bot: Vivant) -> None:
    town.ai.hold("generation")
    message = await asked(town)
    await town.ai.until(lambda: town.ai.pending() == 1)
    stale = await only_job(bot, town)
    async with town.bot() as other:
        stale.state, stale.prompt_id = JobState.ACCEPTED, None
        other.jobs._launch(stale)
        town.ai.release()
        await pictured(town, message)
    assert len(town.ai.calls.of(CREATE)) == 1


async def test_a_job_cancelled_while_the_account_is_full_is_never_made(
    town: Town, bot: Vivant
) -> None:
    town.ai.faults.fill_queue()
    message = await asked(town)
    await town.ai.until(lambda: len(town.ai.calls.of(CREATE)) == 1)
    await town.discord.until(lambda: len(message.revisions) > 0, what="the message")
    await town.alice.press(message, "Cancel")
    await town.discord.until(lambda: "Cancelled" in message.text, what="the cancellation")
    assert (await only_job(bot, town)).state is JobState.CANCELLED


async def test_a_full_account_is_waited_for(town: Town) -> None:
    town.variables["QUEUE_PAUSE_SECONDS"] = "0.05"
    town.ai.faults.fail(CREATE, 429, "Max pending creations reached", times=2)
    async with town.bot():
        message = await asked(town)
        await pictured(town, message)
    assert len(town.ai.calls.of(CREATE)) == 3


@pytest.mark.usefixtures("bot")
async def test_a_long_prompt_full_of_marks_is_delivered(town: Town) -> None:
    prompt = "*(soft_light)* " * 99
    message = (await town.alice.slash(town.lounge, "imagine", prompt=prompt)).message
    await pictured(town, message)
    details = await town.alice.press(message, "Details")
    assert details.ephemeral


@pytest.mark.usefixtures("bot")
async def test_a_file_that_discord_refuses_becomes_a_link(town: Town) -> None:
    town.ai.hold("generation")
    message = await asked(town)
    await town.ai.until(lambda: town.ai.pending() == 1)
    town.discord.faults.fail(
        EDIT, status=413, body={"message": "Request entity too large", "code": 40005}
    )
    town.ai.release()
    await town.discord.until(lambda: "open it" in message.text, what="the link")


@pytest.mark.usefixtures("bot")
async def test_a_search_survives_a_refusal_on_its_way(town: Town) -> None:
    town.ai.faults.disconnect(CREATE, done=True)
    town.ai.faults.fail("get_pending_prompts", 429, headers={"Retry-After": "0"}, times=3)
    message = await asked(town)
    await pictured(town, message)
    assert len(town.ai.calls.of(CREATE)) == 1


@pytest.mark.usefixtures("bot")
async def test_words_after_a_create_do_not_say_that_it_was_free(town: Town) -> None:
    town.ai.hold("generation")
    message = await asked(town)
    await town.ai.until(lambda: town.ai.pending() == 1)
    town.ai.faults.fail("download", 500, times=9)
    town.lounge.nsfw = False
    town.ai.faults.fail_generation()
    town.ai.release()
    await town.discord.until(lambda: "⚠️" in message.text, what="the words")
    assert "Nothing was charged" not in message.text


@pytest.mark.usefixtures("bot")
async def test_a_private_picture_can_be_deleted(town: Town) -> None:
    message = await asked(town, private=True)
    await pictured(town, message)
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: message.deleted, what="the deletion")


async def test_a_private_job_whose_message_is_out_of_reach_leaves_a_note(
    town: Town, bot: Vivant
) -> None:
    town.ai.hold("generation")
    await asked(town, private=True)
    await town.ai.until(lambda: town.ai.pending() == 1)
    for run in bot.jobs._runs.values():
        run.job.anchor.token_until = now() - timedelta(seconds=1)
    town.ai.release()
    note = await town.lounge.message(lambda one: "your result is ready" in one.text)
    assert "a harbour" not in note.text
    shown = await town.alice.press(note, "Show it")
    assert (await shown.answer()).attachments
    refused = await town.bob.press(note, "Show it")
    assert refused.ephemeral


async def test_an_acknowledgement_that_failed_leaves_no_job_behind(town: Town, bot: Vivant) -> None:
    answer = "POST /interactions/{interaction_id}/{token}/callback"
    town.discord.faults.fail(
        answer, status=404, body={"message": "Unknown interaction", "code": 10062}
    )
    assert (await asked(town)).ephemeral
    assert await bot.store.jobs.active() == []
    assert town.ai.calls.of(CREATE) == []


async def test_a_finished_picture_outlives_a_bad_moment_of_its_host(town: Town) -> None:
    town.variables["FETCH_SECONDS"] = "60"
    async with town.bot():
        for status in (403, 404):
            town.ai.faults.fail("download", status, times=2)
            await pictured(town, await asked(town))
    assert len(town.ai.calls.of(CREATE)) == 2


async def test_what_cannot_be_fetched_is_kept_and_a_button_fetches_it(
    town: Town, bot: Vivant
) -> None:
    town.ai.faults.fail("download", 404, times=99)
    message = await asked(town)
    await town.discord.until(lambda: "I keep asking" in message.text, what="the waiting")
    await town.discord.until(lambda: "Fetch it" in message.buttons, what="the button")
    assert "made and kept" in message.text
    failed = await town.alice.press(message, "Fetch it")
    assert "made and kept" in (await failed.answer()).text
    town.ai.faults.clear()
    fetched = await town.alice.press(message, "Fetch it")
    assert (await fetched.answer()).attachments
    while (await only_job(bot, town)).state is not JobState.DONE:
        await bot.store.check()
    assert len(town.ai.calls.of(CREATE)) == 1


async def test_a_delivery_that_waits_for_its_file_goes_on_in_the_next_process(town: Town) -> None:
    town.variables["FETCH_SECONDS"] = "60"
    town.ai.faults.fail("download", 404, times=99)
    async with town.bot() as bot:
        message = await asked(town)
        await town.discord.until(lambda: "I keep asking" in message.text, what="the waiting")
        assert (await only_job(bot, town)).state is JobState.DELIVERING
    town.ai.faults.clear()
    async with town.bot():
        await pictured(town, message)
    assert len(town.ai.calls.of(CREATE)) == 1


@pytest.mark.usefixtures("bot")
async def test_only_a_prompt_that_is_gone_ends_a_delivery(town: Town) -> None:
    town.ai.faults.fail("download", 404, times=99)
    message = await asked(town)
    await town.discord.until(lambda: "I keep asking" in message.text, what="the waiting")
    town.ai.state.prompts.clear()
    await town.discord.until(lambda: "no longer has this" in message.text, what="the end")


@pytest.mark.usefixtures("bot")
async def test_a_lost_create_says_that_it_is_being_looked_for(town: Town) -> None:
    town.ai.faults.fail(CREATE, 503)
    message = await asked(town)
    await town.discord.until(lambda: "I am looking for it" in message.text, what="the search")
    await town.discord.until(lambda: "may have been charged" in message.text, what="its end")


@pytest.mark.usefixtures("bot")
async def test_buttons_count_as_soon_as_they_are_seen(town: Town) -> None:
    late = town.discord.faults.delay(EDIT, 0.4, times=9)
    message = await asked(town)
    await pictured(town, message)
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: message.deleted, what="the deletion")
    assert late.calls


@pytest.mark.usefixtures("bot")
async def test_a_private_result_is_deleted_through_its_own_press_alone(town: Town) -> None:
    message = await asked(town, private=True)
    await pictured(town, message)
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: message.deleted, what="the deletion")
    assert town.discord.transcript.requests("DELETE /channels") == []


async def test_the_jobs_of_one_message_stay_in_one_process(town: Town, bot: Vivant) -> None:
    town.ai.hold("generation")
    message = await asked(town, count=2)
    await town.ai.until(lambda: town.ai.pending() == 2)
    async with town.bot() as other:
        await other.jobs.resume()
        assert all(run.sheet is None for run in other.jobs._runs.values())
        town.ai.release()
        await town.discord.until(lambda: len(message.attachments) == 2, what="the pictures")
    assert len(town.ai.calls.of(CREATE)) == 2
    assert len(await bot.store.jobs.of_owner(town.alice.user.id)) == 2
