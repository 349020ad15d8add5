"""Presses that no honest client makes: any ``custom_id``, anywhere, by anybody."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from discord import ui

from bot.app import Vivant
from cogs._present import button, layout
from sandbox.discord import Actor, Asked, Channel
from tests.e2e.conftest import Town

GROUP = re.compile(r"\(\?P<(\w+)>([^()]*)\)")


async def forged(town: Town, bot: Vivant, who: Actor, place: Channel, custom_id: str) -> Asked:
    """What comes of pressing a button of the bot that says ``custom_id``."""
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(button("forged", custom_id))
    view = layout(ui.TextDisplay("forged"), row)
    sent = await bot.get_partial_messageable(place.id).send(view=view)
    return await who.press(town.discord.world.messages[sent.id], custom_id)


def custom_ids(
    pattern: str, ids: Sequence[str], named: Mapping[str, Sequence[str]] | None = None
) -> Iterator[str]:
    """Ids that fit a button's template: every alternative, with every one of ``ids`` that fits.

    ``named`` has what groups of some names stand for, where those are no ids.
    """
    known = named or {}
    choices = [known.get(name) or _choices(group, ids) for name, group in GROUP.findall(pattern)]
    for picked in itertools.product(*choices):
        found = pattern
        for choice in picked:
            found = GROUP.sub(choice, found, count=1)
        assert re.fullmatch(pattern, found), (pattern, found)
        yield found


def _choices(group: str, ids: Sequence[str]) -> list[str]:
    if "|" in group:
        return [part.replace(r"\d+", "1") for part in group.split("|")]
    fitting = [each for each in ids if re.fullmatch(group, each)]
    return fitting or ["1" if re.fullmatch(group, "1") else "1-1"]
