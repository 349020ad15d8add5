"""``kill -9`` at every point of a job's life: completed or honestly failed, and never made twice.

The bot is a process here and is killed for real; the next one finds what it left.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, mira
from tests.e2e.process import BotProcess
from tests.e2e.studio import done, photo, says

EDIT_BY_TOKEN = "PATCH /webhooks/{application_id}/{token}/messages/{message_id}"
TOKEN_DIES_AFTER = 16 * 60.0
LATE = 30.0

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def short_leases(town: Town) -> None:
    """What a killed process held is free again soon."""
    town.variables["LEASE_SECONDS"] = "1.5"


@asynccontextmanager
async def running(town: Town) -> AsyncIterator[BotProcess]:
    """The bot as a process, ready in this town."""
    async with BotProcess.running(town.variables, Path(town.variables["DATA_DIR"])) as bot:
        await town.discord.ready(timeout=LATE)
        await town.discord.until(lambda: town.discord.world.bot.commands, timeout=LATE)
        yield bot


async def killed(town: Town, bot: BotProcess) -> None:
    """End it as the kernel or a power cut would, and wait until Discord knows."""
    await bot.kill()
    me = town.discord.world.bot.user
    await town.discord.until(lambda: not town.discord.gateway.is_connected(me), timeout=LATE)


async def asked(town: Town, words: str, **options: bool | int) -> Message:
    """The message of a picture that Alice asked for."""
    return (await town.alice.slash(town.lounge, "imagine", prompt=words, **options)).message


def calls(message: Message, town: Town) -> bool:
    """Whether the message may call Alice, and nobody else."""
    alice = town.alice.user.id
    return f"<@{alice}>" in message.text and (message.allowed_mentions or {})["users"] == [alice]


async def told(town: Town, message: Message, words: str) -> None:
    """Wait until the message says that, however long a process takes to start."""
    await town.discord.until(lambda: words in message.text, timeout=LATE, what=words)


def created(town: Town) -> int:
    """How many prompts the AI API was asked to make."""
    return len(town.ai.calls.of("create_image_prompt"))


async def test_jobs_that_run_queue_and_wait_are_completed_in_their_own_messages(
    town: Town,
) -> None:
    town.ai.hold("generation")
    async with running(town) as bot:
        messages = [await asked(town, f"harbour {number}") for number in range(3)]
        await town.ai.until(lambda: town.ai.pending() == 2)
        await town.ai.step("generation", times=3)
        await says(town, messages[2], "0 before it")
        town.ai.faults.stall("generate_vision_prompt")
        edit = await town.bob.slash(town.lounge, "edit", instruction="night", picture=photo())
        await town.ai.until(lambda: len(town.ai.calls.of("generate_vision_prompt")) == 1)
        await killed(town, bot)
    async with running(town):
        town.ai.release()
        for message in messages:
            await done(town, message)
        await done(town, edit.message)
        assert created(town) == 3
        assert len(town.ai.calls.of("edit_image")) == 1
        assert len(town.lounge.messages) == 4
        again = await town.alice.press(messages[0], "Again")
        await done(town, again.message)


async def test_a_batch_is_completed_in_its_one_message(town: Town) -> None:
    async with running(town) as bot:
        town.ai.hold("generation")
        message = await asked(town, "harbours", count=3)
        await town.ai.until(lambda: town.ai.pending() == 2)
        await says(town, message, "0 before it")
        await killed(town, bot)
    async with running(town):
        town.ai.release()
        await town.discord.until(lambda: len(message.attachments) == 3, timeout=LATE)
        await done(town, message)
        assert created(town) == 3
        assert town.lounge.messages == [message]


async def test_a_create_without_an_answer_is_found_or_honestly_failed(town: Town) -> None:
    town.ai.faults.disconnect("create_image_prompt", done=True)
    town.ai.faults.stall("create_image_prompt", nth=2)
    town.ai.faults.stall("get_pending_prompts")
    async with running(town) as bot:
        made = await asked(town, "made, but nobody heard")
        await town.ai.until(lambda: len(town.ai.calls.of("get_pending_prompts")) == 1)
        never = (await town.bob.slash(town.lounge, "imagine", prompt="never made")).message
        await town.ai.until(lambda: created(town) == 2)
        await killed(town, bot)
    async with running(town):
        await done(town, made)
        await says(town, never, "may have been charged")
        assert "Again" in never.buttons
        assert created(town) == 2


async def test_a_delivery_cut_short_is_done_again_in_the_same_message(town: Town) -> None:
    async with running(town) as bot:
        town.ai.hold("generation")
        message = await asked(town, "a harbour")
        await town.ai.until(lambda: town.ai.pending() == 1)
        await says(town, message, "queue")
        town.discord.faults.delay(EDIT_BY_TOKEN, 60, times=99)
        town.ai.release()
        await town.ai.until(lambda: len(town.ai.calls.of("download")) >= 1)
        await killed(town, bot)
    town.discord.faults.clear()
    async with running(town):
        await done(town, message)
        assert created(town) == 1
        assert town.lounge.messages == [message]


async def test_when_tokens_ran_out_public_results_still_arrive_and_private_stay_private(
    town: Town,
) -> None:
    town.ai.hold("generation")
    async with running(town) as bot:
        public = await asked(town, "a harbour")
        private = await asked(town, "a secret harbour", private=True)
        await town.ai.until(lambda: town.ai.pending() == 2)
        await killed(town, bot)
    town.discord.clock.jump(TOKEN_DIES_AFTER)
    async with running(town):
        town.ai.release()
        await done(town, public)
        note = await town.lounge.message(lambda one: "your result is ready" in one.text)
        assert not note.ephemeral
        assert not note.attachments
        assert calls(note, town)
        assert not private.attachments
        refused = await town.bob.press(note, "Show it")
        assert refused.ephemeral
        shown = await town.alice.press(note, "Show it")
        answer = await shown.answer()
        assert answer.ephemeral
        assert answer.attachments
        assert created(town) == 2


async def test_a_result_whose_message_is_gone_comes_in_a_new_one_that_calls_its_owner(
    town: Town,
) -> None:
    town.ai.hold("generation")
    async with running(town):
        message = await asked(town, "a harbour")
        await town.ai.until(lambda: town.ai.pending() == 1)
        await says(town, message, "queue")
        await town.owner.delete(message)
        town.ai.release()
        anew = await town.lounge.message(lambda one: bool(one.attachments))
        assert calls(anew, town)
        again = await town.alice.press(anew, "Again")
        await done(town, again.message)


async def test_a_character_and_a_scene_that_were_being_made_are_kept_or_taken_back(
    town: Town,
) -> None:
    create, begin = "create_chat_character", "create_chat_with_custom_first_message"
    async with running(town) as bot:
        await mira(town, Name="Otto")
        town.ai.faults.withhold(create)
        opened = await town.alice.slash(town.stories, "character create")
        submitted = await town.alice.submit(opened, CARD)
        await town.ai.until(lambda: len(town.ai.state.characters) == 2)
        town.ai.faults.withhold(begin)
        started = await town.alice.slash(town.stories, "chat start", character="Otto")
        await town.ai.until(lambda: len(town.ai.state.chats) == 1)
        (thread_id,) = town.guild.threads
        await killed(town, bot)
    async with running(town):
        await told(town, submitted.message, "Mira is ready")
        await told(town, started.message, "took it back")
        assert not town.ai.state.chats
        assert thread_id not in town.guild.threads
        assert len(town.ai.calls.of(create)) == 2
        assert len(town.ai.calls.of(begin)) == 1


async def test_what_was_acknowledged_and_not_sent_is_told(town: Town) -> None:
    async with running(town) as bot:
        town.ai.faults.stall("list_chat_characters")
        opened = await town.alice.slash(town.stories, "character create")
        submitted = await town.alice.submit(opened, CARD)
        await town.ai.until(lambda: len(town.ai.calls.of("list_chat_characters")) == 1)
        await killed(town, bot)
    async with running(town):
        await told(town, submitted.message, "Please try again")
        assert not town.ai.state.characters


async def test_a_message_that_nobody_heard_of_before_the_kill_is_found_at_once(town: Town) -> None:
    answer = "POST /interactions/{interaction_id}/{token}/callback"
    town.discord.faults.hang_up(answer, took_effect=True)
    look = town.discord.faults.delay(EDIT_BY_TOKEN.replace("PATCH", "GET"), 60)
    async with running(town) as bot:
        message = await asked(town, "harbours", count=2)
        await town.discord.until(lambda: look.calls > 0, what="the look")
        await killed(town, bot)
    town.discord.faults.clear()
    async with running(town):
        await town.discord.until(lambda: len(message.attachments) == 2, timeout=25)
        assert town.lounge.messages == [message]
        assert created(town) == 2
