"""Jobs over every dialect: whatever the service speaks, `/imagine` ends in a picture or in words.

Each test is a whole life of jobs, so that a dialect costs one bot and one town only once.
"""

import pytest

from sandbox.discord import Message
from tests.dialects.combinations import Choice
from tests.e2e.conftest import Town

pytestmark = [pytest.mark.asyncio(loop_scope="module")]

MET = (
    "pending_prompt", "failed_prompt", "create_container", "blocking_medias", "echo",
    "source_first", "previews", "late_socket", "closes_when_done", "socket_credential", "notes",
    "errors", "no_credit_status", "queue_full_status", "missing_status", "void_answer",
    "error_type",
)  # fmt: skip

CREATE = "create_image_prompt"


async def asked(town: Town, prompt: str) -> Message:
    """The message of a job that Alice started."""
    return (await town.alice.slash(town.lounge, "imagine", prompt=prompt)).message


async def delivered(town: Town, message: Message) -> None:
    """Wait for the picture in the message that took the job, and look at it."""
    await town.discord.until(lambda: bool(message.attachments), what="the picture")
    assert [each.content_type for each in message.attachments] == ["image/png"]


async def says(town: Town, message: Message, words: str) -> None:
    await town.discord.until(lambda: words in message.text, what=f"the words: {words}")


def created(town: Town) -> int:
    """How many creates were sent in this life."""
    return len(town.ai.calls.of(CREATE))


async def watched(town: Town) -> Message:
    """A job that runs, held, with a socket on it."""
    town.ai.hold("generation")
    message = await asked(town, "a lighthouse")
    await town.ai.until(lambda: any(town.ai.listeners(each) for each in town.ai.state.prompts))
    return message


async def a_picture_is_watched_and_delivered(town: Town) -> None:
    message = await watched(town)
    await town.ai.step("generation", times=4)
    town.ai.release()
    await delivered(town, message)
    assert created(town) == 1


async def a_picture_that_is_ready_before_anybody_looks_is_delivered(town: Town) -> None:
    await delivered(town, await asked(town, "a meadow"))
    assert created(town) == 1


async def a_lost_answer_is_found_and_not_repeated(town: Town) -> None:
    town.ai.faults.disconnect(CREATE, done=True)
    await delivered(town, await asked(town, "a harbour"))
    assert created(town) == 1


async def a_cut_socket_is_made_up_for(town: Town) -> None:
    town.ai.faults.drop_socket(1)
    await delivered(town, await asked(town, "a bridge"))
    assert created(town) == 1


async def a_failure_is_told(town: Town) -> None:
    town.ai.faults.fail_generation("The model is overloaded.")
    message = await watched(town)
    town.ai.release()
    await says(town, message, "could not finish")
    assert created(town) == 1


async def an_empty_account_is_told(town: Town) -> None:
    left, town.ai.state.account.credits = town.ai.state.account.credits, 0
    await says(town, await asked(town, "a tower"), "no credits left")
    town.ai.state.account.credits = left


async def a_full_queue_is_waited_for(town: Town) -> None:
    most, town.ai.state.max_pending = town.ai.state.max_pending, 0
    message = await asked(town, "a mill")
    await town.ai.until(lambda: len(town.ai.calls.of(CREATE)) == 2)
    town.ai.state.max_pending = most
    await delivered(town, message)


async def a_job_is_cancelled_before_the_full_queue_takes_it(town: Town) -> None:
    most, town.ai.state.max_pending = town.ai.state.max_pending, 0
    message = await asked(town, "a quay")
    await town.ai.until(lambda: len(town.ai.calls.of(CREATE)) == 1)
    await town.alice.press(message, "Cancel")
    await says(town, message, "Cancelled")
    town.ai.state.max_pending = most
    assert not town.ai.state.prompts


async def a_job_is_cancelled_in_the_queue(town: Town) -> None:
    message = await watched(town)
    await town.alice.press(message, "Cancel")
    await says(town, message, "Cancelled")
    await town.ai.until(lambda: town.ai.pending() == 0)
    town.ai.release()


async def a_result_is_deleted(town: Town) -> None:
    message = await asked(town, "a forge")
    await delivered(town, message)
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: message.deleted, what="the deletion")
    assert len(town.ai.calls.of("delete_prompt")) == 1


LIVES = (
    a_picture_is_watched_and_delivered,
    a_picture_that_is_ready_before_anybody_looks_is_delivered,
    a_lost_answer_is_found_and_not_repeated,
    a_cut_socket_is_made_up_for,
    a_failure_is_told,
    an_empty_account_is_told,
    a_full_queue_is_waited_for,
    a_job_is_cancelled_before_the_full_queue_takes_it,
    a_job_is_cancelled_in_the_queue,
    a_result_is_deleted,
)


async def live(town: Town) -> None:
    for life in LIVES:
        town.ai.calls.clear()
        await life(town)
        town.ai.state.prompts.clear()


@pytest.mark.concerns(*MET)
async def test_jobs_end_well_in_each_dialect(spoken: Town, choice: Choice) -> None:
    del choice
    await live(spoken)


async def a_failure_that_nobody_watched_is_told(town: Town) -> None:
    town.ai.faults.fail_generation("The model is overloaded.")
    message = await asked(town, "a dune")
    await town.discord.until(lambda: "⚠️" in message.text, timeout=20, what="the words")
    assert created(town) == 1


@pytest.mark.concerns("failed_prompt", "late_socket", "pending_prompt")
async def test_a_failure_before_the_socket_opens_is_told(spoken: Town, choice: Choice) -> None:
    del choice
    await a_failure_that_nobody_watched_is_told(spoken)


@pytest.mark.dialects_all(
    "pending_prompt", "failed_prompt", "echo", "previews", "late_socket", "closes_when_done",
    "socket_credential",
)  # fmt: skip
async def test_jobs_end_well_in_all_dialects_of_prompts(spoken: Town, choice: Choice) -> None:
    del choice
    await live(spoken)
    await a_failure_that_nobody_watched_is_told(spoken)


@pytest.mark.dialects_all(
    "errors", "no_credit_status", "queue_full_status", "missing_status", "void_answer"
)
async def test_jobs_end_well_in_all_dialects_of_refusals(spoken: Town, choice: Choice) -> None:
    del choice
    await live(spoken)
