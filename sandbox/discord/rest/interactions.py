"""Routes of interactions, the application's side and the person's."""

from sandbox.discord.acts import asking, interactions
from sandbox.discord.acts.attaching import store
from sandbox.discord.model import Channel, Interaction, Json, Message, User
from sandbox.discord.refusal import Unhonoured, fields, honour, refuse
from sandbox.discord.rest.ask import Ask, snowflake
from sandbox.discord.rules import entries
from sandbox.discord.rules.commands import CHAT_INPUT, USER_MENU
from sandbox.discord.shapes import interactions as shapes
from sandbox.discord.shapes import people

DATA_FIELDS = fields(
    "id name type version guild_id options target_id attachments custom_id component_type "
    "values components application_command"
)


def callback(ask: Ask) -> Json | None:
    one = interactions.find(ask.world, ask.id("interaction_id"), ask.path["token"])
    data = ask.body.get("data") or {}
    interactions.answer(ask.world, one, ask.body.get("type"), data, ask.uploads)
    return shapes.callback(ask.world, one) if ask.flag("with_response") else None


def begin(ask: Ask) -> None:
    """What a person's client sends for a command, a component, a completion or a modal."""
    honour(ask.body.get("data"), DATA_FIELDS, "interaction data")
    channel = ask.world.find_channel(snowflake(ask.body.get("channel_id"), "channel_id"))
    kind = ask.body.get("type")
    if kind in {interactions.COMMAND, interactions.AUTOCOMPLETE}:
        _command(ask, channel, typing=kind == interactions.AUTOCOMPLETE)
    elif kind == interactions.COMPONENT:
        _component(ask, channel)
    elif kind == interactions.MODAL:
        _modal(ask, channel)
    else:
        raise Unhonoured(f"interaction type {kind}")


def index(ask: Ask) -> Json:
    """The commands a person may use: in a channel, or anywhere in a server."""
    world = ask.world
    if "channel_id" in ask.path:
        found = asking.available(world, ask.account, ask.channel)
        wanted = int(ask.query.get("type", 0))
        found = [one for one in found if not wanted or one.type == wanted]
    else:
        found = [one for one in world.bot.commands.values() if one.guild_id in {None, ask.guild.id}]
    return {
        "applications": [people.application(world.bot)],
        "application_commands": [shapes.command(world, one) for one in found],
    }


def _command(ask: Ask, channel: Channel, *, typing: bool) -> Interaction:
    data, nonce = ask.body["data"], ask.body.get("nonce")
    command = ask.world.find_command(snowflake(data.get("id"), "id"))
    if command.type != CHAT_INPUT:
        target = _target(ask, channel, command.type)
        return asking.menu(ask.world, ask.account, channel, command, target, nonce=nonce)
    options = _with_files(ask, channel, data.get("options") or [])
    return asking.command(
        ask.world, ask.account, channel, command, options, typing=typing, nonce=nonce
    )


def _target(ask: Ask, channel: Channel, kind: int) -> Message | User:
    target_id = snowflake(ask.body["data"].get("target_id"), "target_id")
    if kind == USER_MENU:
        return ask.world.find_user(target_id)
    return ask.world.find_message(channel, target_id, ask.account)


def _component(ask: Ask, channel: Channel) -> Interaction:
    data = ask.body["data"]
    message_id = snowflake(ask.body.get("message_id"), "message_id")
    message = ask.world.find_message(channel, message_id, ask.account)
    return asking.component(
        ask.world,
        ask.account,
        message,
        str(data.get("custom_id")),
        data.get("values"),
        nonce=ask.body.get("nonce"),
    )


def _modal(ask: Ask, channel: Channel) -> Interaction:
    data = ask.body["data"]
    opened = ask.world.interactions.get(snowflake(data.get("id"), "id"))
    if opened is None or opened.channel is not channel:
        raise refuse(10062)
    given = entries.entered(data["components"])
    files = _stored(ask, channel)
    for key, values in given.items():
        if isinstance(values, list):
            given[key] = [files.get(value, value) for value in values]
    return asking.modal(ask.world, ask.account, opened, given, nonce=ask.body.get("nonce"))


def _with_files(ask: Ask, channel: Channel, options: list[Json]) -> list[Json]:
    """Options whose attachment values, indexes of the upload, became ids."""
    files = _stored(ask, channel)

    def replaced(option: Json) -> Json:
        if option.get("options"):
            return option | {"options": [replaced(one) for one in option["options"]]}
        if option.get("type") == 11:
            return option | {"value": files.get(str(option["value"]), option["value"])}
        return option

    return [replaced(option) for option in options]


def _stored(ask: Ask, channel: Channel) -> dict[str, str]:
    """Uploaded files, kept; ids by their index in the request."""
    kept = [store(ask.world, channel, one) for one in ask.uploads]
    for one in kept:
        one.ephemeral = True
    return {str(index): str(one.id) for index, one in enumerate(kept)}
