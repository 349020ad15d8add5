"""``python -m benchmarks``: measure streaming on this machine and write down what came out."""

import argparse
import asyncio
from collections.abc import Iterator

from benchmarks.costs import memory_per_stream
from benchmarks.report import PLOT, RESULTS, load_name, save, table
from benchmarks.rules import rules
from benchmarks.streaming import Cell, Figures, measure


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=16.0, help="length of a stream")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 50, 200])
    parser.add_argument("--rules", nargs="+", default=list(rules()), choices=list(rules()))
    parser.add_argument(
        "--full", action="store_true", help="60 s, up to 500 streams, peers under every load"
    )
    return parser.parse_args()


def _cells(chosen: argparse.Namespace) -> Iterator[tuple[Cell, str]]:
    """Every load with every rule; the smaller ones with our rule alone unless all is asked for."""
    seconds = 60.0 if chosen.full else chosen.seconds
    sizes = [1, 10, 50, 200, 500] if chosen.full else chosen.sizes
    for size in sizes:
        for rule in chosen.rules:
            yield Cell.of("threads", size, seconds), rule
    others = [Cell.of("channel", size, seconds) for size in (4, 10)]
    others += [Cell.of("webhook", size, seconds) for size in (5, 20, 50)]
    others += [Cell.of("threads", size, seconds, together=True) for size in sizes if size >= 50]
    for load in others:
        for rule in chosen.rules if chosen.full else ["lanes"]:
            yield load, rule


async def _run(chosen: argparse.Namespace) -> None:
    memory = await memory_per_stream()
    results: list[Figures] = []
    for load, rule in _cells(chosen):
        results.append(await measure(load, rule))
        print(f"{load_name(results[-1])}: {rule}", flush=True)
    print(table(results))
    print(f"an open, idle stream holds {memory} bytes")
    save(results, memory)
    print(f"written: {RESULTS.name}, {PLOT.name}")


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
