"""The page of covered endpoints says what the code does."""

import re
from pathlib import Path

from discord import app_commands

from bot.api.routes import ROUTES
from bot.app import Vivant
from tests.api.coverage import DOORS, NO_DOOR, PAGE, handlers, page
from tests.e2e.conftest import opened_town

ROOT = Path(__file__).parents[2]
KNOWN = {route.operation for route in ROUTES}
CALLED_BY_THE_CLIENT = {"login_member"}


async def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(await handlers()), (
        "write it anew with: python -m tests.api.coverage"
    )


async def test_the_sandbox_serves_every_row() -> None:
    assert (await handlers()).keys() == KNOWN


def used() -> set[str]:
    """The operations that the bot calls, outside the table itself and the doctor's probes."""
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]
    rest = [file for file in files if file.name not in {"routes.py", "probing.py"}]
    named = re.findall(
        r"\broutes\.([A-Z_]+)\b", "\n".join(file.read_text(encoding="utf-8") for file in rest)
    )
    return {name.lower() for name in named} | CALLED_BY_THE_CLIENT


def test_the_last_column_names_a_door_for_what_is_used_and_for_nothing_else() -> None:
    assert DOORS.keys() <= KNOWN
    assert NO_DOOR not in DOORS.values()
    with_door = {operation for operation, door in DOORS.items() if not door.startswith("none")}
    elsewhere = {operation for operation, door in DOORS.items() if door.startswith("none")}
    without = (used() & KNOWN) - with_door - elsewhere
    assert without == set(), "the bot calls them: name their doors"
    assert DOORS.keys() == KNOWN, "say what leads to them, or why nothing does"
    assert with_door <= used(), "the bot does not call them"


async def test_every_command_and_button_in_the_last_column_is_there(tmp_path: Path) -> None:
    async with opened_town(tmp_path) as town:
        town.variables["EXPLICIT_ENABLED"] = "true"
        async with town.bot() as bot:
            commands, buttons = commands_of(bot), buttons_of(bot)
    for operation, door in DOORS.items():
        for named in re.findall(r"`([^`]+)`", door):
            if named.startswith("/"):
                assert named in commands, operation
            elif ":" in named:
                assert any(each.fullmatch(named) for each in buttons), operation


def commands_of(bot: Vivant) -> set[str]:
    """The slash commands that people are offered, by their full names."""
    every = bot.tree.walk_commands()
    return {f"/{each.qualified_name}" for each in every if isinstance(each, app_commands.Command)}


def buttons_of(bot: Vivant) -> list[re.Pattern[str]]:
    """What the custom ids of all buttons look like."""
    return list(bot._connection._view_store._dynamic_items)
