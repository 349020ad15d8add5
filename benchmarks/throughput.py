"""What the whole bot does under load: ``python -m bot run``, end to end.

People write in scenes of a local Discord with enforced limits; the replies come from the load, 40
tokens a second each; the bot is a process of its own, so its figures are the bot's alone.
"""

import asyncio
import bisect
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.process import BotProcess, Cost
from benchmarks.scene import variables_of
from benchmarks.stages import STAGES, alone
from benchmarks.streaming import BUDGET, p95
from benchmarks.tokens import RATE, Began, Load, ends, loaded
from benchmarks.town import Town, settled
from sandbox.aliveai import AliveAI
from sandbox.discord import LocalDiscord

GAP = 1.1
READY_SECONDS = 30.0
PATIENCE = 60.0
ASK_SECONDS = 0.2
"""Pause between two slash commands."""

LOADS = (
    *((size, "threads") for size in (1, 50, 200, 300, 400, 500)),
    *((size, "webhook") for size in (1, 50, 200, 400)),
)
"""Numbers of streams, and by whom they speak."""


@dataclass(frozen=True, slots=True)
class Busy:
    """What the bot did with so many streams at once; times in seconds, memory in bytes.

    All streams are in threads of one channel. ``layout``: "threads" if the bot speaks in its own
    name, "webhook" if characters speak in theirs, as far as the bot lets them. ``bound_age`` is
    half of the time between two edits of a stream that the budget left by sends allows. The shares
    of the processor are of one core.
    """

    streams: int
    layout: str
    seconds: float
    mean_age: float
    p95_age: float
    bound_age: float
    p95_lag: float
    lost: int
    refused: int
    tokens: int
    edits: int
    sends: int
    processor: float
    processor_per_1000: float
    memory_per_stream: float
    acknowledged_p50: float
    acknowledged_p99: float
    acknowledged_count: int

    def row(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ready:
    """A bot that is connected, and the world in front of and behind it."""

    process: BotProcess
    town: Town
    load: Load


@asynccontextmanager
async def running(scenes: int, *, webhook: bool) -> AsyncIterator[Ready]:
    """The bot in a town with so many scenes, ready; ``webhook`` as ``settled`` has it."""
    with tempfile.TemporaryDirectory(prefix="vivant-") as name:
        folder = Path(name)
        async with (
            loaded() as load,
            settled(load, scenes, folder, webhook=webhook) as town,
            BotProcess.running(town.variables, folder / "output.txt") as process,
        ):
            await _connected(town.discord)
            yield Ready(process, town, load)


async def busy(streams: int, seconds: float, layout: str) -> Busy:
    """Let so many scenes stream for so long, their starts spread evenly over a third of it."""
    async with running(streams, webhook=layout == "webhook") as ready:
        await asyncio.sleep(2.0)
        idle = ready.process.cost()
        waits: list[float] = []
        async with asyncio.TaskGroup() as group:
            group.create_task(_speak(ready, seconds))
            window = group.create_task(_window(ready, seconds))
            group.create_task(_command(ready, seconds, waits))
        begin, end = window.result()
        await _settle(ready)
        began = await ready.load.began()
        return _figures(ready, layout, began, (idle, begin, end), waits)


async def _speak(ready: Ready, seconds: float) -> None:
    """Write in every scene; the message says how long the reply shall be."""
    start, spread = time.monotonic(), seconds / 3
    scenes = ready.town.scenes
    for number, thread in enumerate(scenes):
        await asyncio.sleep(start + spread * number / len(scenes) - time.monotonic())
        ready.town.watch.begin(thread.id)
        await ready.town.alice.say(thread, f"Tell me more, in words: {int(seconds * RATE)}")


async def _window(ready: Ready, seconds: float) -> tuple[Cost, Cost]:
    """What the bot had used when all streams ran, and when the first was about to end."""
    await asyncio.sleep(seconds / 3 + 2.0)
    begin = ready.process.cost()
    await asyncio.sleep(seconds * 2 / 3 - 4.0)
    return begin, ready.process.cost()


async def _command(ready: Ready, seconds: float, waits: list[float]) -> None:
    """Use a slash command again and again while all streams run."""
    await asyncio.sleep(seconds / 3 + 1.0)
    until = time.monotonic() + seconds * 2 / 3 - 2.0
    while time.monotonic() < until:
        asked = time.monotonic()
        await ready.town.alice.slash(ready.town.lounge, "help")
        waits.append(time.monotonic() - asked)
        await asyncio.sleep(ASK_SECONDS)


async def _settle(ready: Ready) -> None:
    """Wait until every reply stands whole, or long enough."""
    stood, scenes = ready.town.watch.stood, ready.town.scenes
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if all(any(one.whole for one in stood.get(thread.id, ())) for thread in scenes):
            return
        await asyncio.sleep(0.5)


def _figures(
    ready: Ready,
    layout: str,
    began: list[Began],
    costs: tuple[Cost, Cost, Cost],
    waits: list[float],
) -> Busy:
    idle, begin, end = costs
    ages, lags = _ages(ready, began, begin.at, end.at), _lags(ready, began)
    span = end.at - begin.at
    watch, streams = ready.town.watch, len(ready.town.scenes)
    sends, edits = (_within(moments, begin, end) for moments in (watch.sends, watch.edits))
    tokens = sum(_sent_by(one, end.at) - _sent_by(one, begin.at) for one in began)
    used = end.processor - begin.processor
    return Busy(
        streams=streams,
        layout=layout,
        seconds=span,
        mean_age=statistics.fmean(ages),
        p95_age=p95(ages),
        bound_age=max(GAP, streams / (BUDGET - sends / span)) / 2,
        p95_lag=p95(lags),
        lost=streams - len(lags),
        refused=ready.town.discord.limits.too_many,
        tokens=tokens,
        edits=edits,
        sends=sends,
        processor=used / span,
        processor_per_1000=used / tokens * 1000,
        memory_per_stream=(end.memory - idle.memory) / streams,
        acknowledged_p50=statistics.median(waits),
        acknowledged_p99=sorted(waits)[int(0.99 * (len(waits) - 1))],
        acknowledged_count=len(waits),
    )


def _within(moments: list[float], begin: Cost, end: Cost) -> int:
    return sum(begin.at <= at < end.at for at in moments)


def _sent_by(reply: Began, moment: float) -> int:
    return max(0, min(reply.length, int((moment - reply.at) * RATE)))


def _ages(ready: Ready, began: list[Began], begin: float, end: float) -> list[float]:
    """Ages of the tokens that were sent between two moments and shown at last."""
    ages = []
    for reply in began:
        thread = ready.town.scenes[int(reply.chat)]
        stood = ready.town.watch.stood.get(thread.id, [])
        # What stands never shrinks, whatever trimmed white space makes of the sums.
        lengths, most = [], 0
        for one in stood:
            most = max(most, one.characters)
            lengths.append(most)
        for number in range(_sent_by(reply, begin), _sent_by(reply, end)):
            at = bisect.bisect_left(lengths, ends()[number])
            if at < len(stood):
                ages.append(stood[at].at - reply.sent(number))
    return ages


def _lags(ready: Ready, began: list[Began]) -> list[float]:
    """From the last token to the whole reply with its buttons, where it came to stand."""
    lags = []
    for reply in began:
        thread = ready.town.scenes[int(reply.chat)]
        whole = [one.at for one in ready.town.watch.stood.get(thread.id, ()) if one.whole]
        if whole:
            lags.append(whole[0] - reply.sent(reply.length - 1))
    return lags


async def started() -> float:
    """Seconds from the start of a bot to its gateway session, with an embedded store to make."""
    with tempfile.TemporaryDirectory(prefix="vivant-") as name:
        folder = Path(name)
        async with loaded() as load, LocalDiscord.open() as discord:
            variables = variables_of(discord) | {
                "DATA_DIR": name,
                "ALIVEAI_URL": load.url,
                "ALIVEAI_API_KEY": "a key",
                "OPS_PORT": "0",
            }
            async with BotProcess.running(variables, folder / "output.txt") as process:
                await _connected(discord)
                return time.monotonic() - process.began


async def memory_per_job(jobs: int = 60) -> float:
    """Bytes of memory that a generation takes which waits at the AI service, its socket with it."""
    with tempfile.TemporaryDirectory(prefix="vivant-") as name:
        folder = Path(name)
        async with (
            AliveAI.open(media_scale=0.1) as ai,
            loaded() as load,
            settled(load, 0, folder) as town,
        ):
            ai.hold("generation")
            ai.state.max_pending = jobs
            town.variables |= {
                "ALIVEAI_URL": ai.url,
                "ALIVEAI_WS_URL": ai.ws_url,
                "ALIVEAI_API_KEY": ai.api_key,
                "RUNNING_JOBS": str(jobs),
            }
            async with BotProcess.running(town.variables, folder / "output.txt") as process:
                await _connected(town.discord)
                await _imagine(town, ai, 1)
                before = process.cost().memory
                await _imagine(town, ai, jobs - 1)
                return (process.cost().memory - before) / (jobs - 1)


async def _imagine(town: Town, ai: AliveAI, jobs: int) -> None:
    """Ask for so many pictures more, until the bot listens for each of them."""
    known = len(ai.state.prompts)
    for _ in range(jobs):
        await town.alice.slash(town.lounge, "imagine", prompt="a lighthouse in a storm")
    await ai.until(lambda: len(ai.state.prompts) == known + jobs, READY_SECONDS)
    await ai.until(lambda: all(map(ai.listeners, ai.state.prompts)), READY_SECONDS)


async def _connected(discord: LocalDiscord) -> None:
    bot = discord.world.bot
    await discord.until(
        lambda: bot.commands and discord.gateway.is_connected(bot.user), timeout=READY_SECONDS
    )


async def stages(rounds: int) -> dict[str, float]:
    """Processor seconds of each stage alone; the rounds alternate, and the median counts."""
    found: dict[str, list[float]] = {name: [] for name in STAGES}
    for _ in range(rounds):
        for name in STAGES:
            found[name].append(await alone(name))
    return {name: statistics.median(values) for name, values in found.items()}


async def everything(*, quick: bool) -> dict[str, object]:
    """Every figure of the whole bot, as JSON takes it."""
    loads = ((20, "webhook"),) if quick else LOADS
    costs = await stages(1 if quick else 3)
    rows = [await busy(size, 18.0 if quick else 60.0, layout) for size, layout in loads]
    return {
        "started_seconds": await started(),
        "memory_bytes_per_job": await memory_per_job(),
        "stages": costs,
        "busy": [one.row() | {"ratio": _ratio(one, costs)} for one in rows],
    }


def _ratio(one: Busy, costs: dict[str, float]) -> float:
    """The bot's processor time beside httpx and discord.py doing only their part of the same."""
    requests = (one.edits + one.sends) / one.tokens * 1000
    return one.processor_per_1000 / (costs["httpx_alone"] + requests * costs["discord_alone"])
