"""Scenes: which chat lives in which channel, and one turn at a time in each.

A scene maps a channel to a chat at the AI API. What people write reaches it through the inbox;
another version of a reply, and another candidate of it, are asked for here. Whatever changes a
chat does so alone: in this process by a lock per channel, between processes by a lease.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from bot.api import routes
from bot.api.models.chats import Chat, CreateChat
from bot.errors import ApiError, Busy, NotFound, Stale, VivantError
from bot.inbox import Inbox, Line, new_turn
from bot.parts import Parts
from bot.store.records import Character, Persona, Reply, Scene, Turn, TurnKind
from bot.turns import Turns, anchors_of
from bot.versions import message_in, version_of

log = logging.getLogger(__name__)

SETTLING_SECONDS = 1.0
"""How long a turn may need from its reply standing in its messages to being over."""


class Chats:
    """All scenes; ``resume`` is called at the start and then every half minute."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._turns = Turns(parts)
        self._inbox = Inbox(parts.store, parts.tasks, parts.limits, self._in_turn, self._run)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, character: Character, persona: Persona, opening: str) -> Chat:
        """Create a chat at the API that opens with ``opening`` in the character's name."""
        body = CreateChat(
            chat_character_id=character.character_id,
            first_message=opening,
            persona_id=persona.persona_id,
        )
        chat = await self._api.call(routes.CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE, body=body)
        return chat if chat.messages else await self._chat(chat.chat_id)

    async def open(self, scene: Scene, chat: Chat, *, filtered: bool) -> None:
        """Map a channel to its chat and show what the character said last.

        Raises:
            VivantError: It could not be shown, and the channel is not mapped.
        """
        await self._store.scenes.save(scene)
        try:
            await self._greet(scene, chat, filtered=filtered)
        except VivantError:
            await self._store.scenes.end(scene.channel_id)
            raise

    async def discard(self, chat_id: str) -> None:
        """Delete a chat at the API that no channel came to show; one that stays harms nobody."""
        try:
            await self._api.call(routes.DELETE_CHAT, path={"chatId": chat_id})
        except ApiError as error:
            log.warning("the chat of a scene that did not open stays: %s", error)

    async def scene(self, channel_id: int) -> Scene:
        """The scene of a channel.

        Raises:
            NotFound: None lives there.
        """
        if scene := await self._store.scenes.of_channel(channel_id):
            return scene
        raise NotFound("scene")

    async def end(self, channel_id: int) -> Scene:
        """Unmap a channel from its chat, which stays at the API; what waited is dropped.

        A reply that is being written is still shown to its end.

        Raises:
            NotFound: No scene lives there.
        """
        if scene := await self._store.scenes.end(channel_id):
            await self._inbox.drop(channel_id)
            return scene
        raise NotFound("scene")

    async def say(self, scene: Scene, line: Line) -> None:
        """Take what a person wrote into the channel's next turn; the reply comes by itself.

        Raises:
            OverLimit: The text alone is longer than a turn may be.
        """
        await self._inbox.add(scene, line)

    async def regenerate(self, reply: Reply, person_id: int, *, filtered: bool) -> None:
        """Stream another version of the newest reply into the messages that show it.

        Raises:
            Busy: A turn is running in this channel.
            Stale: It is not the newest reply; the API regenerates no other.
            NotFound: The reply was taken back meanwhile.
        """
        await self._apart(self._regenerate(reply, person_id, filtered=filtered), "regenerate")

    async def swipe(self, reply: Reply, step: int, *, filtered: bool) -> None:
        """Select the version ``step`` places on, at the API too, and show it.

        Raises:
            Busy: A turn is running in this channel.
            NotFound: There is no version there, or the reply was taken back meanwhile.
        """
        await self._apart(self._swipe(reply, step, filtered=filtered), "swipe")

    async def resume(self) -> None:
        """Take up every turn that was left over: sent ones are looked for, not sent.

        Safe at any time: a turn that is under way, here or in another process, is left to it.
        """
        left = await self._store.turns.active()
        ours = [turn for turn in left if self._stage.speaks_as(turn.application_id)]
        for channel_id in {turn.channel_id for turn in ours}:
            self._inbox.wake(channel_id)

    async def reply_shown(self, message_id: int, channel_id: int) -> Reply:
        """The reply that a message shows; one that is being settled is waited for.

        Raises:
            Busy: The message is, or may be, part of a reply that is still being written.
            NotFound: It shows none.
        """
        if reply := await self._store.replies.of_shown(message_id):
            return reply
        lock = self._lock(channel_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLING_SECONDS), lock:
                pass
        if reply := await self._store.replies.of_shown(message_id):
            return reply
        if lock.locked():
            raise Busy("turn")
        raise NotFound("reply")

    async def _greet(self, scene: Scene, chat: Chat, *, filtered: bool) -> None:
        if not chat.messages:
            return
        newest = chat.messages[-1]
        reply = Reply(
            channel_id=scene.channel_id,
            guild_id=scene.guild_id,
            chat_id=scene.chat_id,
            message_id=newest.message_id,
            asker_id=scene.owner_id,
        )
        await self._turns.show(scene, reply, version_of(newest), filtered=filtered)

    async def _regenerate(self, wanted: Reply, person_id: int, *, filtered: bool) -> None:
        async with self._alone(wanted.channel_id):
            scene = await self.scene(wanted.channel_id)
            reply = await self._as_it_is(wanted)
            newest = await self._store.replies.of_chat(reply.chat_id, limit=1)
            if [each.message_id for each in newest] != [reply.message_id]:
                raise Stale("reply")
            turn = new_turn(scene, TurnKind.REGENERATE, person_id, filtered=filtered)
            turn.message_id = reply.message_id
            turn.anchors = anchors_of(reply, scene)
            await self._store.turns.save(turn)
            try:
                await self._turns.run(scene, turn)
            except VivantError:
                self._inbox.wake(turn.channel_id)  # goes on with it, if it is not over
                raise

    async def _swipe(self, wanted: Reply, step: int, *, filtered: bool) -> None:
        async with self._alone(wanted.channel_id):
            scene = await self.scene(wanted.channel_id)
            reply = await self._as_it_is(wanted)
            message = message_in(await self._chat(reply.chat_id), reply.message_id)
            number = version_of(message).number + step
            if not 1 <= number <= len(message.candidates):
                raise NotFound("version")
            chosen = message.candidates[number - 1].candidate_id
            await self._api.call(
                routes.UPDATE_SELECTED_CANDIDATE,
                path={"chatId": reply.chat_id, "messageId": reply.message_id},
                query={"candidateId": chosen},
            )
            selected = message.model_copy(update={"selected_candidate_id": chosen})
            await self._turns.show(scene, reply, version_of(selected), filtered=filtered)

    async def _as_it_is(self, reply: Reply) -> Reply:
        """The record as of now: a turn that has just ended may have changed it."""
        if fresh := await self._store.replies.of_message(reply.chat_id, reply.message_id):
            return fresh
        raise NotFound("reply")

    async def _run(self, turn: Turn) -> None:
        """Run a turn of the inbox; one that was never sent is over with its scene."""
        scene = await self._store.scenes.get(turn.chat_id)
        if scene is None or (scene.ended and not turn.sent):
            await self._store.turns.drop(turn.turn_id)
            return
        await self._turns.run(scene, turn)

    async def _apart(self, work: Coroutine[None, None, None], name: str) -> None:
        """Await ``work`` in a task that ends before the store and the lanes do."""
        if error := await self._tasks.start(_outcome(work), name=name):
            raise error

    @asynccontextmanager
    async def _in_turn(self, channel_id: int) -> AsyncIterator[None]:
        """Have a channel's chat to oneself, for however long that takes."""
        async with self._lock(channel_id), self._store.leases.wait(turn_lease(channel_id)):
            yield

    @asynccontextmanager
    async def _alone(self, channel_id: int) -> AsyncIterator[None]:
        """Have a channel's chat to oneself, now or when what is just ending has ended.

        Raises:
            Busy: Somebody else has it.
        """
        lock = self._lock(channel_id)
        try:
            async with asyncio.timeout(SETTLING_SECONDS):
                await lock.acquire()
        except TimeoutError:
            raise Busy("turn") from None
        try:
            async with self._store.leases.hold(turn_lease(channel_id)):
                yield
        finally:
            lock.release()

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())

    async def _chat(self, chat_id: str) -> Chat:
        return await self._api.call(routes.GET_CHAT, path={"chatId": chat_id})


async def _outcome(work: Coroutine[None, None, None]) -> VivantError | None:
    """What ``work`` raised on purpose: its caller tells, so it is no failed task."""
    try:
        await work
    except VivantError as error:
        return error
    return None


def turn_lease(channel_id: int) -> str:
    """The lease of whoever changes the chat of a channel."""
    return f"turn:{channel_id}"
