"""One town and one bot for all dialects of a file: the service changes its dialect as it runs."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.discord.wire.buckets import Limit
from tests.dialects.combinations import (
    Choice,
    dialect,
    everything,
    name_of,
    pairwise,
    singles,
    values,
)
from tests.e2e.conftest import FAILED, Town, opened_town

SHORTER_WAITS = {
    "ALIVEAI_POLL_SECONDS": "0.005",
    "SEARCH_SECONDS": "1.5",
    "DAILY_PICTURES": "0",
    "EXPLICIT_ENABLED": "true",  # scenes have their own pictures for whoever confirmed to be adult
}

ROOMY = {"messages", "webhook", "interaction", "threads", "reactions", "other", "typing", "deletes"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[Town]:
    """A town with a bot in it, shared by all tests of a file."""
    with tempfile.TemporaryDirectory(prefix="vivant-") as folder:
        async with opened_town(Path(folder)) as opened:
            opened.discord.limits.limits |= dict.fromkeys(ROOMY, Limit(500, 1))
            opened.discord.limits.overall = 0
            opened.variables |= SHORTER_WAITS
            async with opened.bot():
                yield opened


@pytest.fixture
async def spoken(
    world: Town, choice: Choice, request: pytest.FixtureRequest
) -> AsyncIterator[Town]:
    """The town, its AI service speaking the dialect of ``choice``; nothing is left of another."""
    ai, account = world.ai, world.ai.state.account
    ai.dialect, account.credits = dialect(choice), 100_000
    ai.calls.clear()
    yield world
    if FAILED in request.node.stash:
        world.tell()
    ai.faults.clear()
    ai.release()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize with dialects: by ``concerns`` each value and each pair of these members once,

    by ``dialects_all`` all combinations of them, if that marker was asked for.
    """
    if "choice" not in metafunc.fixturenames:
        return
    known = values()
    if mark := metafunc.definition.get_closest_marker("dialects_all"):
        asked = "dialects_all" in metafunc.config.option.markexpr.removeprefix("not ")
        some = {name: known[name] for name in mark.args}
        choices = list(everything(some)) if asked else []
    else:
        [mark] = metafunc.definition.iter_markers("concerns")
        some = {name: known[name] for name in mark.args}
        choices = [*singles(some), *pairwise(some)[1:]]
    metafunc.parametrize("choice", choices, ids=map(name_of, choices))
