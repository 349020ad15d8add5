"""What messages about jobs show: plain frames, free of any platform's words."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import VivantError
from bot.store.records import Job, JobState


@dataclass(frozen=True, slots=True)
class Result:
    """A finished medium as it is shown; ``url`` is signed and expires.

    Without ``content`` there is only the address. ``reduced``: it was made smaller to fit.
    """

    name: str
    content: bytes
    url: str
    reduced: bool = False


@dataclass(frozen=True, slots=True)
class JobFrame:
    """One state of a job.

    Attributes:
        taking_in: Files that it needs are still being taken in.
        ahead: How many of the bot's own jobs are served before.
        position: Place in the account's queue, from zero.
        progress: Percent, 0 to 100.
        left: Seconds that are likely left, at least and at most.
        cost: Credits it is likely to take; only where it is worth a word.
        preview: The unfinished picture.
        offers: Names of what may be offered below the results (``bot.provenance.offered``).
        error: Why it failed; of one that is made, why its results are not shown here (yet).
        sent: A create may have been heard, so it may have been charged.
        sought: Its create had no answer that can be read; it is being looked for at the API.
        pings: Its owner is called at its end; ``None``: that is not offered.
    """

    job: Job
    state: JobState
    taking_in: bool = False
    ahead: int | None = None
    position: int | None = None
    progress: int | None = None
    left: tuple[int, int] | None = None
    cost: float | None = None
    preview: Result | None = None
    results: tuple[Result, ...] = ()
    offers: tuple[str, ...] = ()
    error: VivantError | None = None
    sent: bool = False
    sought: bool = False
    pings: bool | None = None


def taken(job: Job, cost: float | None = None) -> JobFrame:
    """What a job shows that has just been taken on; ``cost`` in credits, if it is a heavy one."""
    pings = None if job.private else job.ping
    return JobFrame(job, job.state, taking_in=bool(job.intake), cost=cost, pings=pings)


@dataclass(frozen=True, slots=True)
class SheetFrame:
    """The frames of all jobs of one message, in their order; ``mention`` calls for the owner.

    ``chosen`` is the number of the result whose buttons are shown, over all frames.
    """

    frames: tuple[JobFrame, ...]
    mention: bool = False
    chosen: int = 0


@dataclass(frozen=True, slots=True)
class ReadyFrame:
    """A private job has ended, and its own message can no longer be reached."""

    job_id: str
    owner_id: int
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PingFrame:
    """One person wanted to be called when a job is over; the ids say where its message is."""

    owner_id: int
    guild_id: int | None
    channel_id: int
    message_id: int | None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class QueueFrame:
    """What runs and waits: one's own jobs, and how many others there are.

    ``until`` is when the view stops being kept up to date.
    """

    own: tuple[JobFrame, ...]
    running: int
    waiting: int
    until: datetime | None = None
