"""Which features a server has switched on or off, where, for whom, and who said so.

A scope is the server, a channel or a role, each with switches of its own. The nearest scope that
says anything counts: a thread before its channel, the channel before a person's roles, roles
before the server. Of several roles one that says off is enough; where roles are unknown, every
role that says off counts and none that says on. What nobody switched is on.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.store.records import Server

FEATURES = (
    *("image", "edit", "face", "video", "profile", "wardrobe"),
    *("prompt", "character", "chat", "adult", "identity"),
)
"""All that can be switched. ``bot.policy.OPERATIONS`` says which operation is which; "identity"
is that characters speak under their own names."""

SERVER = "server"


@dataclass(frozen=True, slots=True)
class Switch:
    """What holds for a feature, and the scope that says so; none: nobody said anything."""

    on: bool
    scope: str | None


def channel_scope(channel_id: int) -> str:
    """The scope of a channel and its threads."""
    return f"channel-{channel_id}"


def role_scope(role_id: int) -> str:
    """The scope of those who have a role."""
    return f"role-{role_id}"


def switch_of(
    server: Server, feature: str, channels: Sequence[int], roles: Collection[int] | None
) -> Switch:
    """What holds for ``feature`` in ``channels``, the nearest first, for who has ``roles``."""
    for channel_id in channels:
        scope = channel_scope(channel_id)
        if (said := _said(server, scope, feature)) is not None:
            return Switch(said, scope)
    by_role = dict(_role_switches(server, feature, roles))
    for scope, on in sorted(by_role.items(), key=lambda item: item[1]):
        return Switch(on, scope)
    said = _said(server, SERVER, feature)
    return Switch(said is not False, None if said is None else SERVER)


def features_off(
    server: Server, channels: Sequence[int], roles: Collection[int] | None
) -> frozenset[str]:
    """All features that are off in ``channels`` for somebody with ``roles``."""
    return frozenset(
        feature for feature in FEATURES if not switch_of(server, feature, channels, roles).on
    )


def change(server: Server, scope: str, feature: str) -> None:
    """Go on to the next value: off, on, and nothing said; the server itself says off or nothing."""
    switches = {each: dict(values) for each, values in server.switches.items()}
    here = switches.setdefault(scope, {})
    said = here.pop(feature, None)
    if said is None:
        here[feature] = False
    elif not said and scope != SERVER:
        here[feature] = True
    server.switches = {each: values for each, values in switches.items() if values}


def _role_switches(
    server: Server, feature: str, roles: Collection[int] | None
) -> Iterator[tuple[str, bool]]:
    held = None if roles is None else {role_scope(role) for role in roles}
    for scope, values in server.switches.items():
        if scope.startswith("role-") and feature in values:
            on = values[feature]
            if (held is None and not on) or (held is not None and scope in held):
                yield scope, on


def _said(server: Server, scope: str, feature: str) -> bool | None:
    return server.switches.get(scope, {}).get(feature)
