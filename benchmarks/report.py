"""What the benchmarks leave behind: figures as JSON, tables to read, a picture."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PLOT = HERE / "streaming.png"

Row = Mapping[str, Any]

PLACES = {"threads": "a thread each", "channel": "one channel", "webhook": "one webhook"}
HEAD = (
    "| load | rule | mean age s | x bound | all tokens s | p95 age s | p95 lag of the end s "
    "| ends lost | 429s |\n|---|---|--:|--:|--:|--:|--:|--:|--:|"
)

BUSY_HEAD = (
    "| streams | by | mean age s | bound s | x | p95 age s | p95 lag s | ends lost | 429s "
    "| % of a core | µs a token | x libraries | KiB a stream | `/help` ms p50 / p99 |\n"
    "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)
SPEAKERS = {"threads": "the bot", "webhook": "characters"}


def table() -> str:
    """Every cell of the results as Markdown."""
    return "\n".join([HEAD, *map(row, _ordered(_results()["streaming"]))])


def row(cell: Row) -> str:
    """One cell as a line of the table."""
    ends = ", ends at once" if cell["together"] else ""
    cells = (
        f"{cell['streams']}, {PLACES[cell['layout']]}{ends}",
        cell["rule"],
        f"{cell['mean_age']:.2f}",
        f"{cell['mean_age'] / cell['bound_age']:.2f}",
        f"{cell['all_mean_age']:.2f}",
        f"{cell['p95_age']:.2f}",
        f"{cell['p95_lag']:.2f}",
        str(cell["lost"]),
        str(cell["refused"]),
    )
    return f"| {' | '.join(cells)} |"


def busy_table() -> str:
    """What the whole bot did under load, as Markdown."""
    return "\n".join([BUSY_HEAD, *map(busy_row, _results()["throughput"]["busy"])])


def busy_row(row: Row) -> str:
    """One load as a line of the table."""
    cells = (
        str(row["streams"]),
        SPEAKERS[row["layout"]],
        f"{row['mean_age']:.2f}",
        f"{row['bound_age']:.2f}",
        f"{row['mean_age'] / row['bound_age']:.2f}",
        f"{row['p95_age']:.1f}",
        f"{row['p95_lag']:.2f}",
        str(row["lost"]),
        str(row["refused"]),
        f"{row['processor'] * 100:.0f}",
        f"{row['processor_per_1000'] * 1000:.0f}",
        f"{row['ratio']:.2f}",
        f"{row['memory_per_stream'] / 1024:.0f}",
        f"{row['acknowledged_p50'] * 1000:.0f} / {row['acknowledged_p99'] * 1000:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def save_cell(cell: Row) -> None:
    """Put a cell into the results, in place of what was said of the same before."""
    results = _results()
    kept = [each for each in results["streaming"] if _key(each) != _key(cell)]
    results["streaming"] = _ordered([*kept, dict(cell)])
    _write(results)


def save_throughput(told: Row) -> None:
    """Put what the whole bot costs into the results."""
    _write({**_results(), "throughput": dict(told)})


def draw() -> None:
    """Draw the ages by number of streams, beside the bound."""
    cells = [
        each
        for each in _results()["streaming"]
        if each["layout"] == "threads" and not each["together"]
    ]
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for rule in dict.fromkeys(each["rule"] for each in cells):
        mine = [each for each in cells if each["rule"] == rule]
        sizes = [each["streams"] for each in mine]
        axes.plot(sizes, [each["mean_age"] for each in mine], marker="o", label=rule)
    ours = [each for each in cells if each["rule"] == "lanes"]
    bounds = [each["bound_age"] for each in ours]
    axes.plot([each["streams"] for each in ours], bounds, "k--", label="bound")
    axes.set(xscale="log", yscale="log", xlabel="streams, a thread each")
    axes.set_ylabel("mean age of a token, seconds")
    axes.legend()
    figure.savefig(PLOT, dpi=110)


def _key(cell: Row) -> tuple[Any, ...]:
    return (cell["layout"], cell["together"], cell["streams"], cell["rule"])


def _ordered(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places, names = list(PLACES), ["lanes", "one clock of 1 s", "0.7 s each", "1.2 s each"]

    def place(cell: Row) -> tuple[Any, ...]:
        rule = names.index(cell["rule"])
        return (cell["together"], places.index(cell["layout"]), cell["streams"], rule)

    return sorted(cells, key=place)


def _results() -> dict[str, Any]:
    empty: dict[str, Any] = {"streaming": [], "throughput": {}}
    if not RESULTS.exists():
        return empty
    known: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return empty | known


def _write(results: Row) -> None:
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
