"""What happens to one job: completed, permitted, given its turn, created once, watched, delivered.

Or failed, and said so. Each step is stored before the next begins. ``bot.jobs`` has the promise
that this keeps.
"""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from bot.admission import Line
from bot.allowance import Days
from bot.api import routes
from bot.api.models.events import Phase, PromptState
from bot.api.models.media import Media
from bot.delivery import Delivery
from bot.errors import (
    ApiError,
    Denied,
    Gone,
    Malformed,
    Missing,
    NotSent,
    QueueFull,
    RateLimited,
    ServerFault,
    TimedOut,
    Uncertain,
    Unfetched,
    Unreachable,
    VivantError,
)
from bot.estimates import Costs, Estimates
from bot.frames import JobFrame, Result
from bot.intake import Intakes
from bot.live import Urgency
from bot.operations import OPERATIONS, Operation
from bot.parts import Parts
from bot.policy import Send
from bot.prompts import find_prompt
from bot.provenance import sources_of
from bot.results import Results
from bot.sheets import Sheet
from bot.store.records import Job, JobState, now

log = logging.getLogger(__name__)

PREVIEW_PAUSE = 2.0
"""Seconds between two previews of one job at least."""

PREVIEW_PATIENCE = 3.0
"""Seconds that a preview may take; the next news of the job waits for it."""

LONG = 60.0
"""Seconds from which on somebody may want to be called at the end of a job."""


@dataclass(slots=True)
class Run:
    """A job that this process runs; it may be interrupted only where it waits.

    ``sheet`` is the message that it shows itself on, once the job is in this process's hands.
    """

    job: Job
    sheet: Sheet | None = None
    task: asyncio.Task[None] | None = None
    waits: bool = False
    began: float | None = None
    likely: tuple[float, float] | None = None
    cost: float | None = None
    preview: Result | None = None
    previewed: float = field(default=-PREVIEW_PAUSE)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A part of the work that a cancellation may cut short."""
        self.waits = True
        try:
            yield
        finally:
            self.waits = False

    def show(self, frame: JobFrame, urgency: Urgency = Urgency.CONTROL) -> None:
        """Show a frame on the job's message."""
        if self.sheet:
            self.sheet.show(frame, urgency)

    def frame(
        self, position: int | None = None, progress: int | None = None, ahead: int | None = None
    ) -> JobFrame:
        """What the job shows while it is being made."""
        return JobFrame(
            self.job,
            self.job.state,
            taking_in=bool(self.job.intake),
            ahead=ahead,
            position=position,
            progress=progress,
            left=self._left(),
            cost=self.cost,
            preview=self.preview,
            pings=self._pings,
        )

    @property
    def _pings(self) -> bool | None:
        """Whether the owner is called at the end; a job of under a minute does not offer it."""
        short = self.likely is not None and self.likely[1] < LONG
        return None if self.job.private or short else self.job.ping

    def _left(self) -> tuple[int, int] | None:
        if self.likely is None or self.began is None:
            return None
        spent = time.monotonic() - self.began
        low, high = (max(0.0, each - spent) for each in self.likely)
        return (round(low), round(high)) if high > 0 else None


class Making:
    """The steps of a job."""

    def __init__(
        self,
        parts: Parts,
        line: Line,
        days: Days,
        results: Results,
        intakes: Intakes,
        delivery: Delivery,
    ) -> None:
        self._api = parts.api
        self._store = parts.store
        self._metrics = parts.metrics
        self._limits = parts.limits
        self._line = line
        self._days = days
        self._results = results
        self._intakes = intakes
        self._delivery = delivery
        self.estimates = Estimates(parts.store)
        self._costs = Costs(parts, self.estimates)

    async def go_on(self, run: Run, sheet: Sheet) -> None:
        """Bring a job from wherever it stands to its end.

        Raises:
            VivantError: It cannot be made; its owner is to be told.
            ShowFailed: It is to be gone on with later.
        """
        job, operation = run.job, OPERATIONS[run.job.operation]
        if job.state is JobState.DELIVERING:
            await self._bring(run, sheet, ())
            return
        run.likely = await self.estimates.seconds(job.operation, job.body)
        if job.state is JobState.ACCEPTED:
            with run.waiting():
                await self._prepare(run)
        else:
            self._line.resume(job.job_id, job.owner_id)
        await self._create(run, operation)
        if job.state.ended:
            await self.unqueue(job)
            return
        with run.waiting():
            medias = await self._watch(run, operation)
        # It has left the account's queue, so another may take its place there.
        self._line.leave(job.job_id)
        if not job.state.ended:
            await self._delivery.keep(job, medias)
            await self._bring(run, sheet, medias)

    async def _bring(self, run: Run, sheet: Sheet, medias: tuple[Media, ...]) -> None:
        """Fetch what was made, for as long as it takes, and bring it before its owner."""
        job = run.job

        def late() -> None:
            error = Unfetched(job.operation)
            run.show(JobFrame(job, JobState.DELIVERING, error=error), Urgency.CONTROL)

        with run.waiting():
            frame = await self._delivery.last_frame(job, medias, late)
        if not job.state.ended:
            await self._delivery.deliver(job, sheet, frame)
            await self.end(job, JobState.DONE)

    async def fail(self, run: Run, error: VivantError) -> None:
        """Tell the owner what went wrong, and end the job."""
        job = run.job
        log.info("job %s failed: %s", job.job_id, error)
        sent = job.prompt_id is not None or isinstance(error, Uncertain)
        frame = JobFrame(job, JobState.FAILED, error=error, sent=sent)
        job.failure = type(error).__name__
        try:
            if run.sheet:
                await run.sheet.finish(frame, Urgency.ERROR)
        except Gone:
            await self._delivery.leave_notice(job, failed=True)
        except VivantError as unshown:
            log.warning("the failure of job %s could not be shown: %s", job.job_id, unshown)
        await self._delivery.call(job, failed=True)
        await self.end(job, JobState.FAILED)

    async def end(self, job: Job, state: JobState) -> None:
        """Store that a job has ended; it ends once."""
        if job.state.ended:
            return
        unsent = job.state is JobState.ACCEPTED
        job.state = state
        job.ended = now()
        await self._store.jobs.save(job)
        if state is JobState.FAILED or (state is JobState.CANCELLED and unsent):
            await self._days.give_back(job)
        self._metrics.jobs.labels(job.operation, state).inc()
        seconds = (job.ended - job.created).total_seconds()
        self._metrics.job_seconds.labels(job.operation).observe(seconds)

    async def unqueue(self, job: Job) -> None:
        """Take a prompt out of the queue; one that already left it is fine."""
        if job.prompt_id:
            with suppress(ApiError):
                await self._api.call(
                    routes.DELETE_PROMPT_FROM_QUEUE, query={"promptId": job.prompt_id}
                )

    async def _prepare(self, run: Run) -> None:
        """Complete the body, if it may be sent as far as is known, and wait for a turn."""
        job = run.job
        await self._permit(job, hopeful=True)
        await self._intakes.complete(job)
        run.cost = await self.estimates.heavy_cost(job.operation, job.body)
        await self._line.enter(job.job_id, job.owner_id, job.at_once)
        run.show(run.frame())

    async def _permit(self, job: Job, *, hopeful: bool = False) -> None:
        """Ask the policy for the body as it now is, and for the place as it now is.

        ``hopeful``: before all of the body is there; nothing is sent yet.

        Raises:
            Denied: It may not be sent.
        """
        ask = Send(
            job.operation,
            job.body,
            await sources_of(self._store, job, hopeful=hopeful),
            # Drawn by us, as was checked when the job was taken on.
            drawn_names=frozenset({str(job.body.get("name", ""))}),
            stock=frozenset(job.stock),
        )
        verdict = await self._delivery.ask(job, ask)
        job.body |= verdict.overrides
        job.rating, job.origin = verdict.rating, verdict.origin

    async def _create(self, run: Run, operation: Operation) -> None:
        """Bring the job to SUBMITTED with at most one create that may have been heard."""
        job = run.job
        if job.state is JobState.CREATING:
            run.show(replace(run.frame(), sought=True))
            job.prompt_id = await self._find(job)
        while job.state is JobState.ACCEPTED:
            await self._permit(job)
            try:
                await self._create_once(run, operation)
            except (QueueFull, RateLimited) as error:
                await self._stand_back(run, error)
        if job.state is JobState.CREATING:
            job.state = JobState.SUBMITTED
        await self._store.jobs.save(job)

    async def _create_once(self, run: Run, operation: Operation) -> None:
        job = run.job
        body = operation.request(job.body)
        async with self._costs.learned(job):
            # A cancellation may have come before this, or while it is stored.
            if job.state is JobState.ACCEPTED:
                job.state = JobState.CREATING
                await self._store.jobs.save(job)
            if job.state is not JobState.CREATING:
                return
            try:
                job.prompt_id = (await self._api.call(operation.route, body=body)).prompt_id
            except NotSent:
                raise
            except (Unreachable, ServerFault, Malformed):
                job.prompt_id = None
            except Missing as error:
                if error.status >= HTTPStatus.BAD_REQUEST:
                    raise
        if job.prompt_id is None:
            run.show(replace(run.frame(), sought=True))
            job.prompt_id = await self._find(job)

    async def _stand_back(self, run: Run, error: QueueFull | RateLimited) -> None:
        """The account takes no creates for now, and this one did not happen: wait and say so."""
        job = run.job
        if job.state.ended:
            return
        job.state = JobState.ACCEPTED
        await self._store.jobs.save(job)
        run.show(run.frame(ahead=0))
        pause = self._limits.queue_pause_seconds
        with run.waiting():
            if isinstance(error, QueueFull):
                await self._line.refused(job.job_id, pause)
            else:
                await asyncio.sleep(max(pause, error.retry_after))

    async def _find(self, job: Job) -> str:
        return await find_prompt(self._api, self._store, job, self._limits.search_seconds)

    async def _watch(self, run: Run, operation: Operation) -> tuple[Media, ...]:
        watching = self._api.watch(run.job.prompt_id or "", wants=operation.wants)
        try:
            async with asyncio.timeout(operation.patience), aclosing(watching) as states:
                async for state in states:
                    if state.phase is Phase.DONE:
                        await self._learn(run)
                        return state.medias
                    await self._progress(run, state)
        except TimeoutError:
            raise TimedOut(operation.name, f"no result in {operation.patience:.0f} s") from None
        raise Unreachable(operation.name, "the watch ended without a result")

    async def _learn(self, run: Run) -> None:
        if run.began is not None:
            seconds = time.monotonic() - run.began
            await self.estimates.note_seconds(run.job.operation, run.job.body, seconds)

    async def _progress(self, run: Run, state: PromptState) -> None:
        running = state.phase is Phase.RUNNING
        if running and run.began is None:
            run.began = time.monotonic()
        if state.previews and time.monotonic() - run.previewed > PREVIEW_PAUSE:
            await self._look(run, state.previews[0])
        known = running and state.progress is not None
        progress = round(state.progress or 0) if known else None
        urgency = Urgency.PROGRESS if known else Urgency.CONTROL
        run.show(run.frame(state.position, progress), urgency)

    async def _look(self, run: Run, seen: Media | bytes) -> None:
        """Fetch a preview, if it can be had at once and may be shown here."""
        run.previewed = time.monotonic()
        with suppress(TimeoutError, Denied):
            async with asyncio.timeout(PREVIEW_PATIENCE):
                await self._delivery.check_place(run.job)
                run.preview = await self._results.preview(run.job, seen) or run.preview
