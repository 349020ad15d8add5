"""One walk over every route of the table, with requests as a client sends them."""

from typing import Any

from sandbox.discord.model import Json
from tests.sandbox.discord_bot import PIXEL, Home

COMMAND: Json = {
    "name": "echo",
    "type": 1,
    "description": "Echo",
    "options": [{"type": 3, "name": "text", "description": "What to say", "required": True}],
}
BUTTON: Json = {
    "type": 1,
    "components": [{"type": 2, "style": 1, "label": "Again", "custom_id": "again"}],
}

CARD: list[Json] = [
    {
        "type": 17,
        "accent_color": 0x5865F2,
        "components": [
            {"type": 10, "content": "# Done"},
            {
                "type": 9,
                "components": [{"type": 10, "content": "A section"}],
                "accessory": {"type": 11, "media": {"url": "attachment://dot.png"}},
            },
            {"type": 12, "items": [{"media": {"url": "attachment://dot.png"}, "description": "A"}]},
            {"type": 13, "file": {"url": "attachment://card.json"}},
            {"type": 14, "divider": True, "spacing": 2},
            BUTTON,
            {
                "type": 1,
                "components": [
                    {
                        "type": 3,
                        "custom_id": "which",
                        "placeholder": "Which?",
                        "options": [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}],
                    }
                ],
            },
        ],
    }
]


class Walk:
    """Calls routes and insists on success."""

    def __init__(self, home: Home) -> None:
        self.home = home

    async def do(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        status, reply = await self.home.call(method, path, body, **options)
        assert status < 300, (method, path, status, reply)
        return reply

    async def everything(self) -> None:
        await self.accounts()
        await self.commands()
        await self.messages()
        await self.cards()
        await self.reactions()
        await self.threads()
        await self.servers()
        await self.webhooks()
        await self.interactions()

    async def accounts(self) -> None:
        home, app = self.home, self.home.bot_user.id
        await self.do("GET", "/gateway")
        await self.do("GET", "/gateway/bot")
        for path in ("/users/@me", "/users/@me/guilds", f"/users/{home.bob.user.id}"):
            await self.do("GET", path)
        for path in (
            "/applications/@me",
            "/oauth2/applications/@me",
            f"/applications/{app}/emojis",
        ):
            await self.do("GET", path)
        body = {"recipient_id": str(home.bob.user.id)}
        direct = await self.do("POST", "/users/@me/channels", body)
        await self.do("POST", f"/channels/{direct['id']}/messages", {"content": "psst"})
        await self.do("GET", f"/channels/{direct['id']}")
        await self.do("GET", "/users/@me/channels", by=home.bob.user)
        await self.do("GET", "/users/@me", by=home.bob.user)

    async def commands(self) -> None:
        app = f"/applications/{self.home.bot_user.id}"
        for scope in (app, f"{app}/guilds/{self.home.guild.id}"):
            await self.do("PUT", f"{scope}/commands", [COMMAND])
            other = await self.do("POST", f"{scope}/commands", COMMAND | {"name": "other"})
            one = f"{scope}/commands/{other['id']}"
            await self.do("GET", one)
            await self.do("PATCH", one, {"description": "Changed"})
            await self.do("GET", f"{scope}/commands?with_localizations=true")
            await self.do("DELETE", one)

    async def messages(self) -> None:
        path = f"/channels/{self.home.channel.id}/messages"
        files = {"dot.png": PIXEL}
        listed = [{"id": "0", "filename": "dot.png", "description": "A dot"}]
        embed = {"title": "Dot", "image": {"url": "attachment://dot.png"}}
        body: Json = {"content": "one", "embeds": [embed], "attachments": listed}
        first = await self.do("POST", path, body, files=files)
        await self.do("PATCH", f"{path}/{first['id']}", {"content": "two", "components": [BUTTON]})
        reply = {"content": "re", "message_reference": {"message_id": first["id"]}}
        second = await self.do("POST", path, reply)
        await self.do("GET", f"{path}/{second['id']}")
        await self.do("GET", f"{path}?limit=10")
        plain = await self.do("POST", path, {"content": "file"}, files=files)
        url = plain["attachments"][0]["url"]
        await self.do("POST", "/attachments/refresh-urls", {"attachment_urls": [url]})
        await self.do("POST", f"/channels/{self.home.channel.id}/typing")
        await self.do("DELETE", f"{path}/{plain['id']}")
        await self.do("POST", f"{path}/bulk-delete", {"messages": [first["id"], second["id"]]})

    async def cards(self) -> None:
        path = f"/channels/{self.home.channel.id}/messages"
        files = {"dot.png": PIXEL, "card.json": b"{}"}
        body = {"flags": 1 << 15, "components": CARD}
        card = await self.do("POST", path, body, files=files)
        await self.do("GET", f"{path}/{card['id']}")
        edit = {"components": [{"type": 10, "content": "Gone"}], "attachments": []}
        await self.do("PATCH", f"{path}/{card['id']}", edit)

    async def reactions(self) -> None:
        message = await self.home.alice.say(self.home.channel, "react to me")
        path = f"/channels/{self.home.channel.id}/messages/{message.id}"
        for emoji in ("%F0%9F%91%8D", "%F0%9F%94%81"):
            await self.do("PUT", f"{path}/reactions/{emoji}/@me")
        await self.do("GET", path)
        await self.do("GET", f"{path}/reactions/%F0%9F%91%8D?limit=10")
        await self.do("DELETE", f"{path}/reactions/%F0%9F%91%8D/@me")
        await self.do("DELETE", f"{path}/reactions/%F0%9F%94%81")
        await self.do("DELETE", f"{path}/reactions")

    async def threads(self) -> None:
        home = self.home
        channel = f"/channels/{home.channel.id}"
        message = await home.alice.say(home.channel, "thread here")
        body = {"name": "under a message", "auto_archive_duration": 60}
        under = await self.do("POST", f"{channel}/messages/{message.id}/threads", body)
        await self.do("GET", f"{channel}/messages/{message.id}")
        alone = await self.do("POST", f"{channel}/threads", {"name": "private", "type": 12})
        members = f"/channels/{alone['id']}/thread-members"
        await self.do("PUT", f"{members}/{home.bob.user.id}")
        await self.do("GET", members)
        await self.do("GET", f"{members}/{home.bob.user.id}")
        await self.do("DELETE", f"{members}/{home.bob.user.id}")
        await self.do("GET", f"/guilds/{home.guild.id}/threads/active")
        await self.do("PATCH", f"/channels/{under['id']}", {"archived": True})
        await self.do("GET", f"{channel}/threads/archived/public")
        await self.do("DELETE", f"/channels/{alone['id']}")

    async def servers(self) -> None:
        guild = f"/guilds/{self.home.guild.id}"
        await self.do("GET", f"{guild}?with_counts=true")
        await self.do("GET", f"{guild}/members?limit=10")
        for path in ("channels", "roles", f"members/{self.home.bob.user.id}"):
            await self.do("GET", f"{guild}/{path}")

    async def webhooks(self) -> None:
        channel = f"/channels/{self.home.channel.id}"
        hook = await self.do("POST", f"{channel}/webhooks", {"name": "Ada"})
        await self.do("GET", f"{channel}/webhooks")
        await self.do("GET", f"/guilds/{self.home.guild.id}/webhooks")
        by_id = f"/webhooks/{hook['id']}"
        by_token = f"{by_id}/{hook['token']}"
        for path in (by_id, by_token):
            await self.do("GET", path)
            await self.do("PATCH", path, {"name": "Ada again"})
        body = {"content": "hello", "username": "Lovelace"}
        said = await self.do("POST", f"{by_token}?wait=true", body)
        one = f"{by_token}/messages/{said['id']}"
        await self.do("GET", one)
        await self.do("PATCH", one, {"content": "hello again"})
        await self.do("DELETE", one)
        await self.do("DELETE", by_token)
        other = await self.do("POST", f"{channel}/webhooks", {"name": "Other"})
        await self.do("DELETE", f"/webhooks/{other['id']}")

    async def interactions(self) -> None:
        home = self.home
        search = f"/channels/{home.channel.id}/application-commands/search"
        index = await self.do("GET", f"{search}?type=1", by=home.alice.user)
        await self.do(
            "GET", f"/guilds/{home.guild.id}/application-command-index", by=home.alice.user
        )
        command = index["application_commands"][0]
        option = {"type": 3, "name": "text", "value": "hi"}
        data = {"id": command["id"], "name": "echo", "type": 1, "options": [option]}
        body = {
            "type": 2,
            "application_id": str(home.bot_user.id),
            "channel_id": str(home.channel.id),
            "guild_id": str(home.guild.id),
            "session_id": "s",
            "nonce": "1",
            "data": data,
        }
        await self.do("POST", "/interactions", body, by=home.alice.user)
        asked = list(home.local.world.interactions.values())[-1]
        callback = f"/interactions/{asked.id}/{asked.token}/callback?with_response=true"
        await self.do("POST", callback, {"type": 4, "data": {"content": "hi"}})
        hook = f"/webhooks/{home.bot_user.id}/{asked.token}"
        more = await self.do("POST", hook, {"content": "more", "flags": 64})
        for which in (more["id"], "@original"):
            one = f"{hook}/messages/{which}"
            await self.do("GET", one)
            await self.do("PATCH", one, {"content": "changed"})
            await self.do("DELETE", one)
