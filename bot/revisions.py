"""What people change about a chat afterwards: which version counts, its words, how far it goes.

Everything happens at the AI API first and is shown then, so that what stands here is what the API
has. Records of what was taken back are dropped, and the messages that showed it are removed.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager

from bot.api import routes
from bot.api.models.chats import Chat, ChatMessage, UpdateCandidate
from bot.errors import ApiError, NotFound, ServerFault, Stale, Unreachable
from bot.paging import split
from bot.parts import Parts
from bot.photos import Photos
from bot.replies import PAGE_LIMIT
from bot.store.records import Anchor, Reply, Scene
from bot.turns import Turns
from bot.versions import anchors_of, held, message_in, newest_spoken, screened, version_of

Alone = Callable[[int], AbstractAsyncContextManager[Scene]]
"""Has a channel's scene to itself, or raises ``Busy``; ``NotFound`` if there is none."""


class Revisions:
    """Changes to what was said, each of them alone in its channel."""

    def __init__(self, parts: Parts, turns: Turns, photos: Photos, alone: Alone) -> None:
        self._api = parts.api
        self._store = parts.store
        self._stage = parts.stage
        self._turns = turns
        self._photos = photos
        self._alone = alone

    async def swipe(self, reply: Reply, step: int, *, filtered: bool) -> None:
        """Select the version ``step`` places on, at the API too, and show it.

        Raises:
            Busy: A turn is running or waiting in this channel.
            NotFound: There is no version there.
        """
        async with self._alone(reply.channel_id) as scene:
            message = message_in(await held(self._api, reply.chat_id), reply.message_id)
            number = version_of(message).number + step
            if not 1 <= number <= len(message.candidates):
                raise NotFound("version")
            chosen = message.candidates[number - 1].candidate_id
            selected = await self._selected(reply, message, chosen)
            if reply.pictured:
                await self._photos.show(scene, reply, version_of(selected))
            else:
                await self._turns.show(scene, reply, version_of(selected), filtered=filtered)

    async def page(self, reply: Reply, shown: int, *, filtered: bool) -> str:
        """The words of the part of a reply that one of its messages shows.

        Raises:
            NotFound: The chat holds it no more, or that part is not shown any more.
        """
        message = message_in(await held(self._api, reply.chat_id), reply.message_id)
        return _page(self._text(message.text, filtered=filtered), reply, shown)[0]

    async def edit(self, reply: Reply, shown: int, words: str, *, filtered: bool) -> None:
        """Put other words in the place of that part, in the version that is selected.

        Raises:
            Busy: A turn is running or waiting in this channel.
            NotFound: The chat holds it no more, or that part is not shown any more.
        """
        async with self._alone(reply.channel_id) as scene:
            message = message_in(await held(self._api, reply.chat_id), reply.message_id)
            if message.selected is None:
                raise NotFound("message")
            text = self._text(message.text, filtered=filtered)
            part, before = _page(text, reply, shown)
            new = (text[:before] + words.strip() + text[before + len(part) :]).strip()
            path = {
                "chatId": reply.chat_id,
                "messageId": reply.message_id,
                "candidateId": message.selected.candidate_id,
            }
            body = UpdateCandidate(message=new)
            lost: ApiError | None = None
            try:
                await self._api.call(routes.UPDATE_CANDIDATE_MESSAGE, path=path, body=body)
            except (Unreachable, ServerFault) as error:
                lost = error
            message = message_in(await held(self._api, reply.chat_id), reply.message_id)
            await self._turns.show(scene, reply, version_of(message), filtered=filtered)
            if lost and message.text != new:
                raise lost

    async def rewind(self, reply: Reply, message_id: str, *, keep: Collection[int] = ()) -> None:
        """Take back a message of the chat and all that follows, there and here.

        Args:
            reply: Any reply of the scene; says which channel and chat.
            message_id: The message at the API from which on everything goes.
            keep: Messages here that stay although what they became is taken back.

        Raises:
            Busy: A turn is running or waiting in this channel.
            Stale: It is the opening, without which there is no chat.
            NotFound: The chat holds no such message (any more).
        """
        async with self._alone(reply.channel_id) as scene:
            if scene.chat_id != reply.chat_id:
                raise NotFound("message")
            chat = await held(self._api, scene.chat_id)
            ids = [message.message_id for message in chat.messages]
            if message_id not in ids:
                raise NotFound("message")
            if message_id == ids[0]:
                raise Stale("opening")
            await self._cut(scene, chat, ids.index(message_id))
            await self._tidy(scene, set(ids[ids.index(message_id) :]), frozenset(keep))

    async def reset(self, channel_id: int) -> Chat:
        """Take back everything but the opening, and show that once more.

        What stands in the channel stays, as something that happened before.

        Raises:
            Busy: A turn is running or waiting in this channel.
        """
        async with self._alone(channel_id) as scene:
            chat = await held(self._api, scene.chat_id)
            if len(chat.messages) > 1:
                await self._cut(scene, chat, 1)
            for reply in await self._store.replies.of_chat(scene.chat_id):
                await self._store.replies.drop(reply.chat_id, reply.message_id)
            return await held(self._api, scene.chat_id)

    async def _selected(self, reply: Reply, message: ChatMessage, chosen: str) -> ChatMessage:
        """The message with that version selected; a lost answer is looked up."""
        try:
            await self._api.call(
                routes.UPDATE_SELECTED_CANDIDATE,
                path={"chatId": reply.chat_id, "messageId": reply.message_id},
                query={"candidateId": chosen},
            )
        except (Unreachable, ServerFault):
            now = message_in(await held(self._api, reply.chat_id), reply.message_id)
            if now.selected_candidate_id != chosen:
                raise
        return message.model_copy(update={"selected_candidate_id": chosen})

    async def _cut(self, scene: Scene, chat: Chat, place: int) -> None:
        """Delete a chat's messages from ``place`` on; a lost answer is looked up."""
        first = chat.messages[place].message_id
        try:
            path = {"chatId": chat.chat_id, "messageId": first}
            await self._api.call(routes.DELETE_CHAT_MESSAGES, path=path)
        except (Unreachable, ServerFault):
            now = await held(self._api, chat.chat_id)
            if first in [message.message_id for message in now.messages]:
                raise
        scene.newest = newest_spoken(chat.messages[:place])
        await self._store.scenes.save(scene)

    async def _tidy(self, scene: Scene, gone: set[str], keep: frozenset[int]) -> None:
        """Forget the replies that are gone, then remove the messages that showed them."""
        replies = await self._store.replies.of_chat(scene.chat_id)
        taken = list[Anchor]()
        here = {"channel_id": scene.channel_id, "guild_id": scene.guild_id}
        for reply in replies:
            if reply.user_message_id in gone:
                said = [each for each in reply.asked_in if each not in keep]
                taken += [Anchor(**here, message_id=each) for each in said]
            if reply.message_id in gone:
                taken += [each for each in anchors_of(reply, scene) if each.message_id]
                await self._store.replies.drop(reply.chat_id, reply.message_id)
        for anchor in taken:
            await self._stage.remove(anchor)

    def _text(self, text: str | None, *, filtered: bool) -> str:
        return screened(text or "", filtered=filtered, note=self._stage.filtered_note)


def _page(text: str, reply: Reply, shown: int) -> tuple[str, int]:
    """The part of a text that a message shows, and where it begins.

    Raises:
        NotFound: That message shows no part, or one that was closed or opened for a code block.
    """
    if shown not in reply.shown:
        raise NotFound("message")
    at = 0
    for number, part in enumerate(split(text, PAGE_LIMIT)):
        at = text.find(part, at)
        if at < 0:
            break
        if reply.shown[number] == shown:
            return part, at
        at += len(part)
    raise NotFound("part")
