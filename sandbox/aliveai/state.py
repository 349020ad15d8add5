"""Everything the service remembers, as plain records, for one account.

Nothing here knows the wire; ``shapes`` turns records into what is sent.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any, Literal

from sandbox.aliveai.recipes import Kind, Recipe

LETTERS = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"

Speaker = Literal["USER", "CHARACTER", "MEDIA"]


@dataclass
class Account:
    """The one member; ``credits`` fall with every generation."""

    user_id: str
    email: str
    password: str
    api_key: str
    credits: float
    created: datetime


@dataclass(frozen=True)
class Medium:
    media_id: str
    kind: Kind
    recipe: Recipe
    name: str = ""


@dataclass
class Candidate:
    """One alternative of a message: a text, or a picture that may still be in the making."""

    candidate_id: str
    text: str | None = None
    media_id: str | None = None


@dataclass
class Message:
    message_id: str
    speaker: Speaker
    candidates: list[Candidate]
    selected_id: str

    @property
    def selected(self) -> Candidate:
        return next(c for c in self.candidates if c.candidate_id == self.selected_id)


@dataclass
class Character:
    character_id: str
    name: str
    bio: str
    short_bio: str
    first_message: Message
    media_id: str | None = None
    deleted: bool = False


@dataclass
class Persona:
    persona_id: str
    name: str
    bio: str
    default: bool


@dataclass
class Chat:
    chat_id: str
    character_id: str
    persona_id: str
    messages: list[Message] = field(default_factory=list)


class Phase(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass
class Prompt:
    """A generation; ``progress`` is in percent, ``cost`` in credits."""

    prompt_id: str
    operation: str
    body: dict[str, Any]
    seed: int
    recipe: Recipe
    kind: Kind
    created: datetime
    cost: float
    seconds: float
    source_id: str | None = None
    phase: Phase = Phase.QUEUED
    progress: float = 0.0
    media_ids: list[str] = field(default_factory=list)
    preview_id: str | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        return self.phase not in (Phase.QUEUED, Phase.RUNNING)


@dataclass
class Clothes:
    clothes_id: str
    prompt: str
    media_id: str
    custom: bool


@dataclass
class Pose:
    pose_id: str
    media_id: str
    prompt: str


@dataclass
class Lora:
    lora_id: str
    name: str
    description: str
    template_type: str
    media_id: str
    public: bool = True


@dataclass
class Profile:
    profile_id: str
    name: str
    media_id: str
    mine: bool
    likes: int


@dataclass
class State:
    """All records by id. Ids are short mixed-case codes, the same ones in every run.

    ``lines`` is what characters say next, word for word, before they speak for themselves again.
    """

    account: Account
    random: Random = field(default_factory=lambda: Random(7))
    max_pending: int = 10
    servers: set[str] = field(default_factory=lambda: {"s3rVr"})
    media: dict[str, Medium] = field(default_factory=dict)
    characters: dict[str, Character] = field(default_factory=dict)
    personas: dict[str, Persona] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    clothes: dict[str, Clothes] = field(default_factory=dict)
    poses: dict[str, Pose] = field(default_factory=dict)
    ready_poses: dict[str, str] = field(default_factory=dict)
    loras: dict[str, Lora] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    minted: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    def mint(self) -> str:
        """A new id, five letters long."""
        while True:
            code = "".join(self.random.choices(LETTERS, k=5))
            if code not in self.minted:
                self.minted.add(code)
                return code

    def keep(self, recipe: Recipe, kind: Kind, name: str = "") -> Medium:
        """A new medium of that recipe."""
        medium = Medium(self.mint(), kind, recipe, name)
        self.media[medium.media_id] = medium
        return medium

    def say(self, speaker: Speaker, text: str | None, media_id: str | None = None) -> Message:
        """A new message with one candidate; it belongs to no chat yet."""
        candidate = Candidate(self.mint(), text, media_id)
        return Message(self.mint(), speaker, [candidate], candidate.candidate_id)
