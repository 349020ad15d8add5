"""One turn of a scene: what a person said, or a wish for another version, and the reply to it.

The reply streams into its pages while it is screened. A stream that breaks, and a process that
dies, end the same way: the chat at the AI API is asked what it holds, and that is what is shown.
Nothing is ever sent twice; where the chat holds nothing new, the turn fails and says so.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from time import monotonic

from bot.api import routes
from bot.api.models.chats import Chat, ChatMessage, SendMessage
from bot.api.models.choices import ChatMessageType
from bot.api.models.events import ChatEvent, Complete, Init, Token
from bot.draft import Draft
from bot.errors import (
    ApiError,
    Denied,
    Gone,
    NotFound,
    NotSent,
    ServerFault,
    ShowFailed,
    StoreDown,
    StreamBroken,
    Uncertain,
    Unreachable,
    VivantError,
)
from bot.paging import may_paint
from bot.parts import Parts
from bot.pauses import pauses
from bot.policy import Reason, Refused, Send, Show, Shown, decide
from bot.replies import Pages, ReplyState
from bot.store.records import Anchor, Reply, Scene, Turn, TurnKind

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Seconds between two looks at a growing reply: far below what a message's pace shows."""


@dataclass(frozen=True, slots=True)
class Version:
    """The selected candidate of a message; ``number`` counts from one."""

    text: str
    number: int = 1
    count: int = 1


def version_of(message: ChatMessage) -> Version:
    """What the API has selected, and where it stands among the alternatives."""
    ids = [candidate.candidate_id for candidate in message.candidates]
    chosen = message.selected.candidate_id if message.selected else None
    number = ids.index(chosen) + 1 if chosen in ids else 1
    return Version(message.text or "", number, max(1, len(ids)))


def message_in(chat: Chat, message_id: str | None) -> ChatMessage:
    """The message of a chat with this id.

    Raises:
        NotFound: The chat holds no such message (any more).
    """
    for message in chat.messages:
        if message.message_id == message_id:
            return message
    raise NotFound("message")


def known_in(chat: Chat, turn: Turn) -> list[str]:
    """What a chat holds before a turn: ids of its messages, or of the one message's versions."""
    if turn.kind is TurnKind.SAY:
        return [message.message_id for message in chat.messages]
    candidates = message_in(chat, turn.message_id).candidates
    return [candidate.candidate_id for candidate in candidates]


def news_in(chat: Chat, turn: Turn) -> ChatMessage | None:
    """This very turn's reply, if the chat holds its text: what was not there before it began."""
    if turn.kind is TurnKind.REGENERATE:
        message = message_in(chat, turn.message_id)
        new = [each for each in message.candidates if each.candidate_id not in turn.before]
    else:
        replies = [
            each
            for each in chat.messages
            if each.message_id not in turn.before and each.message_type != ChatMessageType.USER
        ]
        message = replies[-1] if replies else ChatMessage(message_id="")
        new = message.candidates
    return message if new and new[-1].message else None


SENT_AS = {
    TurnKind.SAY: routes.SEND_CHAT_MESSAGE,
    TurnKind.REGENERATE: routes.REGENERATE_CHAT_MESSAGE,
}


class Turns:
    """Runs turns; the caller sees to it that a channel has one at a time."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._metrics = parts.metrics
        self._rules = parts.rules
        self._limits = parts.limits

    async def run(self, scene: Scene, turn: Turn) -> None:
        """Send a turn, or go on with one that was sent, and show its reply to the end.

        What goes wrong after somebody said something is shown in the reply's place. Where another
        version was wished for, the one that the API has selected is shown again.

        Raises:
            StoreDown: The turn stays stored and is taken up by the next start.
            VivantError: Another version could not be had.
        """
        pages = self._pages(scene, turn)
        try:
            version = await (self._found(turn) if turn.sent else self._asked(turn, pages))
            scene.newest = turn.message_id
            await self._store.scenes.save(scene)
            await self._finish(pages, _reply_of(turn), version, filtered=turn.filtered)
            self._metrics.turns.labels("done").inc()
        except StoreDown:
            raise
        except Gone:
            self._metrics.turns.labels("gone").inc()
            log.info("the messages of a turn in channel %d are gone", turn.channel_id)
        except Denied as error:
            await self._withhold(scene, turn, pages, error)
        except VivantError as error:
            await self._fail(turn, pages, error)
            if turn.kind is TurnKind.REGENERATE:
                await self._store.turns.drop(turn.turn_id)
                raise
        await self._store.turns.drop(turn.turn_id)

    async def show(self, scene: Scene, reply: Reply, version: Version, *, filtered: bool) -> None:
        """Show a version of a reply in the messages that it has, or in new ones.

        Raises:
            Denied: It may not be shown.
            Gone: Its messages are no more.
        """
        anchors = anchors_of(reply, scene)
        pages = Pages(self._stage, self._lanes, scene.character_name, anchors)
        await self._finish(pages, reply, version, filtered=filtered)

    async def _finish(
        self, pages: Pages, reply: Reply, version: Version, *, filtered: bool
    ) -> None:
        """Show the end of a reply, and remember which messages show it."""
        now_filtered = await self._check_place(reply)
        draft = Draft(filtered=filtered or now_filtered, note=self._stage.filtered_note)
        draft.feed(version.text)
        text = draft.finish()
        reply.shown, reply.candidates = pages.shown, version.count
        # Whoever is quick finds the record behind the controls that the next line shows.
        await self._store.replies.save(reply)
        await pages.settle(text, ReplyState.DONE, version.number, version.count)
        reply.shown = pages.shown
        await self._store.replies.save(reply)

    async def _check_place(self, reply: Reply) -> bool:
        """Ask once more, for the channel may have changed: whether it has to be filtered now.

        Raises:
            Denied: Scenes may not be shown there now.
        """
        place = await self._stage.place(reply.channel_id, reply.guild_id)
        person = await self._stage.asker(reply.asker_id, place)
        ask = Show(Shown.SCENE, private=False, barred=False)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)
        return verdict.filtered

    async def _permit(self, turn: Turn) -> None:
        """Ask about a turn as things are now, which may be long after it was said.

        Raises:
            Denied: It may not be sent any more; nothing was.
        """
        place = await self._stage.place(turn.channel_id, turn.guild_id, turn.person_id)
        person = await self._stage.asker(turn.person_id, place)
        row = SENT_AS[turn.kind]
        body = {"userMessage": turn.text} if turn.text else {}
        ask = Send(row.operation, body, unfiltered=not turn.filtered)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)
        turn.filtered = turn.filtered or verdict.filtered

    def _pages(self, scene: Scene, turn: Turn) -> Pages:
        async def placed() -> None:
            await self._store.turns.save(turn)

        return Pages(self._stage, self._lanes, scene.character_name, turn.anchors, placed)

    async def _asked(self, turn: Turn, pages: Pages) -> Version:
        """Send the turn and stream its reply; what the stream does not tell, the chat does."""
        await self._permit(turn)
        path = {"chatId": turn.chat_id}
        turn.before = known_in(await self._api.call(routes.GET_CHAT, path=path), turn)
        turn.sent = True
        await self._store.turns.save(turn)
        await self._stage.typing(turn.channel_id)
        try:
            text = await self._stream(turn, pages)
        except NotSent:
            raise
        except (StreamBroken, Unreachable, ServerFault):
            return await self._found(turn)
        if turn.message_id is None or turn.kind is TurnKind.REGENERATE:
            return await self._found(turn, looks=1, text=text)
        return Version(text)

    async def _stream(self, turn: Turn, pages: Pages) -> str:
        """The whole text of the reply; until it is there, what may be shown of it is shown."""
        note = self._stage.filtered_note
        draft = Draft(filtered=turn.filtered, note=note, before=turn.text)
        began = looked = monotonic()
        raw: list[str] = []
        async with aclosing(self._events(turn)) as events:
            async for event in events:
                match event:
                    case Init():
                        turn.message_id = event.assistant_message_id or turn.message_id
                    case Token():
                        raw.append(event.text)
                        draft.feed(event.text)
                        if (now := monotonic()) - looked >= LOOK_SECONDS:
                            looked = now
                            if may_paint(len(draft.text), now - began):
                                pages.write(draft.text)
                    case Complete():
                        return event.text or "".join(raw)
        raise StreamBroken(turn.kind, draft.text)

    def _events(self, turn: Turn) -> AsyncGenerator[ChatEvent, None]:
        if turn.kind is TurnKind.SAY:
            return self._api.stream(
                routes.SEND_CHAT_MESSAGE,
                path={"chatId": turn.chat_id},
                body=SendMessage(user_message=turn.text),
            )
        return self._api.stream(
            routes.REGENERATE_CHAT_MESSAGE,
            path={"chatId": turn.chat_id, "messageId": turn.message_id or ""},
        )

    async def _found(self, turn: Turn, looks: int = 2, text: str = "") -> Version:
        """The turn's reply as the chat holds it, once ``looks`` looks in a row see the same.

        Raises:
            Uncertain: It never came; it may have been written, and is not asked for again.
        """
        seen: list[ChatMessage] = []
        for pause in pauses(self._limits.search_seconds):
            await asyncio.sleep(pause)
            with suppress(Unreachable, ServerFault):
                path = {"chatId": turn.chat_id}
                news = news_in(await self._api.call(routes.GET_CHAT, path=path), turn)
                seen = [*seen, news] if news and (not seen or seen[-1] == news) else []
                if len(seen) >= looks:
                    turn.message_id = seen[-1].message_id
                    return version_of(seen[-1])
        if text:
            return Version(text)
        raise Uncertain("reply")

    async def _withhold(self, scene: Scene, turn: Turn, pages: Pages, error: Denied) -> None:
        """Do not show a reply; one that must not stand at all is taken back at the API too."""
        if not turn.sent:
            await self._fail(turn, pages, error)
            return
        self._metrics.turns.labels("withheld").inc()
        if error.reason == Reason.MINORS:
            await self._take_back(scene, turn)
        with suppress(ShowFailed):
            await pages.settle("", ReplyState.WITHHELD, error=error)

    async def _take_back(self, scene: Scene, turn: Turn) -> None:
        """Cut a turn off its chat, with what led to it."""
        with suppress(ApiError):
            path = {"chatId": turn.chat_id}
            messages = (await self._api.call(routes.GET_CHAT, path=path)).messages
            cut = _cut(messages, turn)
            if cut < len(messages):
                path["messageId"] = messages[cut].message_id
                await self._api.call(routes.DELETE_CHAT_MESSAGES, path=path)
            kept = [each for each in messages[:cut] if each.message_type != ChatMessageType.USER]
            scene.newest = kept[-1].message_id if kept else None
            await self._store.scenes.save(scene)

    async def _fail(self, turn: Turn, pages: Pages, error: VivantError) -> None:
        log.info("a turn in channel %d failed: %s", turn.channel_id, error)
        self._metrics.turns.labels("failed").inc()
        with suppress(ApiError, ShowFailed, NotFound, Denied):
            if turn.kind is TurnKind.SAY:
                await pages.settle(pages.text, ReplyState.FAILED, error=error)
                return
            chat = await self._api.call(routes.GET_CHAT, path={"chatId": turn.chat_id})
            version = version_of(message_in(chat, turn.message_id))
            await self._finish(pages, _reply_of(turn), version, filtered=turn.filtered)


def anchors_of(reply: Reply, scene: Scene) -> list[Anchor]:
    """Where a reply is shown, in order; one message that is still to be sent if nowhere."""
    here = {"channel_id": scene.channel_id, "guild_id": scene.guild_id}
    return [Anchor(**here, message_id=shown) for shown in reply.shown] or [Anchor(**here)]


def _reply_of(turn: Turn) -> Reply:
    return Reply(
        channel_id=turn.channel_id,
        guild_id=turn.guild_id,
        chat_id=turn.chat_id,
        message_id=turn.message_id or "",
        asker_id=turn.person_id,
    )


def _cut(messages: list[ChatMessage], turn: Turn) -> int:
    """Where a chat is cut to take a turn back: at what the person said."""
    if turn.kind is TurnKind.SAY:
        new = [each.message_id not in turn.before for each in messages]
        return new.index(True) if True in new else len(messages)
    ids = [each.message_id for each in messages]
    place = ids.index(turn.message_id) if turn.message_id in ids else len(ids)
    said = place > 0 and messages[place - 1].message_type == ChatMessageType.USER
    return place - 1 if said else place
