"""What can be done with results: buttons, forms, menus, batches, and what their message shows."""

import pytest

from bot.app import Vivant
from sandbox.aliveai import Dialect
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.forging import forged
from tests.e2e.people import moderator
from tests.e2e.studio import done, imagined, photo, says

pytestmark = pytest.mark.usefixtures("bot")


async def newest(town: Town, after: Message) -> Message:
    """The bot's next message in the lounge, once finished."""
    me = town.discord.world.bot.user

    def found(one: Message) -> bool:
        return one.id > after.id and one.author is me and bool(one.attachments)

    return await town.lounge.message(found)


async def test_only_what_the_policy_allows_here_is_offered(town: Town) -> None:
    message = await imagined(town)
    assert message.buttons == [
        *("Again", "Vary", "Edit", "Upscale", "Animate"),
        *("Use as character", "Details", "Delete", "Report"),
    ]


async def test_edit_asks_for_words_and_changes_this_picture(town: Town) -> None:
    first = await imagined(town)
    await imagined(town)
    opened = await town.alice.press(first, "Edit")
    assert opened.fields == ["Instruction"]
    asked = await town.alice.submit(opened, {"Instruction": "make it night"})
    await done(town, asked.message)
    made = next(iter(town.ai.state.prompts.values()))
    assert town.ai.calls.of("edit_image")[0].body["mediaId"] == made.media_ids[0]


async def test_vary_keeps_the_seed_and_changes_the_words(town: Town) -> None:
    message = await imagined(town, negative="fog")
    opened = await town.alice.press(message, "Vary")
    assert opened.fields[0] == "Prompt"
    asked = await town.alice.submit(opened, {"Prompt": "a harbour", "Negative": ""})
    await done(town, asked.message)
    first, second = (call.body for call in town.ai.calls.of("create_image_prompt"))
    assert (first["seed"], first["name"]) == (second["seed"], second["name"])
    assert second["appearance"] == "a harbour"
    assert "negativeDetails" not in second


async def test_upscale_runs_at_once_and_animate_asks(town: Town) -> None:
    message = await imagined(town)
    larger = await town.alice.press(message, "Upscale")
    await done(town, larger.message)
    opened = await town.alice.press(message, "Animate")
    asked = await town.alice.submit(opened, {"Text": "waves roll in"})
    video = await done(town, asked.message)
    assert [one.content_type for one in video.attachments] == ["video/mp4"]
    assert "Smooth" in video.buttons
    assert "Extend" not in video.buttons


async def test_again_repeats_an_edit_with_its_source(town: Town) -> None:
    await imagined(town)
    asked = await town.alice.slash(town.lounge, "edit", instruction="night")
    edited = await done(town, asked.message)
    again = await town.alice.press(edited, "Again")
    await done(town, again.message)
    first, second = (call.body for call in town.ai.calls.of("edit_image"))
    assert first["mediaId"] == second["mediaId"]
    assert first["seed"] != second["seed"]


async def test_details_tell_the_family_and_show_it_here_again(town: Town) -> None:
    message = await imagined(town)
    larger = await town.alice.press(message, "Upscale")
    await done(town, larger.message)
    parent = await town.alice.press(message, "Details")
    assert "Made into" in parent.message.text
    assert larger.message.link in parent.message.text
    child = await town.alice.press(larger.message, "Details")
    assert message.link in child.message.text
    shown = await town.alice.press(child.message, "Show here")
    again = await shown.answer()
    assert not again.ephemeral
    assert again.attachments
    assert "Again" in again.buttons


async def test_a_stranger_cannot_show_somebody_elses_result_here(town: Town) -> None:
    message = await imagined(town)
    details = await town.bob.press(message, "Details")
    refused = await town.bob.press(details.message, "Show here")
    assert refused.ephemeral
    assert not refused.message.attachments


async def test_ping_me_calls_one_person_when_it_is_done(town: Town) -> None:
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await says(town, asked.message, "Taken")
    note = await town.alice.press(asked.message, "Ping me")
    assert note.ephemeral
    refused = await town.bob.press(asked.message, "Ping me")
    assert "belongs to" in refused.message.text
    town.ai.release()
    call = await town.lounge.message(lambda one: "it is done: " in one.text)
    assert call.mentions == [town.alice.user.id]
    assert asked.message.link in call.text


async def test_edit_by_menu_works_on_anybodys_picture_as_an_upload(town: Town) -> None:
    posted = await town.bob.say(town.lounge, "look", files=[photo()])
    opened = await town.alice.menu("Edit picture", posted)
    asked = await town.alice.submit(opened, {"Instruction": "make it night"})
    await done(town, asked.message)
    assert len(town.ai.calls.of("generate_vision_prompt")) == 1


async def test_more_offers_what_the_other_menus_do_not(town: Town) -> None:
    message = await imagined(town)
    shown = await town.alice.menu("More…", message)
    assert shown.ephemeral
    assert shown.message.buttons == ["Upscale", "Describe", "Details"]
    details = await town.alice.press(shown.message, "Details")
    assert "a lighthouse" in details.message.text
    larger = await town.alice.press(shown.message, "Upscale")
    await done(town, larger.message)


async def test_more_describes_and_enlarges_anybodys_picture_as_an_upload(town: Town) -> None:
    posted = await town.bob.say(town.lounge, "look", files=[photo()])
    shown = await town.alice.menu("More…", posted)
    assert shown.message.buttons == ["Upscale", "Describe"]
    told = await town.alice.press(shown.message, "Describe")
    assert "Make the picture" in (await told.answer()).buttons


async def test_a_message_of_another_channel_cannot_be_pointed_at(town: Town, bot: Vivant) -> None:
    elsewhere = await town.bob.say(town.stories, "look", files=[photo()])
    refused = await forged(town, bot, town.alice, town.lounge, f"from:upscale_image:{elsewhere.id}")
    assert "There is no picture" in refused.message.text
    assert town.ai.calls.of("upload_file") == []


async def test_a_menu_on_a_message_without_a_picture_says_so(town: Town) -> None:
    posted = await town.bob.say(town.lounge, "no picture here")
    refused = await town.alice.menu("Animate", posted)
    assert refused.ephemeral
    assert "no picture" in refused.message.text


async def test_a_source_deleted_meanwhile_is_said(town: Town) -> None:
    await imagined(town)
    town.ai.state.media.clear()
    asked = await town.alice.slash(town.lounge, "edit", instruction="night")
    await says(town, asked.message, "⚠️")
    assert "Cancel" not in asked.message.buttons


async def test_a_batch_is_one_message_with_one_set_of_buttons(town: Town, bot: Vivant) -> None:
    message = await imagined(town, count=3)
    await town.discord.until(lambda: len(message.attachments) == 3, what="three pictures")
    bodies = [call.body for call in town.ai.calls.of("create_image_prompt")]
    assert len({body["seed"] for body in bodies}) == 3
    assert len({body["name"] for body in bodies}) == 3
    assert message.buttons.count("Upscale") == 1
    jobs = {job.number: job for job in await bot.store.jobs.of_owner(town.alice.user.id)}
    await town.alice.choose(message, "Which picture?", "Picture 2")
    larger = await town.alice.press(message, "Upscale")
    await done(town, larger.message)
    body = town.ai.calls.of("upscale_image")[0].body
    assert body["mediaId"] == jobs[1].media_ids[0]
    assert len(message.attachments) == 3


async def test_one_of_a_batch_can_fail_or_be_deleted_alone(town: Town) -> None:
    town.ai.faults.fail_generation(nth=2)
    message = await imagined(town, count=2)
    await says(town, message, "could not finish")
    assert len(message.attachments) == 1
    await town.alice.press(message, "Delete")
    await town.discord.until(lambda: not message.attachments, what="the deletion of one")
    assert not message.deleted


async def test_a_batch_that_is_taken_down_goes_as_a_whole(town: Town, bot: Vivant) -> None:
    message = await imagined(town, count=2)
    await town.discord.until(lambda: len(message.attachments) == 2, what="two pictures")
    media = await bot.store.media.of_owner(town.alice.user.id)
    opened = await town.bob.press(message, "Report")
    await (await town.bob.submit(opened, {"What is wrong with it?": "it"})).answer()
    (complaint,) = await bot.store.reports.of_owner(town.bob.user.id)
    mod = moderator(town)
    await forged(town, bot, mod, town.lounge, f"report:takedown:{complaint.report_id}")
    await town.discord.until(lambda: message.deleted, what="the deletion")
    while await bot.store.jobs.of_owner(town.alice.user.id):
        await town.discord.clock.pulse.next(0.02)
    kept = [await bot.store.media.get(one.media_id) for one in media]
    assert [one.barred for one in kept if one] == [True, True]
    assert len(town.ai.calls.of("delete_prompt")) == 2


async def test_who_may_use_nothing_is_offered_nothing_and_no_list_is_read(
    town: Town, bot: Vivant
) -> None:
    async with bot.store.server(town.guild.id) as server:
        server.blocked = [town.bob.user.id]
    for option in ("style", "pose", "clothes"):
        assert await town.bob.autocomplete(town.lounge, "imagine", option, "", prompt="x") == []
    assert [call.operation for call in town.ai.calls] == []


async def test_cancel_stops_the_whole_batch(town: Town) -> None:
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour", count=4)
    await town.ai.until(lambda: town.ai.pending() == 2)
    await town.alice.press(asked.message, "Cancel")
    await town.discord.until(lambda: asked.message.text.count("Cancelled") == 4, what="the end")
    await town.ai.until(lambda: town.ai.pending() == 0)


@pytest.mark.parametrize("kind", ["container", "binary"])
async def test_a_preview_is_shown_when_one_comes(town: Town, kind: str) -> None:
    town.ai.dialect = Dialect(previews=kind)  # type: ignore[arg-type]
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    await town.ai.until(lambda: town.ai.listeners(next(iter(town.ai.state.prompts))) == 1)
    await town.ai.step("generation", times=4)
    await town.discord.until(lambda: bool(asked.message.attachments), what="a preview")
    assert asked.message.attachments[0].filename.startswith("preview-")
    assert "Cancel" in asked.message.buttons
    town.ai.release()
    await done(town, asked.message)
    assert [one.filename[:7] for one in asked.message.attachments] == ["vivant-"]


async def test_time_left_is_learned_and_told_as_a_range(town: Town, bot: Vivant) -> None:
    for seconds in (20, 25, 40):
        await bot.jobs.estimates.note_seconds("create_image_prompt", {}, seconds)
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.ai.until(lambda: town.ai.pending() == 1)
    await town.ai.step("generation", times=3)
    await says(town, asked.message, "s left")
    town.ai.release()
    await done(town, asked.message)
    low, high = await bot.jobs.estimates.seconds("create_image_prompt", {}) or (0, 0)
    assert low < 25 < high


async def test_what_a_video_costs_is_learned_and_told_before(town: Town, bot: Vivant) -> None:
    await imagined(town)
    asked = await town.alice.slash(town.lounge, "video animate", text="waves")
    await done(town, asked.message)
    assert await bot.jobs.estimates.cost("create_image_to_video", {"videoModel": "GROK"}) == 10
    town.ai.hold("generation")
    asked = await town.alice.slash(town.lounge, "video animate", text="waves")
    await says(town, asked.message, "about 10 credits")
    town.ai.release()
    await done(town, asked.message)


async def test_helpers_write_and_end_in_a_button_that_makes_it(town: Town) -> None:
    written = await town.alice.slash(town.lounge, "prompt improve", text="a lighthouse")
    answer = await written.answer()
    assert answer.ephemeral
    asked = await town.alice.press(answer, "Make the picture")
    await done(town, asked.message)
    assert "a lighthouse" in town.ai.calls.of("create_image_prompt")[0].body["appearance"]


async def test_pictures_are_described_and_scripted(town: Town) -> None:
    seen = await town.alice.slash(town.lounge, "prompt describe", picture=photo())
    assert "picture" in (await seen.answer()).text
    await imagined(town)
    script = await town.alice.slash(town.lounge, "prompt video-script", text="waves roll in")
    answer = await script.answer()
    asked = await town.alice.press(answer, "Make the video")
    await done(town, asked.message)
    assert len(town.ai.calls.of("create_image_to_video")) == 1


async def test_prompts_are_updated(town: Town) -> None:
    updated = await town.alice.slash(
        town.lounge, "prompt update", text="a keeper with grey hair", hair="red"
    )
    assert "red" in (await updated.answer()).text


async def test_the_wardrobe_shows_what_may_be_used_here(town: Town) -> None:
    asked = await town.alice.slash(town.lounge, "wardrobe poses")
    poses = await asked.answer()
    assert "standing001" in poses.text
    assert "explicit001" not in poses.text
    chosen = await town.alice.choose(poses, "Look at one", "standing001")
    shown = await chosen.answer()
    assert "/imagine" in shown.text
    clothes = await (await town.alice.slash(town.lounge, "wardrobe clothes")).answer()
    assert "nothing here" in clothes.text
    profiles = await (await town.alice.slash(town.lounge, "profile list")).answer()
    assert "Ada" not in profiles.text


async def test_forged_lists_and_operations_are_refused_in_words(town: Town, bot: Vivant) -> None:
    await imagined(town)
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    for custom_id in ("shelf:attic:0", f"make:no_such:{job.job_id}:0", "gallery:attic:1"):
        refused = await forged(town, bot, town.alice, town.lounge, custom_id)
        assert "⚠️" in refused.message.text
        assert "my side" not in refused.message.text
