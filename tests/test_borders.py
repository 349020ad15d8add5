"""The import contracts hold the borders of the project: each of them must be able to fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "cogs", "config", "sandbox")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]

FORBIDDEN = [
    ("layers", "bot/api/client.py", "import bot.jobs"),
    ("layers", "bot/api/client.py", "import bot.store"),
    ("layers", "bot/live/__init__.py", "import cogs.gallery"),
    ("layers", "config/settings.py", "import bot.errors"),
    ("cogs", "cogs/gallery.py", "import cogs.chat"),
    ("cogs", "cogs/_present.py", "import cogs.chat"),
    ("discord", "bot/jobs.py", "import discord"),
    ("discord", "config/settings.py", "from discord.ext import commands"),
    ("api", "bot/app.py", "import httpx"),
    ("api", "cogs/gallery.py", "import websockets"),
    ("redis", "bot/jobs.py", "import redis.asyncio"),
    ("sandbox", "sandbox/aliveai/server.py", "import bot.store"),
    ("sandbox", "sandbox/discord/server.py", "from bot.api import client"),
    ("bot", "bot/app.py", "import cogs.gallery"),
    ("bot", "bot/jobs.py", "import sandbox"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Our modules by their names, all of them empty."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        twin = tmp_path / module.relative_to(ROOT)
        twin.parent.mkdir(parents=True, exist_ok=True)
        twin.touch()
    return tmp_path


def lint(tree: Path, *contracts: str) -> tuple[int, str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", *chosen],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_empty_modules_keep_every_contract(tree: Path) -> None:
    code, output = lint(tree)
    assert code == 0, output


@pytest.mark.parametrize(("contract", "module", "line"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(
    tree: Path, contract: str, module: str, line: str
) -> None:
    (tree / module).write_text(f"{line}\n")
    code, output = lint(tree, contract)
    assert code == 1, output
    assert "1 broken" in output


def test_every_contract_is_tried() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {contract for contract, _, _ in FORBIDDEN}


def test_every_cog_is_named_in_the_contract_of_cogs() -> None:
    (layers,) = (contract["layers"] for contract in CONTRACTS if contract["id"] == "cogs")
    modules = {path.stem for path in (ROOT / "cogs").glob("[!_]*.py")}
    assert {module for module in modules if f"({module})" not in layers[0]} == set()
