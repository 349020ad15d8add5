"""Components and commands: what Discord takes, and what it refuses with which path."""

from typing import Any

import discord
import pytest
from discord import app_commands, ui

from sandbox.discord.model import Json
from tests.sandbox.discord_bot import PIXEL, Bot, home, running

V2 = 1 << 15


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def button(custom_id: str = "x", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "X", "custom_id": custom_id, **more}


def select(count: int, **more: Any) -> Json:
    options = [{"label": str(n), "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "s", "options": options, **more}


def gallery(count: int) -> Json:
    items = [{"media": {"url": "https://example.com/a.png"}} for _ in range(count)]
    return {"type": 12, "items": items}


class Card(ui.LayoutView):
    """A card as the bot would make one."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        again: ui.Button[Any] = ui.Button(label="Again", custom_id="again")
        box: ui.Container[Any] = ui.Container(
            ui.TextDisplay("# Done"),
            ui.MediaGallery(discord.MediaGalleryItem("attachment://dot.png", description="A dot")),
            ui.ActionRow(again),
        )
        self.add_item(box)


async def test_a_card_shows_its_file_through_the_gallery_alone(tmp_path: Any) -> None:
    async with home() as here, running(here.local) as bot:
        file = tmp_path / "dot.png"
        file.write_bytes(PIXEL)
        sent = await (await here.place(bot)).send(view=Card(), file=discord.File(file))
        message = await here.channel.message()
        assert (message.text, message.buttons) == ("# Done", ["Again"])
        assert sent.attachments == []
        container: Any = sent.components[0]
        media = container.children[1].items[0].media
        assert media.url.startswith(here.local.cdn_url)
        assert media.width == 3
        edited = await sent.edit(view=Card())
        assert message.attachments[0].filename == "dot.png"
        assert edited.flags.components_v2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"components": [row(*[button(str(n)) for n in range(6)])]}, "components.0"),
        ({"components": [row(button(), button())]}, "components"),
        ({"components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
        ({"components": [row(button(custom_id="x" * 101))]}, "components.0.components.0.custom_id"),
        ({"components": [row(button(style=5))]}, "components.0.components.0"),
        ({"components": [row(button(label=None))]}, "components.0.components.0"),
        ({"components": [row(button()) for _ in range(6)]}, "components"),
        ({"components": [row(select(26))]}, "components.0.components.0.options"),
        ({"components": [row(select(2, max_values=26))]}, "components.0.components.0.max_values"),
        ({"components": [row(select(2), button())]}, "components.0.components"),
        ({"components": [text("no flag")], "content": "x"}, "components.0.type"),
        ({"flags": V2, "components": [text("x")], "content": "x"}, "content"),
        ({"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]}, "components"),
        ({"flags": V2, "components": [text("x") for _ in range(41)]}, "components"),
        ({"flags": V2, "components": [gallery(11)]}, "components.0.items"),
        (
            {"flags": V2, "components": [{"type": 9, "components": [text("x")]}]},
            "components.0.accessory",
        ),
        (
            {"flags": V2, "components": [{"type": 13, "file": {"url": "https://example.com"}}]},
            "components.0.file.url",
        ),
        ({"flags": V2, "components": [{"type": 17, "components": []}]}, "components.0.components"),
        (
            {"content": "x", "embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
            "embeds",
        ),
        (
            {"content": "x", "embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
            "embeds.0.fields",
        ),
        ({"content": "x", "embeds": [{"title": "x"}] * 11}, "embeds"),
        ({"content": "x", "embeds": [{"image": {"url": "ftp://x"}}]}, "embeds.0.image.url"),
    ],
)
async def test_a_layout_discord_would_refuse_names_the_place(body: Json, where: str) -> None:
    async with home() as here:
        status, reply = await here.call("POST", f"/channels/{here.channel.id}/messages", body)
        assert (status, reply["code"]) == (400, 50035)
        node = reply["errors"]
        for part in where.split("."):
            node = node[part]
        assert node


async def test_a_message_that_has_content_cannot_become_a_card_unless_it_lets_go_of_it() -> None:
    async with home() as here:
        path = f"/channels/{here.channel.id}/messages"
        _, sent = await here.call("POST", path, {"content": "x"})
        card = {"flags": V2, "components": [text("card")]}
        assert (await here.call("PATCH", f"{path}/{sent['id']}", card))[0] == 400
        status, after = await here.call("PATCH", f"{path}/{sent['id']}", card | {"content": None})
        assert (status, after["components"][0]["content"]) == (200, "card")


def command(**more: Any) -> Json:
    return {"name": "make", "type": 1, "description": "Make", **more}


def option(name: str = "text", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "Text", **more}


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        (command(name="Make"), "0.name"),
        (command(name="two words"), "0.name"),
        (command(name="x" * 33), "0.name"),
        (command(description=""), "0.description"),
        (command(description="x" * 101), "0.description"),
        (command(options=[option(str(n)) for n in range(26)]), "0.options"),
        (command(options=[option(), option("more", required=True)]), "0.options.1"),
        (command(options=[option(), option()]), "0.options.1.name"),
        (
            command(options=[option(choices=[{"name": "n", "value": "v"}] * 26)]),
            "0.options.0.choices",
        ),
        (
            command(options=[option(choices=[{"name": "n", "value": 1}])]),
            "0.options.0.choices.0.value",
        ),
        (
            command(options=[option(choices=[{"name": "n", "value": "v"}], autocomplete=True)]),
            "0.options.0.autocomplete",
        ),
        (command(options=[option(min_length=5, max_length=2)]), "0.options.0.max_length"),
        (command(options=[option(), {"type": 1, "name": "sub", "description": "S"}]), "0.options"),
        (
            command(
                options=[
                    option(
                        f"o{n}",
                        choices=[{"name": "n" * 99, "value": f"{c}" + "v" * 90} for c in range(25)],
                    )
                    for n in range(2)
                ]
            ),
            "0",
        ),
        (command(contexts=[3]), "0.contexts.0"),
        ({"name": "Menu", "type": 3, "description": "no"}, "0.description"),
    ],
)
async def test_a_command_discord_would_refuse_names_the_place(spec: Json, where: str) -> None:
    async with home() as here:
        path = f"/applications/{here.bot_user.id}/commands"
        status, reply = await here.call("PUT", path, [spec])
        assert (status, reply["code"]) == (400, 50035)
        node = reply["errors"]
        for part in where.split("."):
            node = node[part]
        assert here.local.world.bot.commands == {}


async def test_names_are_unique_and_menus_are_five_at_most() -> None:
    async with home() as here:
        path = f"/applications/{here.bot_user.id}/commands"
        assert (await here.call("PUT", path, [command(), command()]))[0] == 400
        menus = [{"name": f"Menu {n}", "type": 3} for n in range(6)]
        assert (await here.call("PUT", path, menus))[0] == 400
        assert (await here.call("PUT", path, menus[:5]))[0] == 200


async def test_a_command_keeps_its_id_when_it_is_registered_again() -> None:
    async with home() as here:
        path = f"/applications/{here.bot_user.id}/commands"
        _, before = await here.call("PUT", path, [command()])
        _, same = await here.call("PUT", path, [command()])
        _, changed = await here.call("PUT", path, [command(description="Other")])
        assert before[0]["id"] == same[0]["id"] == changed[0]["id"]
        assert before[0]["version"] == same[0]["version"] != changed[0]["version"]


async def test_commands_of_a_server_exist_only_there() -> None:
    def here_only(bot: Bot) -> None:
        @bot.tree.command(description="Here", guild=discord.Object(bot.guild_id))  # type: ignore[attr-defined]
        async def local(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("local")

    async with home() as here:
        other = here.local.world.guild("Other", here.alice.user)
        place = here.local.world.channel(other, "there")

        def setup(bot: Bot) -> None:
            bot.guild_id = here.guild.id  # type: ignore[attr-defined]
            here_only(bot)

        async with running(here.local, setup) as bot:
            await bot.tree.sync(guild=discord.Object(here.guild.id))
            assert here.alice.commands(here.channel) == ["local"]
            assert here.alice.commands(place) == []


async def test_discord_py_reads_the_refusal_of_its_commands() -> None:
    def wrong(bot: Bot) -> None:
        @bot.tree.command(description="Same", name="same")
        async def same(_: discord.Interaction) -> None: ...

        same.name = "NOT ALLOWED"

    async with home() as here:
        with pytest.raises(app_commands.CommandSyncFailure):
            async with running(here.local, wrong):
                pass
