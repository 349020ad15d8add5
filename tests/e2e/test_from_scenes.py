"""What Scenes and Studio do together: a moment's picture moves, a picture becomes a character."""

import pytest

from bot.app import Vivant
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.forging import forged
from tests.e2e.people import mira, reply, scene
from tests.e2e.scenes import answered, in_step
from tests.e2e.studio import adult, done, imagined, photo

CHARACTER = {
    "Name": "Runa",
    "In one line": "Walks in the rain",
    "Who they are": "Calm.",
    "First message": "Wet, isn't it?",
}


@pytest.fixture
async def grown(town: Town) -> None:
    """A town whose operator allows explicit content, and in which Alice and Bob are adults."""
    town.variables["EXPLICIT_ENABLED"] = "true"
    async with town.bot() as bot:
        for person in (town.alice, town.bob):
            await bot.store.people.save(adult(person.user.id))


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def moment(town: Town, thread: Channel) -> Message:
    """A picture of the moment, as the chat draws it or as a job makes it."""
    spoken = await answered(town.alice, thread, "Let us look at the storm.")
    await town.alice.press(spoken, "reply:photo")
    return await thread.message(
        lambda one: one.id > spoken.id and bool(one.attachments) and "Cancel" not in one.buttons
    )


async def filmed(town: Town, script: Message, words: str) -> Message:
    """The video of a script, after Alice changed it."""
    opened = await town.alice.press(script, "Change it")
    assert opened.fields[0] == "Text"
    asked = await town.alice.submit(opened, {"Text": words})
    return await done(town, asked.message)


async def test_a_clean_moment_moves_by_a_script_of_the_scene_that_can_be_changed(
    town: Town, thread: Channel
) -> None:
    picture = await moment(town, thread)
    proposed = await town.alice.press(picture, "Animate")
    script = await proposed.answer()
    assert proposed.ephemeral
    assert script.buttons == ["Make the video", "Change it"]
    (asked,) = town.ai.calls.of("generate_video_prompt")
    assert "storm" in asked.body["userInput"]
    video = await filmed(town, script, "Rain runs down the window.")
    (made,) = town.ai.calls.of("create_image_to_video")
    assert (made.body["text"], made.body["videoModel"]) == ("Rain runs down the window.", "GROK")
    assert video.attachments[0].content_type == "video/mp4"
    assert video in thread.messages
    again = await town.alice.press(script, "Make the video")
    await done(town, again.message)
    assert town.ai.calls.of("create_image_to_video")[1].body["text"] in script.text


@pytest.mark.usefixtures("grown")
async def test_the_chats_own_picture_moves_from_itself_from_its_menu_and_from_more(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    picture = await moment(town, thread)
    assert "Animate" in picture.buttons
    (own,) = await bot.store.media.of_owner(town.alice.user.id)
    assert (own.private, own.channel_id, own.job_id) == (False, thread.id, None)
    scripts = [await (await town.alice.press(picture, "Animate")).answer()]
    more = await town.alice.press(picture, "reply:more")
    scripts.append(await (await town.alice.press(more.message, "Animate")).answer())
    scripts.append(await (await town.alice.menu("Animate", picture)).answer())
    assert all("Make the video" in script.buttons for script in scripts)
    await filmed(town, scripts[-1], "The lamp turns.")
    (made,) = town.ai.calls.of("create_image_to_video")
    assert made.body["mediaId"] == own.media_id
    assert town.ai.calls.of("upload_file") == []
    refused = await town.bob.press(picture, "Animate")
    assert "belongs to" in refused.message.text
    await in_step(town, bot, thread)


@pytest.mark.usefixtures("grown")
async def test_a_moments_newest_version_is_what_the_studio_starts_from(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    picture = await moment(town, thread)
    await town.alice.press(picture, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in picture.buttons, what="another picture")
    await in_step(town, bot, thread)
    newest, first = await bot.store.media.of_owner(town.alice.user.id)
    opened = await town.alice.menu("Edit picture", picture)
    await done(town, (await town.alice.submit(opened, {"Instruction": "at night"})).message)
    await town.alice.press(picture, "reply:back")
    await town.discord.until(lambda: "1/2" in picture.buttons, what="the first picture")
    await in_step(town, bot, thread)
    shown = await town.alice.menu("More…", picture)
    await done(town, (await town.alice.press(shown.message, "Upscale")).message)
    assert town.ai.calls.of("edit_image")[0].body["mediaId"] == newest.media_id
    assert town.ai.calls.of("upscale_image")[0].body["mediaId"] == first.media_id
    named = await town.alice.autocomplete(thread, "video expression", "result", "Photo")
    assert {each["value"] for each in named} == {newest.media_id, first.media_id}
    region = {"instruction": "a door", "region": "center", "engine": "Standard"}
    asked = await town.alice.slash(thread, "inpaint", result=first.media_id, **region)
    await done(town, asked.message)


@pytest.mark.usefixtures("grown")
async def test_where_the_moment_may_not_be_seen_it_leads_nowhere(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    picture = await moment(town, thread)
    async with bot.store.person(town.alice.user.id) as person:
        person.adult_since = None
    refused = await town.alice.press(picture, "Animate")
    assert "confirmed" in refused.message.text
    more = await town.alice.press(picture, "reply:more")
    assert "Animate" not in more.message.buttons
    assert town.ai.calls.of("generate_video_prompt") == []


async def test_a_picture_that_is_not_of_the_scene_is_asked_about_by_a_form(
    town: Town, thread: Channel
) -> None:
    posted = await town.alice.say(thread, "// look", files=[photo()])
    opened = await town.alice.menu("Animate", posted)
    assert opened.fields[0] == "Text"
    message = await imagined(town)
    assert (await town.alice.press(message, "Animate")).fields[0] == "Text"
    assert town.ai.calls.of("generate_video_prompt") == []


async def test_a_script_that_cannot_be_had_is_said(town: Town, thread: Channel) -> None:
    picture = await moment(town, thread)
    town.ai.faults.fail("generate_video_prompt", 503, times=9)
    refused = await town.alice.press(picture, "Animate")
    assert "⚠️" in (await refused.answer()).text
    assert town.ai.calls.of("create_image_to_video") == []


async def test_the_card_on_top_of_a_scene_says_what_can_be_done_there(
    town: Town, thread: Channel, bot: Vivant
) -> None:
    card = next(one for one in thread.messages if "Just write" in one.text)
    assert "📷 takes a picture of the moment" in card.text
    assert "`history`" in card.text
    async with bot.store.server(town.guild.id) as server:
        server.switches = {"server": {"image": False}}
    other = await scene(town)
    card = next(one for one in other.messages if "Just write" in one.text)
    assert "📷" not in card.text


async def test_a_picture_becomes_a_character_that_keeps_its_face(town: Town, bot: Vivant) -> None:
    asked = await town.alice.slash(town.stories, "imagine", prompt="a woman in a raincoat")
    message = await done(town, asked.message)
    opened = await town.alice.press(message, "Use as character")
    made = await town.alice.submit(opened, CHARACTER)
    assert "is ready" in (await made.answer()).text
    (character,) = await bot.store.characters.of_owner(town.alice.user.id)
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    assert [character.media_id] == job.media_ids
    assert (character.drawn_name, character.look) == (job.body["name"], "a woman in a raincoat")
    (held,) = town.ai.state.characters.values()
    assert held.media_id == character.media_id
    thread = await scene(town, name="Runa")
    await reply(town, thread, "Come in.")
    await town.alice.slash(thread, "chat photo")
    await town.ai.until(lambda: len(town.ai.calls.of("create_image_prompt")) == 2)
    assert town.ai.calls.of("create_image_prompt")[1].body["name"] == job.body["name"]


async def test_only_clean_own_public_pictures_become_characters(town: Town, bot: Vivant) -> None:
    message = await imagined(town)
    edited = await town.alice.slash(town.lounge, "edit", instruction="night", picture=photo())
    await done(town, edited.message)
    hidden = await imagined(town, private=True)
    assert "Use as character" in message.buttons
    assert "Use as character" not in [*edited.message.buttons, *hidden.buttons]
    stolen = await town.bob.press(message, "Use as character")
    assert "belongs to" in stolen.message.text
    private, upload, _ = await bot.store.jobs.of_owner(town.alice.user.id)
    for job in (private, upload):
        button = f"character:of:{job.job_id}:0"
        refused = await forged(town, bot, town.alice, town.lounge, button)
        assert "⚠️" in refused.message.text
    assert town.ai.state.characters == {}
