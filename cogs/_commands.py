"""Slash commands made from the table of operations.

A command's options, their limits and choices are read from the rows behind it, so that a new
operation needs no code here. Where several rows share a command, the first is meant that takes
everything that was given and that the policy allows here.
"""

import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.errors import BadFile, Denied, Invalid
from bot.images import REGIONS
from bot.operations import (
    OPERATIONS,
    SEED,
    Bounds,
    Form,
    Kind,
    Operation,
    Option,
    commands,
)
from bot.policy import OPERATIONS as POLICY
from bot.policy import Reason, Refused, Send, decide
from bot.provenance import starting_body
from bot.store.records import Job, Origin
from cogs._answers import Click
from cogs._gate import Facts
from cogs._shelves import SHELVES, chosen_entry, entries_here
from cogs._sources import RECENT, Material, found, owned
from cogs._submit import Wish, ordered, submit
from cogs._words import spoken

TEXT_LIMIT = 1000
"""Characters of a text for which the API documents no limit."""

SEED_LIMIT = 18
"""Digits of a seed (AI API, Create Prompt)."""

CHOICES = 25
"""Discord offers at most 25 choices (Application Commands)."""

HINT_LIMIT = 100
NAME_LIMIT = 100

Complete = Callable[[Click, str], Coroutine[Any, Any, list[Choice[str]]]]


def of_table(*groups: str) -> Iterable[tuple[str, app_commands.Command[Any, ..., Any]]]:
    """The commands of the table that stand in one of ``groups`` ("" is none), with their group."""
    for path, rows in commands().items():
        group = path.rpartition(" ")[0]
        if group in groups:
            yield group, command_for(path, rows)


def command_for(path: str, rows: tuple[Operation, ...]) -> app_commands.Command[Any, ..., Any]:
    """The command of a path like "video animate", for the rows behind it."""
    options = _options(rows)
    kinds: frozenset[Kind] = frozenset(row.source[1] for row in rows if row.source)

    async def run(interaction: Click, **given: Any) -> None:
        await _run(interaction, rows, kinds, {k: v for k, v in given.items() if v is not None})

    parameters = list(_parameters(options, rows, kinds))
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=Click)]
        + [each for each, _ in parameters]
    )
    app_commands.describe(**{each.name: hint[:HINT_LIMIT] for each, hint in parameters})(run)
    app_commands.choices(**_choices(options, rows))(run)
    name = path.rpartition(" ")[2]
    command: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=name, description=rows[0].summary, callback=run
    )
    for option in options.values():
        if complete := _completion(option, rows):
            command.autocomplete(option.name)(complete)
    if kinds:
        command.autocomplete("result")(_recent(kinds))
    return command


def _options(rows: Iterable[Operation]) -> dict[str, Option]:
    """All options of all rows by name, the first row's first, and the seed last."""
    merged: dict[str, Option] = {}
    for row in rows:
        for option in row.options:
            merged.setdefault(option.name, option)
    return dict(sorted(merged.items(), key=lambda each: each[0] == "seed"))


def _row_with(option: Option, rows: Iterable[Operation]) -> Operation:
    return next(row for row in rows if option in row.options)


def _named(row: Operation, name: str) -> Option | None:
    return next((option for option in row.options if option.name == name), None)


def _must(row: Operation, option: Option) -> bool:
    """Whether a person has to give an option for a row."""
    bounds = row.bounds(option)
    if option.field in row.always or bounds.form in {Form.PLACED, Form.REGION}:
        return False
    if bounds.form is Form.PICTURE and option.field != "faceSwap":
        return False
    return bounds.required or (row.asks and option.field == row.words)


def _parameters(
    options: Mapping[str, Option], rows: tuple[Operation, ...], kinds: frozenset[Kind]
) -> Iterable[tuple[inspect.Parameter, str]]:
    """Every parameter with its hint, required ones first."""
    made = []
    for option in options.values():
        row = _row_with(option, rows)
        must = all((own := _named(each, option.name)) and _must(each, own) for each in rows)
        made.append((must, option.name, _annotation(row, option, rows), option.hint))
    if kinds:
        what = "picture or video" if len(kinds) > 1 else min(kinds).replace("IMAGE", "picture")
        name = "video" if kinds == {"VIDEO"} else "picture"
        hint = f"The {what.lower()}; without one, your newest result here"
        made.append((False, name, discord.Attachment, hint))
        made.append((False, "result", str, "One of your own results instead"))
    else:
        made.append((False, "count", Range[int, 1, 4], "How many, each another one (1-4)"))
    made.append((False, "private", bool, "Only you see it"))
    for must, name, annotation, hint in sorted(made, key=lambda each: not each[0]):
        yield _parameter(name, annotation, required=must), hint


def _parameter(name: str, annotation: Any, *, required: bool) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    if required:
        return inspect.Parameter(name, kind, annotation=annotation)
    return inspect.Parameter(name, kind, annotation=annotation | None, default=None)


def _annotation(row: Operation, option: Option, rows: tuple[Operation, ...]) -> Any:
    bounds = row.bounds(option)
    match bounds.form:
        case Form.TEXT:
            most = SEED_LIMIT if option == SEED else _longest(option.name, rows)
            return Range[str, max(1, int(bounds.least or 1)), most]
        case Form.WHOLE | Form.NUMBER:
            return _range(int if bounds.form is Form.WHOLE else float, bounds)
        case Form.SWITCH:
            return bool
        case Form.PICTURE if takes_files(row, option):
            return discord.Attachment
    return str


def _range(kind: type[int] | type[float], bounds: Bounds) -> Any:
    if bounds.least is None or bounds.most is None:
        return kind
    return Range[kind, kind(bounds.least), kind(bounds.most)]


def _longest(name: str, rows: tuple[Operation, ...]) -> int:
    known = [row.bounds(own).most for row in rows if (own := _named(row, name))]
    return max(int(most or TEXT_LIMIT) for most in known)


def takes_files(row: Operation, option: Option) -> bool:
    """Whether a person's own file could ever be allowed for an option; else only results are."""
    clean = POLICY[row.name].clean
    return clean is not None and option.field in clean.uploads


def _choices(
    options: Mapping[str, Option], rows: tuple[Operation, ...]
) -> dict[str, list[Choice[str]]]:
    found = {}
    for option in options.values():
        bounds = _row_with(option, rows).bounds(option)
        if bounds.form is Form.CHOICE:
            found[option.name] = [Choice(name=spoken(each), value=each) for each in bounds.values]
        elif bounds.form is Form.REGION:
            found[option.name] = [Choice(name=each, value=each) for each in REGIONS]
    return found


def _completion(option: Option, rows: tuple[Operation, ...]) -> Complete | None:
    """What completes an option, if its values depend on the place or on a list."""
    row = _row_with(option, rows)
    form = row.bounds(option).form

    async def placed(interaction: Click, current: str) -> list[Choice[str]]:
        facts = await Facts.of_interaction(interaction)
        values = [each for one in rows for each in _values(facts, one, option.name)]
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
        return _recent(frozenset({"IMAGE"}))
    return None


def _values(facts: Facts, row: Operation, name: str) -> tuple[str, ...]:
    own = _named(row, name)
    return facts.offered(row, own.field) if own else ()


def matching(named: Iterable[tuple[str, str]], current: str) -> list[Choice[str]]:
    wanted = current.casefold()
    fits = (
        Choice(name=name[:NAME_LIMIT], value=value)
        for name, value in named
        if wanted in name.casefold() and len(value) <= NAME_LIMIT
    )
    return [each for each, _ in zip(fits, range(CHOICES), strict=False)]


def _recent(kinds: frozenset[Kind]) -> Complete:
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
            named.append((_line(job) if job else "An older result", medium.media_id))
    return matching(named, current)


def _line(job: Job) -> str:
    row = OPERATIONS[job.operation]
    words = str(job.body.get(row.words) or "")
    return f"{job.created:%d %b %H:%M} · {row.label} · {words}"[:NAME_LIMIT]


async def _run(
    interaction: Click,
    rows: tuple[Operation, ...],
    kinds: frozenset[Kind],
    given: dict[str, Any],
) -> None:
    """Use the command: read what was given, choose the row, submit."""
    file = given.pop("picture", None) or given.pop("video", None)
    result, private = given.pop("result", None), given.pop("private", False)
    count = given.pop("count", 1)
    source = await found(interaction, kinds, file, result) if kinds else None
    facts = await Facts.of_interaction(interaction)
    fitting = [row for row in rows if _takes(row, given, source)]
    if not fitting:
        raise Denied(Reason.OPTION_NOT_HERE)
    wishes = [await _wish(interaction, facts, row, given, source) for row in fitting]
    wish = next((each for each in wishes if _is_allowed(facts, each)), wishes[0])
    await submit(
        interaction,
        Wish(
            operation=wish.operation,
            body=wish.body,
            private=private,
            media=wish.media,
            regions=wish.regions,
            count=count,
            stock=wish.stock,
        ),
        facts,
    )


def _takes(row: Operation, given: Mapping[str, Any], source: Material | None) -> bool:
    """Whether a row has every option that was given, and starts from such a medium."""
    if source and row.source and row.source[1] != source.kind:
        return False
    for name, value in given.items():
        own = _named(row, name)
        if own is None:
            return False
        most = row.bounds(own).most
        if isinstance(value, str) and most is not None and len(value) > most:
            return False
        values = row.bounds(own).values
        if row.bounds(own).form is Form.PLACED and len(row.commands) and value not in values:
            return False
    return True


async def _wish(
    interaction: Click,
    facts: Facts,
    row: Operation,
    given: Mapping[str, Any],
    source: Material | None,
) -> Wish:
    """What was given, as a row's body."""
    is_upload = source is not None and _is_upload(source)
    rules = facts.bot.settings.rules
    body = starting_body(row, facts.place, facts.person, rules, upload=is_upload)
    media = {row.source[0]: source} if row.source and source else {}
    regions: dict[str, str] = {}
    stock: frozenset[str] = frozenset()
    for name, value in given.items():
        option = _named(row, name)
        if option is None:
            continue
        match row.bounds(option).form:
            case Form.PICTURE:
                media[option.field] = await _pointed_at(interaction, value)
            case Form.REGION:
                regions[option.field] = value
            case form if form in SHELVES:
                body[option.field] = await chosen_entry(facts, row, option, value)
            case _ if option == SEED:
                body[option.field] = _digits(row, value)
            case _:
                body[option.field] = value
    if "clothesRequest" in body and facts.is_explicit_here:
        stock = frozenset(each.value for each in await interaction.client.catalogue.clothes())
    _check_mask(row, media, regions)
    return Wish(row, body, media=media, regions=regions, stock=stock)


def _digits(row: Operation, seed: str) -> str:
    """A seed that somebody typed.

    Raises:
        Invalid: It is not made of digits (API documentation, Create Prompt).
    """
    if not (seed.isascii() and seed.isdecimal()):
        raise Invalid(row.name, 0, "not sent", {"seed": "digits only"})
    return seed


def _check_mask(row: Operation, media: Mapping[str, Material], regions: Mapping[str, str]) -> None:
    """A row that must have a mask needs one, or a region."""
    if row.needs("maskMediaId") and "maskMediaId" not in {*media, *regions}:
        raise BadFile("no mask")


def _is_upload(source: Material) -> bool:
    return source.medium is None or source.medium.origin is not Origin.OWN


def _is_allowed(facts: Facts, wish: Wish) -> bool:
    order = ordered(wish, facts.person.person_id)
    ask = Send(wish.operation.name, order.body, order.sources, stock=wish.stock)
    return not isinstance(decide(ask, facts.place, facts.person, facts.bot.settings.rules), Refused)


async def _pointed_at(interaction: Click, value: discord.Attachment | str) -> Material:
    """A further picture: a file, or one of one's own results."""
    pictures: frozenset[Kind] = frozenset({"IMAGE"})
    if isinstance(value, str):
        return await owned(interaction, value, pictures)
    return await found(interaction, pictures, value)
