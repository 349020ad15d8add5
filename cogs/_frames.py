"""The one table from frames to cards: whatever the core shows on a message becomes a card here."""

from collections.abc import Callable
from typing import Any

from bot.frames import PingFrame, QueueFrame, ReadyFrame, SheetFrame
from bot.replies import PhotoFrame, ReplyFrame
from cogs._jobcards import present_ping, present_queue, present_ready, present_sheet
from cogs._present import Card
from cogs._replycards import present_photo, present_reply

CARDS: dict[type, Callable[[Any, int], Card]] = {
    ReplyFrame: lambda frame, _: present_reply(frame),
    PhotoFrame: present_photo,
    SheetFrame: present_sheet,
    ReadyFrame: lambda frame, _: present_ready(frame),
    PingFrame: lambda frame, _: present_ping(frame),
    QueueFrame: lambda frame, _: present_queue(frame),
}


def present(frame: object, *, file_limit: int) -> Card:
    """The message for a frame; files over ``file_limit`` bytes become links."""
    return CARDS[type(frame)](frame, file_limit)
