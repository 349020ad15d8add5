"""Pictures of the moment in a scene: taken once, then in as many versions as people like.

They are messages of the chat like any other: asked for in turn, found again in the chat after a
crash, and the version shown is the one that the API has selected.
"""

import logging
from contextlib import suppress

from bot.api import routes
from bot.api.models.chats import ChatMessage
from bot.conversation import find_news, held
from bot.errors import (
    ApiError,
    Denied,
    Gone,
    Malformed,
    NotFound,
    ServerFault,
    ShowFailed,
    StoreDown,
    Unfit,
    Unreachable,
    VivantError,
)
from bot.live import Surface, Urgency
from bot.parts import Parts
from bot.permits import Permits
from bot.policy import Send
from bot.replies import PhotoFrame, ReplyState
from bot.store.records import Anchor, Medium, Origin, Rating, Reply, Scene, Turn, TurnKind
from bot.versions import Version, anchors_of, begun_in, known_in, message_in, reply_of, version_of

SENT_AS = {
    TurnKind.PICTURE: routes.CREATE_CHAT_IMAGE,
    TurnKind.REPAINT: routes.REGENERATE_CHAT_IMAGE,
}

log = logging.getLogger(__name__)

PATIENCE = 600.0
"""Seconds to wait for a picture that the API has begun."""


class Photos:
    """Takes and shows pictures; the caller sees to it that a channel does one thing at a time."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._permits = Permits(parts)
        self._limits = parts.limits

    async def run(self, scene: Scene, turn: Turn) -> None:
        """Take a picture, or go on with one that was asked for, and show it.

        What goes wrong with a first version is shown in its place; where another was wished for,
        the one that the API has selected is shown again.

        Raises:
            StoreDown, ShowFailed: For now; the turn stays stored and can be run again.
            VivantError: Another version could not be had, and the turn is over.
        """
        error = await self._outcome(await self._permits.named(scene), turn)
        await self._store.turns.drop(turn.turn_id)
        if error and turn.kind is TurnKind.REPAINT:
            raise error

    async def _outcome(self, scene: Scene, turn: Turn) -> VivantError | None:
        """Bring a turn to its end, and return what went wrong with it, if anything."""

        async def placed(_: object) -> None:
            await self._store.turns.save(turn)

        surface = self._stage.surface(turn.anchors[0], placed)
        since = int(turn.created.timestamp())
        waiting = PhotoFrame(scene.character_name, ReplyState.WRITING, since)
        self._lanes.show(surface, waiting, Urgency.FIRST)
        try:
            await self._play(scene, turn, surface)
        except Gone as error:
            log.info("the place of a picture in channel %d is gone", turn.channel_id)
            return error
        except Unfit as error:
            await self._fail(scene, turn, surface, error)
            return error
        except (StoreDown, ShowFailed):
            raise
        except VivantError as error:
            await self._fail(scene, turn, surface, error)
            return error
        finally:
            self._lanes.forget(surface)
        return None

    async def _play(self, scene: Scene, turn: Turn, surface: Surface) -> None:
        message = await (self._found(turn) if turn.sent else self._asked(turn))
        reply = await self._record(turn, message)
        await self._show(scene, reply, version_of(message), turn.anchors[0], surface)

    async def _record(self, turn: Turn, message: ChatMessage) -> Reply:
        """The record of a picture; one that gets another version stays what it was."""
        known = await self._store.replies.of_message(turn.chat_id, message.message_id)
        return known or reply_of(turn)

    async def show(self, scene: Scene, reply: Reply, version: Version) -> None:
        """Show a version of a picture in its message.

        Raises:
            Denied: It may not be shown there now.
            Gone: The message is no more.
        """
        (anchor, *_), scene = anchors_of(reply), await self._permits.named(scene)
        surface = self._stage.surface(anchor)
        try:
            await self._show(scene, reply, version, anchor, surface)
        finally:
            self._lanes.forget(surface)

    async def _show(
        self, scene: Scene, reply: Reply, version: Version, anchor: Anchor, surface: Surface
    ) -> None:
        medium = await self._permitted(reply, version)
        picture = await self._api.download(version.url or "", limit=self._limits.media_bytes)
        frame = PhotoFrame(
            scene.character_name,
            ReplyState.DONE,
            picture=picture,
            candidate=version.number,
            candidates=version.count,
            offers=await self._permits.offers(reply, medium),
        )
        reply.candidates, reply.media_id = version.count, medium.media_id
        await self._lanes.finish(surface, frame)
        reply.shown = [anchor.message_id] if anchor.message_id else []
        await self._store.replies.save(reply)

    async def _permitted(self, reply: Reply, version: Version) -> Medium:
        """The picture's record, new ones noted, once it may be shown where it stands now."""
        media_id = version.media_id or ""
        medium = await self._store.media.get(media_id) or Medium(
            media_id=media_id,
            kind="IMAGE",
            owner_id=reply.asker_id,
            rating=Rating.EXPLICIT,
            origin=Origin.OWN,
            private=False,
            channel_id=reply.channel_id,
            chat_id=reply.chat_id,
        )
        await self._store.media.save(medium)
        await self._permits.to_show(reply, medium)
        return medium

    async def _asked(self, turn: Turn) -> ChatMessage:
        """Ask once for the picture; what the answer does not bring, the chat does."""
        await self._permits.to_send(turn, Send(SENT_AS[turn.kind].operation, unfiltered=True))
        turn.before = known_in(await held(self._api, turn.chat_id), turn)
        turn.sent = True
        await self._store.turns.save(turn)
        path = {"chatId": turn.chat_id}
        if turn.kind is TurnKind.REPAINT:
            path["messageId"] = turn.message_id or ""
        try:
            await self._api.call(SENT_AS[turn.kind], path=path)
        except (Unreachable, ServerFault, Malformed):
            return await self._found(turn)
        return await find_news(self._api, turn, PATIENCE, looks=1)

    async def _found(self, turn: Turn) -> ChatMessage:
        """The picture as the chat holds it; one that is in the making is waited for."""
        begun = begun_in(await held(self._api, turn.chat_id), turn)
        within = PATIENCE if begun else self._limits.search_seconds
        return await find_news(self._api, turn, within, looks=1)

    async def _fail(self, scene: Scene, turn: Turn, surface: Surface, error: VivantError) -> None:
        """Say in the picture's place what went wrong; an earlier version comes back instead."""
        log.info("a picture in channel %d failed: %s", turn.channel_id, error)
        if turn.kind is TurnKind.REPAINT:
            with suppress(ApiError, NotFound, Denied):
                message = message_in(await held(self._api, turn.chat_id), turn.message_id)
                reply = await self._record(turn, message)
                await self._show(scene, reply, version_of(message), turn.anchors[0], surface)
                return
        frame = PhotoFrame(scene.character_name, ReplyState.FAILED, error=error)
        with suppress(Gone):
            await self._lanes.finish(surface, frame, Urgency.ERROR)
