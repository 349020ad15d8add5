"""What cards are made of: what every one of them looks like, and how untrusted text is tamed.

Text that a model or a person wrote cannot mention anybody, hide where a link leads, or pass for a
notice of the bot: it is escaped here. That no message mentions anybody is set once, in ``bot.app``;
a card may call the one person whom it is for.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.frames import Result
from bot.replies import ReplyFrame, ReplyState
from cogs._words import withheld_reply, words

MISSING: Any = discord.utils.MISSING

WORKING = discord.Colour(0x8B5CF6)

CONTENT_LIMIT = 2000
"""Characters of a plain message (Discord, Create Message)."""

BAR_CELLS = 12
QUOTE_LIMIT = 700

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\U000e0000-\U000e007f]"
)
"""Control characters, fillers that look like nothing, and what turns the writing direction."""

_MASKED_LINK = re.compile(r"\]\(")
_NOTICE = re.compile(r"^((?:[\s>]|[-*+]\s|\d+[.)]\s)*)-(?=#\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Card:
    """A message as it shall be: a text with buttons below, or a layout; and its files.

    ``mention`` is the one person whom it calls.
    """

    content: str | None = None
    view: ui.View | None = None
    layout: ui.LayoutView = MISSING
    results: tuple[Result, ...] = ()
    alt: str = ""
    mention: int | None = None

    @property
    def mentions(self) -> discord.AllowedMentions:
        """Whom the message may call."""
        called = [discord.Object(self.mention)] if self.mention else []
        return discord.AllowedMentions(everyone=False, roles=False, users=called)

    def files(self) -> list[discord.File]:
        """Fresh file objects: the library reads each of them once."""
        return [self.file(result) for result in self.results]

    def file(self, result: Result) -> discord.File:
        """One of them."""
        content = io.BytesIO(result.content)
        return discord.File(content, filename=result.name, description=self.alt)


def tame(text: str) -> str:
    """Text from a model or a person, unable to mask links or to look like the bot's notices.

    It never grows, so what was cut to a message's length still fits. Mentions need no care here:
    no message of the bot resolves any.
    """
    seen = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    unmasked = _MASKED_LINK.sub("]\uff08", seen)
    return _NOTICE.sub("\\1\u2011", unmasked)


def bare(text: str, limit: int) -> str:
    """A name where Discord reads no markdown (threads, choices): one line, never empty."""
    line = " ".join(_UNSEEN.sub("", text).split())[:limit].strip()
    return line or "…"


def plain(text: str, limit: int = QUOTE_LIMIT) -> str:
    """A name or prompt inside a card: one line, markdown shown as typed, cut at ``limit``."""
    line = " ".join(tame(text).split())
    escaped = discord.utils.escape_markdown(line) or ("…" if text else "")
    return escaped if len(escaped) <= limit else escaped[: limit - 1].rstrip("\\") + "…"


def bar(percent: int) -> str:
    """A progress bar with its figure."""
    full = max(0, min(BAR_CELLS, round(percent * BAR_CELLS / 100)))
    return f"{'▰' * full}{'▱' * (BAR_CELLS - full)} {percent}%"


def button(
    label: str | None,
    custom_id: str,
    *,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> ui.Button[Any]:
    """A button whose ``custom_id`` says all; ``cogs._buttons`` answers it, also after months."""
    return ui.Button(label=label, custom_id=custom_id, emoji=emoji, style=style, disabled=disabled)


def layout(*items: ui.Item[Any], accent: discord.Colour = WORKING) -> ui.LayoutView:
    """A card: action rows stand below its container.

    It counts as finished at once, so that the library keeps nothing for it in memory.
    """
    view = ui.LayoutView(timeout=None)
    rows = [item for item in items if isinstance(item, ui.ActionRow)]
    inside = [item for item in items if not isinstance(item, ui.ActionRow)]
    view.add_item(ui.Container(*inside, accent_colour=accent))
    for row in rows:
        view.add_item(row)
    view.stop()
    return view


def present_reply(frame: ReplyFrame) -> Card:
    """A page of a character's reply."""
    name = f"**{plain(frame.name, 80)}**\n" if frame.first else ""
    match frame.state:
        case ReplyState.FAILED:
            return Card(content=_failed(frame, name))
        case ReplyState.WITHHELD:
            return Card(content=f"-# {withheld_reply(frame.error)}")
        case ReplyState.WRITING:
            return Card(content=(name + tame(frame.text))[: CONTENT_LIMIT - 2] + " ▌")
    view = _swipes(frame) if frame.last else None
    return Card(content=(name + (tame(frame.text) or "…"))[:CONTENT_LIMIT], view=view)


def _failed(frame: ReplyFrame, name: str) -> str:
    """What had come of the reply, and what went wrong."""
    text = name + tame(frame.text) + "\n" if frame.text else ""
    reason = f"-# ⚠️ {words(frame.error)}" if frame.last and frame.error else ""
    return (text + reason)[:CONTENT_LIMIT]


def _swipes(frame: ReplyFrame) -> ui.View:
    view = ui.View(timeout=None)
    count = f"{frame.candidate}/{frame.candidates}"
    view.add_item(button(None, "reply:back", emoji="⬅️", disabled=frame.candidate <= 1))
    view.add_item(button(count, "reply:count", disabled=True))
    view.add_item(
        button(None, "reply:forward", emoji="➡️", disabled=frame.candidate >= frame.candidates)
    )
    view.add_item(button(None, "reply:regenerate", emoji="🔁"))
    view.stop()
    return view
