"""Lets a test hold work and move it one step at a time, and wait for a fact without sleeping.

Every reply and every generation takes a turn through one gate and stops before each of its steps
while the gate holds it. Unheld work runs through.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 10.0
"""Seconds after which a wait for something that does not happen fails the test."""


class Bell:
    """Rings at every change; whoever waits for a fact looks again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something changed."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, fact: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Return when ``fact()`` is true. Raises ``TimeoutError`` after ``seconds``."""
        async with asyncio.timeout(seconds):
            while not fact():
                await self._rung.wait()


class Turn:
    """One piece of work on its way: its ``kind`` ("reply", "generation"), its ``key`` (an id)."""

    def __init__(self, gate: "Gate", kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        self.settled = asyncio.Event()
        self._gate = gate
        self._go: asyncio.Future[None] | None = None

    @property
    def waits(self) -> bool:
        """Whether it stands before a held step."""
        return self._go is not None

    async def wait(self) -> None:
        """Pass, or stand until a test lets this turn take its next step."""
        self.settled.set()
        if not self._gate.holds(self):
            return
        self._go = asyncio.get_running_loop().create_future()
        self._gate.bell.ring()
        try:
            await self._go
        finally:
            self._go = None

    def go(self) -> None:
        """Let it take one step."""
        self.settled.clear()
        if self._go and not self._go.done():
            self._go.set_result(None)


class Gate:
    """Holds turns by kind or key; see the module."""

    def __init__(self, bell: Bell) -> None:
        self.bell = bell
        self._held: set[str] = set()
        self._turns: list[Turn] = []

    def holds(self, turn: Turn) -> bool:
        """Whether the turn has to stand before its next step."""
        return bool(self._held & {"", turn.kind, turn.key})

    def hold(self, what: str = "") -> None:
        """Hold turns of that kind or key from their next step on; everything by default."""
        self._held.add(what)

    def release(self, what: str = "") -> None:
        """Take back the hold on that kind or key; all holds by default."""
        self._held = self._held - {what} if what else set()
        for turn in self._turns:
            if turn.waits and not self.holds(turn):
                turn.go()

    async def step(self, what: str = "", times: int = 1) -> None:
        """Let the oldest held turn (of that kind or key) take ``times`` steps, one after another.

        Returns when the step's effects have happened: the turn stands again or has ended.
        """
        for _ in range(times):
            await self.bell.until(lambda: self._standing(what) is not None)
            turn = self._standing(what)
            if turn:
                turn.go()
                async with asyncio.timeout(PATIENCE):
                    await turn.settled.wait()

    @contextmanager
    def turn(self, kind: str, key: str) -> Iterator[Turn]:
        """A new turn through the gate."""
        turn = Turn(self, kind, key)
        self._turns.append(turn)
        try:
            yield turn
        finally:
            self._turns.remove(turn)
            turn.settled.set()
            self.bell.ring()

    def _standing(self, what: str) -> Turn | None:
        return next(
            (turn for turn in self._turns if turn.waits and what in ("", turn.kind, turn.key)), None
        )
