"""Under whose name and picture a character speaks: a webhook of ours, or the bot itself.

There is one webhook for each channel that has scenes, made when it is first needed, kept in the
store and found again there, and made anew when somebody deleted it. Where it cannot be had, or a
server does not want it, the bot speaks in its own name with the character's in front.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic

import discord
from pydantic import BaseModel, ValidationError

from bot.app import Vivant
from bot.errors import VivantError
from bot.store.records import Anchor, Scene
from cogs._gate import Facts, asker_of
from cogs._portraits import face_of, may_be_seen
from cogs._present import bare

FEATURE = "identity"
"""What servers switch off to have the bot speak in its own name."""

MOST_STREAMS = 3
"""Scenes that speak by one webhook at a time: they share one bucket of requests."""

NAME_LIMIT = 80
"""Characters of a webhook's user name (Discord, Execute Webhook)."""

RETRY_SECONDS = 600.0
FACE_SECONDS = 600.0
"""A picture's address is signed and expires, so it is fetched anew after this long."""

FACES = 1000
"""Addresses of pictures that are remembered."""

_FORBIDDEN = re.compile(r"(?<=d)(?=iscord)|(?<=c)(?=lyde)", re.IGNORECASE)
_HAIR_SPACE = "\u200a"


class _Kept(BaseModel):
    """A webhook as the store keeps it."""

    webhook_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Where a scene's character speaks, and what it looks like."""

    parent_id: int
    face: str | None = None


def allowed_name(name: str) -> str:
    """A character's name as Discord takes it from a webhook: its own names are parted."""
    return _FORBIDDEN.sub(_HAIR_SPACE, bare(name, NAME_LIMIT))[:NAME_LIMIT].strip()


class Voices:
    """All webhooks of this process and the scenes that speak by them."""

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot
        self._kept: dict[int, _Kept] = {}
        self._known: dict[int, discord.Webhook] = {}
        self._barred: dict[int, float] = {}
        self._speakers: dict[int, Speaker] = {}
        self._faces: dict[str, tuple[float, str | None]] = {}
        self._streams: defaultdict[int, set[int]] = defaultdict(set)

    @asynccontextmanager
    async def voice(self, scene: Scene, anchors: list[Anchor]) -> AsyncIterator[None]:
        """Settle by which webhook, if by any, a scene speaks in these messages, for the block.

        A fourth scene under one channel speaks as the bot; what stands already keeps its voice.
        """
        first, parent_id = anchors[0], scene.parent_id
        begun = first.message_id is not None or first.webhook_id is not None
        if parent_id is None or (begun and first.webhook_id is None):
            yield
            return
        streams = self._streams[parent_id]
        crowded = len(streams - {scene.channel_id}) >= MOST_STREAMS
        kept: _Kept | None = None
        if begun or (not crowded and await self._wanted(scene)):
            kept = await self._webhook(parent_id)
        if kept and not begun:
            first.webhook_id = kept.webhook_id
        if kept or begun:
            self._speakers[scene.channel_id] = Speaker(parent_id, await self._face(scene))
            streams.add(scene.channel_id)
        try:
            yield
        finally:
            streams.discard(scene.channel_id)
            self._speakers.pop(scene.channel_id, None)

    def speaker(self, channel_id: int) -> Speaker | None:
        """How the scene of a channel speaks, while it does so by webhook."""
        return self._speakers.get(channel_id)

    def webhook(self, webhook_id: int | None) -> discord.Webhook | None:
        """The webhook with that id, if it is known to exist."""
        return self._known.get(webhook_id) if webhook_id else None

    async def find(self, anchor: Anchor) -> discord.Webhook | None:
        """The webhook by which a message was sent, if it is still there."""
        place = self._bot.get_channel(anchor.channel_id)
        if anchor.webhook_id and isinstance(place, discord.Thread):
            await self._webhook(place.parent_id)
        return self.webhook(anchor.webhook_id)

    async def repaired(self, channel_id: int, webhook_id: int | None) -> int | None:
        """Another webhook for a scene whose own was deleted, if one can be had."""
        speaker = self._speakers.get(channel_id)
        if speaker is None:
            return None
        known = self._kept.get(speaker.parent_id)
        if known is None or known.webhook_id == webhook_id:
            self._kept.pop(speaker.parent_id, None)
            self._known.pop(webhook_id or 0, None)
            await self._bot.store.options.put(_key(speaker.parent_id), None, 1)
        kept = await self._webhook(speaker.parent_id)
        return kept.webhook_id if kept else None

    async def _wanted(self, scene: Scene) -> bool:
        """Whether the server wants it there. Without the intent people mention the bot itself."""
        if scene.guild_id is None or not self._bot.settings.discord.message_content:
            return False
        place = await self._bot.stage.place(scene.channel_id, scene.guild_id, scene.owner_id)
        return place.features_off is not None and FEATURE not in place.features_off

    async def _webhook(self, parent_id: int) -> _Kept | None:
        """The channel's webhook, remembered, stored, found there or made, if it may be."""
        if parent_id in self._kept:
            return self._kept[parent_id]
        if self._barred.get(parent_id, 0.0) > monotonic():
            return None
        async with self._bot.store.leases.wait(_key(parent_id)):
            kept = await self._stored(parent_id) or await self._made(parent_id)
            if kept is None:
                self._barred[parent_id] = monotonic() + RETRY_SECONDS
                return None
            self._kept[parent_id] = kept
            webhook = discord.Webhook.partial(kept.webhook_id, kept.token, client=self._bot)
            self._known[kept.webhook_id] = webhook
            await self._bot.store.options.put(_key(parent_id), kept.model_dump(mode="json"))
        return kept

    async def _stored(self, parent_id: int) -> _Kept | None:
        with suppress(ValidationError):
            return _Kept.model_validate(await self._bot.store.options.get(_key(parent_id)))
        return None

    async def _made(self, parent_id: int) -> _Kept | None:
        """A webhook of ours in the channel; needs Manage Webhooks, and one of fifteen places."""
        channel, us = self._bot.get_channel(parent_id), self._bot.user
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel) or us is None:
            return None
        self._bot.lanes.spend()
        with suppress(discord.HTTPException):
            for found in await channel.webhooks():
                if found.user and found.user.id == us.id and found.token:
                    return _Kept(webhook_id=found.id, token=found.token)
            self._bot.lanes.spend()
            made = await channel.create_webhook(name=allowed_name(us.name))
            return _Kept(webhook_id=made.id, token=made.token or "")
        return None

    async def _face(self, scene: Scene) -> str | None:
        """The address of the character's picture, if it may stand for it by now: clean, and own.

        Only the address is remembered: a picture may be taken down meanwhile.
        """
        bot = self._bot
        character = await bot.store.characters.get(scene.character_id)
        place = await bot.stage.place(scene.channel_id, scene.guild_id)
        facts = Facts(bot, place, await asker_of(bot, scene.owner_id, place))
        if character is None or not await may_be_seen(facts, character):
            return None
        until, url = self._faces.get(scene.character_id, (0.0, None))
        if until > monotonic():
            return url
        with suppress(VivantError):
            url = await face_of(facts, character)
        self._faces[scene.character_id] = (monotonic() + FACE_SECONDS, url)
        if len(self._faces) > FACES:
            del self._faces[next(iter(self._faces))]
        return url


def _key(parent_id: int) -> str:
    return f"webhook:{parent_id}"
