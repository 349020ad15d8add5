"""What experience tells: how long a generation takes and what it costs, by operation and model.

The API documents neither. The newest times of each kind are kept in the store; a range is told
from them, from the lower to the upper quartile, so that it is honest when times vary. Costs hardly
vary: one is believed for a week and then learned anew.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Any

from bot.api import routes
from bot.errors import ApiError
from bot.operations import OPERATIONS
from bot.parts import Parts
from bot.store import Store
from bot.store.records import Job

KEPT = 20
"""Times of one kind that count: newer ones replace older ones."""

ENOUGH = 3
"""Times without which no range is told."""

COST_SECONDS = 7 * 24 * 3600.0

CREDITS_PATIENCE = 3.0
"""Seconds that a create waits at most to hear what the account has before it."""


class Estimates:
    """Ranges of seconds, and credits, learned and told."""

    def __init__(self, store: Store) -> None:
        self._options = store.options

    async def seconds(self, operation: str, body: Mapping[str, Any]) -> tuple[float, float] | None:
        """From the start of a generation to its end: a likely range; ``None`` if too few ran."""
        figures = await self._times(operation, body)
        if len(figures) < ENOUGH:
            return None
        low, _, high = quantiles(figures, n=4, method="inclusive")
        return low, high

    async def cost(self, operation: str, body: Mapping[str, Any]) -> float | None:
        """Credits of one generation; ``None`` if none was seen lately."""
        kept = await self._options.get(_key("credits", operation, body))
        return float(kept) if isinstance(kept, int | float) else None

    async def heavy_cost(self, operation: str, body: Mapping[str, Any]) -> float | None:
        """The same for what is worth a word before it is made: videos."""
        heavy = OPERATIONS[operation].wants == "VIDEO"
        return await self.cost(operation, body) if heavy else None

    async def note_seconds(self, operation: str, body: Mapping[str, Any], seconds: float) -> None:
        """Learn how long one took."""
        figures = [*await self._times(operation, body), round(seconds, 2)][-KEPT:]
        await self._options.put(_key("seconds", operation, body), [*figures])

    async def note_cost(self, operation: str, body: Mapping[str, Any], spent: float) -> None:
        """Learn what one cost."""
        await self._options.put(_key("credits", operation, body), round(spent, 2), COST_SECONDS)

    async def _times(self, operation: str, body: Mapping[str, Any]) -> list[float]:
        kept = await self._options.get(_key("seconds", operation, body))
        listed = kept if isinstance(kept, list) else []
        return [float(each) for each in listed if isinstance(each, int | float)]


class Costs:
    """Learns costs from the account's credits before and after a create.

    Only of creates that were alone in this process; another client of the account may blur one.
    """

    def __init__(self, parts: Parts, estimates: Estimates) -> None:
        self._api = parts.api
        self._tasks = parts.tasks
        self._estimates = estimates
        self._begun = 0
        self._open = 0

    @asynccontextmanager
    async def learned(self, job: Job) -> AsyncIterator[None]:
        """Around a create: learn what it costs, if that is not known."""
        known = await self._estimates.cost(job.operation, job.body) is not None
        alone = self._open == 0
        self._begun += 1
        self._open += 1
        number = self._begun
        try:
            before = await self._credits() if alone and not known else None
            yield
        finally:
            self._open -= 1
        if before is not None and job.prompt_id:
            self._tasks.start(self._compare(job, before, number), name="cost of a create")

    async def _compare(self, job: Job, before: float, number: int) -> None:
        after = await self._credits()
        if after is not None and after < before and number == self._begun:
            await self._estimates.note_cost(job.operation, job.body, before - after)

    async def _credits(self) -> float | None:
        try:
            async with asyncio.timeout(CREDITS_PATIENCE):
                return (await self._api.call(routes.GET_ME)).credits
        except (ApiError, TimeoutError):
            return None


def _key(what: str, operation: str, body: Mapping[str, Any]) -> str:
    row = OPERATIONS[operation]
    model = str(body.get(row.model) or "") if row.model else ""
    length = str(body.get("videoLength") or "")
    return f"{what}:{operation}:{model}:{length}"
