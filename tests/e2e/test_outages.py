"""Something is not there: it is said in one line or one sentence, and the bot stays up."""

import asyncio
import shutil
import socket
from asyncio import StreamReader as Output
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from sandbox.aliveai.faults import ANY
from sandbox.discord import Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply_after, scene
from tests.e2e.process import BotProcess, kill_store

NOBODY = "127.0.0.1:9"


async def failed(town: Town, data_dir: Path, code: int, **changes: str) -> str:
    """The one line that a bot says which cannot start; ``code`` is its exit code."""
    async with BotProcess.running(town.variables | changes, data_dir) as bot:
        assert await bot.ended() == code
        [line] = [each for each in bot.told.splitlines() if " INFO " not in each and each]
    return line.partition("WARNING")[0]


@pytest.mark.parametrize(
    ("variable", "value", "code", "words"),
    [
        ("DISCORD_TOKEN", "wrong", 1, "DISCORD_TOKEN is not accepted"),
        ("DISCORD_API_URL", f"http://{NOBODY}/api", 1, "DISCORD_API_URL does not answer"),
        ("REDIS_URL", f"redis://{NOBODY}", 1, "the store does not answer"),
        ("ALIVEAI_API_KEY", "", 2, "ALIVEAI_API_KEY is missing"),
        ("ALIVEAI_ROUTES", "get_you=/x", 2, "ALIVEAI_ROUTES: get_you is no row"),
    ],
)
async def test_a_bot_that_cannot_start_says_why_in_one_line(
    town: Town, data_dir: Path, variable: str, value: str, code: int, words: str
) -> None:
    line = await failed(town, data_dir, code, **{variable: value, "LOG_LEVEL": "ERROR"})
    assert words in line
    assert "Traceback" not in line


async def imagined(town: Town) -> Message:
    return (await town.alice.slash(town.lounge, "imagine", prompt="a lighthouse")).message


async def says(town: Town, message: Message, words: str) -> None:
    await town.discord.until(lambda: words in message.text, timeout=20, what=f"words: {words}")


async def test_without_the_ai_service_the_bot_starts_and_says_so(town: Town) -> None:
    town.variables["ALIVEAI_URL"] = f"http://{NOBODY}"
    async with town.bot():
        await says(town, await imagined(town), "can't be reached")


async def test_a_wrong_key_is_told_to_who_asks(town: Town) -> None:
    town.variables["ALIVEAI_API_KEY"] = "wrong-key"
    async with town.bot():
        message = await imagined(town)
        await says(town, message, "does not accept the bot's credentials")
        assert "wrong-key" not in message.text


async def test_the_ai_service_may_go_and_come_back(town: Town) -> None:
    town.variables["SEARCH_SECONDS"] = "0"
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        town.ai.faults.disconnect(ANY, times=1000)
        said = await town.alice.say(thread, "Hello?")
        await thread.message(lambda one: one.id > said.id and "does not answer" in one.text)
        await says(town, await imagined(town), "⚠️")
        town.ai.faults.clear()
        said = await town.alice.say(thread, "Hello again?")
        await reply_after(thread, said)
        message = await imagined(town)
        await town.discord.until(lambda: bool(message.attachments), what="the picture")


async def test_without_its_store_the_bot_says_so_and_stays_up(town: Town, data_dir: Path) -> None:
    async with town.bot() as bot:
        kill_store(data_dir)
        for _ in range(2):
            await says(town, await imagined(town), "memory is out of reach")
        assert not bot.is_closed()
    assert town.ai.calls.of("create_image_prompt") == []


@asynccontextmanager
async def redis_server(folder: Path) -> AsyncIterator[str]:
    """A Redis server of its own; the address it answers at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("redis-server") or ""
    options = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "")
    server = await asyncio.create_subprocess_exec(program, *options, stdout=PIPE)
    try:
        async with asyncio.timeout(20):
            while (
                b"Ready to accept connections" not in await cast("Output", server.stdout).readline()
            ):
                pass
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        await server.wait()


@pytest.mark.skipif(not shutil.which("redis-server"), reason="there is no redis-server")
async def test_a_redis_server_keeps_everything_from_one_bot_to_the_next(
    town: Town, tmp_path: Path, data_dir: Path
) -> None:
    async with redis_server(tmp_path) as url:
        town.variables["REDIS_URL"] = url
        async with town.bot():
            await mira(town)
            thread = await scene(town)
            message = await imagined(town)
            await town.discord.until(lambda: bool(message.attachments), what="the picture")
        async with town.bot():
            said = await town.alice.say(thread, "Still there?")
            await reply_after(thread, said)
            await town.alice.press(message, "Delete")
            await town.discord.until(lambda: message.deleted, what="the deletion")
    assert len(town.discord.transcript.requests("PUT /applications")) == 1
    assert not (data_dir / "valkey.pid").exists()


async def test_without_the_message_content_intent_a_mention_is_heard(
    town: Town, data_dir: Path
) -> None:
    town.discord.world.approve(0)
    async with BotProcess.running(town.variables, data_dir) as bot:
        await town.discord.ready(timeout=20)
        assert "switch it on for the application" in bot.told
        await mira(town)
        thread = await scene(town)
        await town.alice.say(thread, "Can you hear me?")
        said = await town.alice.say(thread, f"{town.discord.world.bot.user.mention} And now?")
        await reply_after(thread, said)
        sent = [call.body["userMessage"] for call in town.ai.calls.of("send_chat_message")]
        assert sent == ["And now?"]
        assert bot.alive
