"""``python -m sandbox`` as a process, for tests."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
READY = "Vivant is ready: "
STARTS_WITHIN = 60.0
STOPS_WITHIN = 30.0


@dataclass
class Demo:
    """The running process; ``address`` is where its page is."""

    process: Process
    address: str = ""

    async def line(self) -> str:
        """The next line it prints; empty at its end."""
        assert self.process.stdout is not None
        raw = await asyncio.wait_for(self.process.stdout.readline(), STARTS_WITHIN)
        return raw.decode().rstrip()

    async def ready(self) -> None:
        line = await self.line()
        assert line.startswith(READY), f"{line}\n{await self.errors()}"
        self.address = line.removeprefix(READY)

    async def errors(self) -> str:
        """What it wrote to standard error, once it has ended."""
        assert self.process.stderr is not None
        return (await asyncio.wait_for(self.process.stderr.read(), STARTS_WITHIN)).decode()

    async def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait for the exit code."""
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), STOPS_WITHIN)


@asynccontextmanager
async def started_demo(
    *bot: str, port: str = "0", temporary: Path | None = None
) -> AsyncIterator[Demo]:
    """Start it with ``bot`` as the bot's command line (none: the real one); it has ended after.

    ``temporary`` is where it is to put temporary files.
    """
    place = {"TMPDIR": str(temporary)} if temporary else {}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", *bot),
        cwd=REPOSITORY,
        env={"SANDBOX_PORT": port, "PATH": os.defpath, **place},
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield Demo(process)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.wait_for(process.communicate(), STOPS_WITHIN)


@asynccontextmanager
async def running_demo(*bot: str) -> AsyncIterator[Demo]:
    """As ``started_demo``, and ready."""
    async with started_demo(*bot) as demo:
        await demo.ready()
        yield demo
