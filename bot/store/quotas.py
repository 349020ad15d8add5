"""How much of something was used on a day: counted and checked as one, gone by itself.

A day is a calendar day in UTC. What is counted against a quota can be given back, so a deletion
frees nothing and a failure costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import OverLimit
from bot.store import keys, scripts
from bot.store.link import Link


@dataclass(frozen=True, slots=True)
class Quota:
    """``what`` is limited to ``most`` for one ``scope`` (a person, a server); 0 is no limit."""

    what: str
    scope: str
    most: int = 0


class Quotas:
    """Counters by day."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def take(self, quotas: Sequence[Quota], count: int, day: datetime) -> None:
        """Count ``count`` against all of ``quotas``, or against none.

        Raises:
            OverLimit: With the first that it would be too much for.
        """
        limits = [each.most for each in quotas]
        over = await self._link.script(
            scripts.COUNT, _keys(quotas, day), [count, int(keys.QUOTA.total_seconds()), *limits]
        )
        if over:
            quota = quotas[int(over) - 1]
            raise OverLimit(quota.what, quota.most)

    async def give_back(self, quotas: Sequence[Quota], count: int, day: datetime) -> None:
        """Take back what was counted on a day."""
        for key in _keys(quotas, day):
            await self._link.call("DECRBY", key, count)

    async def used(self, quota: Quota, day: datetime) -> int:
        """How much was counted on a day."""
        (text,) = await self._link.look([("GET", *_keys([quota], day))])
        return max(0, int(text or 0))


def _keys(quotas: Sequence[Quota], day: datetime) -> list[str]:
    return [keys.quota(f"{day:%Y-%m-%d}", each.what, each.scope) for each in quotas]
