"""The screen's corpora: short neutral texts, one a row; ``#`` begins a comment."""

from pathlib import Path

from bot.screen import Use

HERE = Path(__file__).parent


def rows(path: Path) -> list[str]:
    """The rows of a file, comments and empty ones left out."""
    lines = path.read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def corpus(verdict: str, use: Use) -> list[tuple[str, str]]:
    """Languages and texts of the large corpus that must "pass" or that the screen must "refuse"."""
    split = (row.split("|", 1) for row in rows(HERE / f"must_{verdict}_{use}.txt"))
    return [(language, text) for language, text in split]
