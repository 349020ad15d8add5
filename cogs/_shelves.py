"""What the API's lists have that may be used in a place: styles, poses, clothes, profiles.

The policy is asked before a list is: of somebody who may use nothing, the API hears nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.catalogue import Catalogue, Entry
from bot.errors import NotFound
from bot.operations import Form, Operation, Option
from bot.policy import Send
from cogs._gate import Facts


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list: the operation that reads it, for the policy, and how it is read."""

    operation: str
    read: Callable[[Catalogue, Option], Awaitable[list[Entry]]]


SHELVES: Mapping[Form, Shelf] = {
    Form.STYLE: Shelf("list_loras_by_type", lambda kept, option: kept.styles(option.styles)),
    Form.POSE: Shelf("list_poses", lambda kept, _: kept.poses()),
    Form.CLOTHES: Shelf("list_public_clothes", lambda kept, _: kept.clothes()),
    Form.PROFILE: Shelf("list_profiles", lambda kept, _: kept.profiles()),
}


async def entries_here(facts: Facts, row: Operation, option: Option) -> list[Entry]:
    """What an option's list has that may be used here, by this person; for completion."""
    form = row.bounds(option).form
    if not facts.allows(Send(SHELVES[form].operation)):
        return []
    entries = await SHELVES[form].read(facts.bot.catalogue, option)
    if form is Form.CLOTHES and facts.is_explicit_here:
        return entries
    allowed = {*facts.offered(row, option.field)}
    return [each for each in entries if {each.value, each.group} & allowed]


async def chosen_entry(facts: Facts, row: Operation, option: Option, value: str) -> Any:
    """A chosen entry as a body has it. Values are free text, so the policy looks at them too.

    Raises:
        Denied: The list may not be used here.
        NotFound: It has no such entry.
    """
    form = row.bounds(option).form
    await facts.ask(Send(SHELVES[form].operation))
    entries = await SHELVES[form].read(facts.bot.catalogue, option)
    entry = next((each for each in entries if value in {each.value, each.name}), None)
    if entry is None:
        raise NotFound("entry")
    match form:
        case Form.STYLE:
            return [{"id": entry.value, "strength": min(entry.strength, 10)}]
        case Form.POSE:
            return {"type": entry.group, "id": entry.value}
        case Form.CLOTHES:
            return {"clothesId": entry.value}
    return entry.value
