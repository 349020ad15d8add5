"""Parts of messages as the page shows them, written by the application over the wire."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from sandbox.discord import Channel, LocalDiscord, User
from sandbox.discord.server import API_PATH, CDN_PATH, GATEWAY_PATH
from sandbox.discord.wire.cdn import swatch
from sandbox.web import lounge, pages
from tests.sandbox.browser import Browser, Page, needs_chromium, open_browser

pytestmark = [needs_chromium, pytest.mark.timeout(120)]

NEWEST = ".messages > .message:last-of-type"
V2 = 1 << 15


class World:
    """The furnished server, the page as Alice in a channel, and the application's pen."""

    def __init__(
        self, discord: LocalDiscord, people: list[User], browser: Browser, page: Page
    ) -> None:
        self.discord, self.people, self.browser, self.page = discord, people, browser, page

    @property
    def channel(self) -> Channel:
        return next(one for one in self.discord.world.channels.values() if one.name == "studio")

    async def write(self, *files: str, **body: Any) -> None:
        """Send a message as the application; ``files`` are pictures by name."""
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("payload_json", json.dumps(body))
        for index, name in enumerate(files):
            kind = "image/png" if name.endswith(".png") else "text/plain"
            form.add_field(f"files[{index}]", swatch(name), filename=name, content_type=kind)
        address = f"{self.discord.api_url}/channels/{self.channel.id}/messages"
        as_bot = {"Authorization": f"Bot {self.discord.world.bot.token}"}
        async with (
            aiohttp.ClientSession(headers=as_bot) as client,
            client.post(address, data=form) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def count(self, selector: str) -> int:
        return int(await self.page.run(f"document.querySelectorAll(`{NEWEST} {selector}`).length"))


@asynccontextmanager
async def _world() -> AsyncIterator[World]:
    people: list[User] = []

    def facts() -> pages.Page:
        return lounge.page_for(people, api=API_PATH, gateway=GATEWAY_PATH, cdn=CDN_PATH)

    async with (
        LocalDiscord.open(web=lambda app: pages.mount(app, facts)) as discord,
        open_browser() as browser,
    ):
        people += lounge.furnish(discord.world)
        page = await browser.page(f"{discord.url}/#/Alice")
        await page.click(".channel", text="studio")
        await page.see("studio", ".top h1")
        yield World(discord, people, browser, page)
        assert discord.faults_seen == []


async def test_an_embed_is_a_card_with_title_fields_and_footer() -> None:
    async with _world() as world:
        await world.write(
            embeds=[
                {
                    "title": "Elias",
                    "description": "keeps the **light**",
                    "color": 0x5865F2,
                    "fields": [{"name": "Mood", "value": "wary", "inline": True}],
                    "footer": {"text": "card"},
                }
            ]
        )
        for words in ("Elias", "keeps the light", "Mood", "wary", "card"):
            await world.page.see(words, f"{NEWEST} .embed")
        edge = f"getComputedStyle(document.querySelector('{NEWEST} .embed')).borderLeftColor"
        assert await world.page.run(edge) == "rgb(88, 101, 242)"


async def test_components_of_the_second_version_are_laid_out() -> None:
    names = [f"{number}.png" for number in range(4)]
    gallery = [
        {"media": {"url": f"attachment://{name}"}, "spoiler": name == "0.png"} for name in names
    ]
    texts = [{"type": 10, "content": "## Mira\n-# draws maps"}]
    async with _world() as world:
        await world.write(
            *names,
            "card.json",
            flags=V2,
            components=[
                {
                    "type": 17,
                    "accent_color": 0xFF8A5C,
                    "components": [
                        {
                            "type": 9,
                            "components": texts,
                            "accessory": {"type": 11, "media": {"url": "attachment://1.png"}},
                        },
                        {"type": 14, "divider": True, "spacing": 2},
                        {"type": 12, "items": gallery},
                        {"type": 13, "file": {"url": "attachment://card.json"}},
                    ],
                }
            ],
        )
        await world.page.see("Mira", f"{NEWEST} .container.accented .section")
        await world.page.until(f"document.querySelector('{NEWEST} .thumbnail').naturalWidth === 16")
        assert await world.count(".separator.wide") == 1
        assert await world.count(".tile") == 4
        assert await world.count(".tile.covered") == 1
        await world.page.see("card.json", f"{NEWEST} .file")
        await world.page.click(f"{NEWEST} .cover")
        assert await world.count(".tile.covered") == 0


async def test_a_choice_in_a_select_reaches_the_application() -> None:
    options = [{"label": f"Picture {n}", "value": str(n)} for n in (1, 2, 3)]
    select = {"type": 3, "custom_id": "which", "placeholder": "Pick one", "options": options}
    async with _world() as world:
        await world.write(components=[{"type": 1, "components": [select]}])
        await world.page.see("Pick one", f"{NEWEST} .select")
        await world.page.click(f"{NEWEST} .select-face")
        await world.page.click(".select-option", text="Picture 2")
        await world.page.see("Picture 2", f"{NEWEST} .select-face")
        chosen = await world.discord.until(
            lambda: next(iter(world.discord.world.interactions.values()), None)
        )
        assert chosen.data["values"] == ["2"]
        assert chosen.user.username == "Alice"
        # Nobody answers here, and the page says so.
        await world.page.see("This interaction failed", NEWEST)


async def test_a_disabled_button_cannot_be_pressed_and_a_link_leads_out() -> None:
    row = [
        {"type": 2, "style": 2, "label": "Not now", "custom_id": "n", "disabled": True},
        {"type": 2, "style": 5, "label": "Read more", "url": "https://example.com/more"},
    ]
    async with _world() as world:
        await world.write(content="two buttons", components=[{"type": 1, "components": row}])
        await world.page.see("two buttons", NEWEST)
        await world.page.click(f"{NEWEST} .button", text="Not now")
        assert await world.count("a.button[href='https://example.com/more'][rel~=noopener]") == 1
        assert world.discord.world.interactions == {}


async def test_a_picture_that_stays_keeps_its_node_when_the_message_is_edited() -> None:
    async with _world() as world:
        await world.write("dawn.png", content="first words")
        await world.page.until(f"document.querySelector('{NEWEST} .picture')")
        await world.page.run(f"document.querySelector('{NEWEST} .picture').marked = true")
        message = world.channel.messages[-1]
        as_bot = {"Authorization": f"Bot {world.discord.world.bot.token}"}
        address = f"{world.discord.api_url}/channels/{world.channel.id}/messages/{message.id}"
        async with (
            aiohttp.ClientSession(headers=as_bot) as client,
            client.patch(address, json={"content": "other words"}) as answer,
        ):
            assert answer.status == 200
        await world.page.see("other words", NEWEST)
        assert await world.page.run(f"document.querySelector('{NEWEST} .picture').marked") is True


async def test_a_lost_line_is_said_and_what_was_missed_arrives() -> None:
    async with _world() as world:
        await world.page.until("document.body.classList.contains('connected')")
        await world.discord.gateway.drop(user=world.people[1])
        await world.write(content="while you were away")
        await world.page.see("while you were away", NEWEST)
        await world.page.until("document.querySelector('.reconnecting').hidden")
        assert await world.page.run("document.querySelectorAll('.messages > .message').length") == 1


async def test_the_presence_of_people_is_shown_as_they_come() -> None:
    away = "[...document.querySelectorAll('.member.away')].map((one) => one.innerText.trim())"
    async with _world() as world:
        await world.page.until(f"{away}.some((name) => name.includes('Noor'))")
        await world.page.see("Alice", ".members section:first-child")
        await world.browser.page(f"{world.discord.url}/#/Noor")
        await world.page.until(f"!{away}.some((name) => name.includes('Noor'))")
        await world.page.see("Noor", ".members section:first-child")
