"""What completes the options of commands while somebody types: asked of the policy and of lists."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from discord.app_commands import Choice

from bot.languages import said
from bot.operations import CHAT_IMAGE, OPERATIONS, Form, Kind, Operation, Option
from bot.policy import OPERATIONS as POLICY
from bot.store.records import Job, Medium
from cogs._answers import Click
from cogs._gate import Facts
from cogs._present import bare
from cogs._shelves import SHELVES, entries_here
from cogs._sources import PICTURES, RECENT
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
        if not facts.may_look:
            return []
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
        return completing_recent(PICTURES)
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


async def characters(interaction: Click, current: str, *, shared: bool) -> list[Choice[str]]:
    """One's own characters, ``shared``: and those shared with this server, as they may be named."""
    facts = await Facts.of_interaction(interaction)
    if not facts.may_look:
        return []
    guild_id = interaction.guild_id if shared else None
    found = await interaction.client.library.characters(interaction.user.id, guild_id)
    named = ((facts.readable(each.name), each.character_id) for each in found)
    return matching(named, current)


async def personas(interaction: Click, current: str) -> list[Choice[str]]:
    """One's own personas, as they may be named here."""
    facts = await Facts.of_interaction(interaction)
    if not facts.may_look:
        return []
    found = await interaction.client.library.personas(interaction.user.id)
    return matching(((facts.readable(each.name), each.persona_id) for each in found), current)


async def recent(
    interaction: Click,
    current: str,
    kinds: frozenset[Kind],
    *,
    fits: Callable[[Medium], object] = lambda _: True,
) -> list[Choice[str]]:
    """One's own results that fit, newest first, by their words where those may stand."""
    facts = await Facts.of_interaction(interaction)
    if not facts.may_look:
        return []
    store = interaction.client.store
    found = []
    for medium in await store.media.of_owner(interaction.user.id, limit=4 * RECENT):
        if medium.kind in kinds and medium.channel_id and not medium.barred and fits(medium):
            job = await store.jobs.get(medium.job_id) if medium.job_id else None
            found.append((_line(medium, facts.nameable(job) if job else None), medium.media_id))
    return matching(found, current)


def _line(medium: Medium, job: Job | None) -> str:
    """A result as its owner would know it; one without a job is of a moment, or older."""
    made = f"{medium.created:%d %b %H:%M}"
    if job is None:
        what = said("An older result") if medium.job_id else said(CHAT_IMAGE.label)
        return f"{made} · {what}"
    row = OPERATIONS[job.operation]
    return f"{made} · {said(row.label)} · {job.body.get(row.words) or ''}"


def _placed(facts: Facts, row: Operation, option: Option) -> tuple[str, ...]:
    return facts.offered(row, option.field)
