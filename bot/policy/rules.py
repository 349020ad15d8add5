"""The six rules, in order, and the one function that asks them."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from bot import screen
from bot.names import name_from
from bot.policy.facts import (
    ALWAYS_POSSIBLE,
    Allowed,
    Ask,
    Asker,
    Manage,
    OperatorRules,
    Place,
    Reason,
    Refused,
    Send,
    Show,
    Shown,
    Source,
    Verb,
    Verdict,
)
from bot.policy.table import (
    EXPLICIT_POSE,
    OPERATIONS,
    STATIC_POSES,
    TEXTLESS,
    THIRD_PARTY,
    VALUES,
    Operation,
    Part,
)
from bot.screen import Use
from bot.store.records import Origin, Rating

_MEDIA_KEYS = ("mediaId", "mediaIds", "MediaId", "imageUrl", "base64Png", "faceSwap")
"""How the names of fields end that hold media, wherever they are."""


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
            return [(self.ask.text, self.ask.use)] if self.ask.text else []
        if not isinstance(self.ask, Send):
            return []
        found = [(text, self._use(Part.TEXT)) for text in self.ask.texts]
        for name, value in _set_fields(self.ask.body):
            part = self.row.fields.get(name, Part.TEXT) if self.row else Part.TEXT
            if part not in TEXTLESS:
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

    def _use(self, part: Part) -> Use:
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
    if hidden := _hidden_medium(case):
        return Refused(Reason.UPLOAD, hidden)
    uploaded = [name for name, source in case.media if source.origin is not Origin.OWN]
    if not uploaded or row is None or not isinstance(ask, Send):
        return None
    taken = row.clean.uploads if row.clean else frozenset[str]()
    wrong = next((name for name in uploaded if name not in taken), None)
    wrong = wrong or _unfit(row, ask.body, case.rules)
    return Refused(Reason.UPLOAD, wrong) if wrong else None


def _hidden_medium(case: _Case) -> str | None:
    """A field that holds a medium somewhere inside, where no medium is looked for."""
    if not isinstance(case.ask, Send) or case.row is None:
        return None
    for name, value in _set_fields(case.ask.body):
        looked_at = {"mediaIds"} if case.row.fields.get(name) is Part.FACES else set[str]()
        if any(key not in looked_at and key.endswith(_MEDIA_KEYS) for key in _keys(value)):
            return name
    return None


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
    """Rule 5: what moderators and operators switched off. Some things are always possible."""
    if isinstance(case.ask, Manage) and case.ask.verb in ALWAYS_POSSIBLE:
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
    refused = next((each for each in managed if not _may(each, case)), None)
    if refused is None:
        return None
    configures = refused.verb is Verb.CONFIGURE
    return Refused(Reason.NOT_MANAGER if configures else Reason.NOT_OWNER)


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
    thing, here, person = ask.thing, case.place.guild_id, case.person
    owns = thing.owner_id is not None and thing.owner_id == person.person_id
    shared = here is not None and here in thing.shared_with
    in_this_server = here is not None and thing.guild_id == here
    moderates = bool(person.moderator) and in_this_server
    operates = bool(person.operator)
    return {
        Verb.SEE: owns or shared,
        Verb.USE: owns or shared,
        Verb.EDIT: owns,
        Verb.REPEAT: owns or moderates,
        Verb.STOP: owns or moderates or operates,
        Verb.REMOVE: owns or moderates or operates,
        Verb.EXPORT: owns,
        Verb.REPORT: owns or in_this_server,
        Verb.MODERATE: moderates or operates,
        Verb.CONFIGURE: bool(person.manager) and in_this_server,
    }[ask.verb]


def _origin(case: _Case) -> Origin:
    """The provenance of the result: what may show a real person stays an upload for good."""
    if isinstance(case.ask, Show):
        return case.ask.origin or Origin.UPLOAD
    if any(source.origin is not Origin.OWN for _, source in case.media):
        return Origin.UPLOAD
    body = case.ask.body if isinstance(case.ask, Send) else {}
    third = any(isinstance(value, str) and value in THIRD_PARTY for value in body.values())
    always = case.row is not None and (case.row.third_party or case.row.takes_in)
    return Origin.UPLOAD if third or always else Origin.OWN


def _unfit(row: Operation, body: Mapping[str, Any], rules: OperatorRules) -> str | None:
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


def _listed(part: Part | None, value: object, allowed: frozenset[str]) -> bool:
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


def _documented(part: Part, name: str, value: object) -> bool:
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


def _keys(value: object) -> Iterator[str]:
    """All names of fields inside ``value``."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _keys(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _keys(each)


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
