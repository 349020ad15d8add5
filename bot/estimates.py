"""What experience tells: how long a generation takes and what it costs, by operation and model.

The API documents neither. The newest figures of each kind are kept in the store; a range is told
from them, from the lower to the upper quartile, so that it is honest when times vary.
"""

from collections.abc import Mapping
from statistics import median, quantiles
from typing import Any

from bot.operations import OPERATIONS
from bot.store import Store

KEPT = 20
"""Figures of one kind that count: newer ones replace older ones."""

ENOUGH = 3
"""Figures without which no range is told."""

COST_SAMPLES = 3
"""Costs hardly vary, so after these few no more are asked for."""


class Estimates:
    """Ranges of seconds and credits, learned and told."""

    def __init__(self, store: Store) -> None:
        self._options = store.options

    async def seconds(self, operation: str, body: Mapping[str, Any]) -> tuple[float, float] | None:
        """From the start of a generation to its end: a likely range; ``None`` if too few ran."""
        figures = await self._figures("seconds", operation, body)
        if len(figures) < ENOUGH:
            return None
        low, _, high = quantiles(figures, n=4, method="inclusive")
        return low, high

    async def cost(self, operation: str, body: Mapping[str, Any]) -> float | None:
        """Credits of one generation; ``None`` if it was never seen."""
        figures = await self._figures("credits", operation, body)
        return median(figures) if figures else None

    async def is_cost_known(self, operation: str, body: Mapping[str, Any]) -> bool:
        """Whether it was seen often enough to be believed."""
        return len(await self._figures("credits", operation, body)) >= COST_SAMPLES

    async def note_seconds(self, operation: str, body: Mapping[str, Any], seconds: float) -> None:
        """Learn how long one took."""
        await self._note("seconds", operation, body, seconds)

    async def note_cost(self, operation: str, body: Mapping[str, Any], spent: float) -> None:
        """Learn what one cost."""
        await self._note("credits", operation, body, spent)

    async def _figures(self, what: str, operation: str, body: Mapping[str, Any]) -> list[float]:
        kept = await self._options.get(_key(what, operation, body))
        listed = kept if isinstance(kept, list) else []
        return [float(each) for each in listed if isinstance(each, int | float)]

    async def _note(
        self, what: str, operation: str, body: Mapping[str, Any], figure: float
    ) -> None:
        figures = [*await self._figures(what, operation, body), round(figure, 2)][-KEPT:]
        await self._options.put(_key(what, operation, body), [*figures])


def _key(what: str, operation: str, body: Mapping[str, Any]) -> str:
    row = OPERATIONS[operation]
    model = str(body.get(row.model) or "") if row.model else ""
    length = str(body.get("videoLength") or "")
    return f"{what}:{operation}:{model}:{length}"
