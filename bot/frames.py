"""What a job's message shows: one frame per state, free of any platform's words."""

from dataclasses import dataclass

from bot.errors import VivantError
from bot.store.records import Job, JobState


@dataclass(frozen=True, slots=True)
class Result:
    """A finished medium as it is shown; ``url`` is signed and expires."""

    name: str
    content: bytes
    url: str


@dataclass(frozen=True, slots=True)
class JobFrame:
    """One state of a job's message. ``position`` counts from zero, ``progress`` from 0 to 100.

    ``sent``: a create may have been heard, so it may have been charged.
    """

    job: Job
    state: JobState
    position: int | None = None
    progress: int | None = None
    results: tuple[Result, ...] = ()
    error: VivantError | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class ReadyFrame:
    """A private job has ended, and its own message can no longer be reached."""

    job_id: str
    owner_id: int
    failed: bool = False
