"""What jobs look like: the card of one job or a batch, the queue, and the notes around them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.errors import Denied, Unfetched
from bot.frames import JobFrame, PingFrame, QueueFrame, ReadyFrame, Result, SheetFrame
from bot.languages import said
from bot.operations import OPERATIONS
from bot.provenance import AS_CHARACTER
from bot.store.records import Job, JobState, Rating
from cogs._present import (
    ALT_LIMIT,
    CANCELLED,
    DONE,
    FAILED,
    WORKING,
    Card,
    bar,
    bare,
    button,
    layout,
    picture,
    plain,
)
from cogs._words import FETCHING, MAY_BE_CHARGED, NOT_CHARGED, SEARCHING, withheld_result, words

ACCENTS = {JobState.DONE: DONE, JobState.CANCELLED: CANCELLED, JobState.FAILED: FAILED}
"""By how an end is told, the best first."""

ROW = 5
"""Buttons in a row (Discord, Action Row)."""

LISTED = 10
"""Own jobs that a view of the queue lists."""

TITLE_LIMIT = 80
FAILED_READY = "something of yours could not be made."


@dataclass(frozen=True, slots=True)
class Shown:
    """One result on a card: the job's frame, its number in the job, and the file."""

    frame: JobFrame
    number: int
    result: Result

    @property
    def key(self) -> str:
        """What names it in a ``custom_id``."""
        return f"{self.frame.job.job_id}:{self.number}"


def present_sheet(frame: SheetFrame, file_limit: int) -> Card:
    """The card of all jobs of one message.

    If one of them may not be shown there, neither is the prompt, nor what the others made. What
    the policy refused is not repeated either.
    """
    if any(isinstance(each.error, Denied) and _is_done(each) for each in frame.frames):
        return _withheld(frame)
    first = frame.frames[0].job
    shown = [
        Shown(each, number, result)
        for each in frame.frames
        for number, result in enumerate(each.results)
    ]
    files = [one.result for one in shown if fits(one.result, file_limit)]
    files += [each.preview for each in frame.frames if each.preview and not each.state.ended]
    alt = alt_of(first)
    denied = any(isinstance(each.error, Denied) for each in frame.frames)
    items: list[ui.Item[Any]] = [ui.TextDisplay(_heading(first, told=not denied))]
    if files:
        items.append(ui.MediaGallery(*(picture(one, alt) for one in files)))
    items += [ui.TextDisplay(note) for note in _notes(shown, file_limit)]
    items.append(ui.TextDisplay(_status(frame)))
    items += _rows(frame, shown)
    view = layout(*items, accent=_accent(frame))
    mention = first.owner_id if frame.mention else None
    return Card(layout=view, results=tuple(files), alt=alt, mention=mention)


def present_ready(frame: ReadyFrame) -> Card:
    """A note without content about a private result."""
    row: ui.ActionRow[Any] = ui.ActionRow(button("Show it", f"job:show:{frame.job_id}", emoji="🔒"))
    told = said(FAILED_READY if frame.failed else "your result is ready.")
    text: ui.TextDisplay[Any] = ui.TextDisplay(f"<@{frame.owner_id}>, {told}")
    return Card(layout=layout(text, row), mention=frame.owner_id)


def present_ping(frame: PingFrame) -> Card:
    """The call that somebody asked for."""
    place = f"https://discord.com/channels/{frame.guild_id or '@me'}/{frame.channel_id}"
    link = f"{place}/{frame.message_id}" if frame.message_id else place
    told = said("it did not work" if frame.failed else "it is done")
    return Card(content=f"<@{frame.owner_id}> {told}: {link}", mention=frame.owner_id)


def present_queue(frame: QueueFrame) -> Card:
    """What runs and waits."""
    lines = [f"**{_queued(one.job)}**: {_progress(one)}" for one in frame.own[:LISTED]]
    if len(frame.own) > LISTED:
        lines.append(said("… and {count} more of yours", count=len(frame.own) - LISTED))
    others = said(
        "Others: {running} running, {waiting} waiting.",
        running=frame.running,
        waiting=frame.waiting,
    )
    live = said("This view is no longer live.")
    if frame.until:
        live = said("Live until {time}.", time=discord.utils.format_dt(frame.until, "t"))
    return Card(
        layout=layout(
            ui.TextDisplay(f"### {said('Queue')}"),
            ui.TextDisplay("\n".join(lines) or said("You have nothing under way.")),
            ui.TextDisplay(f"-# {others} {live}"),
        )
    )


def _is_done(frame: JobFrame) -> bool:
    return frame.state is JobState.DONE


def _is_shown(frame: JobFrame) -> bool:
    """Whether a job is done and its results stand in its message."""
    return _is_done(frame) and frame.error is None


def _queued(job: Job) -> str:
    """A job in a view that lives on while its place may change: only clean words stand there."""
    return title_of(job) if job.rating is Rating.CLEAN else OPERATIONS[job.operation].label


def fits(result: Result, file_limit: int) -> bool:
    """Whether a result can be attached."""
    return 0 < len(result.content) <= file_limit


def words_of(job: Job) -> str:
    """What somebody asked for, in their words."""
    return str(job.body.get(OPERATIONS[job.operation].words) or "")


def title_of(job: Job) -> str:
    """A job in one line."""
    return plain(words_of(job), TITLE_LIMIT) or label_of(job)


def alt_of(job: Job) -> str:
    """What a result shows, for those who do not see it."""
    is_video = OPERATIONS[job.operation].wants == "VIDEO"
    kind = said("A generated video ({how})" if is_video else "A generated picture ({how})")
    return bare(words_of(job) or kind.format(how=label_of(job).lower()), ALT_LIMIT)


def label_of(job: Job) -> str:
    """What was done to make a job's result, in a word or two."""
    return said(OPERATIONS[job.operation].label)


def name_of(job: Job, limit: int = TITLE_LIMIT) -> str:
    """A job where no markdown is read, as in a select."""
    return bare(words_of(job) or label_of(job), limit)


def _withheld(frame: SheetFrame) -> Card:
    """Results that may not be shown where they were asked for."""
    rows = [
        button(
            "Show it" if len(frame.frames) == 1 else said("Show {number}", number=number),
            f"job:show:{id_}",
        )
        for number, id_ in enumerate((each.job.job_id for each in frame.frames), start=1)
    ]
    rows.append(button("Delete", f"job:delete:{frame.frames[0].job.job_id}", emoji="🗑️"))
    error = next(each.error for each in frame.frames if each.error)
    return Card(layout=layout(ui.TextDisplay(withheld_result(error)), *in_rows(rows)))


def _heading(job: Job, *, told: bool) -> str:
    """What it is, and the words it is made from if they may be ``told``."""
    title = f"**{label_of(job)}**"
    label = f"{title}\n" if OPERATIONS[job.operation].source else ""
    quoted = f"> {plain(words_of(job))}" if told and words_of(job) else ""
    return label + quoted or title


def _notes(shown: Sequence[Shown], file_limit: int) -> Iterator[str]:
    """A word about every result that is not attached as it was made."""
    for one in shown:
        if not fits(one.result, file_limit):
            yield f"[{said('Too large to attach here: open it')}]({one.result.url})"
        elif one.result.reduced:
            yield (
                f"-# {said('Made smaller to fit here.')} [{said('The original')}]({one.result.url})"
            )


def _accent(frame: SheetFrame) -> discord.Colour:
    """The colour of all frames together: of those that still work, else of the best of them."""
    states = {each.state for each in frame.frames}
    if any(not state.ended for state in states):
        return WORKING
    return next(colour for state, colour in ACCENTS.items() if state in states)


def _status(frame: SheetFrame) -> str:
    if len(frame.frames) == 1:
        return _progress(frame.frames[0], ended=True)
    done = sum(map(_is_shown, frame.frames))
    lines = [said("{done} of {all} done", done=done, all=len(frame.frames))]
    for number, each in enumerate(frame.frames, start=1):
        if not _is_shown(each):
            lines.append(f"{number}. {_progress(each, ended=True)}")
    if done == len(frame.frames):
        return f"-# {_whose(frame.frames[0].job)}"
    return "\n".join(lines)


def _progress(frame: JobFrame, *, ended: bool = False) -> str:
    match frame.state:
        case JobState.DONE if ended and not frame.error:
            return f"-# {_whose(frame.job)} · {said('seed {seed}', seed=frame.job.seed)}"
        case JobState.FAILED:
            error = frame.error
            return f"⚠️ {words(error, sent=frame.sent) if error else said('This did not work.')}"
        case JobState.CANCELLED:
            return f"{said('Cancelled.')} {said(MAY_BE_CHARGED if frame.sent else NOT_CHARGED)}"
        case JobState.DELIVERING | JobState.DONE:
            return f"📦 {_delivery(frame)}"
    cost = said("about {cost:g} credits", cost=frame.cost) if frame.cost else ""
    return " · ".join(filter(None, (_underway(frame), cost)))


def _whose(job: Job) -> str:
    return said("for {person}", person=f"<@{job.owner_id}>")


def _delivery(frame: JobFrame) -> str:
    """Of a job that is made: what keeps its results from being shown."""
    if frame.error is None:
        return said("Being delivered")
    return words(frame.error) if frame.state is JobState.DONE else said(FETCHING)


def _underway(frame: JobFrame) -> str:
    if frame.sought:
        return f"🔎 {said(SEARCHING)}"
    if frame.progress is not None:
        return f"🎨 {bar(frame.progress)}{_left(frame.left)}"
    if frame.ahead is not None:
        return f"🕓 {said('Waiting for a turn: {ahead} before it', ahead=frame.ahead)}"
    if frame.position is not None:
        return f"🕓 {said('In the queue: place {place}', place=frame.position + 1)}"
    if frame.taking_in:
        return f"✅ {said('Taken. Looking at your file …')}"
    return f"✅ {said('Taken. Waiting for the AI service …')}"


def _left(left: tuple[int, int] | None) -> str:
    if left is None:
        return ""
    low, high = left
    if low < high:
        return f" · {said('{low}-{high} s left', low=low, high=high)}"
    return f" · {said('about {high} s left', high=high)}"


def _rows(frame: SheetFrame, shown: Sequence[Shown]) -> list[ui.ActionRow[Any]]:
    """The controls: of the whole while something runs, then of the chosen result."""
    rows: list[ui.ActionRow[Any]] = []
    running = [each for each in frame.frames if not each.state.ended]
    if running:
        one = running[-1]
        controls = [button("Cancel", f"job:cancel:{one.job.job_id}", emoji="✖️")]
        if one.pings is not None:
            style = discord.ButtonStyle.primary if one.pings else discord.ButtonStyle.secondary
            ping = f"job:ping:{one.job.job_id}"
            controls.append(button("Ping me", ping, emoji="🔔", style=style))
        rows.append(ui.ActionRow(*controls))
    if unfetched := [each.job for each in frame.frames if _is_unfetched(each)]:
        rows.append(ui.ActionRow(*map(_fetch_button, unfetched)))
    if len(shown) > 1:
        rows.append(ui.ActionRow(_select(shown, frame.chosen)))
    if shown:
        chosen = shown[min(frame.chosen, len(shown) - 1)]
        rows += in_rows(result_buttons(chosen.frame, chosen.number))
    elif not running:
        rows += in_rows(result_buttons(frame.frames[0], 0))
    return rows


def _is_unfetched(frame: JobFrame) -> bool:
    return _is_done(frame) and isinstance(frame.error, Unfetched)


def _fetch_button(job: Job) -> ui.Button[Any]:
    """Shows a result whose file could not be had: where it was asked for, or to its owner."""
    return button("Fetch it", f"job:{'show' if job.private else 'here'}:{job.job_id}", emoji="📥")


def _select(shown: Sequence[Shown], chosen: int) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=said("Picture {number}", number=place + 1),
            value=f"{one.key}",
            description=said("Seed {seed}", seed=one.frame.job.seed),
            default=place == chosen,
        )
        for place, one in enumerate(shown)
    ]
    return ui.Select(custom_id="job:choose", placeholder=said("Which picture?"), options=options)


def in_rows(buttons: Sequence[ui.Button[Any]]) -> list[ui.ActionRow[Any]]:
    """Buttons in as many rows as they need."""
    return [ui.ActionRow(*buttons[at : at + ROW]) for at in range(0, len(buttons), ROW)]


def _offer(name: str, key: str) -> ui.Button[Any]:
    """The button of something that may be done with a result."""
    if name == AS_CHARACTER:
        return button("Use as character", f"character:of:{key}", emoji="🎭")
    row = OPERATIONS[name]
    return button(row.label, f"make:{name}:{key}", emoji=row.button)


def result_buttons(frame: JobFrame, number: int) -> list[ui.Button[Any]]:
    """Everything that can be done with one result, or with a job that has none."""
    job = frame.job
    row = OPERATIONS[job.operation]
    found = [button("Again", f"job:again:{job.job_id}", emoji="🔁")]
    if row.texts and row.words:
        found.append(button("Vary", f"job:vary:{job.job_id}", emoji="🎛️"))
    if frame.state is JobState.DONE:
        found += [_offer(name, f"{job.job_id}:{number}") for name in frame.offers]
    found.append(button("Details", f"job:details:{job.job_id}", emoji="🔎"))
    found.append(button("Delete", f"job:delete:{job.job_id}", emoji="🗑️"))
    found.append(button("Report", f"report:ask:job:{job.job_id}", emoji="🚩"))
    return found
