"""Generations from request to delivered result, across restarts.

A job is a record before anybody is told that it was taken, and stays active until its result
stands in front of its owner. A process that dies at any point leaves a record from which the next
one goes on; what may have been created is looked for (``bot.prompts``), never created again.
What happens to one job is ``bot.making``; here is which jobs there are.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from bot.api import routes
from bot.errors import Busy, Missing, NotFound, ShowFailed, StoreDown, VivantError
from bot.frames import JobFrame, Result
from bot.live import Urgency
from bot.making import Making, Run
from bot.operations import OPERATIONS
from bot.parts import Parts
from bot.store.records import Job, JobState, now

log = logging.getLogger(__name__)

SETTLING = timedelta(seconds=15)
"""For so long an accepted job is left to whoever accepted it, and has not shown it yet."""


class Jobs:
    """All jobs; call ``resume`` once at the start."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._limits = parts.limits
        self._making = Making(parts)
        self._runs: dict[str, Run] = {}

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
            ours = self._stage.speaks_as(job.anchor.application_id)
            if ours and job.job_id not in self._runs and not settling:
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
        await self._making.end(job, JobState.CANCELLED)
        if run:
            await self._interrupt(run)
        await self._making.unqueue(job)
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
        return await self._making.download(job, medias)

    def _launch(self, job: Job) -> None:
        run = self._runs[job.job_id] = Run(job, self._stage.surface(job.anchor))
        run.task = self._tasks.start(self._run(run), name=f"job {job.job_id}")

    async def _interrupt(self, run: Run) -> None:
        """Stop a run where it waits; where it does not, it sees by itself that the job has ended.

        Nothing of it is shown any more, so that what follows is the last word.
        """
        if run.task and run.waits:
            run.task.cancel()
            await asyncio.wait({run.task})
        self._lanes.forget(run.surface)

    async def _stands(self, job: Job) -> bool:
        """Whether a job is under way, and its message there; one that nobody saw is forgotten."""
        if job.state.ended:
            return False
        if await self._stage.locate(job.anchor):
            return True
        await self.withdraw(job)
        return False

    async def _run(self, run: Run) -> None:
        job_id = run.job.job_id
        try:
            async with self._store.leases.wait(f"job:{job_id}"):
                # Whoever held the lease before may have brought the job further.
                run.job = await self.get(job_id)
                run.surface = self._stage.surface(run.job.anchor)
                if await self._stands(run.job):
                    await self._making.go_on(run)
        except NotFound:
            log.info("job %s was deleted", job_id)
        except (ShowFailed, StoreDown, Busy) as error:
            log.warning("job %s is left for the next resume: %s", job_id, error)
        except VivantError as error:
            await self._making.fail(run, error)
        finally:
            self._lanes.forget(run.surface)
            self._runs.pop(job_id, None)
