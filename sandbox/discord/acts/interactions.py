"""The life of an interaction.

A person asks, the application acknowledges in three seconds, the token dies after fifteen minutes.

Source: Discord's documentation, "Receiving and Responding".
"""

import secrets
from collections.abc import Callable

from sandbox.discord.acts import attaching, messages
from sandbox.discord.events import Event, same
from sandbox.discord.model import (
    EPHEMERAL,
    Channel,
    Interaction,
    Json,
    Message,
    MessageType,
    Upload,
    User,
)
from sandbox.discord.refusal import Problems, fields, honour, refuse
from sandbox.discord.rules import commands, drafts, modals
from sandbox.discord.rules.drafts import Draft
from sandbox.discord.shapes import interactions as shapes
from sandbox.discord.world import World

ACKNOWLEDGE_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9


def begin(
    world: World,
    kind: int,
    user: User,
    channel: Channel,
    data: Json,
    *,
    message: Message | None = None,
    parent: Interaction | None = None,
    nonce: str | None = None,
) -> Interaction:
    """Record what ``user`` did and tell the application."""
    one = Interaction(
        id=world.clock.snowflake(),
        token=secrets.token_urlsafe(60),
        type=kind,
        user=user,
        channel=channel,
        data=data,
        created=world.clock.now(),
        message=message,
        parent=parent,
        nonce=nonce,
    )
    world.interactions[one.id] = world.unanswered[one.id] = world.by_token[one.token] = one
    to_person(world, one, "INTERACTION_CREATE", {"id": str(one.id), "nonce": nonce})
    body = shapes.interaction(world, one, attaching.upload_limit(channel))
    world.publish(
        Event(
            "INTERACTION_CREATE",
            same(body),
            guild=channel.guild,
            only=world.bot.id,
        )
    )
    return one


def answer(
    world: World, one: Interaction, kind: int, data: Json, uploads: tuple[Upload, ...]
) -> None:
    """The application's callback.

    Raises:
        Refusal: 10062 after three seconds, 40060 the second time, 50035 for a kind that does not
            fit or a body Discord would refuse.
    """
    if one.acknowledged:
        raise refuse(40060)
    if one.failed or world.clock.now() - one.created > ACKNOWLEDGE_SECONDS:
        raise refuse(10062)
    act = ANSWERS.get((one.type, kind))
    if act is None or (kind in {DEFERRED_UPDATE, UPDATE} and one.message is None):
        _wrong_kind(kind)
        return
    act(world, one, data, uploads)
    one.answer_type = kind
    to_person(world, one, "INTERACTION_SUCCESS", {"id": str(one.id), "nonce": one.nonce})


def give_up_overdue(world: World) -> None:
    """Declare those interactions failed that nobody acknowledged within three seconds."""
    due = world.clock.now() - ACKNOWLEDGE_SECONDS
    for one in list(world.unanswered.values()):
        if not one.acknowledged and one.created >= due:
            continue
        del world.unanswered[one.id]
        if not one.acknowledged:
            one.failed = True
            body = {"id": str(one.id), "nonce": one.nonce, "reason_code": 2}
            to_person(world, one, "INTERACTION_FAILURE", body)


def find(world: World, interaction_id: int, token: str) -> Interaction:
    """The interaction, if id and token belong together."""
    one = world.interactions.get(interaction_id)
    if one is None or one.token != token:
        raise refuse(10062)
    return one


def by_token(world: World, token: str) -> Interaction:
    """The interaction behind a follow-up's token.

    Raises:
        Refusal: 10015 before the acknowledgement, 50027 after fifteen minutes.
    """
    one = world.by_token.get(token)
    if one is None:
        raise refuse(50027)
    if world.clock.now() - one.created > TOKEN_SECONDS:
        raise refuse(50027)
    if not one.acknowledged or one.type == AUTOCOMPLETE:
        raise refuse(10015)
    return one


def original(one: Interaction) -> Message:
    """What ``@original`` means: the answer, or the message whose component was used."""
    updated = one.answer_type in {DEFERRED_UPDATE, UPDATE}
    found = one.message if updated else one.response
    if found is None or found.deleted:
        raise refuse(10008)
    return found


def follow_up(world: World, one: Interaction, draft: Draft) -> Message:
    """A further message; the first one after a deferred answer becomes that answer."""
    if one.response and one.response.loading:
        return messages.edit(world, one.response, draft)
    private = bool((draft.given.get("flags") or 0) & EPHEMERAL)
    message = _place(world, one, draft, private=private, kind=MessageType.REPLY)
    one.followups.append(message)
    return message


def message_of(one: Interaction, which: str) -> Message:
    """A message of this interaction, by ``@original`` or id."""
    if which == "@original":
        return original(one)
    mine = [*one.followups, *([one.response] if one.response else [])]
    for message in mine:
        if str(message.id) == which and not message.deleted:
            return message
    raise refuse(10008)


def to_person(world: World, one: Interaction, name: str, body: Json) -> None:
    """Tell the person's own client."""
    world.publish(Event(name, same(body), only=one.user.id))


def _message(world: World, one: Interaction, data: Json, uploads: tuple[Upload, ...]) -> None:
    draft = drafts.read(data, uploads, drafts.COMMON)
    one.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    one.response = _place(world, one, draft, private=one.ephemeral, kind=_kind(one))


def _deferred(world: World, one: Interaction, data: Json, _: tuple[Upload, ...]) -> None:
    honour(data, fields("flags"), "deferred answer")
    one.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    one.response = _place(
        world, one, Draft({}), private=one.ephemeral, kind=_kind(one), loading=True
    )


def _deferred_update(_: World, one: Interaction, data: Json, __: tuple[Upload, ...]) -> None:
    honour(data, fields("flags"), "deferred update")
    one.ephemeral = bool(one.message and one.message.ephemeral)


def _update(world: World, one: Interaction, data: Json, uploads: tuple[Upload, ...]) -> None:
    if one.message is None or one.message.deleted:
        raise refuse(10008)
    draft = drafts.read(data, uploads, drafts.COMMON, flags_now=one.message.flags)
    messages.edit(world, one.message, draft)


def _choices(world: World, one: Interaction, data: Json, _: tuple[Upload, ...]) -> None:
    honour(data, fields("choices"), "autocomplete answer")
    problems = Problems()
    commands.check_choices(data["choices"], ("data", "choices"), problems, focused_type(one.data))
    problems.settle()
    one.choices = data["choices"]
    body = {"choices": one.choices, "nonce": one.nonce}
    to_person(world, one, "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE", body)


def _open_modal(world: World, one: Interaction, data: Json, _: tuple[Upload, ...]) -> None:
    modals.check(data)
    one.modal = data | {"id": str(one.id)}
    body = one.modal | {
        "channel_id": str(one.channel.id),
        "application": {"id": str(world.bot.id), "name": world.bot.user.username},
        "nonce": one.nonce,
    }
    to_person(world, one, "INTERACTION_MODAL_CREATE", body)


def focused_type(data: Json) -> int | None:
    """The type of the option that is being filled in."""
    for option in data.get("options", []):
        if option.get("focused"):
            return int(option["type"])
        if "options" in option and (inner := focused_type(option)) is not None:
            return inner
    return None


def _place(
    world: World,
    one: Interaction,
    draft: Draft,
    *,
    private: bool,
    kind: MessageType,
    loading: bool = False,
) -> Message:
    origin = messages.Origin(
        type=kind,
        webhook_id=world.bot.id,
        application_id=world.bot.id,
        interaction=one,
        seen_only_by=one.user.id if private else None,
        loading=loading,
        reference=_answered(one) if kind is MessageType.REPLY else None,
    )
    return messages.place(world, world.bot.user, one.channel, draft, origin)


def _answered(one: Interaction) -> Json | None:
    """A follow-up or component answer points at the message it answers."""
    target = one.message or one.response
    if target is None:
        return None
    server = {"guild_id": str(one.channel.guild.id)} if one.channel.guild else {}
    message_id, channel_id = str(target.id), str(one.channel.id)
    return {"type": 0, "message_id": message_id, "channel_id": channel_id, **server}


def _kind(one: Interaction) -> MessageType:
    if one.type != COMMAND:
        return MessageType.REPLY if one.message else MessageType.DEFAULT
    menu = one.data["type"] != commands.CHAT_INPUT
    return MessageType.CONTEXT_MENU_COMMAND if menu else MessageType.CHAT_INPUT_COMMAND


def _wrong_kind(kind: int) -> None:
    problems = Problems()
    problems.add(("type",), "INTERACTION_CALLBACK_TYPE_INVALID", f"Type {kind} does not fit here")
    problems.settle()


Answering = Callable[[World, Interaction, Json, tuple[Upload, ...]], None]
ANSWERS: dict[tuple[int, int], Answering] = {
    **dict.fromkeys(((one, MESSAGE) for one in (COMMAND, COMPONENT, MODAL)), _message),
    **dict.fromkeys(((one, DEFERRED) for one in (COMMAND, COMPONENT, MODAL)), _deferred),
    **dict.fromkeys(((one, DEFERRED_UPDATE) for one in (COMPONENT, MODAL)), _deferred_update),
    **dict.fromkeys(((one, UPDATE) for one in (COMPONENT, MODAL)), _update),
    **dict.fromkeys(((one, OPEN_MODAL) for one in (COMMAND, COMPONENT)), _open_modal),
    (AUTOCOMPLETE, CHOICES): _choices,
}
