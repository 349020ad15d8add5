"""``python -m sandbox``: the real bot in a world of its own, and a page to watch it from.

Starts the local AliveAI, the local Discord with the page, and the bot as a process that knows only
their addresses; says where the page is once the bot answers, and takes everything down again on
Ctrl-C or SIGTERM. A command line after ``python -m sandbox`` is run in place of the bot.

Exit codes: 0 stopped as asked, 1 could not start or the bot ended by itself, 2 wrong settings.
"""

import argparse
import asyncio
import errno
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

from config.settings import SettingsError, sandbox
from sandbox.aliveai import AliveAI
from sandbox.discord import LocalDiscord, NotSeen, User
from sandbox.discord.server import API_PATH, CDN_PATH, GATEWAY_PATH
from sandbox.web import lounge, pages

STOPPED, FAILED, WRONG_SETTINGS = 0, 1, 2
BOT = (sys.executable, "-m", "bot", "run", "--no-env-file")
REPOSITORY = Path(__file__).parents[1]
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.02
LAST_LINES = 20


class BotFailed(Exception):
    """The bot ended by itself, or did not come up in time."""


class Bot:
    """The bot's process, its latest output, and how it is ended."""

    def __init__(self, process: Process, data: Path) -> None:
        self._process = process
        self._data = data
        self._output: deque[str] = deque(maxlen=LAST_LINES)

    @classmethod
    @asynccontextmanager
    async def running(
        cls, command: Sequence[str], environment: Mapping[str, str], data: Path
    ) -> AsyncIterator["Bot"]:
        """Start ``command``; it, and what it left behind, has ended afterwards.

        It runs in a session of its own, so that Ctrl-C reaches the bot only through ``stop``.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=REPOSITORY,
            env=environment,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
        )
        bot = cls(process, data)
        try:
            yield bot
        finally:
            await bot.stop()

    async def watch(self) -> None:
        """Read what it writes until it ends by itself.

        Raises:
            BotFailed: Then, with its last lines.
        """
        output = cast("asyncio.StreamReader", self._process.stdout)
        async for line in output:
            self._output.append(line.decode(errors="replace").rstrip())
        code = await self._process.wait()
        lines = (f"The bot ended with exit code {code}. Its last lines:", *self._output)
        raise BotFailed("\n".join(lines))

    async def stop(self) -> None:
        """Ask it to end; make it end after ``STOP_SECONDS``; end the store that it left."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.communicate(), STOP_SECONDS)
        except TimeoutError:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.communicate()
        await self._stop_store()

    async def _stop_store(self) -> None:
        """A bot that was killed leaves its store running; its number stands in our own folder."""
        with suppress(FileNotFoundError, ProcessLookupError, ValueError, TimeoutError):
            file = self._data / "valkey.pid"
            number = int(file.read_text())
            os.kill(number, signal.SIGTERM)
            async with asyncio.timeout(STOP_SECONDS):
                # It removes its file at its end; where nobody reaps it, its number stays longer.
                while file.exists():
                    os.kill(number, 0)
                    await asyncio.sleep(POLL_SECONDS)


def main() -> int:
    """Parse the arguments and run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("bot", nargs=argparse.REMAINDER, help="command line to run as the bot")
    command = parser.parse_args().bot or BOT
    try:
        port = sandbox().port
    except SettingsError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    try:
        asyncio.run(_show(port, command))
    except BotFailed as failure:
        print(failure, file=sys.stderr)
        return FAILED
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(
            f"Port {port} is taken: set SANDBOX_PORT to another one, or to 0 for any free one.",
            file=sys.stderr,
        )
        return FAILED
    return STOPPED


async def _show(port: int, command: Sequence[str]) -> None:
    """Open the world, run the bot in it, and stay until asked to stop."""
    asked = _asked_to_stop()
    with tempfile.TemporaryDirectory(prefix="vivant-") as folder:
        data = Path(folder)
        async with _world(port) as (discord, ai):
            environment = _environment(discord, ai, data)
            async with Bot.running(command, environment, data) as bot:
                await _first(asked.wait(), bot.watch(), _announce(discord))


def _asked_to_stop() -> asyncio.Event:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    return asked


@asynccontextmanager
async def _world(port: int) -> AsyncIterator[tuple[LocalDiscord, AliveAI]]:
    """The local AliveAI, and the local Discord with its page and the furnished server."""
    people: list[User] = []

    def page() -> pages.Page:
        return lounge.page_for(people, api=API_PATH, gateway=GATEWAY_PATH, cdn=CDN_PATH)

    async with (
        AliveAI.open(workers=2) as ai,
        LocalDiscord.open(port=port, web=lambda app: pages.mount(app, page)) as discord,
    ):
        people += lounge.furnish(discord.world)
        yield discord, ai


def _environment(discord: LocalDiscord, ai: AliveAI, data: Path) -> dict[str, str]:
    """All that the bot is told: nothing of this process's own environment reaches it."""
    return {
        "PATH": os.defpath,
        "PYTHONUNBUFFERED": "1",
        "DISCORD_TOKEN": discord.world.bot.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "DISCORD_CDN_URL": discord.cdn_url,
        "DISCORD_GUILD_READY_SECONDS": "0.2",
        "ALIVEAI_API_KEY": ai.api_key,
        "ALIVEAI_URL": ai.url,
        "ALIVEAI_WS_URL": ai.ws_url,
        "REDIS_URL": "",
        "DATA_DIR": str(data),
        "OPS_PORT": "0",
    }


async def _announce(discord: LocalDiscord) -> None:
    """Say where the page is, once the bot has its commands and its session; then wait."""
    bot = discord.world.bot
    try:
        await discord.until(
            lambda: bot.commands and discord.gateway.is_connected(bot.user),
            timeout=READY_SECONDS,
        )
    except NotSeen:
        raise BotFailed(f"The bot was not ready within {READY_SECONDS:.0f} seconds.") from None
    print(f"Vivant is ready: {discord.url}", flush=True)
    await asyncio.Event().wait()


async def _first(*work: Coroutine[Any, Any, Any]) -> None:
    """Run all of ``work`` until the first of it ends; its failure is raised."""
    tasks = [asyncio.get_running_loop().create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


if __name__ == "__main__":
    sys.exit(main())
