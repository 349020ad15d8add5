"""The bot as a process of its own, so that it can be killed as a machine kills it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 40.0
"""Seconds for a process to start or to end; a busy machine takes some."""


class BotProcess:
    """A running ``python -m bot``; ``told`` is what it has written so far."""

    def __init__(self, process: Process, output: Path) -> None:
        self._process = process
        self._output = output

    @classmethod
    @asynccontextmanager
    async def running(
        cls, variables: Mapping[str, str], folder: Path, *arguments: str
    ) -> AsyncIterator[Self]:
        """Start ``python -m bot`` with ``arguments`` and these variables alone; end it afterwards.

        ``folder`` takes what it writes. By default it runs the bot, and reads no file of variables.
        """
        given = arguments or ("run",)
        given += () if "--env-file" in given else ("--no-env-file",)
        output = folder / "output.txt"
        with output.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *given),
                cwd=REPOSITORY,
                env={"PATH": os.environ["PATH"], **variables},  # noqa: TID251 - not ours to type
                stdout=file,
                stderr=file,
            )
        bot = cls(process, output)
        try:
            yield bot
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await bot.ended()

    @property
    def told(self) -> str:
        return self._output.read_text(encoding="utf-8")

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def kill(self) -> None:
        """End it at once: no handler runs, nothing is said to anybody."""
        self._process.kill()
        await self._process.wait()

    async def ended(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()


def kill_store(data_dir: Path) -> None:
    """Kill the embedded store of a directory; if it already ended, nothing happens."""
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((data_dir / "valkey.pid").read_text()), signal.SIGKILL)
