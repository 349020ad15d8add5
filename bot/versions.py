"""What a chat at the AI API tells of a turn: what was there before, what is new, what is selected.

Pure: looks at a chat and at records, asks nobody. A message has versions (candidates); the one
that the API has selected is the one that counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.api.models.chats import Candidate, Chat, ChatMessage
from bot.api.models.choices import ChatMessageType
from bot.errors import NotFound
from bot.store.records import Anchor, Reply, Turn


@dataclass(frozen=True, slots=True)
class Version:
    """The selected candidate of a message; ``number`` counts from one, ``url`` is a picture's."""

    text: str
    number: int = 1
    count: int = 1
    url: str | None = None
    media_id: str | None = None


def version_of(message: ChatMessage) -> Version:
    """What the API has selected, and where it stands among the alternatives."""
    ids = [candidate.candidate_id for candidate in message.candidates]
    chosen = message.selected.candidate_id if message.selected else None
    number = ids.index(chosen) + 1 if chosen in ids else 1
    media = message.selected.media if message.selected else None
    url, media_id = (media.media_url, media.id) if media else (None, None)
    return Version(message.text or "", number, max(1, len(ids)), url, media_id)


def message_in(chat: Chat, message_id: str | None) -> ChatMessage:
    """The message of a chat with this id.

    Raises:
        NotFound: The chat holds no such message (any more).
    """
    for message in chat.messages:
        if message.message_id == message_id:
            return message
    raise NotFound("message")


def newest_spoken(messages: Sequence[ChatMessage]) -> ChatMessage | None:
    """The last message in which the character says something, which alone can be regenerated."""
    spoken = (each for each in reversed(messages) if each.message_type != ChatMessageType.USER)
    return next((each for each in spoken if each.text), None)


def known_in(chat: Chat, turn: Turn) -> list[str]:
    """What a chat holds before a turn: ids of its messages, or of the one message's versions."""
    if turn.kind.adds:
        return [message.message_id for message in chat.messages]
    candidates = message_in(chat, turn.message_id).candidates
    return [candidate.candidate_id for candidate in candidates]


def news_in(chat: Chat, turn: Turn) -> ChatMessage | None:
    """This very turn's reply, if the chat holds it whole: what was not there before it began."""
    message, new = _new_in(chat, turn)
    return message if new and _whole(new[-1], turn) else None


def begun_in(chat: Chat, turn: Turn) -> bool:
    """Whether the chat holds something of this very turn's reply, be it whole or not."""
    return bool(_new_in(chat, turn)[1])


def _new_in(chat: Chat, turn: Turn) -> tuple[ChatMessage, list[Candidate]]:
    """The message of a turn's reply, and which of its versions are the turn's own."""
    if not turn.kind.adds:
        message = message_in(chat, turn.message_id)
        return message, [one for one in message.candidates if one.candidate_id not in turn.before]
    replies = [
        each
        for each in chat.messages
        if each.message_id not in turn.before and each.message_type != ChatMessageType.USER
    ]
    message = replies[-1] if replies else ChatMessage(message_id="")
    return message, message.candidates


def said_in(chat: Chat, turn: Turn) -> str | None:
    """The id of what the person said in a turn, as the chat holds it."""
    for message in chat.messages:
        new = message.message_id not in turn.before
        if new and message.message_type == ChatMessageType.USER:
            return message.message_id
    return turn.user_message_id


def cut_of(messages: list[ChatMessage], turn: Turn) -> int:
    """Where a chat is cut to take a turn back: at what the person said."""
    if turn.kind.adds:
        new = [each.message_id not in turn.before for each in messages]
        return new.index(True) if True in new else len(messages)
    ids = [each.message_id for each in messages]
    place = ids.index(turn.message_id) if turn.message_id in ids else len(ids)
    said = place > 0 and messages[place - 1].message_type == ChatMessageType.USER
    return place - 1 if said else place


def anchors_of(reply: Reply) -> list[Anchor]:
    """Where a reply is shown, in order; one message that is still to be sent if nowhere."""
    here = {
        "channel_id": reply.channel_id,
        "guild_id": reply.guild_id,
        "webhook_id": reply.webhook_id,
    }
    return [Anchor(**here, message_id=shown) for shown in reply.shown] or [Anchor(**here)]


def reply_of(turn: Turn) -> Reply:
    """The record of a turn's reply, as far as the turn knows it."""
    return Reply(
        channel_id=turn.channel_id,
        guild_id=turn.guild_id,
        chat_id=turn.chat_id,
        message_id=turn.message_id or "",
        asker_id=turn.person_id,
        asked_in=turn.asked_in,
        user_message_id=turn.user_message_id,
        pictured=turn.kind.pictures,
    )


def same(one: ChatMessage, other: ChatMessage) -> bool:
    """Whether two looks see the same; addresses of pictures are signed anew each time."""
    return one.message_id == other.message_id and _seen(one) == _seen(other)


def _seen(message: ChatMessage) -> list[tuple[str, str | None, str | None]]:
    return [
        (each.candidate_id, each.message, each.media.id if each.media else None)
        for each in message.candidates
    ]


def _whole(candidate: Candidate, turn: Turn) -> bool:
    if turn.kind.pictures:
        return candidate.media is not None and candidate.media.media_url is not None
    return bool(candidate.message)
