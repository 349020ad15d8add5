"""A scene's chat to look back on: pages of it, a recap, and files to keep.

Every text and picture is asked for as anything that is shown: where explicit content has no
place, its sentences are left out, and so are pictures.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import discord
from discord import ui

from bot.api.models.chats import Candidate, Chat, ChatMessage
from bot.api.models.choices import ChatMessageType
from bot.errors import ApiError
from bot.languages import said
from bot.policy import Verb
from bot.provenance import as_shown, source_by_id
from bot.screen import Use
from bot.store.records import Scene
from bot.transcript import Entry, markdown, page
from cogs._answers import Click, defer, say
from cogs._buttons import Pressed
from cogs._gate import Facts
from cogs._present import button, layout, plain, tame

PAGE_CHARACTERS, ENTRY_CHARACTERS, OTHER_CHARACTERS = 3000, 1200, 300
RECAP_LINES, RECAP_CHARACTERS = 6, 200

Kind = Literal["HTML", "Markdown"]


class HistoryButton(Pressed, template=r"history:(?P<page>\d+)"):
    """Opens, and turns the pages of, a scene's history."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one; pages count from the newest."""
        await defer(interaction)
        await interaction.edit_original_response(
            view=await history(interaction, int(found["page"]))
        )


async def history(interaction: Click, number: int) -> ui.LayoutView:
    """One page of a scene's messages with all their versions, ``number`` counted from the newest.

    Raises:
        Denied: The scene is not theirs.
    """
    scene, facts, chat = await _own(interaction)
    pages = list(_paged([_block(each) for each in _entries(facts, scene, chat)]))
    number = min(number, len(pages) - 1)
    name = plain(facts.readable(scene.character_name))
    text = pages[-1 - number] if pages else said("Nothing was said yet.")
    older = button("Older", f"history:{number + 1}", emoji="◀️", disabled=number + 1 >= len(pages))
    newer = button("Newer", f"history:{max(0, number - 1)}", emoji="▶️", disabled=number <= 0)
    row: ui.ActionRow[Any] = ui.ActionRow(older, newer) if number else ui.ActionRow(older)
    return layout(ui.TextDisplay(f"### {name}"), ui.TextDisplay(text), row)


async def export(interaction: Click, kind: Kind) -> None:
    """Hand a scene's chat over as a file."""
    await defer(interaction, ephemeral=True, thinking=True)
    scene, facts, chat = await _own(interaction)
    entries = _entries(facts, scene, chat)
    one, other = map(facts.readable, (scene.character_name, scene.persona_name))
    title = said("{one} and {other}", one=one, other=other)
    if kind == "HTML":
        pictured = await _pictured(facts, chat, entries)
        content, name = page(title, pictured), "chat.html"
    else:
        content, name = markdown(title, entries), "chat.md"
    told = said("Your chat.")
    if len(content.encode()) > interaction.filesize_limit:
        content, told = page(title, entries), said("Your chat. With its pictures it was too large.")
    file = discord.File(io.BytesIO(content.encode()), filename=name)
    await interaction.edit_original_response(content=told, attachments=[file])


def recap(facts: Facts, scene: Scene, chat: Chat) -> str:
    """The last lines before the newest, each cut short; nothing for a chat that just began."""
    entries = [each for each in _entries(facts, scene, chat)[:-1] if each.text]
    lines = [
        f"> **{plain(each.speaker)}:** {plain(each.text, RECAP_CHARACTERS)}"
        for each in entries[-RECAP_LINES:]
    ]
    return "\n".join(lines)


async def _own(interaction: Click) -> tuple[Scene, Facts, Chat]:
    """The scene here, if it belongs to whoever asks, and its chat."""
    chats = interaction.client.chats
    scene = await chats.scene(interaction.channel_id or 0)
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.SEE, scene.owner_id, scene.guild_id)
    return scene, facts, await chats.held(scene)


def _entries(facts: Facts, scene: Scene, chat: Chat) -> list[Entry]:
    return [_entry(facts, scene, message) for message in chat.messages]


def _entry(facts: Facts, scene: Scene, message: ChatMessage) -> Entry:
    def told(text: str) -> str:
        return facts.readable(text, filtered=scene.filtered, use=Use.CHAT)

    mine = message.message_type == ChatMessageType.USER
    others = [
        told(each.message)
        for each in message.candidates
        if each.message and each is not message.selected
    ]
    speaker = scene.persona_name if mine else scene.character_name
    return Entry(facts.readable(speaker), told(message.text or ""), mine, tuple(others))


async def _pictured(facts: Facts, chat: Chat, entries: list[Entry]) -> list[Entry]:
    """The entries with the pictures that may be seen here."""
    return [
        Entry(each.speaker, each.text, each.mine, each.others, await _picture(facts, said.selected))
        for each, said in zip(entries, chat.messages, strict=True)
    ]


async def _picture(facts: Facts, candidate: Candidate | None) -> bytes | None:
    media = candidate.media if candidate else None
    if media is None or not media.media_url:
        return None
    known = await source_by_id(facts.bot.store, media.id)
    if not facts.allows(as_shown(known, alone=True)):
        return None
    try:
        limit = facts.bot.settings.limits.media_bytes
        return (await facts.bot.api.download(media.media_url, limit=limit)).content
    except ApiError:
        return None


def _block(entry: Entry) -> str:
    text = tame(entry.text[:ENTRY_CHARACTERS]) or f"*{said('a picture')}*"
    count = f" · {said('{count} versions', count=len(entry.others) + 1)}" if entry.others else ""
    others = [f"> {plain(other, OTHER_CHARACTERS)}" for other in entry.others]
    return "\n".join([f"**{plain(entry.speaker)}**{count}", text, *others])[:PAGE_CHARACTERS]


def _paged(blocks: list[str]) -> Iterator[str]:
    """As many whole blocks as fit, again and again."""
    fitting = ""
    for block in blocks:
        if fitting and len(fitting) + len(block) + 2 > PAGE_CHARACTERS:
            yield fitting
            fitting = ""
        fitting = f"{fitting}\n\n{block}" if fitting else block
    if fitting:
        yield fitting


async def show_history(interaction: Click) -> None:
    """Answer with the newest page."""
    await defer(interaction, ephemeral=True, thinking=True)
    await say(interaction, await history(interaction, 0))
