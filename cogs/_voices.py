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
from bot.errors import ApiError, NotFound, VivantError
from bot.store.records import Scene
from cogs._gate import Facts, asker_of, place_of
from cogs._sources import may_be_seen

FEATURE = "identity"
"""What servers switch off to have the bot speak in its own name."""

MOST_STREAMS = 3
"""Scenes that speak by one webhook at a time: they share one bucket of requests."""

NAME_LIMIT = 80
"""Characters of a webhook's user name (Discord, Execute Webhook)."""

RETRY_SECONDS = 600.0
FACE_SECONDS = 600.0
"""A picture's address is signed and expires, so it is fetched anew after this long."""

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
    parted = _FORBIDDEN.sub(_HAIR_SPACE, " ".join(name.split()))
    return parted[:NAME_LIMIT].strip() or "…"


class Voices:
    """All webhooks of this process and the scenes that speak by them."""

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot
        self._kept: dict[int, _Kept] = {}
        self._barred: dict[int, float] = {}
        self._speakers: dict[int, Speaker] = {}
        self._faces: dict[str, tuple[float, str | None]] = {}
        self._streams: defaultdict[int, set[int]] = defaultdict(set)

    @asynccontextmanager
    async def voice(self, scene: Scene, spoken_by: int | None) -> AsyncIterator[int | None]:
        """The webhook by which a scene speaks until the block ends; ``None``: the bot itself.

        A fourth scene under one channel speaks as the bot; those that speak already go on.
        """
        parent_id = scene.parent_id
        if parent_id is None or scene.guild_id is None:
            yield None
            return
        streams = self._streams[parent_id]
        chosen = spoken_by
        if chosen is None and len(streams) < MOST_STREAMS and await self._wanted(scene):
            kept = await self._webhook(parent_id)
            chosen = kept.webhook_id if kept else None
        elif chosen is not None:
            await self._webhook(parent_id)
        if chosen is not None:
            self._speakers[scene.channel_id] = Speaker(parent_id, await self._face(scene))
            streams.add(scene.channel_id)
        try:
            yield chosen
        finally:
            streams.discard(scene.channel_id)

    def speaker(self, channel_id: int) -> Speaker | None:
        """How the scene of a channel speaks, if it has by webhook."""
        return self._speakers.get(channel_id)

    def webhook(self, webhook_id: int | None) -> discord.Webhook | None:
        """The webhook with that id, if it is known to exist."""
        for kept in self._kept.values():
            if kept.webhook_id == webhook_id:
                return discord.Webhook.partial(kept.webhook_id, kept.token, client=self._bot)
        return None

    async def repaired(self, channel_id: int) -> int | None:
        """Another webhook for a scene whose own was deleted, if one can be had."""
        speaker = self._speakers.get(channel_id)
        if speaker is None:
            return None
        self._kept.pop(speaker.parent_id, None)
        await self._bot.store.options.put(_key(speaker.parent_id), None, 1)
        kept = await self._webhook(speaker.parent_id)
        return kept.webhook_id if kept else None

    async def _wanted(self, scene: Scene) -> bool:
        server = await self._bot.store.servers.get(scene.guild_id or 0)
        return FEATURE not in server.features_off

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
        await self._bot.store.options.put(_key(parent_id), kept.model_dump(mode="json"))
        return kept

    async def _stored(self, parent_id: int) -> _Kept | None:
        with suppress(ValidationError):
            return _Kept.model_validate(await self._bot.store.options.get(_key(parent_id)))
        return None

    async def _made(self, parent_id: int) -> _Kept | None:
        """A webhook of ours in the channel; needs Manage Webhooks, and one of fifteen places."""
        channel, us = self._bot.get_channel(parent_id), self._bot.user
        if not isinstance(channel, discord.TextChannel) or us is None:
            return None
        self._bot.lanes.spend()
        with suppress(discord.HTTPException):
            for found in await channel.webhooks():
                if found.user and found.user.id == us.id and found.token:
                    return _Kept(webhook_id=found.id, token=found.token)
            made = await channel.create_webhook(name=allowed_name(us.name))
            return _Kept(webhook_id=made.id, token=made.token or "")
        return None

    async def _face(self, scene: Scene) -> str | None:
        """The address of the character's picture, if it may stand for it: clean, and own."""
        until, url = self._faces.get(scene.character_id, (0.0, None))
        if until > monotonic():
            return url
        with suppress(VivantError):
            url = await self._fetched_face(scene)
        self._faces[scene.character_id] = (monotonic() + FACE_SECONDS, url)
        return url

    async def _fetched_face(self, scene: Scene) -> str | None:
        bot = self._bot
        character = await bot.store.characters.get(scene.character_id)
        if character is None or character.media_id is None:
            return None
        place = await place_of(bot, scene.channel_id, scene.guild_id)
        facts = Facts(bot, place, await asker_of(bot, scene.owner_id, place))
        if not await may_be_seen(facts, character):
            return None
        try:
            sheet = await bot.library.sheet(character)
        except (ApiError, NotFound):
            return None
        return sheet.character_image.media_url if sheet.character_image else None


def _key(parent_id: int) -> str:
    return f"webhook:{parent_id}"
