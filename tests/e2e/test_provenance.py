"""Where a medium comes from follows it through all that is made of it, and nobody can say other."""

import pytest

from bot.app import Vivant
from bot.errors import Gone
from bot.store.records import Medium, Origin, Rating
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.forging import forged
from tests.e2e.studio import adult, done, photo, says

EXPLICIT_EDIT = "adult upper"


@pytest.fixture(autouse=True)
def explicit(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"


async def newest(bot: Vivant, town: Town) -> Medium:
    return (await bot.store.media.of_owner(town.alice.user.id, limit=1))[0]


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
