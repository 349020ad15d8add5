"""Everybody leafs through their own finished work, and nobody else's."""

import pytest

from tests.e2e.conftest import Town
from tests.e2e.studio import done, imagined, says

pytestmark = pytest.mark.usefixtures("bot")


async def test_the_gallery_shows_ones_own_pictures_newest_first(town: Town) -> None:
    await imagined(town)
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await done(town, asked.message)
    page = await (await town.alice.slash(town.lounge, "gallery")).answer()
    assert page.ephemeral
    assert len(page.attachments) == 2
    assert page.text.index("a harbour") < page.text.index("a lighthouse")
    other = await (await town.bob.slash(town.lounge, "gallery")).answer()
    assert "Nothing of yours" in other.text


async def test_it_turns_pages_with_fresh_addresses(town: Town) -> None:
    for _ in range(5):
        await imagined(town)
    page = await (await town.alice.slash(town.lounge, "gallery")).answer()
    assert len(page.attachments) == 4
    town.ai.faults.expire_addresses()
    await town.alice.press(page, "▶️")
    await town.discord.until(lambda: len(page.attachments) == 1, what="the second page")
    assert "2/2" in page.buttons


async def test_it_searches_ones_own_words_and_filters_by_type(town: Town) -> None:
    await imagined(town)
    asked = await town.alice.slash(town.lounge, "video animate", text="waves roll in")
    await done(town, asked.message)
    found = await (await town.alice.slash(town.lounge, "gallery", search="WAVES")).answer()
    assert "lighthouse" not in found.text
    videos = await (await town.alice.slash(town.lounge, "gallery", type="videos")).answer()
    assert [one.content_type for one in videos.attachments] == ["video/mp4"]


async def test_favourites_are_marked_and_found(town: Town) -> None:
    await imagined(town)
    page = await (await town.alice.slash(town.lounge, "gallery")).answer()
    await town.alice.choose(page, "Choose one", "1. a lighthouse")
    await town.discord.until(lambda: "Favourite" in page.buttons, what="the work")
    await town.alice.press(page, "Favourite")
    await town.discord.until(lambda: "No favourite" in page.buttons, what="the mark")
    found = await (await town.alice.slash(town.lounge, "gallery", type="favourites")).answer()
    assert "a lighthouse" in found.text


async def test_deleting_asks_first_and_then_deletes_at_the_api(town: Town) -> None:
    message = await imagined(town)
    page = await (await town.alice.slash(town.lounge, "gallery")).answer()
    await town.alice.choose(page, "Choose one", "1. a lighthouse")
    await town.discord.until(lambda: "Delete" in page.buttons, what="the work")
    await town.alice.press(page, "Delete")
    await says(town, page, "for good")
    assert town.ai.calls.of("delete_prompt") == []
    await town.alice.press(page, "Delete it")
    await says(town, page, "Nothing of yours")
    assert len(town.ai.calls.of("delete_prompt")) == 1
    assert message.deleted


async def test_show_reposts_a_result_with_working_buttons(town: Town) -> None:
    await imagined(town)
    (choice,) = await town.alice.autocomplete(town.lounge, "show", "result")
    shown = await town.alice.slash(town.lounge, "show", result=choice["value"])
    answer = await shown.answer()
    assert answer.attachments
    larger = await town.alice.press(answer, "Upscale")
    await done(town, larger.message)
    refused = await town.bob.slash(town.lounge, "show", result=choice["value"])
    assert refused.ephemeral
