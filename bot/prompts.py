"""Finding a prompt that was created, or may have been, without its id having been heard.

A create costs credits and is never repeated blindly. Every create carries a seed that was stored
before it was sent; a prompt of the account is taken for a job's only if its request has that seed
and all else that the job asked for, and no other job owns it. Nobody knows whether the service
repeats seeds: one that it leaves out is not held against a prompt, one that differs is.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from bot.api import Api, routes
from bot.api.models.prompts import PromptContainer
from bot.errors import ApiError, Missing, Uncertain
from bot.operations import OPERATIONS, Operation
from bot.pauses import pauses
from bot.store import Store
from bot.store.records import Job

PAGES = 2
"""Pages of finished prompts that one search reads, newest first."""

PAGE_SIZE = 20
"""The most that Get Prompts gives at once (API documentation)."""


async def find_prompt(api: Api, store: Store, job: Job, within: float) -> str:
    """The id of the prompt that a job created, though its answer was lost.

    It may appear a little after its create was sent, so the search goes on ``within`` seconds.

    Raises:
        Uncertain: There is none to be found; it may exist, and have been charged, all the same.
    """
    operation = OPERATIONS[job.operation]
    for pause in pauses(within):
        await asyncio.sleep(pause)
        with suppress(ApiError):
            async for container in _recent(api):
                if _asked_by(job, operation, container) and not await _owned(store, container):
                    return container.prompt_id
    raise Uncertain("generation")


async def _recent(api: Api) -> AsyncIterator[PromptContainer]:
    """The account's prompts, waiting ones first, then finished ones from the newest on."""
    pending = await api.call(routes.GET_PENDING_PROMPTS)
    for entry in pending.queue:
        with suppress(Missing):
            container = await api.call(routes.GET_PROMPT, path={"promptId": entry.prompt_id})
            if container:
                yield container
    for page in range(PAGES):
        listed = await api.call(routes.LIST_PROMPTS, query={"page": page, "pageSize": PAGE_SIZE})
        for container in listed.prompts:
            yield container
        if not listed.has_next_page:
            return


async def _owned(store: Store, container: PromptContainer) -> bool:
    return await store.jobs.of_prompt(container.prompt_id) is not None


def _asked_by(job: Job, operation: Operation, container: PromptContainer) -> bool:
    """Whether the echo repeats everything that was sent.

    Fields that the API added by itself do not count against it, nor do empty ones that it left out.
    """
    echo: dict[str, Any] = getattr(container, operation.echo) or {}
    said = {name: value for name, value in job.body.items() if value not in (None, "")}
    sent = {name: value for name, value in said.items() if name != "seed" or echo.get("seed")}
    return bool(echo) and repeats(echo, sent)


def repeats(echoed: object, sent: object) -> bool:
    """Whether a value of an echo says what was sent; a number may have become text."""
    if isinstance(sent, dict) and isinstance(echoed, dict):
        return all(repeats(echoed.get(name), value) for name, value in sent.items())
    if isinstance(sent, list) and isinstance(echoed, list):
        return len(sent) == len(echoed) and all(map(repeats, echoed, sent))
    if echoed is None or sent is None or isinstance(sent, bool) or isinstance(echoed, bool):
        return echoed is sent
    return echoed == sent or str(echoed) == str(sent)
