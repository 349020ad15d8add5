"""What a chat at the AI API tells of a turn: what was there before, what is new, what is selected.

Pure: looks at a chat and a turn's record, asks nobody.
"""

from dataclasses import dataclass

from bot.api.models.chats import Chat, ChatMessage
from bot.api.models.choices import ChatMessageType
from bot.errors import NotFound
from bot.store.records import Turn, TurnKind


@dataclass(frozen=True, slots=True)
class Version:
    """The selected candidate of a message; ``number`` counts from one."""

    text: str
    number: int = 1
    count: int = 1


def version_of(message: ChatMessage) -> Version:
    """What the API has selected, and where it stands among the alternatives."""
    ids = [candidate.candidate_id for candidate in message.candidates]
    chosen = message.selected.candidate_id if message.selected else None
    number = ids.index(chosen) + 1 if chosen in ids else 1
    return Version(message.text or "", number, max(1, len(ids)))


def message_in(chat: Chat, message_id: str | None) -> ChatMessage:
    """The message of a chat with this id.

    Raises:
        NotFound: The chat holds no such message (any more).
    """
    for message in chat.messages:
        if message.message_id == message_id:
            return message
    raise NotFound("message")


def known_in(chat: Chat, turn: Turn) -> list[str]:
    """What a chat holds before a turn: ids of its messages, or of the one message's versions."""
    if turn.kind is TurnKind.SAY:
        return [message.message_id for message in chat.messages]
    candidates = message_in(chat, turn.message_id).candidates
    return [candidate.candidate_id for candidate in candidates]


def news_in(chat: Chat, turn: Turn) -> ChatMessage | None:
    """This very turn's reply, if the chat holds its text: what was not there before it began."""
    if turn.kind is TurnKind.REGENERATE:
        message = message_in(chat, turn.message_id)
        new = [each for each in message.candidates if each.candidate_id not in turn.before]
    else:
        replies = [
            each
            for each in chat.messages
            if each.message_id not in turn.before and each.message_type != ChatMessageType.USER
        ]
        message = replies[-1] if replies else ChatMessage(message_id="")
        new = message.candidates
    return message if new and new[-1].message else None


def cut_of(messages: list[ChatMessage], turn: Turn) -> int:
    """Where a chat is cut to take a turn back: at what the person said."""
    if turn.kind is TurnKind.SAY:
        new = [each.message_id not in turn.before for each in messages]
        return new.index(True) if True in new else len(messages)
    ids = [each.message_id for each in messages]
    place = ids.index(turn.message_id) if turn.message_id in ids else len(ids)
    said = place > 0 and messages[place - 1].message_type == ChatMessageType.USER
    return place - 1 if said else place
