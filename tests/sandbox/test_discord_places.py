"""Threads, channels and webhooks, between actors and a real discord.py bot."""

import base64
from typing import Any

import discord
import pytest

from sandbox.discord import Channel, Permission, Refusal
from sandbox.discord.permissions import INVITED_BOT
from tests.sandbox.discord_bot import PIXEL, Home, home, running

PICTURE = "data:image/png;base64," + base64.b64encode(PIXEL).decode()


async def refusal(here: Home, method: str, path: str, body: Any = None, **options: Any) -> Any:
    status, reply = await here.call(method, path, body, **options)
    return status, reply["code"]


async def test_a_thread_from_a_message_has_its_id_and_is_heard() -> None:
    async with home() as here, running(here.local) as bot:
        said = await here.alice.say(here.channel, "start")
        thread = await here.alice.thread(said, "talk")
        heard = await here.heard(bot, "thread_create")
        assert heard.id == thread.id == said.id
        assert (heard.name, heard.owner_id) == ("talk", here.alice.user.id)
        await heard.send("inside")
        message = await thread.message(lambda one: one.content == "inside")
        assert message.channel is thread
        with pytest.raises(Refusal) as refused:
            await here.bob.thread(said, "again")
        assert refused.value.code == 160004


async def test_the_bot_makes_threads_of_both_kinds() -> None:
    async with home() as here, running(here.local) as bot:
        place = await here.place(bot)
        public = await place.create_thread(
            name="open", type=discord.ChannelType.public_thread, auto_archive_duration=60
        )
        private = await place.create_thread(name="closed", invitable=False)
        assert not here.bob.sees(here.local.world.channels[private.id])
        assert here.bob.sees(here.local.world.channels[public.id])
        await private.add_user(discord.Object(here.bob.user.id))
        thread = here.local.world.channels[private.id]
        assert here.bob.sees(thread)
        await here.bob.say(thread, "thanks")
        await private.remove_user(discord.Object(here.bob.user.id))
        assert not here.bob.sees(thread)
        assert [one.name for one in await place.guild.active_threads()] == ["closed", "open"]


async def test_naming_somebody_brings_them_into_a_private_thread() -> None:
    async with home() as here:
        thread = await here.alice.thread(here.channel, "closed", private=True)
        assert not here.bob.sees(thread)
        await here.alice.say(thread, f"come in {here.bob.user.mention}")
        assert here.bob.sees(thread)


async def archived(here: Home) -> tuple[Channel, str]:
    """A thread with a message of the bot, archived."""
    thread = await here.alice.thread(here.channel, "done")
    _, sent = await here.call("POST", f"/channels/{thread.id}/messages", {"content": "x"})
    await here.alice.archive(thread)
    return thread, f"/channels/{thread.id}/messages/{sent['id']}"


async def test_nothing_is_edited_in_an_archived_thread() -> None:
    async with home() as here:
        _, path = await archived(here)
        assert await refusal(here, "PATCH", path, {"content": "y"}) == (400, 50083)
        assert await refusal(here, "DELETE", path) == (400, 50083)
        assert await refusal(here, "PUT", f"{path}/reactions/%F0%9F%91%8D/@me") == (400, 50083)


async def test_a_message_opens_an_archived_thread_again() -> None:
    async with home() as here, running(here.local) as bot:
        thread, path = await archived(here)
        await here.bob.say(thread, "wait")
        assert thread.thread is not None
        assert not thread.thread.archived
        assert (await here.call("PATCH", path, {"content": "y"}))[0] == 200
        await here.heard(bot, "thread_update")


async def test_a_quiet_thread_archives_itself() -> None:
    async with home() as here:
        thread = await here.alice.thread(here.channel, "quiet")
        state = thread.thread
        assert state is not None
        here.local.clock.jump(4319 * 60)
        await here.bob.say(thread, "still here")
        here.local.clock.jump(4319 * 60)
        assert not state.archived
        here.local.clock.jump(120)
        await here.local.until(lambda: state.archived)


async def test_a_locked_thread_is_for_moderators() -> None:
    async with home() as here:
        thread = await here.bob.thread(here.channel, "mine")
        with pytest.raises(Refusal):
            await here.bob.archive(thread, locked=True)
        await here.alice.archive(thread, locked=True)
        for attempt in (here.bob.say(thread, "let me in"), here.bob.unarchive(thread)):
            with pytest.raises(Refusal):
                await attempt
        await here.alice.say(thread, "I may")


async def test_threads_follow_their_parent_in_rights_and_age_restriction() -> None:
    async with home(nsfw=True) as here, running(here.local) as bot:
        thread = await here.alice.thread(here.channel, "inherits")
        heard = await here.heard(bot, "thread_create")
        assert heard.is_nsfw()
        everyone = here.guild.roles[here.guild.id]
        here.local.world.overwrite(here.channel, everyone, deny=Permission.VIEW_CHANNEL)
        assert not here.bob.sees(thread)
        here.local.world.overwrite(here.channel, everyone, deny=Permission.SEND_MESSAGES_IN_THREADS)
        with pytest.raises(Refusal):
            await here.bob.say(thread, "no")
        await here.bob.say(here.channel, "but here")


async def test_threads_are_renamed_joined_left_and_deleted() -> None:
    async with home() as here, running(here.local) as bot:
        thread = await here.alice.thread(here.channel, "old name")
        heard = await here.heard(bot, "thread_create")
        await heard.edit(name="new name", slowmode_delay=5)
        await heard.join()
        assert thread.name == "new name"
        assert {one.id for one in await heard.fetch_members()} == {
            here.alice.user.id,
            here.bot_user.id,
        }
        await heard.leave()
        assert here.bot_user.id not in thread.thread_members
        await heard.delete()
        assert thread.id not in here.local.world.channels
        await here.heard(bot, "raw_thread_delete")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x" * 101},
        {"name": ""},
        {"name": "x", "auto_archive_duration": 61},
        {"name": "x", "rate_limit_per_user": 21601},
    ],
)
async def test_a_thread_discord_would_refuse_is_refused(body: Any) -> None:
    async with home() as here:
        path = f"/channels/{here.channel.id}/threads"
        assert await refusal(here, "POST", path, body | {"type": 11}) == (400, 50035)


async def test_making_threads_needs_permission() -> None:
    async with home() as here:
        here.local.world.overwrite(
            here.channel, here.bot_user, deny=Permission.CREATE_PRIVATE_THREADS
        )
        path = f"/channels/{here.channel.id}/threads"
        assert await refusal(here, "POST", path, {"name": "x", "type": 12}) == (403, 50013)
        direct = await here.alice.direct()
        path = f"/channels/{direct.id}/threads"
        assert await refusal(here, "POST", path, {"name": "x"}) == (400, 50024)


async def test_a_channel_is_changed_only_with_permission() -> None:
    async with home() as here, running(here.local) as bot:
        place = await here.place(bot)
        with pytest.raises(discord.Forbidden):
            await place.edit(nsfw=True)
        role = here.local.world.role(here.guild, "channels", int(Permission.MANAGE_CHANNELS))
        here.guild.members[here.bot_user.id].roles.append(role.id)
        await place.edit(nsfw=True, topic="Late", name="late")
        assert (here.channel.nsfw, here.channel.topic) == (True, "Late")
        await here.heard(bot, "guild_channel_update")
        await place.delete()
        await here.heard(bot, "guild_channel_delete")
        assert here.channel.id not in here.local.world.channels


async def test_what_cannot_be_seen_cannot_be_reached() -> None:
    async with home() as here:
        everyone = here.guild.roles[here.guild.id]
        hidden = here.local.world.channel(here.guild, "hidden")
        here.local.world.overwrite(hidden, everyone, deny=Permission.VIEW_CHANNEL)
        assert await refusal(here, "GET", f"/channels/{hidden.id}") == (403, 50001)
        assert await refusal(here, "GET", "/channels/1") == (404, 10003)
        other = here.local.world.guild("Other", here.alice.user, bot_permissions=None)
        assert await refusal(here, "GET", f"/guilds/{other.id}") == (403, 50001)
        assert await refusal(here, "GET", f"/guilds/{here.guild.id}/members/1") == (404, 10013)


async def test_a_webhook_speaks_with_its_own_face_in_channel_and_thread() -> None:
    async with home() as here, running(here.local) as bot:
        place = await here.place(bot)
        hook = await place.create_webhook(name="Scenes", avatar=PIXEL)
        thread = await here.alice.thread(here.channel, "scene")
        said = await hook.send("hello", username="Ada", thread=discord.Object(thread.id), wait=True)
        message = await thread.message(lambda one: one.content == "hello")
        assert (message.author.username, message.webhook_id) == ("Ada", hook.id)
        await hook.edit_message(said.id, content="bye", thread=discord.Object(thread.id))
        assert message.content == "bye"
        heard = await here.said(bot, message)
        assert (heard.webhook_id, heard.application_id) == (hook.id, bot.application_id)
        with pytest.raises(discord.NotFound):
            await hook.edit_message(said.id, content="lost its thread")
        await hook.delete_message(said.id, thread=discord.Object(thread.id))
        assert message.deleted


async def test_a_webhook_shows_the_picture_it_is_given() -> None:
    async with home() as here:
        _, hook = await here.call(
            "POST", f"/channels/{here.channel.id}/webhooks", {"name": "Ada", "avatar": PICTURE}
        )
        async with here.http.get(
            f"{here.local.cdn_url}/avatars/{hook['id']}/{hook['avatar']}.png"
        ) as answer:
            assert await answer.read() == PIXEL


async def test_the_bot_cannot_edit_a_webhooks_message_as_itself() -> None:
    async with home() as here:
        _, hook = await here.call("POST", f"/channels/{here.channel.id}/webhooks", {"name": "Ada"})
        path = f"/webhooks/{hook['id']}/{hook['token']}"
        _, said = await here.call("POST", path + "?wait=true", {"content": "hi"})
        mine = f"/channels/{here.channel.id}/messages/{said['id']}"
        assert await refusal(here, "PATCH", mine, {"content": "x"}) == (403, 50005)


async def test_webhooks_that_discord_would_refuse_are_refused() -> None:
    async with home() as here:
        path = f"/channels/{here.channel.id}/webhooks"
        for name in ("", "x" * 81, "Discord helper", "clyde"):
            assert await refusal(here, "POST", path, {"name": name}) == (400, 50035)
        _, hook = await here.call("POST", path, {"name": "Ada"})
        for _ in range(14):
            await here.call("POST", path, {"name": "Ada"})
        assert await refusal(here, "POST", path, {"name": "Ada"}) == (400, 30007)
        wrong = f"/webhooks/{hook['id']}/wrong"
        assert await refusal(here, "POST", wrong, {"content": "x"}) == (401, 50027)
        assert await refusal(here, "POST", "/webhooks/1/wrong", {"content": "x"}) == (404, 10015)
        named = {"content": "x", "username": "Clyde"}
        right = f"/webhooks/{hook['id']}/{hook['token']}"
        assert await refusal(here, "POST", right, named) == (400, 50035)


async def test_making_a_webhook_needs_permission() -> None:
    async with home() as here:
        bits = int(INVITED_BOT & ~Permission.MANAGE_WEBHOOKS)
        guild = here.local.world.guild("Strict", here.alice.user, bot_permissions=bits)
        channel = here.local.world.channel(guild, "general")
        path = f"/channels/{channel.id}/webhooks"
        assert await refusal(here, "POST", path, {"name": "Ada"}) == (403, 50013)
        assert await refusal(here, "GET", path) == (403, 50013)
