"""Generations from request to delivered result, across restarts.

A job is a record before anybody is told that it was taken, and stays active until its result
stands in front of its owner. A process that dies at any point leaves a record from which the next
one goes on; what may have been created is looked for (``bot.prompts``), never created again.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from bot.api import routes
from bot.api.models.events import Phase, PromptState
from bot.api.models.media import Media
from bot.errors import (
    ApiError,
    Busy,
    Denied,
    Gone,
    Malformed,
    Missing,
    NotFound,
    NotSent,
    QueueFull,
    RateLimited,
    ServerFault,
    ShowFailed,
    StoreDown,
    TimedOut,
    Uncertain,
    Undeliverable,
    Unfit,
    Unreachable,
    VivantError,
)
from bot.live import Surface, Urgency
from bot.operations import OPERATIONS, Operation
from bot.parts import Parts
from bot.policy import Ask, Refused, Send, Show, Shown, decide
from bot.prompts import find_prompt
from bot.store.records import Anchor, Job, JobState, Medium, now

log = logging.getLogger(__name__)

SETTLING = timedelta(seconds=15)
"""For so long an accepted job is left to whoever accepted it, and has not shown it yet."""


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


@dataclass(slots=True)
class _Run:
    """A job that this process runs; it may be interrupted only where it waits."""

    job: Job
    surface: Surface
    task: asyncio.Task[None] | None = None
    waits: bool = False

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A part of the work that a cancellation may cut short."""
        self.waits = True
        try:
            yield
        finally:
            self.waits = False


class Jobs:
    """All jobs; call ``resume`` once at the start."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._metrics = parts.metrics
        self._rules = parts.rules
        self._limits = parts.limits
        self._runs: dict[str, _Run] = {}

    async def accept(self, job: Job) -> None:
        """Take a job on: check it and store it. Nothing is sent to the AI API yet.

        Raises:
            Invalid: The body breaks a documented limit.
            OverLimit: The owner has as many jobs as one person may have.
        """
        OPERATIONS[job.operation].request(job.body)
        most = self._limits.running_jobs + self._limits.waiting_jobs
        await self._store.jobs.admit(job, most=most)

    async def start(self, job: Job) -> None:
        """Run an accepted job, whose message now exists, in the background."""
        await self._store.jobs.save(job)
        self._launch(job)

    async def withdraw(self, job: Job) -> None:
        """Forget an accepted job of which nobody saw a message; nothing was created."""
        await self._store.jobs.delete(job.job_id)

    async def resume(self) -> None:
        """Go on with every job that nobody runs; call it again and again.

        A job of another process is waited for: its lease ends when that process does.
        """
        for job in await self._store.jobs.active():
            settling = job.state is JobState.ACCEPTED and now() - job.created < SETTLING
            if job.job_id not in self._runs and not settling:
                self._launch(job)

    async def get(self, job_id: str) -> Job:
        """The record of a job.

        Raises:
            NotFound: There is none (any more).
        """
        if job := await self._store.jobs.get(job_id):
            return job
        raise NotFound("job")

    async def cancel(self, job_id: str) -> None:
        """Cancel a job: out of the queue if it waits there, else its result is dropped.

        Raises:
            NotFound: No such job is under way.
        """
        run = self._runs.get(job_id)
        job = run.job if run else await self.get(job_id)
        if job.state.ended or job.state is JobState.DELIVERING:
            raise NotFound("running job")
        sent = job.state is not JobState.ACCEPTED
        await self._end(job, JobState.CANCELLED)
        if run:
            await self._interrupt(run)
        await self._unqueue(job)
        with suppress(ShowFailed):
            frame = JobFrame(job, job.state, sent=sent)
            await self._lanes.finish(self._stage.surface(job.anchor), frame, Urgency.CONTROL)

    async def delete(self, job_id: str) -> None:
        """Delete an ended job's message, its prompt at the API, and what we hold of it.

        Raises:
            NotFound: There is no such job, or it is still under way.
        """
        job = await self.get(job_id)
        if not job.state.ended:
            raise NotFound("finished job")
        if job.prompt_id:
            with suppress(Missing):
                await self._api.call(routes.DELETE_PROMPT, path={"promptId": job.prompt_id})
        await self._stage.remove(job.anchor)
        for media_id in job.media_ids:
            await self._store.media.delete(media_id)
        await self._store.jobs.delete(job_id)

    async def results(self, job: Job) -> tuple[Result, ...]:
        """The finished media of a job, fetched afresh.

        Raises:
            ApiError: They cannot be had (any more).
        """
        wanted = OPERATIONS[job.operation].wants
        path = {"promptId": job.prompt_id or ""}
        container = await self._api.call(routes.GET_PROMPT, path=path)
        medias = container.results(wanted) if container else ()
        if not medias:
            raise Missing(job.operation, 404, "no finished media")
        return await self._download(job, medias)

    def _launch(self, job: Job) -> None:
        run = self._runs[job.job_id] = _Run(job, self._stage.surface(job.anchor))
        run.task = self._tasks.start(self._run(run), name=f"job {job.job_id}")

    async def _interrupt(self, run: _Run) -> None:
        """Stop a run where it waits; where it does not, it sees by itself that the job has ended.

        Nothing of it is shown any more, so that what follows is the last word.
        """
        if run.task and run.waits:
            run.task.cancel()
            await asyncio.wait({run.task})
        self._lanes.forget(run.surface)

    async def _run(self, run: _Run) -> None:
        job_id = run.job.job_id
        try:
            async with self._store.leases.wait(f"job:{job_id}"):
                # Whoever held the lease before may have brought the job further.
                run.job = await self.get(job_id)
                run.surface = self._stage.surface(run.job.anchor)
                await self._go_on(run)
        except NotFound:
            log.info("job %s was deleted", job_id)
        except (ShowFailed, StoreDown, Busy) as error:
            log.warning("job %s is left for the next resume: %s", job_id, error)
        except VivantError as error:
            await self._fail(run, error)
        finally:
            self._lanes.forget(run.surface)
            self._runs.pop(job_id, None)

    async def _go_on(self, run: _Run) -> None:
        """Bring a job from wherever it stands to its end.

        Raises:
            VivantError: It cannot be made; its owner is to be told.
            ShowFailed: It is to be gone on with later.
        """
        job, operation = run.job, OPERATIONS[run.job.operation]
        if job.state.ended:
            return
        if not await self._stage.locate(job.anchor):
            await self.withdraw(job)
            return
        await self._create(run, operation)
        if job.state.ended:
            await self._unqueue(job)
            return
        with run.waiting():
            medias = await self._watch(run, operation)
        if not job.state.ended:
            await self._deliver(run, medias)

    async def _create(self, run: _Run, operation: Operation) -> None:
        """Bring the job to SUBMITTED with at most one create that may have been heard."""
        job = run.job
        if job.state is JobState.CREATING:
            job.prompt_id = await self._find(job)
        while job.state is JobState.ACCEPTED:
            await self._permit(job)
            try:
                await self._create_once(job, operation)
            except (QueueFull, RateLimited) as error:
                await self._stand_in_line(run, getattr(error, "retry_after", 0.0))
        if job.state is JobState.CREATING:
            job.state = JobState.SUBMITTED
        await self._store.jobs.save(job)

    async def _create_once(self, job: Job, operation: Operation) -> None:
        body = operation.request(job.body)
        job.state = JobState.CREATING
        await self._store.jobs.save(job)
        # A cancellation may have come while that was stored.
        if job.state is not JobState.CREATING:
            return
        try:
            job.prompt_id = (await self._api.call(operation.route, body=body)).prompt_id
        except NotSent:
            raise
        except (Unreachable, ServerFault, Malformed):
            job.prompt_id = await self._find(job)
        except Missing as error:
            if error.status >= HTTPStatus.BAD_REQUEST:
                raise
            job.prompt_id = await self._find(job)

    async def _stand_in_line(self, run: _Run, seconds: float) -> None:
        """The account takes no creates for now, and this one did not happen: wait and say so."""
        if run.job.state.ended:
            return
        run.job.state = JobState.ACCEPTED
        await self._store.jobs.save(run.job)
        self._lanes.show(run.surface, JobFrame(run.job, run.job.state), Urgency.CONTROL)
        with run.waiting():
            await asyncio.sleep(max(seconds, self._limits.queue_pause_seconds))

    async def _permit(self, job: Job) -> None:
        """Ask the policy for the body as it is sent and the place as it is now.

        Raises:
            Denied: It may not be sent.
        """
        names = frozenset({str(job.body.get("name", ""))})  # drawn by us, as was checked before
        await self._ask(job, Send(job.operation, job.body, drawn_names=names))

    async def _ask(self, job: Job, ask: Ask) -> None:
        place = await self._stage.place(job.anchor.channel_id, job.guild_id)
        person = await self._stage.asker(job.owner_id, place)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)

    async def _find(self, job: Job) -> str:
        return await find_prompt(self._api, self._store, job, self._limits.search_seconds)

    async def _watch(self, run: _Run, operation: Operation) -> tuple[Media, ...]:
        watching = self._api.watch(run.job.prompt_id or "", wants=operation.wants)
        try:
            async with asyncio.timeout(operation.patience), aclosing(watching) as states:
                async for state in states:
                    if state.phase is Phase.DONE:
                        return state.medias
                    self._progress(run, state)
        except TimeoutError:
            raise TimedOut(operation.name, f"no result in {operation.patience:.0f} s") from None
        raise Unreachable(operation.name, "the watch ended without a result")

    def _progress(self, run: _Run, state: PromptState) -> None:
        running = state.phase is Phase.RUNNING and state.progress is not None
        progress = round(state.progress or 0) if running else None
        frame = JobFrame(run.job, run.job.state, state.position, progress)
        urgency = Urgency.CONTROL if progress is None else Urgency.PROGRESS
        self._lanes.show(run.surface, frame, urgency)

    async def _deliver(self, run: _Run, medias: tuple[Media, ...]) -> None:
        job = run.job
        job.state = JobState.DELIVERING
        job.media_ids = [media.id for media in medias]
        await self._store.jobs.save(job)
        for media in medias:
            await self._store.media.save(_medium(job, media))
        await self._check_place(job)
        frame = JobFrame(job, JobState.DONE, results=await self._download(job, medias))
        try:
            await self._show_results(run, frame)
        except Gone:
            await self._leave_notice(job, failed=False)
        await self._end(job, JobState.DONE)

    async def _show_results(self, run: _Run, frame: JobFrame) -> None:
        """Show the results; files that the platform refuses are linked instead.

        Raises:
            Gone: The message is out of reach.
            Undeliverable: The platform takes neither.
        """
        try:
            await self._lanes.finish(run.surface, frame)
        except Unfit:
            run.job.anchor.file_limit = 0
            try:
                await self._lanes.finish(self._stage.surface(run.job.anchor), frame)
            except Unfit as error:
                raise Undeliverable(run.job.operation) from error

    async def _check_place(self, job: Job) -> None:
        """Ask once more: the place may have changed while the job ran.

        Raises:
            Denied: The result may not be shown there now.
        """
        ask = Show(
            Shown.MEDIUM,
            rating=job.rating,
            origin=job.origin,
            owner_id=job.owner_id,
            private=job.private,
            alone=job.anchor.ephemeral,
            barred=False,
        )
        await self._ask(job, ask)

    async def _leave_notice(self, job: Job, *, failed: bool) -> None:
        """A private job whose message is out of reach leaves a note without content."""
        if not job.private:
            return
        place = Anchor(channel_id=job.anchor.channel_id, guild_id=job.guild_id, nonce=job.job_id)
        with suppress(Gone, Unfit):
            notice = ReadyFrame(job.job_id, job.owner_id, failed)
            await self._lanes.finish(self._stage.surface(place), notice)

    async def _download(self, job: Job, medias: tuple[Media, ...]) -> tuple[Result, ...]:
        results = []
        for number, media in enumerate(medias, start=1):
            url = media.media_url or ""
            file = await self._api.download(url, limit=self._limits.media_bytes)
            extension = file.content_type.rpartition("/")[2]
            name = f"vivant-{job.job_id}-{number}.{extension}"
            results.append(Result(name, file.content, url))
        return tuple(results)

    async def _unqueue(self, job: Job) -> None:
        """Take a prompt out of the queue; one that already left it is fine."""
        if job.prompt_id:
            with suppress(ApiError):
                await self._api.call(
                    routes.DELETE_PROMPT_FROM_QUEUE, query={"promptId": job.prompt_id}
                )

    async def _fail(self, run: _Run, error: VivantError) -> None:
        job = run.job
        log.info("job %s failed: %s", job.job_id, error)
        sent = job.prompt_id is not None or isinstance(error, Uncertain)
        frame = JobFrame(job, JobState.FAILED, error=error, sent=sent)
        job.failure = type(error).__name__
        try:
            await self._lanes.finish(run.surface, frame, Urgency.ERROR)
        except Gone:
            await self._leave_notice(job, failed=True)
        except ShowFailed as unshown:
            log.warning("the failure of job %s could not be shown: %s", job.job_id, unshown)
        await self._end(job, JobState.FAILED)

    async def _end(self, job: Job, state: JobState) -> None:
        """Store that a job has ended; it ends once."""
        if job.state.ended:
            return
        job.state = state
        job.ended = now()
        await self._store.jobs.save(job)
        self._metrics.jobs.labels(job.operation, state).inc()
        seconds = (job.ended - job.created).total_seconds()
        self._metrics.job_seconds.labels(job.operation).observe(seconds)


def _medium(job: Job, media: Media) -> Medium:
    """The provenance of a result; it is written once and follows the medium for good."""
    kind = OPERATIONS[job.operation].wants
    return Medium(
        media_id=media.id,
        kind=kind,
        owner_id=job.owner_id,
        prompt_id=job.prompt_id,
        job_id=job.job_id,
        rating=job.rating,
        origin=job.origin,
    )
