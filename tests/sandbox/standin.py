"""A small bot that shows every kind of thing the page must show; run in place of the real one.

It reads the same settings, so ``python -m sandbox python -m tests.sandbox.standin`` starts it. One
message with "end yourself" makes it fail, for the test of that.
"""

import io
import os
import sys

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from config.settings import Settings, load
from sandbox.discord.wire.cdn import swatch

SHADES = ("amber", "azure", "olive")


class Client(discord.Client):
    """Commands, components, a modal, replies."""

    def __init__(self, settings: Settings) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
        super().__init__(intents=intents, guild_ready_timeout=0.2)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(paint)
        self.tree.add_command(whisper)
        self.tree.add_command(later)
        self.tree.add_command(stay_silent)
        self.tree.add_command(app_commands.ContextMenu(name="Count letters", callback=count))
        self.settings = settings

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        if message.content == "end yourself":
            sys.stdout.write("ending as asked\n")
            sys.stdout.flush()
            os._exit(3)
        if message.content == "open a thread":
            thread = await message.create_thread(name="A side room")
            await thread.send("Welcome **inside**.")
        elif message.content.startswith("say "):
            async with message.channel.typing():
                shown = await message.reply("…", mention_author=False)
            await shown.edit(content=message.content.removeprefix("say "))


class Editing(ui.Modal, title="Change the picture"):
    what: ui.Label[ui.Modal] = ui.Label(
        text="Instruction",
        description="In your own words",
        component=ui.TextInput(style=discord.TextStyle.paragraph, max_length=200),
    )
    shade: ui.Label[ui.Modal] = ui.Label(
        text="Shade",
        component=ui.Select(options=[discord.SelectOption(label=one) for one in SHADES]),
    )
    mask: ui.Label[ui.Modal] = ui.Label(
        text="Mask", component=ui.FileUpload(required=False, min_values=0, max_values=1)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        text, shade, mask = (row.component for row in (self.what, self.shade, self.mask))
        assert isinstance(text, ui.TextInput)
        assert isinstance(shade, ui.Select)
        assert isinstance(mask, ui.FileUpload)
        names = [one.filename for one in mask.values]
        await interaction.response.send_message(
            f"{text.value} in {shade.values[0]} with {names}", ephemeral=True
        )


class Buttons(ui.ActionRow["Painting"]):
    @ui.button(label="Again", emoji="🔁")
    async def again(self, interaction: discord.Interaction, _: ui.Button["Painting"]) -> None:
        view = Painting("painted again", 0x3BA55D)
        await interaction.response.edit_message(view=view, attachments=[view.file])

    @ui.button(label="Edit", style=discord.ButtonStyle.primary)
    async def edit(self, interaction: discord.Interaction, _: ui.Button["Painting"]) -> None:
        await interaction.response.send_modal(Editing())


class Painting(ui.LayoutView):
    """A container with text, picture and buttons."""

    def __init__(self, title: str, accent: int) -> None:
        super().__init__(timeout=None)
        self.file = discord.File(io.BytesIO(swatch(title)), "painting.png", description=title)
        gallery: ui.MediaGallery[Painting] = ui.MediaGallery(
            discord.MediaGalleryItem("attachment://painting.png", description=title)
        )
        text: ui.TextDisplay[Painting] = ui.TextDisplay(f"### {title}")
        self.add_item(ui.Container(text, gallery, Buttons(), accent_colour=accent))


@app_commands.command(description="Paint a picture")
@app_commands.describe(prompt="What to see", shade="Which colour", count="How many")
@app_commands.choices(count=[app_commands.Choice(name=f"{n} of them", value=n) for n in (1, 2)])
async def paint(
    interaction: discord.Interaction, prompt: str, shade: str = "amber", count: int = 1
) -> None:
    await interaction.response.defer()
    view = Painting(f"{prompt}, {shade}, {count}", 0xFF8A5C)
    await interaction.edit_original_response(view=view, attachments=[view.file])


@paint.autocomplete("shade")
async def shades(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=one, value=one) for one in SHADES if typed in one]


@app_commands.command(description="Say something to you alone")
async def whisper(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("between **us**", ephemeral=True)


@app_commands.command(description="Take a moment")
async def later(interaction: discord.Interaction) -> None:
    await interaction.response.defer()


@app_commands.command(name="silence", description="Never answer")
async def stay_silent(_: discord.Interaction) -> None:
    """Leaves the interaction without an answer, as a bot that hangs would."""


async def count(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"{len(message.content)} letters", ephemeral=True)


def main() -> None:
    settings = load(env_file=None)
    Route.BASE = settings.discord.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord.gateway_url)
    Client(settings).run(settings.discord.token.get_secret_value(), log_handler=None)


if __name__ == "__main__":
    main()
