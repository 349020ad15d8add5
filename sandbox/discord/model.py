"""What exists in the world: people, servers, channels, messages, webhooks, interactions.

Plain mutable records; the rules are in ``acts`` and ``rules``, the JSON in ``shapes``.
"""

import base64
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
HAS_THREAD = 1 << 5
COMPONENTS_V2 = 1 << 15


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class MessageType(IntEnum):
    DEFAULT = 0
    CHANNEL_NAME_CHANGE = 4
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


@dataclass(eq=False, slots=True)
class User:
    """An account; also the face a webhook wears for one message."""

    id: int
    username: str
    global_name: str | None = None
    bot: bool = False
    avatar: str | None = None
    direct_open: bool = True
    locale: str = "en-US"

    @property
    def token(self) -> str:
        """The account's own token: its id in the first part, as Discord's tokens have it."""
        first = base64.b64encode(str(self.id).encode()).decode().rstrip("=")
        return f"{first}.local.{self.username.replace(' ', '-')}"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False, slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 1
    managed_by: int | None = None


@dataclass(eq=False, slots=True)
class Member:
    user: User
    joined: float
    roles: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True)
class Overwrite:
    target_id: int
    is_member: bool
    allow: int = 0
    deny: int = 0


@dataclass(eq=False, slots=True)
class Guild:
    id: int
    name: str
    owner_id: int
    premium_tier: int = 0
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, "Channel"] = field(default_factory=dict)
    threads: dict[int, "Channel"] = field(default_factory=dict)

    @property
    def upload_limit(self) -> int:
        """Bytes per file, by boost tier."""
        return {2: 50, 3: 100}.get(self.premium_tier, 10) * 1024 * 1024


@dataclass(slots=True)
class ThreadState:
    owner_id: int
    created: float
    changed: float
    auto_archive_minutes: int = 4320
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    sent: int = 0


class Waits(Protocol):
    """What a channel needs of the world to wait for a message."""

    async def until(
        self,
        condition: Callable[[], Any],
        *,
        timeout: float = ...,  # noqa: ASYNC109
        what: str = ...,
    ) -> Any: ...


@dataclass(eq=False, slots=True)
class Channel:
    """A text channel, a thread or a direct conversation."""

    id: int
    type: ChannelType
    waits: Waits = field(repr=False)
    name: str = ""
    guild: Guild | None = field(default=None, repr=False)
    parent: "Channel | None" = field(default=None, repr=False)
    topic: str | None = None
    nsfw: bool = False
    position: int = 0
    slowmode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    recipients: list[int] = field(default_factory=list)
    thread: ThreadState | None = None
    thread_members: dict[int, float] = field(default_factory=dict, repr=False)
    typing: dict[int, float] = field(default_factory=dict, repr=False)
    log: "dict[int, Message]" = field(default_factory=dict, repr=False)

    @property
    def is_private_thread(self) -> bool:
        return self.type is ChannelType.PRIVATE_THREAD

    @property
    def age_restricted(self) -> bool:
        """A thread is what its parent is."""
        return self.parent.nsfw if self.thread and self.parent else self.nsfw

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def messages(self) -> "list[Message]":
        """All that stand here, oldest first, ephemeral ones too."""
        return list(self.log.values())

    def message(
        self,
        where: "Callable[[Message], bool]" = lambda _: True,
        *,
        timeout: float = 5,
    ) -> "Awaitable[Message]":
        """Wait for the newest message that satisfies ``where``; NotSeen after ``timeout`` s."""

        def newest() -> "Message | None":
            return next((one for one in reversed(self.log.values()) if where(one)), None)

        return self.waits.until(newest, timeout=timeout, what=f"a message in #{self.name}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(eq=False, slots=True)
class Attachment:
    id: int
    channel_id: int
    filename: str
    content_type: str
    content: bytes = field(repr=False)
    description: str | None = None
    title: str | None = None
    size_in_pixels: tuple[int, int] | None = None
    ephemeral: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """What a message showed from ``at`` (Unix seconds) on."""

    at: float
    content: str
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    files: tuple[str, ...]
    loading: bool

    @property
    def text(self) -> str:
        """Everything readable: content, embeds and text displays."""
        return "\n".join(
            filter(
                None, (self.content, *_embed_texts(self.embeds), *_component_texts(self.components))
            )
        )


@dataclass(eq=False, slots=True)
class Message:
    id: int
    channel: Channel = field(repr=False)
    author: User
    type: MessageType = MessageType.DEFAULT
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    sent: float = 0.0
    edited: float | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    allowed_mentions: Json | None = None
    reference: Json | None = None
    reactions: dict[str, dict[int, None]] = field(default_factory=dict)
    nonce: str | int | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: "Interaction | None" = field(default=None, repr=False)
    seen_only_by: int | None = None
    thread: Channel | None = field(default=None, repr=False)
    deleted: bool = False
    revisions: list[Revision] = field(default_factory=list, repr=False)
    late_edits: list[float] = field(default_factory=list, repr=False)

    @property
    def ephemeral(self) -> bool:
        return self.seen_only_by is not None

    @property
    def loading(self) -> bool:
        """Shown as "thinking" after a deferred answer."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything readable: content, embeds and text displays."""
        return self.revisions[-1].text

    @property
    def parts(self) -> list[Json]:
        """Every component at every depth, in reading order."""
        return list(walk(self.components))

    @property
    def buttons(self) -> list[str]:
        """Labels of the buttons, or their emoji, in reading order."""
        return [label_of(part) for part in self.parts if part["type"] == 2]

    @property
    def link(self) -> str:
        server = self.channel.guild.id if self.channel.guild else "@me"
        return f"https://discord.com/channels/{server}/{self.channel.id}/{self.id}"


@dataclass(eq=False, slots=True)
class Webhook:
    id: int
    channel: Channel = field(repr=False)
    name: str
    token: str
    creator: User
    avatar: str | None = None
    application_id: int | None = None


@dataclass(eq=False, slots=True)
class Command:
    """A registered application command; ``spec`` is its JSON without ids."""

    id: int
    version: int
    spec: Json
    guild_id: int | None = None

    @property
    def name(self) -> str:
        return str(self.spec["name"])

    @property
    def type(self) -> int:
        return int(self.spec.get("type", 1))


@dataclass(eq=False, slots=True)
class Application:
    """The bot's application; ``approved`` names its privileged intents."""

    user: User
    approved: int
    flags: int = 0
    commands: dict[int, Command] = field(default_factory=dict)
    emojis: dict[int, Json] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def token(self) -> str:
        return self.user.token


@dataclass(eq=False, slots=True)
class Interaction:
    """One press, command, autocompletion or modal of a person, and what became of it."""

    id: int
    token: str
    type: int
    user: User
    channel: Channel = field(repr=False)
    data: Json = field(repr=False)
    created: float
    message: Message | None = None
    parent: "Interaction | None" = field(default=None, repr=False)
    nonce: str | None = None
    answer_type: int | None = None
    ephemeral: bool = False
    failed: bool = False
    response: Message | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    followups: list[Message] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return self.answer_type is not None


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component at every depth, in reading order."""
    for part in components:
        yield part
        yield from walk(part.get("components", []))
        for key in ("accessory", "component"):
            if part.get(key):
                yield from walk([part[key]])


def label_of(part: Json) -> str:
    """A component as a person would call it: label, else emoji, else custom id."""
    emoji = part.get("emoji") or {}
    return str(part.get("label") or emoji.get("name") or part.get("custom_id") or "")


def _component_texts(components: tuple[Json, ...]) -> list[str]:
    return [part["content"] for part in walk(list(components)) if part["type"] == 10]


def _embed_texts(embeds: tuple[Json, ...]) -> list[str]:
    texts = []
    for embed in embeds:
        texts += [embed.get("title"), embed.get("description")]
        texts += [f"{row['name']}\n{row['value']}" for row in embed.get("fields", ())]
        texts += [embed.get("footer", {}).get("text"), embed.get("author", {}).get("name")]
    return [text for text in texts if text]
