"""A store over the embedded server and, where one is on the PATH, over another one by address."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.store import Store
from bot.store.link import Link
from bot.store.server import serve
from bot.tasks import Tasks
from config.settings import Service


@pytest.fixture(params=["embedded", "by address"])
async def service(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Service]:
    """Settings of a store that is empty."""
    if request.param == "embedded":
        async with serve(tmp_path / "store"):
            yield Service(data_dir=tmp_path / "store")
        return
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server or valkey-server on the PATH")
    async with serve(tmp_path / "other", [Path(program)]) as url:
        yield Service(redis_url=SecretStr(url), data_dir=tmp_path / "unused")


@pytest.fixture
async def store(service: Service) -> AsyncIterator[Store]:
    async with Tasks() as tasks, Store.open(service, tasks) as opened:
        yield opened


@pytest.fixture
async def link(store: Store) -> Link:
    """The store's own connection, to look at keys as an operator would."""
    return store._link
