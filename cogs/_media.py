"""An operation on a medium, whichever way it was asked for: by button, form or menu."""

from collections.abc import Mapping
from typing import Any

from bot.errors import BadFile, NotFound
from bot.operations import OPERATIONS, Kind, Operation
from bot.policy import Verb
from bot.provenance import kind_of, starting_body
from cogs._answers import Click
from cogs._gate import Facts
from cogs._sources import Material
from cogs._submit import Wish, submit


async def mine(interaction: Click, verb: Verb) -> None:
    """Ask whether whoever acts may do this with things of their own here."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, interaction.user.id, None)


def row_of(name: str) -> Operation:
    """An operation that starts from a medium, by a name that may be forged.

    Raises:
        NotFound: There is none.
    """
    row = OPERATIONS.get(name)
    if row is None or row.source is None:
        raise NotFound("picture")
    return row


def kinds_of(row: Operation) -> frozenset[Kind]:
    """The kinds of medium that an operation starts from."""
    return frozenset({row.source[1]} if row.source else ())


async def make(
    interaction: Click, row: Operation, source: Material | None, said: Mapping[str, Any]
) -> None:
    """Submit an operation with its defaults and what a form said.

    Raises:
        BadFile: It does not start from such a medium, or from none.
        Denied, Invalid, OverLimit: As ``submit``.
    """
    if (source.kind if source else None) != kind_of(row):
        raise BadFile("kind")
    facts = await Facts.of_interaction(interaction)
    rules, upload = facts.bot.settings.rules, source is not None and source.is_upload
    body = starting_body(row, facts.place, facts.person, rules, upload=upload)
    body |= {name: value for name, value in said.items() if value is not None}
    media = {row.source[0]: source} if row.source and source else {}
    private = source is not None and source.medium is not None and source.medium.private
    await submit(interaction, Wish(row, body, private=private, media=media), facts)
