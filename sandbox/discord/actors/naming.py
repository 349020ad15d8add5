"""From the names a person uses to ids and bodies: commands, options, components, inputs."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.acts import asking
from sandbox.discord.acts.attaching import store
from sandbox.discord.model import Channel, Command, Json, Message, Role, Upload, User, label_of
from sandbox.discord.refusal import Refusal
from sandbox.discord.rules.commands import CHAT_INPUT
from sandbox.discord.rules.invocation import path_of
from sandbox.discord.rules.modals import inputs
from sandbox.discord.world import World


def command(world: World, user: User, channel: Channel, name: str, kind: int) -> Command:
    """The command of that name and type.

    Raises:
        Refusal: There is one, but ``user`` cannot use it in ``channel``.
        LookupError: There is none at all.
    """
    named = [one for one in world.bot.commands.values() if (one.name, one.type) == (name, kind)]
    if not named:
        known = sorted(one.name for one in world.bot.commands.values())
        raise LookupError(f"no command {name!r} is registered, only {known}")
    problems = [asking.obstacle(world, one, user, channel) for one in named]
    for one, problem in zip(named, problems, strict=True):
        if problem is None:
            return one
    raise next(filter(None, problems))


def invocation(
    world: World,
    user: User,
    channel: Channel,
    text: str,
    given: Mapping[str, Any],
    *,
    focused: str | None = None,
) -> tuple[Command, list[Json]]:
    """The command that ``text`` names and its options as a client sends them."""
    name, *rest = text.removeprefix("/").split()
    found = command(world, user, channel, name, CHAT_INPUT)
    levels = path_of(found.spec, rest)
    if not levels:
        raise LookupError(f"{text!r} is no complete command; see {found.spec}")
    known = {option["name"]: option for option in levels[-1].get("options") or []}
    if unknown := given.keys() - known.keys():
        raise LookupError(f"/{text} has no option {sorted(unknown)}, only {sorted(known)}")
    options = [
        _option(world, channel, known[key], value, focused=key == focused)
        for key, value in given.items()
    ]
    for level in reversed(levels[1:]):
        options = [{"name": level["name"], "type": level["type"], "options": options}]
    return found, options


def component(message: Message, name: str) -> Json:
    """A button or select by custom id, label, emoji or placeholder.

    Raises:
        Refusal: The message shows no such thing.
    """
    parts = [part for part in message.parts if part.get("custom_id")]
    for part in parts:
        if name in {part["custom_id"], label_of(part), part.get("placeholder")}:
            return part
    shown = [part.get("placeholder") or label_of(part) for part in parts]
    raise Refusal(400, 50035, f"the message shows no {name!r}, only {shown}")


def entries(
    world: World, channel: Channel, modal: Json, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Entries by custom id from entries by label or custom id; files become ids."""
    keys = {}
    for row, part in inputs(modal):
        label = row.get("label") or part.get("label")
        keys[label] = keys[part["custom_id"]] = part["custom_id"]
    if unknown := given.keys() - keys.keys():
        raise LookupError(f"the modal has no {sorted(unknown)}, only {sorted(map(str, keys))}")
    return {keys[name]: _plain(world, channel, value) for name, value in given.items()}


def _option(world: World, channel: Channel, spec: Json, value: Any, *, focused: bool) -> Json:
    for choice in spec.get("choices") or []:
        if value == choice["name"]:
            value = choice["value"]
    option: Json = {"name": spec["name"], "type": spec["type"]}
    option["value"] = _plain(world, channel, value)
    if focused:
        option["focused"] = True
    return option


def _plain(world: World, channel: Channel, value: Any) -> Any:
    """Ids instead of objects; an upload is stored first."""
    if isinstance(value, Upload):
        kept = store(world, channel, value)
        kept.ephemeral = True
        return str(kept.id)
    if isinstance(value, User | Channel | Role):
        return str(value.id)
    if isinstance(value, list | tuple):
        return [_plain(world, channel, one) for one in value]
    return value
