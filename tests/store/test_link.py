import asyncio
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import StoreDown
from bot.store import Store
from bot.store.link import Link
from bot.store.records import Person
from bot.store.server import serve
from bot.tasks import Tasks
from config.settings import Service


async def old_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks as Redis 6.2 would, as far as it is asked."""
    while count := (await reader.readline())[1:]:
        words = [(await reader.readline(), await reader.readline())[1] for _ in range(int(count))]
        if words[0].strip().upper() == b"INFO":
            writer.write(b"$22\r\nredis_version:6.2.14\r\n\r\n")
        else:
            writer.write(b"-ERR unknown command\r\n")
    writer.close()


async def test_an_address_where_nobody_answers_is_a_store_that_is_down(tmp_path: Path) -> None:
    service = Service(redis_url=SecretStr(f"unix://{tmp_path}/nobody.sock"))
    async with Tasks() as tasks:
        with pytest.raises(StoreDown, match="does not answer"):
            async with Store.open(service, tasks):
                pytest.fail("opened")


async def test_a_server_that_accepts_and_says_nothing_is_down_after_a_while(tmp_path: Path) -> None:
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_unix_server(
        lambda _, writer: held.append(writer), tmp_path / "silent.sock"
    )
    async with server:
        with pytest.raises(StoreDown):
            async with Link.open(f"unix://{tmp_path}/silent.sock", patience=0.05):
                pytest.fail("opened")
        for writer in held:
            writer.close()


async def test_a_server_before_redis_7_is_refused_by_name(tmp_path: Path) -> None:
    async with await asyncio.start_unix_server(old_server, tmp_path / "old.sock"):
        with pytest.raises(StoreDown, match=r"6\.2\.14"):
            async with Link.open(f"unix://{tmp_path}/old.sock"):
                pytest.fail("opened")


async def test_a_full_store_is_down_and_not_silently_forgetful(store: Store, link: Link) -> None:
    await link.call("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StoreDown):
        await store.people.save(Person(person_id=7))
    with pytest.raises(StoreDown):
        await store.options.put("styles", "x", 60)


async def test_a_living_store_passes_its_check(store: Store) -> None:
    await store.check()


@pytest.mark.parametrize("use", ["look", "call"])
async def test_no_cancellation_is_lost_whenever_it_comes(link: Link, use: str) -> None:
    finished = False
    for turns in range(1000):
        using = link.look([("PING",)]) if use == "look" else link.call("PING")
        async with Tasks() as tasks:
            task = tasks.start(using, name="use")
            for _ in range(turns):
                await asyncio.sleep(0)
            finished = task.done()
            task.cancel()
            await asyncio.wait({task})
        if finished:
            break
        assert task.cancelled(), f"after {turns} turns of the loop"
    assert finished
    assert await link.call("PING")


async def test_closing_waits_for_what_is_under_way_and_lets_no_more_begin(tmp_path: Path) -> None:
    async with serve(tmp_path / "store") as url, Tasks() as tasks:
        async with Link.open(url, patience=30) as link:
            waiting = tasks.start(link.call("BLPOP", "nothing", 0.2), name="use")
            await asyncio.sleep(0)
        assert waiting.done()
        assert waiting.result() is None
        with pytest.raises(StoreDown, match="closed"):
            await link.call("PING")


async def test_time_in_which_the_process_stood_still_does_not_count(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with serve(tmp_path / "store") as url, Link.open(url, patience=0.3) as link:
        loop.call_later(0.01, time.sleep, 0.5)
        assert await link.call("BLPOP", "nothing", 0.1) is None
