"""Buttons and forms that need nothing in memory: what they do is in their ``custom_id``.

The library swallows whatever a dynamic item raises, so one base class asks, acts and words every
failure. Forms are answered from ``on_interaction``: the library forgets its own modals in a
restart, their submissions still come.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

import discord
from discord import ui

from bot.languages import said
from cogs._answers import Click, tell_error
from cogs._languages import listen


class Pressed(ui.DynamicItem[Any], template=r"-"):
    """Base of buttons and selects. A subclass gives its template, and ``press`` what it does."""

    def __init__(self, item: ui.Item[Any], found: dict[str, str]) -> None:
        super().__init__(item)
        self._found = found

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Click, item: ui.Item[Any], match: re.Match[str]
    ) -> Self:
        """Called by the library for every press of a button whose id fits the template."""
        return cls(item, match.groupdict())

    async def callback(self, interaction: Click) -> None:  # type: ignore[override]
        """Press the button, and word whatever goes wrong."""
        try:
            await listen(interaction)
            await self.press(interaction, self._found)
        except Exception as error:  # noqa: BLE001 - the library would swallow it unseen
            await tell_error(interaction, error)

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """What the button does; ``found`` holds the named groups of its template."""
        raise NotImplementedError


def chosen(interaction: Click) -> list[str]:
    """What was chosen in a select: values, or ids as Discord gives them."""
    return list(cast("dict[str, Any]", interaction.data).get("values", []))


def form(title: str, custom_id: str, *fields: ui.Label[Any]) -> ui.Modal:
    """A modal whose submission ``answers`` reads; the library keeps nothing of it."""
    modal = ui.Modal(title=said(title), custom_id=custom_id, timeout=None)
    for each in fields:
        modal.add_item(each)
    modal.stop()
    return modal


def text_field(
    label: str,
    name: str,
    limit: int,
    *,
    long: bool = False,
    hint: str = "",
    value: str = "",
    must: bool = True,
) -> ui.Label[Any]:
    """A text input of ``limit`` characters (Discord: 4,000 at most), filled in with ``value``."""
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    box: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=style,
        max_length=min(limit, 4000),
        placeholder=said(hint) or None,
        default=value or None,
        required=must,
    )
    return ui.Label(text=said(label), component=box)


def file_field(label: str, name: str, hint: str) -> ui.Label[Any]:
    """An optional upload of one file."""
    box: ui.FileUpload[Any] = ui.FileUpload(custom_id=name, required=False, min_values=0)
    return ui.Label(text=said(label), description=said(hint), component=box)


def answers(interaction: Click) -> dict[str, str]:
    """What was written or chosen in a submitted form, by the names of its inputs."""
    submitted = cast("dict[str, Any]", interaction.data)
    inputs = _inputs(submitted["components"])
    given = {each["custom_id"]: [each.get("value"), *each.get("values", ())] for each in inputs}
    return {
        name: text for name, values in given.items() if (text := next(filter(None, values), ""))
    }


def inputs_of(interaction: Click) -> frozenset[str]:
    """The names of the inputs that a submitted form had, filled in or not."""
    submitted = cast("dict[str, Any]", interaction.data)
    return frozenset(each["custom_id"] for each in _inputs(submitted["components"]))


def choice_field(label: str, name: str, named: Mapping[str, str], hint: str = "") -> ui.Label[Any]:
    """A select of one of at most 25 values, each with its name, which may be left alone."""
    options = [discord.SelectOption(label=said(text), value=value) for value, text in named.items()]
    box: ui.Select[Any] = ui.Select(
        custom_id=name,
        options=options[:25],
        required=False,
        min_values=0,
        placeholder=said(hint) or None,
    )
    return ui.Label(text=said(label), component=box)


def attached(interaction: Click, name: str) -> dict[str, Any] | None:
    """What Discord says of the file that a form's upload ``name`` brought, if any."""
    submitted = cast("dict[str, Any]", interaction.data)
    files = submitted.get("resolved", {}).get("attachments", {})
    for each in _inputs(submitted["components"]):
        if each["custom_id"] == name and each.get("values"):
            return cast("dict[str, Any]", files[each["values"][0]])
    return None


def _inputs(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in components:
        inner = each.get("components", [])
        yield from _inputs([*inner, each["component"]] if "component" in each else inner)
        if "custom_id" in each:
            yield each
