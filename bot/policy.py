"""Whether something is allowed: facts in, verdict out. Nothing else in the project decides.

    decide(ask, place, person, rules) -> Allowed | Refused

An ask is one of three:

    Send      send this body to this operation of the AI API (generations, helpers, chat)
    Show      show this medium or text here (asked again at every delivery)
    Manage    see, use, edit, stop, repeat or remove something that belongs to somebody

The facts are gathered by the caller; what is unknown stays ``None`` and counts on the strict side.
Six rules are asked in order, strongest first, and the first that refuses gives the reason:

    1. minors       every text is screened; an uploaded picture must have been described first
    2. uploads      what may show a real person goes only where ``Clean`` says, and stays clean;
                    templates, poses, clothes and profiles of others only from the operator's list
    3. explicit     only with the operator's switch, in an age-restricted channel, for a confirmed
                    adult; everywhere else an operation must fit its row's ``Clean``
    4. chats        scenes run in age-restricted channels or where moderators allowed them
    5. people       blocked people, features switched off, words the operator refuses
    6. ownership    only the owner's own and shared things; moderators stop and remove

``Allowed.overrides`` must be laid over the body before it is sent; ``mode`` is the result's rating
and ``origin`` its provenance. ``OPERATIONS``, at the end, is "What may be used in clean mode" of
the design as a table: an operation, or a field, that is not in it is refused.
``allowed_values`` answers the same question for the options of a command.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from bot import screen
from bot.api.models import choices
from bot.names import name_from
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
    """Who asks: ``adult`` is confirmed and not revoked, ``moderator`` is of this place's server."""

    person_id: int
    adult: bool | None = None
    moderator: bool | None = None
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
    """Show something here. ``alone``: nobody but the asker will see it."""

    what: Shown
    rating: Rating | None = None
    origin: Origin | None = None
    owner_id: int | None = None
    private: bool | None = None
    alone: bool | None = None
    barred: bool | None = None
    text: str = ""


class Verb(StrEnum):
    """What is done with a thing: ``REPEAT`` regenerates, swipes and rewinds."""

    SEE = "see"
    USE = "use"
    EDIT = "edit"
    REPEAT = "repeat"
    STOP = "stop"
    REMOVE = "remove"


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


def decide(ask: Ask, place: Place, person: Asker, rules: OperatorRules) -> Verdict:
    """The verdict on ``ask`` by ``person`` in ``place`` under the operator's ``rules``."""
    case = _Case(ask, place, person, rules)
    for rule in _RULES:
        if refused := rule(case):
            return refused
    row = case.row
    overrides = dict(row.always) if row else {}
    if row and row.clean and case.mode is Rating.CLEAN:
        overrides |= row.clean.sets
    return Allowed(case.mode, not case.explicit_here, _origin(case), overrides)


def allowed_values(
    option: str, place: Place, person: Asker, rules: OperatorRules, *, upload: bool = False
) -> tuple[str, ...]:
    """The values that ``option`` ("edit_image.editModel") may have here, for autocomplete.

    Templates, profiles, clothes and custom poses have ids: the operator's list is returned. With
    ``upload`` the source is one, so only what clean mode has is offered.
    """
    operation, _, name = option.partition(".")
    row = OPERATIONS[operation]
    explicit = _explicit_here(place, person, rules) and not upload
    if not explicit and (row.clean is None or name not in row.clean.fields):
        return ()
    part = row.fields[name]
    listed = tuple(sorted(rules.allowed_templates))
    if part is Part.POSE:
        return (*STATIC_POSES, EXPLICIT_POSE, *listed) if explicit else STATIC_POSES
    if part in {Part.TEMPLATES, Part.CLOTHES, Part.PROFILE}:
        return listed
    values = tuple(VALUES.get(name, ()))
    if part is Part.STYLE and not explicit:
        return tuple(value for value in values if value in rules.allowed_templates)
    only = row.clean.only.get(name) if row.clean and not explicit else None
    return values if only is None else tuple(value for value in values if value in only)


def _explicit_here(place: Place, person: Asker, rules: OperatorRules) -> bool:
    return _hindrance(place, person, rules) is None


def _hindrance(place: Place, person: Asker, rules: OperatorRules) -> Reason | None:
    """What rule 3 lacks here, if anything."""
    if not rules.explicit_enabled:
        return Reason.EXPLICIT_OFF
    if place.is_direct is not False or place.age_restricted is not True:
        return Reason.NOT_AGE_RESTRICTED
    return None if person.adult is True else Reason.NOT_ADULT


class _Case:
    """One ask with its circumstances and what follows from them."""

    def __init__(self, ask: Ask, place: Place, person: Asker, rules: OperatorRules) -> None:
        self.ask = ask
        self.place = place
        self.person = person
        self.rules = rules
        self.explicit_here = _explicit_here(place, person, rules)
        self.row = OPERATIONS.get(ask.operation) if isinstance(ask, Send) else None

    @cached_property
    def media(self) -> list[tuple[str, Source]]:
        """The fields of the body that hold media, and what is known of each."""
        if not isinstance(self.ask, Send) or self.row is None:
            return []
        sources, found = self.ask.sources, list[tuple[str, Source]]()
        for name, value in _set_fields(self.ask.body):
            part = self.row.fields.get(name)
            if part is Part.MEDIUM:
                found.append((name, sources.get(str(value), Source())))
            elif part is Part.INLINE:
                found.append((name, sources.get(name, Source())))
            elif part is Part.FACES:
                ids = value.get("mediaIds", ()) if isinstance(value, Mapping) else (None,)
                found += [(name, sources.get(str(each), Source())) for each in ids]
        return found

    @cached_property
    def texts(self) -> list[tuple[str, Use]]:
        """Every text that goes out or is shown, with its use."""
        if isinstance(self.ask, Show):
            return [(self.ask.text, Use.CHAT)] if self.ask.text else []
        if not isinstance(self.ask, Send):
            return []
        found = [(text, self._use(Part.TEXT)) for text in self.ask.texts]
        for name, value in _set_fields(self.ask.body):
            part = self.row.fields.get(name, Part.TEXT) if self.row else Part.TEXT
            if part not in _TEXTLESS:
                found += [(text, self._use(part)) for text in _strings(value)]
        return found

    @cached_property
    def mode(self) -> Rating:
        """Clean where rule 3 does not hold, and for uploads everywhere."""
        if isinstance(self.ask, Show) and self.ask.what is not Shown.SCENE:
            return self.ask.rating or Rating.EXPLICIT
        if any(source.origin is not Origin.OWN for _, source in self.media):
            return Rating.CLEAN
        return Rating.EXPLICIT if self.explicit_here else Rating.CLEAN

    def _use(self, part: "Part") -> Use:
        if part is Part.TEXT and self.row and self.row.talks:
            return Use.CHAT
        return {Part.NEGATIVE: Use.NEGATIVE, Part.PERSONA: Use.CHARACTER}.get(part, Use.GENERATION)


def _minors(case: _Case) -> Refused | None:
    """Rule 1. No setting changes it."""
    if any(screen.minors(text, use) for text, use in case.texts):
        return Refused(Reason.MINORS)
    for name, source in case.media:
        if source.described is False:
            return Refused(Reason.MINORS, name)
        describes = case.row is not None and case.row.describes
        if source.origin is not Origin.OWN and source.described is None and not describes:
            return Refused(Reason.UNDESCRIBED, name)
    return None


def _uploads(case: _Case) -> Refused | None:
    """Rule 2, for media. No setting changes it."""
    ask, row = case.ask, case.row
    if isinstance(ask, Show) and ask.what is Shown.AVATAR and ask.origin is not Origin.OWN:
        return Refused(Reason.UPLOAD)
    uploaded = [name for name, source in case.media if source.origin is not Origin.OWN]
    if not uploaded or row is None or not isinstance(ask, Send):
        return None
    taken = row.clean.uploads if row.clean else frozenset[str]()
    wrong = next((name for name in uploaded if name not in taken), None)
    wrong = wrong or _unfit(row, ask.body, case.rules)
    return Refused(Reason.UPLOAD, wrong) if wrong else None


def _others(case: _Case) -> Refused | None:
    """Rule 2, for names, and for what others made. Only the operator's list changes it."""
    ask, row = case.ask, case.row
    if not isinstance(ask, Send) or row is None:
        return None
    for name, value in _set_fields(ask.body):
        if not _listed(row.fields.get(name), value, ask.stock | case.rules.allowed_templates):
            return Refused(Reason.NOT_LISTED, name)
        if row.fields.get(name) is Part.NAME and str(value) not in _drawn(ask):
            return Refused(Reason.NAME_TYPED, name)
    if row.pictures and any(screen.public_figure(text) for text, _ in case.texts):
        return Refused(Reason.PUBLIC_FIGURE)
    return None


def _known(case: _Case) -> Refused | None:
    """Only documented operations, fields and values: others could do anything."""
    if not isinstance(case.ask, Send):
        return None
    if case.row is None:
        return Refused(Reason.OPTION_NOT_HERE)
    for name, value in _set_fields(case.ask.body):
        if name not in case.row.fields or not _documented(case.row.fields[name], name, value):
            return Refused(Reason.OPTION_NOT_HERE, name)
    return None


def _explicit(case: _Case) -> Refused | None:
    """Rule 3: what is sent fits clean mode, unless the place and the person allow more."""
    row = case.row
    if not isinstance(case.ask, Send) or row is None or case.mode is Rating.EXPLICIT:
        return None
    why = _hindrance(case.place, case.person, case.rules) or Reason.UPLOAD
    if unfit := _unfit(row, case.ask.body, case.rules):
        return Refused(why, unfit)
    unrated = row.clean.unrated if row.clean else frozenset[str]()
    for name, source in case.media:
        if source.rating is not Rating.CLEAN and name not in unrated:
            return Refused(why, name)
    screened = row.clean is not None and row.clean.screened
    if screened and any(screen.explicit(text) for text in _wanted(case)):
        return Refused(Reason.EXPLICIT_TERMS)
    return None


def _explicit_shown(case: _Case) -> Refused | None:
    """Rule 3, for what is shown; a scene's text is rule 4's."""
    ask = case.ask
    if not isinstance(ask, Show) or ask.what is Shown.SCENE or ask.rating is Rating.CLEAN:
        return None
    if ask.what is Shown.AVATAR:
        return Refused(Reason.AVATAR_NOT_CLEAN)
    why = _hindrance(case.place, case.person, case.rules)
    return Refused(why) if why else None


def _chats(case: _Case) -> Refused | None:
    """Rule 4: where scenes run, and who may speak in an unfiltered one."""
    ask, place = case.ask, case.place
    scene = isinstance(ask, Show) and ask.what is Shown.SCENE
    if not scene and not (case.row and case.row.scene):
        return None
    if place.is_direct is not False and not case.rules.direct_messages:
        return Refused(Reason.DIRECT_MESSAGES_OFF)
    welcome = place.age_restricted is True or place.scenes_allowed is True
    if place.is_direct is not True and not welcome:
        return Refused(Reason.CHAT_NOT_HERE)
    might = case.rules.explicit_enabled and place.age_restricted is not False
    if isinstance(ask, Send) and might and ask.unfiltered is not False and not case.person.adult:
        return Refused(Reason.NOT_ADULT)
    return None


def _people(case: _Case) -> Refused | None:
    """Rule 5: what moderators and operators switched off. Stopping one's own is always possible."""
    if isinstance(case.ask, Manage) and case.ask.verb in {Verb.STOP, Verb.REMOVE}:
        return None
    if case.person.blocked is not False:
        return Refused(Reason.BLOCKED)
    off = case.place.features_off
    if case.row and (off is None or case.row.feature in off):
        return Refused(Reason.FEATURE_OFF)
    if any(screen.blocked(text, case.rules.blocked_terms) for text, _ in case.texts):
        return Refused(Reason.BLOCKED_TERM)
    return None


def _owned(case: _Case) -> Refused | None:
    """Rule 6, for what an operation draws on, and for what is managed."""
    ask = case.ask
    for name, source in case.media:
        if source.barred is not False:
            return Refused(Reason.TAKEN_DOWN, name)
        if source.owner_id != case.person.person_id:
            return Refused(Reason.NOT_OWNER, name)
    managed = [ask] if isinstance(ask, Manage) else []
    uses = ask.uses if isinstance(ask, Send) else ()
    managed += [Manage(Verb.USE, thing) for thing in uses]
    return None if all(_may(each, case) for each in managed) else Refused(Reason.NOT_OWNER)


def _private(case: _Case) -> Refused | None:
    """Rule 6, for what is shown: nothing taken down, and what is private to its owner alone."""
    ask = case.ask
    if not isinstance(ask, Show):
        return None
    if ask.barred is not False:
        return Refused(Reason.TAKEN_DOWN)
    hidden = ask.private is not False and not (ask.alone and ask.owner_id == case.person.person_id)
    return Refused(Reason.PRIVATE) if hidden else None


_RULES = (
    *(_minors, _uploads, _others, _known, _explicit, _explicit_shown),
    *(_chats, _people, _owned, _private),
)


def _may(ask: Manage, case: _Case) -> bool:
    thing, here = ask.thing, case.place.guild_id
    if thing.owner_id is not None and thing.owner_id == case.person.person_id:
        return True
    if ask.verb in {Verb.SEE, Verb.USE}:
        return here is not None and here in thing.shared_with
    moderates = bool(case.person.moderator) and here is not None and thing.guild_id == here
    if ask.verb in {Verb.STOP, Verb.REMOVE}:
        return moderates or bool(case.person.operator)
    return moderates and ask.verb is Verb.REPEAT


def _origin(case: _Case) -> Origin:
    """The provenance of the result: what may show a real person stays an upload for good."""
    if isinstance(case.ask, Show):
        return case.ask.origin or Origin.UPLOAD
    if any(source.origin is not Origin.OWN for _, source in case.media):
        return Origin.UPLOAD
    body = case.ask.body if isinstance(case.ask, Send) else {}
    third = any(isinstance(value, str) and value in THIRD_PARTY for value in body.values())
    return Origin.UPLOAD if third or (case.row and case.row.takes_in) else Origin.OWN


def _unfit(row: "Operation", body: Mapping[str, Any], rules: OperatorRules) -> str | None:
    """The first field by which ``body`` does not fit the row's clean mode."""
    clean = row.clean
    if clean is None:
        return "operation"
    for name, value in _set_fields(body):
        if name not in clean.fields:
            return name
        if row.fields[name] is Part.POSE and not _static(value):
            return name
        if row.fields[name] is Part.STYLE and str(value) not in rules.allowed_templates:
            return name
    return next((n for n, only in clean.only.items() if _value(body.get(n)) not in only), None)


def _listed(part: "Part | None", value: object, allowed: frozenset[str]) -> bool:
    """Whether the ids in a field of others' making are all allowed."""
    if part is Part.PROFILE:
        return str(value) in allowed
    if part is Part.TEMPLATES:
        entries = value if isinstance(value, list | tuple) else [value]
        return all(str(_entry(entry, "id")) in allowed for entry in entries)
    if part is Part.CLOTHES:
        chosen = _entry(value, "clothesId") if isinstance(value, Mapping) else value
        return chosen is None or str(chosen) in allowed
    if part is Part.POSE:
        known = _entry(value, "type") in (*STATIC_POSES, EXPLICIT_POSE)
        return known or str(_entry(value, "id")) in allowed
    return True


def _documented(part: "Part", name: str, value: object) -> bool:
    """Whether a value of a closed set is one of the documentation's."""
    return part not in {Part.CHOICE, Part.STYLE} or _value(value) in tuple(VALUES[name])


def _drawn(ask: Send) -> frozenset[str]:
    seed = str(ask.body.get("seed") or "")
    return ask.drawn_names | ({name_from(seed)} if seed.isdecimal() else frozenset())


def _wanted(case: _Case) -> list[str]:
    """The texts that say what is to be made, not what is to be avoided."""
    return [text for text, use in case.texts if use is not Use.NEGATIVE]


def _static(pose: object) -> bool:
    return _entry(pose, "type") in STATIC_POSES


def _entry(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _value(value: object) -> str | None:
    """A field of a closed set; ``None`` if it is left out."""
    return None if value is None or value is False else str(value)


def _set_fields(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields that say something: not empty, not switched off."""
    for name, value in body.items():
        if value is not None and value is not False and value not in ("", [], {}, ()):
            yield name, value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _strings(key)
            yield from _strings(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _strings(each)


class Part(StrEnum):
    """What a field of a body holds."""

    FREE = "free"  # numbers, switches, seeds, ids of prompts and chats
    TEXT = "text"
    NEGATIVE = "negative"  # what is to be avoided
    PERSONA = "persona"  # who somebody is: bios, first messages, cards
    NAME = "name"  # shapes a face
    MEDIUM = "medium"  # the id of a medium
    INLINE = "inline"  # a picture itself, or its address
    FACES = "faces"  # whose face goes in
    CHOICE = "choice"  # a value of a closed set
    STYLE = "style"  # a fixed template of the API
    TEMPLATES = "templates"
    POSE = "pose"
    CLOTHES = "clothes"
    PROFILE = "profile"


_TEXTLESS = frozenset({Part.FREE, Part.MEDIUM, Part.INLINE, Part.CHOICE, Part.STYLE})

THIRD_PARTY = frozenset({"GROK", "NANOBANANA", "GEMINI_2_5", "GEMINI_3_PRO"})
"""Models that know public faces: what they make is treated as an upload."""

STATIC_POSES = ("STANDING", "LYING", "ALL_FOURS", "KNEELING", "SITTING", "SQUATTING", "SUSPENDED")
EXPLICIT_POSE = "PORN"

VALUES: Mapping[str, type[StrEnum]] = {
    "aspectRatio": choices.AspectRatio,
    "characterType": choices.CharacterType,
    "detailLevel": choices.DetailLevel,
    "editModel": choices.EditModel,
    "faceCreationModel": choices.FaceCreationModel,
    "faceModel": choices.FaceModel,
    "gender": choices.Gender,
    "googleModel": choices.GoogleModel,
    "model": choices.Model,
    "modelTemplate": choices.ModelTemplate,
    "template": choices.ImageToVideoTemplate,
    "upscaleModel": choices.UpscaleModel,
    "videoExpression": choices.VideoExpression,
    "videoFrameRate": choices.VideoFrameRate,
    "videoLength": choices.VideoLength,
    "videoModel": choices.VideoModel,
    "videoQuality": choices.VideoQuality,
    "videoUpscaleModel": choices.VideoUpscaleModel,
}


@dataclass(frozen=True, slots=True)
class Clean:
    """What clean mode has of an operation.

    Attributes:
        fields: Those that may be set; all others must be empty.
        uploads: Those of them that may hold an upload.
        unrated: Those whose medium may have any rating, for only words about it come out.
        only: Fields with the values they may have; ``None`` is the field left out.
        sets: What is laid over the body.
        screened: The texts must be free of explicit terms.
    """

    fields: frozenset[str]
    uploads: frozenset[str] = frozenset()
    unrated: frozenset[str] = frozenset()
    only: Mapping[str, frozenset[str | None]] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    screened: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its fields, its feature (as servers switch it), its clean mode if any."""

    feature: str
    fields: Mapping[str, Part]
    clean: Clean | None = None
    pictures: bool = True
    talks: bool = False
    scene: bool = False
    describes: bool = False
    takes_in: bool = False
    always: Mapping[str, Any] = field(default_factory=dict)


def _fields(**parts: str) -> dict[str, Part]:
    """Fields by part, their wire names separated by spaces; seed and prompt id are everywhere."""
    named = {name: Part(part) for part, names in parts.items() for name in names.split()}
    return {"seed": Part.FREE, "createdFromPromptId": Part.FREE, **named}


def _clean(
    fields: str,
    uploads: str = "",
    only: Mapping[str, frozenset[str | None]] | None = None,
    sets: Mapping[str, Any] | None = None,
) -> Clean:
    allowed = frozenset(f"{fields} {uploads} seed createdFromPromptId".split())
    return Clean(allowed, frozenset(uploads.split()), frozenset(), only or {}, sets or {})


def _helper(text: str = "", free: str = "", **parts: str) -> Operation:
    """A helper that writes a text: clean wherever its words are."""
    fields = _fields(text=text, free=free, **parts)
    media = frozenset(name for name, part in fields.items() if part is Part.MEDIUM)
    clean = Clean(frozenset(fields), media, frozenset())
    return Operation("prompt", fields, clean)


def _person(fields: Mapping[str, Part], **more: Any) -> Operation:
    """A character or persona: words for chats, which are filtered when they are shown."""
    clean = Clean(frozenset(fields), screened=False)
    return Operation("character", fields, clean, pictures=False, talks=True, **more)


def _speech(text: str = "", free: str = "", persona: str = "") -> Operation:
    """Something said in a scene."""
    fields = _fields(text=text, free=free, persona=persona)
    clean = Clean(frozenset(fields), screened=False)
    return Operation("chat", fields, clean, pictures=False, talks=True, scene=True)


_CHARACTER = _fields(persona="name bio shortBio firstMessage", medium="mediaId", free="promptId")
_PERSONA = _fields(persona="name bio", free="isDefault")
_SOURCE = _fields(medium="mediaId")

OPERATIONS: Mapping[str, Operation] = {
    # Pictures from words.
    "create_image_prompt": Operation(
        "image",
        _fields(
            name="name",
            text="appearance background fromLocation faceDetails scene metadata",
            negative="negativeDetails",
            choice="gender faceModel model detailLevel aspectRatio",
            style="modelTemplate",
            templates="modelTemplates",
            pose="pose",
            faces="faceSwap",
            clothes="clothesRequest",
            free="faceImproveEnabled faceImproveStrength blockExplicitContent cfg",
        ),
        _clean(
            "name appearance background fromLocation faceDetails scene negativeDetails gender "
            "faceModel model detailLevel aspectRatio modelTemplate modelTemplates pose "
            "faceImproveEnabled faceImproveStrength blockExplicitContent cfg",
            only={"model": frozenset({None, "DEFAULT", "GROK"})},
            sets={"blockExplicitContent": True},
        ),
    ),
    "create_face": Operation(
        "face",
        _fields(choice="faceCreationModel", text="prompt", free="extraRandomness"),
        _clean(
            "faceCreationModel prompt extraRandomness",
            only={"faceCreationModel": frozenset({None, "DEFAULT"})},
        ),
    ),
    "create_character_image": Operation(
        "profile",
        _fields(
            text="prompt",
            profile="profileId",
            choice="aspectRatio characterType",
            templates="modelTemplates",
            pose="pose",
            clothes="clothesRequest",
            free="highResolution characterStrength improveFace improveBreasts improveVagina",
        ),
    ),
    # Pictures from pictures.
    "edit_image": Operation(
        "edit",
        _fields(
            choice="editModel",
            medium="mediaId maskMediaId",
            text="prompt",
            pose="pose",
            clothes="clothesRequest",
            templates="modelTemplates",
            free="ignoreFace restoreFace",
        ),
        _clean(
            "editModel prompt ignoreFace restoreFace",
            uploads="mediaId maskMediaId",
            only={"editModel": frozenset({"GROK"})},
        ),
    ),
    "inpaint": Operation(
        "edit",
        _fields(
            medium="maskMediaId originalMediaId",
            text="prompt",
            negative="negativePrompt",
            free="strength",
        ),
    ),
    "inpaint_google": Operation(
        "edit",
        _fields(
            medium="mediaId",
            inline="base64Png",
            text="prompt",
            choice="googleModel",
            free="cropArea",
        ),
        _clean("prompt googleModel cropArea", uploads="mediaId base64Png"),
    ),
    "upscale_image": Operation(
        "edit",
        _fields(
            medium="mediaId", text="prompt", choice="upscaleModel", free="restoreFace strength"
        ),
        _clean("upscaleModel", uploads="mediaId"),
    ),
    "create_enhance_image": Operation("edit", _fields(medium="mediaId", text="prompt")),
    "edit_eyes": Operation("face", _fields(medium="mediaId", text="text")),
    "create_edit_improve_face": Operation("face", _fields(medium="mediaId", text="faceDetails")),
    "create_face_improve_prompt": Operation(
        "face",
        _fields(
            medium="mediaId",
            text="faceDetails",
            negative="negativeFaceDetails",
            choice="faceModel",
            free="strength faceIndex",
        ),
    ),
    "create_after_face_swap": Operation("face", _fields(medium="mediaId", faces="faceSwap")),
    "create_edit_breasts": Operation("adult", _SOURCE),
    "edit_vagina": Operation("adult", _fields(medium="mediaId", text="prompt")),
    "create_character_training_data": Operation(
        "profile", _fields(medium="mediaId", text="prompt")
    ),
    "create_clothes": Operation("wardrobe", _SOURCE),
    # Videos.
    "create_image_to_video": Operation(
        "video",
        _fields(
            choice="videoModel videoLength videoFrameRate videoQuality",
            medium="mediaId lastFrameMediaId",
            text="text scene",
            style="template",
            templates="videoTemplates",
            free="customImage motionStrength",
        ),
        _clean(
            "videoModel videoLength videoFrameRate videoQuality text scene customImage",
            uploads="mediaId lastFrameMediaId",
            only={"videoModel": frozenset({"GROK"})},
        ),
    ),
    "edit_video_extend": Operation(
        "video", _fields(medium="mediaId", text="prompt", templates="videoTemplates")
    ),
    "edit_video_increase_fps": Operation("video", _SOURCE, _clean("", uploads="mediaId")),
    "upscale_video": Operation(
        "video",
        _fields(medium="mediaId", choice="videoUpscaleModel"),
        _clean("videoUpscaleModel", uploads="mediaId"),
    ),
    "create_character_expression_video": Operation(
        "video", _fields(medium="mediaId", choice="videoExpression")
    ),
    # Helpers that write texts, and what comes in.
    "generate_character_builder_prompt": _helper("attributes", free="model"),
    "generate_character_prompt": _helper("theme outfit additionalDetails", profile="profileId"),
    "generate_prompt": _helper("inputPrompt", free="model"),
    "generate_update_prompt": _helper("oldRequest newRequest", free="model"),
    "generate_video_prompt": _helper("userInput", free="model frameCount", medium="mediaId"),
    "generate_vision_prompt": Operation(
        "prompt",
        _SOURCE,
        Clean(frozenset(_SOURCE), frozenset({"mediaId"}), unrated=frozenset({"mediaId"})),
        pictures=False,
        describes=True,
    ),
    "get_clothes_description": _helper(clothes="clothesId"),
    "upload_file": Operation(
        "edit",
        _fields(free="name image"),
        Clean(frozenset({"name", "image"})),
        takes_in=True,
    ),
    # Characters, personas, scenes.
    "create_chat_character": _person(_CHARACTER),
    "update_chat_character": _person(_CHARACTER),
    "create_character_vision": Operation(
        "character", _fields(inline="imageUrl", persona="characterName")
    ),
    "update_character_vision": _person(
        _fields(persona="chatCharacterFromImageResponse updatePrompt")
    ),
    "create_chat_persona": _person(_PERSONA, always={"isDefault": False}),
    "update_chat_persona": _person(_PERSONA, always={"isDefault": False}),
    "create_chat_with_custom_first_message": _speech(
        persona="firstMessage", free="chatCharacterId personaId"
    ),
    "send_chat_message": _speech("userMessage"),
    "regenerate_chat_message": _speech(),
    "update_candidate_message": _speech("message"),
    "create_chat_image": Operation("chat", _fields(), scene=True),
    "regenerate_chat_image": Operation("chat", _fields(), scene=True),
}
