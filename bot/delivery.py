"""How a job's end comes before its owner: in its own message, in a new one, or as a note.

The policy is asked once more for the place as it is now. What may not be shown there is kept, and
said so; what is private never becomes public, whatever became of its message.
"""

from collections.abc import Callable
from contextlib import suppress

from bot.api.models.media import Media
from bot.errors import ApiError, Denied, Gone, Missing, ShowFailed, Unfetched, Unfit
from bot.frames import JobFrame, PingFrame, ReadyFrame, SheetFrame
from bot.operations import OPERATIONS
from bot.parts import Parts
from bot.policy import Allowed, Ask, Refused, Show, Shown, decide
from bot.provenance import offered
from bot.results import Results
from bot.sheets import Sheet
from bot.store.records import Anchor, Job, JobState, Medium
from bot.trail import Trail


class Delivery:
    """The last steps of a job, and what an ended one shows."""

    def __init__(self, parts: Parts, results: Results) -> None:
        self._store = parts.store
        self._lanes = parts.lanes
        self._stage = parts.stage
        self._rules = parts.rules
        self._results = results
        self._trail = Trail(parts.store, parts.metrics)

    async def ask(self, job: Job, ask: Ask, *, noted: bool = True) -> Allowed:
        """The policy's yes to a job, for its owner and its place as they are now.

        ``noted``: a no is left in the audit trail; it is not where the same is asked many times.

        Raises:
            Denied: Its no.
        """
        place = await self._stage.place(job.anchor.channel_id, job.guild_id, job.owner_id)
        person = await self._stage.asker(job.owner_id, place)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            if noted:
                await self._trail.verdict(ask, verdict, place, job.owner_id)
            raise Denied(verdict.reason)
        return verdict

    async def finished(self, job: Job) -> JobFrame:
        """What an ended job shows, with its media fetched afresh, once."""
        if job.state is not JobState.DONE:
            return JobFrame(job, job.state)
        try:
            await self.check_place(job)
            results = await self._results.of(job)
        except (Denied, Missing, Unfetched) as error:
            return JobFrame(job, job.state, error=error)
        except ApiError:
            return JobFrame(job, job.state, error=Unfetched(job.operation))
        return JobFrame(job, job.state, results=results, offers=await self._offers(job))

    async def keep(self, job: Job, medias: tuple[Media, ...]) -> None:
        """Store what was made and where it comes from; from now on it is only to be shown."""
        for media in medias:
            if await self._store.media.get(media.id) is None:
                await self._store.media.save(_medium(job, media))
        job.state = JobState.DELIVERING
        job.media_ids = [media.id for media in medias]
        await self._store.jobs.save(job)

    async def last_frame(
        self, job: Job, medias: tuple[Media, ...], late: Callable[[], None]
    ) -> JobFrame:
        """The results, or why they are not shown here now; then they are kept.

        Without ``medias`` the prompt is asked for them. It may take minutes: ``late`` is called
        whenever a try failed.

        Raises:
            Missing: The prompt is gone at the API.
        """
        try:
            await self.check_place(job, noted=True)
            results = await self._results.fetch(job, medias, late)
            await self.check_place(job, noted=True)
        except (Denied, Unfetched) as error:
            return JobFrame(job, JobState.DONE, error=error)
        return JobFrame(job, JobState.DONE, results=results, offers=await self._offers(job))

    async def deliver(self, job: Job, sheet: Sheet, frame: JobFrame) -> None:
        """Bring a job's last frame before its owner.

        Raises:
            Undeliverable: The platform takes neither files nor links.
            ShowFailed: It is to be gone on with later.
        """
        try:
            await sheet.finish(frame)
        except Gone:
            await self._deliver_anew(job, frame)
        await self.call(job, failed=False)

    async def check_place(self, job: Job, *, noted: bool = False) -> None:
        """Ask once more: the place may have changed while the job ran.

        Raises:
            Denied: The result may not be shown there now.
        """
        media = [await self._store.media.get(media_id) for media_id in job.media_ids]
        ask = Show(
            Shown.MEDIUM,
            rating=job.rating,
            origin=job.origin,
            owner_id=job.owner_id,
            private=job.private,
            alone=job.anchor.ephemeral,
            barred=any(medium is not None and medium.barred for medium in media),
        )
        await self.ask(job, ask, noted=noted)

    async def _offers(self, job: Job) -> tuple[str, ...]:
        """What may be offered under a result, where it stands."""
        medium = await self._store.media.get(job.media_ids[0]) if job.media_ids else None
        if medium is None:
            return ()
        place = await self._stage.place(job.anchor.channel_id, job.guild_id, job.owner_id)
        person = await self._stage.asker(job.owner_id, place)
        return offered(medium, place, person, self._rules)

    async def _deliver_anew(self, job: Job, frame: JobFrame) -> None:
        """The job's own message is out of reach: a new one calls for its owner.

        A private result leaves a note without content; a button on it shows the result.
        """
        if job.private:
            await self.leave_notice(job, failed=False)
            return
        place = _beside(job, nonce=job.job_id)
        with suppress(Gone, Unfit):
            await self._lanes.finish(self._stage.surface(place), SheetFrame((frame,), mention=True))
        if place.message_id:
            job.anchor = place

    async def leave_notice(self, job: Job, *, failed: bool) -> None:
        """A private job whose message is out of reach leaves a note without content."""
        if not job.private:
            return
        with suppress(Gone, Unfit):
            notice = ReadyFrame(job.job_id, job.owner_id, failed)
            await self._lanes.finish(self._stage.surface(_beside(job, nonce=job.job_id)), notice)

    async def call(self, job: Job, *, failed: bool) -> None:
        """Call the owner, if they asked for that."""
        if not job.ping:
            return
        anchor = job.anchor
        note = PingFrame(
            job.owner_id, job.guild_id, anchor.channel_id, anchor.message_id, failed=failed
        )
        place = _beside(job, nonce=f"ping-{job.job_id}")
        with suppress(ShowFailed):
            await self._lanes.finish(self._stage.surface(place), note)


def _beside(job: Job, *, nonce: str) -> Anchor:
    """A new message in a job's channel; sent twice with the same nonce it is still one."""
    return Anchor(
        channel_id=job.anchor.channel_id,
        guild_id=job.guild_id,
        application_id=job.anchor.application_id,
        nonce=nonce,
        file_limit=job.anchor.file_limit,
        language=job.anchor.language,
    )


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
