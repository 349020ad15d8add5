"""The body of a message on its way in: which fields count, and what Discord would refuse.

``read`` turns a request body into a ``Draft``; the acts turn drafts into messages. A field that
is absent stays absent, since an edit changes only what it names.
"""

from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.model import COMPONENTS_V2, EPHEMERAL, Json, Upload
from sandbox.discord.refusal import Problems, Unhonoured, fields, honour
from sandbox.discord.rules import components, embeds, mentions
from sandbox.discord.shapes.parts import files_shown

SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12
SENDABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2 | EPHEMERAL
COMMON = fields("content embeds allowed_mentions components attachments flags tts")
CREATE = COMMON | fields("nonce enforce_nonce message_reference sticker_ids")
WEBHOOK = COMMON | fields("username avatar_url thread_name")
ATTACHMENT_FIELDS = fields(
    "id filename description title is_spoiler size url proxy_url content_type width "
    "height ephemeral flags spoiler"
)
REFERENCE_FIELDS = fields("type message_id channel_id guild_id fail_if_not_exists")
MOST_CONTENT = 2000
NO_V2 = ("content", "embeds", "sticker_ids")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a body says; ``given`` holds the fields it names."""

    given: dict[str, Any]
    uploads: tuple[Upload, ...] = ()
    flags: int = 0
    attachments: tuple[Json, ...] | None = field(default=None)

    @property
    def content(self) -> str:
        return self.given.get("content") or ""

    @property
    def embeds(self) -> list[Json]:
        return self.given.get("embeds") or []

    @property
    def components(self) -> list[Json]:
        return self.given.get("components") or []

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    @property
    def says_nothing(self) -> bool:
        return not (self.content or self.embeds or self.components or self.uploads)


def read(
    body: Json, uploads: tuple[Upload, ...], known: frozenset[str], *, flags_now: int = 0
) -> Draft:
    """A draft of ``body``; ``flags_now`` are those of the message an edit changes.

    Raises:
        Refusal: 50035 with every problem.
        Unhonoured: A field this server does not play.
    """
    given = dict(honour(body, known, "message"))
    flags = (given.get("flags") or 0) | flags_now & COMPONENTS_V2
    if flags & ~(SENDABLE_FLAGS | flags_now):
        raise Unhonoured(f"message flags {flags & ~SENDABLE_FLAGS:#x}")
    if given.get("sticker_ids"):
        raise Unhonoured("stickers")
    if given.get("tts"):
        raise Unhonoured("text to speech")
    draft = Draft(given, uploads, flags, _attachments(given.get("attachments")))
    check(draft)
    return draft


def check(draft: Draft) -> None:
    """Refuse what Discord would refuse about the body itself (50035)."""
    problems = Problems()
    if draft.given.get("content") is not None:
        problems.text(("content",), draft.given["content"], most=MOST_CONTENT)
    if draft.is_v2:
        _only_components(draft, problems)
    embeds.check(draft.embeds, problems)
    components.check_message(draft.components, problems, v2=draft.is_v2)
    mentions.check(draft.given.get("allowed_mentions"), problems)
    _reference(draft.given.get("message_reference"))
    nonce = draft.given.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        problems.add(("nonce",), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    problems.settle()


def check_files(parts: list[Json], embedded: list[Json], names: set[str]) -> None:
    """Refuse a reference to a file that is not attached (50035)."""
    problems = Problems()
    for name in files_shown(parts, embedded) - names:
        problems.add(
            ("attachments",),
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            f"The referenced attachment {name} was not found in the request",
        )
    problems.settle()


def _only_components(draft: Draft, problems: Problems) -> None:
    for key in NO_V2:
        if draft.given.get(key):
            problems.add(
                (key,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The {key} field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _attachments(listed: object) -> tuple[Json, ...] | None:
    if listed is None:
        return None
    if not isinstance(listed, list):
        raise Unhonoured("attachments that are no list")
    return tuple(honour(one, ATTACHMENT_FIELDS, "attachment") for one in listed)


def _reference(reference: Json | None) -> None:
    if reference is not None:
        honour(reference, REFERENCE_FIELDS, "message_reference")
        if reference.get("type"):
            raise Unhonoured("forwarding a message")
