"""What the benchmark leaves behind: a table to read, figures as JSON, a picture."""

import json
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.streaming import Figures

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PLOT = HERE / "streaming.png"

HEAD = (
    "| load | rule | mean age s | x bound | p95 age s | p95 lag of the end s | ends lost | 429s |\n"
    "|---|---|--:|--:|--:|--:|--:|--:|"
)


def load_name(figures: Figures) -> str:
    ends = ", ends at once" if figures.together else ""
    places = {"threads": "a thread each", "channel": "one channel", "webhook": "one webhook"}
    return f"{figures.streams}, {places[figures.layout]}{ends}"


def table(results: Sequence[Figures]) -> str:
    """The figures as Markdown."""
    return "\n".join([HEAD, *(_row(one) for one in results)])


def _row(one: Figures) -> str:
    cells = (
        load_name(one),
        one.rule,
        f"{one.mean_age:.2f}",
        f"{one.mean_age / one.bound_age:.2f}",
        f"{one.p95_age:.2f}",
        f"{one.p95_lag:.2f}",
        str(one.lost),
        str(one.refused),
    )
    return f"| {' | '.join(cells)} |"


def save(results: Sequence[Figures], memory: int) -> None:
    """Write the results file and the picture beside this module."""
    told = {
        "cells": [one.row() for one in results],
        "memory_bytes_per_open_stream": memory,
    }
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    _draw([one for one in results if one.layout == "threads" and not one.together])


def _draw(results: Sequence[Figures]) -> None:
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for rule in dict.fromkeys(one.rule for one in results):
        cells = [one for one in results if one.rule == rule]
        sizes = [one.streams for one in cells]
        axes.plot(sizes, [one.mean_age for one in cells], marker="o", label=rule)
    ours = [one for one in results if one.rule == "lanes"]
    bounds = [one.bound_age for one in ours]
    axes.plot([one.streams for one in ours], bounds, "k--", label="bound")
    axes.set(xscale="log", yscale="log", xlabel="streams, a thread each")
    axes.set_ylabel("mean age of a token, seconds")
    axes.legend()
    figure.savefig(PLOT, dpi=110)
