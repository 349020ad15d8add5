"""Says what is wrong with an installation and how to mend it: ``python -m bot doctor``.

Every check is one function from settings to ``Check``; it raises nothing that can be put into
words. Discord is checked by a function that the caller hands in, since only it may know Discord's
library.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.api import Api, routes
from bot.api.corrections import load_corrections
from bot.api.openapi import Finding, Verdict, compare, corrections, read_document
from bot.api.probing import probe
from bot.api.routes import ROUTES, Certainty
from bot.errors import ApiError, Refused, StoreDown, Unauthorized, Unreachable
from bot.store import Store
from bot.tasks import Tasks
from config.settings import Settings, SettingsError

HEALTHY, UNWELL = 0, 1


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found, and what to do if it is not."""

    name: str
    ok: bool
    found: str
    mend: str = ""


Sleep = Callable[[float], Awaitable[None]]
Examination = Callable[[Settings], Awaitable[Check]]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for beyond the ordinary checks."""

    openapi: Path | None = None
    probe: bool = False


async def consult(
    settings: Settings,
    options: Options,
    say: Callable[[str], None],
    *,
    further: Iterable[Examination] = (),
) -> int:
    """Run all checks, tell each as it is done, and return the exit code.

    Args:
        settings: What was loaded; that it could be is the first check passed.
        options: Whether the table of routes is compared or tried out.
        say: Takes one line at a time.
        further: Checks of things that belong to others, Discord first of all.
    """
    well = True
    for examine in (check_settings, check_routes_file, check_store, check_api, *further):
        check = await examine(settings)
        well = well and check.ok
        for line in lines(check):
            say(line)
    if options.openapi:
        well = _tell(_compared(options.openapi), say) and well
    if options.probe:
        well = _tell(await _probed(settings), say) and well
    return HEALTHY if well else UNWELL


def lines(check: Check) -> list[str]:
    """A check in words."""
    told = [f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.found}"]
    return [*told, f"     {check.mend}"] if check.mend else told


async def check_settings(settings: Settings) -> Check:
    """That there are any is the check; what they allow is told."""
    explicit = "may" if settings.rules.explicit_enabled else "may not"
    who = "a key" if settings.aliveai.api_key else "email and password"
    found = f"complete; AliveAI by {who}; explicit content {explicit} exist"
    return Check("settings", ok=True, found=found)


async def check_routes_file(settings: Settings) -> Check:
    """Whether the corrections can be used, and how much of the table is a guess."""
    name = "table of routes"
    try:
        table = load_corrections(settings.aliveai)
    except SettingsError as error:
        mend = "Mend or empty ALIVEAI_ROUTES_FILE and ALIVEAI_ROUTES."
        return Check(name, ok=False, found="; ".join(error.problems), mend=mend)
    guesses = sum(route.certainty is Certainty.INFERRED for route in ROUTES)
    found = f"{len(ROUTES)} rows, {guesses} of them inferred, {len(table)} corrected"
    return Check(name, ok=True, found=found)


async def check_store(settings: Settings) -> Check:
    """Whether the store can be opened."""
    try:
        async with Tasks() as tasks, Store.open(settings.service, tasks):
            where = "at REDIS_URL" if settings.service.redis_url else "embedded"
            return Check("store", ok=True, found=f"answers ({where})")
    except StoreDown as error:
        mend = "Start the server of REDIS_URL, or leave REDIS_URL empty for the embedded one."
        return Check("store", ok=False, found=str(error), mend=mend)


async def check_api(settings: Settings, *, sleep: Sleep = asyncio.sleep) -> Check:
    """Whether the credential is good, and what the account has left."""
    name = "AliveAI"
    try:
        async with Api.open(settings.aliveai, sleep=sleep) as api:
            me = await api.call(routes.GET_ME)
    except Unauthorized:
        mend = "Check ALIVEAI_API_KEY, or ALIVEAI_EMAIL and ALIVEAI_PASSWORD."
        return Check(name, ok=False, found="the credential is not accepted", mend=mend)
    except Unreachable as error:
        mend = "Check ALIVEAI_URL and the network."
        return Check(name, ok=False, found=f"no answer ({error})", mend=mend)
    except ApiError as error:
        mend = f"If the path is wrong, correct the row {error.route} in ALIVEAI_ROUTES_FILE."
        return Check(name, ok=False, found=_status(error), mend=mend)
    except SettingsError as error:
        return Check(name, ok=False, found=str(error))
    if me.credits is not None and me.credits <= 0:
        return Check(name, ok=False, found="no credits left", mend="Buy credits for the account.")
    left = "unknown" if me.credits is None else f"{me.credits:g}"
    return Check(name, ok=True, found=f"logged in, credits: {left}")


def _status(error: ApiError) -> str:
    return f"refused with status {error.status}" if isinstance(error, Refused) else str(error)


def _compared(file: Path) -> list[Finding] | Check:
    try:
        return compare(read_document(file))
    except SettingsError as error:
        return Check("OpenAPI file", ok=False, found=str(error))
    except (AttributeError, TypeError) as error:
        return Check("OpenAPI file", ok=False, found=f"{file} breaks the format ({error})")


async def _probed(settings: Settings) -> list[Finding] | Check:
    try:
        async with Api.open(settings.aliveai) as api:
            return [finding async for finding in probe(api)]
    except (ApiError, SettingsError) as error:
        return Check("probe", ok=False, found=str(error))


def _tell(findings: list[Finding] | Check, say: Callable[[str], None]) -> bool:
    """Tell what was found out about the rows; whether none of them differs."""
    if isinstance(findings, Check):
        for line in lines(findings):
            say(line)
        return findings.ok
    for found in findings:
        row = f"{found.verdict:<8} {found.route.operation}: {found.method} {found.path}"
        say(f"{row} ({found.note})" if found.note else row)
    if file := corrections(findings):
        say("\nPut this into the file that ALIVEAI_ROUTES_FILE names:\n")
        say(file)
    return not any(found.verdict in {Verdict.DIFFERS, Verdict.FIELDS} for found in findings)
