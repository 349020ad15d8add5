"""Every operation on pictures and videos as people reach it: commands, sources, provenance."""

import discord
import pytest

from bot.app import Vivant
from bot.store.records import Origin, Rating
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.studio import adult, done, imagined, moving, photo, png, says

EXPLICIT = {"EXPLICIT_ENABLED": "true"}


@pytest.fixture
async def open_town(town: Town) -> Town:
    """The same town with the operator's switch on."""
    town.variables |= EXPLICIT
    return town


async def grown_up(town: Town, bot: Vivant) -> None:
    """Alice has confirmed."""
    await bot.store.people.save(adult(town.alice.user.id))


async def pictured(town: Town) -> Message:
    """Alice's finished picture in the age-restricted channel."""
    asked = await town.alice.slash(town.stories, "imagine", prompt="a lighthouse")
    return await done(town, asked.message)


async def test_a_picture_of_ones_own_is_edited_by_words(town: Town, bot: Vivant) -> None:
    await imagined(town)
    asked = await town.alice.slash(town.lounge, "edit", instruction="make it night")
    await done(town, asked.message)
    (call,) = town.ai.calls.of("edit_image")
    (first,) = town.ai.calls.of("create_image_prompt")
    made = next(
        one for one in town.ai.state.prompts.values() if one.seed == int(first.body["seed"])
    )
    assert call.body["mediaId"] == made.media_ids[0]
    assert call.body["createdFromPromptId"] == made.prompt_id
    assert call.body["editModel"] == "GROK"
    newest = (await bot.store.media.of_owner(town.alice.user.id))[0]
    assert newest.origin is Origin.UPLOAD, "what a third party's model made counts as an upload"
    assert newest.rating is Rating.CLEAN


async def test_an_attached_picture_is_described_and_screened_before_use(
    town: Town, bot: Vivant
) -> None:
    asked = await town.alice.slash(
        town.lounge, "edit", instruction="make it night", picture=photo()
    )
    await done(town, asked.message)
    assert len(town.ai.calls.of("upload_file")) == 1
    (seen,) = town.ai.calls.of("generate_vision_prompt")
    (call,) = town.ai.calls.of("edit_image")
    assert call.body["mediaId"] == seen.body["mediaId"]
    taken = await bot.store.media.get(seen.body["mediaId"])
    assert taken is not None
    assert (taken.origin, taken.described) == (Origin.UPLOAD, True)
    made = (await bot.store.media.of_owner(town.alice.user.id))[0]
    assert made.origin is Origin.UPLOAD, "what is made from an upload stays one"


async def test_a_picture_that_cannot_be_described_is_not_used(town: Town, bot: Vivant) -> None:
    del bot
    town.ai.faults.fail("generate_vision_prompt", 500, times=9)
    asked = await town.alice.slash(town.lounge, "edit", instruction="night", picture=photo())
    await says(town, asked.message, "described")
    assert town.ai.calls.of("edit_image") == []


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (photo(b"plain words", "note.txt", "text/plain"), "none of them"),
        (photo(b"plain words"), "none of them"),
        (photo(png()[:200]), "damaged"),
        (photo(moving(), "film.webp", "image/webp"), "moves"),
        (photo(png(9000, 40)), "pixels"),
        (photo(png(8, 8)), "pixels"),
    ],
    ids=["not a picture", "wrong content", "truncated", "animated", "huge", "tiny"],
)
async def test_a_file_that_cannot_be_used_is_refused_in_words(
    town: Town, bot: Vivant, upload: object, words: str
) -> None:
    del bot
    asked = await town.alice.slash(town.lounge, "edit", instruction="night", picture=upload)  # type: ignore[arg-type]
    await says(town, asked.message, words)
    assert town.ai.calls.of("upload_file") == []


async def test_a_file_that_is_too_large_is_never_fetched(town: Town) -> None:
    town.variables["UPLOAD_BYTES"] = "1000"
    async with town.bot():
        large = photo(png(900, 900) + b"\0" * 2000)
        refused = await town.alice.slash(town.lounge, "edit", instruction="night", picture=large)
        assert "too large" in refused.message.text
        assert refused.ephemeral


async def test_nothing_to_start_from_is_said(town: Town, bot: Vivant) -> None:
    del bot
    refused = await town.alice.slash(town.lounge, "edit", instruction="night")
    assert "nothing" in refused.message.text.casefold() or "no picture" in refused.message.text
    assert refused.ephemeral


async def test_somebody_elses_result_cannot_be_named(town: Town, bot: Vivant) -> None:
    await imagined(town)
    (medium,) = await bot.store.media.of_owner(town.alice.user.id)
    refused = await town.bob.slash(town.lounge, "edit", instruction="night", result=medium.media_id)
    assert refused.ephemeral
    assert town.ai.calls.of("edit_image") == []


async def test_ones_own_results_are_offered_while_typing(town: Town, bot: Vivant) -> None:
    del bot
    await imagined(town)
    mine = await town.alice.autocomplete(town.lounge, "edit", "result", "light", instruction="x")
    assert "a lighthouse" in mine[0]["name"]
    assert await town.bob.autocomplete(town.lounge, "edit", "result", "", instruction="x") == []


async def test_upscale_takes_pictures_and_videos(town: Town, bot: Vivant) -> None:
    del bot
    await imagined(town)
    asked = await town.alice.slash(town.lounge, "upscale")
    await done(town, asked.message)
    assert len(town.ai.calls.of("upscale_image")) == 1
    asked = await town.alice.slash(town.lounge, "video animate", text="waves roll in")
    await done(town, asked.message)
    asked = await town.alice.slash(town.lounge, "upscale")
    await done(town, asked.message)
    assert len(town.ai.calls.of("upscale_video")) == 1


async def test_a_region_becomes_a_rectangle_for_google(town: Town, bot: Vivant) -> None:
    del bot
    await imagined(town)
    asked = await town.alice.slash(
        town.lounge, "inpaint", instruction="a red door", region="left half"
    )
    await done(town, asked.message)
    (call,) = town.ai.calls.of("inpaint_google")
    area = call.body["cropArea"]
    assert (area["x"], area["y"]) == (0, 0)
    assert area["width"] * 2 == pytest.approx(area["height"] * 72 / 128, rel=0.1)


async def test_without_a_mask_the_part_is_picked_on_a_grid_of_the_picture(
    town: Town, bot: Vivant
) -> None:
    del bot
    asked = await town.alice.slash(
        town.lounge, "inpaint", instruction="a red door", picture=photo(png(120, 90))
    )
    grid = await asked.answer()
    assert grid.ephemeral
    assert len(grid.attachments) == 1
    assert town.ai.calls.of("inpaint_google") == []
    asked = await town.alice.choose(grid, "One part or several", "Part 2", "Part 5")
    await done(town, asked.message)
    (call,) = town.ai.calls.of("inpaint_google")
    assert call.body["cropArea"] == {"x": 40, "y": 0, "width": 40, "height": 60}


async def test_an_engine_that_may_not_be_used_here_is_refused_before_a_region_is_picked(
    town: Town, bot: Vivant
) -> None:
    del bot
    await imagined(town)
    heard = len(town.ai.calls)
    refused = await town.alice.slash(
        town.lounge, "inpaint", instruction="a red door", engine="Standard"
    )
    assert refused.ephemeral
    assert "⚠️" in refused.message.text
    assert len(town.ai.calls) == heard


async def test_a_mask_of_another_size_is_refused(town: Town, bot: Vivant) -> None:
    del bot
    asked = await town.alice.slash(
        town.lounge,
        "inpaint",
        instruction="a red door",
        picture=photo(png(120, 90)),
        mask=photo(png(50, 50)),
    )
    await says(town, asked.message, "as wide and high")
    assert town.ai.calls.of("inpaint_google") == []


async def test_explicit_commands_exist_only_with_the_operators_switch(town: Town) -> None:
    async with town.bot():
        assert "adult" not in town.alice.commands(town.stories)
    town.variables |= EXPLICIT
    async with town.bot():
        assert "adult" in town.alice.commands(town.stories)
        assert "adult" not in town.alice.commands(town.lounge)


async def test_help_names_what_can_be_done_here_and_nothing_else(town: Town, bot: Vivant) -> None:
    del bot
    helped = await town.alice.slash(town.lounge, "help")
    assert "`/edit`: Change a picture by words." in helped.message.text
    assert "/adult" not in helped.message.text
    assert "/face swap" not in helped.message.text
    assert "Scenes run in age-restricted channels" in helped.message.text
    for path in ("/prompt improve", "/wardrobe poses", "/gallery", "/character create", "/privacy"):
        assert f"`{path}`" in helped.message.text
    assert "/settings" not in helped.message.text


async def test_help_names_every_group_to_whom_everything_is_open(town: Town) -> None:
    town.variables |= EXPLICIT
    async with town.bot() as bot:
        await bot.store.people.save(adult(town.owner.user.id))
        helped = await town.owner.slash(town.stories, "help")
        groups = {
            each.name for each in bot.tree.get_commands(type=discord.AppCommandType.chat_input)
        }
        missing = {name for name in groups - {"help"} if f"`/{name}" not in helped.message.text}
        assert missing == set()
        async with bot.store.server(town.guild.id) as server:
            server.blocked = [town.bob.user.id]
        refused = await town.bob.slash(town.stories, "help")
        assert "`/imagine`" not in refused.message.text
        assert "`/privacy`" in refused.message.text
        assert "can't use this bot here" in refused.message.text


ROWS_HERE: dict[str, tuple[dict[str, str | int], str]] = {
    "enhance": ({"prompt": "softer light"}, "create_enhance_image"),
    "face create": ({"prompt": "a calm face"}, "create_face"),
    "face improve": ({"details": "freckles"}, "create_edit_improve_face"),
    "face eyes": ({"details": "green"}, "edit_eyes"),
    "inpaint": ({"instruction": "a door", "region": "center", "engine": "Standard"}, "inpaint"),
    "adult upper": ({}, "create_edit_breasts"),
    "adult lower": ({}, "edit_vagina"),
    "profile train": ({"prompt": "a portrait"}, "create_character_training_data"),
    "wardrobe extract": ({}, "create_clothes"),
    "video animate": ({"text": "waves"}, "create_image_to_video"),
    "video expression": ({"expression": "SMILE_BIG"}, "create_character_expression_video"),
}


async def test_every_operation_runs_where_all_is_allowed(open_town: Town) -> None:
    town = open_town
    async with town.bot() as bot:
        await grown_up(town, bot)
        first = await pictured(town)
        source = (await bot.store.media.of_owner(town.alice.user.id))[0].media_id
        for command, (options, operation) in ROWS_HERE.items():
            given = options if command == "face create" else {**options, "result": source}
            asked = await town.alice.slash(town.stories, command, **given)
            await done(town, asked.message)
            assert len(town.ai.calls.of(operation)) == 1, operation
        assert "Enhance" in first.buttons


async def test_faces_are_refined_by_the_endpoint_that_has_the_options(open_town: Town) -> None:
    town = open_town
    async with town.bot() as bot:
        await grown_up(town, bot)
        await pictured(town)
        asked = await town.alice.slash(town.stories, "face improve", strength=40, engine="Refined")
        await done(town, asked.message)
        assert town.ai.calls.of("create_face_improve_prompt")[0].body["strength"] == 40


async def test_faces_are_swapped_between_ones_own_results_only(open_town: Town) -> None:
    town = open_town
    async with town.bot() as bot:
        await grown_up(town, bot)
        await pictured(town)
        await pictured(town)
        face, target = (one.media_id for one in await bot.store.media.of_owner(town.alice.user.id))
        asked = await town.alice.slash(town.stories, "face swap", face=face, result=target)
        await done(town, asked.message)
        (call,) = town.ai.calls.of("create_after_face_swap")
        assert call.body["faceSwap"] == {"mediaIds": [face]}
        refused = await town.alice.slash(town.stories, "face swap", face=face, picture=photo())
        assert "real person" in refused.message.text
        assert len(town.ai.calls.of("upload_file")) == 0


async def test_videos_go_on_and_get_smoother(open_town: Town) -> None:
    town = open_town
    async with town.bot() as bot:
        await grown_up(town, bot)
        await pictured(town)
        asked = await town.alice.slash(town.stories, "video animate", text="waves")
        await done(town, asked.message)
        asked = await town.alice.slash(town.stories, "video extend", text="more waves")
        await done(town, asked.message)
        asked = await town.alice.slash(town.stories, "video smooth")
        await done(town, asked.message)
        assert len(town.ai.calls.of("edit_video_increase_fps")) == 1


async def test_styles_and_poses_are_offered_as_the_policy_allows(town: Town) -> None:
    lora = next(one for one in town.ai.state.loras.values() if one.name == "Film grain")
    town.variables["ALLOWED_TEMPLATES"] = lora.lora_id
    async with town.bot():
        styles = await town.alice.autocomplete(town.lounge, "imagine", "style", "", prompt="x")
        assert [one["name"] for one in styles] == ["Film grain"]
        poses = await town.alice.autocomplete(town.lounge, "imagine", "pose", "", prompt="x")
        assert "explicit001" not in {one["value"] for one in poses}
        assert "standing001" in {one["value"] for one in poses}
        asked = await town.alice.slash(
            town.lounge, "imagine", prompt="x", style=lora.lora_id, pose="standing001"
        )
        await done(town, asked.message)
        body = town.ai.calls.of("create_image_prompt")[0].body
        assert body["modelTemplates"] == [{"id": lora.lora_id, "strength": 10}]
        assert body["pose"] == {"type": "STANDING", "id": "standing001"}
        refused = await town.alice.slash(town.lounge, "imagine", prompt="x", pose="explicit001")
        assert refused.ephemeral
        assert len(town.ai.calls.of("list_poses")) == 1, "the list is kept"
