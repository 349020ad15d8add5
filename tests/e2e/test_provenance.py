"""Where a medium comes from follows it through all that is made of it, and nobody can say other."""

import pytest

from bot.app import Vivant
from bot.errors import Gone
from bot.store.records import Medium, Origin, Rating
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.forging import forged
from tests.e2e.studio import adult, done, imagined, photo, png, says

EXPLICIT_EDIT = "adult upper"
FORBIDDEN = {
    *("create_edit_breasts", "create_after_face_swap", "create_chat_character"),
    *("create_character_vision", "update_character_vision"),
}


@pytest.fixture(autouse=True)
def explicit(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"


async def newest(bot: Vivant, town: Town) -> Medium:
    return (await bot.store.media.of_owner(town.alice.user.id, limit=1))[0]


async def newest_result(bot: Vivant, town: Town) -> Medium:
    """The newest medium that a job made, rather than took in."""
    media = await bot.store.media.of_owner(town.alice.user.id, limit=5)
    return next(one for one in media if one.job_id)


async def made(town: Town, command: str, **options: object) -> Message:
    asked = await town.alice.slash(town.stories, command, **options)  # type: ignore[arg-type]
    return await done(town, asked.message)


async def test_what_began_as_an_upload_stays_one_through_every_step(town: Town) -> None:
    async with town.bot() as bot:
        await bot.store.people.save(adult(town.alice.user.id))
        message = await made(town, "edit", instruction="night", picture=photo())
        chain = [(await newest(bot, town)).media_id]
        larger = await town.alice.press(message, "Upscale")
        await done(town, larger.message)
        chain.append((await newest(bot, town)).media_id)
        await made(town, "inpaint", instruction="a door", region="center")
        chain.append((await newest(bot, town)).media_id)
        await made(town, "video animate", text="waves")
        chain.append((await newest(bot, town)).media_id)
        await made(town, "video smooth")
        chain.append((await newest(bot, town)).media_id)
        again = await town.alice.press(message, "Again")
        await done(town, again.message)
        chain.append((await newest(bot, town)).media_id)
        media = [await bot.store.media.get(media_id) for media_id in chain]
        assert len(set(chain)) == len(chain)
        assert [one.origin for one in media if one] == [Origin.UPLOAD] * len(chain)
        assert {one.rating for one in media if one} == {Rating.CLEAN}
        for media_id in chain[:3]:
            refused = await town.alice.slash(town.stories, EXPLICIT_EDIT, result=media_id)
            assert "real person" in refused.message.text
        assert town.ai.calls.of("create_edit_breasts") == []


async def test_one_upload_anywhere_in_a_body_taints_what_is_made_of_it(town: Town) -> None:
    async with town.bot() as bot:
        await bot.store.people.save(adult(town.alice.user.id))
        own = await imagined(town)
        (before,) = await bot.store.media.of_owner(town.alice.user.id)
        assert before.origin is Origin.OWN
        (file,) = own.attachments
        size = file.size_in_pixels or (64, 64)
        tainted = []
        for command, options in (
            ("edit", {"instruction": "night", "mask": photo(png(*size)), "model": "GROK"}),
            ("video animate", {"text": "waves", "last_frame": photo(), "model": "GROK"}),
            ("inpaint", {"instruction": "a door", "mask": photo(png(*size))}),
        ):
            await made(town, command, result=before.media_id, **options)
            tainted.append(await newest_result(bot, town))
        # Our own picture, uploaded once more, is anybody's picture.
        again = photo(file.content, name=file.filename)
        await made(town, "upscale", picture=again)
        tainted.append(await newest_result(bot, town))
        await made(town, "imagine", prompt="a lighthouse", model="GROK", count=2)
        tainted += (await bot.store.media.of_owner(town.alice.user.id, limit=2))[:2]
        assert [one.origin for one in tainted] == [Origin.UPLOAD] * 6
        offered = await town.alice.autocomplete(
            town.stories, "character from-picture", "picture", name="Runa"
        )
        jobs = {one.job_id for one in tainted}
        assert jobs.isdisjoint(each["value"] for each in offered)
        for one in tainted:
            forged_one = await town.alice.slash(
                town.stories, "character from-picture", picture=one.job_id or "", name="Runa"
            )
            assert "⚠️" in (await forged_one.answer()).text
            for command, field in ((EXPLICIT_EDIT, "result"), ("face swap", "face")):
                source = {} if field == "result" else {"result": before.media_id}
                refused = await town.alice.slash(
                    town.stories, command, **source, **{field: one.media_id}
                )
                assert refused.ephemeral
                assert "⚠️" in refused.message.text
        heard = {call.operation for call in town.ai.calls}
        assert heard.isdisjoint(FORBIDDEN)


async def test_what_is_typed_freely_where_lists_are_offered_is_looked_at_all_the_same(
    town: Town,
) -> None:
    async with town.bot() as bot:
        await bot.store.people.save(adult(town.alice.user.id))
        await made(town, "imagine", prompt="a lighthouse")
        heard = len(town.ai.calls.of("create_image_prompt"))
        for options in (
            {"style": "no-such-style"},
            {"pose": "no-such-pose"},
            {"clothes": "no-such-clothes"},
            {"model": "NANOBANANA"},
            {"model": "REALISM"},
        ):
            refused = await town.alice.slash(
                town.lounge, "imagine", prompt="a lighthouse", **options
            )
            answer = refused.message if not refused.deferred else await refused.answer()
            assert answer.ephemeral
            assert "⚠️" in answer.text
        profile = await town.alice.slash(
            town.stories, "profile imagine", prompt="a lighthouse", profile="somebody"
        )
        assert "⚠️" in (await profile.answer()).text
        assert len(town.ai.calls.of("create_image_prompt")) == heard
        assert town.ai.calls.of("create_character_image") == []


async def test_ids_typed_by_hand_or_forged_are_nobodys(town: Town) -> None:
    async with town.bot() as bot:
        await bot.store.people.save(adult(town.alice.user.id))
        await made(town, "imagine", prompt="a lighthouse")
        (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
        theirs = town.ai.state.keep(next(iter(town.ai.state.media.values())).recipe, "IMAGE", "x")
        heard = len(town.ai.calls.of("upscale_image"))
        for media_id in (theirs.media_id, "0", "../../me"):
            refused = await town.alice.slash(town.stories, "upscale", result=media_id)
            assert refused.ephemeral
            assert "⚠️" in refused.message.text
        for custom_id in (f"make:upscale_image:{job.job_id}:7", "make:upscale_image:nojob:0"):
            refused = await forged(town, bot, town.alice, town.stories, custom_id)
            assert "⚠️" in refused.message.text
        assert len(town.ai.calls.of("upscale_image")) == heard


async def test_a_file_is_fetched_from_discords_own_store_by_its_id_and_from_nowhere_else(
    town: Town, bot: Vivant
) -> None:
    posted = await town.bob.say(town.lounge, "look", files=[photo()])
    (file,) = posted.attachments
    opened = await town.alice.menu("Edit picture", posted)
    asked = await town.alice.submit(opened, {"Instruction": "make it night"})
    await done(town, asked.message)
    (job,) = await bot.store.jobs.of_owner(town.alice.user.id)
    assert job.source_file is not None
    assert job.source_file.file_id == file.id
    url, limit = job.source_file.url, 10**6
    assert await bot.stage.fetch(url, file_id=file.id, limit=limit)
    elsewhere = url.replace("127.0.0.1", "127.0.0.2")
    for other, file_id in ((elsewhere, file.id), (url, file.id + 1), (f"{url}/../../x", 0)):
        with pytest.raises(Gone):
            await bot.stage.fetch(other, file_id=file_id, limit=limit)


async def test_what_a_screened_picture_shows_is_asked_before_it_is_used_anywhere(
    town: Town, bot: Vivant
) -> None:
    town.ai.faults.fail("generate_vision_prompt", 500, times=9)
    asked = await town.alice.slash(town.lounge, "upscale", picture=photo())
    await says(town, asked.message, "described")
    assert bot.is_ready()
    assert town.ai.calls.of("upscale_image") == []
