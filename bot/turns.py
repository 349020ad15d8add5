"""One turn of a scene: what a person said, or a wish for another version, and the reply to it.

The reply streams into its pages while it is screened. A stream that breaks, and a process that
dies, end the same way: the chat at the AI API is asked what it holds, and that is what is shown.
Nothing is ever sent twice; where the chat holds nothing new, the turn fails and says so, and what
was said is taken back there, so that it can be said again. A reply that was stopped is cut down at
the API to what stood here. One under rule 1 disappears here at once and is heard to its end unseen,
because the API keeps what it writes also for nobody; then the turn is deleted there.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from bot.api import routes
from bot.api.models.chats import Chat, SendMessage
from bot.api.models.events import ChatEvent
from bot.conversation import find_news, held, reword, take_back, unsay
from bot.draft import screened
from bot.errors import (
    ApiError,
    Denied,
    GenerationFailed,
    Gone,
    Malformed,
    NotFound,
    NotSent,
    ServerFault,
    ShowFailed,
    Stale,
    StoreDown,
    StreamBroken,
    Uncertain,
    Unfit,
    Unreachable,
    VivantError,
)
from bot.listening import Listening, pause_between_reads
from bot.parts import Parts
from bot.permits import Permits
from bot.policy import Reason, Send
from bot.replies import Pages, ReplyState
from bot.store.records import Reply, Scene, Turn, TurnKind
from bot.versions import (
    Version,
    anchors_of,
    known_in,
    message_in,
    newest_spoken,
    reply_of,
    version_of,
)

log = logging.getLogger(__name__)

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
        self._permits = Permits(parts)
        self._limits = parts.limits
        self._listening: dict[int, Listening] = {}

    async def stop(self, channel_id: int) -> bool:
        """Stop the reply that is being written in a channel, if one is; what stands is kept."""
        listening = self._listening.get(channel_id)
        if listening is None:
            return False
        await listening.stop()
        return True

    async def run(self, scene: Scene, turn: Turn) -> None:
        """Send a turn, or go on with one that was sent, and show its reply to the end.

        What goes wrong after somebody said something is shown in the reply's place. Where another
        version was wished for, the one that the API has selected is shown again.

        Raises:
            StoreDown, ShowFailed: For now; the turn stays stored and can be run again.
            ApiError: As before, for a reply that could not be taken back yet; or as below.
            VivantError: Another version could not be had, and the turn is over.
        """
        if turn.sent and turn.kind is TurnKind.SAY:
            _look_behind(turn)
        scene = await self._permits.named(scene)
        async with self._stage.voice(scene, turn.anchors):
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
        anchors, scene = anchors_of(reply), await self._permits.named(scene)
        async with self._stage.voice(scene, anchors):
            with Pages(self._stage, self._lanes, scene.character_name, anchors) as pages:
                await self._finish(pages, reply, version, filtered=filtered)

    async def greet(self, scene: Scene, chat: Chat, *, filtered: bool) -> None:
        """Show what the character said last, in a message of its own; raises as ``show`` does."""
        newest = newest_spoken(chat.messages)
        if newest is None:
            return
        reply = Reply(
            channel_id=scene.channel_id,
            guild_id=scene.guild_id,
            chat_id=scene.chat_id,
            message_id=newest.message_id,
            asker_id=scene.owner_id,
        )
        await self.show(scene, reply, version_of(newest), filtered=filtered)

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
            return Denied(error.reason, sent=turn.sent)
        except VivantError as error:
            await self._fail(turn, pages, error, painted=taken_up or bool(pages.text))
            return error
        self._metrics.turns.labels("done").inc()
        return None

    async def _play(self, turn: Turn, pages: Pages) -> None:
        if turn.withheld:
            raise Denied(Reason.MINORS)
        turn.filtered = (await self._permits.to_tell(reply_of(turn))).filtered or turn.filtered
        version = await (self._found(turn) if turn.sent else self._asked(turn, pages))
        if turn.kept:
            version = await self._cut_down(turn, version, turn.kept)
        await self._finish(pages, await self._record(turn), version, filtered=turn.filtered)

    async def _record(self, turn: Turn) -> Reply:
        """The record of a turn's reply; one that gets another version stays what it was."""
        known: Reply | None = None
        if not turn.kind.adds:
            known = await self._store.replies.of_message(turn.chat_id, turn.message_id or "")
        return known or reply_of(turn)

    async def _finish(
        self, pages: Pages, reply: Reply, version: Version, *, filtered: bool
    ) -> None:
        """Show the end of a reply, and remember which messages show it.

        It is filtered if it was to be, or the place by now asks for it.
        """
        filtered = (await self._permits.to_tell(reply)).filtered or filtered
        text = screened(version.text, await self._permits.filter(pages.anchor, explicit=filtered))
        reply.shown, reply.candidates = pages.shown, version.count
        reply.webhook_id = pages.webhook_id
        # Whoever is quick finds the record behind the controls that the next line shows.
        await self._store.replies.save(reply)
        await pages.settle(text, ReplyState.DONE, version.number, version.count)
        reply.shown, reply.webhook_id = pages.shown, pages.webhook_id
        await self._store.replies.save(reply)

    async def _permit(self, turn: Turn) -> None:
        """Ask whether a turn may be sent by now; raises ``Denied`` for a no."""
        body = {"userMessage": turn.text} if turn.text else {}
        ask = Send(SENT_AS[turn.kind].operation, body, unfiltered=not turn.filtered)
        turn.filtered = (await self._permits.to_send(turn, ask)).filtered or turn.filtered

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
        chat = await held(self._api, turn.chat_id)
        turn.before = known_in(chat, turn)
        newest = newest_spoken(chat.messages)
        if not turn.kind.adds and newest and newest.message_id != turn.message_id:
            raise Stale("reply")
        turn.sent = True
        await self._store.turns.save(turn)
        await self._stage.typing(turn.channel_id)
        try:
            text = await self._stream(turn, pages)
        except NotSent:
            turn.sent = False
            raise
        except GenerationFailed as error:
            return await self._left_by(error, turn)
        except (StreamBroken, Unreachable, ServerFault, Malformed):
            return await self._found(turn)
        if turn.message_id is None or turn.kind is TurnKind.REGENERATE:
            return await self._found(turn, looks=1, text=text)
        return Version(text)

    async def _stream(self, turn: Turn, pages: Pages) -> str:
        """The whole text of the reply, shown while it grows, and stopped where somebody says so."""
        filtering = await self._permits.filter(pages.anchor, explicit=turn.filtered)
        listening = Listening(turn, pages, filtering, self._store.turns.save)
        async with aclosing(self._events(turn)) as events:
            self._listening[turn.channel_id] = listening
            try:
                return await listening.hear(events)
            except Denied:
                del self._listening[turn.channel_id]  # there is nothing to stop any more
                await self._run_out(events, turn, pages)
                raise
            finally:
                self._listening.pop(turn.channel_id, None)

    async def _run_out(
        self, events: AsyncGenerator[ChatEvent, None], turn: Turn, pages: Pages
    ) -> None:
        """Take a reply out of sight while the API writes it to its end, which nobody sees."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._out_of_sight(turn, pages))
            with suppress(ApiError):  # whatever came of it, the chat is asked
                async for _ in events:
                    pass

    async def _out_of_sight(self, turn: Turn, pages: Pages) -> None:
        """Show that a reply is withheld, as far as that is possible now; ``_withhold`` insists."""
        turn.withheld = True
        with suppress(StoreDown, ShowFailed):
            await self._store.turns.save(turn)
            await pages.settle("", ReplyState.WITHHELD)

    async def _cut_down(self, turn: Turn, version: Version, kept: str) -> Version:
        """Cut a stopped reply down at the API too; where that fails, all of it counts."""
        try:
            message = message_in(await held(self._api, turn.chat_id), turn.message_id)
            version = version_of(message)
            return version_of(await reword(self._api, turn.chat_id, message, kept))
        except ApiError as error:
            log.info("a stopped reply in channel %d stays whole: %s", turn.channel_id, error)
            return version

    def _events(self, turn: Turn) -> AsyncGenerator[ChatEvent, None]:
        if turn.kind is TurnKind.SAY:
            return self._api.stream(
                routes.SEND_CHAT_MESSAGE,
                path={"chatId": turn.chat_id},
                body=SendMessage(user_message=turn.text),
                gather=self._until_next_read,
            )
        return self._api.stream(
            routes.REGENERATE_CHAT_MESSAGE,
            path={"chatId": turn.chat_id, "messageId": turn.message_id or ""},
            gather=self._until_next_read,
        )

    def _until_next_read(self) -> float:
        return pause_between_reads(len(self._listening))

    async def _found(self, turn: Turn, looks: int = 2, text: str = "") -> Version:
        """The turn's reply as the chat holds it, or else ``text``, if there is any.

        Raises:
            Uncertain, NotFound: As ``find_news``.
        """
        try:
            return version_of(await find_news(self._api, turn, self._limits.search_seconds, looks))
        except Uncertain:
            if text:
                return Version(text)
            raise

    async def _left_by(self, error: GenerationFailed, turn: Turn) -> Version:
        """What the chat kept of a reply that ended with an error event; raises it for nothing."""
        try:
            return version_of(await find_news(self._api, turn, within=0.0, looks=1))
        except Uncertain:
            raise error from None

    async def _withhold(self, turn: Turn, pages: Pages, error: Denied, *, painted: bool) -> None:
        """Let nothing of a reply stand here, and for rule 1 not at the API either.

        Raises:
            StoreDown, ShowFailed, ApiError: It may still stand somewhere.
        """
        self._metrics.turns.labels("withheld").inc()
        if error.reason != Reason.MINORS or not turn.sent:
            if painted or turn.kind is TurnKind.SAY:
                state = ReplyState.WITHHELD if turn.sent else ReplyState.FAILED
                with suppress(Gone):
                    await pages.settle("", state, error=error)
            return
        if not turn.withheld:
            await self._permits.not_to_stand(turn)
        turn.withheld = True
        await self._store.turns.save(turn)
        try:
            with suppress(Gone):
                await pages.settle("", ReplyState.WITHHELD)
        finally:
            with suppress(NotFound):
                await take_back(self._api, turn, self._limits.search_seconds)
            if turn.message_id:
                await self._store.replies.drop(turn.chat_id, turn.message_id)

    async def _fail(self, turn: Turn, pages: Pages, error: VivantError, *, painted: bool) -> None:
        """Say what went wrong, or show again what stood there before."""
        log.info("a turn in channel %d failed: %s", turn.channel_id, error)
        self._metrics.turns.labels("failed").inc()
        if isinstance(error, NotFound) and error.what == "chat":
            await self._store.scenes.close(turn.chat_id)
        with suppress(Gone, Unfit):
            if turn.kind is TurnKind.REGENERATE:
                restored = await self._restored(turn, pages)
                if restored or not painted:
                    return
            await pages.settle(pages.text, ReplyState.FAILED, error=error)
        if turn.kind is TurnKind.SAY and turn.sent:
            with suppress(ApiError, NotFound):  # what stays would only be there twice
                await unsay(self._api, turn)

    async def _restored(self, turn: Turn, pages: Pages) -> bool:
        """Show the version that the API has selected; False if it cannot be had."""
        try:
            chat = await held(self._api, turn.chat_id)
            version = version_of(message_in(chat, turn.message_id))
            await self._finish(pages, await self._record(turn), version, filtered=turn.filtered)
        except (ApiError, NotFound, Denied):
            return False
        return True


def _look_behind(turn: Turn) -> None:
    """Note behind which message each of a turn's own is, should it have been sent already."""
    before = turn.asked_in[-1] if turn.asked_in else None
    for anchor in turn.anchors:
        anchor.after = before
        before = anchor.message_id
