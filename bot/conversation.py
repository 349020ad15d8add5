"""A chat at the AI API: read, searched for what is new, and changed where an answer may get lost.

Every change is looked up when its answer does not come, so whoever asked learns what the API has.
"""

import asyncio
from contextlib import suppress

from bot.api import Api, compose, routes
from bot.api.models.chats import Chat, ChatMessage
from bot.errors import ApiError, Missing, NotFound, Refused, ServerFault, Uncertain, Unreachable
from bot.pauses import LONGEST, pauses
from bot.store.records import Turn, TurnKind
from bot.versions import cut_of, message_in, news_in, said_in, same

BAD_REQUEST = 400

LOST = (Unreachable, ServerFault)
"""What a change raises that may have happened all the same."""

LOOKS_FOR_GONE = 3
"""Looks in a row that the API refuses with 400, until a chat counts as deleted: nothing but its id
is sent, so that is what is wrong, and the documentation does not say which error tells so."""

QUIET_LOOKS = 2
"""Looks in a row that see nothing of a turn which was deleted, until it counts as gone for good."""

_SOUGHT = {
    TurnKind.SAY: "reply",
    TurnKind.REGENERATE: "version",
    TurnKind.PICTURE: "generation",
    TurnKind.REPAINT: "generation",
}


async def held(api: Api, chat_id: str) -> Chat:
    """A chat as the API holds it now.

    Raises:
        NotFound: It was deleted there ("chat").
        ApiError: It cannot be had for now.
    """
    for _, pause in zip(range(LOOKS_FOR_GONE), pauses(LONGEST), strict=False):
        await asyncio.sleep(pause)
        try:
            return await api.call(routes.GET_CHAT, path={"chatId": chat_id})
        except Missing:
            break
        except Refused as error:
            if error.status != BAD_REQUEST:
                raise
    raise NotFound("chat")


async def find_news(api: Api, turn: Turn, within: float, looks: int = 2) -> ChatMessage:
    """A turn's reply as the chat holds it, once ``looks`` looks in a row see the same.

    The search goes on for ``within`` seconds; the turn's ids are filled in.

    Raises:
        Uncertain: It never came; it may have been written, and is not asked for again.
        NotFound: The chat, or the message, was deleted meanwhile.
    """
    seen: list[ChatMessage] = []
    for pause in pauses(within):
        await asyncio.sleep(pause)
        with suppress(ApiError):
            chat = await held(api, turn.chat_id)
            news = news_in(chat, turn)
            seen = [*seen, news] if news and (not seen or same(seen[-1], news)) else []
            if len(seen) >= looks:
                turn.message_id = seen[-1].message_id
                if turn.kind is TurnKind.SAY:
                    turn.user_message_id = said_in(chat, turn)
                return seen[-1]
    raise Uncertain(_SOUGHT[turn.kind])


async def select(api: Api, chat_id: str, message: ChatMessage, candidate_id: str) -> ChatMessage:
    """The message with another version selected.

    Raises:
        ApiError: The API did not take it, or it is unknown and looks as if it had not.
    """
    path = {"chatId": chat_id, "messageId": message.message_id}
    try:
        query = {"candidateId": candidate_id}
        await api.call(routes.UPDATE_SELECTED_CANDIDATE, path=path, query=query)
    except LOST:
        now = message_in(await held(api, chat_id), message.message_id)
        if now.selected_candidate_id != candidate_id:
            raise
    return message.model_copy(update={"selected_candidate_id": candidate_id})


async def reword(api: Api, chat_id: str, message: ChatMessage, text: str) -> ChatMessage:
    """The message with ``text`` in its selected version, as the API holds it then.

    Raises:
        ApiError: As ``select``; ``Invalid`` for a text that is empty or too long.
        NotFound: It has no version, or was deleted.
    """
    if message.selected is None:
        raise NotFound("message")
    path = {
        "chatId": chat_id,
        "messageId": message.message_id,
        "candidateId": message.selected.candidate_id,
    }
    lost: ApiError | None = None
    try:
        body = compose(routes.UPDATE_CANDIDATE_MESSAGE, {"message": text})
        await api.call(routes.UPDATE_CANDIDATE_MESSAGE, path=path, body=body)
    except LOST as error:
        lost = error
    now = message_in(await held(api, chat_id), message.message_id)
    if lost and now.text != text:
        raise lost
    return now


async def cut(api: Api, chat_id: str, message_id: str) -> None:
    """Delete a chat's messages from one on; one that is gone already is fine.

    Raises:
        ApiError: As ``select``.
    """
    path = {"chatId": chat_id, "messageId": message_id}
    try:
        await api.call(routes.DELETE_CHAT_MESSAGES, path=path)
    except Missing:
        return
    except LOST:
        now = await held(api, chat_id)
        if message_id in [message.message_id for message in now.messages]:
            raise


async def take_back(api: Api, turn: Turn, within: float) -> None:
    """Delete a turn that was sent, once its reply stands, and see to it that none comes later.

    The API may still be writing a reply that nobody hears to its end, as after a crash: to delete
    only what led to it would leave it behind. So it is waited for, ``within`` seconds, and after
    the deletion the chat is looked at until it stays without it.

    Raises:
        ApiError: It may still stand there.
        NotFound: The chat, or the message, is gone already.
    """
    with suppress(Uncertain):
        await find_news(api, turn, within)
    quiet = 0
    for pause in pauses(within):
        await asyncio.sleep(pause)
        chat = await held(api, turn.chat_id)
        if (place := cut_of(chat.messages, turn)) < len(chat.messages):
            await cut(api, turn.chat_id, chat.messages[place].message_id)
            quiet = 0
        elif (quiet := quiet + 1) == QUIET_LOOKS:
            return


async def unsay(api: Api, turn: Turn) -> None:
    """Delete what was said in a turn that got no reply, or it would be there twice when said again.

    Raises:
        ApiError, NotFound: As ``cut``.
    """
    chat = await held(api, turn.chat_id)
    if news_in(chat, turn) is None and (place := cut_of(chat.messages, turn)) < len(chat.messages):
        await cut(api, turn.chat_id, chat.messages[place].message_id)
