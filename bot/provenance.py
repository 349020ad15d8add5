"""Where the media in a body come from: what the policy is told of them, and what they allow.

A medium's provenance is its record's; a medium without one is unknown, so an upload. Until a file
has been taken in, a placeholder stands for it (``placeholder``), and is judged as an upload whose
description will pass: it is asked again once the description is there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot import policy
from bot.operations import BUTTONS, Form, Kind, Operation
from bot.policy import (
    Asker,
    OperatorRules,
    Part,
    Place,
    Refused,
    Send,
    Show,
    Shown,
    Source,
)
from bot.store import Store
from bot.store.records import Intake, Job, Medium, Origin, Rating


def placeholder(intake: Intake) -> str:
    """What stands in a body for something that has yet to be brought in."""
    return f"file:{intake.file_id}" if intake.file_id else f"region:{intake.region}"


def key_of(intake: Intake) -> str:
    """Under what the policy looks for something that has yet to be brought in."""
    return intake.field if intake.field == "base64Png" else placeholder(intake)


def put(body: dict[str, Any], field: str, media_id: str) -> None:
    """Set a wire field to a medium; where the API takes a list of faces, as the only one."""
    body[field] = {"mediaIds": [media_id]} if field == "faceSwap" else media_id


def media_in(operation: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The wire fields of a body that name media, each with the medium's id."""
    parts = policy.OPERATIONS[operation].fields
    for name, value in body.items():
        if parts.get(name) is Part.MEDIUM and value:
            yield name, str(value)
        elif parts.get(name) is Part.FACES and isinstance(value, Mapping):
            for media_id in value.get("mediaIds", ()):
                yield name, str(media_id)


def source_of(medium: Medium) -> Source:
    """What is known of a medium that the bot made or took in."""
    return Source(medium.origin, medium.rating, medium.owner_id, medium.described, medium.barred)


async def source_by_id(store: Store, media_id: str) -> Source:
    """What is known of a medium by its id; one that we do not know counts as anybody's upload."""
    medium = await store.media.get(media_id)
    return source_of(medium) if medium else Source()


def hoped(source: Source) -> Source:
    """A medium that has not been described yet, as if its description passed."""
    described = True if source.described is None else source.described
    return Source(source.origin, source.rating, source.owner_id, described, source.barred)


def expected(intake: Intake, owner_id: int) -> Source:
    """What will be known of something that is yet to be brought in, if all goes well."""
    origin = Origin.UPLOAD if intake.file_id else Origin.OWN
    return Source(origin, Rating.CLEAN, owner_id, described=True, barred=False)


async def sources_of(store: Store, job: Job, *, hopeful: bool = False) -> dict[str, Source]:
    """What is known of every medium in a job's body.

    ``hopeful``: what is yet to be brought in or described is judged as if all goes well.
    """
    named = {media_id: media_id for _, media_id in media_in(job.operation, job.body)}
    found: dict[str, Source] = {}
    for key, media_id in {**named, **job.inline}.items():
        if medium := await store.media.get(media_id):
            found[key] = hoped(source_of(medium)) if hopeful else source_of(medium)
    if hopeful:
        found |= {key_of(entry): expected(entry, job.owner_id) for entry in job.intake}
    return found


def starting_body(
    operation: Operation,
    place: Place,
    person: Asker,
    rules: OperatorRules,
    *,
    upload: bool = False,
) -> dict[str, Any]:
    """What is sent if a person sets nothing: the row's values, and models that this place has."""
    body = dict(operation.always)
    for option in operation.options:
        bounds = operation.bounds(option)
        if bounds.form is Form.PLACED and bounds.required:
            name = f"{operation.name}.{option.field}"
            values = policy.allowed_values(name, place, person, rules, upload=upload)
            body[option.field] = next(iter(values), bounds.values[0])
    return body


AS_CHARACTER = "create_chat_character"
"""The offer to make a character with this picture, beside those of the table of operations."""


def offered(medium: Medium, place: Place, person: Asker, rules: OperatorRules) -> tuple[str, ...]:
    """Names of what the policy allows to be offered under a medium, in this place, for its owner.

    Those of rows that have a button, and ``AS_CHARACTER``.
    """
    found = [row.name for row in BUTTONS if _fits(row, medium, place, person, rules)]
    asks = (as_portrait(medium), of_portrait(medium))
    verdicts = [policy.decide(ask, place, person, rules) for ask in asks]
    if medium.kind == "IMAGE" and not any(isinstance(each, Refused) for each in verdicts):
        found.append(AS_CHARACTER)
    return tuple(found)


def as_shown(source: Source, *, alone: bool) -> Show:
    """The question whether a medium that is not private may be shown, to its asker ``alone``."""
    return Show(
        Shown.MEDIUM,
        rating=source.rating,
        origin=source.origin,
        owner_id=source.owner_id,
        private=False,
        alone=alone,
        barred=source.barred,
    )


def as_portrait(medium: Medium) -> Show:
    """The question whether a picture may stand for a character, where others see it too."""
    return Show(
        Shown.AVATAR,
        rating=medium.rating,
        origin=medium.origin,
        owner_id=medium.owner_id,
        private=medium.private,
        barred=medium.barred,
    )


def of_portrait(medium: Medium) -> Send:
    """The question whether a character may be made with a picture."""
    body = {"mediaId": medium.media_id}
    return Send(AS_CHARACTER, body, {medium.media_id: source_of(medium)})


def _fits(
    row: Operation, medium: Medium, place: Place, person: Asker, rules: OperatorRules
) -> bool:
    if row.source is None or row.source[1] != medium.kind:
        return False
    upload = medium.origin is not Origin.OWN
    body = starting_body(row, place, person, rules, upload=upload)
    body[row.source[0]] = medium.media_id
    ask = Send(row.name, body, {medium.media_id: hoped(source_of(medium))})
    return not isinstance(policy.decide(ask, place, person, rules), Refused)


def kind_of(operation: Operation) -> Kind | None:
    """The kind of medium that an operation starts from."""
    return operation.source[1] if operation.source else None
