"""How long to wait between looks for something whose answer was lost."""

from collections.abc import Iterator

LONGEST = 10.0
"""Seconds between two looks at most."""


def pauses(within: float) -> Iterator[float]:
    """Seconds to wait before each look: none, then 0.5 and doubling, ``within`` seconds in all."""
    yield 0.0
    pause, waited = 0.5, 0.0
    while waited + pause <= within:
        yield pause
        waited += pause
        pause = min(pause * 2, LONGEST)
