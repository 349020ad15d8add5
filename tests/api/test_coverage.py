"""The page of covered endpoints says what the code does."""

from pathlib import Path

from bot.api.routes import ROUTES
from tests.api.coverage import DOORS, NO_DOOR, PAGE, handlers, page

ROOT = Path(__file__).parents[2]


async def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(await handlers()), (
        "write it anew with: python -m tests.api.coverage"
    )


async def test_the_sandbox_serves_every_row() -> None:
    assert (await handlers()).keys() == {route.operation for route in ROUTES}


def test_doors_lead_to_rows_that_the_bot_uses() -> None:
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]
    rest = [file for file in files if file.name != "routes.py"]
    code = "\n".join(file.read_text(encoding="utf-8") for file in rest)
    for operation, door in DOORS.items():
        assert operation in {route.operation for route in ROUTES}
        if not door.startswith("none"):
            assert f"{operation.upper()}" in code, operation
    assert NO_DOOR not in DOORS.values()
