"""Scenes: which chat lives in which channel, and one turn at a time in each.

A scene maps a channel to a chat at the AI API. What people write reaches it through the inbox;
what they change afterwards is in ``bot.revisions``. Whatever changes a chat does so alone: in
this process by a lock per channel, between processes by a lease.
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
from bot.photos import Photos
from bot.revisions import Revisions
from bot.store.records import Anchor, Character, Persona, Reply, Scene, Turn, TurnKind
from bot.turns import Turns
from bot.versions import anchors_of, held, message_in, newest_spoken, version_of

SETTLING_SECONDS = 1.0
"""How long a reply may need from standing in its message to standing in its record."""


class Chats:
    """All scenes; call ``resume`` once at the start. ``revisions`` changes what was said."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._turns = Turns(parts)
        self._photos = Photos(parts)
        self._inbox = Inbox(parts.store, parts.tasks, parts.limits, self._in_turn)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self.revisions = Revisions(parts, self._turns, self._photos, self._alone)

    async def begin(self, character: Character, persona: Persona, opening: str) -> Chat:
        """Create a chat at the API that opens with ``opening`` in the character's name."""
        body = CreateChat(
            chat_character_id=character.character_id,
            first_message=opening,
            persona_id=persona.persona_id,
        )
        chat = await self._api.call(routes.CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE, body=body)
        return chat if chat.messages else await held(self._api, chat.chat_id)

    async def open(self, scene: Scene, chat: Chat, *, filtered: bool) -> None:
        """Map a channel to its chat and show what the character said last."""
        scene.newest = newest_spoken(chat.messages)
        await self._store.scenes.save(scene)
        if scene.newest:
            reply = Reply(
                channel_id=scene.channel_id,
                guild_id=scene.guild_id,
                chat_id=scene.chat_id,
                message_id=scene.newest,
                asker_id=scene.owner_id,
            )
            version = version_of(message_in(chat, scene.newest))
            await self._turns.show(scene, reply, version, filtered=filtered)

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

    async def held(self, scene: Scene) -> Chat:
        """A scene's chat as the API holds it.

        Raises:
            NotFound: It was deleted there; the scene has ended with it.
        """
        async with self._with_its_chat(scene.channel_id):
            return await held(self._api, scene.chat_id)

    async def end(self, channel_id: int) -> Scene:
        """Unmap a channel from its chat, which stays at the API; what waited is dropped.

        Raises:
            NotFound: No scene lives there.
        """
        scene = await self.scene(channel_id)
        await self._inbox.drop(channel_id)
        await self._store.scenes.end(channel_id)
        return scene

    async def pause(self, channel_id: int, *, paused: bool) -> Scene:
        """Let the character of a channel hear nothing for a while, or hear again.

        Raises:
            NotFound: No scene lives there.
        """
        scene = await self.scene(channel_id)
        scene.paused = paused
        await self._store.scenes.save(scene)
        return scene

    async def say(self, scene: Scene, line: Line, *, again: bool = False) -> None:
        """Take what a person wrote into the channel's next turn; the reply comes by itself.

        The same message counts once, unless it is said ``again`` on purpose.

        Raises:
            OverLimit: The text alone is longer than a turn may be.
        """
        await self._inbox.add(scene, line, again=again)

    async def unsay(self, channel_id: int, message_id: int, text: str | None) -> bool:
        """Change, or take out, a message that still waits; returns whether it did."""
        return await self._inbox.revise(channel_id, message_id, text)

    async def stop(self, channel_id: int) -> bool:
        """Stop the reply that is being written in a channel; returns whether one was."""
        return await self._turns.stop(channel_id)

    async def picture(self, scene: Scene, person_id: int) -> None:
        """Have a picture of the moment taken when the channel is free; it comes by itself."""
        turn = new_turn(scene, TurnKind.PICTURE, person_id, filtered=False)
        turn.anchors = [
            Anchor(channel_id=scene.channel_id, guild_id=scene.guild_id, nonce=turn.turn_id)
        ]
        await self._inbox.queue(turn)

    async def regenerate(self, reply: Reply, person_id: int, *, filtered: bool) -> None:
        """Stream another version of the newest reply, or of any picture, into its messages.

        Raises:
            Busy: A turn is running or waiting in this channel.
            Stale: It is not the newest reply; the API regenerates no other.
        """
        async with self._alone(reply.channel_id) as scene:
            if reply.message_id != scene.newest and not reply.pictured:
                raise Stale("reply")
            kind = TurnKind.REPAINT if reply.pictured else TurnKind.REGENERATE
            turn = new_turn(scene, kind, person_id, filtered=filtered)
            turn.message_id = reply.message_id
            turn.user_message_id, turn.asked_in = reply.user_message_id, reply.asked_in
            turn.anchors = anchors_of(reply, scene)
            await self._store.turns.save(turn)
            await self._run(scene, turn)

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
        async with self._lock(turn.channel_id), self._store.leases.wait(_lease(turn.channel_id)):
            stored = await self._store.turns.of_channel(turn.channel_id)
            left = next((each for each in stored if each.turn_id == turn.turn_id), None)
            if left is None:
                return  # it was run meanwhile: turns are looked for again and again
            scene = await self._store.scenes.of_channel(turn.channel_id)
            if scene is None or scene.chat_id != turn.chat_id:
                await self._store.turns.drop(turn.turn_id)
                return
            await self._run(scene, left)

    async def _run(self, scene: Scene, turn: Turn) -> None:
        await (self._photos if turn.kind.pictures else self._turns).run(scene, turn)

    @asynccontextmanager
    async def _alone(self, channel_id: int) -> AsyncIterator[Scene]:
        """Have a channel's scene to oneself now, or raise ``Busy``.

        A turn whose end stands already is waited for: people press what they see.
        """
        lock = self._lock(channel_id)
        ending = self._turns.ending(channel_id)
        if (lock.locked() and not ending) or self._inbox.holds(channel_id):
            raise Busy("turn")
        lease = self._store.leases.hold(_lease(channel_id))
        async with lock, lease, self._with_its_chat(channel_id):
            yield await self.scene(channel_id)

    @asynccontextmanager
    async def _with_its_chat(self, channel_id: int) -> AsyncIterator[None]:
        """End the scene if it turns out that the API no longer has its chat."""
        try:
            yield
        except NotFound as error:
            if error.what == "chat":
                await self._store.scenes.end(channel_id)
            raise

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())


def _lease(channel_id: int) -> str:
    return f"turn:{channel_id}"
