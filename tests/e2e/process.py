"""The bot as a process of its own, which can be killed."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.conftest import Town

REPOSITORY = Path(__file__).parents[2]
STOPS_WITHIN = 20.0


@dataclass
class Running:
    """One run of the bot."""

    town: Town
    process: Process

    async def kill(self) -> None:
        """End it at once, as the kernel or a power cut would: nothing is tidied up."""
        self.process.kill()
        await self.process.wait()
        bot = self.town.discord.world.bot.user
        await self.town.discord.until(
            lambda: not self.town.discord.gateway.is_connected(bot), what="the end of its session"
        )

    async def stop(self) -> None:
        """Ask it to end; it takes its store with it."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.communicate(), STOPS_WITHIN)


@asynccontextmanager
async def running(town: Town) -> AsyncIterator[Running]:
    """``python -m bot run`` in this town, ready; asked to end afterwards if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--no-env-file"),
        cwd=REPOSITORY,
        env={"PATH": os.defpath, **town.variables},
        stdout=DEVNULL,
        stderr=PIPE,
    )
    run = Running(town, process)
    try:
        await town.discord.ready(timeout=30)
        await town.discord.until(lambda: town.discord.world.bot.commands, timeout=30)
        yield run
    finally:
        if process.returncode is None:
            await run.stop()
