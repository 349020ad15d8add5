"""The page in a real browser, against the local Discord and a small bot that shows every thing."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.discord.wire.cdn import swatch
from tests.sandbox.browser import Browser, Page, needs_chromium, open_browser
from tests.sandbox.demo import running_demo

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

STANDIN = (sys.executable, "-m", "tests.sandbox.standin")
NEWEST = ".messages > .message:last-of-type"


Visit = Callable[[str, str], AbstractAsyncContextManager[Page]]
"""Opens the page as a person, by name, in a channel, by name."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit() -> AsyncIterator[Visit]:
    async with running_demo(*STANDIN) as demo, open_browser() as browser:
        yield lambda name, channel: _visiting(browser, demo.address, name, channel)


@asynccontextmanager
async def _visiting(browser: Browser, address: str, name: str, channel: str) -> AsyncIterator[Page]:
    """The page as one person, in a channel; nothing may have gone wrong in it at the end."""
    page = await browser.page(f"{address}/#/{name}")
    await page.click(".channel", text=channel)
    await page.see(channel, ".top h1")
    await page.until("document.body.classList.contains('connected')")
    yield page
    # A rate limit is no problem: the page waits and repeats, as it is told.
    assert [one for one in page.problems if "429" not in one] == []


async def _say(page: Page, text: str) -> None:
    await page.click(".write")
    await page.write(text)
    await page.press("Enter")


async def _command(page: Page, text: str) -> None:
    """Type a command, and let the list complete it."""
    await page.click(".write")
    await page.write(text)


async def test_the_server_shows_its_channels_people_and_the_application(visit: Visit) -> None:
    async with visit("Alice", "welcome") as page:
        assert await page.text(".server-name") == "Vivant Lounge"
        listed = "[...document.querySelectorAll('.channel-name')].map((one) => one.textContent)"
        names = await page.run(listed)
        assert names == ["welcome", "pictures", "studio", "stories"]
        restricted = await page.text(".channel:has(.adult) .channel-name")
        assert restricted == "stories"
        await page.see("Vivant", ".member:has(.bot-tag)")
        await page.see("Noor", ".members")


async def test_an_age_restricted_channel_asks_once_before_it_shows_anything(visit: Visit) -> None:
    async with visit("Alice", "stories") as page:
        assert await page.run("document.querySelector('.talk').hidden") is True
        await page.click(".gate .danger")
        assert await page.run("document.querySelector('.talk').hidden") is False
        await page.click(".channel", text="welcome")
        await page.click(".channel", text="stories")
        assert await page.run("document.querySelector('.gate').hidden") is True


async def test_a_message_reaches_everybody_with_its_styles(visit: Visit) -> None:
    async with (
        visit("Alice", "welcome") as alice,
        visit("Noor", "welcome") as noor,
    ):
        await _say(alice, "hello **dear** @Noor <b>no</b>")
        await noor.see("hello dear @Noor <b>no</b>", NEWEST)
        assert await noor.text(f"{NEWEST} strong") == "dear"
        await noor.until(f"document.querySelector('{NEWEST}').matches('.mentioned')")


async def test_a_reply_of_the_bot_is_shown_with_what_it_answers_and_its_edit(visit: Visit) -> None:
    async with visit("Alice", "studio") as page:
        await _say(page, "say something")
        await page.see("something (edited)", NEWEST)
        await page.see("say something", f"{NEWEST} .above")
        await page.see("APP", f"{NEWEST} .bot-tag")


async def test_one_can_edit_and_delete_ones_own_message(visit: Visit) -> None:
    async with visit("Alice", "welcome") as page:
        await _say(page, "frist")
        await page.see("frist", NEWEST)
        await page.press("ArrowUp")
        await page.until("document.activeElement.matches('.editor textarea')")
        await page.run("document.activeElement.select()")
        await page.write("first")
        await page.press("Enter")
        await page.see("first (edited)", NEWEST)
        await page.click(NEWEST, button="right")
        await page.click(".menu-item", text="Delete")
        await page.until(
            "!document.querySelector('.messages').innerText.includes('first (edited)')"
        )


async def test_a_reaction_is_added_counted_and_taken_back(visit: Visit) -> None:
    async with (
        visit("Alice", "welcome") as alice,
        visit("Noor", "welcome") as noor,
    ):
        await _say(alice, "react to me")
        await noor.see("react to me", NEWEST)
        await noor.click(NEWEST, button="right")
        await noor.click(".menu .pick", text="🔁")
        await alice.see("1", f"{NEWEST} .reaction")
        await alice.click(f"{NEWEST} .reaction")
        await noor.see("2", f"{NEWEST} .reaction.mine")
        await noor.click(f"{NEWEST} .reaction")
        await alice.see("1", f"{NEWEST} .reaction.mine")


async def test_a_command_is_completed_filled_in_and_answered(visit: Visit) -> None:
    async with visit("Alice", "pictures") as page:
        await _command(page, "/pai")
        await page.click(".suggestion", text="/paint")
        await page.write("a lighthouse")
        await page.click(".more-options")
        await page.click(".suggestion", text="shade")
        await page.write("az")
        await page.until("document.querySelectorAll('.suggestion').length === 1")
        await page.press("Enter")
        await page.click(".more-options")
        await page.click(".suggestion", text="count")
        await page.click(".suggestion", text="2 of them")
        await page.press("Enter")
        await page.see("a lighthouse, azure, 2", f"{NEWEST} .container")
        assert "Alice used /paint" in await page.text(f"{NEWEST} .above")
        await page.until(f"document.querySelector('{NEWEST} .picture').naturalWidth === 16")


async def test_a_missing_option_is_named_and_nothing_is_sent(visit: Visit) -> None:
    async with visit("Alice", "studio") as page:
        await _command(page, "/paint ")
        await page.press("Enter")
        await page.see("This option is required", ".suggestions")
        assert await page.run("document.querySelectorAll('.pill.invalid').length") == 1
        assert await page.run("document.querySelectorAll('.container, .sending').length") == 0


async def test_a_whole_command_can_be_pasted(visit: Visit) -> None:
    async with visit("Alice", "pictures") as page:
        await _command(page, "/paint a pasted harbour")
        await page.press("Enter")
        await page.see("a pasted harbour, amber, 1", NEWEST)


async def test_an_ephemeral_answer_is_seen_by_one_person_until_dismissed(visit: Visit) -> None:
    async with (
        visit("Alice", "studio") as alice,
        visit("Noor", "studio") as noor,
    ):
        await _command(alice, "/whisper ")
        await alice.press("Enter")
        await alice.see("between us", f"{NEWEST}.ephemeral")
        await _say(noor, "anything new?")
        await alice.see("anything new?", NEWEST)
        assert await noor.run("document.querySelectorAll('.ephemeral').length") == 0
        await alice.click(".only-you .textual")
        await alice.until("!document.querySelector('.ephemeral')")


async def test_a_deferred_answer_is_thinking(visit: Visit) -> None:
    async with visit("Alice", "studio") as page:
        await _command(page, "/later ")
        await page.press("Enter")
        await page.see("Vivant is thinking…", f"{NEWEST} .thinking")


async def test_a_command_without_an_answer_is_said_to_have_failed(visit: Visit) -> None:
    async with visit("Alice", "studio") as page:
        await _command(page, "/silence ")
        await page.press("Enter")
        await page.see("/silence", ".sending")
        await page.see("The application did not respond", ".notice")


async def test_a_button_changes_its_message_and_another_opens_a_modal(
    visit: Visit, tmp_path: Path
) -> None:
    mask = tmp_path / "mask.png"
    mask.write_bytes(b"not really a picture")
    async with visit("Alice", "pictures") as page:
        await _command(page, "/paint a door")
        await page.press("Enter")
        await page.see("a door", NEWEST)
        await page.click(f"{NEWEST} .button", text="Again")
        await page.see("painted again", NEWEST)
        await page.click(f"{NEWEST} .button", text="Edit")
        await page.see("Change the picture", ".modal")
        await page.click(".modal .button", text="Submit")
        await page.see("This field is required.", ".modal")
        await page.click(".modal textarea")
        await page.write("open it")
        await page.click(".modal .select-face")
        await page.click(".select-option", text="olive")
        await page.choose_file(".modal input[type=file]", mask)
        await page.see("mask.png", ".modal")
        await page.click(".modal .button", text="Submit")
        await page.see("open it in olive with ['mask.png']", f"{NEWEST}.ephemeral")
        await page.until("!document.querySelector('.modal')")


async def test_a_message_menu_of_the_application_is_run_on_its_message(visit: Visit) -> None:
    async with visit("Alice", "studio") as page:
        await _say(page, "twelve chars")
        await page.see("twelve chars", NEWEST)
        await page.click(NEWEST, button="right")
        await page.hover("[data-submenu]")
        await page.click(".submenu .menu-item", text="Count letters")
        await page.see("12 letters", f"{NEWEST}.ephemeral")


async def test_a_thread_appears_under_its_channel_and_opens(visit: Visit) -> None:
    async with visit("Alice", "studio") as page:
        await _say(page, "open a thread")
        await page.click(".thread-chip", text="A side room")
        await page.see("Welcome inside.", ".messages")
        assert await page.text(".channel.current.thread .channel-name") == "A side room"
        assert await page.text(".top .parent") == "studio"


async def test_files_are_sent_shown_and_opened_alone(visit: Visit, tmp_path: Path) -> None:
    picture, notes = tmp_path / "dawn.png", tmp_path / "notes.txt"
    picture.write_bytes(swatch("dawn"))
    notes.write_text("some words")
    async with visit("Alice", "studio") as page:
        await page.choose_file(".line input[type=file]", picture, notes)
        await page.see("dawn.png", ".tray")
        await _say(page, "two files")
        await page.until(f"document.querySelector('{NEWEST} .picture')?.naturalWidth === 16")
        await page.see("notes.txt", f"{NEWEST} .file")
        await page.click(f"{NEWEST} .picture")
        await page.until("document.querySelector('.lightbox img')?.naturalWidth === 16")
        await page.press("Escape")
        await page.until("!document.querySelector('.lightbox')")


async def test_somebody_who_types_is_named(visit: Visit) -> None:
    async with (
        visit("Alice", "welcome") as alice,
        visit("Noor", "welcome") as noor,
    ):
        await alice.click(".write")
        await alice.write("hm")
        await noor.see("Alice is typing…", ".typing")


async def test_one_can_look_through_the_eyes_of_somebody_else(visit: Visit) -> None:
    async with visit("Alice", "welcome") as page:
        await page.click(".switch")
        await page.click(".menu .person", text="Noor")
        await page.see("Noor", ".user-panel")
        await _say(page, "now it is me")
        await page.see("Noor", f"{NEWEST} .name")


async def test_a_first_visitor_is_told_what_to_try_until_they_wave_it_away(visit: Visit) -> None:
    async with visit("Noor", "welcome") as page:
        await page.see("/imagine a lighthouse at dawn", ".hint")
        await page.click(".try", text="/imagine")
        await page.see("pictures", ".top h1")
        await page.click(".hint .icon-button")
        assert await page.run("document.querySelector('.hint').hidden") is True
