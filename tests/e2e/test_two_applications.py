"""Two applications may share one store: each goes on with its own work only."""

from bot.app import Vivant
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply_after, scene

OTHER = 4711


async def test_a_job_of_another_application_is_left_to_it(town: Town, bot: Vivant) -> None:
    town.ai.hold("generation")
    await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    (job,) = await bot.store.jobs.active()
    theirs = job.model_copy(deep=True, update={"job_id": "theirs"})
    theirs.anchor.application_id = OTHER
    await bot.store.jobs.save(theirs)
    await bot.jobs.resume()
    assert set(bot.jobs._runs) == {job.job_id}
    town.ai.release()


async def test_a_scene_of_another_application_is_answered_by_it_alone(
    town: Town, bot: Vivant
) -> None:
    await mira(town)
    thread = await scene(town)
    ours = await bot.store.scenes.of_channel(thread.id)
    assert ours is not None
    await bot.store.scenes.save(ours.model_copy(update={"application_id": OTHER}))
    await town.alice.say(thread, "Not for you.")
    # What comes over one socket is heard in order, so by this answer the line was heard.
    await town.alice.slash(thread, "help")
    await bot.store.scenes.save(ours)
    said = await town.alice.say(thread, "For you.")
    await reply_after(thread, said)
    sent = [call.body["userMessage"] for call in town.ai.calls.of("send_chat_message")]
    assert sent == ["For you."]
