"""Decisions without I/O: retries, waiting times, corrections of the table."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api import routes
from bot.api.corrections import corrected, load_corrections
from bot.api.refusals import Answer, refusal, retry_after
from bot.api.retries import ATTEMPTS, pause_before_retry
from bot.errors import ApiError, Missing, RateLimited, Refused, ServerFault, TimedOut, Unreachable
from config.settings import AliveAI, SettingsError
from tests.api.conftest import Opening
from tests.api.server import Scripted, says

PASSING = [Unreachable("r"), TimedOut("r"), ServerFault("r", 503), RateLimited("r", 429, "", 1.0)]


@pytest.mark.parametrize("error", PASSING)
@given(failed=st.integers(1, 5), spread=st.floats(0, 1))
def test_nothing_unsafe_is_ever_called_again(error: ApiError, failed: int, spread: float) -> None:
    assert pause_before_retry(failed, error, safe=False, spread=spread) is None


@pytest.mark.parametrize("error", PASSING)
@given(failed=st.integers(1, ATTEMPTS - 1), spread=st.floats(0, 1))
def test_pauses_are_short_and_grow(error: ApiError, failed: int, spread: float) -> None:
    pause = pause_before_retry(failed, error, safe=True, spread=spread)
    assert pause is not None
    assert 0 < pause <= 10


@pytest.mark.parametrize("error", [Missing("r", 404), RateLimited("r", 429, "", 60.0)])
def test_what_will_not_pass_soon_is_not_tried_again(error: ApiError) -> None:
    assert pause_before_retry(1, error, safe=True, spread=0.5) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("nan", 0.0),
        ("inf", 3600.0),
        ("Thu, 10 Mar 2022 16:16:00 GMT", 10.0),
        ("Thu, 10 Mar 2022 16:15:00 GMT", 0.0),
        ("soon", 5.0),
        (None, 5.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float) -> None:
    assert retry_after(header, datetime(2022, 3, 10, 16, 15, 50, tzinfo=UTC)) == seconds


@given(st.integers(400, 599), st.binary(max_size=200))
def test_every_error_answer_becomes_a_short_refusal(status: int, body: bytes) -> None:
    error = refusal("r", Answer(status, {}, body))
    assert isinstance(error, Refused)
    assert len(error.detail) <= 500
    assert "\n" not in error.detail


def test_a_correction_changes_method_and_path_of_its_row_alone() -> None:
    table = corrected({"create_chat_image": {"path": "/chats/{chatId}/image"}})
    [(before, after)] = table.items()
    assert before is routes.CREATE_CHAT_IMAGE
    assert (after.method, after.path) == ("POST", "/chats/{chatId}/image")


@pytest.mark.parametrize(
    ("operation", "values", "problem"),
    [
        ("no_such_row", {"path": "/x"}, "no_such_row is no row"),
        ("get_chat", {"path": "/chats"}, "needs the parameters chatId"),
        ("get_chat", {"path": "chats/{chatId}"}, "a path that is none"),
        ("get_chat", {"path": "/chats/{chatId}?x=1"}, "a path that is none"),
        ("get_chat", {"path": 1}, "a path that is none"),
        ("get_chat", {"method": "FETCH"}, "a method other than"),
        ("create_image_prompt", {"method": "GET"}, "a method other than DELETE"),
        ("ws_prompt_events", {"method": "GET"}, "a method other than WS"),
        ("get_chat", {"url": "x"}, "takes method and path only"),
        ("get_chat", "x", "takes method and path only"),
    ],
)
def test_a_wrong_correction_is_told(operation: str, values: object, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        corrected({operation: values})
    assert problem in caught.value.problems[0]


@pytest.mark.parametrize("text", [None, "= broken", "\xff"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "routes.toml"
    if text is not None:
        file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match="ALIVEAI_ROUTES_FILE"):
        load_corrections(account(routes_file=file))


def account(**corrections: Any) -> AliveAI:
    return AliveAI.model_validate({"api_key": "k-secret", **corrections})


def test_a_variable_corrects_rows_and_overrules_the_file(tmp_path: Path) -> None:
    file = tmp_path / "routes.toml"
    file.write_text('[list_chats]\npath = "/a"\n[get_me]\npath = "/b"\n', encoding="utf-8")
    by_hand = " list_chats = /c , create_chat_image=PUT /chats/{chatId}/image "
    table = load_corrections(account(routes_file=file, routes=by_hand))
    assert {before.operation: (after.method, after.path) for before, after in table.items()} == {
        "list_chats": ("GET", "/c"),
        "get_me": ("GET", "/b"),
        "create_chat_image": ("PUT", "/chats/{chatId}/image"),
    }


@pytest.mark.parametrize("text", ["no_such_row=/x", "no_such_row", "get_chat=/chats", "=/x"])
def test_a_wrong_variable_is_told_in_one_line(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_corrections(account(routes=text))
    [problem] = caught.value.problems
    assert problem.startswith("ALIVEAI_ROUTES: ")


async def test_the_client_calls_the_corrected_path(
    opening: Opening, server: Scripted, tmp_path: Path
) -> None:
    file = tmp_path / "routes.toml"
    file.write_text('[list_chats]\npath = "/chat"\n', encoding="utf-8")
    server.on("GET", "/chat", says([{"chatId": "c"}]))
    async with opening(routes_file=file) as api:
        assert [chat.chat_id for chat in await api.call(routes.LIST_CHATS)] == ["c"]
