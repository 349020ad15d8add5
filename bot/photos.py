"""Pictures of the moment in a scene: taken once, then in as many versions as people like.

They are messages of the chat like any other: asked for in turn, found again in the chat after a
crash, and the version shown is the one that the API has selected.
"""

import logging
from contextlib import suppress

from bot.api import routes
from bot.api.models.chats import ChatMessage
from bot.errors import (
    Denied,
    Gone,
    Malformed,
    Missing,
    NotFound,
    ServerFault,
    ShowFailed,
    StoreDown,
    Unreachable,
    VivantError,
)
from bot.live import Surface, Urgency
from bot.parts import Parts
from bot.policy import Refused, Show, Shown, decide
from bot.replies import PhotoFrame, ReplyState
from bot.store.records import Anchor, Medium, Origin, Rating, Reply, Scene, Turn, TurnKind
from bot.versions import (
    Version,
    anchors_of,
    find_news,
    held,
    known_in,
    message_in,
    reply_of,
    version_of,
)

log = logging.getLogger(__name__)

PATIENCE = 600.0
"""Seconds to wait for a picture that the API has accepted and answered without."""


class Photos:
    """Takes and shows pictures; the caller sees to it that a channel does one thing at a time."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._rules = parts.rules
        self._limits = parts.limits

    async def run(self, scene: Scene, turn: Turn) -> None:
        """Take a picture, or go on with one that was asked for, and show it.

        Raises:
            StoreDown: The turn stays stored and is taken up by the next start.
            VivantError: Another version could not be had; the selected one is shown.
        """

        async def placed(_: object) -> None:
            await self._store.turns.save(turn)

        surface = self._stage.surface(turn.anchors[0], placed)
        since = int(turn.created.timestamp())
        waiting = PhotoFrame(scene.character_name, ReplyState.WRITING, since)
        self._lanes.show(surface, waiting, Urgency.FIRST)
        try:
            message = await (self._found(turn) if turn.sent else self._asked(turn))
            reply = await self._store.replies.of_message(turn.chat_id, message.message_id)
            await self._show(
                scene, reply or reply_of(turn), version_of(message), turn.anchors[0], surface
            )
        except StoreDown:
            raise
        except Gone:
            log.info("the place of a picture in channel %d is gone", turn.channel_id)
        except VivantError as error:
            await self._store.turns.drop(turn.turn_id)
            await self._fail(scene, turn, surface, error)
        await self._store.turns.drop(turn.turn_id)

    async def show(self, scene: Scene, reply: Reply, version: Version) -> None:
        """Show a version of a picture in its message.

        Raises:
            Denied: It may not be shown there now.
            Gone: The message is no more.
        """
        (anchor, *_) = anchors_of(reply, scene)
        await self._show(scene, reply, version, anchor, self._stage.surface(anchor))

    async def _show(
        self, scene: Scene, reply: Reply, version: Version, anchor: Anchor, surface: Surface
    ) -> None:
        await self._check(reply, version)
        picture = await self._api.download(version.url or "", limit=self._limits.media_bytes)
        frame = PhotoFrame(
            scene.character_name,
            ReplyState.DONE,
            picture=picture,
            candidate=version.number,
            candidates=version.count,
        )
        reply.candidates = version.count
        await self._lanes.finish(surface, frame)
        reply.shown = [anchor.message_id] if anchor.message_id else []
        await self._store.replies.save(reply)

    async def _check(self, reply: Reply, version: Version) -> None:
        """Note where the picture comes from, and ask whether it may be shown there now."""
        media_id = version.media_id or ""
        medium = await self._store.media.get(media_id) or Medium(
            media_id=media_id,
            kind="IMAGE",
            owner_id=reply.asker_id,
            rating=Rating.EXPLICIT,
            origin=Origin.OWN,
        )
        await self._store.media.save(medium)
        place = await self._stage.place(reply.channel_id, reply.guild_id)
        person = await self._stage.asker(reply.asker_id, place)
        ask = Show(
            Shown.MEDIUM,
            rating=medium.rating,
            origin=medium.origin,
            owner_id=medium.owner_id,
            private=False,
            alone=False,
            barred=medium.barred,
        )
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)

    async def _asked(self, turn: Turn) -> ChatMessage:
        """Ask once for the picture; what the answer does not bring, the chat does."""
        turn.before = known_in(await held(self._api, turn.chat_id), turn)
        turn.sent = True
        await self._store.turns.save(turn)
        path = {"chatId": turn.chat_id}
        try:
            if turn.kind is TurnKind.PICTURE:
                await self._api.call(routes.CREATE_CHAT_IMAGE, path=path)
            else:
                path["messageId"] = turn.message_id or ""
                await self._api.call(routes.REGENERATE_CHAT_IMAGE, path=path)
        except (Unreachable, ServerFault, Malformed):
            return await self._found(turn)
        return await find_news(self._api, turn, PATIENCE, looks=1)

    async def _found(self, turn: Turn) -> ChatMessage:
        return await find_news(self._api, turn, self._limits.search_seconds, looks=1)

    async def _fail(self, scene: Scene, turn: Turn, surface: Surface, error: VivantError) -> None:
        """Say in the picture's place what went wrong; an earlier version comes back instead."""
        log.info("a picture in channel %d failed: %s", turn.channel_id, error)
        if turn.kind is TurnKind.REPAINT:
            with suppress(ShowFailed, Missing, NotFound, Denied):
                message = message_in(await held(self._api, turn.chat_id), turn.message_id)
                reply = await self._store.replies.of_message(turn.chat_id, message.message_id)
                version, anchor = version_of(message), turn.anchors[0]
                await self._show(scene, reply or reply_of(turn), version, anchor, surface)
            raise error
        frame = PhotoFrame(scene.character_name, ReplyState.FAILED, error=error)
        with suppress(ShowFailed):
            await self._lanes.finish(surface, frame, Urgency.ERROR)
