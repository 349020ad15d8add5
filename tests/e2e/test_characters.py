"""Characters and personas as people make, change and exchange them."""

import json

import pytest

from bot import cards
from sandbox.discord import Message, Upload
from tests.e2e.conftest import Town

pytestmark = pytest.mark.usefixtures("bot")

CARD = cards.Card("Juno", "Repairs old radios.", "A radio fan", "Tuned in, {{user}}?", ("Ahoy.",))
NEW = {
    "Name": "Mira",
    "In one line": "Keeper of the old lighthouse",
    "Who they are": "Calm, curious, fond of storms.",
    "First message": "Welcome, {{user}}. The lamp is lit.",
}


async def made(town: Town, **changes: object) -> None:
    opened = await town.alice.slash(town.stories, "character create")
    submitted = await town.alice.submit(opened, {**NEW, **changes})
    assert "is ready" in (await submitted.answer()).text


async def imported(town: Town, file: Upload) -> Message:
    asked = await town.alice.slash(town.stories, "character import", file=file)
    return await asked.answer()


async def test_an_edit_changes_the_character_at_the_api_too(town: Town) -> None:
    await made(town)
    opened = await town.alice.slash(town.stories, "character edit", character="Mira")
    assert opened.fields == ["Name", "In one line", "Who they are", "First message", "File"]
    edited = await town.alice.submit(opened, {"Name": "Mirabel"})
    assert "changed" in (await edited.answer()).text
    (held,) = town.ai.state.characters.values()
    assert (held.name, held.bio) == ("Mirabel", NEW["Who they are"])
    listed = await town.alice.slash(town.stories, "character list")
    assert "Mirabel" in (await listed.answer()).text


async def test_a_long_bio_goes_by_file_and_stays_when_the_rest_is_edited(town: Town) -> None:
    bio = "She hums. " * 900
    await made(town, File=Upload("bio.txt", bio.encode(), "text/plain"), **{"Who they are": ""})
    (held,) = town.ai.state.characters.values()
    assert held.bio == bio
    opened = await town.alice.slash(town.stories, "character edit", character="Mira")
    assert "Who they are" not in opened.fields
    edited = await town.alice.submit(opened, {"In one line": "Hums"})
    await edited.answer()
    assert (held.bio, held.short_bio) == (bio, "Hums")


async def test_a_card_is_imported_with_a_report(town: Town) -> None:
    told = await imported(town, Upload("juno.png", cards.write_png(CARD, None), "image/png"))
    assert "uploads can't stand for a character" in told.text
    (held,) = town.ai.state.characters.values()
    assert (held.name, held.bio, held.media_id) == ("Juno", CARD.bio, None)


async def test_what_is_no_card_is_refused_in_words(town: Town) -> None:
    told = await imported(town, Upload("notes.json", b"[]", "application/json"))
    assert "can't find a character card" in told.text
    assert town.ai.state.characters == {}


async def test_a_card_about_a_minor_is_refused(town: Town) -> None:
    card = {"name": "Ana", "description": "Ana is 14 years old.", "first_mes": "Hi."}
    told = await imported(town, Upload("ana.json", json.dumps(card).encode()))
    assert "minors" in told.text
    assert town.ai.state.characters == {}


@pytest.mark.parametrize("kind", ["PNG", "V3", "V2"])
async def test_an_export_can_be_imported_again(town: Town, kind: str) -> None:
    await imported(town, Upload("juno.json", cards.write(CARD, 2)))
    asked = await town.alice.slash(town.stories, "character export", character="Juno", kind=kind)
    (file,) = (await asked.answer()).attachments
    assert cards.read(file.content) == CARD


async def test_a_shared_character_can_be_met_but_not_changed_by_others(town: Town) -> None:
    await made(town)
    await town.alice.slash(town.stories, "character share", character="Mira")
    shown = await town.bob.slash(town.stories, "character show", character="Mira")
    assert "fond of storms" in (await shown.answer()).text
    for command in ("edit", "delete", "export"):
        refused = await town.bob.slash(town.stories, f"character {command}", character="Mira")
        assert "can't find that character" in (await refused.answer()).text


async def test_a_deleted_character_is_gone_there_and_here(town: Town) -> None:
    await made(town)
    asked = await town.alice.slash(town.stories, "character delete", character="Mira")
    assert "deleted" in (await asked.answer()).text
    assert all(each.deleted for each in town.ai.state.characters.values())
    started = await town.alice.slash(town.stories, "chat start", character="Mira")
    assert "can't find that character" in (await started.answer()).text


async def test_a_character_deleted_at_the_api_is_said_to_be_gone(town: Town) -> None:
    await made(town)
    for held in town.ai.state.characters.values():
        held.deleted = True
    for command in ("character show", "chat start"):
        asked = await town.alice.slash(town.stories, command, character="Mira")
        assert "can't find that character" in (await asked.answer()).text


async def test_a_picture_becomes_a_character_after_a_refinement(town: Town) -> None:
    imagined = await town.alice.slash(town.stories, "imagine", prompt="a woman in a raincoat")
    await town.discord.until(lambda: bool(imagined.message.attachments), what="the picture")
    (offered,) = await town.alice.autocomplete(
        town.stories, "character from-picture", "picture", name="Runa"
    )
    asked = await town.alice.slash(
        town.stories, "character from-picture", picture=offered["value"], name="Runa"
    )
    draft = await asked.answer()
    assert "raincoat" in draft.text
    opened = await town.alice.press(draft, "Refine")
    await town.alice.submit(opened, {"What shall change?": "make her shyer"})
    await town.discord.until(lambda: "make her shyer" in draft.text, what="the refinement")
    await town.alice.press(draft, "Accept")
    await town.discord.until(lambda: "is ready" in draft.text, what="the character")
    (held,) = town.ai.state.characters.values()
    assert held.media_id in town.ai.state.media
    listed = await town.alice.slash(town.stories, "character list")
    assert len((await listed.answer()).attachments) == 1


async def test_somebody_elses_picture_does_not_become_a_character(town: Town) -> None:
    imagined = await town.alice.slash(town.stories, "imagine", prompt="a woman in a raincoat")
    await town.discord.until(lambda: bool(imagined.message.attachments), what="the picture")
    (offered,) = await town.alice.autocomplete(
        town.stories, "character from-picture", "picture", name="Runa"
    )
    refused = await town.bob.slash(
        town.stories, "character from-picture", picture=offered["value"], name="Runa"
    )
    assert "belongs to" in (await refused.answer()).text


async def test_everybody_has_a_persona_and_the_last_one_stays(town: Town) -> None:
    listed = await town.alice.slash(town.stories, "persona list")
    assert "alice" in (await listed.answer()).text
    refused = await town.alice.slash(town.stories, "persona delete", persona="alice")
    assert "only persona" in (await refused.answer()).text


async def test_personas_are_created_changed_chosen_and_deleted(town: Town) -> None:
    for name in ("Ada", "Zed"):
        opened = await town.alice.slash(town.stories, "persona create")
        await (await town.alice.submit(opened, {"Name": name, "About you": "tall"})).answer()
    opened = await town.alice.slash(town.stories, "persona edit", persona="Zed")
    await (await town.alice.submit(opened, {"Name": "Zoe"})).answer()
    await (await town.alice.slash(town.stories, "persona default", persona="Zoe")).answer()
    listed = await (await town.alice.slash(town.stories, "persona list")).answer()
    assert "**Zoe** · default" in listed.text
    deleted = await town.alice.slash(town.stories, "persona delete", persona="Zoe")
    await deleted.answer()
    assert [held.name for held in town.ai.state.personas.values() if not held.default] == ["Ada"]


async def test_a_persona_of_a_chat_is_kept_and_the_refusal_is_worded(town: Town) -> None:
    await made(town)
    started = await town.alice.slash(town.stories, "chat start", character="Mira")
    await started.answer()
    opened = await town.alice.slash(town.stories, "persona create")
    await (await town.alice.submit(opened, {"Name": "Ada"})).answer()
    refused = await town.alice.slash(town.stories, "persona delete", persona="alice")
    assert "still has a chat" in (await refused.answer()).text
