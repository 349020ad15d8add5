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
from bot.languages import said

MISSING: Any = discord.utils.MISSING

WORKING = discord.Colour(0x8B5CF6)
DONE = discord.Colour(0x3BA55D)
FAILED = discord.Colour(0xED4245)
CANCELLED = discord.Colour(0x747F8D)

CONTENT_LIMIT = 2000
"""Characters of a plain message (Discord, Create Message)."""

ALT_LIMIT = 1000
"""Characters of a picture's description that are written."""

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
    """A button whose ``custom_id`` says all; ``cogs._buttons`` answers it, also after months.

    Its ``label`` is said in the language of the moment.
    """
    text = said(label) if label else None
    return ui.Button(label=text, custom_id=custom_id, emoji=emoji, style=style, disabled=disabled)


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


def texts(*paragraphs: str) -> ui.LayoutView:
    """A card of nothing but texts."""
    return layout(*map(ui.TextDisplay, paragraphs))


def question(text: str, yes: str, do: str, no: str = "", keep: str = "") -> ui.LayoutView:
    """A question before something is taken away: ``yes`` does ``do``, ``no`` does ``keep``."""
    buttons = [button(yes, do, emoji="🗑️", style=discord.ButtonStyle.danger)]
    if no:
        buttons.append(button(no, keep))
    return layout(ui.TextDisplay(text), ui.ActionRow(*buttons))


def pager(prefix: str, page: int, last: int) -> list[ui.ActionRow[Any]]:
    """The row that turns pages, by ids of ``prefix`` and a number from zero; none for one page."""
    if not last:
        return []
    back = button(None, f"{prefix}:{max(0, page - 1)}", emoji="◀️", disabled=page == 0)
    count = button(f"{page + 1}/{last + 1}", f"{prefix}:count", disabled=True)
    on = button(None, f"{prefix}:{page + 1}", emoji="▶️", disabled=page == last)
    return [ui.ActionRow(back, count, on)]


def picture(result: Result, alt: str) -> discord.MediaGalleryItem:
    """An attached file as a card shows it."""
    return discord.MediaGalleryItem(f"attachment://{result.name}", description=alt)
