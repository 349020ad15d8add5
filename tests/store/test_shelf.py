import logging

import pytest

from bot.store import Store
from bot.store.link import Link
from bot.store.records import Character

ADA = Character(character_id="c", owner_id=7, name="Ada")


@pytest.mark.parametrize(
    "text", ["", "{", "null", '{"character_id": "c"}', '{"version": 9, "name": "Ada"}', b"\xff\x00"]
)
async def test_an_unreadable_record_is_set_aside_and_the_rest_stays(
    store: Store, link: Link, text: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    bob = Character(character_id="b", owner_id=7, name="Bob")
    await store.characters.save(ADA)
    await store.characters.save(bob)
    await link.call("HSET", "vivant:character:c", "json", text)
    with caplog.at_level(logging.ERROR):
        assert await store.characters.of_owner(7) == [bob]
    assert "unreadable character c" in caplog.text
    assert await store.characters.get("c") is None
    assert await link.call("EXISTS", "vivant:lost:character:c") == 1
    assert await link.call("TTL", "vivant:lost:character:c") > 0
    assert await link.call("ZCARD", "vivant:index:character:owner:7") == 1


async def test_the_log_names_the_fields_and_never_the_text(
    store: Store, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    await store.characters.save(ADA)
    text = ADA.model_dump_json().replace('"owner_id":7', '"owner_id":"a secret"')
    await link.call("HSET", "vivant:character:c", "json", text)
    await store.characters.get("c")
    assert "owner_id" in caplog.text
    assert "a secret" not in caplog.text


async def test_a_record_of_a_foreign_type_is_set_aside_too(store: Store, link: Link) -> None:
    await link.call("SET", "vivant:character:c", "what is this")
    assert await store.characters.get("c") is None
    assert await link.call("EXISTS", "vivant:lost:character:c") == 1


async def test_saving_over_something_foreign_repairs_it(store: Store, link: Link) -> None:
    await link.call("SET", "vivant:character:c", "what is this")
    await store.characters.save(ADA)
    assert await store.characters.get("c") == ADA


async def test_saving_over_a_broken_list_of_indexes_repairs_it(store: Store, link: Link) -> None:
    await store.characters.save(ADA)
    await link.call("HSET", "vivant:character:c", "indexes", "{broken")
    await store.characters.save(ADA)
    await store.characters.delete("c")
    assert await link.call("KEYS", "*") == []


async def test_fields_of_a_later_version_are_ignored(store: Store, link: Link) -> None:
    await store.characters.save(ADA)
    text = ADA.model_dump_json().replace("{", '{"mood":"sunny",', 1)
    await link.call("HSET", "vivant:character:c", "json", text)
    assert await store.characters.get("c") == ADA


async def test_ids_with_colons_do_not_meet_the_indexes(store: Store) -> None:
    odd = Character(character_id="owner:7", owner_id=7, name="Odd")
    await store.characters.save(odd)
    assert await store.characters.get("owner:7") == odd
    assert await store.characters.of_owner(7) == [odd]


async def test_an_option_is_what_was_put_until_it_ends(store: Store, link: Link) -> None:
    await store.options.put("styles", [{"id": "a", "name": "Ä"}], 60)
    assert await store.options.get("styles") == [{"id": "a", "name": "Ä"}]
    assert 0 < await link.call("TTL", "vivant:option:styles") <= 60
    assert await store.options.get("poses") is None


async def test_an_option_without_an_end_stays(store: Store, link: Link) -> None:
    await store.options.put("commands", "hash", None)
    assert await link.call("TTL", "vivant:option:commands") == -1


async def test_an_unreadable_option_is_as_good_as_absent(store: Store, link: Link) -> None:
    await link.call("SET", "vivant:option:styles", "{")
    assert await store.options.get("styles") is None
