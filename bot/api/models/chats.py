"""Chat Resource: chats, their messages, and the alternatives (candidates) of each message."""

from pydantic import AliasChoices, Field

from bot.api.models.base import Guessed, Listed, Open, Reply, Request
from bot.api.models.choices import ChatMessageType
from bot.api.models.media import Media


class CreateChat(Request):
    """A new chat that opens with a message of ours in the character's name."""

    chat_character_id: str = Field(description="The character to talk to.")
    first_message: str = Field(description="What the character says first.")
    persona_id: str = Field(description="Who the user is in this chat.")


class SendMessage(Request):
    """What the user says; the reply is streamed."""

    user_message: str = Field(min_length=1, max_length=4000, description="In characters.")


class UpdateCandidate(Request):
    """A new text for one candidate, replacing the old one in full."""

    message: str = Field(min_length=1, max_length=20000, description="In characters.")


class Candidate(Reply):
    """One alternative of a message: a text, or a picture. Its fields are not documented."""

    candidate_id: str = Field(
        validation_alias=AliasChoices("candidateId", "id"), serialization_alias="candidateId"
    )
    message: str | None = Field(
        None,
        validation_alias=AliasChoices("message", "content", "text"),
        serialization_alias="message",
    )
    media: Guessed[Media] = None


class ChatMessage(Reply):
    """One message with all its candidates."""

    message_id: str = Field(
        validation_alias=AliasChoices("messageId", "id"), serialization_alias="messageId"
    )
    selected_candidate_id: str | None = None
    candidates: Listed[Candidate] = Field(default_factory=list)
    message_type: Open[ChatMessageType] | None = None

    @property
    def selected(self) -> Candidate | None:
        """The candidate that counts: the one selected, else the newest."""
        for candidate in self.candidates:
            if candidate.candidate_id == self.selected_candidate_id:
                return candidate
        return self.candidates[-1] if self.candidates else None

    @property
    def text(self) -> str | None:
        """The selected candidate's text, if it has one."""
        return self.selected.message if self.selected else None


class Chat(Reply):
    """A chat; lists of chats may come without messages."""

    chat_id: str = Field(
        validation_alias=AliasChoices("chatId", "id"), serialization_alias="chatId"
    )
    chat_character_id: str | None = None
    messages: Listed[ChatMessage] = Field(default_factory=list)
