"""Jobs, what they made, and what is only on its way: how each is found and forgotten.

One class per kind; ``Shelf`` does the work. Lists come newest first unless they say otherwise.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.store.records import Intention, Job, Medium, now
from bot.store.shelf import Shelf


class Jobs(Shelf[Job]):
    """Generations. Ended ones, with their prompts, are forgotten after the retention time."""

    kind, model = "job", Job

    def id_of(self, record: Job) -> str:
        return record.job_id

    def owner_of(self, record: Job) -> int:
        return record.owner_id

    def guild_of(self, record: Job) -> int | None:
        return record.guild_id

    def created_of(self, record: Job) -> datetime:
        return record.created

    def end_of(self, record: Job) -> datetime | None:
        return (record.ended or now()) + self._retention if record.state.ended else None

    def indexes_of(self, record: Job) -> Iterable[str]:
        if not record.state.ended:
            yield self._index("active")
            yield self._index("active", record.owner_id)
        if record.batch:
            yield self._index("batch", record.batch)
        for media_id in record.sources:
            yield self._index("source", media_id)

    def exclusive_of(self, record: Job) -> Iterable[str]:
        if record.prompt_id:
            yield self._index("prompt", record.prompt_id)

    async def get(self, job_id: str) -> Job | None:
        """A job by our own id."""
        return await self._one(job_id)

    async def admit(self, job: Job, *, most: int) -> None:
        """Store a new job unless its owner has ``most`` active ones; counted and stored as one.

        Raises:
            OverLimit: The owner has as many already.
        """
        await self._save_within(job, self._index("active", job.owner_id), most)

    async def active(self) -> list[Job]:
        """Everybody's jobs that have not ended, oldest first."""
        return (await self._listed(self._index("active")))[::-1]

    async def count_active(self, owner_id: int) -> int:
        """How many of a person's jobs have not ended."""
        return await self._count(self._index("active", owner_id))

    async def of_batch(self, batch: str) -> list[Job]:
        """The jobs that share a message, in their order."""
        found = await self._listed(self._index("batch", batch))
        return sorted(found, key=lambda job: job.number)

    async def of_source(self, media_id: str) -> list[Job]:
        """The jobs that started from a medium."""
        return await self._listed(self._index("source", media_id))

    async def of_prompt(self, prompt_id: str) -> Job | None:
        """The job that created this prompt of the AI API."""
        return await self._newest(self._index("prompt", prompt_id))


class Media(Shelf[Medium]):
    """Pictures and videos, kept as long as their owner keeps them."""

    kind, model = "medium", Medium

    def id_of(self, record: Medium) -> str:
        return record.media_id

    def owner_of(self, record: Medium) -> int:
        return record.owner_id

    def created_of(self, record: Medium) -> datetime:
        return record.created

    def indexes_of(self, record: Medium) -> Iterable[str]:
        if record.job_id:
            yield self._index("job", record.job_id)
        if record.channel_id:
            yield self._index("place", f"{record.owner_id}:{record.channel_id}")

    async def get(self, media_id: str) -> Medium | None:
        """A medium by its id at the AI API; None means its origin is unknown."""
        return await self._one(media_id)

    async def of_place(self, owner_id: int, channel_id: int, *, limit: int) -> list[Medium]:
        """The newest media that the bot made for a person in a channel."""
        return await self._listed(self._index("place", f"{owner_id}:{channel_id}"), limit=limit)

    async def of_job(self, job_id: str) -> list[Medium]:
        """The media that a job made, in the order in which they were made."""
        return (await self._listed(self._index("job", job_id)))[::-1]


class Intentions(Shelf[Intention]):
    """Characters and scenes that are being made."""

    kind, model = "intention", Intention

    def id_of(self, record: Intention) -> str:
        return record.intention_id

    def owner_of(self, record: Intention) -> int:
        return record.owner_id

    def created_of(self, record: Intention) -> datetime:
        return record.created

    def end_of(self, record: Intention) -> datetime:
        return record.created + self._retention

    def indexes_of(self, record: Intention) -> Iterable[str]:  # noqa: ARG002
        yield self._index("all")

    async def get(self, intention_id: str) -> Intention | None:
        """One by its id; None if it was brought to its end."""
        return await self._one(intention_id)

    async def all(self) -> list[Intention]:
        """Every one, oldest first."""
        return (await self._listed(self._index("all")))[::-1]
