"""Faults on demand: the nth call of a route fails, comes late, or loses its answer."""

import json
from dataclasses import dataclass, field

from sandbox.discord.model import Json
from sandbox.discord.rest.table import ROWS

CDN_FILE = "CDN GET attachment"
NAMES = frozenset({*(row.name for row in ROWS), CDN_FILE})


@dataclass(slots=True)
class Fault:
    """What happens to some calls of one route.

    Attributes:
        first: The first call that is hit, counted from 1 when the fault is planned.
        times: How many calls are hit.
        status: The answer's status; 0 lets the call succeed (a mere delay).
        took_effect: The call is carried out before it fails.
        delay: Seconds of real time before anything happens.
        hang_up: The connection is cut instead of an answer.
    """

    route: str
    first: int
    times: int
    status: int = 0
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    took_effect: bool = False
    delay: float = 0.0
    hang_up: bool = False
    calls: int = 0

    def hits(self) -> bool:
        """Count a call, and say whether it is hit."""
        self.calls += 1
        return self.first <= self.calls < self.first + self.times

    @property
    def fails(self) -> bool:
        return self.hang_up or self.status > 0

    @property
    def payload(self) -> bytes:
        return json.dumps(self.body).encode()


class Faults:
    """The planned faults of the REST side."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def fail(
        self,
        route: str,
        *,
        status: int = 500,
        body: Json | None = None,
        headers: dict[str, str] | None = None,
        nth: int = 1,
        times: int = 1,
        took_effect: bool = False,
    ) -> Fault:
        """Answer calls ``nth`` to ``nth + times - 1`` of ``route`` with ``status`` and ``body``.

        ``route`` is a row's name, for example ``POST /channels/{channel_id}/messages``, or
        ``CDN_FILE`` for downloads from the CDN.
        """
        words = body or {"message": f"{status}: planned fault", "code": 0}
        extra = {"Via": "1.1 local", **(headers or {})}
        return self._plan(Fault(route, nth, times, status, words, extra, took_effect))

    def delay(self, route: str, seconds: float, *, nth: int = 1, times: int = 1) -> Fault:
        """Let calls of ``route`` wait for ``seconds`` of real time."""
        return self._plan(Fault(route, nth, times, delay=seconds))

    def hang_up(
        self, route: str, *, nth: int = 1, times: int = 1, took_effect: bool = False
    ) -> Fault:
        """Cut the connection of calls of ``route``."""
        return self._plan(Fault(route, nth, times, took_effect=took_effect, hang_up=True))

    def clear(self) -> None:
        self._planned.clear()

    def hit(self, route: str) -> Fault | None:
        """The fault that this call of ``route`` meets, if any."""
        met = [one for one in self._planned if one.route == route and one.hits()]
        return met[0] if met else None

    def _plan(self, fault: Fault) -> Fault:
        if fault.route not in NAMES:
            raise ValueError(f"no route is named {fault.route}")
        self._planned.append(fault)
        return fault
