"""What people write in a scene, gathered into turns.

The store is the queue: every message is a turn in it before anything is done about it, so a
restart loses none, and no process can run what another has run. Each channel is worked off by one
worker at a time, which has the channel's chat to itself. What came in quick succession becomes
one turn, and what came during a reply becomes the next; whoever reworded what still waits changes
the turn that it is in.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from bot.errors import OverLimit, VivantError
from bot.store import Store
from bot.store.records import Anchor, Scene, Turn, TurnKind, now
from bot.tasks import Tasks
from config.settings import Limits

log = logging.getLogger(__name__)

TURN_LIMIT = 4000
"""Characters of a turn (API documentation, Send Message)."""

REMEMBERED = 1000
"""Messages by whose ids a second hearing is recognised."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds before what failed for the moment is tried again; the pause doubles up to this."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person in a scene, as ``spoken`` words it.

    ``filtered`` is the policy's verdict on the reply.
    """

    person_id: int
    text: str
    message_id: int
    filtered: bool


def spoken(scene: Scene, person_id: int, name: str, text: str) -> str:
    """What is sent for a message: whoever is not the scene's owner speaks under their name."""
    return text if person_id == scene.owner_id else f"{name}: {text}"


def new_turn(scene: Scene, kind: TurnKind, person_id: int, *, filtered: bool) -> Turn:
    """A turn of a scene that nothing has been done about."""
    return Turn(
        turn_id=secrets.token_hex(8),
        application_id=scene.application_id,
        channel_id=scene.channel_id,
        guild_id=scene.guild_id,
        chat_id=scene.chat_id,
        kind=kind,
        person_id=person_id,
        filtered=filtered,
    )


class Inbox:
    """The waiting turns of all channels.

    Args:
        store: Where they wait.
        tasks: Owns the workers; a channel without turns has none.
        limits: How long a turn may grow.
        alone: Waits until a channel's chat is free and keeps it so.
        run: Runs a turn. What it raises is over if it dropped the turn, else tried again.
    """

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        limits: Limits,
        alone: Callable[[int], AbstractAsyncContextManager[None]],
        run: Callable[[Turn], Awaitable[None]],
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._limits = limits
        self._alone = alone
        self._run = run
        self._called: dict[int, bool] = {}
        self._odd: set[str] = set()
        self._heard: dict[int, None] = {}
        self._taken: set[str] = set()
        self._changing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def add(self, scene: Scene, line: Line, *, again: bool = False) -> None:
        """Take a message into the channel's next turn, once unless it shall be said ``again``.

        Raises:
            OverLimit: It is longer than a whole turn may be.
            StoreDown: It was not heard.
        """
        if len(line.text) > TURN_LIMIT:
            raise OverLimit("message", TURN_LIMIT)
        if line.message_id in self._heard and not again:
            return
        turn = new_turn(scene, TurnKind.SAY, line.person_id, filtered=line.filtered)
        turn.lines, turn.asked_in = [line.text], [line.message_id]
        self._remember(line.message_id)
        try:
            await self.queue(turn)
        except VivantError:
            del self._heard[line.message_id]
            raise

    async def queue(self, turn: Turn) -> None:
        """Store a turn, to be run when its channel is free; it gets a place for its reply.

        Raises:
            StoreDown: It was not stored.
        """
        turn.anchors = [
            Anchor(channel_id=turn.channel_id, guild_id=turn.guild_id, nonce=turn.turn_id)
        ]
        await self._store.turns.save(turn)
        self.wake(turn.channel_id)

    async def revise(self, channel_id: int, message_id: int, text: str | None) -> bool:
        """Change, or with ``None`` take out, a message of a turn that still waits.

        Returns whether one was waiting; otherwise it is being answered, was, or was never heard.

        Raises:
            OverLimit: The turn would be longer than a turn may be; it stays as it was.
        """
        async with self._lock(channel_id):
            for turn in await self._store.turns.of_channel(channel_id):
                waits = not turn.sent and turn.turn_id not in self._taken
                if waits and message_id in turn.asked_in:
                    await self._revise(turn, turn.asked_in.index(message_id), text)
                    return True
        return False

    def wake(self, channel_id: int) -> None:
        """Work off what waits in a channel; harmless where nothing does."""
        if channel_id not in self._called:
            self._tasks.start(self._work(channel_id), name=f"scene {channel_id}")
        self._called[channel_id] = True

    async def _revise(self, turn: Turn, place: int, text: str | None) -> None:
        if text is None:
            del turn.asked_in[place], turn.lines[place]
        else:
            turn.lines[place] = text
        if len(turn.text) > TURN_LIMIT:
            raise OverLimit("message", TURN_LIMIT)
        if turn.lines:
            await self._store.turns.save(turn)
        else:
            await self._store.turns.drop(turn.turn_id)

    def _remember(self, message_id: int) -> None:
        """Note that a message was heard: what is caught up on may be heard as well."""
        self._heard[message_id] = None
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._changing.setdefault(channel_id, asyncio.Lock())

    async def drop(self, channel_id: int) -> None:
        """Forget what waits in a channel; what was sent is still shown."""
        for turn in await self._store.turns.of_channel(channel_id):
            if not turn.sent:
                await self._store.turns.drop(turn.turn_id)

    async def _work(self, channel_id: int) -> None:
        """Run a channel's turns until none waits, and again if it was woken meanwhile."""
        pause = FIRST_PAUSE
        try:
            while self._called[channel_id]:
                self._called[channel_id] = False
                if not await self._is_done(channel_id):
                    self._called[channel_id] = True
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            del self._called[channel_id]

    async def _is_done(self, channel_id: int) -> bool:
        """Run what waits in a channel; False if it has to be tried again."""
        try:
            await self._empty(channel_id)
        except VivantError as error:
            log.info("channel %d is tried again: %s", channel_id, error)
        except Exception:
            log.exception("channel %d is tried again", channel_id)
        else:
            return True
        return False

    async def _empty(self, channel_id: int) -> None:
        async with self._alone(channel_id):
            while waiting := await self._waiting(channel_id):
                pause = 0.0 if _is_whole(waiting[0]) else self._quiet_in(waiting)
                if pause > 0:
                    await asyncio.sleep(pause)
                elif turn := await self._next(channel_id):
                    await self._run_safely(turn)

    async def _waiting(self, channel_id: int) -> list[Turn]:
        """A channel's turns in the order of their messages; one that was sent comes first."""
        turns = await self._store.turns.of_channel(channel_id)
        return sorted(turns, key=lambda turn: (not turn.sent, turn.asked_in[:1]))

    def _quiet_in(self, waiting: list[Turn]) -> float:
        """Seconds until nobody has added anything for a moment, or the first waited long enough."""
        touched = max(turn.created for turn in waiting).timestamp()
        began = min(turn.created for turn in waiting).timestamp()
        quiet_at = touched + self._limits.turn_wait_seconds
        latest = began + self._limits.turn_most_seconds
        return min(quiet_at, latest) - now().timestamp()

    async def _next(self, channel_id: int) -> Turn | None:
        """The turn to be run now, which from here on nobody rewords; None if all were taken out."""
        async with self._lock(channel_id):
            waiting = await self._waiting(channel_id)
            turn = await self._joined(waiting) if waiting else None
            if turn:
                self._taken.add(turn.turn_id)
            return turn

    async def _joined(self, waiting: list[Turn]) -> Turn:
        """The first turn, with those behind it that may join it.

        It is stored before they are dropped. Should that fail half way, the messages that both
        are about tell next time that they are in it already.
        """
        first, *others = waiting
        joining = []
        for turn in others:
            if not _is_in(first, turn) and not _join(first, turn):
                break
            joining.append(turn)
        if joining:
            await self._store.turns.save(first)
        for turn in joining:
            await self._store.turns.drop(turn.turn_id)
        return first

    async def _run_safely(self, turn: Turn) -> None:
        """Run a turn; what fails twice in a way nobody foresaw must not hold up the others."""
        try:
            await self._run(turn)
        except VivantError:
            raise
        except Exception:
            if turn.turn_id not in self._odd:
                self._odd.add(turn.turn_id)
                raise
            log.exception("a turn in channel %d is dropped", turn.channel_id)
            await self._store.turns.drop(turn.turn_id)
        finally:
            self._taken.discard(turn.turn_id)
        self._odd.discard(turn.turn_id)


def _is_whole(turn: Turn) -> bool:
    """Whether a turn is as it is: nothing can join it, so nothing has to be waited for."""
    return turn.sent or turn.kind is not TurnKind.SAY


def _is_in(first: Turn, turn: Turn) -> bool:
    return bool(turn.asked_in) and set(turn.asked_in) <= set(first.asked_in)


def _join(first: Turn, turn: Turn) -> bool:
    """Put ``turn`` behind ``first`` into one, if both may be one and nothing was sent."""
    says = first.kind is turn.kind is TurnKind.SAY
    alike = first.chat_id == turn.chat_id and first.filtered == turn.filtered
    length = len(first.text) + 1 + len(turn.text)
    if first.sent or not says or not alike or length > TURN_LIMIT:
        return False
    first.lines = [*first.lines, *turn.lines]
    first.asked_in = [*first.asked_in, *turn.asked_in]
    return True
