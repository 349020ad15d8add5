"""Scenes: which chat lives in which channel, and one turn at a time in each.

A scene maps a channel to a chat at the AI API. What people write reaches it through the inbox;
another version of a reply, and another candidate of it, are asked for here. Whatever changes a
chat does so alone: in this process by a lock per channel, between processes by a lease.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from bot.api import routes
from bot.api.models.chats import Chat, CreateChat
from bot.errors import Busy, Missing, NotFound, Stale
from bot.inbox import Inbox, Line, new_turn
from bot.parts import Parts
from bot.store.records import Character, Persona, Reply, Scene, Turn, TurnKind
from bot.turns import Turns, anchors_of, message_in, version_of

SETTLING_SECONDS = 1.0
"""How long a reply may need from standing in its message to standing in its record."""


class Chats:
    """All scenes; call ``resume`` once at the start."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._turns = Turns(parts)
        self._inbox = Inbox(parts.store, parts.tasks, parts.limits, self._in_turn)
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
        """Map a channel to its chat and show what the character said last."""
        newest = chat.messages[-1] if chat.messages else None
        scene.newest = newest.message_id if newest else None
        await self._store.scenes.save(scene)
        if newest:
            reply = Reply(
                channel_id=scene.channel_id,
                guild_id=scene.guild_id,
                chat_id=scene.chat_id,
                message_id=newest.message_id,
                asker_id=scene.owner_id,
            )
            await self._turns.show(scene, reply, version_of(newest), filtered=filtered)

    async def discard(self, chat_id: str) -> None:
        """Delete a chat at the API that no channel came to show."""
        with suppress(Missing):
            await self._api.call(routes.DELETE_CHAT, path={"chatId": chat_id})

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

        Raises:
            NotFound: No scene lives there.
        """
        scene = await self.scene(channel_id)
        await self._inbox.drop(channel_id)
        await self._store.scenes.end(channel_id)
        return scene

    async def say(self, scene: Scene, line: Line) -> None:
        """Take what a person wrote into the channel's next turn; the reply comes by itself.

        Raises:
            OverLimit: The text alone is longer than a turn may be.
        """
        await self._inbox.add(scene, line)

    async def regenerate(self, reply: Reply, person_id: int, *, filtered: bool) -> None:
        """Stream another version of the newest reply into the messages that show it.

        Raises:
            Busy: A turn is running or waiting in this channel.
            Stale: It is not the newest reply; the API regenerates no other.
        """
        async with self._alone(reply.channel_id):
            scene = await self.scene(reply.channel_id)
            if reply.message_id != scene.newest:
                raise Stale("reply")
            turn = new_turn(scene, TurnKind.REGENERATE, person_id, filtered=filtered)
            turn.message_id = reply.message_id
            turn.anchors = anchors_of(reply, scene)
            await self._store.turns.save(turn)
            await self._turns.run(scene, turn)

    async def swipe(self, reply: Reply, step: int, *, filtered: bool) -> None:
        """Select the version ``step`` places on, at the API too, and show it.

        Raises:
            Busy: A turn is running or waiting in this channel.
            NotFound: There is no version there.
        """
        async with self._alone(reply.channel_id):
            scene = await self.scene(reply.channel_id)
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

    async def resume(self) -> None:
        """Take up every turn that an earlier process left: sent ones are looked for, not sent."""
        for turn in await self._store.turns.active():
            self._inbox.take_up(turn)

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

    async def _in_turn(self, turn: Turn) -> None:
        """Run a turn of the inbox when its channel is free; without its scene it is dropped."""
        async with (
            self._lock(turn.channel_id),
            self._store.leases.wait(turn_lease(turn.channel_id)),
        ):
            scene = await self._store.scenes.of_channel(turn.channel_id)
            if scene is None or scene.chat_id != turn.chat_id:
                await self._store.turns.drop(turn.turn_id)
                return
            await self._turns.run(scene, turn)

    @asynccontextmanager
    async def _alone(self, channel_id: int) -> AsyncIterator[None]:
        """Have a channel's chat to oneself now, or raise ``Busy``."""
        lock = self._lock(channel_id)
        if lock.locked() or self._inbox.holds(channel_id):
            raise Busy("turn")
        async with lock, self._store.leases.hold(turn_lease(channel_id)):
            yield

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())

    async def _chat(self, chat_id: str) -> Chat:
        return await self._api.call(routes.GET_CHAT, path={"chatId": chat_id})


def turn_lease(channel_id: int) -> str:
    """The lease of whoever changes the chat of a channel."""
    return f"turn:{channel_id}"
