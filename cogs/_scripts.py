"""What an operation on a medium needs to be told, and by which way it is asked for.

By a form, whose fields are the row's; except that a picture of a scene that shall move is asked of
the scene itself: its last lines become a script, which is offered with a button to change it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.operations import ANIMATE, Operation
from bot.policy import Show, Shown
from bot.store.records import Scene
from cogs._answers import Click, defer
from cogs._asking import fields_of
from cogs._buttons import form
from cogs._drafts import ask, script
from cogs._gate import Facts
from cogs._media import make
from cogs._photo import last_lines
from cogs._sources import Material

SCRIPT_LEAST, SCRIPT_MOST = 5, 500
"""Characters of ``userInput`` (AI API, Generate Video Prompt)."""

STILL = "They breathe and look around."
"""What happens in a scene whose last lines tell nothing that may be filmed."""


async def begin(
    interaction: Click,
    row: Operation,
    source: Material,
    form_id: str,
    used: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Make it at once where it needs no words; else ask for them, filled with what was ``used``.

    ``form_id`` is for the form where the source has no record; one that has goes by its id.

    Raises:
        BadFile: It does not start from such a medium.
        Denied: It may not be made from it here.
    """
    if not row.asks:
        await make(interaction, row, source, {})
        return
    facts = await Facts.of_interaction(interaction)
    if row is ANIMATE and (scene := await _scene_of(facts, source)):
        await _propose(interaction, facts, scene, source)
        return
    fields = fields_of(row, used, facts, upload=source.is_upload)
    if source.medium:
        form_id = f"make:{row.name}:{source.medium.media_id}"
    await interaction.response.send_modal(form(row.label, form_id, *fields))


async def _scene_of(facts: Facts, source: Material) -> Scene | None:
    """The scene here, if the source was made in it and its script may be written from it."""
    medium, channel_id = source.medium, facts.place.channel_id
    if medium is None or source.is_upload or medium.channel_id != channel_id:
        return None
    return await facts.bot.store.scenes.of_channel(channel_id or 0)


async def _propose(interaction: Click, facts: Facts, scene: Scene, source: Material) -> None:
    """Offer a script from a scene's last lines; asked for before anything is read for it."""
    await facts.ask(Show(Shown.SCENE, private=False, barred=False))
    await ask(interaction, "generate_video_prompt", {"userInput": STILL}, source)
    await defer(interaction, ephemeral=True, thinking=True)
    chat = await facts.bot.chats.held(scene)
    told = last_lines(chat, SCRIPT_MOST, facts.bot.settings.rules.blocked_terms)
    await script(interaction, told if len(told) >= SCRIPT_LEAST else STILL, source)
