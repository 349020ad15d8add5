"""What is known of a medium, as the policy wants to hear it, and who may look like what."""

from bot.app import Vivant
from bot.errors import ApiError
from bot.policy import Refused, Show, Shown, Source, decide
from bot.screen import filter_sentences
from bot.store.records import Character, Rating
from cogs._gate import Facts

NOT_SHOWN = "*[not shown here]*"


async def source_of(bot: Vivant, media_id: str) -> Source:
    """The provenance of a medium; one that we do not know counts as anybody's upload."""
    medium = await bot.store.media.get(media_id)
    if medium is None:
        return Source()
    return Source(
        origin=medium.origin,
        rating=medium.rating,
        owner_id=medium.owner_id,
        described=None,
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
    ask = Show(
        Shown.AVATAR,
        rating=known.rating,
        origin=known.origin,
        owner_id=known.owner_id,
        private=False,
        barred=known.barred,
    )
    verdict = decide(ask, facts.place, facts.person, facts.bot.settings.rules)
    return not isinstance(verdict, Refused)


async def portrait(facts: Facts, character: Character) -> bytes | None:
    """A character's picture, if it has one that may be seen here and can be had."""
    if not await may_be_seen(facts, character):
        return None
    bot = facts.bot
    try:
        sheet = await bot.library.sheet(character)
        if sheet.character_image is None or not sheet.character_image.media_url:
            return None
        url, limit = sheet.character_image.media_url, bot.settings.limits.media_bytes
        return (await bot.api.download(url, limit=limit)).content
    except ApiError:
        return None


def readable(facts: Facts, text: str) -> str:
    """A text as it may be shown here: without explicit sentences where they have no place."""
    ask = Show(Shown.TEXT, rating=Rating.EXPLICIT, private=False, barred=False)
    verdict = decide(ask, facts.place, facts.person, facts.bot.settings.rules)
    if not isinstance(verdict, Refused):
        return text
    return "".join(NOT_SHOWN if each is None else each for each in filter_sentences(text))
