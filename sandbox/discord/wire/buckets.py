"""Rate limits with honest headers.

One bucket per limit and major parameter; a global limit per account; counters of what went wrong.
Source: Discord's documentation, "Rate Limits"; the numbers per route are what bots observe, since
Discord publishes none.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.discord.model import Json
from sandbox.discord.rest.table import Row

MAJOR = ("channel_id", "guild_id", "webhook_id", "token")
VIA = {"Via": "1.1 local"}


@dataclass(frozen=True, slots=True)
class Limit:
    requests: int
    seconds: float


OBSERVED = {
    "messages": Limit(5, 5),
    "webhook": Limit(5, 2),
    "interaction": Limit(5, 2),
    "reactions": Limit(1, 0.25),
    "deletes": Limit(5, 1),
    "typing": Limit(5, 5),
    "threads": Limit(10, 10),
    "other": Limit(10, 1),
}


@dataclass(slots=True)
class Window:
    """A fixed window that opens with its first request."""

    opened: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limits say of one request; ``retry_after`` in seconds, None if it may pass."""

    headers: Mapping[str, str]
    retry_after: float | None = None
    everywhere: bool = False

    @property
    def body(self) -> Json:
        return {
            "message": "You are being rate limited.",
            "retry_after": round(self.retry_after or 0.0, 3),
            "global": self.everywhere,
            "code": 0,
        }


@dataclass(slots=True)
class Buckets:
    """All limits; ``enabled`` may be switched off, ``limits`` changed at any time.

    Attributes:
        overall: Requests per second of one account, interaction tokens aside; 0: no such limit.
        refused: 429s by route name.
        invalid: Answers with 401, 403 or 429; Discord bans an address above 10,000 in 10 minutes.
    """

    enabled: bool = True
    limits: dict[str, Limit] = field(default_factory=lambda: dict(OBSERVED))
    overall: int = 50
    refused: Counter[str] = field(default_factory=Counter)
    invalid: int = 0
    _windows: dict[tuple[str, ...], Window] = field(default_factory=dict)

    @property
    def too_many(self) -> int:
        """How many 429s were given in all."""
        return self.refused.total()

    def take(self, row: Row, path: Mapping[str, str], account: str, now: float) -> Verdict:
        """Count one request at ``now`` (Unix seconds)."""
        if not self.enabled:
            return Verdict({})
        if self.overall and not row.open:
            wait = self._count(("all", account), Limit(self.overall, 1.0), now)[1]
            if wait is not None:
                return self._refuse(row, wait, {"X-RateLimit-Global": "true"}, everywhere=True)
        limit = self.limits.get(row.bucket)
        if limit is None:
            return Verdict({})
        return self._in_bucket(row, limit, path, now)

    def _in_bucket(self, row: Row, limit: Limit, path: Mapping[str, str], now: float) -> Verdict:
        name = row.name if row.bucket == "other" else row.bucket
        key = (name, *(path.get(part, "") for part in MAJOR))
        window, wait = self._count(key, limit, now)
        reset = window.opened + limit.seconds
        headers = {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(max(0, limit.requests - window.used)),
            "X-RateLimit-Reset": f"{reset:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, reset - now):.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
        }
        if wait is not None:
            return self._refuse(row, wait, headers, everywhere=False)
        return Verdict(headers)

    def _count(self, key: tuple[str, ...], limit: Limit, now: float) -> tuple[Window, float | None]:
        window = self._windows.get(key)
        if window is None or now >= window.opened + limit.seconds:
            window = self._windows[key] = Window(now)
        if window.used >= limit.requests:
            return window, window.opened + limit.seconds - now
        window.used += 1
        return window, None

    def _refuse(
        self, row: Row, wait: float, headers: dict[str, str], *, everywhere: bool
    ) -> Verdict:
        self.refused[row.name] += 1
        scope = "global" if everywhere else "user"
        told = {**headers, **VIA, "Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope}
        return Verdict(told, wait, everywhere)
