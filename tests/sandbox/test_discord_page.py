"""What a person's own client needs: a session with the user's token, and what only people ask."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from aiohttp import web

from sandbox.discord import LOCAL_DISCORD, LocalDiscord, User
from tests.sandbox.discord_bot import PIXEL, Bot, Home, home, running


class Page:
    """A person's gateway session and requests."""

    def __init__(self, here: Home, user: User, socket: Any) -> None:
        self.here, self.user, self.socket = here, user, socket

    async def hears(self, name: str) -> Any:
        while True:
            frame = json.loads((await self.socket.receive(timeout=5)).data)
            if frame.get("t") == name:
                return frame["d"]

    async def interact(self, kind: int, data: Any, **more: Any) -> int:
        files = more.pop("files", None)
        body = {
            "type": kind,
            "application_id": str(self.here.bot_user.id),
            "channel_id": str(self.here.channel.id),
            "guild_id": str(self.here.guild.id),
            "session_id": "page",
            "nonce": "n1",
            "data": data,
            **more,
        }
        status, reply = await self.here.call(
            "POST", "/interactions", body, by=self.user, files=files
        )
        assert status == 204, reply
        return status

    async def command(self, name: str) -> Any:
        path = f"/channels/{self.here.channel.id}/application-commands/search"
        _, index = await self.here.call("GET", path, by=self.user)
        return next(one for one in index["application_commands"] if one["name"] == name)


@asynccontextmanager
async def open_page(here: Home, user: User) -> AsyncIterator[Page]:
    async with here.http.ws_connect(here.local.gateway_url) as socket:
        page = Page(here, user, socket)
        await socket.send_json({"op": 2, "d": {"token": user.token, "properties": {}}})
        yield page


class Form(discord.ui.Modal, title="Form"):
    word: discord.ui.Label[Any] = discord.ui.Label(
        text="Word", component=discord.ui.TextInput(custom_id="word")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        part: Any = self.word.component
        await interaction.response.send_message(f"got {part.value}")


def table(bot: Bot) -> None:
    @bot.tree.command(description="Secret")
    async def secret(interaction: discord.Interaction, file: discord.Attachment) -> None:
        told = str(len(await file.read()))
        await interaction.response.send_message(told, ephemeral=True)

    @bot.tree.command(description="Form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @bot.tree.command(description="Find")
    async def find(interaction: discord.Interaction, what: str) -> None:
        await interaction.response.send_message(what)

    @find.autocomplete("what")
    async def complete(
        _: discord.Interaction, current: str
    ) -> list[discord.app_commands.Choice[str]]:
        return [discord.app_commands.Choice(name=current * 2, value=current)]

    @bot.tree.command(description="Silent")
    async def silent(interaction: discord.Interaction) -> None: ...


async def test_a_person_sees_servers_members_and_who_is_online() -> None:
    async with home() as here, running(here.local), open_page(here, here.alice.user) as page:
        ready = await page.hears("READY")
        assert ready["user"]["username"] == "alice"
        guild = await page.hears("GUILD_CREATE")
        assert {one["user"]["username"] for one in guild["members"]} == {"alice", "bob", "Vivant"}
        online = {one["user"]["id"] for one in guild["presences"]}
        assert online == {str(here.alice.user.id), str(here.bot_user.id)}
        assert [one["name"] for one in guild["channels"]] == ["general"]


async def test_a_person_hears_messages_also_own_ephemerals_and_others_do_not() -> None:
    async with (
        home() as here,
        running(here.local, table),
        open_page(here, here.alice.user) as mine,
        open_page(here, here.bob.user) as his,
    ):
        await mine.hears("GUILD_CREATE")
        await his.hears("GUILD_CREATE")
        command = await mine.command("secret")
        option = {"type": 11, "name": "file", "value": "0"}
        data = {"id": command["id"], "name": "secret", "type": 1, "options": [option]}
        data["attachments"] = [{"id": "0", "filename": "dot.png"}]
        await mine.interact(2, data, files={"dot.png": PIXEL})
        assert (await mine.hears("INTERACTION_CREATE"))["nonce"] == "n1"
        message = await mine.hears("MESSAGE_CREATE")
        assert (message["content"], message["flags"]) == (str(len(PIXEL)), 64)
        assert (await mine.hears("INTERACTION_SUCCESS"))["nonce"] == "n1"
        await here.bob.say(here.channel, "the next thing bob hears")
        assert (await his.hears("MESSAGE_CREATE"))["content"] == "the next thing bob hears"
        path = f"/channels/{here.channel.id}/messages"
        _, listed = await here.call("GET", path, by=here.alice.user)
        assert len(listed) == 2
        _, listed = await here.call("GET", path, by=here.bob.user)
        assert len(listed) == 1
        status, _ = await here.call("DELETE", f"{path}/{message['id']}", by=here.alice.user)
        assert status == 204


async def test_a_person_fills_in_a_modal() -> None:
    async with (
        home() as here,
        running(here.local, table),
        open_page(here, here.alice.user) as page,
    ):
        command = await page.command("form")
        await page.interact(2, {"id": command["id"], "name": "form", "type": 1, "options": []})
        modal = await page.hears("INTERACTION_MODAL_CREATE")
        assert (modal["title"], modal["nonce"]) == ("Form", "n1")
        part = {"type": 4, "custom_id": "word", "value": "yes"}
        rows = [{"type": 18, "id": 1, "component": part}]
        data = {"id": modal["id"], "custom_id": modal["custom_id"], "components": rows}
        await page.interact(5, data)
        assert (await page.hears("MESSAGE_CREATE"))["content"] == "got yes"


async def test_a_person_gets_completions() -> None:
    async with (
        home() as here,
        running(here.local, table),
        open_page(here, here.alice.user) as page,
    ):
        command = await page.command("find")
        option = {"type": 3, "name": "what", "value": "ab", "focused": True}
        data = {"id": command["id"], "name": "find", "type": 1, "options": [option]}
        await page.interact(4, data)
        answer = await page.hears("APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE")
        assert answer == {"choices": [{"name": "abab", "value": "ab"}], "nonce": "n1"}


async def test_a_person_is_told_that_the_application_did_not_respond() -> None:
    async with (
        home() as here,
        running(here.local, table),
        open_page(here, here.alice.user) as page,
    ):
        command = await page.command("silent")
        await page.interact(2, {"id": command["id"], "name": "silent", "type": 1})
        await page.hears("INTERACTION_CREATE")
        here.local.clock.jump(4)
        assert (await page.hears("INTERACTION_FAILURE"))["nonce"] == "n1"


async def test_a_person_writes_edits_reacts_and_opens_threads_over_rest() -> None:
    async with home() as here, running(here.local) as bot:
        by = here.bob.user
        path = f"/channels/{here.channel.id}/messages"
        _, said = await here.call("POST", path, {"content": "one", "nonce": "5"}, by=by)
        one = f"{path}/{said['id']}"
        assert (await here.call("PATCH", one, {"content": "two"}, by=by))[0] == 200
        await here.call("PUT", f"{one}/reactions/%F0%9F%91%8D/@me", by=by)
        assert (await here.heard(bot, "raw_reaction_add")).user_id == by.id
        status, thread = await here.call("POST", f"{one}/threads", {"name": "t"}, by=by)
        assert (status, thread["id"]) == (201, said["id"])


async def test_a_channel_that_was_hidden_is_not_in_a_persons_server() -> None:
    async with home() as here:
        hidden = here.local.world.channel(here.guild, "hidden")
        here.local.world.overwrite(hidden, here.bob.user, deny=1 << 10)
        async with open_page(here, here.bob.user) as page:
            guild = await page.hears("GUILD_CREATE")
            assert [one["name"] for one in guild["channels"]] == ["general"]


async def test_a_page_can_be_mounted_beside_the_interfaces() -> None:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text=request.app[LOCAL_DISCORD].world.bot.user.username)

    def mount(app: web.Application) -> None:
        app.router.add_get("/", hello)

    async with (
        LocalDiscord.open(web=mount, bot_name="Ada") as local,
        aiohttp.ClientSession() as http,
        http.get(local.url + "/") as answer,
    ):
        assert await answer.text() == "Ada"
