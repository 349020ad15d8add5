"""How old a token is when it stands in a message, under each rule and load, beside the bound.

``measure`` runs one cell: a local Discord in a process of its own, real discord.py here, tokens
at 40 a second per stream. The bound is what the pace and the budget of the lanes allow at best: a
stream that is edited every T seconds shows tokens that are T/2 old on average, and T is at least
the gap of its lane and at least its share of the budget. The gap is 1.1 times what a bucket would
just allow, so a rule that keeps no such margin can come out a little under the bound.
"""

import asyncio
import bisect
import statistics
from dataclasses import asdict, dataclass
from typing import Self

from benchmarks.rules import BUDGET, RULES, Post, followed, posts
from benchmarks.scene import Layout, Seen, opened
from benchmarks.streams import Stream, planned, send

PATIENCE = 45.0
GAPS = {"threads": 1.1, "channel": 1.1, "webhook": 0.44}
"""Seconds per edit of a lane: 1.1 times what the local Discord's buckets allow."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many streams of so many seconds; ``together``: they end at the same moment."""

    layout: Layout
    streams: int
    seconds: float
    spread: float
    together: bool = False

    @classmethod
    def of(cls, layout: Layout, streams: int, seconds: float, *, together: bool = False) -> Self:
        """A load long enough to see all streams run for some edits of each."""
        spread = seconds / 2
        least = spread + 3.0 * cls(layout, streams, seconds, spread).interval
        return cls(layout, streams, max(seconds, least), spread, together)

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

    def row(self) -> dict[str, object]:
        return asdict(self)


async def measure(load: Load, rule: str) -> Figures:
    """Run one load under one rule."""
    async with opened(load.layout, load.streams) as scene:
        async with (
            RULES[rule]() as (follow, traces),  # type: ignore[attr-defined]
            posts(scene, load.streams, traces) as made,
        ):
            streams = planned(load.streams, load.seconds, load.spread, together=load.together)
            patience = load.seconds + load.spread + PATIENCE
            async with asyncio.TaskGroup() as group:
                group.create_task(send(streams))
                group.create_task(followed(follow, made, streams, patience))
        return _figures(load, rule, _Run(streams, made, await scene.log()))


@dataclass(frozen=True, slots=True)
class _Run:
    """What happened: the streams, their messages, and the log."""

    streams: list[Stream]
    made: list[Post]
    log: list[Seen]


def _figures(load: Load, rule: str, run: _Run) -> Figures:
    accepted = [seen for seen in run.log if seen.status == 200]
    ages = _ages(run.streams, accepted, load.interval)
    lags = _lags(run.streams, accepted)
    trip = statistics.median(
        seen.at - run.made[seen.stream].started[seen.stream, seen.count] for seen in accepted
    )
    return Figures(
        rule=rule,
        layout=load.layout,
        streams=load.streams,
        together=load.together,
        mean_age=statistics.fmean(ages),
        p95_age=_p95(ages),
        p95_lag=_p95(lags),
        lost=len(run.streams) - len(lags),
        refused=sum(seen.status == 429 for seen in run.log),
        edits=len(accepted),
        tokens=sum(stream.length for stream in run.streams),
        round_trip=trip,
        bound_age=load.interval / 2 + trip,
        bound_lag=load.interval,
    )


def _ages(streams: list[Stream], accepted: list[Seen], interval: float) -> list[float]:
    """Ages of the tokens that were sent, and due to be shown, while all streams ran."""
    begin = max(stream.starts for stream in streams) + interval
    end = min(stream.ends for stream in streams) - interval
    ages = []
    for stream in streams:
        shown = _progress(stream, accepted)
        counts = [count for _, count in shown]
        for number, sent in enumerate(stream.sent):
            at = bisect.bisect_right(counts, number)
            if begin <= sent <= end and at < len(shown):
                ages.append(shown[at][0] - sent)
    return ages


def _lags(streams: list[Stream], accepted: list[Seen]) -> list[float]:
    """From the last token to the whole text, for the streams whose whole text stood."""
    wholes = [
        (
            stream,
            next((at for at, count in _progress(stream, accepted) if count == stream.length), None),
        )
        for stream in streams
    ]
    return [at - stream.sent[-1] for stream, at in wholes if at is not None]


def _progress(stream: Stream, accepted: list[Seen]) -> list[tuple[float, int]]:
    return sorted((seen.at, seen.count) for seen in accepted if seen.stream == stream.number)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))] if values else float("nan")
