"""``python -m benchmarks``: measure on this machine and write down what came out.

``streaming`` takes about 40 minutes and ``throughput`` about 20. ``--quick`` takes some minutes, to
see what a change did; it measures too little to be quoted, and only prints. What a whole run
measures is written into the results at once, in place of what an earlier one said of the same.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator

from benchmarks import report
from benchmarks.rules import rules
from benchmarks.streaming import Cell, measure
from benchmarks.throughput import everything

SIZES = (1, 10, 50, 200, 500)
OURS = "lanes"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="*", default=["streaming", "throughput"], help="streaming, throughput"
    )
    parser.add_argument("--quick", action="store_true", help="short runs of few sizes")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of streams, a thread each")
    parser.add_argument("--rules", nargs="+", default=list(rules()), choices=list(rules()))
    return parser.parse_args()


def _cells(chosen: argparse.Namespace) -> Iterator[tuple[Cell, str]]:
    """Every rule with threads of their own, and ours alone with what is shared or ends at once."""
    seconds = 10.0 if chosen.quick else 60.0
    sizes = chosen.sizes or (SIZES[:3] if chosen.quick else SIZES)
    others = [] if chosen.quick else [Cell.of("channel", size, seconds) for size in (4, 10)]
    others += [
        Cell.of("webhook", size, seconds) for size in ((5,) if chosen.quick else (5, 20, 50))
    ]
    others += [Cell.of("threads", size, seconds, together=True) for size in sizes if size >= 50]
    for size in sizes:
        yield Cell.of("threads", size, seconds), OURS
    for cell in others:
        yield cell, OURS
    for size in sizes:
        for rule in chosen.rules:
            if rule != OURS:
                yield Cell.of("threads", size, seconds), rule


async def _run(chosen: argparse.Namespace) -> None:
    if "streaming" in chosen.what:
        for cell, rule in _cells(chosen):
            figures = await measure(cell, rule)
            print(report.row(figures.row()), flush=True)
            if not chosen.quick:
                report.save_cell(figures.row())
                report.draw()
    if "throughput" in chosen.what:
        told = await everything(quick=chosen.quick)
        print(json.dumps(told, indent=2))
        if not chosen.quick:
            report.save_throughput(told)
            print(report.busy_table())


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
