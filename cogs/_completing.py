"""What completes the options of commands while somebody types: asked of the policy and of lists."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from discord.app_commands import Choice

from bot.languages import said
from bot.operations import OPERATIONS, Form, Kind, Operation, Option
from bot.policy import OPERATIONS as POLICY
from bot.store.records import Job
from cogs._answers import Click
from cogs._gate import Facts
from cogs._present import bare
from cogs._shelves import SHELVES, entries_here
from cogs._sources import RECENT
from cogs._words import spoken

CHOICES = 25
"""Discord offers at most 25 choices (Application Commands)."""

NAME_LIMIT = 100
"""Characters of a choice's name and value (Discord, Application Commands)."""

Complete = Callable[[Click, str], Coroutine[Any, Any, list[Choice[str]]]]


def completion(option: Option, rows: tuple[Operation, ...]) -> Complete | None:
    """What completes an option, if its values depend on the place or on a list."""
    row = next(one for one in rows if option in one.options)
    form = row.bounds(option).form

    async def placed(interaction: Click, current: str) -> list[Choice[str]]:
        facts = await Facts.of_interaction(interaction)
        values = [
            each
            for one in rows
            if (own := one.named(option.name))
            for each in _placed(facts, one, own)
        ]
        return matching(((spoken(each), each) for each in dict.fromkeys(values)), current)

    async def listed(interaction: Click, current: str) -> list[Choice[str]]:
        facts = await Facts.of_interaction(interaction)
        entries = await entries_here(facts, row, option)
        return matching(((each.name, each.value) for each in entries), current)

    if form is Form.PLACED:
        return placed
    if form in SHELVES:
        return listed
    if form is Form.PICTURE and not takes_files(row, option):
        return completing_recent(frozenset({"IMAGE"}))
    return None


def takes_files(row: Operation, option: Option) -> bool:
    """Whether a person's own file could ever be allowed for an option; else only results are."""
    clean = POLICY[row.name].clean
    return clean is not None and option.field in clean.uploads


def matching(named: Iterable[tuple[str, str]], current: str) -> list[Choice[str]]:
    """Those of ``named`` (name and value) that fit what was typed, as many as may be offered."""
    wanted = current.casefold()
    fits = (
        Choice(name=bare(name, NAME_LIMIT), value=value)
        for name, value in named
        if wanted in name.casefold() and len(value) <= NAME_LIMIT
    )
    return [each for each, _ in zip(fits, range(CHOICES), strict=False)]


def completing_recent(kinds: frozenset[Kind]) -> Complete:
    """Completes an option that names one of somebody's own results."""

    async def complete(interaction: Click, current: str) -> list[Choice[str]]:
        return await recent(interaction, current, kinds)

    return complete


async def recent(interaction: Click, current: str, kinds: frozenset[Kind]) -> list[Choice[str]]:
    """One's own results, newest first, by the words that made them."""
    store = interaction.client.store
    named = []
    for medium in await store.media.of_owner(interaction.user.id, limit=4 * RECENT):
        if medium.kind in kinds and medium.job_id and not medium.barred:
            job = await store.jobs.get(medium.job_id)
            named.append((_line(job) if job else said("An older result"), medium.media_id))
    return matching(named, current)


def _line(job: Job) -> str:
    row = OPERATIONS[job.operation]
    words = str(job.body.get(row.words) or "")
    return f"{job.created:%d %b %H:%M} · {said(row.label)} · {words}"


def _placed(facts: Facts, row: Operation, option: Option) -> tuple[str, ...]:
    return facts.offered(row, option.field)
