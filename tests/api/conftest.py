from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from bot.api import Api
from config.settings import AliveAI
from tests.api.server import Scripted, serving

Opening = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with serving() as scripted:
        yield scripted


@pytest.fixture
def pauses() -> list[float]:
    """Seconds that the client would have slept, in order."""
    return []


@pytest.fixture
def opening(server: Scripted, pauses: list[float]) -> Opening:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    def opened(**changes: Any) -> AbstractAsyncContextManager[Api]:
        values = {
            "api_key": "k-secret",
            "url": server.url,
            "ws_url": server.ws_url,
            "timeout_seconds": 5.0,
            "idle_seconds": 5.0,
            "poll_seconds": 0.02,
        }
        return Api.open(AliveAI.model_validate(values | changes), sleep=sleep)

    return opened


@pytest.fixture
async def api(opening: Opening) -> AsyncIterator[Api]:
    async with opening() as opened:
        yield opened
