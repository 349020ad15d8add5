"""One turn of a scene: what a person said, or a wish for another version, and the reply to it.

The reply streams into its pages while it is screened. A stream that breaks, and a process that
dies, end the same way: the chat at the AI API is asked what it holds, and that is what is shown.
Nothing is ever sent twice; where the chat holds nothing new, the turn fails and says so.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from time import monotonic

from bot.api import routes
from bot.api.models.chats import ChatMessage, SendMessage
from bot.api.models.events import ChatEvent, Complete, Init, Token
from bot.draft import Draft
from bot.errors import (
    ApiError,
    Denied,
    Gone,
    Malformed,
    Missing,
    NotFound,
    NotSent,
    ServerFault,
    ShowFailed,
    StoreDown,
    StreamBroken,
    Uncertain,
    Unfit,
    Unreachable,
    VivantError,
)
from bot.paging import may_paint
from bot.parts import Parts
from bot.pauses import pauses
from bot.policy import Reason, Refused, Send, Show, Shown, decide
from bot.replies import Pages, ReplyState
from bot.store.records import Anchor, Reply, Scene, Turn, TurnKind
from bot.versions import Version, cut_of, known_in, message_in, news_in, version_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Seconds between two looks at a growing reply: far below what a message's pace shows."""

LOOKS_PER_FRAME = 40
"""So often a reply is read between two frames: what is shown is older by an eightieth of the time
between them, and the busier the process, the less reading costs."""


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
            StoreDown, ShowFailed: For now; the turn stays stored and can be run again.
            ApiError: As before, for a reply that could not be taken back yet; or as below.
            VivantError: Another version could not be had, and the turn is over.
        """
        with self._pages(scene, turn) as pages:
            error = await self._outcome(turn, pages)
        await self._store.turns.drop(turn.turn_id)
        if error and turn.kind is TurnKind.REGENERATE:
            raise error

    async def show(self, scene: Scene, reply: Reply, version: Version, *, filtered: bool) -> None:
        """Show a version of a reply in the messages that it has, or in new ones.

        Raises:
            Denied: It may not be shown.
            Gone: Its messages are no more.
        """
        anchors = anchors_of(reply, scene)
        with Pages(self._stage, self._lanes, scene.character_name, anchors) as pages:
            await self._finish(pages, reply, version, filtered=filtered)

    async def _outcome(self, turn: Turn, pages: Pages) -> VivantError | None:
        """Bring a turn to its end, and return what went wrong with it, if anything.

        Raises:
            StoreDown, ShowFailed, ApiError: It has not come to its end; see ``run``.
        """
        taken_up = turn.sent
        try:
            await self._play(turn, pages)
        except Gone as error:
            self._metrics.turns.labels("gone").inc()
            log.info("the messages of a turn in channel %d are gone", turn.channel_id)
            return error
        except Unfit as error:
            await self._fail(turn, pages, error, painted=True)
            return error
        except (StoreDown, ShowFailed):
            raise
        except Denied as error:
            await self._withhold(turn, pages, error, painted=taken_up or bool(pages.text))
            return error
        except VivantError as error:
            await self._fail(turn, pages, error, painted=taken_up or bool(pages.text))
            return error
        self._metrics.turns.labels("done").inc()
        return None

    async def _play(self, turn: Turn, pages: Pages) -> None:
        if turn.withheld:
            raise Denied(Reason.MINORS)
        reply = _reply_of(turn)
        turn.filtered = await self._filtered(reply, turn.filtered)
        version = await (self._found(turn) if turn.sent else self._asked(turn, pages))
        reply.message_id = turn.message_id or ""
        await self._finish(pages, reply, version, filtered=turn.filtered)

    async def _finish(
        self, pages: Pages, reply: Reply, version: Version, *, filtered: bool
    ) -> None:
        """Show the end of a reply, and remember which messages show it."""
        filtered = await self._filtered(reply, filtered)
        draft = Draft(filtered=filtered, note=self._stage.filtered_note)
        draft.feed(version.text)
        text = draft.finish()
        reply.shown, reply.candidates = pages.shown, version.count
        # Whoever is quick finds the record behind the controls that the next line shows.
        await self._store.replies.save(reply)
        await pages.settle(text, ReplyState.DONE, version.number, version.count)
        reply.shown = pages.shown
        await self._store.replies.save(reply)

    async def _filtered(self, reply: Reply, filtered: bool) -> bool:
        """Whether a reply is filtered: if it was to be, or the place by now asks for it.

        Raises:
            Denied: Scenes may not be shown there now.
        """
        place = await self._stage.place(reply.channel_id, reply.guild_id)
        person = await self._stage.asker(reply.asker_id, place)
        ask = Show(Shown.SCENE, private=False, barred=False)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)
        return filtered or verdict.filtered

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
            try:
                await self._store.turns.save(turn)
            except StoreDown as error:  # what comes next saves it too, or leaves it for later
                log.warning("a new message of a turn is not noted yet: %s", error)

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
        except (StreamBroken, Unreachable, ServerFault, Malformed):
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
        growing = False
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
                            if growing or may_paint(len(draft.text), now - began):
                                growing = True
                                pages.follow(lambda: draft.text)
                    case Complete():
                        return event.text or "".join(raw)
        raise StreamBroken(turn.kind, draft.text)

    def _events(self, turn: Turn) -> AsyncGenerator[ChatEvent, None]:
        if turn.kind is TurnKind.SAY:
            return self._api.stream(
                routes.SEND_CHAT_MESSAGE,
                path={"chatId": turn.chat_id},
                body=SendMessage(user_message=turn.text),
                gather=self._until_next_look,
            )
        return self._api.stream(
            routes.REGENERATE_CHAT_MESSAGE,
            path={"chatId": turn.chat_id, "messageId": turn.message_id or ""},
            gather=self._until_next_look,
        )

    def _until_next_look(self) -> float:
        """Seconds in which tokens may gather unread: the busier the process, the longer."""
        return self._lanes.interval / LOOKS_PER_FRAME

    async def _found(self, turn: Turn, looks: int = 2, text: str = "") -> Version:
        """The turn's reply as the chat holds it, once ``looks`` looks in a row see the same.

        Raises:
            Uncertain: It never came; it may have been written, and is not asked for again.
        """
        seen: list[ChatMessage] = []
        for pause in pauses(self._limits.search_seconds):
            await asyncio.sleep(pause)
            with suppress(ApiError):
                path = {"chatId": turn.chat_id}
                news = news_in(await self._api.call(routes.GET_CHAT, path=path), turn)
                seen = [*seen, news] if news and (not seen or seen[-1] == news) else []
                if len(seen) >= looks:
                    turn.message_id = seen[-1].message_id
                    return version_of(seen[-1])
        if text:
            return Version(text)
        raise Uncertain("reply")

    async def _withhold(self, turn: Turn, pages: Pages, error: Denied, *, painted: bool) -> None:
        """Let nothing of a reply stand here, and for rule 1 not at the API either.

        Raises:
            StoreDown, ShowFailed, ApiError: It may still stand somewhere.
        """
        self._metrics.turns.labels("withheld").inc()
        if error.reason != Reason.MINORS:
            if painted or turn.kind is TurnKind.SAY:
                state = ReplyState.WITHHELD if turn.sent else ReplyState.FAILED
                with suppress(Gone):
                    await pages.settle("", state, error=error)
            return
        turn.withheld = True
        await self._store.turns.save(turn)
        try:
            with suppress(Gone):
                await pages.settle("", ReplyState.WITHHELD, error=error)
        finally:
            await self._take_back(turn)

    async def _take_back(self, turn: Turn) -> None:
        """Delete a reply at the API, with what led to it; it may yet have to appear there."""
        path = {"chatId": turn.chat_id}
        with suppress(Missing):
            for pause in pauses(self._limits.search_seconds):
                await asyncio.sleep(pause)
                messages = (await self._api.call(routes.GET_CHAT, path=path)).messages
                if (cut := cut_of(messages, turn)) < len(messages):
                    path["messageId"] = messages[cut].message_id
                    await self._api.call(routes.DELETE_CHAT_MESSAGES, path=path)
                    break
        if turn.message_id:
            await self._store.replies.drop(turn.chat_id, turn.message_id)

    async def _fail(self, turn: Turn, pages: Pages, error: VivantError, *, painted: bool) -> None:
        """Say what went wrong, or show again what stood there before."""
        log.info("a turn in channel %d failed: %s", turn.channel_id, error)
        self._metrics.turns.labels("failed").inc()
        with suppress(Gone):
            if turn.kind is TurnKind.REGENERATE:
                restored = await self._restored(turn, pages)
                if restored or not painted:
                    return
            await pages.settle(pages.text, ReplyState.FAILED, error=error)

    async def _restored(self, turn: Turn, pages: Pages) -> bool:
        """Show the version that the API has selected; False if it cannot be had."""
        try:
            chat = await self._api.call(routes.GET_CHAT, path={"chatId": turn.chat_id})
            version = version_of(message_in(chat, turn.message_id))
            await self._finish(pages, _reply_of(turn), version, filtered=turn.filtered)
        except (ApiError, NotFound, Denied):
            return False
        return True


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
