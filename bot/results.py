"""The finished media of jobs: fetched while their addresses hold, and made to fit a message."""

import asyncio
import logging
import zlib
from collections.abc import Callable, Iterable

from bot import images
from bot.api import Api, routes
from bot.api.models.media import Media
from bot.errors import ApiError, Missing, OverLimit, Unfetched
from bot.frames import Result
from bot.operations import OPERATIONS
from bot.pauses import pauses
from bot.store.records import Job
from config.settings import Limits

log = logging.getLogger(__name__)


class Results:
    """Fetches what jobs made."""

    def __init__(self, api: Api, limits: Limits) -> None:
        self._api = api
        self._limits = limits

    async def of(self, job: Job) -> tuple[Result, ...]:
        """The media of a finished job, by fresh addresses.

        Raises:
            ApiError: The prompt cannot be had; ``Missing``: it, or what it made, is gone.
            Unfetched: The files cannot be had for now.
        """
        medias = await self.medias(job)
        try:
            return await self._fetched(job, medias)
        except ApiError as error:
            raise Unfetched(job.operation) from error

    async def fetch(
        self, job: Job, medias: tuple[Media, ...], late: Callable[[], None]
    ) -> tuple[Result, ...]:
        """The given media, or what the prompt has, tried again and again by fresh addresses.

        They are made and paid, so it takes more than a bad moment of their host to give up;
        ``late`` is called for each such moment.

        Raises:
            Missing: Their prompt is gone.
            Unfetched: They could not be had in ``FETCH_SECONDS``.
        """
        for pause in pauses(self._limits.fetch_seconds):
            await asyncio.sleep(pause)
            try:
                medias = medias or await self.medias(job)
            except Missing:
                raise
            except ApiError:
                late()
                continue
            try:
                return await self._fetched(job, medias)
            except ApiError as error:
                log.info("the result of job %s cannot be fetched yet: %s", job.job_id, error)
            late()
            medias = ()
        raise Unfetched(job.operation)

    async def medias(self, job: Job) -> tuple[Media, ...]:
        """What a job made, as its prompt says now.

        Raises:
            ApiError: That cannot be had; ``Missing``: the prompt, or what it made, is gone.
        """
        path = {"promptId": job.prompt_id or ""}
        container = await self._api.call(routes.GET_PROMPT, path=path)
        medias = container.results(OPERATIONS[job.operation].wants)
        if not medias:
            raise Missing(job.operation, 404, "no finished media")
        return medias

    async def preview(self, job: Job, seen: Media | bytes) -> Result | None:
        """An unfinished picture, if it can be had at once."""
        if isinstance(seen, bytes):
            return _preview(seen)
        if not seen.media_url:
            return None
        limit = job.anchor.file_limit
        try:
            file = await self._api.download(seen.media_url, limit=limit, kind="IMAGE")
        except (ApiError, OverLimit):
            return None
        return _preview(file.content)

    async def _fetched(self, job: Job, medias: Iterable[Media]) -> tuple[Result, ...]:
        return tuple([await self._one(job, *each) for each in enumerate(medias, start=1)])

    async def _one(self, job: Job, number: int, media: Media) -> Result:
        """One file; one that cannot be attached as it is becomes smaller, or an address alone."""
        name, url = f"vivant-{job.job_id}-{number}", media.media_url or ""
        try:
            file = await self._api.download(url, limit=self._limits.media_bytes)
        except OverLimit:
            return Result(name, b"", url)
        if len(file.content) <= job.anchor.file_limit:
            extension = file.content_type.rpartition("/")[2]
            return Result(f"{name}.{extension}", file.content, url)
        smaller = None
        if file.content_type.startswith("image/"):
            limit = job.anchor.file_limit
            smaller = await asyncio.to_thread(images.shrunk, file.content, limit)
        return Result(f"{name}.jpg", smaller or b"", url, reduced=smaller is not None)


def _preview(content: bytes) -> Result:
    """Named by what is in it: a file of a name that stands already is not sent again."""
    return Result(f"preview-{zlib.crc32(content):08x}.png", content, "")
