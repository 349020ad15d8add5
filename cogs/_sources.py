"""What somebody points at: a file, a message's picture, a result, or nothing but their last one."""

import re
from dataclasses import dataclass

import discord

from bot.app import Vivant
from bot.errors import BadFile, NotFound
from bot.operations import Kind
from bot.store.records import Intake, Medium, Origin
from cogs._answers import Click
from cogs._files import files_in

RECENT = 25
"""Results that are looked through, and choices that Discord takes at most."""

PICTURES: frozenset[Kind] = frozenset({"IMAGE"})
MEDIA_KINDS: frozenset[Kind] = frozenset({"IMAGE", "VIDEO"})

_OURS = re.compile(r"vivant-(?P<job>\w+)-(?P<number>\d+)\.")

VIDEO_TYPES = ("video/mp4", "video/quicktime")


@dataclass(frozen=True, slots=True)
class Material:
    """A medium of the bot's, or a file of a person that is yet to be taken in."""

    kind: Kind
    medium: Medium | None = None
    file: discord.Attachment | None = None

    @property
    def is_upload(self) -> bool:
        """Whether it may show a real person, so that less is possible with it."""
        return self.medium is None or self.medium.origin is not Origin.OWN

    def intake(self, field: str) -> Intake:
        """The file as something to be brought in for a field."""
        if self.file is None:
            raise NotFound("source")
        return Intake(
            field=field,
            kind=self.kind,
            file_id=self.file.id,
            url=self.file.url,
            name=self.file.filename[:100],
        )


async def found(
    interaction: Click,
    kinds: frozenset[Kind],
    file: discord.Attachment | None = None,
    result: str | None = None,
) -> Material:
    """The source of a command: the file, else the result, else the newest own one here.

    Raises:
        BadFile: The file is of another type, or too large.
        NotFound: There is no such result, or none at all.
    """
    bot = interaction.client
    if file:
        return _checked(bot, file, kinds)
    if result:
        return await owned(interaction, result, kinds)
    channel = interaction.channel_id or 0
    newest = await bot.store.media.of_place(interaction.user.id, channel, limit=RECENT)
    medium = next((one for one in newest if one.kind in kinds and not one.barred), None)
    if medium is None:
        raise NotFound("source")
    return Material(medium.kind, medium)


async def owned(interaction: Click, media_id: str, kinds: frozenset[Kind]) -> Material:
    """One's own result by its id.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    medium = await interaction.client.store.media.get(media_id)
    if medium is None or medium.owner_id != interaction.user.id:
        raise NotFound("source")
    if medium.kind not in kinds:
        raise BadFile("kind")
    return Material(medium.kind, medium)


async def in_message(
    interaction: Click, message: discord.Message, kinds: frozenset[Kind]
) -> Material:
    """The first picture or video of a message: one that we made, or somebody's file.

    Raises:
        BadFile: What is there is of another type, or too large.
        NotFound: There is nothing.
    """
    bot = interaction.client
    medium = await _of_moment(bot, message)
    if medium:
        return Material(medium.kind, medium)
    file = next(iter(files_in(bot, message).values()), None)
    if file is None:
        raise NotFound("source")
    ours = _OURS.match(file.filename)
    if ours and bot.user and message.author.id == bot.user.id:
        made = await bot.store.media.of_job(ours["job"])
        if len(made) >= int(ours["number"]):
            medium = made[int(ours["number"]) - 1]
            return Material(medium.kind, medium)
    return _checked(bot, file, kinds)


async def _of_moment(bot: Vivant, message: discord.Message) -> Medium | None:
    """The picture of the moment that a message of a scene shows, whoever speaks it."""
    reply = await bot.store.replies.of_shown(message.id)
    return await bot.store.media.get(reply.media_id or "") if reply else None


def _checked(bot: Vivant, file: discord.Attachment, kinds: frozenset[Kind]) -> Material:
    """A file that may be taken in, as far as Discord tells: type and size."""
    declared = (file.content_type or "").partition(";")[0]
    kind: Kind = "VIDEO" if declared in VIDEO_TYPES else "IMAGE"
    if not declared.startswith("image/") and kind == "IMAGE":
        raise BadFile("type")
    if kind not in kinds:
        raise BadFile("kind")
    if file.size > bot.settings.limits.upload_bytes:
        raise BadFile("size")
    return Material(kind, file=file)
