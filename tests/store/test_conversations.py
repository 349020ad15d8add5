from datetime import timedelta
from typing import Any

from bot.store import Store
from bot.store.records import Character, Persona, Reply, Scene, Turn, TurnKind, now


def scene(chat_id: str = "chat", channel_id: int = 1, **changes: Any) -> Scene:
    given = {
        "parent_id": 10,
        "guild_id": 70,
        "owner_id": 7,
        "character_id": "c",
        "character_name": "Ada",
        "persona_id": "p",
        "persona_name": "Me",
    }
    named = {"chat_id": chat_id, "channel_id": channel_id}
    return Scene.model_validate({**given, **named, **changes})


def reply(message_id: str = "m", **changes: Any) -> Reply:
    given = {"channel_id": 1, "chat_id": "chat", "asker_id": 7, "shown": [100]}
    return Reply.model_validate({**given, "message_id": message_id, **changes})


def turn(turn_id: str, channel_id: int = 1, **changes: Any) -> Turn:
    given = {"chat_id": "chat", "kind": TurnKind.SAY, "person_id": 7, "text": "hello"}
    named = {"turn_id": turn_id, "channel_id": channel_id}
    return Turn.model_validate({**given, **named, **changes})


async def test_a_channel_has_the_scene_that_was_started_there(store: Store) -> None:
    await store.scenes.save(scene())
    found = await store.scenes.of_channel(1)
    assert found
    assert found.chat_id == "chat"
    assert await store.scenes.of_channel(2) is None


async def test_a_new_scene_takes_the_channel_from_an_old_one(store: Store) -> None:
    await store.scenes.save(scene("old"))
    await store.scenes.save(scene("new"))
    found = await store.scenes.of_channel(1)
    assert found
    assert found.chat_id == "new"
    assert {kept.chat_id for kept in await store.scenes.of_owner(7)} == {"old", "new"}


async def test_an_ended_scene_leaves_its_channel_but_stays_its_owners(store: Store) -> None:
    await store.scenes.save(scene())
    ended = await store.scenes.end(1)
    assert ended
    assert await store.scenes.of_channel(1) is None
    (kept,) = await store.scenes.of_owner(7)
    assert kept.ended
    assert await store.scenes.end(1) is None


async def test_a_scene_that_moves_leaves_its_channel(store: Store) -> None:
    await store.scenes.save(scene(channel_id=1))
    await store.scenes.save(scene(channel_id=2))
    assert await store.scenes.of_channel(1) is None
    assert await store.scenes.of_channel(2)


async def test_a_reply_is_found_by_each_of_its_pages(store: Store) -> None:
    await store.replies.save(reply(shown=[100, 101]))
    assert await store.replies.of_shown(100) == await store.replies.of_shown(101)
    assert (await store.replies.of_message("chat", "m")) == await store.replies.of_shown(100)


async def test_a_reply_that_shrinks_is_not_found_by_its_lost_page(store: Store) -> None:
    await store.replies.save(reply(shown=[100, 101]))
    await store.replies.save(reply(shown=[100]))
    assert await store.replies.of_shown(100)
    assert await store.replies.of_shown(101) is None


async def test_a_dropped_reply_is_found_by_nothing(store: Store) -> None:
    await store.replies.save(reply())
    await store.replies.drop("chat", "m")
    await store.replies.drop("chat", "m")
    assert await store.replies.of_shown(100) is None
    assert await store.replies.of_chat("chat") == []


async def test_the_replies_of_a_chat_come_newest_first(store: Store) -> None:
    start = now()
    for number in range(3):
        created = start + timedelta(seconds=number)
        await store.replies.save(reply(f"m{number}", shown=[number], created=created))
    newest = await store.replies.of_chat("chat", limit=2)
    assert [found.message_id for found in newest] == ["m2", "m1"]


async def test_turns_wait_in_the_order_in_which_they_came(store: Store) -> None:
    start = now()
    await store.turns.save(turn("t2", created=start + timedelta(seconds=2)))
    await store.turns.save(turn("t1", created=start))
    await store.turns.save(turn("t3", channel_id=2, created=start + timedelta(seconds=3)))
    assert [found.turn_id for found in await store.turns.active()] == ["t1", "t2", "t3"]
    assert [found.turn_id for found in await store.turns.of_channel(1)] == ["t1", "t2"]
    await store.turns.drop("t1")
    assert [found.turn_id for found in await store.turns.of_channel(1)] == ["t2"]


async def test_a_character_is_seen_where_it_is_shared_and_no_longer(store: Store) -> None:
    ada = Character(character_id="c", owner_id=7, name="Ada", shared_with=[70, 71])
    await store.characters.save(ada)
    assert await store.characters.shared_with(71) == [ada]
    ada.shared_with = [70]
    await store.characters.save(ada)
    assert await store.characters.shared_with(71) == []
    assert await store.characters.shared_with(70) == [ada]
    await store.characters.delete("c")
    assert await store.characters.shared_with(70) == []
    assert await store.characters.of_owner(7) == []


async def test_everybody_sees_their_own_personas(store: Store) -> None:
    mine = Persona(persona_id="p", owner_id=7, name="Me", default=True)
    await store.personas.save(mine)
    await store.personas.save(Persona(persona_id="q", owner_id=8, name="You"))
    assert await store.personas.of_owner(7) == [mine]
    assert await store.personas.get("p") == mine
