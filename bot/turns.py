"""One turn of a scene: what a person said, or a wish for another version, and the reply to it.

The reply streams into its pages while it is screened. A stream that breaks, and a process that
dies, end the same way: the chat at the AI API is asked what it holds, and that is what is shown.
Nothing is ever sent twice; where the chat holds nothing new, the turn fails and says so.

A reply that is stopped is heard to its end all the same, because the API writes it to its end;
then it is cut down there to what was shown.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from time import monotonic

from bot.api import routes
from bot.api.models.chats import SendMessage, UpdateCandidate
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
from bot.policy import Refused, Show, Shown, decide
from bot.replies import Pages, ReplyState
from bot.store.records import Reply, Scene, Turn, TurnKind
from bot.versions import (
    Version,
    anchors_of,
    cut_of,
    find_news,
    held,
    known_in,
    message_in,
    newest_spoken,
    reply_of,
    screened,
    version_of,
)

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Seconds between two looks at a growing reply: far below what a message's pace shows."""


@dataclass(slots=True)
class _Listening:
    """A reply that is being written: what came of it, and whether somebody wants no more."""

    turn: Turn
    pages: Pages
    draft: Draft
    raw: list[str] = field(default_factory=list)
    stopped: bool = False


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
        self._listening: dict[int, _Listening] = {}
        self._ending: set[int] = set()

    async def stop(self, channel_id: int) -> bool:
        """Stop the reply that is being written in a channel, if one is; what stands is kept.

        One of which nothing can be shown yet stops as soon as something can.
        """
        listening = self._listening.get(channel_id)
        if listening is None:
            return False
        listening.stopped = True
        await self._keep(listening)
        return True

    def ending(self, channel_id: int) -> bool:
        """Whether a channel's turn has shown its end, or is about to, and waits for nothing."""
        return channel_id in self._ending

    async def run(self, scene: Scene, turn: Turn) -> None:
        """Send a turn, or go on with one that was sent, and show its reply to the end.

        What goes wrong after somebody said something is shown in the reply's place. Where another
        version was wished for, the one that the API has selected is shown again.

        Raises:
            StoreDown: The turn stays stored and is taken up by the next start.
            VivantError: Another version could not be had.
        """
        spoken_by = turn.anchors[0].webhook_id if turn.anchors[0].message_id else None
        try:
            async with self._stage.voice(scene, spoken_by) as webhook_id:
                for anchor in turn.anchors:
                    anchor.webhook_id = webhook_id
                await self._run(scene, turn)
        finally:
            self._listening.pop(turn.channel_id, None)
            self._ending.discard(turn.channel_id)

    async def _run(self, scene: Scene, turn: Turn) -> None:
        pages = self._pages(scene, turn)
        try:
            version = await (self._found(turn) if turn.sent else self._asked(turn, pages))
            if turn.kept is not None:
                version = await self._cut_down(turn, version, turn.kept)
            scene.newest = turn.message_id
            await self._store.scenes.save(scene)
            await self._finish(pages, reply_of(turn), version, filtered=turn.filtered)
            self._metrics.turns.labels("done").inc()
        except StoreDown:
            raise
        except Gone:
            self._metrics.turns.labels("gone").inc()
            log.info("the messages of a turn in channel %d are gone", turn.channel_id)
            if turn.kind is TurnKind.REGENERATE:
                await self._store.turns.drop(turn.turn_id)
                raise
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
        spoken_by = reply.webhook_id if reply.shown else None
        async with self._stage.voice(scene, spoken_by) as reply.webhook_id:
            anchors = anchors_of(reply, scene)
            pages = Pages(self._stage, self._lanes, scene.character_name, anchors)
            try:
                await self._finish(pages, reply, version, filtered=filtered)
            finally:
                self._ending.discard(scene.channel_id)

    async def _finish(
        self, pages: Pages, reply: Reply, version: Version, *, filtered: bool
    ) -> None:
        """Show the end of a reply, and remember which messages show it."""
        await self._check_place(reply)
        text = screened(version.text, filtered=filtered, note=self._stage.filtered_note)
        reply.shown, reply.candidates = pages.shown, version.count
        reply.webhook_id = pages.webhook_id
        # Whoever is quick finds the record behind the controls that the next line shows.
        await self._store.replies.save(reply)
        self._ending.add(reply.channel_id)
        await pages.settle(text, ReplyState.DONE, version.number, version.count)
        reply.shown, reply.webhook_id = pages.shown, pages.webhook_id
        await self._store.replies.save(reply)

    async def _check_place(self, reply: Reply) -> None:
        """Ask once more: the channel may have changed while the reply was written.

        Raises:
            Denied: Scenes may not be shown there now.
        """
        place = await self._stage.place(reply.channel_id, reply.guild_id)
        person = await self._stage.asker(reply.asker_id, place)
        ask = Show(Shown.SCENE, private=False, barred=False)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)

    def _pages(self, scene: Scene, turn: Turn) -> Pages:
        async def placed() -> None:
            await self._store.turns.save(turn)

        return Pages(self._stage, self._lanes, scene.character_name, turn.anchors, placed)

    async def _asked(self, turn: Turn, pages: Pages) -> Version:
        """Send the turn and stream its reply; what the stream does not tell, the chat does."""
        turn.before = known_in(await held(self._api, turn.chat_id), turn)
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
        listening = self._listening[turn.channel_id] = _Listening(turn, pages, draft)
        began = looked = monotonic()
        async with aclosing(self._events(turn)) as events:
            async for event in events:
                match event:
                    case Init():
                        turn.message_id = event.assistant_message_id or turn.message_id
                        turn.user_message_id = event.user_message_id or turn.user_message_id
                    case Token() if turn.kept is None:
                        listening.raw.append(event.text)
                        draft.feed(event.text)
                        if (now := monotonic()) - looked >= LOOK_SECONDS:
                            looked = now
                            if may_paint(len(draft.text), now - began):
                                pages.write(draft.text)
                        await self._keep(listening)
                    case Complete():
                        return event.text or turn.kept or "".join(listening.raw)
        raise StreamBroken(turn.kind, draft.text)

    async def _keep(self, listening: _Listening) -> None:
        """Note what is kept of a stopped reply; from then on it only runs to its end."""
        turn, draft = listening.turn, listening.draft
        if not listening.stopped or turn.kept is not None or not draft.released:
            return
        turn.kept = "".join(listening.raw)[: draft.released].rstrip()
        listening.pages.write(draft.text, ReplyState.STOPPING)
        await self._store.turns.save(turn)

    async def _cut_down(self, turn: Turn, version: Version, kept: str) -> Version:
        """Cut a stopped reply down at the API too; where that fails, all of it counts."""
        chat = await held(self._api, turn.chat_id)
        message = message_in(chat, turn.message_id)
        selected = message.selected
        if selected is None or not kept:
            return version
        path = {
            "chatId": turn.chat_id,
            "messageId": message.message_id,
            "candidateId": selected.candidate_id,
        }
        body = UpdateCandidate(message=kept)
        try:
            await self._api.call(routes.UPDATE_CANDIDATE_MESSAGE, path=path, body=body)
        except ApiError as error:
            log.info("a stopped reply in channel %d stays whole: %s", turn.channel_id, error)
            return version_of(message)
        whole = version_of(message)
        return Version(kept, whole.number, whole.count)

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
        """The turn's reply as the chat holds it, or else ``text``, if there is any."""
        try:
            return version_of(await find_news(self._api, turn, self._limits.search_seconds, looks))
        except Uncertain:
            if text:
                return Version(text)
            raise

    async def _withhold(self, scene: Scene, turn: Turn, pages: Pages, error: Denied) -> None:
        """Take back a reply that must not stand: here, and at the API with what led to it."""
        self._metrics.turns.labels("withheld").inc()
        with suppress(ApiError):
            path = {"chatId": turn.chat_id}
            messages = (await self._api.call(routes.GET_CHAT, path=path)).messages
            cut = cut_of(messages, turn)
            if cut < len(messages):
                path["messageId"] = messages[cut].message_id
                await self._api.call(routes.DELETE_CHAT_MESSAGES, path=path)
            scene.newest = newest_spoken(messages[:cut])
            await self._store.scenes.save(scene)
        with suppress(ShowFailed):
            await pages.settle("", ReplyState.WITHHELD, error=error)

    async def _fail(self, turn: Turn, pages: Pages, error: VivantError) -> None:
        log.info("a turn in channel %d failed: %s", turn.channel_id, error)
        self._metrics.turns.labels("failed").inc()
        if isinstance(error, NotFound) and error.what == "chat":
            await self._store.scenes.end(turn.channel_id)
        with suppress(ApiError, ShowFailed, NotFound, Denied):
            if turn.kind is TurnKind.SAY:
                await pages.settle(pages.text, ReplyState.FAILED, error=error)
                return
            version = version_of(message_in(await held(self._api, turn.chat_id), turn.message_id))
            await self._finish(pages, reply_of(turn), version, filtered=turn.filtered)
