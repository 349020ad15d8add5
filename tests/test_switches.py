"""Which switch counts: the nearest scope that says anything."""

import pytest

from bot.policy import OPERATIONS
from bot.store.records import Server
from bot.switches import FEATURES, Switch, change, features_off, switch_of

THREAD, CHANNEL, ARTIST, NEWCOMER = 1, 2, 10, 11

TABLE = [
    # what was said                                      roles      image is …
    ({}, {ARTIST}, Switch(True, None)),
    ({"server": False}, {ARTIST}, Switch(False, "server")),
    ({"server": False, "role-10": True}, {ARTIST}, Switch(True, "role-10")),
    ({"server": False, "role-10": True}, {NEWCOMER}, Switch(False, "server")),
    ({"role-10": True, "role-11": False}, {ARTIST, NEWCOMER}, Switch(False, "role-11")),
    ({"channel-2": False, "role-10": True}, {ARTIST}, Switch(False, "channel-2")),
    ({"channel-2": True, "server": False}, set(), Switch(True, "channel-2")),
    ({"channel-1": False, "channel-2": True}, set(), Switch(False, "channel-1")),
    ({"channel-3": False}, set(), Switch(True, None)),
    ({"role-11": False}, None, Switch(False, "role-11")),
    ({"server": False, "role-10": True}, None, Switch(False, "server")),
]


@pytest.mark.parametrize(("said", "roles", "found"), TABLE)
def test_the_nearest_scope_counts(
    said: dict[str, bool], roles: set[int] | None, found: Switch
) -> None:
    server = Server(guild_id=1, switches={scope: {"image": on} for scope, on in said.items()})
    assert switch_of(server, "image", (THREAD, CHANNEL), roles) == found
    assert ("image" in features_off(server, (THREAD, CHANNEL), roles)) is not found.on


def test_a_channel_goes_from_nothing_to_off_to_on_and_back() -> None:
    server, seen = Server(guild_id=1), []
    for _ in range(3):
        change(server, "channel-2", "image")
        seen.append(server.switches.get("channel-2", {}).get("image"))
    assert seen == [False, True, None]
    assert server.switches == {}


def test_the_server_itself_says_off_or_nothing() -> None:
    server = Server(guild_id=1)
    change(server, "server", "chat")
    assert server.switches == {"server": {"chat": False}}
    change(server, "server", "chat")
    assert server.switches == {}


def test_every_feature_of_the_policy_can_be_switched() -> None:
    assert {row.feature for row in OPERATIONS.values()} == set(FEATURES) - {"identity"}
