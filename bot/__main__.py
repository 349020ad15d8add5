"""The command line: ``python -m bot run`` and ``python -m bot doctor``.

Exit codes: 0 stopped as asked, or nothing found wrong; 1 could not run, or something is wrong;
2 settings or arguments that cannot work.
"""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot import doctor
from bot.app import examine_discord, serve
from bot.errors import VivantError
from bot.telemetry import start_logging
from config.settings import Settings, SettingsError, load

STOPPED, FAILED, WRONG_SETTINGS = 0, 1, 2
DEFAULT_ENV_FILE = Path(".env")


def main() -> int:
    """Parse the arguments and run; returns the exit code. What is wrong is said in lines."""
    options = _arguments()
    try:
        settings = load(env_file=options.env_file)
        start_logging(settings)
        return asyncio.run(_until_stopped(_work(options, settings)))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    except VivantError as error:
        print(error, file=sys.stderr)
        return FAILED


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the bot until SIGINT or SIGTERM")
    check = commands.add_parser(
        "doctor", help="say what is wrong and how to mend it; costs nothing"
    )
    check.add_argument(
        "--openapi", type=_file, metavar="FILE", help="compare all rows with this OpenAPI file"
    )
    check.add_argument(
        "--probe", action="store_true", help="try harmless rows and their alternatives"
    )
    for each in (run, check):
        where = each.add_mutually_exclusive_group()
        where.add_argument(
            "--env-file",
            type=_file,
            default=DEFAULT_ENV_FILE,
            metavar="FILE",
            help="read settings from it, behind the environment (default: .env, if there is one)",
        )
        where.add_argument(
            "--no-env-file", dest="env_file", action="store_const", const=None, help="read none"
        )
    return parser.parse_args()


def _file(name: str) -> Path:
    if not Path(name).is_file():
        raise argparse.ArgumentTypeError(f"{name} is not there")
    return Path(name)


def _work(options: argparse.Namespace, settings: Settings) -> Coroutine[Any, Any, int]:
    if options.command == "run":
        return _served(settings)
    if settings.service.log_level != "DEBUG":
        logging.disable(logging.WARNING)
    wanted = doctor.Options(openapi=options.openapi, probe=options.probe)
    return doctor.consult(settings, wanted, print, further=[examine_discord])


async def _served(settings: Settings) -> int:
    """Serve; to end without having been asked to is a failure."""
    await serve(settings)
    return FAILED


async def _until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """Do the work until SIGINT or SIGTERM; its exit code."""
    working = asyncio.get_running_loop().create_task(work, name="work")
    for number in (signal.SIGINT, signal.SIGTERM):
        working.get_loop().add_signal_handler(number, working.cancel)
    try:
        return await working
    except asyncio.CancelledError:
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
