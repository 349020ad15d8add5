"""The stage on Discord: messages that can be painted, and the facts of channels.

A message that answers an interaction is edited through its token while that lives, then through
its channel; an ephemeral one has no other way and is gone with the token.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from time import monotonic

import aiohttp
import discord

from bot.app import Vivant
from bot.errors import Gone, ShowFailed, Throttled, Unfit, Unshown
from bot.policy import Asker, Place
from bot.stage import Placed
from bot.store.records import Anchor, Scene, now
from cogs._gate import asker_of, place_of
from cogs._present import MISSING, Card, present
from cogs._voices import Voices, allowed_name

log = logging.getLogger(__name__)

DEAD_TOKEN = {10015, 50027}
"""Discord's codes for an interaction or webhook that is unknown, or whose token ran out."""

LIBRARY_PAUSE = 1.0
"""Seconds after which the library repeats a webhook's send that Discord failed at, by itself."""

ARCHIVED, INVALID = 50083, 50035
"""Discord's codes for an archived thread, and for a body with a wrong value, such as a name."""


class MessageSurface:
    """One message of the bot: sent by its first frame unless it exists, edited by all others."""

    def __init__(self, bot: Vivant, voices: Voices, anchor: Anchor, placed: Placed | None) -> None:
        self._bot = bot
        self._voices = voices
        self._unsure_since: int | None = None
        self._anchor = anchor
        self._placed = placed
        # Without one of its own the library would give all sends the same.
        self._nonce = anchor.nonce or secrets.token_hex(8)

    @property
    def lane(self) -> str:
        """The bucket that the next frame uses; the same names as ``bot.app.lane_of`` gives."""
        if self._by_token:
            return f"webhook:{self._anchor.application_id}:{self._anchor.token}"
        if webhook := self._voices.webhook(self._anchor.webhook_id):
            return f"webhook:{webhook.id}:{webhook.token}"
        return f"channel:{self._anchor.channel_id}"

    @property
    def costs_budget(self) -> bool:
        """Whether the next frame counts against the 50 requests a second (Discord, Rate Limits)."""
        return not self._by_token

    async def paint(self, frame: object) -> None:
        """Send or edit the message.

        Raises:
            Gone, Throttled, Unshown: As ``bot.errors`` says.
        """
        spoken = self._anchor.webhook_id is not None
        hears = self._bot.settings.discord.message_content
        limit = self._anchor.file_limit
        card = present(frame, file_limit=limit, named=not spoken, hears=hears)
        with _translated():
            try:
                await self._bring(card, getattr(frame, "name", ""))
            except discord.HTTPException as error:
                if not await self._remedied(error):
                    raise
                raise Unshown(f"tried again after {error.code}") from error

    async def _bring(self, card: Card, name: str) -> None:
        """Send or edit, in the way that is open now; ``name`` is the character's."""
        message_id = self._anchor.message_id
        if self._anchor.webhook_id is not None:
            await self._speak(card, name)
        elif message_id is None:
            await self._send(card)
        elif self._by_token:
            await self._edit_by_token(card, message_id)
        elif self._anchor.ephemeral:
            raise Gone("an ephemeral message whose token ran out")
        else:
            await self._edit_in_channel(card, message_id)

    async def _speak(self, card: Card, name: str) -> None:
        """Send or edit by the webhook, which is made again if it is not there any more."""
        anchor = self._anchor
        webhook = self._voices.webhook(anchor.webhook_id)
        if webhook is None:
            await self._find_voice()
            raise Unshown("the webhook is gone")
        thread = discord.Object(anchor.channel_id)
        if anchor.message_id is None and self._unsure_since is not None:
            anchor.message_id = await self._twin()
        if anchor.message_id is not None:
            content, view = card.content, card.view
            await webhook.edit_message(anchor.message_id, content=content, view=view, thread=thread)
            return
        self._unsure_since = self._unsure_since or self._newest_known()
        began = monotonic()
        speaker = self._voices.speaker(anchor.channel_id)
        message = await webhook.send(
            card.content or MISSING,
            username=allowed_name(name),
            avatar_url=(speaker.face if speaker else None) or MISSING,
            view=card.view or MISSING,
            thread=thread,
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

    async def _remove_twins(self, webhook: discord.Webhook, sent: discord.Message) -> None:
        """Remove what the library's own repetitions posted beside the message that counts."""
        since = discord.Object(self._unsure_since or 0)
        async for message in self._channel.history(limit=10, after=since):
            same = (message.webhook_id, message.content) == (webhook.id, sent.content)
            if same and message.id != sent.id:
                await webhook.delete_message(message.id, thread=discord.Object(sent.channel.id))

    async def _twin(self) -> int | None:
        """What an earlier try sent although its answer was lost: webhooks know no nonce."""
        since = discord.Object(self._unsure_since or 0)
        async for message in self._channel.history(limit=10, after=since):
            if message.webhook_id == self._anchor.webhook_id:
                return message.id
        return None

    async def _remedied(self, error: discord.HTTPException) -> bool:
        """Whether something was done about an error, so that trying again may work."""
        if error.code == ARCHIVED:
            self._bot.lanes.spend()
            await self._bot.http.edit_channel(self._anchor.channel_id, archived=False)
            return True
        if self._anchor.webhook_id is None:
            return False
        if error.code in DEAD_TOKEN:
            await self._find_voice()
            return True
        if error.code == INVALID:
            await self._remove()
            self._anchor.webhook_id = None
            return True
        return False

    async def _find_voice(self) -> None:
        """Begin the message anew, by another webhook or as the bot: it is out of reach."""
        await self._remove()
        self._anchor.webhook_id = await self._voices.repaired(self._anchor.channel_id)

    async def _remove(self) -> None:
        if self._anchor.message_id is not None:
            with suppress(discord.HTTPException):
                await self._channel.get_partial_message(self._anchor.message_id).delete()
        self._anchor.message_id, self._unsure_since = None, None

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
        nonce = self._nonce
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
        self._voices = Voices(bot)

    @property
    def filtered_note(self) -> str:
        """The words that stand for a sentence that may not be shown in a filtered scene."""
        return "*[not shown here]*"

    def surface(self, anchor: Anchor, placed: Placed | None = None) -> MessageSurface:
        """The message of ``anchor``."""
        return MessageSurface(self._bot, self._voices, anchor, placed)

    def voice(self, scene: Scene, spoken_by: int | None) -> AbstractAsyncContextManager[int | None]:
        """The webhook by which the scene's character speaks, if it is one."""
        return self._voices.voice(scene, spoken_by)

    async def place(self, channel_id: int, guild_id: int | None) -> Place:
        """What is true of a channel now."""
        return await place_of(self._bot, channel_id, guild_id)

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
        """Show the typing indicator for ten seconds."""
        self._bot.lanes.spend()
        with suppress(ShowFailed), _translated():
            await self._bot.get_partial_messageable(channel_id).typing()

    async def remove(self, anchor: Anchor) -> None:
        """Delete a message; one that is already gone is fine."""
        if anchor.message_id is None:
            return
        self._bot.lanes.spend()
        place = self._bot.get_partial_messageable(anchor.channel_id, guild_id=anchor.guild_id)
        with suppress(Gone), _translated():
            if webhook := self._voices.webhook(anchor.webhook_id):
                thread = discord.Object(anchor.channel_id)
                await webhook.delete_message(anchor.message_id, thread=thread)
                return
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
