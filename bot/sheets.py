"""The message of one or several jobs: each shows its own frame, the sheet paints all of them.

A job has one message; the jobs of a batch share one. What a job showed at its end stays: nothing
that it still had to say before is shown after it.
"""

from collections.abc import Callable

from bot.errors import Undeliverable, Unfit
from bot.frames import JobFrame, SheetFrame
from bot.live import Lanes, Urgency
from bot.stage import Stage
from bot.store.records import Anchor


class Sheet:
    """One message, at ``anchor``; ``changed`` is called whenever a frame on it changes."""

    def __init__(
        self, lanes: Lanes, stage: Stage, anchor: Anchor, changed: Callable[[], None]
    ) -> None:
        self._lanes = lanes
        self._stage = stage
        self.anchor = anchor
        self._changed = changed
        self._surface = stage.surface(anchor)
        self._frames: dict[str, JobFrame] = {}

    def hold(self, frame: JobFrame) -> None:
        """Take a frame in without painting it; after a job's end only another end counts."""
        known = self._frames.get(frame.job.job_id)
        if known is None or frame.state.ended or not known.state.ended:
            self._frames[frame.job.job_id] = frame
            self._changed()

    def drop(self, job_id: str) -> None:
        """Take a job's frame off the sheet."""
        self._frames.pop(job_id, None)

    def frame_of(self, job_id: str) -> JobFrame | None:
        """What a job shows now."""
        return self._frames.get(job_id)

    def show(self, frame: JobFrame, urgency: Urgency) -> None:
        """Show a job's frame beside the others, when its turn comes."""
        self.hold(frame)
        self._lanes.show(self._surface, self._whole(), urgency)

    async def finish(self, frame: JobFrame, urgency: Urgency = Urgency.FINAL) -> None:
        """Show a job's last frame and return when it stands.

        Files that the platform refuses are linked instead.

        Raises:
            Gone: The message is out of reach.
            Undeliverable: The platform takes neither.
            ShowFailed: As ``Lanes.finish``.
        """
        self.hold(frame)
        try:
            await self._lanes.finish(self._surface, self._whole(), urgency)
        except Unfit:
            self.anchor.file_limit = 0
            self._surface = self._stage.surface(self.anchor)
            try:
                await self._lanes.finish(self._surface, self._whole(), urgency)
            except Unfit as error:
                raise Undeliverable(frame.job.operation) from error

    async def repaint(self) -> None:
        """Show what is held.

        Raises:
            ShowFailed: As ``Lanes.finish``.
        """
        await self._lanes.finish(self._surface, self._whole(), Urgency.CONTROL)

    def leave(self) -> None:
        """End it; what is pending will not be shown."""
        self._lanes.forget(self._surface)

    def _whole(self) -> SheetFrame:
        ordered = sorted(self._frames.values(), key=lambda frame: frame.job.number)
        return SheetFrame(tuple(ordered))
