"""The bot as its operator runs it, talkative, through login, work, errors and a crash.

Afterwards everything that it said or kept is searched for every secret that it ever held.
"""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bot.store import Store
from bot.tasks import Tasks
from tests.e2e.conftest import Town
from tests.e2e.people import mira, picture, reply, scene

ROOT = Path(__file__).parents[2]
OPS = re.compile(r"probes and metrics at (http://\S+)")
WRONG_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong-.not-the-token-of-anybody-at-all"


@dataclass
class Process:
    """The bot in a process of its own, and what it wrote so far."""

    running: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    async def listen(self) -> None:
        assert self.running.stdout is not None
        async for line in self.running.stdout:
            self.lines.append(line.decode())


@asynccontextmanager
async def process(variables: dict[str, str]) -> AsyncIterator[Process]:
    """``python -m bot run`` with everything it writes in one place; killed at the end."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "faulthandler", "-X", "dev", "-m", "bot", "run", "--no-env-file"),
        cwd=ROOT,
        env={**variables, "PYTHONWARNINGS": "ignore"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    seen = Process(started)
    async with asyncio.TaskGroup() as group:
        group.create_task(seen.listen())
        try:
            yield seen
        finally:
            if started.returncode is None:
                started.kill()
            await started.wait()


def secrets(town: Town) -> set[str]:
    """Everything that opens a door, and the forms it takes on its way."""
    account = town.ai.state.account
    bearers = town.ai.faults._seals._tokens
    tokens = town.discord.world.by_token
    known = {account.api_key, account.password, WRONG_TOKEN, town.discord.world.bot.token}
    return {*known, *bearers, *tokens, *voices(town)}


def voices(town: Town) -> set[str]:
    """The tokens by which characters speak."""
    return {webhook.token for webhook in town.discord.world.webhooks.values()}


def files_below(folder: Path) -> str:
    """All that the store wrote."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(path.read_bytes().decode(errors="replace") for path in files)


def check(town: Town, text: str, *, kept: bool = False) -> None:
    """``kept``: the store has to remember the tokens of interactions and webhooks, no others."""
    spared = {*town.discord.world.by_token, *voices(town)} if kept else set()
    for secret in secrets(town) - spared:
        assert secret not in text
        assert secret.replace(" ", "%20") not in text


async def trouble(town: Town) -> None:
    """Work, and everything that goes wrong meanwhile."""
    await picture(town)
    town.ai.faults.expire_tokens()
    town.ai.faults.fail("create_image_prompt", 401)
    town.ai.faults.fail("create_image_prompt", 500, "internal: token=abc", nth=2)
    await mira(town)
    await reply(town, await scene(town), "Hello.")
    failed = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: "Details" in failed.message.buttons, timeout=15)
    answer = "POST /interactions/{interaction_id}/{token}/callback"
    town.discord.faults.fail(answer, status=400)
    await town.alice.slash(town.lounge, "help")
    town.discord.faults.fail("POST /channels/{channel_id}/messages", status=500)
    await town.alice.say(next(iter(town.guild.threads.values())), "And then?")
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 2)


@pytest.mark.parametrize("by", ["key", "password"])
async def test_no_secret_is_said_kept_or_counted(town: Town, by: str) -> None:
    account = town.ai.state.account
    variables = {**town.variables, "LOG_LEVEL": "DEBUG"}
    if by == "password":
        del variables["ALIVEAI_API_KEY"]
        variables |= {"ALIVEAI_EMAIL": account.email, "ALIVEAI_PASSWORD": account.password}
    async with process(variables) as bot:
        online = town.discord.world.online
        await town.discord.until(lambda: town.discord.world.bot.id in online, timeout=20)
        await trouble(town)
        found = OPS.search(bot.output)
        assert found
        async with aiohttp.ClientSession() as web, web.get(f"{found[1]}/metrics") as answer:
            metrics = await answer.text()
        bot.running.send_signal(signal.SIGABRT)
        await bot.running.wait()
    assert "Fatal Python error: Aborted" in bot.output
    assert "Traceback" in bot.output
    assert len(secrets(town)) >= (4 if by == "key" else 5)
    assert voices(town)
    check(town, bot.output)
    check(town, metrics)
    async with Tasks() as tasks, Store.open(town.settings.service, tasks) as store:
        entries = await store.audit.recent(1000)
    assert entries
    check(town, "".join(entry.model_dump_json() for entry in entries))
    kept = files_below(Path(variables["DATA_DIR"]))
    assert "create_image_prompt" in kept
    check(town, kept, kept=True)


async def test_a_token_that_is_not_accepted_is_not_repeated(town: Town) -> None:
    variables = {**town.variables, "LOG_LEVEL": "DEBUG", "DISCORD_TOKEN": WRONG_TOKEN}
    async with process(variables) as bot:
        await asyncio.wait_for(bot.running.wait(), 20)
    assert "DISCORD_TOKEN" in bot.output
    check(town, bot.output)
