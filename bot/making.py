"""What happens to one job: completed, admitted, created once, watched, delivered.

Each step is stored before the next begins. See ``bot.jobs`` for the promise that it keeps.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.admission import Line
from bot.api import routes
from bot.api.models.events import Phase, PromptState
from bot.api.models.media import Media
from bot.errors import (
    ApiError,
    Denied,
    Gone,
    Malformed,
    QueueFull,
    RateLimited,
    ServerFault,
    ShowFailed,
    TimedOut,
    Unreachable,
    VivantError,
)
from bot.estimates import Estimates
from bot.intake import Intakes
from bot.live import Urgency
from bot.operations import OPERATIONS, Operation
from bot.parts import Parts
from bot.policy import Refused, Send, Show, Shown, decide
from bot.prompts import find_prompt
from bot.provenance import offered, sources_of
from bot.results import Results
from bot.sheets import JobFrame, PingFrame, ReadyFrame, Result, Sheet, SheetFrame
from bot.store.records import Anchor, Job, JobState, Medium, now

log = logging.getLogger(__name__)

FULL_QUEUE_PAUSE = 10.0
"""Seconds until a create is tried again that the account's full queue refused."""

PREVIEW_PAUSE = 2.0
"""Seconds between two previews of one job at least."""


@dataclass(slots=True)
class Run:
    """A job that this process runs; it may be interrupted except while it creates or delivers."""

    job: Job
    sheet: Sheet
    task: asyncio.Task[None] | None = None
    interruptible: bool = False
    began: float | None = None
    likely: tuple[float, float] | None = None
    cost: float | None = None
    preview: Result | None = None
    previewed: float = field(default=-PREVIEW_PAUSE)

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """A part of the work that a cancellation may cut short."""
        self.interruptible = True
        try:
            yield
        finally:
            self.interruptible = False

    def frame(self, position: int | None = None, progress: int | None = None) -> JobFrame:
        """What the job shows while it is being made."""
        return JobFrame(
            self.job,
            self.job.state,
            position=position,
            progress=progress,
            left=self._left(),
            cost=self.cost,
            preview=self.preview,
        )

    def _left(self) -> tuple[int, int] | None:
        if self.likely is None or self.began is None:
            return None
        spent = time.monotonic() - self.began
        low, high = (max(0.0, each - spent) for each in self.likely)
        return (round(low), round(high)) if high > 0 else None


class Making:
    """The steps of a job."""

    def __init__(self, parts: Parts, line: Line, results: Results) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._metrics = parts.metrics
        self._rules = parts.rules
        self._limits = parts.limits
        self._line = line
        self._results = results
        self._intakes = Intakes(parts)
        self._counting = asyncio.Lock()
        self.estimates = Estimates(parts.store)

    async def go_on(self, run: Run) -> None:
        """Bring a job from wherever it stands to its end.

        Raises:
            VivantError: It cannot be made; ``fail`` tells its owner.
            ShowFailed: It is to be gone on with later.
        """
        job, operation = run.job, OPERATIONS[run.job.operation]
        if job.state is JobState.ACCEPTED:
            async with run.waiting():
                await self._prepare(run)
        else:
            self._line.resume(job.job_id, job.owner_id)
        await self._create(run, operation)
        if job.state.ended:
            await self.unqueue(job)
            return
        async with run.waiting():
            medias = await self._watch(run, operation)
        if not job.state.ended:
            await self._deliver(run, medias)

    async def finished(self, job: Job) -> JobFrame:
        """What an ended job shows, with its media fetched afresh.

        Raises:
            ApiError: They cannot be had (any more).
        """
        results = await self._results.of(job) if job.state is JobState.DONE else ()
        return JobFrame(job, job.state, results=results, offers=await self._offers(job))

    async def fail(self, run: Run, error: VivantError) -> None:
        """Tell the owner what went wrong, and end the job."""
        log.info("job %s failed: %s", run.job.job_id, error)
        run.job.failure = type(error).__name__
        with suppress(ShowFailed):
            frame = JobFrame(run.job, JobState.FAILED, error=error)
            await run.sheet.finish(frame, Urgency.ERROR)
        await self.end(run.job, JobState.FAILED)

    async def end(self, job: Job, state: JobState) -> None:
        """Store that a job has ended."""
        job.state = state
        job.ended = now()
        await self._store.jobs.save(job)
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
        """Complete the body, have it permitted as it now is, and wait for a turn."""
        job = run.job
        await self._intakes.complete(job)
        await self._permit(job)
        run.cost = await self._worth_telling(job)
        await self._line.enter(job.job_id, job.owner_id)
        run.sheet.show(run.frame(), Urgency.CONTROL)

    async def _permit(self, job: Job) -> None:
        """Ask the policy once more, for the body as it will be sent and the place as it is now.

        Raises:
            Denied: It may not be sent.
        """
        place = await self._stage.place(job.anchor.channel_id, job.guild_id)
        person = await self._stage.asker(job.owner_id, place)
        ask = Send(
            job.operation,
            job.body,
            await sources_of(self._store, job),
            drawn_names=frozenset(job.drawn_names),
            stock=frozenset(job.stock),
        )
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)
        job.body |= verdict.overrides
        job.rating, job.origin = verdict.rating, verdict.origin

    async def _worth_telling(self, job: Job) -> float | None:
        """The likely cost of a heavy job."""
        if OPERATIONS[job.operation].wants != "VIDEO":
            return None
        return await self.estimates.cost(job.operation, job.body)

    async def _create(self, run: Run, operation: Operation) -> None:
        """Bring the job to SUBMITTED with at most one create that may have been heard."""
        job = run.job
        if job.state is JobState.CREATING:
            job.prompt_id = await self._find(job)
        while job.state is JobState.ACCEPTED:
            try:
                await self._create_once(job, operation)
            except (QueueFull, RateLimited) as error:
                await self._stand_back(run, getattr(error, "retry_after", FULL_QUEUE_PAUSE))
        if job.state is JobState.CREATING:
            job.state = JobState.SUBMITTED
        await self._store.jobs.save(job)

    async def _create_once(self, job: Job, operation: Operation) -> None:
        body = operation.request(job.body)
        async with self._costed(job):
            if job.state.ended:
                return
            job.state = JobState.CREATING
            await self._store.jobs.save(job)
            with suppress(Unreachable, ServerFault, Malformed):
                job.prompt_id = (await self._api.call(operation.route, body=body)).prompt_id
        if job.prompt_id is None:
            job.prompt_id = await self._find(job)

    async def _stand_back(self, run: Run, pause: float) -> None:
        """Nothing was created, for the account was full: wait, which a restart may cut short."""
        job = run.job
        if job.state.ended:
            return
        job.state = JobState.ACCEPTED
        await self._store.jobs.save(job)
        async with run.waiting():
            await self._line.refused(job.job_id, pause)

    @asynccontextmanager
    async def _costed(self, job: Job) -> AsyncIterator[None]:
        """Learn what a create costs from the account's credits, while that is not known.

        Creates are one at a time meanwhile; another client of the same account may still blur it.
        """
        if await self.estimates.is_cost_known(job.operation, job.body):
            yield
            return
        async with self._counting:
            before = await self._credits()
            yield
            after = await self._credits()
        if before is not None and after is not None and after < before:
            await self.estimates.note_cost(job.operation, job.body, before - after)

    async def _credits(self) -> float | None:
        try:
            return (await self._api.call(routes.GET_ME)).credits
        except ApiError:
            return None

    async def _find(self, job: Job) -> str:
        return await find_prompt(self._api, self._store, job, self._limits.search_seconds)

    async def _watch(self, run: Run, operation: Operation) -> tuple[Media, ...]:
        run.likely = await self.estimates.seconds(operation.name, run.job.body)
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
            run.previewed = time.monotonic()
            seen = await self._results.preview(run.job, state.previews[0])
            run.preview = seen or run.preview
        known = running and state.progress is not None
        progress = round(state.progress or 0) if known else None
        urgency = Urgency.PROGRESS if known else Urgency.CONTROL
        run.sheet.show(run.frame(state.position, progress), urgency)

    async def _deliver(self, run: Run, medias: tuple[Media, ...]) -> None:
        job = run.job
        job.state = JobState.DELIVERING
        job.media_ids = [media.id for media in medias]
        await self._store.jobs.save(job)
        for media in medias:
            if await self._store.media.get(media.id) is None:
                await self._store.media.save(_medium(job, media))
        await self._check_place(job)
        results = await self._results.fetch(job, medias)
        frame = JobFrame(job, JobState.DONE, results=results, offers=await self._offers(job))
        try:
            await run.sheet.finish(frame)
        except Gone:
            await self._deliver_anew(job, frame)
        if job.ping:
            await self._ping(job)
        await self.end(job, JobState.DONE)

    async def _check_place(self, job: Job) -> None:
        """Ask once more: the place may have changed while the job ran.

        Raises:
            Denied: The result may not be shown there now.
        """
        place = await self._stage.place(job.anchor.channel_id, job.guild_id)
        person = await self._stage.asker(job.owner_id, place)
        ask = Show(
            Shown.MEDIUM,
            rating=job.rating,
            origin=job.origin,
            owner_id=job.owner_id,
            private=job.private,
            alone=job.anchor.ephemeral,
            barred=False,
        )
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)

    async def _offers(self, job: Job) -> tuple[str, ...]:
        """The operations whose buttons may stand under a result, where it stands."""
        medium = await self._store.media.get(job.media_ids[0]) if job.media_ids else None
        if medium is None:
            return ()
        place = await self._stage.place(job.anchor.channel_id, job.guild_id)
        person = await self._stage.asker(job.owner_id, place)
        return tuple(row.name for row in offered(medium, place, person, self._rules))

    async def _deliver_anew(self, job: Job, frame: JobFrame) -> None:
        """The job's own message is out of reach: a new one calls for its owner.

        A private result leaves a note without content; a button on it shows the result.
        """
        place = Anchor(
            channel_id=job.anchor.channel_id,
            guild_id=job.guild_id,
            nonce=job.job_id,
            file_limit=job.anchor.file_limit,
        )
        whole = SheetFrame((frame,), mention=True)
        shown = ReadyFrame(job.job_id, job.owner_id) if job.private else whole
        with suppress(Gone):
            await self._lanes.finish(self._stage.surface(place), shown)
        if not job.private and place.message_id:
            job.anchor = place

    async def _ping(self, job: Job) -> None:
        anchor = job.anchor
        note = PingFrame(job.owner_id, job.guild_id, anchor.channel_id, anchor.message_id)
        place = Anchor(
            channel_id=anchor.channel_id, guild_id=job.guild_id, nonce=f"ping-{job.job_id}"
        )
        with suppress(ShowFailed):
            await self._lanes.finish(self._stage.surface(place), note)


def _medium(job: Job, media: Media) -> Medium:
    """The provenance of a result; it is written once and follows the medium for good."""
    return Medium(
        media_id=media.id,
        kind=OPERATIONS[job.operation].wants,
        owner_id=job.owner_id,
        prompt_id=job.prompt_id,
        job_id=job.job_id,
        rating=job.rating,
        origin=job.origin,
        private=job.private,
        channel_id=job.anchor.channel_id,
    )
