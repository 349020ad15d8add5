"""What people write in a scene, gathered into turns.

Messages that follow each other quickly become one turn; what comes while a reply is being written
becomes the next, in order. Every gathered turn is a record, so a restart loses none.
"""

import asyncio
import secrets
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

    def holds(self, channel_id: int) -> bool:
        """Whether a turn waits in this channel."""
        return bool(self._waiting.get(channel_id))

    async def add(self, scene: Scene, line: Line) -> None:
        """Take a message into the channel's next turn.

        Raises:
            OverLimit: It is longer than a whole turn may be.
        """
        text = line.text if line.person_id == scene.owner_id else f"{line.name}: {line.text}"
        if len(text) > TURN_LIMIT:
            raise OverLimit("message", TURN_LIMIT)
        turn = self._joined(scene.channel_id, line, text) or self._begun(scene, line, text)
        await self._store.turns.save(turn)

    def take_up(self, turn: Turn) -> None:
        """Queue a turn of an earlier process."""
        self._enqueue(_Gathering(turn, began=0.0))

    async def drop(self, channel_id: int) -> None:
        """Forget what waits in a channel."""
        queue = self._waiting.get(channel_id, deque())
        while queue:
            await self._store.turns.drop(queue.popleft().turn.turn_id)

    def _joined(self, channel_id: int, line: Line, text: str) -> Turn | None:
        """The last waiting turn with the message in it, if it may still join."""
        queue = self._waiting.get(channel_id)
        if not queue or queue[-1].turn.sent or queue[-1].turn.filtered != line.filtered:
            return None
        gathering = queue[-1]
        longer = f"{gathering.turn.text}\n{text}"
        if len(longer) > TURN_LIMIT:
            return None
        gathering.turn.text = longer
        gathering.turn.asked_in.append(line.message_id)
        gathering.touched = monotonic()
        return gathering.turn

    def _begun(self, scene: Scene, line: Line, text: str) -> Turn:
        turn = new_turn(scene, TurnKind.SAY, line.person_id, filtered=line.filtered)
        turn.text = text
        turn.asked_in = [line.message_id]
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
                    await self._run(queue.popleft().turn)
        finally:
            del self._waiting[channel_id]

    async def _quiet(self, queue: deque[_Gathering]) -> None:
        """Wait until nobody has added to the first turn for a moment, or it waited long enough."""
        while queue:
            gathering = queue[0]
            quiet_at = gathering.touched + self._limits.turn_wait_seconds
            latest = gathering.began + self._limits.turn_most_seconds
            if (pause := min(quiet_at, latest) - monotonic()) <= 0:
                return
            await asyncio.sleep(pause)
