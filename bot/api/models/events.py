"""What the client hands out while a reply is written or a generation runs.

Plain frozen dataclasses rather than wire models: one is made for every token, and none of them
travels. How they are read from the wire is ``bot.api.ndjson`` and ``bot.api.progress``.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.api.models.chats import ChatMessage
from bot.api.models.media import Media


@dataclass(frozen=True, slots=True)
class Init:
    """A reply begins; its ids, of which a regeneration may lack those of the user."""

    chat_id: str | None = None
    user_message_id: str | None = None
    user_candidate_id: str | None = None
    assistant_message_id: str | None = None
    assistant_candidate_id: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the reply's text, to be appended."""

    text: str


@dataclass(frozen=True, slots=True)
class Complete:
    """The reply is finished. This, not the sum of the tokens, is what the API stored.

    ``text`` is ``None`` only if the API sent no text with it; then the tokens are all there is.
    """

    message: ChatMessage | None = None
    text: str | None = None


ChatEvent = Init | Token | Complete


class Phase(StrEnum):
    """How far a generation is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PromptState:
    """Where a generation stands.

    Attributes:
        phase: Never goes back.
        position: Place in the queue, from 0; ``None`` if unknown or running.
        progress: Percent, 0 to 100, never going back; ``None`` if unknown.
        previews: Unfinished pictures: media with addresses, or encoded pictures.
        medias: The results; filled when done.
        note: A message of the service for information, untrusted.
    """

    phase: Phase = Phase.QUEUED
    position: int | None = None
    progress: float | None = None
    previews: tuple[Media | bytes, ...] = ()
    medias: tuple[Media, ...] = ()
    note: str | None = None
