"""How old a token is when it stands in a message, under each rule and load, beside the bound.

``measure`` runs one cell: a local Discord and the load in processes of their own, the bot's own
parts or a peer's rule here, tokens at 40 a second per stream. The bound is what the pace and the
budget of the lanes allow at best: a stream that is edited every T seconds shows tokens that are T/2
old on average, and T is at least the gap of its lane and at least its share of the budget. The gap
is 1.1 times what a bucket would just allow. The lanes keep 1.05 times, other rules no margin,
so both can come out a little under the bound.
"""

import asyncio
import bisect
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Self

from benchmarks.rules import Reply, Rule, rules
from benchmarks.scene import Layout, Scene, Seen, opened
from benchmarks.tokens import RATE, Began, Load, loaded
from bot.app import Vivant, open_bot
from bot.telemetry import Metrics
from config.settings import load as settings_of

BUDGET = 45.0
PATIENCE = 30.0
MOST_ENDS = 30.0
"""Streams that end in a second: more than the budget could not be shown in time by anybody."""

GAPS = {"threads": 1.1, "channel": 1.1, "webhook": 0.44}
"""Seconds per edit of a lane: 1.1 times what the local Discord's buckets allow."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many streams of so many seconds; ``together``: they end at the same moment.

    They start evenly over ``spread`` seconds.
    """

    layout: Layout
    streams: int
    seconds: float
    spread: float
    together: bool = False

    @classmethod
    def of(cls, layout: Layout, streams: int, seconds: float, *, together: bool = False) -> Self:
        """A cell long enough to see all streams run for some edits of each."""
        spread = max(seconds / 6, streams / MOST_ENDS)
        least = spread + 3.0 * cls(layout, streams, seconds, spread).interval
        return cls(layout, streams, max(seconds, least), spread, together)

    def start(self, number: int) -> float:
        """Seconds from the beginning to the first token of a stream."""
        return self.spread * number / self.streams

    def length(self, number: int) -> int:
        """How many tokens it has."""
        cut = self.start(number) if self.together else 0.0
        return max(1, int((self.seconds - cut) * RATE))

    @property
    def interval(self) -> float:
        """Seconds between two edits of one stream, at best."""
        lane = GAPS[self.layout] * (1 if self.layout == "threads" else self.streams)
        return max(lane, self.streams / BUDGET)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one rule made of one load; times in seconds."""

    rule: str
    layout: str
    streams: int
    together: bool
    mean_age: float
    p95_age: float
    p95_lag: float
    lost: int
    refused: int
    edits: int
    tokens: int
    round_trip: float
    bound_age: float
    bound_lag: float
    all_mean_age: float
    processor: float

    def row(self) -> dict[str, object]:
        return asdict(self)


async def measure(cell: Cell, rule: str) -> Figures:
    """Run one cell under one rule."""
    async with opened(cell.layout, cell.streams) as scene, loaded() as load:
        async with in_hand(scene, load) as bot:
            used = time.process_time()
            await _played(cell, rules()[rule](), bot, scene)
            used = time.process_time() - used
            trip = await _round_trip(bot, scene)
        run = Run(await load.began(), await scene.log(), trip, used)
    return figures_of(cell, rule, run)


@asynccontextmanager
async def in_hand(scene: Scene, load: Load) -> AsyncIterator[Vivant]:
    """The bot's own parts, put together as for a run, without its gateway."""
    with tempfile.TemporaryDirectory(prefix="vivant-") as folder:
        variables = scene.variables | {
            "DATA_DIR": folder,
            "ALIVEAI_URL": load.url,
            "ALIVEAI_API_KEY": "a key",
            "DISCORD_BUDGET": str(BUDGET),
        }
        async with open_bot(settings_of(variables), Metrics()) as bot:
            yield bot


async def _played(cell: Cell, rule: Rule, bot: Vivant, scene: Scene) -> None:
    """Let the rule show every stream; what is not over in time is lost."""
    begin = time.monotonic() + 0.5

    async def play(number: int) -> None:
        await asyncio.sleep(begin + cell.start(number) - time.monotonic())
        await rule(Reply(bot, number, cell.streams, cell.length(number)), scene.places[number])

    with suppress(TimeoutError):
        async with asyncio.timeout(cell.seconds + cell.spread + PATIENCE):
            async with asyncio.TaskGroup() as group:
                for number in range(cell.streams):
                    group.create_task(play(number))


async def _round_trip(bot: Vivant, scene: Scene) -> float:
    """Seconds that an edit takes with nothing else going on, at the median."""
    times = []
    for _ in range(5):
        began = time.monotonic()
        await bot.get_partial_messageable(scene.places[0].channel_id).typing()
        times.append(time.monotonic() - began)
    return statistics.median(times)


@dataclass(frozen=True, slots=True)
class Run:
    """What happened: when replies began, Discord's log, and what it cost."""

    began: list[Began]
    log: list[Seen]
    round_trip: float
    processor: float

    def progress(self) -> dict[int, list[tuple[float, int]]]:
        """When how many tokens of a stream stood in an accepted message, in order."""
        found: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for seen in self.log:
            if seen.status == 200:
                found[seen.stream].append((seen.at, seen.count))
        return found


def figures_of(cell: Cell, rule: str, run: Run) -> Figures:
    """What a run comes to."""
    progress = run.progress()
    everything = _ages(run, progress, None)
    # A run too short for a margin has no middle.
    inner = _ages(run, progress, cell.interval) or everything
    lags = _lags(run, progress)
    return Figures(
        rule=rule,
        layout=cell.layout,
        streams=cell.streams,
        together=cell.together,
        mean_age=statistics.fmean(inner),
        p95_age=p95(inner),
        p95_lag=p95(lags),
        lost=cell.streams - len(lags),
        refused=sum(seen.status == 429 for seen in run.log),
        edits=sum(seen.status == 200 for seen in run.log),
        tokens=sum(one.length for one in run.began),
        round_trip=run.round_trip,
        bound_age=cell.interval / 2 + run.round_trip,
        bound_lag=cell.interval,
        all_mean_age=statistics.fmean(everything),
        processor=run.processor,
    )


def _ages(
    run: Run, progress: dict[int, list[tuple[float, int]]], margin: float | None
) -> list[float]:
    """Ages of the tokens that were shown.

    With a ``margin``, in seconds, only of those that were sent, and due to be shown, while all
    streams ran: so long after the last one began and before the first ended.
    """
    begin = max(one.at for one in run.began) + (margin or 0.0)
    end = min(one.sent(one.length - 1) for one in run.began) - (margin or 0.0)
    ages = []
    for reply in run.began:
        shown = progress[int(reply.chat)]
        counts = [count for _, count in shown]
        for number in range(reply.length):
            sent = reply.sent(number)
            at = bisect.bisect_right(counts, number)
            if at < len(shown) and (margin is None or begin <= sent <= end):
                ages.append(shown[at][0] - sent)
    return ages


def _lags(run: Run, progress: dict[int, list[tuple[float, int]]]) -> list[float]:
    """From the last token to the whole text, for the streams whose whole text stood."""
    lags = []
    for reply in run.began:
        whole = [at for at, count in progress[int(reply.chat)] if count == reply.length]
        if whole:
            lags.append(whole[0] - reply.sent(reply.length - 1))
    return lags


def p95(values: list[float]) -> float:
    """The value that all but a twentieth stay under."""
    return sorted(values)[int(0.95 * (len(values) - 1))] if values else float("nan")
