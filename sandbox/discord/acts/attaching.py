"""The files of a message: kept ones and new ones, and how large they may be."""

from sandbox.discord.model import Attachment, Channel, Json, Upload
from sandbox.discord.refusal import Problems
from sandbox.discord.rules import uploads
from sandbox.discord.rules.drafts import Draft
from sandbox.discord.world import World

DIRECT_UPLOAD_LIMIT = 10 * 1024 * 1024


def upload_limit(channel: Channel) -> int:
    """Bytes per file in ``channel``."""
    return channel.guild.upload_limit if channel.guild else DIRECT_UPLOAD_LIMIT


def store(world: World, channel: Channel, upload: Upload) -> Attachment:
    """Keep an uploaded file where the CDN finds it."""
    one = Attachment(
        id=world.clock.snowflake(),
        channel_id=channel.id,
        filename=upload.filename,
        content_type=uploads.content_type(upload),
        content=upload.content,
        size_in_pixels=uploads.pixels(upload.content),
    )
    world.files[one.id] = one
    return one


def after(
    world: World, channel: Channel, draft: Draft, kept: list[Attachment], *, ephemeral: bool
) -> list[Attachment]:
    """The files a message has after ``draft``: kept ones and new ones, as its list says."""
    fresh = [store(world, channel, one) for one in draft.uploads]
    for one in fresh:
        one.ephemeral = ephemeral
    if draft.attachments is None:
        return [*kept, *fresh]
    by_id = {str(one.id): one for one in kept}
    chosen: list[Attachment] = []
    problems = Problems()
    for index, listed in enumerate(draft.attachments):
        key = str(listed.get("id"))
        found = by_id.get(key) or _fresh(fresh, key, listed)
        if found is None:
            problems.add(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", "Unknown attachment")
        else:
            chosen.append(found)
    problems.settle()
    return [*chosen, *(one for one in fresh if one not in chosen)]


def _fresh(fresh: list[Attachment], key: str, listed: Json) -> Attachment | None:
    if not key.isdigit() or int(key) >= len(fresh):
        return None
    one = fresh[int(key)]
    one.filename = listed.get("filename") or one.filename
    one.description = listed.get("description")
    one.title = listed.get("title")
    return one
