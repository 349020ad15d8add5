"""The stage on Discord: messages that can be painted, and the facts of channels.

A message that answers an interaction is edited through its token while that lives, then through
its channel; an ephemeral one has no other way and is gone with the token.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import aiohttp
import discord

from bot.app import Vivant
from bot.errors import Gone, ShowFailed, Throttled, Unfit, Unshown
from bot.policy import Asker, Place
from bot.stage import Placed
from bot.store.records import Anchor, now
from cogs._gate import asker_of, place_of, roles_of
from cogs._present import MISSING, Card, present
from cogs._words import LEFT_OUT

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=55)
"""Discord refuses more than a few edits of a message older than an hour (its error 30046)."""

DEAD_TOKEN = {10015, 50027}
"""Discord's codes for an interaction's token that is unknown or ran out."""


class MessageSurface:
    """One message of the bot: sent by its first frame unless it exists, edited by all others."""

    def __init__(self, bot: Vivant, anchor: Anchor, placed: Placed | None) -> None:
        self._bot = bot
        self._anchor = anchor
        self._placed = placed

    @property
    def lane(self) -> str:
        """The bucket that the next frame uses; the same names as ``bot.app.lane_of`` gives."""
        if self._by_token:
            return f"webhook:{self._anchor.application_id}:{self._anchor.token}"
        return f"channel:{self._anchor.channel_id}"

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
        card = present(frame, file_limit=self._anchor.file_limit)
        with _translated():
            if (message_id := self._anchor.message_id) is None:
                await self._send(card)
            elif self._by_token:
                await self._edit_by_token(card, message_id)
            elif self._anchor.ephemeral:
                raise Gone("an ephemeral message whose token ran out")
            else:
                await self._edit_in_channel(card, message_id)

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
            message = await self._channel.send(view=card.layout, files=card.files(), nonce=nonce)
        else:
            message = await self._channel.send(
                card.content,
                view=card.view or MISSING,
                nonce=nonce,
                suppress_embeds=True,
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
                await webhook.edit_message(message_id, view=card.layout, attachments=card.files())
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
            await message.edit(view=card.layout, attachments=card.files())
        else:
            await message.edit(content=card.content, view=card.view)


class DiscordStage:
    """Implements ``bot.stage.Stage``."""

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot

    @property
    def filtered_note(self) -> str:
        """The words that stand for a sentence that may not be shown in a filtered scene."""
        return LEFT_OUT

    def surface(self, anchor: Anchor, placed: Placed | None = None) -> MessageSurface:
        """The message of ``anchor``."""
        return MessageSurface(self._bot, anchor, placed)

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
            await place.get_partial_message(anchor.message_id).delete()


@contextmanager
def _translated() -> Iterator[None]:
    """Discord's errors as the core knows them."""
    try:
        yield
    except (discord.NotFound, discord.Forbidden) as error:
        raise Gone(str(error)) from error
    except discord.HTTPException as error:
        raise _shown_as(error) from error
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
