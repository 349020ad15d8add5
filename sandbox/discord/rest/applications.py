"""Routes of accounts, the application and its commands."""

from sandbox.discord.events import Event, same
from sandbox.discord.model import Command, Json
from sandbox.discord.refusal import refuse
from sandbox.discord.rest.ask import Ask
from sandbox.discord.rules import commands
from sandbox.discord.shapes import interactions, people


def gateway(ask: Ask) -> Json:
    return {"url": ask.gateway_url}


def gateway_bot(ask: Ask) -> Json:
    return {
        "url": ask.gateway_url,
        "shards": ask.world.advised_shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": 999,
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    }


def me(ask: Ask) -> Json:
    return people.me(ask.account)


def user(ask: Ask) -> Json:
    return people.user(ask.member_user)


def application(ask: Ask) -> Json:
    if not ask.account.bot:
        raise refuse(20002)
    return people.application(ask.world.bot)


def emojis(ask: Ask) -> Json:
    return {"items": list(ask.world.bot.emojis.values())}


def listing(ask: Ask) -> list[Json]:
    return [interactions.command(ask.world, one) for one in _scope(ask)]


def overwrite(ask: Ask) -> list[Json]:
    """Replace all commands of the scope; a command of the same name and type keeps its id."""
    commands.check_all(ask.body)
    old = {(one.type, one.name): one for one in _scope(ask)}
    for one in old.values():
        del ask.world.bot.commands[one.id]
    for spec in ask.body:
        before = old.get((spec.get("type", 1), spec["name"]))
        _register(ask, spec, before)
    _announce(ask)
    return listing(ask)


def create(ask: Ask) -> Json:
    """Register one command, replacing its namesake."""
    commands.check_all([ask.body])
    key = (ask.body.get("type", 1), ask.body["name"])
    before = next((one for one in _scope(ask) if (one.type, one.name) == key), None)
    return interactions.command(ask.world, _register(ask, ask.body, before))


def get(ask: Ask) -> Json:
    return interactions.command(ask.world, _one(ask))


def change(ask: Ask) -> Json:
    one = _one(ask)
    spec = one.spec | ask.body
    commands.check_all([spec])
    return interactions.command(ask.world, _register(ask, spec, one))


def delete(ask: Ask) -> None:
    del ask.world.bot.commands[_one(ask).id]


def _announce(ask: Ask) -> None:
    """Clients of people learn that the commands of their servers changed."""
    for guild in ask.world.guilds.values():
        body = {"guild_id": str(guild.id), "application_id": str(ask.world.bot.id)}
        for member in guild.members.values():
            if not member.user.bot:
                name = "GUILD_APPLICATION_COMMAND_INDEX_UPDATE"
                ask.world.publish(Event(name, same(body), guild=guild, only=member.user.id))


def _scope(ask: Ask) -> list[Command]:
    guild_id = _guild_id(ask)
    return [one for one in ask.world.bot.commands.values() if one.guild_id == guild_id]


def _guild_id(ask: Ask) -> int | None:
    return ask.guild.id if "guild_id" in ask.path else None


def _one(ask: Ask) -> Command:
    one = ask.world.find_command(ask.id("command_id"))
    if one.guild_id != _guild_id(ask):
        raise refuse(10063)
    return one


def _register(ask: Ask, spec: Json, before: Command | None) -> Command:
    clock = ask.world.clock
    clean = {key: value for key, value in spec.items() if key != "id"}
    same = before is not None and before.spec == clean
    command = Command(
        id=before.id if before else clock.snowflake(),
        version=before.version if before and same else clock.snowflake(),
        spec=clean,
        guild_id=_guild_id(ask),
    )
    ask.world.bot.commands[command.id] = command
    return command
