"""What people write in a scene, gathered into turns.

Messages that follow each other quickly become one turn; what comes while a reply is being written
becomes the next, in order. Every gathered turn is a record, so a restart loses none.
"""

import asyncio
import secrets
from bisect import bisect
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from bot.errors import OverLimit
from bot.store import Store
from bot.store.records import Anchor, Scene, Turn, TurnKind
from bot.tasks import Tasks
from config.settings import Limits

TURN_LIMIT = 4000
"""Characters of a turn (API documentation, Send Message)."""

REMEMBERED = 1000
"""Messages by whose ids a second hearing is recognised."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person in a scene. ``filtered`` is the policy's verdict on the reply."""

    person_id: int
    name: str
    text: str
    message_id: int
    filtered: bool


@dataclass(slots=True)
class _Gathering:
    """A turn that may still grow; times are of the monotonic clock, in seconds."""

    turn: Turn
    began: float = field(default_factory=monotonic)
    touched: float = field(default_factory=monotonic)


def new_turn(scene: Scene, kind: TurnKind, person_id: int, *, filtered: bool) -> Turn:
    """A turn of a scene that nothing has been done about."""
    return Turn(
        turn_id=secrets.token_hex(8),
        channel_id=scene.channel_id,
        guild_id=scene.guild_id,
        chat_id=scene.chat_id,
        kind=kind,
        person_id=person_id,
        filtered=filtered,
    )


class Inbox:
    """The waiting turns of all channels, each channel's run in order by ``run``."""

    def __init__(
        self, store: Store, tasks: Tasks, limits: Limits, run: Callable[[Turn], Awaitable[None]]
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._limits = limits
        self._run = run
        self._waiting: dict[int, deque[_Gathering]] = {}
        self._heard: dict[int, None] = {}

    def holds(self, channel_id: int) -> bool:
        """Whether a turn waits in this channel."""
        return bool(self._waiting.get(channel_id))

    async def add(self, scene: Scene, line: Line, *, again: bool = False) -> None:
        """Take a message into the channel's next turn, once unless it shall be said ``again``.

        Raises:
            OverLimit: It is longer than a whole turn may be.
        """
        text = line.text if line.person_id == scene.owner_id else f"{line.name}: {line.text}"
        if len(text) > TURN_LIMIT:
            raise OverLimit("message", TURN_LIMIT)
        if not self._new(line.message_id) and not again:
            return
        turn = self._joined(scene.channel_id, line, text) or self._begun(scene, line, text)
        await self._store.turns.save(turn)

    async def queue(self, turn: Turn) -> None:
        """Store a turn that was made elsewhere and run it when its channel is free."""
        await self._store.turns.save(turn)
        self._enqueue(_Gathering(turn, began=0.0))

    async def revise(self, channel_id: int, message_id: int, text: str | None) -> bool:
        """Change, or with ``None`` take out, a message of a turn that still waits.

        Returns whether one was waiting; otherwise it was sent already, or never heard.
        """
        for gathering in self._waiting.get(channel_id, deque()):
            turn = gathering.turn
            if message_id not in turn.asked_in or turn.sent:
                continue
            place = turn.asked_in.index(message_id)
            if text is None:
                del turn.asked_in[place], turn.lines[place]
            else:
                turn.lines[place] = text[:TURN_LIMIT]
            turn.text = "\n".join(turn.lines)[:TURN_LIMIT]
            await self._store.turns.save(turn)
            return True
        return False

    def take_up(self, turn: Turn) -> None:
        """Queue a turn of an earlier process."""
        self._enqueue(_Gathering(turn, began=0.0))

    async def drop(self, channel_id: int) -> None:
        """Forget what waits in a channel."""
        queue = self._waiting.get(channel_id, deque())
        while queue:
            await self._store.turns.drop(queue.popleft().turn.turn_id)

    def _new(self, message_id: int) -> bool:
        """Whether a message comes for the first time: what is caught up on may be heard as well."""
        if message_id in self._heard:
            return False
        self._heard[message_id] = None
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]
        return True

    def _joined(self, channel_id: int, line: Line, text: str) -> Turn | None:
        """The last waiting turn with the message in it, if it may still join."""
        queue = self._waiting.get(channel_id)
        if not queue or queue[-1].turn.sent or queue[-1].turn.filtered != line.filtered:
            return None
        if queue[-1].turn.kind is not TurnKind.SAY:
            return None
        gathering = queue[-1]
        turn = gathering.turn
        # They are heard side by side, so a later one may get here first.
        place = bisect(turn.asked_in, line.message_id)
        lines = [*turn.lines[:place], text, *turn.lines[place:]]
        if len("\n".join(lines)) > TURN_LIMIT:
            return None
        turn.lines, turn.text = lines, "\n".join(lines)
        turn.asked_in.insert(place, line.message_id)
        gathering.touched = monotonic()
        return turn

    def _begun(self, scene: Scene, line: Line, text: str) -> Turn:
        turn = new_turn(scene, TurnKind.SAY, line.person_id, filtered=line.filtered)
        turn.text = text
        turn.asked_in, turn.lines = [line.message_id], [text]
        turn.anchors = [
            Anchor(channel_id=scene.channel_id, guild_id=scene.guild_id, nonce=turn.turn_id)
        ]
        self._enqueue(_Gathering(turn))
        return turn

    def _enqueue(self, gathering: _Gathering) -> None:
        channel_id = gathering.turn.channel_id
        queue = self._waiting.get(channel_id)
        if queue is None:
            self._waiting[channel_id] = deque([gathering])
            self._tasks.start(self._work(channel_id), name=f"scene {channel_id}")
        else:
            queue.append(gathering)

    async def _work(self, channel_id: int) -> None:
        """Run a channel's turns in order until none waits."""
        queue = self._waiting[channel_id]
        try:
            while queue:
                await self._quiet(queue)
                if queue:
                    await self._take(queue.popleft().turn)
        finally:
            del self._waiting[channel_id]

    async def _take(self, turn: Turn) -> None:
        """Run a turn, unless all of it was taken back while it waited."""
        if turn.kind is TurnKind.SAY and not turn.text.strip():
            await self._store.turns.drop(turn.turn_id)
        else:
            await self._run(turn)

    async def _quiet(self, queue: deque[_Gathering]) -> None:
        """Wait until nobody has added to the first turn for a moment, or it waited long enough."""
        while queue:
            gathering = queue[0]
            quiet_at = gathering.touched + self._limits.turn_wait_seconds
            latest = gathering.began + self._limits.turn_most_seconds
            if (pause := min(quiet_at, latest) - monotonic()) <= 0:
                return
            await asyncio.sleep(pause)
