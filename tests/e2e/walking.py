"""Everything that is registered, used by somebody; and everything that they were shown.

What is used comes from the bot itself: its commands with every option and all that completes
them, its button templates, its forms, its menus. So what is registered later is used as well,
without a word here. Only the samples of options are chosen by hand.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import app_commands

from bot.app import Vivant
from bot.operations import OPERATIONS
from cogs._forms import FormCog
from sandbox.discord import Actor, Asked, Channel, Message, Refusal, Upload
from sandbox.discord.model import Interaction, Json, walk
from sandbox.discord.rules.modals import inputs
from tests.e2e.conftest import Town
from tests.e2e.forging import custom_ids, forged
from tests.e2e.studio import png

OptionType = discord.AppCommandOptionType

PICTURE = Upload("picture.png", png(), "image/png")
REACTIONS = ("🔁", "⬅️", "➡️", "🗑️", "📷", "⏹️")
ROWS = tuple(name for name, row in OPERATIONS.items() if row.source)
GROUPS: Mapping[str, Sequence[str]] = {
    "row": ROWS,
    "what": (*ROWS, "describe"),
    "shelf": ("clothes", "poses", "styles", "profiles"),
}
"""What names in ids stand for that are no ids themselves."""

INPUTS = frozenset(
    {"name", "bio", "short_bio", "first_message", "words", "text", "reason", "wish"}
).union(*({option.field for option in row.texts} for row in OPERATIONS.values()))
"""Names of the inputs of forms: a forged submission fills all of them in."""

LAST = ("delete", "takedown", "reset", ":do:", "replay", "adult:no", "end")
"""What takes things away is used when all else was."""


@dataclass
class Walker:
    """Somebody who uses everything; ``texts`` are what they type into options, by name."""

    town: Town
    bot: Vivant
    who: Actor
    ids: Sequence[str]
    texts: Mapping[str, str] = field(default_factory=dict)
    typed: str = "7"

    async def commands(self, place: Channel) -> None:
        """Use each command: what completes it, what it must have, and all that it can have."""
        for command in sorted(self._commands(), key=lambda one: _is_last(one.qualified_name)):
            await self._use(place, command)

    async def buttons(self, place: Channel) -> None:
        """Press each button and select there is, with each id."""
        templates = list(self.bot._connection._view_store._dynamic_items)
        found = [each for one in templates for each in custom_ids(one.pattern, self.ids, GROUPS)]
        for custom_id in sorted(found, key=_is_last):
            await self.settle(await forged(self.town, self.bot, self.who, place, custom_id))

    async def forms(self, place: Channel) -> None:
        """Submit each form, with each id, though nobody opened it."""
        for pattern in self._forms():
            for custom_id in custom_ids(pattern, self.ids, GROUPS):
                opened = await forged(self.town, self.bot, self.who, place, "job:details:1")
                opened.interaction.modal = _form(custom_id)
                await self.settle(opened)

    async def messages(self, messages: Sequence[Message]) -> None:
        """Use each menu and each reaction on each message."""
        menus = self.bot.tree.get_commands(type=discord.AppCommandType.message)
        for message in messages:
            for menu in menus:
                try:
                    asked = await self.who.menu(menu.name, message)
                except Refusal:
                    continue
                await self.settle(asked)
            for emoji in REACTIONS:
                await self.who.react(message, emoji)
                await self.who.unreact(message, emoji)

    async def settle(self, asked: Asked) -> None:
        """Wait for the answer; a form is filled in and sent."""
        if asked.interaction.modal:
            parts = [part for _, part in inputs(asked.modal)]
            entries = {part["custom_id"]: self._entry(part) for part in parts}
            asked = await self.who.submit(asked, entries)
        await self.town.discord.until(
            lambda: not asked.deferred or asked.message.deleted,
            timeout=20,
            what=f"the answer to {_name(asked.interaction)}",
        )

    def _commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        for command in self.bot.tree.walk_commands():
            if isinstance(command, app_commands.Command):
                yield command

    def _forms(self) -> Iterator[str]:
        for cog in self.bot.cogs.values():
            if isinstance(cog, FormCog):
                yield from cog.forms

    async def _use(self, place: Channel, command: app_commands.Command[Any, ..., Any]) -> None:
        needed = {one.display_name: one for one in command.parameters if one.required}
        possible = {one.display_name: one for one in command.parameters}
        for options in {str(sorted(each)): each for each in (needed, possible)}.values():
            try:
                given = {
                    name: await self._sample(place, command, one) for name, one in options.items()
                }
                asked = await self.who.slash(place, command.qualified_name, **given)
            except Refusal:
                continue
            await self.settle(asked)

    async def _sample(
        self, place: Channel, command: app_commands.Command[Any, ..., Any], one: Any
    ) -> Any:
        name = one.display_name
        if one.autocomplete:
            choices = await self.who.autocomplete(place, command.qualified_name, name)
            if choices and name not in self.texts:
                return choices[0]["value"]
        if one.choices:
            return one.choices[0].value
        samples = {
            OptionType.string: self.texts.get(name, self.typed),
            OptionType.integer: one.min_value or 1,
            OptionType.number: one.min_value or 1,
            OptionType.boolean: True,
            OptionType.attachment: PICTURE,
            OptionType.channel: self.town.lounge,
        }
        return samples.get(one.type, self.town.alice.user)

    def _entry(self, part: Json) -> Any:
        return self.typed if part["type"] == 4 else []


@dataclass
class Seen:
    """All that the bot shows from now on, as text: whoever reads it, wherever it stands."""

    town: Town
    places: Collection[Channel]

    def __post_init__(self) -> None:
        world = self.town.discord.world
        self._known = {one.id: len(one.revisions) for one in world.messages.values()}
        self._answered = set(world.by_token)

    def texts(self, spared: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """What was shown in these places, with a word on where; not by the ``spared`` commands."""
        world = self.town.discord.world
        for message in list(world.messages.values()):
            ours = message.author.bot and self._counts(message.channel)
            if ours and not _of(message.interaction, spared):
                yield from self._of_message(message)
        for token, asked in world.by_token.items():
            if token not in self._answered and self._counts(asked.channel):
                yield f"choices of {_name(asked)}", json.dumps(asked.choices or [])
                yield f"form of {_name(asked)}", json.dumps(asked.modal or {})

    def _counts(self, channel: Channel) -> bool:
        return channel in self.places or channel.parent in self.places

    def _of_message(self, message: Message) -> Iterator[tuple[str, str]]:
        states = message.revisions[self._known.get(message.id, 0) :]
        where = f"message after {_name(message.interaction) if message.interaction else '-'}"
        for state in states:
            yield where, state.text
            yield f"files of {where}", " ".join(state.files)
            for part in walk(list(state.components)):
                yield f"component of {where}", json.dumps(part, ensure_ascii=False)
        if states:
            yield f"author of {where}", message.author.username
            for file in message.attachments:
                yield f"file of {where}", file.content.decode("latin-1")
                yield f"alt text of {where}", file.description or ""


def _form(custom_id: str) -> Json:
    boxes = [{"type": 4, "custom_id": name, "style": 1, "max_length": 4000} for name in INPUTS]
    rows = [{"type": 18, "label": box["custom_id"], "component": box} for box in boxes]
    return {"custom_id": custom_id, "title": "forged", "components": rows}


def _of(interaction: Interaction | None, names: Collection[str]) -> bool:
    return interaction is not None and _name(interaction) in names


def _name(interaction: Interaction) -> str:
    """What was used: a command with its subcommand, a menu, or the id of a button or form."""
    data = interaction.data
    inner = [one["name"] for one in data.get("options", []) if one["type"] in {1, 2}]
    return str(data.get("custom_id") or " ".join([data["name"], *inner]))


def _is_last(name: str) -> bool:
    return any(word in name for word in LAST)
