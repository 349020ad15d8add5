"""From what was given to a command to a wish: which row is meant, and its body.

Where several rows share a command, the first is meant that takes everything that was given and
that the policy allows here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.errors import Denied, Invalid
from bot.operations import SEED, Form, Kind, Operation, Option
from bot.policy import Reason, Send
from bot.provenance import starting_body
from cogs._answers import Click
from cogs._gate import Facts
from cogs._regions import ask_for_region
from cogs._shelves import SHELVES, chosen_entry
from cogs._sources import PICTURES, Material, found, owned
from cogs._submit import Wish, ordered, submit

SOMEWHERE = "everything"
"""The region that stands for one that is still to be picked."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a command was given: the options by name, and what all commands have."""

    options: Mapping[str, Any]
    source: Material | None
    engine: str | None
    private: bool
    count: int


async def run(
    interaction: Click, rows: tuple[Operation, ...], kinds: frozenset[Kind], options: dict[str, Any]
) -> None:
    """Use a command: read what was given, choose the row, submit; or ask for a region first."""
    file = options.pop("picture", None) or options.pop("video", None)
    result = options.pop("result", None)
    engine, count = options.pop("engine", None), options.pop("count", 1)
    private = options.pop("private", False)
    source = await found(interaction, kinds, file, result) if kinds else None
    given = Given(options, source, engine, private, count)
    facts = await Facts.of_interaction(interaction)
    wish = await _meant(interaction, facts, rows, given)
    field = _region_of(wish.operation)
    if field and field not in {*wish.media, *wish.regions} and not _has_mask(wish):
        await ask_for_region(interaction, wish, field)
    else:
        await submit(interaction, wish, facts)


async def _meant(
    interaction: Click, facts: Facts, rows: tuple[Operation, ...], given: Given
) -> Wish:
    """The wish of the row that is meant.

    Raises:
        Denied: No row takes all that was given, or none may be used here.
    """
    fitting = [row for row in rows if _takes(row, given)]
    if not fitting:
        raise Denied(Reason.OPTION_NOT_HERE)
    wishes = [await _wish(interaction, facts, row, given) for row in fitting]
    wish = next((each for each in wishes if _is_allowed(facts, each)), wishes[0])
    if _region_of(wish.operation) and not _is_allowed(facts, wish):
        # Say so before anybody picks a region.
        order = ordered(_with_region(wish), facts.person.person_id)
        await facts.may_make(wish.operation, order.body, sources=order.sources, stock=wish.stock)
    return wish


def _takes(row: Operation, given: Given) -> bool:
    """Whether a row has every option that was given, and starts from such a medium."""
    source = given.source
    if source and row.source and row.source[1] != source.kind:
        return False
    if given.engine and row.engine != given.engine:
        return False
    return all(_takes_option(row, name, value) for name, value in given.options.items())


def _takes_option(row: Operation, name: str, value: Any) -> bool:
    own = row.named(name)
    if own is None:
        return False
    bounds = row.bounds(own)
    if isinstance(value, str) and bounds.most is not None and len(value) > bounds.most:
        return False
    return bounds.form is not Form.PLACED or value in bounds.values


async def _wish(interaction: Click, facts: Facts, row: Operation, given: Given) -> Wish:
    """What was given, as a row's body."""
    source = given.source
    is_upload = source is not None and source.is_upload
    rules = facts.bot.settings.rules
    body = starting_body(row, facts.place, facts.person, rules, upload=is_upload)
    media = {row.source[0]: source} if row.source and source else {}
    regions: dict[str, str] = {}
    for name, value in given.options.items():
        option = row.named(name)
        if option is None:
            continue
        match row.bounds(option).form:
            case Form.PICTURE:
                media[option.field] = await _pointed_at(interaction, value)
            case Form.REGION:
                regions[option.field] = value
            case _:
                body[option.field] = await _value(facts, row, option, value)
    wish = Wish(row, body, given.private, media=media, regions=regions, count=given.count)
    return replace(wish, stock=await _stock(facts, body))


async def _value(facts: Facts, row: Operation, option: Option, value: Any) -> Any:
    """An option's value as a body has it."""
    if row.bounds(option).form in SHELVES:
        return await chosen_entry(facts, row, option, value)
    return _digits(row, value) if option == SEED else value


def _digits(row: Operation, seed: str) -> str:
    """A seed that somebody typed.

    Raises:
        Invalid: It is not made of digits (API documentation, Create Prompt).
    """
    if not (seed.isascii() and seed.isdecimal()):
        raise Invalid(row.name, 0, "not sent", {"seed": "digits only"})
    return seed


async def _stock(facts: Facts, body: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the clothes that the API offers to everybody, where some were chosen and may be."""
    if "clothesRequest" not in body or not facts.is_explicit_here:
        return frozenset()
    return frozenset(each.value for each in await facts.bot.catalogue.clothes())


def _region_of(row: Operation) -> str:
    """The field that a region of the source fills, if the row has one."""
    options = (one for one in row.options if row.bounds(one).form is Form.REGION)
    return next((one.field for one in options), "")


def _has_mask(wish: Wish) -> bool:
    return bool({"maskMediaId", "base64Png"} & {*wish.media})


def _with_region(wish: Wish) -> Wish:
    """The wish as it will be once a region was picked, if it still needs one."""
    field = _region_of(wish.operation)
    if not field or field in wish.regions or _has_mask(wish):
        return wish
    return replace(wish, regions={field: SOMEWHERE})


def _is_allowed(facts: Facts, wish: Wish) -> bool:
    order = ordered(_with_region(wish), facts.person.person_id)
    return facts.allows(Send(wish.operation.name, order.body, order.sources, stock=wish.stock))


async def _pointed_at(interaction: Click, value: discord.Attachment | str) -> Material:
    """A further picture: a file, or one of one's own results."""
    if isinstance(value, str):
        return await owned(interaction, value, PICTURES)
    return await found(interaction, PICTURES, value)
