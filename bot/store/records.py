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
    in bytes; Discord's default where a place does not say. ``webhook_id`` names the webhook that
    speaks, or spoke, there. Webhooks know no nonce: what may have been sent already is looked for
    behind the message ``after``. ``language`` is the one of what the bot says there by itself,
    noted when it is first needed.
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
    webhook_id: int | None = None
    after: int | None = None
    language: str | None = None


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
    """A picture or video that the bot made or took in, with its provenance.

    ``described``: whether the screen passed what the vision helper sees in it; ``None`` if nobody
    asked. ``channel_id`` is where it was made, ``chat_id`` the chat that drew it, if one did.
    """

    media_id: str
    kind: Literal["IMAGE", "VIDEO"]
    owner_id: int
    prompt_id: str | None = None
    job_id: str | None = None
    chat_id: str | None = None
    rating: Rating = Rating.EXPLICIT
    origin: Origin = Origin.UPLOAD
    barred: bool = False
    described: bool | None = None
    private: bool = False
    favourite: bool = False
    channel_id: int | None = None
    created: datetime = Field(default_factory=now)


class Intake(Record):
    """Something that has to be brought in before a job's body is whole.

    Either a file on the chat platform (``file_id`` and its signed ``url``) that goes up to the AI
    API, or a ``region`` of the source that becomes a mask. ``field`` is the wire field it fills.
    """

    field: str
    kind: Literal["IMAGE", "VIDEO"] = "IMAGE"
    file_id: int | None = None
    url: str = ""
    name: str = "picture"
    region: str | None = None


class Job(Record):
    """One generation, from acceptance to its delivered result.

    ``intake`` is what the body still lacks; ``sources`` are the media it starts from, and
    ``inline`` those whose pixels are in the body itself, by field; ``source_file`` is where a
    person's own source can be fetched for a while. ``stock`` are ids of clothes that the API
    offers to everybody. Jobs of one ``batch`` share a message, in the order of ``number``.
    ``at_once`` is how many of its owner may run together, ``ping`` whether they are called at its
    end. ``copies`` are messages that show its results once more to everybody.
    """

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
    intake: list[Intake] = Field(default_factory=list)
    sources: list[str] = Field(default_factory=list)
    stock: list[str] = Field(default_factory=list)
    inline: dict[str, str] = Field(default_factory=dict)
    source_file: Intake | None = None
    at_once: int = 1
    batch: str = ""
    number: int = 0
    ping: bool = False
    copies: list[Anchor] = Field(default_factory=list)
    failure: str | None = None
    created: datetime = Field(default_factory=now)
    ended: datetime | None = None


class Scene(Record):
    """The chat that lives in one channel or thread; once ``ended``, its owner may resume it.

    ``application_id`` is the application that opened it: several may share one store, and only
    that one answers. While it is ``paused`` the character hears nothing.
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
    paused: bool = False
    created: datetime = Field(default_factory=now)
    active: datetime = Field(default_factory=now)
    ended: datetime | None = None


class Reply(Record):
    """A message of the character: at the API one message, here one or several, in order.

    ``asked_in`` are the messages here that it answers, ``user_message_id`` what they became at
    the API. ``webhook_id`` names the webhook that shows it; without one the bot itself does.
    ``media_id`` is the picture that it shows now, if it is ``pictured``.
    """

    channel_id: int
    guild_id: int | None = None
    chat_id: str
    message_id: str
    asker_id: int
    shown: list[int] = Field(default_factory=list)
    asked_in: list[int] = Field(default_factory=list)
    user_message_id: str | None = None
    webhook_id: int | None = None
    pictured: bool = False
    media_id: str | None = None
    candidate: int = 1
    candidates: int = 1
    created: datetime = Field(default_factory=now)


class TurnKind(StrEnum):
    """What a turn does at the API; one that mends brings here what was changed there."""

    SAY = "say"
    REGENERATE = "regenerate"
    PICTURE = "picture"
    REPAINT = "repaint"
    MEND = "mend"

    @property
    def pictures(self) -> bool:
        """Whether its reply is a picture."""
        return self in {TurnKind.PICTURE, TurnKind.REPAINT}

    @property
    def adds(self) -> bool:
        """Whether it adds messages to the chat, rather than a version to one of them."""
        return self in {TurnKind.SAY, TurnKind.PICTURE}


class Turn(Record):
    """A turn under way: stored before anything is sent, forgotten when its end is shown.

    ``before`` holds the ids of the chat's messages (for a regeneration: of the message's
    candidates) as they were; what a later Get Chat shows beyond them is this turn's work.
    A turn that was never ``sent`` is simply run after a restart. Of one that is ``withheld``
    nothing may stand, here or at the API. ``asked_in`` and ``lines`` are the messages it was
    gathered from, side by side. ``kept`` is what a stopped reply is cut down to.
    """

    turn_id: str
    application_id: int | None = None
    channel_id: int
    guild_id: int | None = None
    chat_id: str
    kind: TurnKind
    person_id: int
    sent: bool = False
    withheld: bool = False
    filtered: bool = True
    message_id: str | None = None
    user_message_id: str | None = None
    before: list[str] = Field(default_factory=list)
    asked_in: list[int] = Field(default_factory=list)
    lines: list[str] = Field(default_factory=list)
    kept: str | None = None
    anchors: list[Anchor] = Field(default_factory=list)
    created: datetime = Field(default_factory=now)

    @property
    def text(self) -> str:
        """What is said in it, all messages together."""
        return "\n".join(self.lines)


class Character(Record):
    """Who owns a character, and what the AI API does not keep of it.

    ``look`` and ``drawn_name`` are the words and the name by which its pictures are made, so that
    the face stays; ``greetings`` are further first messages, with ``{{user}}`` to be filled in.
    """

    character_id: str
    owner_id: int
    name: str
    short_bio: str = ""
    media_id: str | None = None
    prompt_id: str | None = None
    look: str = ""
    drawn_name: str = ""
    greetings: list[str] = Field(default_factory=list)
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
    ``language`` is the one of notices; none is what the server has on the platform. ``apps`` are
    the applications on this store that are in it (there may be two, see docs/safety.md), ``left``
    is when the last of them had to go.
    """

    guild_id: int
    scenes_in: list[int] = Field(default_factory=list)
    switches: dict[str, dict[str, bool]] = Field(default_factory=dict)
    blocked: list[int] = Field(default_factory=list)
    log_channel: int | None = None
    language: str | None = None
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


class Intention(Record):
    """A character or scene that is being made: stored before anybody is told that it was taken.

    It is dropped when its maker has told how it went, so one that is found belongs to a process
    that died. ``anchor`` is the answer that is waited for. ``body`` is the request to the AI API,
    once it is ``sent``; ``before`` are the ids that the account's list had then. ``title``,
    ``parent_id`` and ``thread_id`` are those of a scene's thread, ``kept`` is what the API does not
    keep of a character.
    """

    intention_id: str = Field(default_factory=lambda: token_hex(8))
    kind: Literal["character", "scene"]
    owner_id: int
    anchor: Anchor
    body: dict[str, Any] = Field(default_factory=dict)
    before: list[str] = Field(default_factory=list)
    sent: bool = False
    made_id: str | None = None
    kept: dict[str, Any] = Field(default_factory=dict)
    title: str = ""
    parent_id: int | None = None
    thread_id: int | None = None
    created: datetime = Field(default_factory=now)


class Remnant(Record):
    """Something at the AI API that is to be deleted: ``why`` it was not; for good, if ``kept``."""

    kind: Literal["prompt", "chat", "character", "persona"]
    id: str
    why: str = ""
    kept: bool = False


class Erasure(Record):
    """Somebody's, or a left server's, wish to be forgotten; kept until all of it is done.

    It names nobody else and outlives the records that it removes, so a crash cannot lose it.
    ``left`` is what lies at the AI API still; it is complete, and our own records are gone, once it
    is ``listed``. The wish has ``ended`` when nothing more can be done; what the API keeps all the
    same is told for a while.
    """

    kind: Literal["person", "guild"]
    id: int
    left: list[Remnant] = Field(default_factory=list)
    listed: bool = False
    created: datetime = Field(default_factory=now)
    ended: datetime | None = None
