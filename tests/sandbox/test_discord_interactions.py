"""Commands, buttons, selects, modals and completions, between actors and a real discord.py bot."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from sandbox.discord import Asked, NotAnswered, Refusal, Upload
from tests.sandbox.discord_bot import PIXEL, Bot, Home, home, running


class Card(ui.View):
    """One of each thing that can be used in a message."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _: Any) -> None:
        await interaction.response.edit_message(content="again")

    @ui.button(emoji="📷", custom_id="photo")
    async def photo(self, interaction: discord.Interaction, _: Any) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="photo")

    @ui.button(label="Words", custom_id="words")
    async def words(self, interaction: discord.Interaction, _: Any) -> None:
        await interaction.response.send_modal(Form())

    @ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: discord.Interaction, _: Any) -> None: ...

    @ui.select(
        placeholder="Which?",
        custom_id="which",
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two")],
    )
    async def which(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(select.values[0], ephemeral=True)

    @ui.select(cls=ui.UserSelect, placeholder="Who?", custom_id="who")
    async def who(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(select.values[0].name)


class Form(ui.Modal, title="A form"):
    """A text, a select and a file, each under a label."""

    name: ui.Label[Any] = ui.Label(text="Name", component=ui.TextInput(max_length=10))
    kind: ui.Label[Any] = ui.Label(
        text="Kind",
        component=ui.Select(required=False, options=[discord.SelectOption(label="Short")]),
    )
    file: ui.Label[Any] = ui.Label(text="File", component=ui.FileUpload(required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        parts: list[Any] = [self.name.component, self.kind.component, self.file.component]
        content = await parts[2].values[0].read() if parts[2].values else b""
        told = f"{parts[0].value} {parts[1].values} {len(content)}"
        await interaction.response.send_message(told)


def table(bot: Bot) -> None:
    tree = bot.tree

    @tree.command(description="Everything an option can be")
    @app_commands.choices(size=[app_commands.Choice(name="Large", value="l")])
    async def make(
        interaction: discord.Interaction,
        text: app_commands.Range[str, 1, 20],
        size: str = "m",
        times: app_commands.Range[int, 1, 4] = 1,
        who: discord.Member | None = None,
        picture: discord.Attachment | None = None,
    ) -> None:
        size_in_bytes = len(await picture.read()) if picture else 0
        name = who.display_name if who else None
        await interaction.response.send_message(f"{text} {size} {times} {name} {size_in_bytes}")

    @make.autocomplete("text")
    async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=current.upper(), value=current)]

    @tree.command(description="Slow")
    async def slow(interaction: discord.Interaction, hidden: bool) -> None:
        await interaction.response.defer(ephemeral=hidden, thinking=True)
        await interaction.edit_original_response(content="done")
        await interaction.followup.send("more", ephemeral=True)

    @tree.command(description="Silent")
    async def silent(interaction: discord.Interaction) -> None: ...

    @tree.command(description="A card")
    async def card(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("card", view=Card())

    @tree.command(description="Explicit", nsfw=True)
    async def adult(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("ok")

    @tree.command(description="Rank")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("ok")

    chat = app_commands.Group(name="chat", description="Scenes")

    @chat.command(description="Start")
    async def start(interaction: discord.Interaction, character: str) -> None:
        await interaction.response.send_message(f"scene with {character}")

    tree.add_command(chat)

    @tree.context_menu(name="Edit picture")
    async def edit(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"editing {message.content}", ephemeral=True)

    bot.add_view(Card())


def beside(asked: Coroutine[Any, Any, Asked]) -> asyncio.Task[Asked]:
    """Ask while the test goes on; every such test waits for it at its end."""
    return asyncio.get_running_loop().create_task(asked)


async def show_card(here: Home) -> Any:
    return (await here.alice.slash(here.channel, "card")).message


async def test_a_command_gets_its_options_and_answers() -> None:
    async with home() as here, running(here.local, table):
        asked = await here.alice.slash(
            here.channel,
            "make",
            text="hi",
            size="Large",
            times=2,
            who=here.bob.user,
            picture=Upload("dot.png", PIXEL),
        )
        assert asked.message.content == f"hi l 2 bob {len(PIXEL)}"
        assert here.local.faults_seen == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"text": "x" * 21},
        {"text": "x", "times": 5},
        {"text": "x", "size": "huge"},
        {"text": "x", "times": "2"},
    ],
)
async def test_options_that_do_not_fit_never_reach_the_bot(options: Any) -> None:
    async with home() as here, running(here.local, table):
        with pytest.raises(Refusal) as refused:
            await here.alice.slash(here.channel, "make", **options)
        assert refused.value.code == 50035


async def test_subcommands_are_named_with_spaces() -> None:
    async with home() as here, running(here.local, table):
        asked = await here.alice.slash(here.channel, "chat start", character="Ada")
        assert asked.message.content == "scene with Ada"
        with pytest.raises(LookupError):
            await here.alice.slash(here.channel, "chat", character="Ada")


async def test_completions_come_back() -> None:
    async with home() as here, running(here.local, table):
        choices = await here.alice.autocomplete(here.channel, "make", "text", "ab")
        assert choices == [{"name": "AB", "value": "ab"}]


async def test_a_deferred_answer_is_a_loading_message_until_it_is_edited() -> None:
    async with home() as here, running(here.local, table):
        asked = await here.alice.slash(here.channel, "slow", hidden=False)
        message = await asked.answer()
        assert (message.content, message.revisions[0].loading) == ("done", True)
        assert (await asked.followup()).seen_only_by == here.alice.user.id


async def test_an_ephemeral_answer_is_there_for_one_person_only() -> None:
    async with home() as here, running(here.local, table) as bot:
        asked = await here.alice.slash(here.channel, "slow", hidden=True)
        message = await asked.answer()
        assert here.alice.sees(message)
        assert not here.bob.sees(message)
        assert here.bob.reads(here.channel) == []
        status, reply = await here.call("GET", f"/channels/{here.channel.id}/messages/{message.id}")
        assert (status, reply["code"]) == (404, 10008)
        assert bot.count("message") == 0
        await here.alice.delete(message)
        assert not here.alice.sees(message)


async def test_a_message_menu_gets_the_message_without_the_content_intent() -> None:
    async with home() as here, running(here.local, table):
        said = await here.bob.say(here.channel, "a picture")
        asked = await here.alice.menu("Edit picture", said)
        assert asked.message.content == "editing a picture"


async def test_a_button_edits_its_message_and_keeps_the_revisions() -> None:
    async with home() as here, running(here.local, table):
        card = await show_card(here)
        assert card.buttons == ["Again", "📷", "Words", "Off"]
        await here.bob.press(card, "Again")
        await here.bob.press(card, "📷")
        await here.local.until(lambda: card.content == "photo")
        assert [one.content for one in card.revisions] == ["card", "again", "photo"]


async def test_selects_give_their_values() -> None:
    async with home() as here, running(here.local, table):
        card = await show_card(here)
        assert (await here.bob.choose(card, "Which?", "Two")).message.content == "Two"
        assert (await here.bob.choose(card, "who", here.alice.user)).message.content == "alice"
        with pytest.raises(Refusal):
            await here.bob.choose(card, "which", "Three")


async def test_what_is_disabled_or_missing_cannot_be_used() -> None:
    async with home() as here, running(here.local, table):
        card = await show_card(here)
        for button in ("Off", "Nowhere"):
            with pytest.raises(Refusal):
                await here.bob.press(card, button)
        await here.call("DELETE", f"/channels/{here.channel.id}/messages/{card.id}")
        with pytest.raises(Refusal):
            await here.bob.press(card, "Again")


async def test_a_modal_takes_text_choices_and_files() -> None:
    async with home() as here, running(here.local, table):
        opened = await here.alice.press(await show_card(here), "Words")
        assert opened.fields == ["Name", "Kind", "File"]
        entries = {"Name": "Ada", "Kind": ["Short"], "File": [Upload("a.txt", b"12345")]}
        assert (await here.alice.submit(opened, entries)).message.content == "Ada ['Short'] 5"
        assert here.local.faults_seen == []


async def test_a_modal_refuses_what_its_inputs_refuse() -> None:
    async with home() as here, running(here.local, table):
        opened = await here.alice.press(await show_card(here), "Words")
        for entries in ({}, {"Name": "x" * 11}, {"Name": "x", "Kind": ["Long"]}):
            with pytest.raises(Refusal):
                await here.alice.submit(opened, entries)


async def test_without_an_acknowledgement_in_three_seconds_it_has_failed() -> None:
    async with home() as here, running(here.local, table):
        waiting = beside(here.alice.slash(here.channel, "silent"))
        await here.local.until(here.alice.is_waiting)
        here.local.clock.jump(3.1)
        with pytest.raises(NotAnswered):
            await waiting
        one = list(here.local.world.interactions.values())[-1]
        path = f"/interactions/{one.id}/{one.token}/callback"
        status, reply = await here.call("POST", path, {"type": 5})
        assert (status, reply["code"]) == (404, 10062)


async def test_an_interaction_is_acknowledged_only_once() -> None:
    async with home() as here, running(here.local, table):
        asked = await here.alice.slash(here.channel, "make", text="x")
        one = asked.interaction
        path = f"/interactions/{one.id}/{one.token}/callback"
        status, reply = await here.call("POST", path, {"type": 5})
        assert (status, reply["code"]) == (400, 40060)


async def test_a_token_dies_after_fifteen_minutes() -> None:
    async with home() as here, running(here.local, table):
        asked = await here.alice.slash(here.channel, "make", text="x")
        path = f"/webhooks/{here.bot_user.id}/{asked.interaction.token}/messages/@original"
        here.local.clock.jump(899)
        assert (await here.call("GET", path))[0] == 200
        here.local.clock.jump(2)
        status, reply = await here.call("GET", path)
        assert (status, reply["code"]) == (401, 50027)


async def test_a_follow_up_needs_an_acknowledgement_first() -> None:
    async with home() as here, running(here.local, table):
        waiting = beside(here.alice.slash(here.channel, "silent"))
        await here.local.until(here.alice.is_waiting)
        one = list(here.local.world.interactions.values())[-1]
        path = f"/webhooks/{here.bot_user.id}/{one.token}"
        status, reply = await here.call("POST", path, {"content": "early"})
        assert (status, reply["code"]) == (404, 10015)
        here.local.clock.jump(4)
        with pytest.raises(NotAnswered):
            await waiting


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 10, 12])
async def test_an_answer_of_a_kind_that_does_not_fit_is_refused(kind: int) -> None:
    async with home() as here, running(here.local, table):
        waiting = beside(here.alice.slash(here.channel, "silent"))
        await here.local.until(here.alice.is_waiting)
        one = list(here.local.world.interactions.values())[-1]
        path = f"/interactions/{one.id}/{one.token}/callback"
        status, reply = await here.call("POST", path, {"type": kind})
        assert (status, reply["code"]) == (400, 50035)
        here.local.clock.jump(4)
        with pytest.raises(NotAnswered):
            await waiting


async def test_an_age_restricted_command_works_only_where_that_is_allowed() -> None:
    async with home(nsfw=True) as here, running(here.local, table):
        tame = here.local.world.channel(here.guild, "tame")
        thread = await here.alice.thread(here.channel, "inherits")
        for place in (here.channel, thread):
            assert "adult" in here.alice.commands(place)
            assert (await here.alice.slash(place, "adult")).message.content == "ok"
        with pytest.raises(Refusal):
            await here.alice.slash(tame, "adult")
        assert "adult" not in here.alice.commands(tame)


async def test_a_command_for_moderators_is_for_them_and_for_servers() -> None:
    async with home() as here, running(here.local, table):
        assert (await here.alice.slash(here.channel, "settings")).message.content == "ok"
        with pytest.raises(Refusal) as refused:
            await here.bob.slash(here.channel, "settings")
        assert refused.value.code == 50013
        with pytest.raises(Refusal):
            await here.alice.slash(await here.alice.direct(), "settings")


async def test_commands_work_in_direct_messages() -> None:
    async with home() as here, running(here.local, table):
        asked = await here.alice.slash(await here.alice.direct(), "make", text="hi")
        assert asked.message.content == "hi m 1 None 0"


async def test_a_name_that_is_not_registered_is_the_tests_mistake() -> None:
    async with home() as here, running(here.local, table):
        with pytest.raises(LookupError, match="no command 'nothing'"):
            await here.alice.slash(here.channel, "nothing")
