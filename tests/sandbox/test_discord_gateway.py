"""Sessions, intents, shards, resuming and trouble on demand, with discord.py on the other side."""

import asyncio
import json
import zlib
from typing import Any

import discord
import pytest

from sandbox.discord.events import Intent
from tests.sandbox.discord_bot import Home, home, point_at, running, wanted


class Line:
    """A raw gateway connection."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket

    async def send(self, opcode: int, body: Any) -> None:
        await self.socket.send_str(json.dumps({"op": opcode, "d": body}))

    async def until(self, name: str | int) -> Any:
        """The next frame of that event or opcode."""
        while True:
            message = await self.socket.receive(timeout=5)
            frame = json.loads(message.data)
            if name in {frame.get("t"), frame["op"]}:
                return frame

    async def closing_code(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        code: int | None = self.socket.close_code
        return code


async def connect(here: Home) -> Line:
    line = Line(await here.http.ws_connect(here.local.gateway_url))
    await line.until(10)
    return line


async def identify(here: Home, **body: Any) -> Line:
    line = await connect(here)
    await line.send(2, {"token": here.bot_user.token, "intents": 0xFFFF & ~0x102, **body})
    return line


async def test_a_bot_logs_in_and_sees_its_servers() -> None:
    async with home() as here, running(here.local) as bot:
        guild = bot.get_guild(here.guild.id)
        assert guild is not None
        assert [one.name for one in guild.text_channels] == ["general"]
        assert guild.me.guild_permissions.manage_webhooks
        assert not guild.me.guild_permissions.administrator
        assert bot.application_id == here.bot_user.id


async def test_a_server_that_invites_the_bot_later_appears() -> None:
    async with home() as here, running(here.local) as bot:
        late = here.local.world.guild("Late", here.bob.user)
        await here.heard(bot, "guild_join")
        assert bot.get_guild(late.id)
        here.local.world.leave(late, here.bot_user)
        await here.heard(bot, "guild_remove")
        assert bot.get_guild(late.id) is None


async def test_messages_arrive_whole_with_the_content_intent() -> None:
    async with home() as here, running(here.local) as bot:
        await here.alice.say(here.channel, "hello")
        message = await here.heard(bot, "message")
        assert (message.content, message.author.name) == ("hello", "alice")


async def test_content_is_empty_without_the_intent_unless_it_concerns_the_bot() -> None:
    async with home() as here, running(here.local, intents=wanted(content=False)) as bot:
        seen: list[str] = []
        for text in ("secret", f"{here.bot_user.mention} hi"):
            heard = await here.said(bot, await here.alice.say(here.channel, text))
            seen.append(heard.content)
        direct = await here.alice.say(await here.alice.direct(), "psst")
        assert (await here.said(bot, direct)).content == "psst"
        assert seen == ["", f"{here.bot_user.mention} hi"]


async def test_an_intent_that_was_not_approved_closes_with_4014() -> None:
    async with home() as here:
        here.local.world.approve(0)
        point_at(here.local)
        async with discord.Client(intents=wanted()) as client, asyncio.timeout(5):
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await client.start(here.bot_user.token)


async def test_without_an_intent_its_events_do_not_arrive() -> None:
    async with home() as here:
        line = await identify(here, intents=int(Intent.GUILDS))
        await line.until("GUILD_CREATE")
        await here.alice.say(here.channel, "unheard")
        here.local.world.channel(here.guild, "news")
        assert (await line.until(0))["t"] == "CHANNEL_CREATE"


async def test_each_shard_gets_its_own_servers_and_shard_0_the_direct_messages() -> None:
    async with home() as here:
        other = here.local.world.guild("Other", here.alice.user)
        place = here.local.world.channel(other, "there")
        lines = [await identify(here, shard=[number, 2]) for number in (0, 1)]
        owners = {(guild.id >> 22) % 2 for guild in (here.guild, other)}
        for guild in (here.guild, other):
            line = lines[(guild.id >> 22) % 2]
            ready = (await line.until("READY"))["d"] if len(owners) == 2 else None
            if ready:
                assert [one["id"] for one in ready["guilds"]] == [str(guild.id)]
        await here.alice.say(place, "to a shard")
        line = lines[(other.id >> 22) % 2]
        assert (await line.until("MESSAGE_CREATE"))["d"]["content"] == "to a shard"
        await here.alice.say(await here.alice.direct(), "direct")
        assert (await lines[0].until("MESSAGE_CREATE"))["d"]["content"] == "direct"


async def test_a_dropped_bot_resumes_and_hears_what_it_missed() -> None:
    async with home() as here, running(here.local) as bot:
        await here.local.gateway.drop()
        await here.local.until(lambda: not here.local.gateway.is_connected(here.bot_user))
        await here.alice.say(here.channel, "while you were away")
        await here.heard(bot, "resumed")
        message = await here.heard(bot, "message")
        assert message.content == "while you were away"
        assert bot.count("ready") == 1


async def test_asked_to_reconnect_the_bot_resumes() -> None:
    async with home() as here, running(here.local) as bot:
        here.local.gateway.ask_reconnect()
        await here.heard(bot, "resumed")


async def test_an_invalid_session_is_not_resumed() -> None:
    async with home() as here:
        line = await identify(here)
        session = (await line.until("READY"))["d"]["session_id"]
        here.local.gateway.invalidate()
        assert (await line.until(9))["d"] is False
        again = await connect(here)
        await again.send(6, {"token": here.bot_user.token, "session_id": session, "seq": 1})
        assert (await again.until(9))["d"] is False


@pytest.mark.parametrize(
    ("opcode", "body", "code"),
    [
        (2, {"token": "nobody's"}, 4004),
        (2, {"shard": [2, 2]}, 4010),
        (2, {"intents": -5}, 4013),
        (3, {}, 4003),
    ],
)
async def test_a_wrong_opening_closes_with_its_code(opcode: int, body: Any, code: int) -> None:
    async with home() as here:
        line = await connect(here)
        await line.send(opcode, {"token": here.bot_user.token, "intents": 1, **body})
        assert await line.closing_code() == code


async def test_identifying_twice_unknown_opcodes_and_noise_close_the_socket() -> None:
    async with home() as here:
        for opcode, body, code in ((2, {"token": here.bot_user.token}, 4005), (99, {}, 4001)):
            line = await identify(here)
            await line.until("READY")
            await line.send(opcode, body)
            assert await line.closing_code() == code
        line = await connect(here)
        await line.socket.send_str("{")
        assert await line.closing_code() == 4002


async def test_more_than_120_frames_a_minute_close_the_socket() -> None:
    async with home() as here:
        line = await connect(here)
        for _ in range(121):
            await line.send(1, None)
        assert await line.closing_code() == 4008


async def test_a_session_is_forgotten_two_minutes_after_its_socket() -> None:
    async with home() as here:
        line = await identify(here)
        session = (await line.until("READY"))["d"]["session_id"]
        await line.socket.close()
        await here.local.until(lambda: not here.local.gateway.connected)
        here.local.clock.jump(121)
        await here.alice.say(here.channel, "unheard")
        assert session not in here.local.gateway.sessions


async def test_the_next_identify_can_be_refused_on_demand() -> None:
    async with home() as here:
        here.local.gateway.refuse_next(4009)
        line = await identify(here)
        assert await line.closing_code() == 4009


async def test_heartbeats_are_answered_unless_told_otherwise() -> None:
    async with home() as here:
        line = await identify(here)
        await line.send(1, None)
        await line.until(11)
        here.local.gateway.answers_heartbeats = False
        await line.send(1, None)
        await here.alice.say(here.channel, "next")
        assert (await line.until("MESSAGE_CREATE"))["op"] == 0


async def test_a_compressed_line_is_one_zlib_stream() -> None:
    async with home() as here:
        address = here.local.gateway_url + "?v=10&encoding=json&compress=zlib-stream"
        async with here.http.ws_connect(address) as socket:
            stream = zlib.decompressobj()
            hello = json.loads(stream.decompress((await socket.receive(timeout=5)).data))
            assert hello["op"] == 10
            body = {"token": here.bot_user.token, "intents": 1}
            await socket.send_json({"op": 2, "d": body})
            ready = json.loads(stream.decompress((await socket.receive(timeout=5)).data))
            assert ready["t"] == "READY"


async def test_members_are_sent_on_request() -> None:
    async with home() as here, running(here.local, intents=wanted(members=True)) as bot:
        guild = bot.get_guild(here.guild.id)
        assert guild is not None
        found = await guild.query_members(user_ids=[here.bob.user.id])
        assert [one.name for one in found] == ["bob"]
        carol = here.local.world.user("carol")
        here.local.world.join(here.guild, carol)
        assert (await here.heard(bot, "member_join")).name == "carol"


async def test_a_sharded_client_asks_for_the_gateway_and_logs_in() -> None:
    async with home() as here:
        point_at(here.local)
        ready = asyncio.Event()
        client = discord.AutoShardedClient(intents=wanted(), guild_ready_timeout=0.01)

        @client.event
        async def on_ready() -> None:
            ready.set()

        async with client, asyncio.TaskGroup() as tasks:
            connection = tasks.create_task(client.start(here.bot_user.token))
            await asyncio.wait_for(ready.wait(), timeout=10)
            assert client.shard_count == 1
            await client.close()
            await connection
