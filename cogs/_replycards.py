"""What scenes look like: a page of a reply with its controls, and a picture of the moment."""

from typing import Any

from discord import ui

from bot.frames import Result
from bot.languages import said
from bot.operations import ANIMATE
from bot.replies import PhotoFrame, ReplyFrame, ReplyState
from cogs._present import (
    ALT_LIMIT,
    CONTENT_LIMIT,
    FAILED,
    WORKING,
    Card,
    bare,
    button,
    layout,
    picture,
    plain,
    tame,
)
from cogs._words import withheld_reply, words


def present_reply(frame: ReplyFrame) -> Card:
    """A page of a character's reply."""
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
    edit = button("✎", "reply:edit")
    photo = button(None, "reply:photo", emoji="📷")
    say = [] if frame.hears else [button("Say", "scene:say", emoji="💬")]
    return _row(*_versions(frame.candidate, frame.candidates), edit, photo, _more(), *say)


def _versions(candidate: int, candidates: int) -> list[ui.Button[Any]]:
    """The controls that leaf through versions and write another."""
    return [
        button("◀", "reply:back", disabled=candidate <= 1),
        button(f"{candidate}/{candidates}", "reply:count", disabled=True),
        button("▶", "reply:forward", disabled=candidate >= candidates),
        button("⟳", "reply:regenerate"),
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


def present_photo(frame: PhotoFrame, file_limit: int) -> Card:
    """A picture of the moment: on its way, there, or not to be had."""
    name = plain(frame.name, 80)
    taken = frame.picture
    if frame.error or taken is None:
        begun = said("📷 Begun {when} …", when=f"<t:{frame.since}:R>")
        text = f"⚠️ {words(frame.error)}" if frame.error else begun
        accent = FAILED if frame.error else WORKING
        return Card(layout=layout(ui.TextDisplay(f"**{name}**\n{text}"), accent=accent))
    row: ui.ActionRow[Any] = ui.ActionRow(*_versions(frame.candidate, frame.candidates), _more())
    if len(taken.content) > file_limit:
        text = f"**{name}**\n{said('The picture is too large to attach here.')}"
        return Card(layout=layout(ui.TextDisplay(text), row))
    alt = bare(said("A picture of {name}", name=frame.name), ALT_LIMIT)
    ending = taken.content_type.rpartition("/")[2]
    result = Result(f"moment-{frame.candidate}.{ending}", taken.content, "")
    gallery: ui.Item[Any] = ui.MediaGallery(picture(result, alt))
    rows = [row]
    if ANIMATE.name in frame.offers:
        rows.append(ui.ActionRow(button(ANIMATE.label, "reply:animate", emoji=ANIMATE.button)))
    view = layout(ui.TextDisplay(f"**{name}**"), gallery, *rows)
    return Card(layout=view, results=(result,), alt=alt)
