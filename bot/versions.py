"""What a chat at the AI API holds, and what of it may be shown.

Pure but for ``held`` and ``find_news``, which ask the API. A message has versions (candidates);
the one that the API has selected is the one that counts.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.api import Api, routes
from bot.api.models.chats import Candidate, Chat, ChatMessage
from bot.api.models.choices import ChatMessageType
from bot.draft import Draft
from bot.errors import Missing, NotFound, ServerFault, Uncertain, Unreachable
from bot.pauses import pauses
from bot.store.records import Anchor, Reply, Scene, Turn, TurnKind


@dataclass(frozen=True, slots=True)
class Version:
    """The selected candidate of a message; ``number`` counts from one, ``url`` is a picture's."""

    text: str
    number: int = 1
    count: int = 1
    url: str | None = None
    media_id: str | None = None


def screened(text: str, *, filtered: bool, note: str) -> str:
    """A whole text as it may be shown.

    Raises:
        Denied: The screen for minors found something in it.
    """
    draft = Draft(filtered=filtered, note=note)
    draft.feed(text)
    return draft.finish()


def version_of(message: ChatMessage) -> Version:
    """What the API has selected, and where it stands among the alternatives."""
    ids = [candidate.candidate_id for candidate in message.candidates]
    chosen = message.selected.candidate_id if message.selected else None
    number = ids.index(chosen) + 1 if chosen in ids else 1
    media = message.selected.media if message.selected else None
    return Version(
        message.text or "",
        number,
        max(1, len(ids)),
        media.media_url if media else None,
        media.id if media else None,
    )


def message_in(chat: Chat, message_id: str | None) -> ChatMessage:
    """The message of a chat with this id.

    Raises:
        NotFound: The chat holds no such message (any more).
    """
    for message in chat.messages:
        if message.message_id == message_id:
            return message
    raise NotFound("message")


def newest_spoken(messages: Sequence[ChatMessage]) -> str | None:
    """The id of the last message in which the character says something."""
    spoken = [each for each in messages if each.message_type != ChatMessageType.USER and each.text]
    return spoken[-1].message_id if spoken else None


def known_in(chat: Chat, turn: Turn) -> list[str]:
    """What a chat holds before a turn: ids of its messages, or of the one message's versions."""
    if turn.kind.adds:
        return [message.message_id for message in chat.messages]
    candidates = message_in(chat, turn.message_id).candidates
    return [candidate.candidate_id for candidate in candidates]


def news_in(chat: Chat, turn: Turn) -> ChatMessage | None:
    """This very turn's reply, if the chat holds it whole: what was not there before it began."""
    if not turn.kind.adds:
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
    return message if new and _whole(new[-1], turn) else None


def said_in(chat: Chat, turn: Turn) -> str | None:
    """The id of what the person said in a turn, as the chat holds it."""
    for message in chat.messages:
        new = message.message_id not in turn.before
        if new and message.message_type == ChatMessageType.USER:
            return message.message_id
    return turn.user_message_id


def cut_of(messages: Sequence[ChatMessage], turn: Turn) -> int:
    """Where a chat is cut to take a turn back: at what the person said."""
    if turn.kind.adds:
        new = [each.message_id not in turn.before for each in messages]
        return new.index(True) if True in new else len(messages)
    ids = [each.message_id for each in messages]
    place = ids.index(turn.message_id) if turn.message_id in ids else len(ids)
    said = place > 0 and messages[place - 1].message_type == ChatMessageType.USER
    return place - 1 if said else place


def anchors_of(reply: Reply, scene: Scene) -> list[Anchor]:
    """Where a reply is shown, in order; one message that is still to be sent if nowhere."""
    here = {
        "channel_id": scene.channel_id,
        "guild_id": scene.guild_id,
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


async def held(api: Api, chat_id: str) -> Chat:
    """A chat as the API holds it now.

    Raises:
        NotFound: It was deleted there ("chat").
    """
    try:
        return await api.call(routes.GET_CHAT, path={"chatId": chat_id})
    except Missing:
        raise NotFound("chat") from None


async def find_news(api: Api, turn: Turn, within: float, looks: int = 2) -> ChatMessage:
    """A turn's reply as the chat holds it, once ``looks`` looks in a row see the same.

    The search goes on for ``within`` seconds.

    Raises:
        Uncertain: It never came; it may have been written, and is not asked for again.
        NotFound: The chat, or the message, was deleted meanwhile.
    """
    seen: list[ChatMessage] = []
    for pause in pauses(within):
        await asyncio.sleep(pause)
        with suppress(Unreachable, ServerFault):
            chat = await held(api, turn.chat_id)
            news = news_in(chat, turn)
            seen = [*seen, news] if news and (not seen or _same(seen[-1], news)) else []
            if len(seen) >= looks:
                turn.message_id = seen[-1].message_id
                if turn.kind is TurnKind.SAY:
                    turn.user_message_id = said_in(chat, turn)
                return seen[-1]
    raise Uncertain("generation" if turn.kind.pictures else "reply")


def _same(one: ChatMessage, other: ChatMessage) -> bool:
    """Whether two looks see the same; addresses of pictures are signed anew each time."""
    seen = [
        [(each.candidate_id, each.message, each.media.id if each.media else None)
         for each in message.candidates]
        for message in (one, other)
    ]  # fmt: skip
    return one.message_id == other.message_id and seen[0] == seen[1]


def _whole(candidate: Candidate, turn: Turn) -> bool:
    if turn.kind.pictures:
        return candidate.media is not None and candidate.media.media_url is not None
    return bool(candidate.message)
