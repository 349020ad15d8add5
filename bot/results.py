"""The finished media of jobs: fetched while their addresses hold, and made to fit a message."""

import asyncio
import zlib
from collections.abc import Iterable

from bot import images
from bot.api import Api, routes
from bot.api.models.media import Media
from bot.errors import Malformed, Missing, OverLimit
from bot.frames import Result
from bot.operations import OPERATIONS
from bot.store.records import Job
from config.settings import Limits


class Results:
    """Fetches what jobs made."""

    def __init__(self, api: Api, limits: Limits) -> None:
        self._api = api
        self._limits = limits

    async def of(self, job: Job) -> tuple[Result, ...]:
        """The media of a finished job, by fresh addresses.

        Raises:
            ApiError: They cannot be had (any more).
        """
        return await self._fetched(job, await self._medias(job))

    async def fetch(self, job: Job, medias: tuple[Media, ...]) -> tuple[Result, ...]:
        """The given media; by fresh addresses where theirs have expired.

        Raises:
            ApiError: They cannot be had.
        """
        try:
            return await self._fetched(job, medias)
        except Missing:
            return await self.of(job)

    async def preview(self, job: Job, seen: Media | bytes) -> Result | None:
        """An unfinished picture, if it can be had at once."""
        if isinstance(seen, bytes):
            return _preview(seen)
        if not seen.media_url:
            return None
        limit = job.anchor.file_limit
        try:
            file = await self._api.download(seen.media_url, limit=limit, kind="IMAGE")
        except (Missing, OverLimit, Malformed):
            return None
        return _preview(file.content)

    async def _medias(self, job: Job) -> tuple[Media, ...]:
        path = {"promptId": job.prompt_id or ""}
        container = await self._api.call(routes.GET_PROMPT, path=path)
        medias = container.results(OPERATIONS[job.operation].wants)
        if not medias:
            raise Missing(job.operation, 404, "no finished media")
        return medias

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
