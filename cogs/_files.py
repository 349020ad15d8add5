"""The files of a message, wherever Discord lists them.

What a component shows is not among a message's attachments, only in the component: there it has
an id and an address, and its name is the last part of that.
"""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import discord

from bot.app import Vivant


def files_in(bot: Vivant, message: discord.Message) -> dict[str, discord.Attachment]:
    """Every file of a message by its name, in the order in which they are shown."""
    shown = (_as_attachment(bot, media) for media in _media(message.components))
    return {each.filename: each for each in (*message.attachments, *shown)}


def _media(components: Any) -> Iterator[discord.UnfurledMediaItem]:
    for part in components:
        if isinstance(part, discord.components.MediaGalleryComponent):
            yield from (item.media for item in part.items if item.media.attachment_id)
        yield from _media(getattr(part, "children", ()))


def _as_attachment(bot: Vivant, media: discord.UnfurledMediaItem) -> discord.Attachment:
    """A shown file as an attachment; its size is not told there."""
    name = unquote(urlsplit(media.url).path.rpartition("/")[2])
    described = {
        "id": str(media.attachment_id),
        "size": 0,
        "filename": name,
        "url": media.url,
        "proxy_url": media.proxy_url or media.url,
        "content_type": media.content_type,
    }
    return discord.Attachment(data=cast("Any", described), state=bot._connection)  # noqa: SLF001 - the library makes attachments from nothing else
