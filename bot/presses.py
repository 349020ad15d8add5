"""Double clicks: the same asked for twice by a slip of the hand makes one job."""

import time
from collections.abc import Callable

DOUBLE_CLICK = 1.0
"""Seconds within which a second press of a button is a slip of the hand."""


class Presses:
    """What was asked for a moment ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def is_repeated(self, what: str) -> bool:
        """Whether the same was asked for within ``DOUBLE_CLICK`` seconds."""
        moment = self._clock()
        self._last = {k: at for k, at in self._last.items() if moment - at < DOUBLE_CLICK}
        if what in self._last:
            return True
        self._last[what] = moment
        return False
