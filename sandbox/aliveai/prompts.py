"""Answers everything under /prompts: the creations, the list, one prompt, the queue."""

import math
from typing import Any

from aiohttp import web

from sandbox.aliveai import shapes
from sandbox.aliveai.creations import CREATIONS, Creation, Order, words_of
from sandbox.aliveai.problems import Problem, missing
from sandbox.aliveai.queue import Queue
from sandbox.aliveai.recipes import Picture, first_picture
from sandbox.aliveai.state import Phase, Prompt
from sandbox.aliveai.world import Answer, Call, Responder

PAGE = 20
"""Prompts on one page, at most and by default."""
VIDEO_FACTOR = 2.5
"""How much longer a video takes than a picture."""
NOT_ON_PRIVATE_SERVERS = frozenset({"ANIMA", "GROK", "QWEN_PRO", "SEEDANCE"})


def responders(queue: Queue) -> dict[str, Responder]:
    """The responders of the section, by operation."""
    desk = Desk(queue)
    return {
        **dict.fromkeys(CREATIONS, desk.create),
        "list_prompts": desk.list_prompts,
        "get_prompt": desk.get_prompt,
        "delete_prompt": desk.delete_prompt,
        "get_pending_prompts": desk.get_pending,
        "delete_prompt_from_queue": desk.delete_from_queue,
    }


class Desk:
    """Takes orders for the queue and shows what became of them."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def create(self, call: Call) -> Answer:
        """Queue a creation, or wait for it where the request asks for that."""
        prompt = self._accept(call)
        await self._queue.add(prompt)
        blocking = call.request.headers.get("x-aliveai-request-blocking") == "true"
        if blocking and call.operation in ("create_image_prompt", "edit_image"):
            await _until_ended(call, prompt)
            return _created(call, prompt, blocked=True)
        return _created(call, prompt, blocked=False)

    def _accept(self, call: Call) -> Prompt:
        world, row = call.world, CREATIONS[call.operation]
        _check_server(call)
        _check_references(call)
        order, source_id = _order(call, row)
        if len(self._queue) >= world.state.max_pending:
            detail = "Max pending creations reached. Please wait until one is finished."
            raise Problem(world.dialect.queue_full_status, detail)
        world.charge(row.cost)
        factor = VIDEO_FACTOR if row.kind == "VIDEO" else 1
        return Prompt(
            prompt_id=world.state.mint(),
            operation=call.operation,
            body=call.body,
            seed=order.seed,
            recipe=row.make(order),
            kind=row.kind,
            created=world.clock.now(),
            cost=row.cost,
            seconds=world.pace.generation_seconds * factor,
            source_id=source_id,
        )

    async def list_prompts(self, call: Call) -> Answer:
        """One page of finished prompts, newest first."""
        found = [p for p in reversed(call.world.state.prompts.values()) if _is_wanted(call, p)]
        size = max(1, call.query.get("pageSize", PAGE))
        first = call.query["page"] * size
        return {
            "prompts": [shapes.container(call.world, p) for p in found[first : first + size]],
            "hasNextPage": first + size < len(found),
            "totalPageCount": math.ceil(len(found) / size),
        }

    async def get_prompt(self, call: Call) -> Answer:
        """One prompt; the dialect says what an unfinished or failed one looks like."""
        prompt, dialect = _prompt(call, call.path["promptId"]), call.world.dialect
        if not prompt.ended and dialect.pending_prompt != "empty":
            if dialect.pending_prompt == 404:
                raise Problem(404, "Prompt not found")
            return web.Response(status=204)
        if prompt.phase is Phase.FAILED and dialect.failed_prompt == 404:
            raise Problem(404, "Prompt not found")
        return shapes.container(call.world, prompt)

    async def delete_prompt(self, call: Call) -> Answer:
        """Forget a finished prompt; its media stay usable by id."""
        prompt = _prompt(call, call.path["promptId"])
        if not prompt.ended:
            raise Problem(400, "Only completed prompts can be deleted")
        del call.world.state.prompts[prompt.prompt_id]
        return None

    async def get_pending(self, call: Call) -> Answer:
        """The queue."""
        del call
        return {"queue": self._queue.entries()}

    async def delete_from_queue(self, call: Call) -> Answer:
        """Cancel a pending prompt."""
        if not self._queue.cancel(call.query["promptId"]):
            raise missing(call.world.dialect, "Prompt")
        return None


def _prompt(call: Call, prompt_id: str) -> Prompt:
    prompt = call.world.state.prompts.get(prompt_id)
    if prompt is None or prompt.phase is Phase.CANCELLED:
        raise missing(call.world.dialect, "Prompt")
    return prompt


def _is_wanted(call: Call, prompt: Prompt) -> bool:
    row = CREATIONS[prompt.operation]
    types = call.query.get("promptType") or [row.prompt_type]
    text = f"{prompt.body.get('name', '')} {words_of(row, prompt.body)}".lower()
    searched = call.query.get("query", "").lower() in text
    return prompt.phase is Phase.DONE and row.prompt_type in types and searched


async def _until_ended(call: Call, prompt: Prompt) -> None:
    try:
        seconds = call.world.pace.blocking_seconds
        await call.world.bell.until(lambda: prompt.ended, seconds)
    except TimeoutError:
        return


def _created(call: Call, prompt: Prompt, *, blocked: bool) -> dict[str, Any]:
    world = call.world
    created: dict[str, Any] = {
        "promptId": prompt.prompt_id,
        "seed": str(prompt.seed),
        "promptContainer": None,
    }
    if blocked and world.dialect.blocking_medias == "top":
        created["medias"] = shapes.container(world, prompt)["medias"]
    elif blocked or world.dialect.create_container == "echo":
        created["promptContainer"] = shapes.container(world, prompt)
    return created


def _order(call: Call, row: Creation) -> tuple[Order, str | None]:
    body, state = call.body, call.world.state
    text = body.get("seed") or str(state.random.randrange(10**12))
    seed = int(text) if text.isdigit() else sum(text.encode())
    source_id = body.get(row.source) if row.source else None
    source = call.world.medium(source_id, row.source) if source_id else None
    if source and source.kind != row.source_kind:
        raise Problem(400, f"{row.source} must be of type {row.source_kind}")
    recipe = source.recipe if source else None
    return Order(body, seed, words_of(row, body), recipe, _other(call, row)), source_id


def _other(call: Call, row: Creation) -> Picture | None:
    named = call.body.get(row.other) if row.other else None
    if isinstance(named, dict):
        ids = [call.world.medium(each, f"{row.other}.mediaIds") for each in named["mediaIds"]]
        return first_picture(ids[0].recipe) if ids else None
    return first_picture(call.world.medium(named, row.other).recipe) if named else None


def _check_server(call: Call) -> None:
    server = call.query.get("serverId")
    if not server:
        return
    if server not in call.world.state.servers:
        raise Problem(404, "Server not found")
    chosen = {call.body.get(name) for name in ("model", "editModel", "videoModel")}
    if barred := chosen & NOT_ON_PRIVATE_SERVERS:
        raise Problem(400, f"{', '.join(map(str, barred))} is not available on private servers")


def _check_references(call: Call) -> None:
    body, state = call.body, call.world.state
    templates = [*body.get("modelTemplates", []), *body.get("videoTemplates", [])]
    for template in templates:
        if template["id"] not in state.loras:
            raise Problem(404, f"Template {template['id']} not found")
    clothes = (body.get("clothesRequest") or {}).get("clothesId")
    if clothes and clothes not in state.clothes:
        raise Problem(404, "Clothes not found")
    if "profileId" in body and body["profileId"] not in state.profiles:
        raise Problem(404, "Profile not found")
