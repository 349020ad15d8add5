"""What stands in the message of one or several jobs: plain frames, and the sheet that holds them.

A job has one message; the jobs of a batch share one. Each job shows its own frame, the sheet
paints all of them together.
"""

from dataclasses import dataclass

from bot.errors import VivantError
from bot.live import Lanes, Surface, Urgency
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
        ahead: How many of the bot's own jobs are served before.
        position: Place in the account's queue, from zero.
        progress: Percent, 0 to 100.
        left: Seconds that are likely left, at least and at most.
        cost: Credits it is likely to take; only where it is worth a word.
        preview: The unfinished picture.
        offers: Names of the operations whose buttons may stand below the results.
    """

    job: Job
    state: JobState
    ahead: int | None = None
    position: int | None = None
    progress: int | None = None
    left: tuple[int, int] | None = None
    cost: float | None = None
    preview: Result | None = None
    results: tuple[Result, ...] = ()
    offers: tuple[str, ...] = ()
    error: VivantError | None = None


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
    """A private result waits, and its own message can no longer be reached."""

    job_id: str
    owner_id: int


@dataclass(frozen=True, slots=True)
class PingFrame:
    """One person wanted to be called when a job is done; ``place`` says where its message is."""

    owner_id: int
    guild_id: int | None
    channel_id: int
    message_id: int | None


@dataclass(frozen=True, slots=True)
class QueueFrame:
    """What runs and waits: one's own jobs, and how many others there are."""

    own: tuple[JobFrame, ...]
    running: int
    waiting: int
    live: bool = True


class Sheet:
    """One message; jobs show their frames on it."""

    def __init__(self, lanes: Lanes, surface: Surface) -> None:
        self._lanes = lanes
        self._surface = surface
        self._frames: dict[str, JobFrame] = {}

    def hold(self, frame: JobFrame) -> None:
        """Take a frame in without painting it."""
        self._frames[frame.job.job_id] = frame

    def drop(self, job_id: str) -> None:
        """Take a job's frame off the sheet."""
        self._frames.pop(job_id, None)

    def frame_of(self, job_id: str) -> JobFrame | None:
        """What a job shows now."""
        return self._frames.get(job_id)

    @property
    def ended(self) -> bool:
        """Whether every job on it has ended."""
        return all(frame.state.ended for frame in self._frames.values())

    def show(self, frame: JobFrame, urgency: Urgency) -> None:
        """Show a job's frame beside the others, when its turn comes."""
        self.hold(frame)
        self._lanes.show(self._surface, self._whole(), urgency)

    async def finish(self, frame: JobFrame, urgency: Urgency = Urgency.FINAL) -> None:
        """Show a job's last frame and return when it stands.

        Raises:
            ShowFailed: As ``Lanes.finish``.
        """
        self.hold(frame)
        await self._lanes.finish(self._surface, self._whole(), urgency)

    async def repaint(self) -> None:
        """Show what is held."""
        await self._lanes.finish(self._surface, self._whole(), Urgency.CONTROL)

    def _whole(self) -> SheetFrame:
        ordered = sorted(self._frames.values(), key=lambda frame: frame.job.number)
        return SheetFrame(tuple(ordered))
