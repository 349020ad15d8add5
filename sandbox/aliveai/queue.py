"""The one queue of the account and the worker that advances it.

A generation takes a turn through the gate, sends an event for each step, and ends done, failed or
cancelled. Positions count from 0; the running prompt has 0.
"""

import asyncio
from collections.abc import Iterable

from sandbox.aliveai import shapes
from sandbox.aliveai.feeds import QUEUE
from sandbox.aliveai.gates import Turn
from sandbox.aliveai.recipes import Preview, first_picture
from sandbox.aliveai.state import Clothes, Phase, Prompt
from sandbox.aliveai.world import World

FIRST_PREVIEW = 25.0
"""Percent from which on an unfinished picture is shown."""


class Queue:
    """Pending prompts in order; ``run`` is one worker."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: list[Prompt] = []
        self._arrived = asyncio.Condition()

    def __len__(self) -> int:
        return len(self._pending)

    def entries(self) -> list[shapes.Json]:
        """The queue as Get Pending shows it."""
        return [
            {
                "promptId": prompt.prompt_id,
                "queuePosition": position,
                "video": prompt.kind == "VIDEO",
                "progress": round(prompt.progress),
            }
            for position, prompt in enumerate(self._pending)
        ]

    async def add(self, prompt: Prompt) -> None:
        """Put a prompt at the end."""
        self._world.state.prompts[prompt.prompt_id] = prompt
        self._pending.append(prompt)
        self._changed(prompt)
        async with self._arrived:
            self._arrived.notify()

    def cancel(self, prompt_id: str) -> bool:
        """Take a prompt out; a waiting one is given back what it cost. False if not in here."""
        prompt = next((p for p in self._pending if p.prompt_id == prompt_id), None)
        if prompt is None:
            return False
        if prompt.phase is Phase.QUEUED:
            self._world.state.account.credits += prompt.cost
        self._end(prompt, Phase.CANCELLED, "The prompt was deleted from the queue.")
        return True

    def place(self, prompt: Prompt) -> shapes.Json:
        """An event that tells where a pending prompt is."""
        position = self._pending.index(prompt)
        return shapes.event(self._world, prompt, queuePosition=position)

    async def run(self) -> None:
        """Work off the queue for ever."""
        while True:
            async with self._arrived:
                await self._arrived.wait_for(lambda: any(self._waiting()))
            prompt = next(iter(self._waiting()))
            prompt.phase = Phase.RUNNING
            with self._world.gate.turn("generation", prompt.prompt_id) as turn:
                await self._generate(prompt, turn)

    def _waiting(self) -> Iterable[Prompt]:
        return [prompt for prompt in self._pending if prompt.phase is Phase.QUEUED]

    async def _generate(self, prompt: Prompt, turn: Turn) -> None:
        world, steps = self._world, self._world.pace.steps
        fault = world.faults.take(prompt.operation, "fail generation")
        for step in range(steps):
            await turn.wait()
            await world.pace.wait(prompt.seconds / steps)
            if prompt.ended:
                return
            if fault and step >= steps // 2:
                self._end(prompt, Phase.FAILED, fault.text)
                world.state.account.credits += prompt.cost
                return
            await self._advance(prompt, step + 1)
        self._finish(prompt)

    async def _advance(self, prompt: Prompt, step: int) -> None:
        world = self._world
        prompt.progress = 100 * step / world.pace.steps
        if step == world.pace.steps:
            return
        if step == 1 and world.dialect.notes:
            note = shapes.event(world, prompt, isSystem=True, message="The model is being loaded.")
            world.feeds.tell(prompt.prompt_id, note)
        await self._progress(prompt)
        self._changed(prompt)

    async def _progress(self, prompt: Prompt) -> None:
        world, feeds = self._world, self._world.feeds
        event = shapes.event(world, prompt, queuePosition=0)
        preview = Preview(first_picture(prompt.recipe), prompt.progress)
        if prompt.progress >= FIRST_PREVIEW and world.dialect.previews == "container":
            world.state.media.pop(prompt.preview_id or "", None)
            prompt.preview_id = world.state.keep(preview, "IMAGE").media_id
            event["promptContainer"] = shapes.container(world, prompt, [prompt.preview_id])
        feeds.tell(prompt.prompt_id, event)
        wanted = prompt.progress >= FIRST_PREVIEW and world.dialect.previews == "binary"
        if wanted and feeds.listeners(prompt.prompt_id):
            feeds.tell(prompt.prompt_id, await world.studio.file(preview))

    def _finish(self, prompt: Prompt) -> None:
        state = self._world.state
        medium = state.keep(prompt.recipe, prompt.kind, prompt.operation)
        prompt.media_ids = [medium.media_id]
        if prompt.operation == "create_clothes":
            clothes_id = state.mint()
            state.clothes[clothes_id] = Clothes(clothes_id, "outfit", medium.media_id, custom=True)
        self._end(prompt, Phase.DONE)

    def _end(self, prompt: Prompt, phase: Phase, error: str = "") -> None:
        prompt.phase, prompt.error = phase, error
        self._pending.remove(prompt)
        feeds = self._world.feeds
        feeds.tell(prompt.prompt_id, self.last_event(prompt))
        feeds.tell(prompt.prompt_id, None)
        for waiting in self._waiting():
            feeds.tell(waiting.prompt_id, self.place(waiting))
        self._changed(prompt)

    def last_event(self, prompt: Prompt) -> shapes.Json:
        """The final event of a prompt that has ended."""
        world = self._world
        if prompt.phase is Phase.DONE:
            whole = shapes.container(world, prompt)
            return shapes.event(world, prompt, isComplete=True, promptContainer=whole)
        return shapes.event(
            world, prompt, isError=True, message=prompt.error, errorType=world.dialect.error_type
        )

    def _changed(self, prompt: Prompt) -> None:
        self._world.feeds.tell(QUEUE, self.queue_event(prompt.prompt_id))
        self._world.bell.ring()

    def queue_event(self, prompt_id: str | None) -> shapes.Json:
        """The account's queue as its socket tells it; ``prompt_id`` is what changed it."""
        return {"eventType": "QUEUE_CHANGE", "queue": self.entries(), "promptId": prompt_id}
