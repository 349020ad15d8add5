"""Taking down what was reported, so that it neither stands here nor can be used again.

A picture or video is barred first, then its message goes, then its prompt at the AI API; a reply
goes with all that was said after it, here and in the chat. If something fails on the way, the
same may be asked again.
"""

from contextlib import suppress

from bot.api import routes
from bot.api.models.chats import ChatMessage
from bot.conversation import cut, held
from bot.errors import Missing, NotFound
from bot.jobs import Jobs
from bot.parts import Parts
from bot.rooms import turn_lease
from bot.store.records import Complaint, Job, Reply
from bot.versions import anchors_of


class Moderation:
    """What moderators do to results that are not theirs."""

    def __init__(self, parts: Parts, jobs: Jobs) -> None:
        self._api = parts.api
        self._store = parts.store
        self._stage = parts.stage
        self._jobs = jobs

    async def report(self, report_id: str) -> Complaint:
        """A report by its id.

        Raises:
            NotFound: It is not known any more.
        """
        if complaint := await self._store.reports.get(report_id):
            return complaint
        raise NotFound("report")

    async def take_down(self, complaint: Complaint) -> None:
        """Remove what a report is about; what is gone already is fine.

        Raises:
            ApiError: It could not be deleted at the AI API; it is not shown any more.
        """
        if complaint.kind == "job":
            await self._take_down_job(complaint.about)
        elif reply := await self._store.replies.of_shown(int(complaint.about)):
            await self._take_down_reply(reply)

    async def _take_down_job(self, job_id: str) -> None:
        """Take down all that stands in the message: a batch is one."""
        reported = await self._store.jobs.get(job_id)
        if reported is None:
            return
        for job in await self._jobs.batch_of(reported):
            await self._take_down_one(job)

    async def _take_down_one(self, job: Job) -> None:
        if not job.state.ended:
            with suppress(NotFound):
                await self._jobs.cancel(job.job_id)
        for medium in [await self._store.media.get(media_id) for media_id in job.media_ids]:
            if medium:
                medium.barred = True
                await self._store.media.save(medium)
        for anchor in (job.anchor, *job.copies):
            await self._stage.remove(anchor)
        if job.prompt_id:
            with suppress(Missing):
                await self._api.call(routes.DELETE_PROMPT, path={"promptId": job.prompt_id})
        await self._store.jobs.delete(job.job_id)

    async def _take_down_reply(self, reply: Reply) -> None:
        """Cut the chat before the reply, and remove the messages of all replies from there on."""
        async with self._store.leases.wait(turn_lease(reply.channel_id)):
            messages = (await held(self._api, reply.chat_id)).messages
            ids = [message.message_id for message in messages]
            place = ids.index(reply.message_id) if reply.message_id in ids else len(ids)
            gone = {reply.message_id, *ids[place:]}
            later = [
                each
                for each in await self._store.replies.of_chat(reply.chat_id)
                if each.message_id in gone
            ]
            for each in later:
                await self._hide(each)
            await self._bar(messages[place:])
            if place < len(ids):
                await cut(self._api, reply.chat_id, reply.message_id)
            for each in later:
                await self._store.replies.drop(each.chat_id, each.message_id)

    async def _bar(self, messages: list[ChatMessage]) -> None:
        """Let the pictures of a chat's messages be used for nothing any more."""
        drawn = [each.media for message in messages for each in message.candidates if each.media]
        for medium in [await self._store.media.get(media.id) for media in drawn]:
            if medium:
                medium.barred = True
                await self._store.media.save(medium)

    async def _hide(self, reply: Reply) -> None:
        for anchor in anchors_of(reply):
            await self._stage.remove(anchor)
