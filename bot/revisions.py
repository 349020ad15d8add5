"""What people change about a chat afterwards: which version counts, its words, how far it goes.

Everything happens at the AI API first and is shown then, so that what stands here is what the API
has. Records of what was taken back are dropped, and the messages that showed it are removed. A
change is a turn in the store while it lasts: where a process dies in the middle, or Discord cannot
be reached, the turn is run later and brings here what the API has by then.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress

from bot.api.models.chats import Chat
from bot.conversation import LOST, cut, held, reword, select
from bot.draft import screened
from bot.errors import (
    ApiError,
    Denied,
    Gone,
    NotFound,
    ShowFailed,
    Stale,
    StoreDown,
    Unfit,
    VivantError,
)
from bot.inbox import Inbox, Line, new_turn
from bot.paging import spans
from bot.parts import Parts
from bot.permits import Permits
from bot.photos import Photos
from bot.replies import PAGE_LIMIT
from bot.rooms import Rooms
from bot.store.records import Anchor, Reply, Scene, Turn, TurnKind
from bot.turns import Turns
from bot.versions import Version, anchors_of, message_in, version_of

log = logging.getLogger(__name__)


class Revisions:
    """Changes to what was said, each of them alone in its channel.

    All of them raise ``Busy`` where a turn is running, and ``NotFound`` where what they are about
    is no more.
    """

    def __init__(
        self, parts: Parts, turns: Turns, photos: Photos, rooms: Rooms, inbox: Inbox
    ) -> None:
        self._api = parts.api
        self._store = parts.store
        self._stage = parts.stage
        self._permits = Permits(parts)
        self._tasks = parts.tasks
        self._turns = turns
        self._photos = photos
        self._rooms = rooms
        self._inbox = inbox

    async def swipe(self, reply: Reply, step: int, *, filtered: bool) -> None:
        """Select the version ``step`` places on, at the API too, and show it.

        Raises:
            NotFound: There is no version there.
            Denied: It may not be shown, and is not selected.
        """
        await self._tasks.apart(self._swipe(reply, step, filtered=filtered), name="swipe")

    async def page(self, reply: Reply, shown: int, *, filtered: bool) -> str:
        """The words of the part of a reply that one of its messages shows.

        Raises:
            NotFound: The chat holds it no more, or that part is not shown any more.
        """
        message = message_in(await held(self._api, reply.chat_id), reply.message_id)
        text = await self._text(reply, message.text, filtered=filtered)
        return _page(text, reply, shown)[0]

    async def edit(self, reply: Reply, shown: int, words: str, *, filtered: bool) -> None:
        """Put other words in the place of that part, in the version that is selected."""
        await self._tasks.apart(self._edit(reply, shown, words, filtered=filtered), name="edit")

    async def rewind(self, reply: Reply, message_id: str, again: Sequence[Line] = ()) -> None:
        """Take back a message of the chat and all that follows, there and here.

        Args:
            reply: Any reply of the scene; says which channel and chat.
            message_id: The message at the API from which on everything goes.
            again: What is said once more then; its messages here stay. A crash loses none of it.

        Raises:
            Stale: It is the opening, without which there is no chat.
        """
        await self._tasks.apart(self._rewind(reply, message_id, again), name="rewind")

    async def reset(self, scene: Scene, *, filtered: bool) -> None:
        """Take back everything but the opening, and show that once more.

        What stands in the channel stays, as something that happened before.
        """
        await self._tasks.apart(self._reset(scene, filtered=filtered), name="reset")

    async def mend(self, scene: Scene, turn: Turn) -> None:
        """Bring what stands in a scene in step with its chat, after a change that did not end.

        Raises:
            StoreDown, ShowFailed, Unreachable, ServerFault: For now; the turn stays stored.
        """
        try:
            chat = await held(self._api, scene.chat_id)
            if turn.message_id:
                await self._show_again(scene, chat, turn.message_id, filtered=turn.filtered)
            elif chat.messages:
                await self._tidy(scene, await self._gone_from(chat), turn.asked_in)
                await self._open_again(scene, chat, filtered=turn.filtered)
                if {message.message_id for message in chat.messages}.isdisjoint(turn.before):
                    await self._say_again(scene, turn)
        except (Gone, Unfit) as error:
            log.info("what changed in channel %d cannot be shown: %s", scene.channel_id, error)
        except (StoreDown, ShowFailed, *LOST):
            raise
        except VivantError as error:
            log.info("what changed in channel %d is not shown: %s", scene.channel_id, error)
        await self._store.turns.drop(turn.turn_id)

    async def _show_again(
        self, scene: Scene, chat: Chat, message_id: str, *, filtered: bool
    ) -> None:
        """Show a reply that was changed as the API has it now."""
        message = message_in(chat, message_id)
        if reply := await self._store.replies.of_message(scene.chat_id, message_id):
            await self._show(scene, reply, version_of(message), filtered=filtered)

    async def _open_again(self, scene: Scene, chat: Chat, *, filtered: bool) -> None:
        """Show the opening, if nothing of the scene is known to be shown."""
        if not await self._store.replies.of_chat(scene.chat_id, limit=1):
            await self._turns.greet(scene, chat, filtered=filtered)

    async def _gone_from(self, chat: Chat) -> set[str]:
        """What is known here of a chat, and not there any more."""
        replies = await self._store.replies.of_chat(chat.chat_id)
        known = {each.message_id for each in replies}
        known |= {each.user_message_id for each in replies if each.user_message_id}
        return known - {each.message_id for each in chat.messages}

    @asynccontextmanager
    async def _changing(self, channel_id: int, turn: Turn) -> AsyncIterator[Scene]:
        """Have a scene to oneself for a change; ``turn`` stays stored if it does not end."""
        async with self._rooms.alone(channel_id) as scene:
            turn.application_id = scene.application_id
            await self._store.turns.save(turn)
            try:
                yield scene
            except (Gone, Unfit):
                await self._store.turns.drop(turn.turn_id)
                raise
            except (StoreDown, ShowFailed):
                raise
            except VivantError:
                await self._store.turns.drop(turn.turn_id)
                raise
            await self._store.turns.drop(turn.turn_id)

    async def _swipe(self, wanted: Reply, step: int, *, filtered: bool) -> None:
        async with self._changing(wanted.channel_id, _mending(wanted, filtered=filtered)) as scene:
            reply = await self._as_it_is(scene, wanted)
            message = message_in(await held(self._api, reply.chat_id), reply.message_id)
            before = version_of(message)
            number = before.number + step
            if not 1 <= number <= len(message.candidates):
                raise NotFound("version")
            chosen = message.candidates[number - 1]
            await self._text(reply, chosen.message, filtered=filtered)
            selected = await select(self._api, reply.chat_id, message, chosen.candidate_id)
            try:
                await self._show(scene, reply, version_of(selected), filtered=filtered)
            except (ApiError, Denied, Gone, Unfit):
                # It cannot be shown, so what stands here shall be what counts there.
                old = message.candidates[before.number - 1].candidate_id
                await select(self._api, reply.chat_id, message, old)
                raise

    async def _edit(self, wanted: Reply, shown: int, words: str, *, filtered: bool) -> None:
        async with self._changing(wanted.channel_id, _mending(wanted, filtered=filtered)) as scene:
            reply = await self._as_it_is(scene, wanted)
            message = message_in(await held(self._api, reply.chat_id), reply.message_id)
            text = await self._text(reply, message.text, filtered=filtered)
            part, before = _page(text, reply, shown)
            new = (text[:before] + words.strip("\n").rstrip() + text[before + len(part) :]).strip()
            await self._text(reply, new, filtered=filtered)
            message = await reword(self._api, reply.chat_id, message, new)
            await self._turns.show(scene, reply, version_of(message), filtered=filtered)

    async def _rewind(self, reply: Reply, message_id: str, again: Sequence[Line]) -> None:
        turn = _mending(reply, filtered=not again or any(line.filtered for line in again))
        turn.message_id, turn.before = None, [message_id]
        turn.asked_in = [line.message_id for line in again]
        turn.lines = [line.text for line in again]
        async with self._changing(reply.channel_id, turn) as scene:
            if scene.chat_id != reply.chat_id:
                raise NotFound("message")
            chat = await held(self._api, scene.chat_id)
            message_in(chat, message_id)
            ids = [message.message_id for message in chat.messages]
            if message_id == ids[0]:
                raise Stale("opening")
            await cut(self._api, scene.chat_id, message_id)
            await self._tidy(scene, set(ids[ids.index(message_id) :]), turn.asked_in)
            await self._say_again(scene, turn)

    async def _say_again(self, scene: Scene, turn: Turn) -> None:
        """Queue what was to be said once more after a rewind, unless that has happened."""
        for text, message_id in zip(turn.lines, turn.asked_in, strict=True):
            others = await self._store.turns.of_channel(scene.channel_id)
            queued = any(
                message_id in each.asked_in for each in others if each.turn_id != turn.turn_id
            )
            if not queued and not await self._store.replies.of_asked(message_id):
                line = Line(turn.person_id, text, message_id, turn.filtered)
                await self._inbox.add(scene, line, again=True)

    async def _reset(self, scene: Scene, *, filtered: bool) -> None:
        turn = new_turn(scene, TurnKind.MEND, scene.owner_id, filtered=filtered)
        turn.sent = True
        async with self._changing(scene.channel_id, turn):
            chat = await held(self._api, scene.chat_id)
            if len(chat.messages) > 1:
                await cut(self._api, scene.chat_id, chat.messages[1].message_id)
            for reply in await self._store.replies.of_chat(scene.chat_id):
                await self._store.replies.drop(reply.chat_id, reply.message_id)
            chat = await held(self._api, scene.chat_id)
            await self._turns.greet(scene, chat, filtered=filtered)

    async def _show(self, scene: Scene, reply: Reply, version: Version, *, filtered: bool) -> None:
        if reply.pictured:
            await self._photos.show(scene, reply, version)
        else:
            await self._turns.show(scene, reply, version, filtered=filtered)

    async def _as_it_is(self, scene: Scene, reply: Reply) -> Reply:
        """The record as of now: a turn that has just ended may have changed it."""
        fresh = await self._store.replies.of_message(reply.chat_id, reply.message_id)
        if fresh is None or scene.chat_id != reply.chat_id:
            raise NotFound("reply")
        return fresh

    async def _tidy(self, scene: Scene, gone: Collection[str], keep: Collection[int]) -> None:
        """Remove the messages of what is gone from the chat, then forget it."""
        for reply in await self._store.replies.of_chat(scene.chat_id):
            taken = list[Anchor]()
            here = {"channel_id": reply.channel_id, "guild_id": reply.guild_id}
            if reply.user_message_id in gone:
                said = [each for each in reply.asked_in if each not in keep]
                taken += [Anchor(**here, message_id=each) for each in said]
            if reply.message_id in gone:
                taken += [each for each in anchors_of(reply) if each.message_id]
            for anchor in taken:
                with suppress(ShowFailed):  # one that stays is only untidy
                    await self._stage.remove(anchor)
            if reply.message_id in gone:
                await self._store.replies.drop(reply.chat_id, reply.message_id)

    async def _text(self, reply: Reply, text: str | None, *, filtered: bool) -> str:
        filtering = await self._permits.filter(anchors_of(reply)[0], explicit=filtered)
        return screened(text or "", filtering)


def _mending(reply: Reply, *, filtered: bool) -> Turn:
    """The turn that a change of a reply is while it lasts."""
    return Turn(
        turn_id=secrets.token_hex(8),
        channel_id=reply.channel_id,
        guild_id=reply.guild_id,
        chat_id=reply.chat_id,
        kind=TurnKind.MEND,
        person_id=reply.asker_id,
        message_id=reply.message_id,
        filtered=filtered,
        sent=True,
    )


def _page(text: str, reply: Reply, shown: int) -> tuple[str, int]:
    """The part of a text that a message shows, and where it begins.

    Raises:
        NotFound: That message shows none.
    """
    for (begin, end), message_id in zip(spans(text, PAGE_LIMIT), reply.shown, strict=False):
        if message_id == shown:
            return text[begin:end].rstrip(), begin
    raise NotFound("message")
