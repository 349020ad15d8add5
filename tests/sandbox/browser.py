"""A headless Chromium for tests, driven over the Chrome DevTools protocol.

Hides the process, its throw-away profile and the protocol's sessions and ids. A ``Page`` acts as a
person would: real mouse and key events at the place where an element is shown. Waiting happens in
the page itself, frame by frame, so a test never sleeps.
"""

import asyncio
import base64
import itertools
import json
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
STARTS_WITHIN = 30.0
ANSWERS_WITHIN = 30.0
KEYS = {
    "Enter": ("\r", 13),
    "Tab": ("", 9),
    "Escape": ("", 27),
    "Backspace": ("", 8),
    "ArrowUp": ("", 38),
    "ArrowDown": ("", 40),
    "ArrowRight": ("", 39),
}


def executable() -> str | None:
    """Where a Chromium is on the PATH, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


needs_chromium = pytest.mark.skipif(executable() is None, reason="no chromium on the PATH")


class PageFailed(AssertionError):
    """Script in the page raised, or what was waited for did not come."""


class Page:
    """One tab. Selectors are CSS; the first element shown counts."""

    def __init__(self, browser: "Browser", session: str) -> None:
        self._browser = browser
        self._session = session
        self.problems: list[str] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._browser.call(method, params, session=self._session)

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression; promises are awaited."""
        answer = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if failure := answer.get("exceptionDetails"):
            raise PageFailed(failure.get("exception", {}).get("description") or failure["text"])
        return answer["result"].get("value")

    async def until(self, condition: str, *, within: float = 10) -> Any:
        """Wait until a JavaScript expression is true, at most ``within`` seconds; its value."""
        return await self.run(
            f"""new Promise((done, fail) => {{
              const end = performance.now() + {within * 1000};
              const look = () => {{
                let value = null;
                try {{ value = {condition}; }} catch (error) {{ return fail(error); }}
                if (value) return done(value === true ? true : JSON.parse(JSON.stringify(value)));
                if (performance.now() > end) {{
                  return fail(new Error({json.dumps("not seen: " + condition)}));
                }}
                return setTimeout(look, 16);
              }};
              look();
            }})"""
        )

    async def text(self, selector: str) -> str:
        """What an element says, once it is there."""
        found = json.dumps(selector)
        return str(await self.until(f"document.querySelector({found})?.textContent"))

    async def see(self, text: str, inside: str = "body", *, within: float = 10) -> None:
        """Wait until ``text`` stands somewhere in ``inside``."""
        await self.until(
            f"document.querySelector({json.dumps(inside)})?.innerText.includes({json.dumps(text)})",
            within=within,
        )

    async def click(self, selector: str, *, text: str = "", button: str = "left") -> None:
        """Press the mouse in the middle of an element, the one that holds ``text`` if given."""
        x, y = await self._middle(selector, text)
        await self._mouse("mouseMoved", x, y, "none")
        await self._mouse("mousePressed", x, y, button)
        await self._mouse("mouseReleased", x, y, button)

    async def hover(self, selector: str, *, text: str = "") -> None:
        x, y = await self._middle(selector, text)
        await self._mouse("mouseMoved", x, y, "none")

    async def _middle(self, selector: str, text: str) -> tuple[float, float]:
        point = await self.until(
            f"""(() => {{
              const node = [...document.querySelectorAll({json.dumps(selector)})]
                .find((one) => one.getClientRects().length
                  && one.textContent.includes({json.dumps(text)}));
              if (!node) return null;
              node.scrollIntoView({{ block: "center" }});
              const box = node.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        return point[0], point[1]

    async def _mouse(self, kind: str, x: float, y: float, button: str) -> None:
        await self.call(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1
        )

    async def write(self, text: str) -> None:
        """Enter text where the cursor is."""
        await self.call("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """Press and release a key of ``KEYS``."""
        text, code = KEYS[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def choose_file(self, selector: str, *paths: Path) -> None:
        """Put files into a file input."""
        document = await self.call("DOM.getDocument")
        node = await self.call(
            "DOM.querySelector", nodeId=document["root"]["nodeId"], selector=selector
        )
        files = [str(path) for path in paths]
        await self.call("DOM.setFileInputFiles", nodeId=node["nodeId"], files=files)

    async def screenshot(self, path: Path) -> None:
        """Write what is shown as PNG."""
        answer = await self.call("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(answer["data"]))

    def hear(self, method: str, params: dict[str, Any]) -> None:
        """Keep what went wrong in the page: exceptions and refused contents."""
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description", details["text"]))
        if method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.problems.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")


class Browser:
    """The running Chromium; make with ``open_browser``."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}

    async def listen(self) -> None:
        """Hand answers to who asked and events to their pages, until the socket closes."""
        async for raw in self._socket:
            frame = json.loads(raw)
            if (waiter := self._waiting.pop(frame.get("id", 0), None)) and not waiter.done():
                waiter.set_result(frame)
            elif page := self._pages.get(frame.get("sessionId", "")):
                page.hear(frame["method"], frame["params"])

    async def call(
        self, method: str, params: dict[str, Any], *, session: str | None = None
    ) -> dict[str, Any]:
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        frame = {"id": number, "method": method, "params": params}
        await self._socket.send(json.dumps(frame | ({"sessionId": session} if session else {})))
        body: dict[str, Any] = await asyncio.wait_for(answer, ANSWERS_WITHIN)
        if "error" in body:
            raise PageFailed(f"{method}: {body['error']['message']}")
        result: dict[str, Any] = body["result"]
        return result

    async def page(self, url: str, *, width: int = 1280, height: int = 800) -> Page:
        """Open ``url`` in a context of its own: nothing is shared with other pages."""
        context = await self.call("Target.createBrowserContext", {})
        target = await self.call(
            "Target.createTarget",
            {"url": "about:blank", "browserContextId": context["browserContextId"]},
        )
        attached = await self.call(
            "Target.attachToTarget", {"targetId": target["targetId"], "flatten": True}
        )
        page = self._pages[attached["sessionId"]] = Page(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log"):
            await page.call(f"{domain}.enable")
        await page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        await page.call("Page.navigate", url=url)
        return page


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A Chromium with a fresh profile; it and the profile are gone afterwards."""
    program = executable()
    if program is None:
        raise FileNotFoundError("no chromium on the PATH")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            *FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=DEVNULL,
            stderr=PIPE,
        )
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                address = await _address(process)
            async with connect(address, max_size=None) as socket:
                browser = Browser(socket)
                listening = asyncio.get_running_loop().create_task(browser.listen())
                try:
                    yield browser
                finally:
                    listening.cancel()
                    await asyncio.gather(listening, return_exceptions=True)
        finally:
            await _stop(process)


async def _address(process: Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if b"DevTools listening on " in line:
            return line.decode().split("DevTools listening on ")[1].strip()
    raise FileNotFoundError("the chromium on the PATH does not start")


async def _stop(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.communicate(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()
