"""One message of a character under its own name: by webhook, sent once, told anew where it must be.

Webhooks know no nonce. Before a send is repeated, what an earlier try may have left is looked for
behind the message that came before it. A webhook that somebody deleted takes its messages out of
reach: they are removed and told anew by another one, or by the bot.
"""

from contextlib import suppress
from time import monotonic

import discord

from bot.app import Vivant
from bot.errors import Unshown
from bot.stage import Placed
from bot.store.records import Anchor, now
from cogs._present import MISSING, Card
from cogs._voices import Voices, allowed_name

UNKNOWN = {10015, 50027}
"""Discord's codes for a webhook that is unknown, or whose token is no more."""

INVALID = 50035
"""Discord's code for a body with a wrong value, such as a name that it keeps to itself."""

LIBRARY_PAUSE = 1.0
"""Seconds after which the library repeats a send that Discord failed at, by itself."""

LOOKED_AT = 10
"""Messages that are looked through for one that was sent already."""


class Speech:
    """The message of ``anchor`` as long as it names a webhook."""

    def __init__(self, bot: Vivant, voices: Voices, anchor: Anchor, placed: Placed | None) -> None:
        self._bot = bot
        self._voices = voices
        self._anchor = anchor
        self._placed = placed
        self._unsure = anchor.after is not None
        self._tried: str | None = None

    @property
    def lane(self) -> str | None:
        """The bucket that its requests use, if it is by webhook."""
        webhook = self._voices.webhook(self._anchor.webhook_id)
        return f"webhook:{webhook.id}:{webhook.token}" if webhook else None

    async def bring(self, card: Card, name: str) -> None:
        """Send or edit the message; ``name`` is the character's."""
        webhook = self._voices.webhook(self._anchor.webhook_id)
        if webhook is None:
            await self._find_voice()
            raise Unshown("the webhook is gone")
        thread = discord.Object(self._anchor.channel_id)
        if self._anchor.message_id is None and self._unsure:
            self._anchor.message_id = await self._twin()
        if message_id := self._anchor.message_id:
            await webhook.edit_message(
                message_id, content=card.content, view=card.view, thread=thread
            )
        else:
            await self._send(webhook, card, name)

    async def remedied(self, error: discord.HTTPException) -> bool:
        """Whether something was done about an error, so that trying again may work."""
        if self._anchor.webhook_id is None:
            return False
        if error.code in UNKNOWN:
            await self._find_voice()
            return True
        if error.code == INVALID:
            await self._give_up_message()
            self._anchor.webhook_id = None
            return True
        return False

    async def _send(self, webhook: discord.Webhook, card: Card, name: str) -> None:
        anchor = self._anchor
        anchor.after = anchor.after or self._newest_known()
        self._unsure, self._tried = True, card.content
        began = monotonic()
        speaker = self._voices.speaker(anchor.channel_id)
        message = await webhook.send(
            card.content or MISSING,
            username=allowed_name(name),
            avatar_url=(speaker.face if speaker else None) or MISSING,
            view=card.view or MISSING,
            thread=discord.Object(anchor.channel_id),
            wait=True,
            suppress_embeds=True,
        )
        anchor.message_id = message.id
        if self._placed:
            await self._placed(anchor)
        if monotonic() - began >= LIBRARY_PAUSE:
            await self._remove_twins(webhook, message)

    def _newest_known(self) -> int:
        """The newest message that Discord told of here, by its own clock; else by ours."""
        channel = self._bot.get_channel(self._anchor.channel_id)
        known: int | None = getattr(channel, "last_message_id", None)
        return known or discord.utils.time_snowflake(now())

    async def _later(self) -> list[discord.Message]:
        """What the webhook sent behind the message before; nothing where that cannot be read."""
        place = self._bot.get_partial_messageable(self._anchor.channel_id)
        behind = discord.Object(self._anchor.after or 0)
        self._bot.lanes.spend()
        with suppress(discord.Forbidden, discord.NotFound):
            found = [each async for each in place.history(limit=LOOKED_AT, after=behind)]
            return [each for each in found if each.webhook_id == self._anchor.webhook_id]
        return []

    async def _remove_twins(self, webhook: discord.Webhook, sent: discord.Message) -> None:
        """Remove what the library's own repetitions posted beside the message that counts."""
        for message in await self._later():
            if message.content == sent.content and message.id != sent.id:
                thread = discord.Object(self._anchor.channel_id)
                await webhook.delete_message(message.id, thread=thread)

    async def _twin(self) -> int | None:
        """What an earlier try sent although its answer was lost, or its process died."""
        for message in await self._later():
            alike = self._tried is None or message.content == self._tried.strip()
            if alike and await self._bot.store.replies.of_shown(message.id) is None:
                return message.id
        return None

    async def _find_voice(self) -> None:
        """Begin the message anew, by another webhook or as the bot: it is out of reach."""
        await self._give_up_message()
        anchor = self._anchor
        anchor.webhook_id = await self._voices.repaired(anchor.channel_id, anchor.webhook_id)

    async def _give_up_message(self) -> None:
        anchor = self._anchor
        if anchor.message_id is not None:
            self._bot.lanes.spend()
            place = self._bot.get_partial_messageable(anchor.channel_id, guild_id=anchor.guild_id)
            with suppress(discord.HTTPException):
                await place.get_partial_message(anchor.message_id).delete()
        anchor.message_id = anchor.after = None
        self._unsure = False
