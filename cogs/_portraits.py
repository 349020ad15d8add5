"""What a character looks like: its picture, where that may stand for it."""

from bot.app import Vivant
from bot.errors import ApiError, NotFound
from bot.policy import Show, Shown, Source
from bot.store.records import Character
from cogs._gate import Facts


async def source_of(bot: Vivant, media_id: str) -> Source:
    """What is known of a medium; one that we do not know counts as anybody's upload."""
    medium = await bot.store.media.get(media_id)
    if medium is None:
        return Source()
    return Source(
        origin=medium.origin,
        rating=medium.rating,
        owner_id=medium.owner_id,
        barred=medium.barred,
    )


async def sources_of(bot: Vivant, media_id: str | None) -> dict[str, Source]:
    """What is known of a medium, by its id, if there is one."""
    return {media_id: await source_of(bot, media_id)} if media_id else {}


async def may_be_seen(facts: Facts, character: Character) -> bool:
    """Whether a character's picture may stand for it here: clean, own, and not taken down."""
    if character.media_id is None:
        return False
    known = await source_of(facts.bot, character.media_id)
    return facts.allows(
        Show(
            Shown.AVATAR,
            rating=known.rating,
            origin=known.origin,
            owner_id=known.owner_id,
            private=False,
            barred=known.barred,
        )
    )


async def face_of(facts: Facts, character: Character) -> str | None:
    """The address of a character's picture, if it has one that may be seen here.

    It is signed and expires.
    """
    if not await may_be_seen(facts, character):
        return None
    try:
        sheet = await facts.bot.library.sheet(character)
    except (ApiError, NotFound):
        return None
    return sheet.character_image.media_url if sheet.character_image else None


async def portrait(facts: Facts, character: Character) -> bytes | None:
    """A character's picture itself, if it has one that may be seen here and can be had."""
    url = await face_of(facts, character)
    if not url:
        return None
    try:
        limit = facts.bot.settings.limits.media_bytes
        return (await facts.bot.api.download(url, limit=limit)).content
    except ApiError:
        return None
