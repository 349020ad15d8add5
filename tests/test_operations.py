"""The table of operations is whole, and agrees with the documentation and the policy."""

import pytest

from bot import policy
from bot.api.models.base import Request
from bot.api.routes import ROUTES
from bot.operations import OPERATIONS, ROWS, Form, Operation, commands

DISCORD_OPTIONS = 25
JOBS = [row for row in ROWS if not row.in_scenes]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_has_its_row_in_the_policy(row: Operation) -> None:
    assert row.name in policy.OPERATIONS
    assert policy.OPERATIONS[row.name].pictures


def creates() -> set[str]:
    """Every documented endpoint that makes a medium, but for pictures inside chats."""
    return {
        route.operation
        for route in ROUTES
        if route.section == "Prompts Resource" and route.method == "POST"
    }


def test_every_documented_creation_is_a_row() -> None:
    assert {row.name for row in ROWS if not row.in_scenes} == creates()
    assert {row.name for row in ROWS if row.in_scenes} == {"create_chat_image"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_field_of_a_row_is_in_the_model_and_in_the_policy(row: Operation) -> None:
    known = policy.OPERATIONS[row.name].fields
    named = {option.field for option in row.options} | {*row.always}
    named |= {row.source[0]} if row.source else set()
    for field in named:
        assert row.takes(field)
        assert field in known


@pytest.mark.parametrize("row", JOBS, ids=lambda row: row.name)
def test_every_field_the_documentation_requires_is_filled(row: Operation) -> None:
    options = {option.field for option in row.options}
    source = {row.source[0]} if row.source else set()
    by_submit = {"name", "createdFromPromptId"}
    model = row.route.body
    assert model is not None
    assert issubclass(model, Request)
    required = {
        info.alias or name for name, info in model.model_fields.items() if info.is_required()
    }
    assert required <= options | source | set(row.always) | by_submit


def test_models_documented_as_never_explicit_are_those_of_clean_mode() -> None:
    for row in ROWS:
        clean = policy.OPERATIONS[row.name].clean
        if row.never_explicit and clean and row.model in clean.only:
            assert row.never_explicit <= clean.only[row.model]


def test_explicit_rows_are_only_under_their_own_command() -> None:
    for row in ROWS:
        assert row.explicit == any(path.startswith("adult ") for path in row.commands)
        if row.explicit:
            assert policy.OPERATIONS[row.name].clean is None
            assert not row.button
            assert not row.menu


def test_every_row_is_reached_by_a_command_with_few_enough_options() -> None:
    for path, rows in commands().items():
        names = {option.name for row in rows for option in row.options}
        assert len(names) + 4 <= DISCORD_OPTIONS, path
    assert all(row.commands for row in JOBS)


def test_limits_are_read_from_the_models() -> None:
    image = OPERATIONS["create_image_prompt"]
    bounds = {option.name: image.bounds(option) for option in image.options}
    assert bounds["prompt"].most == 1500
    assert (bounds["cfg"].least, bounds["cfg"].most) == (1, 10)
    assert bounds["aspect"].form is Form.CHOICE
    assert bounds["aspect"].values == ("DEFAULT", "SQUARE", "PORTRAIT", "LANDSCAPE")
    assert bounds["prompt"].required
    assert not bounds["negative"].required
