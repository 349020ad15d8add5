"""``python -m sandbox``: comes up with one line, and leaves nothing behind however it ends."""

import json
import re
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.sandbox.demo import Demo, started_demo

pytestmark = pytest.mark.timeout(120)

STANDIN = (sys.executable, "-m", "tests.sandbox.standin")
SPEAKS_AND_ENDS = (sys.executable, "-c", "print('no such token'); raise SystemExit(3)")
LEAVES_ITS_STORE = (
    sys.executable,
    "-c",
    """
import pathlib, subprocess, sys
from config.settings import load
store = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"],
    start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
data = load(env_file=None).service.data_dir
(data / "valkey.pid").write_text(f"{store.pid}\\n")
sys.stdout.flush()
""",
)


def _left(temporary: Path) -> list[str]:
    """Files under ``temporary``, and processes that were told of it."""
    files = [str(path) for path in temporary.iterdir()]
    mark = str(temporary).encode()
    told = [one for one in Path("/proc").glob("[0-9]*/environ") if _has(one, mark)]
    return files + [str(one.parent) for one in told]


def _has(environment: Path, mark: bytes) -> bool:
    try:
        return mark in environment.read_bytes()
    except OSError:
        return False


@pytest.mark.parametrize(
    ("bot", "number"), [((), signal.SIGINT), (STANDIN, signal.SIGINT), (STANDIN, signal.SIGTERM)]
)
async def test_it_says_where_the_page_is_and_a_signal_ends_everything(
    bot: tuple[str, ...], number: signal.Signals, tmp_path: Path
) -> None:
    async with started_demo(*bot, temporary=tmp_path) as demo:
        line = await demo.line()
        assert re.fullmatch(r"Vivant is ready: http://127\.0\.0\.1:\d+", line)
        assert _left(tmp_path) != []
        assert await demo.stop(number) == 0
        assert await demo.errors() == ""
    assert _left(tmp_path) == []


async def test_the_page_it_names_is_served_with_everything_it_loads() -> None:
    async with started_demo(*STANDIN) as demo, aiohttp.ClientSession() as client:
        await demo.ready()
        async with client.get(f"{demo.address}/") as answer:
            page = await answer.text()
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        for path in re.findall(r'(?:src|href)="([^"]+)"', page):
            async with client.get(f"{demo.address}/{path}") as answer:
                assert answer.status == 200, path


async def test_a_bot_that_ends_at_its_start_is_quoted(tmp_path: Path) -> None:
    async with started_demo(*SPEAKS_AND_ENDS, temporary=tmp_path) as demo:
        assert await demo.process.wait() == 1
        said = await demo.errors()
    assert "The bot ended with exit code 3" in said
    assert "no such token" in said
    assert _left(tmp_path) == []


async def test_a_bot_that_ends_later_is_quoted_too(tmp_path: Path) -> None:
    async with started_demo(*STANDIN, temporary=tmp_path) as demo:
        await demo.ready()
        await _say(demo, "end yourself")
        assert await demo.process.wait() == 1
        assert "ending as asked" in await demo.errors()
    assert _left(tmp_path) == []


async def test_the_store_of_a_bot_that_was_killed_is_ended(tmp_path: Path) -> None:
    async with started_demo(*LEAVES_ITS_STORE, temporary=tmp_path) as demo:
        assert await demo.process.wait() == 1
    assert _left(tmp_path) == []


async def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started_demo(*STANDIN, port=str(port)) as demo:
            assert await demo.process.wait() == 1
            said = await demo.errors()
    assert said == (
        f"Port {port} is taken: set SANDBOX_PORT to another one, or to 0 for any free one.\n"
    )


async def test_a_port_that_is_none_is_said_in_one_line() -> None:
    async with started_demo(*STANDIN, port="many") as demo:
        assert await demo.process.wait() == 2
        said = await demo.errors()
    assert said.startswith("SANDBOX_PORT ")
    assert said.count("\n") == 1


async def _say(demo: Demo, text: str) -> None:
    """Write a message as the first person of the page, in the first channel they see."""
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{demo.address}/page.json") as answer:
            facts = json.loads(await answer.text())
        as_person = {"Authorization": facts["people"][0]["token"]}
        base = demo.address + facts["api"]
        async with client.get(f"{base}/users/@me/guilds", headers=as_person) as answer:
            guild = (await answer.json())[0]["id"]
        async with client.get(f"{base}/guilds/{guild}/channels", headers=as_person) as answer:
            channel = (await answer.json())[0]["id"]
        address = f"{base}/channels/{channel}/messages"
        async with client.post(address, json={"content": text}, headers=as_person) as answer:
            assert answer.status == 200
