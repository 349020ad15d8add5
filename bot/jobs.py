"""Generations from request to delivered result, across restarts.

A job is a record before anybody is told that it was taken, and stays active until its result
stands in front of its owner. A process that dies at any point leaves a record from which the next
one goes on; what may have been created is looked for (``bot.prompts``), never created again.
What happens to one job is ``bot.making``; here is which jobs there are.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from bot.admission import Line
from bot.api import routes
from bot.errors import (
    ApiError,
    Busy,
    Gone,
    Missing,
    NotFound,
    OverLimit,
    ShowFailed,
    StoreDown,
    VivantError,
)
from bot.intake import Intakes
from bot.live import Surface, Urgency
from bot.making import Making, Run
from bot.operations import OPERATIONS, Kind
from bot.parts import Parts
from bot.results import Results
from bot.sheets import JobFrame, QueueFrame, Result, Sheet
from bot.store.records import Job, JobState, now

log = logging.getLogger(__name__)

LIVE_SECONDS = 13 * 60.0
"""How long a view of the queue is kept up to date: its interaction's token dies after 15 min."""


SWEEP_LEASES = 1.0
"""Pause between two looks for jobs that nobody runs, counted in leases."""


DOUBLE_CLICK = 1.0
"""Seconds within which a second press of a button is a slip of the hand."""


class Presses:
    """What was asked for a moment ago, so that a double click makes one job."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def is_repeated(self, what: str) -> bool:
        """Whether the same was asked for within ``DOUBLE_CLICK`` seconds."""
        moment = self._clock()
        self._last = {k: at for k, at in self._last.items() if moment - at < DOUBLE_CLICK}
        if what in self._last:
            return True
        self._last[what] = moment
        return False


class Jobs:
    """All jobs; call ``resume`` once at the start."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._limits = parts.limits
        self._runs: dict[str, Run] = {}
        self._sheets: dict[str, Sheet] = {}
        self._line = Line(parts.limits.running_jobs, self._moved)
        self._results = Results(parts.api, parts.limits)
        self._making = Making(parts, self._line, self._results)
        self._sweep: asyncio.Task[None] | None = None
        self._watchers: set[asyncio.Event] = set()
        self.estimates = self._making.estimates
        self.intakes = Intakes(parts)
        self.presses = Presses()

    async def accept(self, *jobs: Job, exempt: bool = False) -> None:
        """Take the jobs of one message on: check and store them. Nothing is sent yet.

        Args:
            jobs: In the order of their numbers.
            exempt: The owner has no limits.

        Raises:
            Invalid: A body breaks a documented limit.
            OverLimit: The owner or the server has as many jobs as there may be, now or today.
        """
        for job in jobs:
            OPERATIONS[job.operation].request(job.body)
        if not exempt:
            await self._check_day(jobs)
        limits = self._limits
        most = 10**6 if exempt else limits.running_jobs + limits.waiting_jobs
        for done, job in enumerate(jobs):
            try:
                await self._store.jobs.admit(job, most=most)
            except OverLimit:
                await self.withdraw(*jobs[:done])
                raise

    async def start(self, *jobs: Job) -> None:
        """Run accepted jobs, whose message now exists, in the background."""
        for job in jobs:
            await self._store.jobs.save(job)
        sheet = Sheet(self._lanes, self._stage.surface(jobs[0].anchor))
        for job in jobs:
            sheet.hold(JobFrame(job, job.state))
        for job in jobs:
            self._launch(job, sheet)

    async def withdraw(self, *jobs: Job) -> None:
        """Forget accepted jobs of which nobody saw a message; nothing was created."""
        for job in jobs:
            await self._store.jobs.delete(job.job_id)

    async def resume(self) -> None:
        """Go on with every job that an earlier process left, and with what others will leave."""
        await self._take_up()
        if self._sweep is None:
            self._sweep = self._tasks.start(self._sweeping(), name="sweep of jobs")

    async def _take_up(self) -> None:
        for job in await self._store.jobs.active():
            if job.job_id not in self._runs:
                self._launch(job, await self._sheet_of(job), own=False)

    async def _sweeping(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_LEASES * self._limits.lease_seconds)
            with suppress(StoreDown):
                await self._take_up()

    async def get(self, job_id: str) -> Job:
        """The record of a job.

        Raises:
            NotFound: There is none (any more).
        """
        if run := self._runs.get(job_id):
            return run.job
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
        if job.state.ended:
            raise NotFound("running job")
        await self._making.end(job, JobState.CANCELLED)
        if run and run.task and run.interruptible:
            run.task.cancel()
        await self._making.unqueue(job)
        sheet = run.sheet if run else await self._sheet_of(job)
        with suppress(Gone):
            await sheet.finish(JobFrame(job, job.state), Urgency.CONTROL)

    async def ping(self, job_id: str) -> bool:
        """Call the owner when a job is done, or no longer; returns which.

        Raises:
            NotFound: No such job is under way here.
        """
        run = self._runs.get(job_id)
        if run is None or run.job.state.ended:
            raise NotFound("running job")
        run.job.ping = not run.job.ping
        await self._store.jobs.save(run.job)
        return run.job.ping

    async def delete(self, job_id: str) -> None:
        """Delete an ended job's part of its message, its prompt at the API, and our records.

        Raises:
            NotFound: There is no such job, or it is still under way.
        """
        job = await self.get(job_id)
        if not job.state.ended:
            raise NotFound("finished job")
        if job.prompt_id:
            with suppress(Missing):
                await self._api.call(routes.DELETE_PROMPT, path={"promptId": job.prompt_id})
        for media_id in job.media_ids:
            await self._store.media.delete(media_id)
        siblings = await self._siblings(job)
        await self._store.jobs.delete(job_id)
        if siblings:
            sheet = await self._sheet_of(siblings[0])
            sheet.drop(job_id)
            with suppress(ShowFailed):
                await sheet.repaint()
        else:
            await self._stage.remove(job.anchor)

    async def results(self, job: Job) -> tuple[Result, ...]:
        """The finished media of a job, fetched afresh.

        Raises:
            ApiError: They cannot be had (any more).
        """
        return await self._results.of(job)

    async def finished(self, job: Job) -> JobFrame:
        """What an ended job shows, with its media fetched afresh.

        Raises:
            ApiError: They cannot be had (any more).
        """
        return await self._making.finished(job)

    async def follow(self, surface: Surface, owner_id: int) -> None:
        """Keep a view of the queue up to date as long as it can be shown."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LIVE_SECONDS):
                    while True:
                        changed.clear()
                        self._lanes.show(surface, self.queue(owner_id), Urgency.PROGRESS)
                        await changed.wait()
            with suppress(ShowFailed):
                await self._lanes.finish(surface, self.queue(owner_id, live=False))
        finally:
            self._watchers.discard(changed)

    def queue(self, owner_id: int, *, live: bool = True) -> QueueFrame:
        """What runs and waits in this process: one's own jobs, and how many others there are."""
        own, others, waiting = [], 0, 0
        for run in self._runs.values():
            if run.job.owner_id == owner_id:
                own.append(run.sheet.frame_of(run.job.job_id) or JobFrame(run.job, run.job.state))
            elif self._line.ahead(run.job.job_id) is not None:
                waiting += 1
            else:
                others += 1
        return QueueFrame(tuple(own), others, waiting, live)

    async def spent_today(self, owner_id: int) -> dict[Kind, int]:
        """How many jobs of each kind a person had taken on since midnight (UTC)."""
        return _counted(await self._since_midnight(owner_id=owner_id))

    async def _check_day(self, jobs: Sequence[Job]) -> None:
        first, limits = jobs[0], self._limits
        kind = OPERATIONS[first.operation].wants
        mine = {"IMAGE": limits.daily_pictures, "VIDEO": limits.daily_videos}[kind]
        if mine:
            spent = _counted(await self._since_midnight(owner_id=first.owner_id))
            if spent[kind] + len(jobs) > mine:
                raise OverLimit(f"daily {kind}", mine)
        here = {"IMAGE": limits.server_daily_pictures, "VIDEO": limits.server_daily_videos}[kind]
        if here and first.guild_id:
            spent = _counted(await self._since_midnight(guild_id=first.guild_id))
            if spent[kind] + len(jobs) > here:
                raise OverLimit(f"server {kind}", here)

    async def _since_midnight(self, *, owner_id: int = 0, guild_id: int = 0) -> list[Job]:
        """Today's jobs of a person or server; failed ones do not count."""
        midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
        found: list[Job] = []
        size = 50
        while True:
            page = (
                await self._store.jobs.of_owner(owner_id, offset=len(found), limit=size)
                if owner_id
                else await self._store.jobs.of_guild(guild_id, offset=len(found), limit=size)
            )
            found += page
            if len(page) < size or page[-1].created < midnight:
                return [job for job in found if _counts(job, midnight)]

    def _launch(self, job: Job, sheet: Sheet, *, own: bool = True) -> None:
        """Run a job; one that is not our ``own`` may be in the hands of another process."""
        run = self._runs[job.job_id] = Run(job, sheet)
        self._sheets[job.batch or job.job_id] = sheet
        run.task = self._tasks.start(self._run(run, own=own), name=f"job {job.job_id}")

    async def _run(self, run: Run, *, own: bool) -> None:
        name, seconds = f"job:{run.job.job_id}", self._limits.lease_seconds
        try:
            async with self._store.leases.try_hold(name, seconds=seconds) as lease:
                if lease and await self._is_to_do(run, own=own):
                    await self._making.go_on(run)
        except (ShowFailed, StoreDown, Busy) as error:
            # The record is still active: whoever took the lease, or the next sweep, takes it up.
            log.warning("job %s is left for later: %s", run.job.job_id, error)
        except VivantError as error:
            await self._making.fail(run, error)
        finally:
            self._leave(run)

    async def _is_to_do(self, run: Run, *, own: bool) -> bool:
        """Whether a job has not ended and has a message; it may have moved on in other hands."""
        stored = await self._store.jobs.get(run.job.job_id)
        if stored is None or stored.state.ended:
            return False
        if not own:
            run.job = stored
        if await self._stage.locate(run.job.anchor):
            return True
        await self.withdraw(run.job)
        return False

    def _leave(self, run: Run) -> None:
        self._runs.pop(run.job.job_id, None)
        key = run.job.batch or run.job.job_id
        if not any(other.sheet is run.sheet for other in self._runs.values()):
            self._sheets.pop(key, None)
        self._line.leave(run.job.job_id)

    async def _sheet_of(self, job: Job) -> Sheet:
        """The sheet of a job's message; made anew, with what its ended siblings show, if needed."""
        key = job.batch or job.job_id
        if sheet := self._sheets.get(key):
            return sheet
        sheet = Sheet(self._lanes, self._stage.surface(job.anchor))
        sheet.hold(JobFrame(job, job.state))
        for each in [job, *await self._siblings(job)]:
            sheet.hold(JobFrame(each, each.state))
            if each.state is JobState.DONE:
                with suppress(ApiError):
                    sheet.hold(await self.finished(each))
        return sheet

    async def _siblings(self, job: Job) -> list[Job]:
        batch = await self._store.jobs.of_batch(job.batch) if job.batch else []
        return [each for each in batch if each.job_id != job.job_id]

    def _moved(self) -> None:
        """Places in the line changed: show everybody theirs."""
        for job_id in self._line.waiting:
            if run := self._runs.get(job_id):
                frame = JobFrame(run.job, run.job.state, ahead=self._line.ahead(job_id))
                run.sheet.show(frame, Urgency.CONTROL)
        for watcher in self._watchers:
            watcher.set()


def _counts(job: Job, since: datetime) -> bool:
    return job.created >= since and job.state is not JobState.FAILED


def _counted(jobs: Sequence[Job]) -> dict[Kind, int]:
    found: dict[Kind, int] = {"IMAGE": 0, "VIDEO": 0}
    for job in jobs:
        found[OPERATIONS[job.operation].wants] += 1
    return found
