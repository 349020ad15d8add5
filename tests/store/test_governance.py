from datetime import timedelta

from bot.store import Store
from bot.store.link import Link
from bot.store.records import (
    Anchor,
    Audited,
    Character,
    Complaint,
    Erasure,
    Intention,
    Job,
    Medium,
    Person,
    Persona,
    Reply,
    Scene,
    Server,
    Turn,
    TurnKind,
    now,
)


def entry(what: str, **changes: object) -> Audited:
    return Audited.model_validate({"what": what, "verdict": "allowed", "person_id": 7, **changes})


async def fill(store: Store, person_id: int, guild_id: int) -> None:
    """One record of every kind, of this person in this server."""
    tag = f"{person_id}-{guild_id}"
    anchor = Anchor(channel_id=guild_id)
    await store.jobs.save(
        Job(
            job_id=tag,
            operation="imagine",
            body={},
            seed="1",
            owner_id=person_id,
            guild_id=guild_id,
            anchor=anchor,
        )
    )
    await store.media.save(Medium(media_id=tag, kind="IMAGE", owner_id=person_id))
    await store.scenes.save(
        Scene(
            channel_id=guild_id,
            parent_id=None,
            guild_id=guild_id,
            owner_id=person_id,
            chat_id=tag,
            character_id=tag,
            character_name="Ada",
            persona_id=tag,
            persona_name="Me",
        )
    )
    await store.turns.save(
        Turn(
            turn_id=tag,
            channel_id=guild_id,
            chat_id=tag,
            kind=TurnKind.SAY,
            person_id=person_id,
        )
    )
    await store.replies.save(
        Reply(channel_id=guild_id, chat_id=tag, message_id="m", asker_id=person_id, shown=[1])
    )
    await store.characters.save(
        Character(character_id=tag, owner_id=person_id, name="Ada", shared_with=[guild_id])
    )
    await store.personas.save(Persona(persona_id=tag, owner_id=person_id, name="Me"))
    await store.people.save(Person(person_id=person_id, adult_since=now()))
    await store.audit.add(entry("create", person_id=person_id, guild_id=guild_id))
    await store.reports.save(
        Complaint(
            report_id=tag,
            reporter_id=person_id,
            owner_id=9,
            guild_id=guild_id,
            channel_id=guild_id,
            message_id=1,
            kind="job",
            about=tag,
            operation="imagine",
        )
    )
    await store.erasures.save(Erasure(kind="person", id=person_id))
    await store.intentions.save(Intention(kind="scene", owner_id=person_id, anchor=anchor))


async def test_a_server_without_decisions_has_the_defaults(store: Store) -> None:
    assert await store.servers.get(70) == Server(guild_id=70)
    await store.servers.save(Server(guild_id=70, scenes_in=[1], log_channel=2))
    assert (await store.servers.get(70)).scenes_in == [1]


async def test_a_person_is_no_adult_until_saved_as_one(store: Store) -> None:
    assert (await store.people.get(7)).adult_since is None
    await store.people.save(Person(person_id=7, adult_since=now()))
    assert (await store.people.get(7)).adult_since


async def test_the_audit_trail_shows_its_newest_entries_first(store: Store) -> None:
    start = now()
    for number in range(3):
        await store.audit.add(entry(f"step {number}", at=start + timedelta(seconds=number)))
    assert [found.what for found in await store.audit.recent(2)] == ["step 2", "step 1"]


async def test_the_audit_trail_ends_with_the_retention_time(store: Store, link: Link) -> None:
    await store.audit.add(entry("old", at=now() - timedelta(days=91)))
    assert await store.audit.recent(10) == []
    await store.audit.add(entry("new"))
    assert await link.call("ZCARD", "vivant:index:audit:all:") == 1
    for key in await link.call("KEYS", "*"):
        assert await link.call("TTL", key) > 0


async def test_servers_that_the_bot_left_are_found_by_when(store: Store) -> None:
    await store.servers.save(Server(guild_id=1, left=now() - timedelta(days=31)))
    await store.servers.save(Server(guild_id=2, left=now()))
    await store.servers.save(Server(guild_id=3))
    (gone,) = await store.servers.left_before(now() - timedelta(days=30))
    assert gone.guild_id == 1


async def test_an_export_holds_one_record_of_every_kind_and_nobody_elses(store: Store) -> None:
    await fill(store, 7, 70)
    await fill(store, 8, 71)
    everything = await store.everything_of(7)
    assert {kind: len(found) for kind, found in everything.items()} == dict.fromkeys(everything, 1)
    assert len(everything) == 12


async def test_a_forgotten_person_leaves_no_key_behind(store: Store, link: Link) -> None:
    await fill(store, 7, 70)
    await store.options.put_of(7, "draft", "words", 60)
    assert await store.options.of_owner(7) == ["words"]
    await store.forget_person(7)
    (wish,) = await store.erasures.all()
    await store.erasures.drop(wish)
    assert await link.call("KEYS", "*") == []


async def test_a_blocked_person_stays_blocked_when_forgotten(store: Store) -> None:
    await store.people.save(Person(person_id=7, blocked=True, adult_since=now()))
    await store.forget_person(7)
    assert await store.people.get(7) == Person(person_id=7, blocked=True)


async def test_a_forgotten_server_takes_its_scenes_and_decisions_along(store: Store) -> None:
    await fill(store, 7, 70)
    await fill(store, 8, 71)
    await store.servers.save(Server(guild_id=70, scenes_in=[1], left=now()))
    await store.forget_guild(70)
    kept = {kind: len(found) for kind, found in (await store.everything_of(7)).items()}
    gone = {kind for kind, count in kept.items() if not count}
    assert gone == {"job", "scene", "turn", "reply", "audit", "report"}
    assert await store.servers.get(70) == Server(guild_id=70)
    assert await store.servers.left_before(now()) == []
    (ada,) = await store.characters.of_owner(7)
    assert ada.shared_with == []
    assert all((await store.everything_of(8)).values())


async def test_servers_that_the_bot_is_in_are_listed(store: Store) -> None:
    await store.servers.save(Server(guild_id=1, left=now()))
    await store.servers.save(Server(guild_id=2))
    assert [server.guild_id for server in await store.servers.here()] == [2]


async def test_a_wish_to_be_forgotten_outlives_what_it_removes(store: Store) -> None:
    await fill(store, 7, 70)
    await store.erasures.save(Erasure(kind="person", id=7))
    await store.forget_person(7)
    (wish,) = await store.erasures.all()
    await store.erasures.drop(wish)
    assert await store.erasures.all() == []
