"""What has to happen before a job may create: files taken in, masks drawn, sources described.

People's files are fetched from the chat platform's own store by id, reduced to their pixels, put
into the account, described by the vision helper, and screened by that description. Each step is
stored, so that a restart goes on from there; taking a file in twice does no harm.
"""

import asyncio
import base64
import logging
from collections.abc import Sequence
from http import HTTPStatus

from bot import images, screen
from bot.api import routes
from bot.api.models.llm import GenerateVisionPrompt
from bot.api.models.media import Media
from bot.errors import ApiError, BadFile, Denied, Gone, Missing, ShowFailed
from bot.operations import OPERATIONS
from bot.parts import Parts
from bot.pauses import pauses
from bot.policy import Reason
from bot.provenance import media_in, put
from bot.screen import Use
from bot.store.records import Intake, Job, Medium, Origin, Rating

log = logging.getLogger(__name__)

FETCH_SECONDS = 8.0
"""How long a file is asked for that the platform does not give for the moment."""

VIDEO_STARTS = {b"ftyp": "video/mp4"}


class Intakes:
    """Completes the bodies of jobs."""

    def __init__(self, parts: Parts) -> None:
        self._api = parts.api
        self._store = parts.store
        self._stage = parts.stage
        self._limits = parts.limits

    async def complete(self, job: Job) -> None:
        """Bring in all that the body lacks, and have every upload among its sources described.

        Raises:
            BadFile: A file cannot be used, or is no longer to be had.
            Denied: A picture could not be described.
            ApiError: The AI API did not take it.
        """
        while job.intake:
            entry = job.intake[0]
            if entry.region:
                await self._mask(job, entry)
            else:
                await self._file(job, entry)
            job.intake = job.intake[1:]
            await self._store.jobs.save(job)
        named = {media_id for _, media_id in media_in(job.operation, job.body)}
        for media_id in {*named, *job.inline.values()}:
            medium = await self._store.media.get(media_id)
            if medium and medium.origin is not Origin.OWN and medium.described is None:
                await self.describe(medium)

    async def take(self, owner_id: int, entry: Intake) -> tuple[Medium, str]:
        """Take a person's file in by itself; and what the vision helper sees in it.

        Raises:
            BadFile, Denied, ApiError: As ``complete``.
        """
        clean, content_type = await self._fetched(entry)
        medium = await self._take_in(owner_id, entry, clean, content_type, Origin.UPLOAD)
        return medium, await self.describe(medium)

    async def _fetched(self, entry: Intake) -> tuple[bytes, str]:
        """A person's file as it goes up, and its content type.

        Raises:
            BadFile: It cannot be used, or is no longer to be had.
        """
        limit = self._limits.upload_bytes
        for pause in pauses(FETCH_SECONDS):
            await asyncio.sleep(pause)
            try:
                content = await self._stage.fetch(
                    entry.url, file_id=entry.file_id or 0, limit=limit
                )
            except Gone:
                break
            except ShowFailed as error:
                log.warning("could not fetch a file: %s", error)
            else:
                return await _reduced(content, entry)
        raise BadFile("gone")

    async def _file(self, job: Job, entry: Intake) -> None:
        clean, content_type = await self._fetched(entry)
        if _is_mask(entry):
            await self._check_mask(job, clean)
        medium = await self._take_in(job.owner_id, entry, clean, content_type, Origin.UPLOAD)
        if entry.field == "base64Png":
            job.body[entry.field] = base64.b64encode(clean).decode()
            job.inline[entry.field] = medium.media_id
        else:
            put(job.body, entry.field, medium.media_id)
        row = OPERATIONS[job.operation]
        if row.source and row.source[0] == entry.field:
            job.sources, job.source_file = [medium.media_id], entry
            if row.takes("customImage"):
                job.body["customImage"] = True

    async def _mask(self, job: Job, entry: Intake) -> None:
        """A region becomes a mask of the source's size, or a rectangle where the API takes one."""
        size = images.size_of(await self._source(job))
        region = entry.region or ""
        if entry.field == "cropArea":
            left, top, right, bottom = images.area_of(region, size)
            area = {"x": left, "y": top, "width": right - left, "height": bottom - top}
            job.body[entry.field] = area
            return
        drawn = await asyncio.to_thread(images.mask_of, region, size)
        medium = await self._take_in(job.owner_id, entry, drawn, "image/png", Origin.OWN)
        put(job.body, entry.field, medium.media_id)

    async def _take_in(
        self, owner_id: int, entry: Intake, content: bytes, content_type: str, origin: Origin
    ) -> Medium:
        extension = content_type.rpartition("/")[2]
        taken = await self._api.upload(f"{entry.field}.{extension}", content, content_type)
        medium = Medium(
            media_id=taken.media_id,
            kind=entry.kind,
            owner_id=owner_id,
            rating=Rating.CLEAN,
            origin=origin,
            private=True,
            described=True if origin is Origin.OWN else None,
        )
        await self._store.media.save(medium)
        return medium

    async def describe(self, medium: Medium) -> str:
        """What the vision helper sees; what the screen says of it is noted with the medium.

        Raises:
            Denied: It could not be described.
        """
        body = GenerateVisionPrompt(media_id=medium.media_id)
        try:
            seen = await self._api.call(routes.GENERATE_VISION_PROMPT, body=body)
        except ApiError as error:
            raise Denied(Reason.UNDESCRIBED) from error
        text = seen.prompt_text
        medium.described = screen.minors(text, Use.GENERATION) is None
        if screen.explicit(text):
            medium.rating = Rating.EXPLICIT
        await self._store.media.save(medium)
        return text

    async def _check_mask(self, job: Job, mask: bytes) -> None:
        if images.size_of(mask) != images.size_of(await self._source(job)):
            raise BadFile("mask")

    async def _source(self, job: Job) -> bytes:
        """The picture that a job starts from.

        Raises:
            Missing: It is not to be had (any more).
        """
        row = OPERATIONS[job.operation]
        media_id = str(job.body.get(row.source[0])) if row.source else ""
        return await self.picture(await self._store.media.get(media_id), job.source_file)

    async def picture(self, medium: Medium | None, file: Intake | None) -> bytes:
        """A picture's content: of a result from the API, of a person's file from its platform.

        Raises:
            Missing: It is not to be had (any more).
            BadFile: As ``complete``.
        """
        medias = await self._beside(medium) if medium else []
        url = next((one.media_url for one in medias if medium and one.id == medium.media_id), None)
        if url:
            return (await self._api.download(url, limit=self._limits.media_bytes)).content
        if file:
            return (await self._fetched(file))[0]
        raise Missing("picture", HTTPStatus.NOT_FOUND, "it is gone")

    async def _beside(self, medium: Medium) -> Sequence[Media]:
        """The media of the prompt or chat that made a medium, with addresses that hold."""
        if medium.chat_id:
            chat = await self._api.call(routes.GET_CHAT, path={"chatId": medium.chat_id})
            drawn = [each.media for message in chat.messages for each in message.candidates]
            return [media for media in drawn if media]
        if not medium.prompt_id:
            return []
        path = {"promptId": medium.prompt_id}
        container = await self._api.call(routes.GET_PROMPT, path=path)
        return container.medias if container else []


def _is_mask(entry: Intake) -> bool:
    return entry.field in {"maskMediaId", "base64Png"}


async def _reduced(content: bytes, entry: Intake) -> tuple[bytes, str]:
    """The file as it goes up, and its content type.

    Raises:
        BadFile: It cannot be used.
    """
    if entry.kind == "VIDEO":
        if content[4:8] not in VIDEO_STARTS:
            raise BadFile("type")
        return content, VIDEO_STARTS[content[4:8]]
    clean, _ = await asyncio.to_thread(images.checked, content)
    return clean, "image/png"
