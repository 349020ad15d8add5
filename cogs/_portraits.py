"""What a character looks like: its picture, where that may stand for it."""

from dataclasses import dataclass

from bot.errors import ApiError, NotFound
from bot.policy import Verb
from bot.provenance import as_portrait
from bot.store.records import Character, Job, Medium
from cogs._gate import Facts


@dataclass(frozen=True, slots=True)
class Likeness:
    """A picture that a character is made from, with the words and the name that drew it."""

    medium: Medium
    job: Job

    @property
    def pictured(self) -> dict[str, str]:
        """What a request for the character says of it."""
        prompt_id = self.medium.prompt_id
        named = {"mediaId": self.medium.media_id, "promptId": prompt_id or ""}
        return {name: value for name, value in named.items() if value}

    @property
    def look(self) -> str:
        """The words for its looks."""
        return str(self.job.body.get("appearance") or "")

    @property
    def drawn_name(self) -> str:
        """The name that its face comes from."""
        return str(self.job.body.get("name") or "")


async def likeness(facts: Facts, media_id: str) -> Likeness:
    """One's own picture, by an id that may be forged, to make a character from.

    Raises:
        NotFound: There is none, or nobody knows any more how it was made.
        Denied: It is somebody else's.
    """
    store = facts.bot.store
    medium = await store.media.get(media_id)
    job = await store.jobs.get(medium.job_id) if medium and medium.job_id else None
    if medium is None or job is None or medium.kind != "IMAGE":
        raise NotFound("picture")
    await facts.may_manage(Verb.USE, medium.owner_id, None)
    return Likeness(medium, job)


async def may_be_seen(facts: Facts, character: Character) -> bool:
    """Whether a character's picture may stand for it here: clean, own, and not taken down."""
    medium = await facts.bot.store.media.get(character.media_id or "")
    return medium is not None and facts.allows(as_portrait(medium))


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
