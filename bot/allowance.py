"""What one person and one server may have made: at once, waiting, and on a day.

Days are counted when jobs are taken on, in the store, so that all processes count together and a
deletion frees nothing; what failed, or was never sent, is given back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.operations import OPERATIONS, Kind
from bot.store import Store
from bot.store.quotas import Quota
from bot.store.records import Job, now
from config.settings import Limits

WITHOUT_LIMIT = 10**6
"""Jobs under way of somebody who has no limits."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many jobs of a person run at once and wait; ``by_day``: the daily quotas hold."""

    running: int
    waiting: int
    by_day: bool = True

    @property
    def under_way(self) -> int:
        """Jobs that may be under way together."""
        return self.running + self.waiting


def allowance_of(limits: Limits, roles: Collection[int] | None) -> Allowance:
    """What somebody with ``roles`` may have: the best that a role gives, else the default.

    Where roles are unknown the default holds.
    """
    held = frozenset(roles or ())
    given = [limits.role_limits[role] for role in held if role in limits.role_limits]
    running = max([limits.running_jobs, *(each[0] for each in given)])
    waiting = max([limits.waiting_jobs, *(each[1] for each in given)])
    if held & limits.exempt_roles:
        return Allowance(running, WITHOUT_LIMIT, by_day=False)
    return Allowance(running, waiting)


class Days:
    """The daily quotas of people and servers."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._quotas = store.quotas
        self._limits = limits

    async def take(self, jobs: Sequence[Job], *, limited: bool) -> None:
        """Count the jobs of one message, before they are stored.

        Raises:
            OverLimit: It would be more than a person, or a server, may have made today.
        """
        first = jobs[0]
        await self._quotas.take(self._of(first, limited=limited), len(jobs), first.created)

    async def give_back(self, *jobs: Job) -> None:
        """Take back what came to nothing."""
        for job in jobs:
            await self._quotas.give_back(self._of(job), 1, job.created)

    async def spent(self, owner_id: int, kind: Kind, day: datetime | None = None) -> int:
        """How much of a kind was made for a person today."""
        return await self._quotas.used(Quota(f"daily {kind}", f"person-{owner_id}"), day or now())

    def _of(self, job: Job, *, limited: bool = False) -> list[Quota]:
        kind, limits = OPERATIONS[job.operation].wants, self._limits
        mine = {"IMAGE": limits.daily_pictures, "VIDEO": limits.daily_videos}[kind]
        here = {"IMAGE": limits.server_daily_pictures, "VIDEO": limits.server_daily_videos}[kind]
        quotas = [Quota(f"daily {kind}", f"person-{job.owner_id}", mine if limited else 0)]
        if job.guild_id:
            quotas.append(Quota(f"server {kind}", f"guild-{job.guild_id}", here if limited else 0))
        return quotas
