"""All traffic, remembered for assertions and for the eyes of whoever reads a failed test."""

import json
import sys
from collections import deque
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 400
MOST_ENTRIES = 5000


@dataclass(slots=True)
class Exchange:
    """One request and its answer, or one gateway frame.

    Attributes:
        at: Unix seconds.
        kind: ``REST``, ``CDN``, ``>`` (gateway, from the server) or ``<`` (to the server).
        route: The row's name, or the frame's event or opcode.
        who: Name of the account, if known.
    """

    at: float
    kind: str
    route: str
    who: str
    path: str = ""
    body: Any = None
    status: int = 0
    reply: Any = None

    def __str__(self) -> str:
        answer = f" -> {self.status} {_short(self.reply)}" if self.status else ""
        sent = f" {_short(self.body)}" if self.body not in (None, {}) else ""
        head = f"{self.at % 1000:8.3f} {self.kind:4} {self.who:10} {self.route} {self.path}"
        return f"{head}{sent}{answer}"


class Transcript:
    """The newest traffic, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Exchange] = deque(maxlen=MOST_ENTRIES)

    def add(self, entry: Exchange) -> Exchange:
        self._entries.append(entry)
        return entry

    def requests(self, route: str = "") -> list[Exchange]:
        """REST exchanges whose route name contains ``route``."""
        return [one for one in self._entries if one.kind == "REST" and route in one.route]

    def frames(self, name: str = "") -> list[Exchange]:
        """Gateway frames whose event or opcode contains ``name``."""
        return [one for one in self._entries if one.kind in "<>" and name in one.route]

    def __str__(self) -> str:
        return "\n".join(map(str, self._entries))

    def tell(self) -> None:
        """Print everything to standard output.

        Called at the end of a pytest fixture, this shows exactly when a test failed: pytest keeps
        the output of passing tests to itself.
        """
        sys.stdout.write(f"--- the local Discord's transcript ---\n{self}\n")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"
