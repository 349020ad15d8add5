"""What is written down of the policy's verdicts: who, where, what, which one; never a word said.

Whoever asks the policy on somebody's behalf leaves word here: the gate for what people do, and
whoever works on something later for what is refused by then.
"""

from bot.policy import Allowed, Ask, Place, Reason, Refused, Send
from bot.store import Store
from bot.store.records import Audited
from bot.telemetry import Metrics


class Trail:
    """Notes verdicts in the audit trail, and counts refusals."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def verdict(
        self, ask: Ask, verdict: Allowed | Refused, place: Place, person_id: int
    ) -> None:
        """Note a refusal of anything, and the permission to send something."""
        operation = ask.operation if isinstance(ask, Send) else None
        what = type(ask).__name__.lower()
        if isinstance(verdict, Refused):
            await self.refused(what, verdict.reason, place, person_id, operation)
        elif operation:
            await self._add(what, verdict.mode, place, person_id, operation)

    async def refused(
        self,
        what: str,
        reason: Reason,
        place: Place,
        person_id: int,
        operation: str | None = None,
    ) -> None:
        """Note a refusal."""
        self._metrics.refusals.labels(reason).inc()
        await self._add(what, reason, place, person_id, operation)

    async def _add(
        self, what: str, verdict: str, place: Place, person_id: int, operation: str | None
    ) -> None:
        entry = Audited(
            what=what,
            verdict=verdict,
            person_id=person_id,
            guild_id=place.guild_id,
            channel_id=place.channel_id,
            operation=operation,
        )
        await self._store.audit.add(entry)
