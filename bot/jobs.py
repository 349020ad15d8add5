"""Generations from request to delivered result, across restarts.

A job is a record before anybody is told that it was taken, and stays active until its result
stands in front of its owner. A process that dies at any point leaves a record from which the next
one goes on; what may have been created is looked for (``bot.prompts``), never created again.
What happens to one job is ``bot.making``; here is which jobs there are.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from bot.acceptance import Acceptance
from bot.admission import Line
from bot.allowance import Allowance, Days
from bot.api import routes
from bot.delivery import Delivery
from bot.errors import (
    Busy,
    Missing,
    NotFound,
    OverLimit,
    ShowFailed,
    StoreDown,
    VivantError,
)
from bot.frames import JobFrame, QueueFrame, Result, taken
from bot.intake import Intakes
from bot.live import Surface, Urgency
from bot.making import Making, Run
from bot.operations import OPERATIONS
from bot.parts import Parts
from bot.presses import Presses
from bot.results import Results
from bot.sheets import Sheet
from bot.store.records import Anchor, Job, JobState, now

log = logging.getLogger(__name__)

SHOWING_SECONDS = 10.0
"""How long a press on a result waits for the end of its being shown."""

LIVE = timedelta(minutes=13)
"""How long a view of the queue is kept up to date: its interaction's token dies after 15 min."""


class Jobs:
    """All jobs; call ``resume`` at the start and then every half minute."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._runs: dict[str, Run] = {}
        self._sheets: dict[str, Sheet] = {}
        self._accepted: dict[str, Acceptance] = {}
        self._watchers: set[asyncio.Event] = set()
        self._line = Line(self._moved)
        self._results = Results(parts.api, parts.limits)
        self.days = Days(parts.store, parts.limits)
        self.intakes = Intakes(parts)
        self.presses = Presses()
        self._delivery = Delivery(parts, self._results)
        self._making = Making(
            parts, self._line, self.days, self._results, self.intakes, self._delivery
        )
        self.estimates = self._making.estimates

    async def accept(self, *jobs: Job, allowance: Allowance) -> None:
        """Take the jobs of one message on: check and store them. Nothing is sent yet.

        ``jobs`` are in the order of their numbers.

        Raises:
            Invalid: A body breaks a documented limit.
            OverLimit: The owner or the server has as many jobs as there may be, now or today.
        """
        for job in jobs:
            OPERATIONS[job.operation].request(job.body)
        await self.days.take(jobs, limited=allowance.by_day)
        acceptance = self._accepted[_message(jobs[0])] = Acceptance()
        self._launch(*jobs, acceptance=acceptance)
        await acceptance.held.wait()
        for done, job in enumerate(jobs):
            try:
                await self._store.jobs.admit(job, most=allowance.under_way)
            except OverLimit:
                await self.withdraw(*jobs[:done])
                await self.days.give_back(*jobs[done:])
                raise

    async def start(self, *jobs: Job) -> None:
        """Run accepted jobs, whose message now exists, in the background."""
        for job in jobs:
            await self._store.jobs.save(job)
        sheet = self._new_sheet(jobs[0])
        for job in jobs:
            sheet.hold(taken(job))
        if acceptance := self._accepted.pop(_message(jobs[0]), None):
            acceptance.settle(sheet)

    async def withdraw(self, *jobs: Job) -> None:
        """Forget accepted jobs of which nobody saw a message; nothing was created."""
        for job in jobs:
            await self._store.jobs.delete(job.job_id)
            if acceptance := self._accepted.pop(_message(job), None):
                acceptance.settle()
        await self.days.give_back(*jobs)

    async def resume(self) -> None:
        """Go on with every job that nobody runs; call it again and again.

        A message of another process is waited for: its lease ends when that process does.
        """
        left: dict[str, list[Job]] = {}
        for job in await self._store.jobs.active():
            ours = self._stage.speaks_as(job.anchor.application_id)
            if ours and job.job_id not in self._runs:
                left.setdefault(_message(job), []).append(job)
        for jobs in left.values():
            self._launch(*jobs, acceptance=None)

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
        job = run.job if run and run.sheet else await self.get(job_id)
        shows = job.state is JobState.DELIVERING and not (run and run.waits)
        if job.state.ended or shows:
            raise NotFound("running job")
        sent = job.state is not JobState.ACCEPTED
        sheet = (run.sheet if run else None) or await self._sheet_of(job)
        await self._making.end(job, JobState.CANCELLED)
        sheet.hold(JobFrame(job, JobState.CANCELLED, sent=sent))
        if run and run.task and run.waits:
            run.task.cancel()
            await asyncio.wait({run.task})
        await self._making.unqueue(job)
        await self._repaint(job, sheet)

    async def ping(self, job_id: str) -> bool:
        """Call the owner when a job is over, or no longer; returns which.

        Raises:
            NotFound: No such job is under way here.
        """
        run = self._runs.get(job_id)
        if run is None or run.sheet is None or run.job.state.ended:
            raise NotFound("running job")
        run.job.ping = not run.job.ping
        await self._store.jobs.save(run.job)
        run.show(run.frame())
        return run.job.ping

    async def note_copy(self, job_id: str, anchor: Anchor) -> None:
        """Remember a message that is about to show a job's results to everybody once more.

        Raises:
            NotFound: There is no such job (any more).
        """
        run = self._runs.get(job_id)
        job = run.job if run else await self.get(job_id)
        job.copies = [*job.copies, anchor]
        await self._store.jobs.save(job)

    async def delete(self, job_id: str) -> bool:
        """Delete an ended job's part of its message, its copies, its prompt, and our records.

        Returns whether something still stands in its message.

        Raises:
            NotFound: There is no such job, or it is still under way.
        """
        job = await self._settled(job_id)
        if not job.state.ended:
            raise NotFound("finished job")
        if job.prompt_id:
            with suppress(Missing):
                await self._api.call(routes.DELETE_PROMPT, path={"promptId": job.prompt_id})
        siblings = await self._siblings(job)
        # One that only its owner sees can be deleted through their own press alone.
        alone = siblings or job.anchor.ephemeral
        for anchor in job.copies if alone else (job.anchor, *job.copies):
            await self._stage.remove(anchor)
        for media_id in job.media_ids:
            await self._store.media.delete(media_id)
        await self._store.jobs.delete(job_id)
        if siblings:
            sheet = await self._sheet_of(siblings[0])
            sheet.drop(job_id)
            await self._repaint(siblings[0], sheet)
        return bool(siblings)

    async def batch_of(self, job: Job) -> list[Job]:
        """The jobs that share a message with this one, and itself, in their order."""
        return await self._store.jobs.of_batch(job.batch) if job.batch else [job]

    async def results(self, job: Job) -> tuple[Result, ...]:
        """The finished media of a job, fetched afresh.

        Raises:
            ApiError, Unfetched: As ``Results.of``.
        """
        return await self._results.of(job)

    async def follow(self, surface: Surface, owner_id: int) -> None:
        """Keep a view of the queue up to date for as long as ``LIVE``."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        until = now() + LIVE
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LIVE.total_seconds()):
                    while True:
                        changed.clear()
                        frame = self.queue(owner_id, until=until)
                        self._lanes.show(surface, frame, Urgency.PROGRESS)
                        await changed.wait()
            with suppress(ShowFailed):
                await self._lanes.finish(surface, self.queue(owner_id))
        finally:
            self._watchers.discard(changed)
            self._lanes.forget(surface)

    def queue(self, owner_id: int, *, until: datetime | None = None) -> QueueFrame:
        """What runs and waits in this process: one's own jobs, and how many others there are."""
        own, others, waiting = [], 0, 0
        for run in self._runs.values():
            if run.job.owner_id == owner_id:
                held = run.sheet.frame_of(run.job.job_id) if run.sheet else None
                own.append(held or JobFrame(run.job, run.job.state))
            elif self._line.ahead(run.job.job_id) is not None:
                waiting += 1
            else:
                others += 1
        return QueueFrame(tuple(own), others, waiting, until)

    async def _settled(self, job_id: str) -> Job:
        """A job's record; of one whose last frame is just being shown, once that stands."""
        run = self._runs.get(job_id)
        if run and run.task and run.job.state is JobState.DELIVERING and not run.waits:
            await asyncio.wait({run.task}, timeout=SHOWING_SECONDS)
        return await self.get(job_id)

    def _launch(self, *jobs: Job, acceptance: Acceptance | None = None) -> None:
        """Run the jobs of one message; of new ones once their ``acceptance`` is settled."""
        runs = [Run(job) for job in jobs]
        self._runs |= {run.job.job_id: run for run in runs}
        message = _message(jobs[0])
        self._tasks.start(self._carry(message, runs, acceptance), name=f"jobs of {message}")

    async def _carry(self, message: str, runs: list[Run], acceptance: Acceptance | None) -> None:
        """Bring the jobs of a message to their ends. One process holds all of it at a time."""
        try:
            async with self._store.leases.wait(lease_of(runs[0].job)):
                sheet = await acceptance.settled() if acceptance else None
                async with asyncio.TaskGroup() as group:
                    for run in runs:
                        run.sheet = sheet
                        run.task = group.create_task(self._run(run))
        except (StoreDown, Busy) as error:
            log.warning("the message %s is left for the next resume: %s", message, error)
        finally:
            if acceptance:
                acceptance.held.set()
                self._accepted.pop(message, None)
            for run in runs:
                self._leave(run)

    async def _run(self, run: Run) -> None:
        job_id = run.job.job_id
        try:
            # Whoever held the lease before may have brought the job further.
            run.job = await self.get(job_id)
            if await self._stands(run.job):
                run.sheet = run.sheet or await self._sheet_of(run.job)
                # One message has one anchor, whatever becomes of its token.
                run.job.anchor = run.sheet.anchor
                await self._making.go_on(run, run.sheet)
        except NotFound:
            log.info("job %s was deleted", job_id)
        except (ShowFailed, StoreDown, Busy) as error:
            log.warning("job %s is left for the next resume: %s", job_id, error)
        except VivantError as error:
            await self._making.fail(run, error)
        finally:
            self._leave(run)

    def _leave(self, run: Run) -> None:
        """A job is out of this process's hands; with the last of its message, the message too."""
        if self._runs.get(run.job.job_id) is not run:
            return
        del self._runs[run.job.job_id]
        self._line.leave(run.job.job_id)
        if run.sheet:
            self._let_go(run.job, run.sheet)

    async def _repaint(self, job: Job, sheet: Sheet) -> None:
        with suppress(ShowFailed):
            await sheet.repaint()
        self._let_go(job, sheet)

    def _let_go(self, job: Job, sheet: Sheet) -> None:
        """Forget a message that no run shows itself on."""
        if not any(run.sheet is sheet for run in self._runs.values()):
            sheet.leave()
            self._sheets.pop(_message(job), None)

    async def _stands(self, job: Job) -> bool:
        """Whether a job is under way, and its message there; one that nobody saw is forgotten."""
        if job.state.ended:
            return False
        if await self._stage.locate(job.anchor):
            return True
        await self.withdraw(job)
        return False

    def _new_sheet(self, job: Job) -> Sheet:
        sheet = Sheet(self._lanes, self._stage, job.anchor, self._tell_watchers)
        self._sheets[_message(job)] = sheet
        return sheet

    async def _sheet_of(self, job: Job) -> Sheet:
        """The sheet of a job's message; made anew, with what its ended siblings show, if needed."""
        if sheet := self._sheets.get(_message(job)):
            return sheet
        held = [JobFrame(job, job.state)]
        held += [await self._delivery.finished(each) for each in await self._siblings(job)]
        # Somebody else may have made it meanwhile.
        sheet = self._sheets.get(_message(job)) or self._new_sheet(job)
        for frame in held:
            sheet.hold(frame)
        return sheet

    async def _siblings(self, job: Job) -> list[Job]:
        return [each for each in await self.batch_of(job) if each.job_id != job.job_id]

    def _moved(self) -> None:
        """Places in the line changed: show everybody theirs."""
        for job_id in self._line.waiting:
            if run := self._runs.get(job_id):
                run.show(run.frame(ahead=self._line.ahead(job_id)))
        self._tell_watchers()

    def _tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher.set()


def lease_of(job: Job) -> str:
    """The lease of whoever shows a job's message, and so runs all jobs of it."""
    return f"message:{_message(job)}"


def _message(job: Job) -> str:
    """What names the message of a job among all."""
    return job.batch or job.job_id
