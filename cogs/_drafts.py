"""What helpers wrote, with the one button that makes it; kept for a day under its key."""

import secrets
from collections.abc import Mapping
from typing import Any

from discord import ui

from bot.app import Vivant
from bot.errors import NotFound
from bot.languages import said
from bot.operations import IMAGE, OPERATIONS, Operation
from bot.policy import Send
from bot.provenance import expected, hoped, placeholder, source_of, starting_body
from bot.store.records import Medium, Origin
from cogs._answers import Click
from cogs._gate import Facts
from cogs._present import button, layout, plain
from cogs._sources import Material
from cogs._submit import Wish, submit

DRAFT_SECONDS = 24 * 3600.0
"""How long what was written waits for its button."""

TEXT_LIMIT = 3000
"""Characters of what was written that a card shows."""


async def describe(interaction: Click, source: Material) -> None:
    """Answer with a picture in words, and offer to make one from them."""
    await ask(interaction, "generate_vision_prompt", {}, source)
    await interaction.response.defer(ephemeral=True, thinking=True)
    _, seen = await taken_in(interaction, source)
    await offer(interaction, seen, IMAGE)


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
    draft: dict[str, Any] = {
        "owner": interaction.user.id,
        "operation": row.name,
        "body": {row.words: text[:most], **(more or {})},
        "source": source.media_id if source else "",
    }
    key = secrets.token_hex(8)
    await interaction.client.store.options.put(f"draft:{key}", draft, DRAFT_SECONDS)
    label = said("Make the video" if row.wants == "VIDEO" else "Make the picture")
    buttons: ui.ActionRow[Any] = ui.ActionRow(button(label, f"draft:{key}", emoji="🎨"))
    view = layout(ui.TextDisplay(plain(text, TEXT_LIMIT)), buttons)
    await interaction.edit_original_response(view=view)


async def make(interaction: Click, key: str) -> None:
    """Submit a draft of whoever asks; the policy is asked for this place and person.

    Raises:
        NotFound: There is none of theirs (any more).
    """
    bot = interaction.client
    draft: Any = await bot.store.options.get(f"draft:{key}")
    if not isinstance(draft, dict) or draft["owner"] != interaction.user.id:
        raise NotFound("draft")
    await submit(interaction, await _wish(bot, interaction, draft))


async def _wish(bot: Vivant, interaction: Click, draft: Mapping[str, Any]) -> Wish:
    row = OPERATIONS[draft["operation"]]
    facts = await Facts.of_interaction(interaction)
    medium = await bot.store.media.get(draft["source"]) if draft["source"] else None
    upload = medium is not None and medium.origin is not Origin.OWN
    rules = bot.settings.rules
    body = starting_body(row, facts.place, facts.person, rules, upload=upload) | draft["body"]
    media = {row.source[0]: Material(medium.kind, medium)} if row.source and medium else {}
    return Wish(row, body, media=media)
