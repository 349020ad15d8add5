"""The records that outlive a restart: pydantic models, each with a version.

They say what is true, in our own words, and know nothing of Redis (``bot.store``) and nothing of
Discord's library. Ids of people, servers, channels and messages are Discord's, as integers; ids of
chats, messages, prompts and media are the AI API's, as strings.
"""

from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Record(BaseModel):
    """Base of all records; fields that a newer version added are kept out, not fatal."""

    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    version: Literal[1] = 1


class Rating(StrEnum):
    """How a medium or text may be shown; unknown counts as explicit."""

    CLEAN = "clean"
    EXPLICIT = "explicit"


class Origin(StrEnum):
    """Where a medium comes from; unknown counts as upload."""

    OWN = "own"
    UPLOAD = "upload"


class Anchor(Record):
    """One message on the chat platform, placed or about to be, and how it can be reached.

    ``token`` is an interaction's; it edits the message until ``token_until``, after which the
    channel is the only way. ``nonce`` keeps a repeated send from posting twice. ``file_limit`` is
    in bytes; Discord's default where a place does not say.
    """

    channel_id: int
    message_id: int | None = None
    guild_id: int | None = None
    application_id: int | None = None
    token: str | None = None
    token_until: datetime | None = None
    ephemeral: bool = False
    nonce: str | None = None
    file_limit: int = 10 * 1024 * 1024


class JobState(StrEnum):
    """How far a job has come. What comes after CREATING is never created again."""

    ACCEPTED = "accepted"
    CREATING = "creating"
    SUBMITTED = "submitted"
    DELIVERING = "delivering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class Medium(Record):
    """A picture or video that the bot made or took in, with its provenance."""

    media_id: str
    kind: Literal["IMAGE", "VIDEO"]
    owner_id: int
    prompt_id: str | None = None
    job_id: str | None = None
    rating: Rating = Rating.EXPLICIT
    origin: Origin = Origin.UPLOAD
    barred: bool = False
    created: datetime = Field(default_factory=now)


class Job(Record):
    """One generation, from acceptance to its delivered result."""

    job_id: str
    operation: str
    body: dict[str, Any]
    seed: str
    owner_id: int
    guild_id: int | None
    anchor: Anchor
    state: JobState = JobState.ACCEPTED
    rating: Rating = Rating.EXPLICIT
    origin: Origin = Origin.UPLOAD
    private: bool = False
    prompt_id: str | None = None
    media_ids: list[str] = Field(default_factory=list)
    made_from: str | None = None
    failure: str | None = None
    created: datetime = Field(default_factory=now)
    ended: datetime | None = None


class Scene(Record):
    """The chat that lives in one channel or thread; once ``ended``, its owner may resume it.

    ``application_id`` is the application that opened it: several may share one store, and only
    that one answers.
    """

    channel_id: int
    parent_id: int | None
    guild_id: int | None
    owner_id: int
    chat_id: str
    character_id: str
    character_name: str
    persona_id: str
    persona_name: str
    application_id: int | None = None
    filtered: bool = True
    created: datetime = Field(default_factory=now)
    active: datetime = Field(default_factory=now)
    ended: datetime | None = None


class Reply(Record):
    """A message of the character: at the API one message, here one or several, in order."""

    channel_id: int
    guild_id: int | None = None
    chat_id: str
    message_id: str
    asker_id: int
    shown: list[int] = Field(default_factory=list)
    candidate: int = 1
    candidates: int = 1
    created: datetime = Field(default_factory=now)


class TurnKind(StrEnum):
    """What a turn does at the API."""

    SAY = "say"
    REGENERATE = "regenerate"


class Turn(Record):
    """A turn under way: stored before anything is sent, forgotten when its end is shown.

    ``before`` holds the ids of the chat's messages (for a regeneration: of the message's
    candidates) as they were; what a later Get Chat shows beyond them is this turn's work.
    A turn that was never ``sent`` is simply run after a restart. Of one that is ``withheld``
    nothing may stand, here or at the API.
    """

    turn_id: str
    application_id: int | None = None
    channel_id: int
    guild_id: int | None = None
    chat_id: str
    kind: TurnKind
    person_id: int
    text: str = ""
    sent: bool = False
    withheld: bool = False
    filtered: bool = True
    message_id: str | None = None
    before: list[str] = Field(default_factory=list)
    asked_in: list[int] = Field(default_factory=list)
    anchors: list[Anchor] = Field(default_factory=list)
    created: datetime = Field(default_factory=now)


class Character(Record):
    """Who owns a character, and what lists and autocomplete show of it."""

    character_id: str
    owner_id: int
    name: str
    short_bio: str = ""
    media_id: str | None = None
    shared_with: list[int] = Field(default_factory=list)
    created: datetime = Field(default_factory=now)


class Persona(Record):
    """Who owns a persona; ``default`` is ours, never the account's flag."""

    persona_id: str
    owner_id: int
    name: str
    bio: str = ""
    default: bool = False
    created: datetime = Field(default_factory=now)


class Server(Record):
    """What a server's moderators decided.

    ``switches`` turns features on or off by scope; ``bot.switches`` says which scope counts.
    ``apps`` are the applications on this store that are in it (there may be two, see
    docs/safety.md), ``left`` is when the last of them had to go.
    """

    guild_id: int
    scenes_in: list[int] = Field(default_factory=list)
    switches: dict[str, dict[str, bool]] = Field(default_factory=dict)
    blocked: list[int] = Field(default_factory=list)
    log_channel: int | None = None
    apps: list[int] = Field(default_factory=list)
    left: datetime | None = None


class Person(Record):
    """What the bot knows of a person."""

    person_id: int
    adult_since: datetime | None = None
    blocked: bool = False


class Audited(Record):
    """One entry of the audit trail: who did what where, with which verdict. Never a prompt.

    ``about`` is the person whom it concerns, where that is somebody else.
    """

    what: str
    verdict: str
    person_id: int
    guild_id: int | None = None
    channel_id: int | None = None
    operation: str | None = None
    about: int | None = None
    at: datetime = Field(default_factory=now)
    entry_id: str = Field(default_factory=lambda: token_hex(8))


class Complaint(Record):
    """A report of a message: what it showed is named, never repeated. ``reason`` is untrusted.

    ``about`` leads to the record: a job's id, or the shown message that a reply is found by.
    """

    report_id: str
    reporter_id: int
    owner_id: int
    guild_id: int | None
    channel_id: int
    message_id: int | None
    kind: Literal["job", "reply"]
    about: str
    operation: str
    reason: str = ""
    created: datetime = Field(default_factory=now)


class Erasure(Record):
    """Somebody's, or a left server's, wish to be forgotten; kept until all of it is done.

    It names nobody else and outlives the records that it removes, so a crash cannot lose it.
    """

    kind: Literal["person", "guild"]
    id: int
    created: datetime = Field(default_factory=now)
