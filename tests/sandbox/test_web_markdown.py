"""The page's message text: what it shows, and that nothing written ever becomes markup."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.web import pages
from tests.sandbox.browser import Page, needs_chromium, open_browser

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]

SHOWN = {
    "**bold** and *slanted*": "<strong>bold</strong> and <em>slanted</em>",
    "__under__": "<u>under</u>",
    "***both***": "<strong><em>both</em></strong>",
    "~~gone~~": "<s>gone</s>",
    "`**plain**`": '<code class="inline">**plain**</code>',
    r"\*not\*": "*not*",
    "snake_case_name": "snake_case_name",
    "2 * 3 * 4": "2 * 3 * 4",
    "one\ntwo": "one<br>two",
    "**open": "**open",
}

BLOCKS = {
    "# Big\ntext": ("h1", "Big"),
    "> said\n> twice": ("blockquote", "said\ntwice"),
    "```python\nx = 1\n```": ("pre.code code", "x = 1"),
    "- a\n- b": ("ul > li:nth-child(2)", "b"),
    "1. a\n2. b": ("ol > li:nth-child(2)", "b"),
    "- a\n  - b": ("ul ul > li", "b"),
    "-# small": (".subtext", "small"),
    "||hidden||": (".spoiler", "hidden"),
    "[name](https://example.com/a)": ("a.link[href='https://example.com/a']", "name"),
    "see https://example.com/a_b_c.": (
        "a.link[href='https://example.com/a_b_c']",
        "https://example.com/a_b_c",
    ),
    "<t:0:R>": ("time[data-relative='0']", "years ago"),
    "</chat start:5>": (".mention.command", "/chat start"),
    "@everyone": (".mention", "@everyone"),
}

HOSTILE = (
    "<script>window.hit = 1</script>",
    '<img src="x" onerror="window.hit = 1">',
    "[x](javascript:window.hit=1)",
    "[x](https://a.b/\"onmouseover='window.hit=1')",
    "**<svg onload=window.hit=1>**",
    "```html\n<script>window.hit = 1</script>\n```",
    "> <iframe src=javascript:window.hit=1>",
    '<a:x" onerror=window.hit=1:1>',
    "<javascript:window.hit=1>",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    """The page without a world behind it: only what renders text is used."""
    application = web.Application()
    pages.mount(application, lambda: pages.Page("/api", "/gateway", "", (), ()))
    async with TestServer(application) as server, open_browser() as browser:
        page = await browser.page(str(server.make_url("/")))
        await page.until("document.readyState === 'complete' && location.pathname === '/'")
        yield page


async def _shown(page: Page, text: str, script: str) -> object:
    """The value of ``script`` with ``box`` holding the rendered ``text``."""
    return await page.run(
        f"""import("/js/markdown.js").then(({{ markdown }}) => {{
          const box = document.createElement("div");
          box.append(markdown({json.dumps(text)}));
          document.body.replaceChildren(box);
          return {script};
        }})"""
    )


@pytest.mark.parametrize(("text", "html"), SHOWN.items())
async def test_marks_inside_a_line_are_shown_as_styles(page: Page, text: str, html: str) -> None:
    assert await _shown(page, text, "box.querySelector('.text').innerHTML") == html


@pytest.mark.parametrize(("text", "expected"), BLOCKS.items())
async def test_blocks_and_mentions_have_their_own_nodes(
    page: Page, text: str, expected: tuple[str, str]
) -> None:
    selector, words = expected
    found = await _shown(page, text, f"box.querySelector({json.dumps(selector)})?.innerText.trim()")
    assert isinstance(found, str)
    assert words in found


@pytest.mark.parametrize("text", HOSTILE)
async def test_nothing_that_somebody_wrote_becomes_markup_or_script(page: Page, text: str) -> None:
    foreign = """[...box.querySelectorAll('*')].filter((one) =>
      one.matches('script, iframe, object, svg:not(.icon)')
      || [...one.attributes].some((attribute) => attribute.name.startsWith('on'))
      || /^javascript:/i.test(one.getAttribute('href') ?? '')).length"""
    assert await _shown(page, text, foreign) == 0
    assert await page.run("'hit' in window") is False


async def test_a_spoiler_is_covered_until_it_is_pressed(page: Page) -> None:
    await _shown(page, "||the end||", "1")
    opacity = "getComputedStyle(document.querySelector('.spoiler > span')).opacity"
    assert await page.run(opacity) == "0"
    await page.click(".spoiler")
    await page.until(f"{opacity} === '1'")


async def test_a_message_of_only_emoji_is_large(page: Page) -> None:
    sizes = """import("/js/inline.js").then(({ isOnlyEmoji }) =>
      ["🎉 ❤️", "🎉 hello", "", "1"].map(isOnlyEmoji))"""
    assert await page.run(sizes) == [True, False, False, False]
