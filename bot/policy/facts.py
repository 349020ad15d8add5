"""What the policy is told, what it is asked, and what it answers: frozen, and free of decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from bot.screen import Use
from bot.store.records import Origin, Rating


class Reason(StrEnum):
    """Why something is refused, in the order of the rules."""

    MINORS = "minors"
    UNDESCRIBED = "undescribed"
    UPLOAD = "upload"
    NOT_LISTED = "not_listed"
    NAME_TYPED = "name_typed"
    PUBLIC_FIGURE = "public_figure"
    OPTION_NOT_HERE = "option_not_here"
    EXPLICIT_OFF = "explicit_off"
    NOT_AGE_RESTRICTED = "not_age_restricted"
    NOT_ADULT = "not_adult"
    EXPLICIT_TERMS = "explicit_terms"
    AVATAR_NOT_CLEAN = "avatar_not_clean"
    DIRECT_MESSAGES_OFF = "direct_messages_off"
    CHAT_NOT_HERE = "chat_not_here"
    BLOCKED = "blocked"
    FEATURE_OFF = "feature_off"
    BLOCKED_TERM = "blocked_term"
    TAKEN_DOWN = "taken_down"
    NOT_OWNER = "not_owner"
    NOT_MANAGER = "not_manager"
    PRIVATE = "private"


class OperatorRules(Protocol):
    """What the operator set; ``config.settings.Rules`` is one."""

    @property
    def explicit_enabled(self) -> bool: ...
    @property
    def direct_messages(self) -> bool: ...
    @property
    def allowed_templates(self) -> frozenset[str]: ...
    @property
    def blocked_terms(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as it is now; a thread has its parent's ``age_restricted``."""

    guild_id: int | None = None
    channel_id: int | None = None
    is_direct: bool | None = None
    age_restricted: bool | None = None
    scenes_allowed: bool | None = None
    features_off: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: ``adult`` is confirmed and not revoked, the ranks are those in this place's server.

    ``moderator`` may manage messages here, ``manager`` the server.
    """

    person_id: int
    adult: bool | None = None
    moderator: bool | None = None
    manager: bool | None = None
    blocked: bool | None = None
    operator: bool | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A medium that a body names. ``described``: the screen passed its description."""

    origin: Origin | None = None
    rating: Rating | None = None
    owner_id: int | None = None
    described: bool | None = None
    barred: bool | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """Anything that belongs to a person, and the server it lives in."""

    owner_id: int | None = None
    guild_id: int | None = None
    shared_with: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Send:
    """Send ``body`` (wire names) to ``operation``.

    Attributes:
        operation: The route's name.
        body: All that would be sent, path parameters that choose clothes or the like included.
        sources: By id, what is known of the media in the body (``base64Png`` and ``imageUrl`` by
            the field's name).
        texts: Further texts that shaped the body, to be screened like it.
        drawn_names: Names the bot drew before, as a character's; the one that the body's own seed
            stands for is always known.
        stock: Ids of clothes that the API offers to everybody.
        uses: Characters, chats and the like that the operation draws on.
        unfiltered: Whether the scene runs unfiltered.
    """

    operation: str
    body: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    drawn_names: frozenset[str] = frozenset()
    stock: frozenset[str] = frozenset()
    uses: tuple[Thing, ...] = ()
    unfiltered: bool | None = None


class Shown(StrEnum):
    """What is shown: ``SCENE`` is a scene's text, which can be filtered."""

    MEDIUM = "medium"
    TEXT = "text"
    SCENE = "scene"
    AVATAR = "avatar"


@dataclass(frozen=True, slots=True)
class Show:
    """Show something here. ``alone``: nobody but the asker will see it.

    ``use`` says as what ``text`` is screened.
    """

    what: Shown
    rating: Rating | None = None
    origin: Origin | None = None
    owner_id: int | None = None
    private: bool | None = None
    alone: bool | None = None
    barred: bool | None = None
    text: str = ""
    use: Use = Use.CHAT


class Verb(StrEnum):
    """What is done with a thing: ``REPEAT`` regenerates, swipes and rewinds.

    ``REPORT`` tells moderators of it, ``MODERATE`` takes it down or blocks its owner, ``CONFIGURE``
    settles how a server uses the bot; ``EXPORT`` hands a person what is held on them.
    """

    SEE = "see"
    USE = "use"
    EDIT = "edit"
    REPEAT = "repeat"
    STOP = "stop"
    REMOVE = "remove"
    EXPORT = "export"
    REPORT = "report"
    MODERATE = "moderate"
    CONFIGURE = "configure"


ALWAYS_POSSIBLE = frozenset({Verb.STOP, Verb.REMOVE, Verb.EXPORT, Verb.CONFIGURE})
"""What even blocked people may do: to what is theirs, and to the servers that they manage."""


@dataclass(frozen=True, slots=True)
class Manage:
    """Do ``verb`` with ``thing``."""

    verb: Verb
    thing: Thing


Ask: TypeAlias = Send | Show | Manage


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go ahead, with ``overrides`` laid over the body; ``filtered``: scene texts are filtered."""

    mode: Rating
    filtered: bool = True
    origin: Origin = Origin.OWN
    overrides: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rating(self) -> Rating:
        """What the result is to be rated: the mode it was made in."""
        return self.mode


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why; ``field`` names the wire field that is to blame, if one is."""

    reason: Reason
    field: str | None = None


Verdict: TypeAlias = Allowed | Refused
