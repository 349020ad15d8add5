"""What the service was asked, in order, for tests to assert on and to print when they fail."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DOWNLOAD = "download"
"""The operation under which fetched media are listed; it is in no table of routes."""
UNKNOWN = "unknown"
"""The operation of a request that no row answers."""


@dataclass
class Received:
    """One request. ``credential`` is its prefix only; ``status`` is 0 until it is answered."""

    operation: str
    method: str
    address: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    credential: str = ""
    status: int = 0


class Calls:
    """Every request received, oldest first."""

    def __init__(self) -> None:
        self._received: list[Received] = []

    def __iter__(self) -> Iterator[Received]:
        return iter(self._received)

    def __len__(self) -> int:
        return len(self._received)

    def __getitem__(self, index: int) -> Received:
        return self._received[index]

    def add(self, received: Received) -> Received:
        """Keep a request."""
        self._received.append(received)
        return received

    def of(self, operation: str) -> list[Received]:
        """The requests of one operation."""
        return [each for each in self._received if each.operation == operation]

    def clear(self) -> None:
        """Forget what was received so far."""
        self._received.clear()

    def transcript(self) -> str:
        """One line for each request."""
        return "\n".join(
            f"{each.status or '...'} {each.operation}: {each.method} {each.address} "
            f"{json.dumps(each.body, default=repr)[:300]}"
            for each in self._received
        )
