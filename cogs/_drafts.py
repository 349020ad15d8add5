"""What helpers wrote, kept for a day: one button makes it, another changes it first, in a form."""

from collections.abc import Mapping
from typing import Any

from discord import ui

from bot.api import compose, routes
from bot.api.models.choices import VideoModel
from bot.languages import said
from bot.operations import ANIMATE, IMAGE, OPERATIONS, Operation
from bot.policy import Send
from bot.provenance import expected, hoped, placeholder, source_of, starting_body
from bot.store.records import Medium
from cogs import _media
from cogs._answers import Click, defer
from cogs._asking import fields_of, given
from cogs._buttons import form
from cogs._gate import Facts
from cogs._kept import keep, kept
from cogs._present import button, layout, plain
from cogs._sources import MEDIA_KINDS, Material, owned

DRAFT_SECONDS = 24 * 3600.0
"""How long what was written waits for its button."""

TEXT_LIMIT = 3000
"""Characters of what was written that a card shows."""


async def describe(interaction: Click, source: Material) -> None:
    """Answer with a picture in words, and offer to make one from them."""
    await ask(interaction, "generate_vision_prompt", {}, source)
    await defer(interaction, ephemeral=True, thinking=True)
    _, seen = await taken_in(interaction, source)
    await offer(interaction, seen, IMAGE)


async def script(interaction: Click, text: str, source: Material) -> None:
    """Answer with the script of a video that begins with a picture, and offer to make it.

    ``text`` says what happens, in 5 to 500 characters (AI API, Generate Video Prompt).

    Raises:
        Denied: Neither the words nor the picture may be used so.
    """
    facts = await Facts.of_interaction(interaction)
    rules, upload = facts.bot.settings.rules, source.is_upload
    starting = starting_body(ANIMATE, facts.place, facts.person, rules, upload=upload)
    body = {"userInput": text, "model": starting.get("videoModel", VideoModel.GROK.value)}
    await ask(interaction, "generate_video_prompt", body, source)
    if not interaction.response.is_done():
        await defer(interaction, ephemeral=True, thinking=True)
    medium, _ = await taken_in(interaction, source)
    request = compose(routes.GENERATE_VIDEO_PROMPT, {**body, "mediaId": medium.media_id})
    written = await interaction.client.api.call(routes.GENERATE_VIDEO_PROMPT, body=request)
    await offer(interaction, written.prompt_text, ANIMATE, medium)


async def ask(
    interaction: Click, operation: str, body: dict[str, Any], source: Material | None = None
) -> None:
    """Ask the policy, for a source that is yet to be taken in as if all went well.

    Raises:
        Denied: It may not be sent.
    """
    facts = await Facts.of_interaction(interaction)
    if source is None:
        await facts.ask(Send(operation, body))
        return
    if source.medium:
        known = hoped(source_of(source.medium))
        media_id = source.medium.media_id
    else:
        entry = source.intake("mediaId")
        media_id, known = placeholder(entry), expected(entry, interaction.user.id)
    await facts.ask(Send(operation, {**body, "mediaId": media_id}, {media_id: known}))


async def taken_in(interaction: Click, source: Material) -> tuple[Medium, str]:
    """The medium of a source, a file being taken in first; and what can be seen in it."""
    intakes = interaction.client.jobs.intakes
    if source.medium:
        return source.medium, await intakes.describe(source.medium)
    return await intakes.take(interaction.user.id, source.intake("mediaId"))


async def offer(
    interaction: Click,
    text: str,
    row: Operation,
    source: Medium | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Show what was written, if it may be, with the button that makes it.

    Raises:
        Denied: It may not be shown.
    """
    facts = await Facts.of_interaction(interaction)
    await facts.may_read(text)
    option = next(one for one in row.options if one.field == row.words)
    most = int(row.bounds(option).most or TEXT_LIMIT)
    draft = {
        "operation": row.name,
        "body": {row.words: text[:most], **(more or {})},
        "source": source.media_id if source else "",
    }
    key = await keep(interaction, "draft", draft, DRAFT_SECONDS)
    label = said("Make the video" if row.wants == "VIDEO" else "Make the picture")
    buttons: ui.ActionRow[Any] = ui.ActionRow(
        button(label, f"draft:make:{key}", emoji="🎨"),
        button("Change it", f"draft:change:{key}", emoji="✏️"),
    )
    view = layout(ui.TextDisplay(plain(text, TEXT_LIMIT)), buttons)
    await interaction.edit_original_response(view=view)


async def change(interaction: Click, key: str) -> None:
    """Open a draft of whoever asks as a form, with what may be chosen here.

    Raises:
        NotFound: There is none of theirs (any more).
    """
    draft = await kept(interaction, "draft", key)
    facts, source = await Facts.of_interaction(interaction), await _source(interaction, draft)
    upload = source is not None and source.is_upload
    row = OPERATIONS[draft["operation"]]
    fields = fields_of(row, draft["body"], facts, upload=upload)
    await interaction.response.send_modal(form(row.label, f"draft:{key}", *fields))


async def make(interaction: Click, key: str) -> None:
    """Submit a draft of whoever asks; the policy is asked for this place and person.

    Raises:
        NotFound: There is none of theirs (any more).
    """
    await _make(interaction, await kept(interaction, "draft", key), {})


async def make_changed(interaction: Click, found: Mapping[str, str]) -> None:
    """Submit a draft as its form says; what the form has no field for stays."""
    draft = await kept(interaction, "draft", found["key"])
    await _make(interaction, draft, given(interaction, OPERATIONS[draft["operation"]]))


async def _make(interaction: Click, draft: Mapping[str, Any], wished: Mapping[str, Any]) -> None:
    source = await _source(interaction, draft)
    await _media.make(interaction, OPERATIONS[draft["operation"]], source, draft["body"] | wished)


async def _source(interaction: Click, draft: Mapping[str, Any]) -> Material | None:
    """The medium that a draft starts from, if it is from one."""
    if not draft["source"]:
        return None
    return await owned(interaction, draft["source"], MEDIA_KINDS)
