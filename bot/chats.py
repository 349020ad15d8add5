"""Scenes: which chat lives in which channel, and one turn at a time in each.

A scene maps a channel to a chat at the AI API. What people write reaches it through the inbox;
what they change afterwards is in ``bot.revisions``. Whatever changes a chat does so alone, in its
room (``bot.rooms``).
"""

import logging

from bot.api import routes
from bot.api.models.chats import Chat, CreateChat
from bot.conversation import held
from bot.errors import ApiError, Busy, NotFound, Stale, VivantError
from bot.inbox import Inbox, Line, new_turn
from bot.parts import Parts
from bot.photos import Photos
from bot.revisions import Revisions
from bot.rooms import Rooms
from bot.store.records import Character, Persona, Reply, Scene, Turn, TurnKind
from bot.turns import Turns
from bot.versions import anchors_of, newest_spoken

log = logging.getLogger(__name__)


class Chats:
    """All scenes; ``resume`` is called at the start and then every half minute.

    ``revisions`` changes what was said.
    """

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._turns = Turns(parts)
        self._photos = Photos(parts)
        self._rooms = Rooms(parts.store)
        self._inbox = Inbox(parts.store, parts.tasks, parts.limits, self._rooms.in_turn, self._run)
        self.revisions = Revisions(parts, self._turns, self._photos, self._rooms, self._inbox)

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
        """Map a channel to its chat and show what the character said last.

        Raises:
            VivantError: It could not be shown, and the channel is not mapped.
        """
        await self._store.scenes.save(scene)
        try:
            await self._turns.greet(scene, chat, filtered=filtered)
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
        return await self._rooms.scene(channel_id)

    async def held(self, scene: Scene) -> Chat:
        """A scene's chat as the API holds it.

        Raises:
            NotFound: It was deleted there; the scene has ended with it.
        """
        async with self._rooms.with_its_chat(scene.chat_id):
            return await held(self._api, scene.chat_id)

    async def leave(self, scene: Scene) -> None:
        """End a scene where it is, if it is on, so that its chat can go on somewhere else.

        Raises:
            Busy: A turn is running there.
        """
        if not scene.ended:
            async with self._rooms.alone(scene.channel_id):
                await self.end(scene.channel_id)

    async def go_on_as(
        self, channel_id: int, character: Character, persona: Persona, *, filtered: bool
    ) -> None:
        """Go on as another persona, in a new chat that opens with what the character said last.

        The AI API ties a chat to its persona for good; the chat until now can be resumed.

        Raises:
            Busy: A turn is running here.
            NotFound: The chat until now is gone.
        """
        async with self._rooms.alone(channel_id) as scene:
            last = newest_spoken((await held(self._api, scene.chat_id)).messages)
            opening = last.text if last else None
            chat = await self.begin(character, persona, opening or "…")
            changes = {
                "chat_id": chat.chat_id,
                "persona_id": persona.persona_id,
                "persona_name": persona.name,
                "filtered": filtered,
            }
            await self._store.scenes.end(channel_id)
            try:
                await self.open(scene.model_copy(update=changes), chat, filtered=filtered)
            except VivantError:
                await self._store.scenes.save(scene)
                await self.discard(chat.chat_id)
                raise

    async def pause(self, channel_id: int, *, paused: bool) -> Scene:
        """Let the character of a channel hear nothing for a while, or hear again.

        Raises:
            NotFound: No scene lives there.
        """
        async with self._store.leases.wait(_record_lease(channel_id)):
            scene = await self.scene(channel_id)
            scene.paused = paused
            await self._store.scenes.save(scene)
            return scene

    async def end(self, channel_id: int) -> Scene:
        """Unmap a channel from its chat, which stays at the API; what waited is dropped.

        A reply that is being written is still shown to its end.

        Raises:
            NotFound: No scene lives there.
        """
        async with self._store.leases.wait(_record_lease(channel_id)):
            scene = await self._store.scenes.end(channel_id)
        if scene is None:
            raise NotFound("scene")
        await self._inbox.drop(channel_id)
        return scene

    async def say(self, scene: Scene, line: Line) -> None:
        """Take what a person wrote into the channel's next turn; the reply comes by itself.

        The same message counts once.

        Raises:
            OverLimit: The text alone is longer than a turn may be.
        """
        await self._inbox.add(scene, line)

    async def unsay(self, channel_id: int, message_id: int, text: str | None) -> bool:
        """Change, or take out, a message that still waits; returns whether it did.

        Raises:
            OverLimit: Its turn would be longer than a turn may be.
        """
        return await self._inbox.revise(channel_id, message_id, text)

    async def lose(self, channel_id: int, message_id: int) -> None:
        """Note that a message was deleted here, which may have shown a reply; the chat keeps it.

        Waits for the turn that is running, which may be about to remember that message.
        """
        async with self._rooms.in_turn(channel_id):
            reply = await self._store.replies.of_shown(message_id)
            if reply and reply.channel_id == channel_id:
                reply.shown = [each for each in reply.shown if each != message_id]
                await self._store.replies.save(reply)

    async def heard(self, scene: Scene, message_id: int) -> bool:
        """Whether a message became part of a turn, answered or still under way."""
        if await self._store.replies.of_asked(message_id):
            return True
        turns = await self._store.turns.of_channel(scene.channel_id)
        return any(message_id in turn.asked_in for turn in turns)

    async def is_changing(self, channel_id: int) -> bool:
        """Whether somebody is changing what was said in a channel's scene."""
        turns = await self._store.turns.of_channel(channel_id)
        return any(turn.kind is TurnKind.MEND for turn in turns)

    async def stop(self, channel_id: int) -> None:
        """Stop the reply that is being written in a channel; what stands is kept.

        Raises:
            NotFound: None is being written.
        """
        if not await self._turns.stop(channel_id):
            raise NotFound("running reply")

    async def picture(self, scene: Scene, person_id: int) -> None:
        """Have a picture of the moment taken when the channel is free; it comes by itself."""
        await self._inbox.queue(new_turn(scene, TurnKind.PICTURE, person_id, filtered=False))

    async def regenerate(self, reply: Reply, person_id: int, *, filtered: bool) -> None:
        """Stream another version of the newest reply, or of any picture, into its messages.

        Raises:
            Busy: A turn is running in this channel.
            Stale: It is not the newest reply; the API regenerates no other.
            NotFound: The reply was taken back meanwhile.
        """
        await self._tasks.apart(
            self._regenerate(reply, person_id, filtered=filtered), name="regenerate"
        )

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
        free = await self._rooms.is_free(channel_id)
        if reply := await self._store.replies.of_shown(message_id):
            return reply
        raise NotFound("reply") if free else Busy("turn")

    async def _regenerate(self, wanted: Reply, person_id: int, *, filtered: bool) -> None:
        async with self._rooms.alone(wanted.channel_id) as scene:
            reply = await self._as_it_is(wanted)
            if not reply.pictured and not await self._is_newest(reply):
                raise Stale("reply")
            kind = TurnKind.REPAINT if reply.pictured else TurnKind.REGENERATE
            turn = new_turn(scene, kind, person_id, filtered=filtered)
            turn.message_id = reply.message_id
            turn.anchors = anchors_of(reply)
            await self._store.turns.save(turn)
            try:
                await self._run(turn)
            except VivantError:
                self._inbox.wake(turn.channel_id)  # goes on with it, if it is not over
                raise

    async def _is_newest(self, reply: Reply) -> bool:
        """Whether the character has said nothing since; pictures say nothing."""
        replies = await self._store.replies.of_chat(reply.chat_id)
        newest = next((each for each in replies if not each.pictured), None)
        return newest is not None and newest.message_id == reply.message_id

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
        if turn.kind is TurnKind.MEND:
            await self.revisions.mend(scene, turn)
        else:
            await (self._photos if turn.kind.pictures else self._turns).run(scene, turn)


def _record_lease(channel_id: int) -> str:
    """The lease of whoever changes what is known of a channel's scene."""
    return f"scene:{channel_id}"
