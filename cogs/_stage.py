"""The stage on Discord: messages that can be painted, and the facts of channels.

A message that answers an interaction is edited through its token while that lives, then through
its channel; an ephemeral one has no other way and is gone with the token.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.app import Vivant
from bot.errors import BadFile, Gone, ShowFailed, Throttled, Unfit, Unshown
from bot.languages import said, speaking
from bot.policy import Asker, Place
from bot.replies import ReplyFrame
from bot.stage import Placed
from bot.store.records import Anchor, Scene, now
from cogs._files import files_in
from cogs._frames import present
from cogs._gate import asker_of, place_of, roles_of
from cogs._languages import note_language
from cogs._present import MISSING, Card
from cogs._speech import Speech
from cogs._voices import Voices
from cogs._words import LEFT_OUT

log = logging.getLogger(__name__)

ATTACHMENTS = {"attachments", "ephemeral-attachments"}
"""Where Discord's store has people's files: ``/KIND/CHANNEL/FILE/NAME``."""

FRESH = timedelta(minutes=55)
"""Discord refuses more than a few edits of a message older than an hour (its error 30046)."""

DEAD_TOKEN = {10015, 50027}
"""Discord's codes for an interaction's token that is unknown or ran out."""

ARCHIVED = 50083
"""Discord's code for a thread that is in the archive."""

LOCKED = 160005
"""Discord's code for a thread in which only moderators may write."""


class MessageSurface:
    """One message of the bot: sent by its first frame unless it exists, edited by all others."""

    def __init__(self, bot: Vivant, voices: Voices, anchor: Anchor, placed: Placed | None) -> None:
        self._bot = bot
        self._anchor = anchor
        self._placed = placed
        self._speech = Speech(bot, voices, anchor, placed)
        self._standing: dict[str, discord.Attachment] = {}

    @property
    def lane(self) -> str:
        """The bucket that the next frame uses; the same names as ``bot.app.lane_of`` gives."""
        if self._by_token:
            return f"webhook:{self._anchor.application_id}:{self._anchor.token}"
        return self._speech.lane or f"channel:{self._anchor.channel_id}"

    @property
    def costs_budget(self) -> bool:
        """Whether the next frame counts against the 50 requests a second (Discord, Rate Limits)."""
        return not self._by_token

    @property
    def takes_previews(self) -> bool:
        """False for a message older than an hour: Discord lets it be edited a few times only."""
        if self._anchor.message_id is None:
            return True
        return now() - discord.utils.snowflake_time(self._anchor.message_id) < FRESH

    async def paint(self, frame: object) -> None:
        """Send or edit the message.

        Raises:
            Gone, Throttled, Unshown: As ``bot.errors`` says.
        """
        if isinstance(frame, ReplyFrame):
            hears = self._bot.settings.discord.message_content
            frame = replace(frame, named=self._anchor.webhook_id is None, hears=hears)
        await note_language(self._bot, self._anchor)
        with speaking(self._bot.languages.first(self._anchor.language)):
            card = present(frame, file_limit=self._anchor.file_limit)
        with _translated():
            try:
                await self._bring(card, getattr(frame, "name", ""))
            except discord.HTTPException as error:
                if not (await self._speech.remedied(error) or await self._unarchived(error)):
                    raise
                raise Unshown(f"tried again after {error.code}") from error

    async def _bring(self, card: Card, name: str) -> None:
        """Send or edit, in the way that is open now; ``name`` is who speaks."""
        if self._anchor.webhook_id is not None:
            await self._speech.bring(card, name)
        elif (message_id := self._anchor.message_id) is None:
            await self._send(card)
        elif self._by_token:
            await self._edit_by_token(card, message_id)
        elif self._anchor.ephemeral:
            raise Gone("an ephemeral message whose token ran out")
        else:
            await self._edit_in_channel(card, message_id)

    async def _unarchived(self, error: discord.HTTPException) -> bool:
        """Whether an error was that the thread is archived, which it is no more."""
        if error.code != ARCHIVED:
            return False
        self._bot.lanes.spend()
        await self._bot.http.edit_channel(self._anchor.channel_id, archived=False)
        return True

    @property
    def _by_token(self) -> bool:
        until = self._anchor.token_until
        return self._anchor.token is not None and until is not None and now() < until

    @property
    def _channel(self) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(
            self._anchor.channel_id, guild_id=self._anchor.guild_id
        )

    async def _send(self, card: Card) -> None:
        # The library's own default; only its annotation leaves it out.
        nonce: Any = self._anchor.nonce
        if card.content is None:
            message = await self._channel.send(
                view=card.layout,
                files=card.files(),
                nonce=nonce,
                allowed_mentions=card.mentions,
            )
            self._note_files(message)
        else:
            message = await self._channel.send(
                card.content,
                view=card.view or MISSING,
                nonce=nonce,
                suppress_embeds=True,
                allowed_mentions=card.mentions,
            )
        self._anchor.message_id = message.id
        if self._placed:
            await self._placed(self._anchor)
        if nonce and card.content is not None and message.content != card.content:
            # Discord took an earlier send with this nonce, of which we never heard, and gives that.
            await self._edit_in_channel(card, message.id)

    async def _edit_by_token(self, card: Card, message_id: int) -> None:
        anchor = self._anchor
        webhook = discord.Webhook.partial(
            anchor.application_id or 0, anchor.token or "", client=self._bot
        )
        try:
            if card.content is None:
                self._note_files(
                    await webhook.edit_message(
                        message_id, view=card.layout, attachments=self._files(card)
                    )
                )
            else:
                await webhook.edit_message(message_id, content=card.content, view=card.view)
        except discord.HTTPException as error:
            if error.code not in DEAD_TOKEN:
                raise
            anchor.token = None
            raise Unshown("the interaction's token ran out early") from error

    async def _edit_in_channel(self, card: Card, message_id: int) -> None:
        message = self._channel.get_partial_message(message_id)
        if card.content is None:
            self._note_files(await message.edit(view=card.layout, attachments=self._files(card)))
        else:
            await message.edit(content=card.content, view=card.view)

    def _files(self, card: Card) -> list[discord.Attachment | discord.File]:
        """The card's files: those that stand there already are kept, not sent again."""
        return [self._standing.get(result.name) or card.file(result) for result in card.results]

    def _note_files(self, message: discord.Message) -> None:
        self._standing = files_in(self._bot, message)


class DiscordStage:
    """Implements ``bot.stage.Stage``."""

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot
        self._voices = Voices(bot)

    async def filtered_note(self, anchor: Anchor) -> str:
        """The words that stand for a sentence that may not be shown in a filtered scene."""
        await note_language(self._bot, anchor)
        with speaking(self._bot.languages.first(anchor.language)):
            return said(LEFT_OUT)

    def surface(self, anchor: Anchor, placed: Placed | None = None) -> MessageSurface:
        """The message of ``anchor``."""
        return MessageSurface(self._bot, self._voices, anchor, placed)

    def voice(self, scene: Scene, anchors: list[Anchor]) -> AbstractAsyncContextManager[None]:
        """Settle under whose name the scene's character speaks in these messages."""
        return self._voices.voice(scene, anchors)

    def speaks_as(self, application_id: int | None) -> bool:
        """Whether this is the application; what names none is everybody's."""
        return application_id in (None, self._bot.application_id)

    async def place(
        self, channel_id: int, guild_id: int | None, person_id: int | None = None
    ) -> Place:
        """What is true of a channel now; a person's roles are fetched where they count."""
        roles = await self._roles(guild_id, person_id) if guild_id and person_id else None
        return await place_of(self._bot, channel_id, guild_id, roles)

    async def _roles(self, guild_id: int, person_id: int) -> frozenset[int] | None:
        """The roles of a member, if any role is switched in the server; unknown otherwise."""
        server = await self._bot.store.servers.get(guild_id)
        guild = self._bot.get_guild(guild_id)
        if guild is None or not any(scope.startswith("role-") for scope in server.switches):
            return None
        self._bot.lanes.spend()
        with suppress(ShowFailed), _translated():
            return roles_of(await guild.fetch_member(person_id), guild_id)
        return None

    async def asker(self, person_id: int, place: Place) -> Asker:
        """What is known of a person; whether they moderate is not."""
        return await asker_of(self._bot, person_id, place)

    async def locate(self, anchor: Anchor) -> bool:
        """Whether the answer to an interaction exists; ``False`` if nobody ever saw one."""
        if anchor.message_id is None and anchor.token and anchor.application_id:
            webhook = discord.Webhook.partial(anchor.application_id, anchor.token, client=self._bot)
            with suppress(Gone), _translated():
                anchor.message_id = (await webhook.fetch_message("@original")).id  # type: ignore[arg-type]
        return anchor.message_id is not None

    async def fetch(self, url: str, *, file_id: int, limit: int) -> bytes:
        """A person's file from Discord's own store of attachments, and from nowhere else."""
        base = f"{self._bot.settings.discord.cdn_url}/"
        kind, *ids = urlsplit(url.removeprefix(base)).path.split("/")
        if not url.startswith(base) or kind not in ATTACHMENTS or str(file_id) not in ids[1:-1]:
            raise Gone("a file that is not Discord's")
        with _translated():
            content = await self._bot.http.get_from_cdn(url)
        if len(content) > limit:
            raise BadFile("size")
        return content

    async def typing(self, channel_id: int) -> None:
        """Show the typing indicator for ten seconds, unless there is no room for that now."""
        if not self._bot.lanes.afford():
            return
        with suppress(ShowFailed), _translated():
            await self._bot.get_partial_messageable(channel_id).typing()

    async def remove(self, anchor: Anchor) -> None:
        """Delete a message; one that is already gone is fine."""
        if anchor.message_id is None:
            return
        self._bot.lanes.spend()
        place = self._bot.get_partial_messageable(anchor.channel_id, guild_id=anchor.guild_id)
        with suppress(Gone), _translated():
            if webhook := await self._voices.find(anchor):
                thread = discord.Object(anchor.channel_id)
                await webhook.delete_message(anchor.message_id, thread=thread)
            else:
                await place.get_partial_message(anchor.message_id).delete()


@contextmanager
def _translated() -> Iterator[None]:
    """Discord's errors as the core knows them."""
    try:
        yield
    except (discord.NotFound, discord.Forbidden) as error:
        raise Gone(str(error)) from error
    except discord.HTTPException as error:
        raise Gone(str(error)) if error.code == LOCKED else _shown_as(error) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unshown(type(error).__name__) from error


def _shown_as(error: discord.HTTPException) -> ShowFailed:
    if error.status == 429:
        return Throttled("message", float(error.response.headers.get("Retry-After", 5.0)))
    if error.status >= 500:
        return Unshown(str(error.status))
    # Discord refuses the body: sending it again cannot help, and the mistake is ours.
    log.error("Discord refused a message: %s", error)
    return Unfit(str(error))
