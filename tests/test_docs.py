"""The documents say what is true: links lead somewhere, targets and variables exist."""

import re
from pathlib import Path

import pytest

from bot.app import PERMISSIONS
from config.settings import GROUPS, variable_of

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PACKAGES = ("bot", "cogs")
MODULES = {each: sorted((ROOT / each).glob("[!_]*.py")) for each in PACKAGES}
MODULES["cogs"] += sorted((ROOT / "cogs").glob("_[!_]*.py"))
VARIABLES = {variable_of(group, name) for group in GROUPS.values() for name in group.model_fields}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text())
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4,})make ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


def test_the_invite_link_asks_for_what_the_bot_needs() -> None:
    (permissions,) = re.findall(r"permissions=(\d+)", (ROOT / "README.md").read_text())
    assert int(permissions) == PERMISSIONS.value


def test_every_module_of_the_bot_has_its_line_in_the_table_of_what_lives_where() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text()
    modules = [f"`{package}/{path.name}`" for package in PACKAGES for path in MODULES[package]]
    assert [each for each in modules if each not in table] == []
    folders = {f"`bot/{path.parent.name}/" for path in (ROOT / "bot").glob("*/__init__.py")}
    assert {each for each in folders if each not in table} == set()
    named = set(re.findall(r"`((?:bot|cogs|config)/[\w/]+\.py)`", table))
    assert {each for each in named if not (ROOT / each).exists()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_variable_that_is_named_is_a_setting(document: Path) -> None:
    prefixes = ("DISCORD_", "ALIVEAI_", "REDIS_", "OPS_", "SHARD_", "DATA_", "EXPLICIT_")
    named = re.findall(r"`([A-Z]+_[A-Z_]+)`?", document.read_text())
    unknown = {each for each in named if each.startswith(prefixes) and each not in VARIABLES} - {
        "DISCORD_OPENAPI"
    }
    assert unknown == set()
