"""What a person does to the application: commands, menus, buttons, selects, modals.

Each function checks what Discord's own client and server would check before the application hears
of it, and returns the interaction that began.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.acts import interactions
from sandbox.discord.model import Channel, Command, Guild, Interaction, Json, Message, User, walk
from sandbox.discord.permissions import Permission, in_channel, in_guild, require
from sandbox.discord.refusal import Refusal, refuse
from sandbox.discord.rules import entries, invocation
from sandbox.discord.rules.components import SELECTS
from sandbox.discord.rules.resolving import USER, Resolved
from sandbox.discord.world import World


def available(world: World, user: User, channel: Channel) -> list[Command]:
    """The commands ``user`` may use in ``channel``."""
    listed = world.bot.commands.values()
    return [one for one in listed if obstacle(world, one, user, channel) is None]


def obstacle(world: World, command: Command, user: User, channel: Channel) -> Refusal | None:
    """Why ``user`` cannot use ``command`` in ``channel``; None if nothing is in the way."""
    guild = channel.guild
    if command.guild_id and (guild is None or guild.id != command.guild_id):
        return refuse(10063)
    if (0 if guild else 1) not in _contexts(command.spec):
        return Refusal(403, 50001, "This command cannot be used in this context")
    if command.spec.get("nsfw") and not channel.age_restricted:
        return Refusal(403, 50001, "This command is age-restricted")
    return _obstacle_in(world, guild, command, user, channel) if guild else None


def _obstacle_in(
    world: World, guild: Guild, command: Command, user: User, channel: Channel
) -> Refusal | None:
    if world.bot.id not in guild.members:
        return refuse(10063)
    needed = command.spec.get("default_member_permissions")
    lacks_rank = needed is not None and not _holds(int(needed), in_guild(guild, user))
    if lacks_rank or not in_channel(channel, user) & Permission.USE_APPLICATION_COMMANDS:
        return refuse(50013)
    return None


def command(
    world: World,
    user: User,
    channel: Channel,
    one: Command,
    options: list[Json],
    *,
    typing: bool = False,
    nonce: str | None = None,
) -> Interaction:
    """Use a slash command; ``typing``: only ask for completions of the focused option.

    Raises:
        Refusal: The command is not available here, or the options do not fit.
    """
    _check_available(world, one, user, channel)
    resolved = Resolved(world, user, channel)
    data = _named(one)
    data["options"] = invocation.check(one.spec, options, resolved, typing=typing)
    if resolved.shape:
        data["resolved"] = resolved.shape
    kind = interactions.AUTOCOMPLETE if typing else interactions.COMMAND
    return interactions.begin(world, kind, user, channel, data, nonce=nonce)


def menu(
    world: World,
    user: User,
    channel: Channel,
    one: Command,
    target: Message | User,
    *,
    nonce: str | None = None,
) -> Interaction:
    """Use a message or user menu on ``target``."""
    _check_available(world, one, user, channel)
    resolved = Resolved(world, user, channel)
    if isinstance(target, User):
        resolved.add(USER, str(target.id))
    else:
        resolved.add_message(target)
    data = _named(one) | {"target_id": str(target.id), "resolved": resolved.shape}
    return interactions.begin(world, interactions.COMMAND, user, channel, data, nonce=nonce)


def component(
    world: World,
    user: User,
    message: Message,
    custom_id: str,
    values: list[str] | None = None,
    *,
    nonce: str | None = None,
) -> Interaction:
    """Press a button, or choose ``values`` in a select.

    Raises:
        Refusal: The message or component is not there, or is disabled, or the values do not fit.
    """
    require(message.channel, user, Permission.VIEW_CHANNEL)
    if message.deleted or message.seen_only_by not in {None, user.id}:
        raise refuse(10008)
    part = _enabled(message, custom_id)
    data: Json = {"custom_id": custom_id, "component_type": part["type"], "id": part["id"]}
    resolved = Resolved(world, user, message.channel)
    if part["type"] in SELECTS:
        data["values"] = entries.selected(part, values or [], resolved)
        if resolved.shape:
            data["resolved"] = resolved.shape
    return interactions.begin(
        world, interactions.COMPONENT, user, message.channel, data, message=message, nonce=nonce
    )


def modal(
    world: World,
    user: User,
    opened: Interaction,
    given: Mapping[str, Any],
    *,
    nonce: str | None = None,
) -> Interaction:
    """Submit the modal that ``opened`` was answered with; entries by custom id."""
    if opened.modal is None or opened.user is not user:
        raise refuse(10062)
    resolved = Resolved(world, user, opened.channel)
    data: Json = {
        "custom_id": opened.modal["custom_id"],
        "components": entries.submission(opened.modal, given, resolved),
    }
    if resolved.shape:
        data["resolved"] = resolved.shape
    return interactions.begin(
        world,
        interactions.MODAL,
        user,
        opened.channel,
        data,
        message=opened.message,
        parent=opened,
        nonce=nonce,
    )


def _check_available(world: World, one: Command, user: User, channel: Channel) -> None:
    require(channel, user, Permission.VIEW_CHANNEL)
    if problem := obstacle(world, one, user, channel):
        raise problem


def _contexts(spec: Json) -> list[int]:
    contexts = spec.get("contexts")
    if contexts is not None:
        return list(contexts)
    return [0, 1] if spec.get("dm_permission", True) else [0]


def _holds(needed: int, granted: int) -> bool:
    if granted & Permission.ADMINISTRATOR:
        return True
    return needed != 0 and not needed & ~granted


def _named(one: Command) -> Json:
    data: Json = {"id": str(one.id), "name": one.name, "type": one.type}
    if one.guild_id:
        data["guild_id"] = str(one.guild_id)
    return data


def _enabled(message: Message, custom_id: str) -> Json:
    for part in walk(message.components):
        if part.get("custom_id") == custom_id:
            if part.get("disabled"):
                raise Refusal(400, 50035, f"Component {custom_id} is disabled")
            return part
    raise Refusal(400, 50035, f"The message has no component {custom_id}")
