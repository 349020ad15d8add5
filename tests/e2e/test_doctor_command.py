"""``python -m bot doctor`` as an operator runs it, and what a correction does for the bot."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.discord.events import Intent
from tests.e2e.conftest import Town, opened_town
from tests.e2e.process import BotProcess
from tests.test_doctor import document

MOVED = {
    "list_chats": "/chat",
    "list_custom_clothes": "/clothes/user",
    "create_image_prompt": "/prompts/create",
}
BY_HAND = "list_chats=/chat, list_custom_clothes=/clothes/user, create_image_prompt=/prompts/create"


@pytest.fixture
async def elsewhere(data_dir: Path) -> AsyncIterator[Town]:
    """A town whose AI service serves three rows at other places."""
    async with opened_town(data_dir, moved=MOVED) as opened:
        yield opened


async def consulted(town: Town, folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """The doctor's exit code and what it says; it must neither spend nor give away anything."""
    (folder / "output.txt").unlink(missing_ok=True)
    credits_before = town.ai.state.account.credits
    async with BotProcess.running(town.variables, folder, "doctor", *arguments) as doctor:
        code = await doctor.ended()
        told = doctor.told
    assert {call.method for call in town.ai.calls} <= {"GET"}
    assert town.ai.state.account.credits == credits_before
    for secret in (town.discord.world.bot.token, town.ai.api_key):
        assert secret not in told
    assert "Traceback" not in told
    return code, told.splitlines()


async def test_a_good_installation_is_healthy(town: Town, tmp_path: Path) -> None:
    code, lines = await consulted(town, tmp_path)
    assert code == 0
    assert [line.partition(":")[0] for line in lines] == [
        "ok   settings",
        "ok   table of routes",
        "ok   store",
        "ok   AliveAI",
        "ok   Discord",
    ]


async def test_what_probing_finds_can_be_pasted_and_then_all_is_well(
    elsewhere: Town, tmp_path: Path
) -> None:
    code, lines = await consulted(elsewhere, tmp_path, "--probe")
    assert code == 1
    file = tmp_path / "routes.toml"
    pasted = lines[next(n for n, line in enumerate(lines) if line.startswith("[")) :]
    file.write_text("\n".join(pasted), encoding="utf-8")
    elsewhere.variables["ALIVEAI_ROUTES_FILE"] = str(file)
    code, lines = await consulted(elsewhere, tmp_path, "--probe")
    assert code == 0
    assert "2 corrected" in lines[1]


async def test_an_openapi_file_becomes_corrections(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    places = {"create_image_prompt": ("POST", "/prompts/create")}
    file.write_text(json.dumps(document(moved=places)), encoding="utf-8")
    code, lines = await consulted(town, tmp_path, "--openapi", str(file))
    assert code == 1
    pasted = [line for line in lines if line][-2:]
    assert pasted == ["[create_image_prompt]", 'path = "/prompts/create"']


async def test_the_bot_calls_what_was_corrected(elsewhere: Town) -> None:
    elsewhere.variables["ALIVEAI_ROUTES"] = BY_HAND
    async with elsewhere.bot():
        asked = await elsewhere.alice.slash(elsewhere.lounge, "imagine", prompt="a lighthouse")
        await elsewhere.discord.until(lambda: bool(asked.message.attachments), what="the picture")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("DISCORD_TOKEN", "wrong-token", "FAIL Discord: DISCORD_TOKEN is not accepted"),
        ("DISCORD_API_URL", "http://127.0.0.1:9", "FAIL Discord: DISCORD_API_URL does not"),
        ("DISCORD_GATEWAY_URL", "ws://127.0.0.1:9", "FAIL Discord: the gateway does not let"),
        ("ALIVEAI_API_KEY", "wrong-key", "FAIL AliveAI: the credential is not accepted"),
        ("REDIS_URL", "redis://127.0.0.1:9", "FAIL store: the store does not answer"),
        ("ALIVEAI_ROUTES", "get_you=/x", "FAIL table of routes: ALIVEAI_ROUTES: get_you is no"),
    ],
)
async def test_what_is_wrong_is_told_and_the_rest_is_still_checked(
    town: Town, tmp_path: Path, variable: str, value: str, told: str
) -> None:
    town.variables[variable] = value
    code, lines = await consulted(town, tmp_path)
    assert code == 1
    assert any(line.startswith(told) for line in lines)
    assert sum(line.startswith(("ok ", "FAIL")) for line in lines) == 5


async def test_a_missing_intent_is_told_with_both_ways_out(town: Town, tmp_path: Path) -> None:
    town.discord.world.approve(int(Intent(0)))
    code, lines = await consulted(town, tmp_path)
    assert code == 1
    assert lines[-2] == "FAIL Discord: the message-content intent is not granted"
    assert "DISCORD_MESSAGE_CONTENT=false" in lines[-1]
    town.variables["DISCORD_MESSAGE_CONTENT"] = "false"
    assert (await consulted(town, tmp_path))[0] == 0


async def test_settings_come_from_the_file_that_is_named(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "bot.env"
    file.write_text("\n".join(f"{name}={value}" for name, value in town.variables.items()))
    town.variables.clear()
    town.variables["HOME"] = str(tmp_path)
    assert (await consulted(town, tmp_path, "--env-file", str(file)))[0] == 0
    code, lines = await consulted(town, tmp_path)
    assert code == 2
    assert lines == [
        "DISCORD_TOKEN is missing",
        "ALIVEAI_API_KEY is missing (or give ALIVEAI_EMAIL and ALIVEAI_PASSWORD)",
    ]
    code, lines = await consulted(town, tmp_path, "--env-file", str(tmp_path / "no.env"))
    assert code == 2
    assert lines[-1].endswith("no.env is not there")
