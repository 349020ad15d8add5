"""The queue is shared fairly, limits hold, and everybody can see where they stand."""

from bot.app import Vivant
from tests.e2e.conftest import Town
from tests.e2e.studio import done, imagined, says


async def test_two_run_and_the_others_wait_with_their_place_shown(town: Town, bot: Vivant) -> None:
    del bot
    town.ai.hold("generation")
    asked = [
        await town.alice.slash(town.lounge, "imagine", prompt=f"harbour {n}") for n in range(4)
    ]
    await says(town, asked[3].message, "1 before it")
    assert town.ai.pending() == 2
    town.ai.release()
    for each in asked:
        await done(town, each.message)


async def test_one_persons_jobs_do_not_hold_up_another(town: Town, bot: Vivant) -> None:
    del bot
    town.ai.hold("generation")
    for number in range(5):
        await town.alice.slash(town.lounge, "imagine", prompt=f"harbour {number}")
    await town.ai.until(lambda: town.ai.pending() == 2)
    await town.bob.slash(town.lounge, "imagine", prompt="a meadow")
    await town.ai.until(lambda: town.ai.pending() == 3)
    words = [call.body["appearance"] for call in town.ai.calls.of("create_image_prompt")]
    assert words[2] == "a meadow"
    town.ai.release()


async def test_a_full_account_means_waiting_and_not_an_error(town: Town, bot: Vivant) -> None:
    del bot
    town.ai.hold("generation")
    town.ai.state.max_pending = 1
    first = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    second = await town.bob.slash(town.lounge, "imagine", prompt="a meadow")
    await says(town, second.message, "Waiting for a turn")
    town.ai.release()
    await done(town, first.message)
    await done(town, second.message)


async def test_a_waiting_job_can_be_cancelled(town: Town, bot: Vivant) -> None:
    del bot
    town.ai.hold("generation")
    for number in range(3):
        asked = await town.alice.slash(town.lounge, "imagine", prompt=f"harbour {number}")
    await says(town, asked.message, "before it")
    await town.alice.press(asked.message, "Cancel")
    await says(town, asked.message, "Nothing was charged")
    town.ai.release()


async def test_the_queue_is_shown_live_with_others_as_a_count(town: Town, bot: Vivant) -> None:
    del bot
    town.ai.hold("generation")
    await town.bob.slash(town.lounge, "imagine", prompt="a secret meadow")
    await town.ai.until(lambda: town.ai.pending() == 1)
    view = await town.alice.slash(town.lounge, "queue")
    assert view.ephemeral
    assert "nothing under way" in view.message.text
    assert "1 running" in view.message.text
    assert "meadow" not in view.message.text
    await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await says(town, view.message, "a harbour")
    town.ai.release()
    await says(town, view.message, "nothing under way")


async def test_daily_quotas_hold_and_count_what_was_made(town: Town) -> None:
    town.variables["DAILY_PICTURES"] = "1"
    async with town.bot():
        await imagined(town)
        refused = await town.alice.slash(town.lounge, "imagine", prompt="another")
        assert refused.ephemeral
        assert "more than 1 pictures today" in refused.message.text
        account = await town.alice.slash(town.lounge, "account")
        assert "**Pictures today:** 1 of 1" in (await account.answer()).text


async def test_a_servers_daily_quota_is_everybodys(town: Town) -> None:
    town.variables["SERVER_DAILY_PICTURES"] = "1"
    async with town.bot():
        await imagined(town)
        refused = await town.bob.slash(town.lounge, "imagine", prompt="another")
        assert "This server has made" in refused.message.text


async def test_roles_can_be_without_limits(town: Town) -> None:
    role = town.discord.world.role(town.guild, "patrons", to=[town.alice.user])
    town.variables |= {"DAILY_PICTURES": "1", "EXEMPT_ROLES": str(role.id)}
    async with town.bot():
        await imagined(town)
        await imagined(town)


async def test_roles_can_have_more_at_once_and_more_waiting(town: Town) -> None:
    role = town.discord.world.role(town.guild, "patrons", to=[town.alice.user])
    town.variables |= {"ROLE_LIMITS": f"{role.id}=3/1", "WAITING_JOBS": "0"}
    async with town.bot():
        town.ai.hold("generation")
        for number in range(4):
            await town.alice.slash(town.lounge, "imagine", prompt=f"harbour {number}")
        await town.ai.until(lambda: town.ai.pending() == 3)
        refused = await town.alice.slash(town.lounge, "imagine", prompt="one more")
        assert "4" in refused.message.text
        for number in range(2):
            await town.bob.slash(town.lounge, "imagine", prompt=f"meadow {number}")
        refused = await town.bob.slash(town.lounge, "imagine", prompt="one more")
        assert refused.ephemeral
        assert "2" in refused.message.text
        town.ai.release()


async def test_a_deletion_frees_nothing_and_a_failure_costs_nothing(town: Town) -> None:
    town.variables["DAILY_PICTURES"] = "2"
    async with town.bot() as bot:
        message = await imagined(town)
        await town.alice.press(message, "Delete")
        await town.discord.until(lambda: message.deleted, what="the deletion")
        town.ai.faults.fail_generation()
        failed = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
        await says(town, failed.message, "could not finish")
        while await bot.store.jobs.count_active(town.alice.user.id):
            await town.discord.clock.pulse.next(0.02)
        await imagined(town)
        refused = await town.alice.slash(town.lounge, "imagine", prompt="another")
        assert "more than 2 pictures today" in refused.message.text


async def test_operators_see_the_credits_and_others_do_not(town: Town) -> None:
    town.variables["OPERATOR_IDS"] = str(town.owner.user.id)
    async with town.bot():
        await imagined(town)
        told = await (await town.owner.slash(town.lounge, "account")).answer()
        assert "**Credits left:** 998" in told.text
        assert "Picture 2" in told.text
        told = await (await town.alice.slash(town.lounge, "account")).answer()
        assert "Credits left" not in told.text
