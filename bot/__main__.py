"""The command line: ``python -m bot run`` and ``python -m bot doctor``."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.app import serve
from bot.errors import VivantError
from bot.telemetry import start_logging
from config.settings import Settings, SettingsError, load

STOPPED, FAILED, WRONG_SETTINGS = 0, 1, 2


def main() -> int:
    """Parse the arguments and run; returns the exit code. What is wrong is said in lines."""
    options = _arguments()
    try:
        settings = load(env_file=options.env_file)
        start_logging(settings)
        return asyncio.run(_until_stopped(settings))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    except VivantError as error:
        print(error, file=sys.stderr)
        return FAILED


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("command", choices=["run"])
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--env-file", type=Path, default=Path(".env"))
    where.add_argument("--no-env-file", dest="env_file", action="store_const", const=None)
    return parser.parse_args()


async def _until_stopped(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM."""
    serving = asyncio.get_running_loop().create_task(serve(settings), name="serve")
    for number in (signal.SIGINT, signal.SIGTERM):
        serving.get_loop().add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return STOPPED
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
