"""The bot as a process of its own, and what it costs the machine."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
STOP_SECONDS = 40.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process had used ``at`` a moment: processor seconds, and bytes of memory now."""

    at: float
    processor: float
    memory: int


class BotProcess:
    """A running ``python -m bot run``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.began = time.monotonic()

    @classmethod
    @asynccontextmanager
    async def running(
        cls, variables: Mapping[str, str], output: Path
    ) -> "AsyncIterator[BotProcess]":
        """Start it with these variables alone; what it writes goes to ``output``."""
        with output.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--no-env-file"),
                cwd=REPOSITORY,
                env={"PATH": os.defpath, **variables},
                stdout=file,
                stderr=file,
            )
        try:
            yield cls(process)
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()

    def cost(self) -> Cost:
        """What it has used so far (Linux, proc(5))."""
        return cost_of(self._process.pid)


def cost_of(pid: int) -> Cost:
    """What a process has used so far (Linux, proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used = (int(fields[11]) + int(fields[12])) / TICKS
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Cost(time.monotonic(), used, pages * os.sysconf("SC_PAGE_SIZE"))
