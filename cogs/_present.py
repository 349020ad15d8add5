"""Frames to messages: what every card looks like, and how untrusted text is tamed.

Text that a model or a person wrote cannot mention anybody, hide where a link leads, or pass for a
notice of the bot: it is escaped here. That no message mentions anybody is set once, in ``bot.app``.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.errors import VivantError
from bot.frames import JobFrame, ReadyFrame, Result
from bot.replies import PhotoFrame, ReplyFrame, ReplyState
from bot.store.records import JobState
from cogs._words import MAY_BE_CHARGED, NOT_CHARGED, withheld_reply, withheld_result, words

MISSING: Any = discord.utils.MISSING

WORKING = discord.Colour(0x8B5CF6)
ACCENTS = {
    JobState.DONE: discord.Colour(0x3BA55D),
    JobState.FAILED: discord.Colour(0xED4245),
    JobState.CANCELLED: discord.Colour(0x747F8D),
}

CONTENT_LIMIT = 2000
"""Characters of a plain message (Discord, Create Message)."""

BAR_CELLS = 12
QUOTE_LIMIT = 700
ALT_LIMIT = 1000

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
    """A message as it shall be: a text with buttons below, or a layout; and its files."""

    content: str | None = None
    view: ui.View | None = None
    layout: ui.LayoutView = MISSING
    results: tuple[Result, ...] = ()
    alt: str = ""

    def files(self) -> list[discord.File]:
        """Fresh file objects: the library reads each of them once."""
        return [
            discord.File(io.BytesIO(result.content), filename=result.name, description=self.alt)
            for result in self.results
        ]


def present(frame: object, *, file_limit: int) -> Card:
    """The message for a frame; files over ``file_limit`` bytes become links."""
    match frame:
        case ReplyFrame():
            return _reply(frame)
        case PhotoFrame():
            return _photo(frame, file_limit)
        case JobFrame():
            return _job(frame, file_limit)
        case ReadyFrame():
            return _ready(frame)
    raise TypeError(type(frame).__name__)


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


def _reply(frame: ReplyFrame) -> Card:
    name = f"**{plain(frame.name, 80)}**\n" if frame.first and frame.named else ""
    match frame.state:
        case ReplyState.FAILED:
            return Card(content=_failed(frame, name))
        case ReplyState.WITHHELD:
            return Card(content=f"-# {withheld_reply(frame.error)}")
        case ReplyState.WRITING:
            writing = (name + tame(frame.text))[: CONTENT_LIMIT - 2] + " ▌"
            return Card(content=writing, view=_row(_stop()) if frame.last else None)
        case ReplyState.STOPPING:
            return Card(content=(name + tame(frame.text))[:CONTENT_LIMIT])
    view = _swipes(frame) if frame.last else None
    return Card(content=(name + (tame(frame.text) or "…"))[:CONTENT_LIMIT], view=view)


def _failed(frame: ReplyFrame, name: str) -> str:
    """What had come of the reply, and what went wrong."""
    text = name + tame(frame.text) + "\n" if frame.text else ""
    reason = f"-# ⚠️ {words(frame.error)}" if frame.last and frame.error else ""
    return (text + reason)[:CONTENT_LIMIT]


def _swipes(frame: ReplyFrame) -> ui.View:
    edit = button(None, "reply:edit", emoji="✏️")
    photo = button(None, "reply:photo", emoji="📷")
    say = [] if frame.hears else [button("Say", "scene:say", emoji="💬")]
    return _row(*_versions(frame.candidate, frame.candidates), edit, photo, _more(), *say)


def _versions(candidate: int, candidates: int) -> list[ui.Button[Any]]:
    """The controls that leaf through versions and write another."""
    return [
        button(None, "reply:back", emoji="⬅️", disabled=candidate <= 1),
        button(f"{candidate}/{candidates}", "reply:count", disabled=True),
        button(None, "reply:forward", emoji="➡️", disabled=candidate >= candidates),
        button(None, "reply:regenerate", emoji="🔁"),
    ]


def _more() -> ui.Button[Any]:
    return button("⋯", "reply:more")


def _stop() -> ui.Button[Any]:
    return button("Stop", "reply:stop", emoji="⏹️")


def _row(*buttons: ui.Button[Any]) -> ui.View:
    """Buttons under a text; the library keeps nothing of them."""
    view = ui.View(timeout=None)
    for each in buttons:
        view.add_item(each)
    view.stop()
    return view


def _photo(frame: PhotoFrame, file_limit: int) -> Card:
    """A picture of the moment: on its way, there, or not to be had."""
    name = plain(frame.name, 80)
    picture = frame.picture
    if frame.error or picture is None:
        text = f"⚠️ {words(frame.error)}" if frame.error else f"📷 Begun <t:{frame.since}:R> …"
        accent = ACCENTS[JobState.FAILED] if frame.error else WORKING
        return Card(layout=layout(ui.TextDisplay(f"**{name}**\n{text}"), accent=accent))
    row: ui.ActionRow[Any] = ui.ActionRow(*_versions(frame.candidate, frame.candidates), _more())
    if len(picture.content) > file_limit:
        text = f"**{name}**\nThe picture is too large to attach here."
        return Card(layout=layout(ui.TextDisplay(text), row))
    alt = bare(f"A picture of {frame.name}", ALT_LIMIT)
    ending = picture.content_type.rpartition("/")[2]
    result = Result(f"moment-{frame.candidate}.{ending}", picture.content, "")
    gallery: ui.Item[Any] = ui.MediaGallery(_shown(result, alt))
    view = layout(ui.TextDisplay(f"**{name}**"), gallery, row)
    return Card(layout=view, results=(result,), alt=alt)


def _job(frame: JobFrame, file_limit: int) -> Card:
    job = frame.job
    prompt = str(job.body.get("appearance", ""))
    files = tuple(each for each in frame.results if len(each.content) <= file_limit)
    links = [each for each in frame.results if len(each.content) > file_limit]
    alt = bare(prompt or "A generated picture", ALT_LIMIT)
    if frame.state is JobState.DONE and frame.error:
        return _withheld(frame, frame.error)
    items: list[ui.Item[Any]] = [ui.TextDisplay(f"> {plain(prompt)}")]
    if files:
        items.append(ui.MediaGallery(*(_shown(each, alt) for each in files)))
    items += [ui.TextDisplay(f"[Too large to attach here: open it]({each.url})") for each in links]
    items += [ui.TextDisplay(_status(frame)), ui.ActionRow(*_job_buttons(frame))]
    view = layout(*items, accent=ACCENTS.get(frame.state, WORKING))
    return Card(layout=view, results=files, alt=alt)


def _withheld(frame: JobFrame, error: VivantError) -> Card:
    """A result that may not be shown where it was asked for; its prompt is not shown either."""
    id_ = frame.job.job_id
    row: ui.ActionRow[Any] = ui.ActionRow(
        button("Show it", f"job:show:{id_}", emoji="🔒"),
        button("Delete", f"job:delete:{id_}", emoji="🗑️"),
    )
    return Card(layout=layout(ui.TextDisplay(withheld_result(error)), row))


def _shown(result: Result, alt: str) -> discord.MediaGalleryItem:
    return discord.MediaGalleryItem(f"attachment://{result.name}", description=alt)


def _status(frame: JobFrame) -> str:
    match frame.state:
        case JobState.DONE:
            return f"-# for <@{frame.job.owner_id}> · seed {frame.job.seed}"
        case JobState.FAILED:
            reason = words(frame.error, sent=frame.sent) if frame.error else "This did not work."
            return f"⚠️ {reason}"
        case JobState.CANCELLED:
            return f"Cancelled. {MAY_BE_CHARGED if frame.sent else NOT_CHARGED}"
    if frame.progress is not None:
        return f"🎨 {bar(frame.progress)}"
    if frame.position is not None:
        return f"🕓 In the queue: place {frame.position + 1}"
    return "✅ Taken. Waiting for the AI service …"


def _job_buttons(frame: JobFrame) -> list[ui.Button[Any]]:
    def press(label: str, action: str, emoji: str) -> ui.Button[Any]:
        return button(label, f"job:{action}:{frame.job.job_id}", emoji=emoji)

    if not frame.state.ended:
        return [press("Cancel", "cancel", "✖️")]
    again = press("Again", "again", "🔁")
    details = press("Details", "details", "🔎")
    report = button("Report", f"report:ask:job:{frame.job.job_id}", emoji="🚩")
    return [again, details, press("Delete", "delete", "🗑️"), report]


def _ready(frame: ReadyFrame) -> Card:
    row: ui.ActionRow[Any] = ui.ActionRow(button("Show it", f"job:show:{frame.job_id}", emoji="🔒"))
    told = "something of yours could not be made." if frame.failed else "your result is ready."
    return Card(layout=layout(ui.TextDisplay(f"<@{frame.owner_id}>, {told}"), row))
