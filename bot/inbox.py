"""What people write in a scene, gathered into turns.

The store is the queue: every message is a turn in it before anything is done about it, so a
restart loses none, and no process can run what another has run. Each channel is worked off by one
worker at a time, which has the channel's chat to itself. It alone changes the turns that wait:
what came in quick succession becomes one, and what came during a reply becomes the next.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.errors import OverLimit, VivantError
from bot.store import Store
from bot.store.records import Anchor, Scene, Turn, TurnKind, now
from bot.tasks import Tasks
from config.settings import Limits

log = logging.getLogger(__name__)

TURN_LIMIT = 4000
"""Characters of a turn (API documentation, Send Message)."""

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

    async def add(self, scene: Scene, line: Line) -> None:
        """Take a message into the channel's next turn.

        Raises:
            OverLimit: It is longer than a whole turn may be.
            StoreDown: It was not heard.
        """
        if len(line.text) > TURN_LIMIT:
            raise OverLimit("message", TURN_LIMIT)
        turn = new_turn(scene, TurnKind.SAY, line.person_id, filtered=line.filtered)
        turn.text = line.text
        turn.asked_in = [line.message_id]
        turn.anchors = [
            Anchor(channel_id=scene.channel_id, guild_id=scene.guild_id, nonce=turn.turn_id)
        ]
        await self._store.turns.save(turn)
        self.wake(scene.channel_id)

    def wake(self, channel_id: int) -> None:
        """Work off what waits in a channel; harmless where nothing does."""
        if channel_id not in self._called:
            self._tasks.start(self._work(channel_id), name=f"scene {channel_id}")
        self._called[channel_id] = True

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
                if waiting[0].sent or (pause := self._quiet_in(waiting)) <= 0:
                    await self._run_safely(await self._joined(waiting))
                else:
                    await asyncio.sleep(pause)

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
        self._odd.discard(turn.turn_id)


def _is_in(first: Turn, turn: Turn) -> bool:
    return bool(turn.asked_in) and set(turn.asked_in) <= set(first.asked_in)


def _join(first: Turn, turn: Turn) -> bool:
    """Put ``turn`` behind ``first`` into one, if both may be one and nothing was sent."""
    text = f"{first.text}\n{turn.text}"
    says = first.kind is turn.kind is TurnKind.SAY
    alike = first.chat_id == turn.chat_id and first.filtered == turn.filtered
    if first.sent or not says or not alike or len(text) > TURN_LIMIT:
        return False
    first.text = text
    first.asked_in = [*first.asked_in, *turn.asked_in]
    return True
