"""A character written from a picture: drawn up, refined by instructions, accepted at last.

The vision card is the AI API's where explicit content may be; elsewhere the picture is described,
which is clean, and the description becomes the card. Sketches live for an hour.
"""

import secrets
from collections.abc import Mapping
from typing import cast

from discord import ui
from discord.app_commands import Choice
from pydantic import BaseModel

from bot.api import compose, routes
from bot.api.models.characters import CreateCharacter, CreateVision, UpdateVision, VisionCard
from bot.api.models.llm import GenerateVisionPrompt
from bot.errors import Denied
from bot.languages import said
from bot.policy import Reason, Send, Verb
from bot.provenance import source_of
from bot.store.records import Medium, Origin
from cogs._answers import Click, defer, undertaken
from cogs._buttons import Pressed, answers, form, text_field
from cogs._completing import recent
from cogs._gate import Facts
from cogs._kept import keep, kept, let_go
from cogs._media import mine
from cogs._portraits import Likeness, likeness
from cogs._present import button, layout, plain, tame
from cogs._sheets import asking, create_character, ready
from cogs._sources import PICTURES

REFINE_FORM = r"sketch:refine:(?P<id>\w+)"
SKETCH_SECONDS = 3600.0
SHORT_BIO, BIO, TEXT_SHOWN = 300, 15000, 1000
NO_VISION = {Reason.EXPLICIT_OFF, Reason.NOT_AGE_RESTRICTED, Reason.NOT_ADULT}
"""Refusals of the vision card that leave the clean way open."""


class Sketch(BaseModel):
    """A character to be; ``vision`` is the card as the AI API wants it back."""

    sketch_id: str
    name: str
    vision: VisionCard
    media_id: str
    prompt_id: str | None
    look: str
    drawn_name: str

    def card(self) -> CreateCharacter:
        """The request for the character.

        Raises:
            Invalid: A text is too long.
        """
        vision = self.vision
        told = {"Personality": vision.personality, "Scenario": vision.scenario}
        parts = [vision.description or "", *(f"{k}: {v}" for k, v in told.items() if v)]
        bio = "\n\n".join(filter(None, parts))[:BIO]
        fields = {
            "name": self.name,
            "bio": bio,
            "shortBio": (vision.description or bio)[:SHORT_BIO],
            "firstMessage": vision.first_mes or f"*{self.name} looks up.*",
            "mediaId": self.media_id,
            **({"promptId": self.prompt_id} if self.prompt_id else {}),
        }
        return cast("CreateCharacter", compose(routes.CREATE_CHAT_CHARACTER, fields))


class AcceptButton(Pressed, template=r"sketch:accept:(?P<id>\w+)"):
    """Makes a character of a sketch."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Create it, in the place of the sketch."""
        sketch = await _sketch(interaction, found["id"])
        async with undertaken(interaction, "character", thinking=False) as intention:
            made = await create_character(
                interaction,
                intention,
                sketch.card(),
                look=sketch.look,
                drawn_name=sketch.drawn_name,
            )
            await let_go(interaction, "sketch", sketch.sketch_id)
            await interaction.edit_original_response(view=layout(ui.TextDisplay(ready(made))))


class RefineButton(Pressed, template=r"sketch:refine:(?P<id>\w+)"):
    """Asks how a sketch shall change."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Open the form."""
        await _sketch(interaction, found["id"])
        await mine(interaction, Verb.EDIT)
        field = text_field("What shall change?", "wish", 1000, long=True, hint="Make her shyer")
        await interaction.response.send_modal(
            form("Refine the character", f"sketch:refine:{found['id']}", field)
        )


async def choices(interaction: Click, current: str) -> list[Choice[str]]:
    """One's own finished pictures of which a character may be made."""
    return await recent(interaction, current, PICTURES, fits=_fits)


async def begin(interaction: Click, media_id: str, name: str) -> ui.LayoutView:
    """Draw up a character from a finished picture and show it.

    Raises:
        NotFound: There is no such picture.
        Denied: It is not theirs, or may not become a character.
    """
    facts = await Facts.of_interaction(interaction)
    like = await likeness(facts, media_id)
    sketch = Sketch(
        sketch_id=secrets.token_hex(8),
        name=name,
        vision=await _seen(facts, like, name),
        media_id=media_id,
        prompt_id=like.medium.prompt_id,
        look=like.look,
        drawn_name=like.drawn_name,
    )
    return await _keep(interaction, facts, sketch)


async def refine(interaction: Click, found: Mapping[str, str]) -> None:
    """The form that says what shall change."""
    sketch = await _sketch(interaction, found["id"])
    await defer(interaction)
    facts = await Facts.of_interaction(interaction)
    wish = answers(interaction)["wish"]
    body = UpdateVision(chat_character_from_image_response=sketch.vision, update_prompt=wish)
    await facts.ask(Send("update_character_vision", body.wire()))
    sketch.vision = await interaction.client.api.call(routes.UPDATE_CHARACTER_VISION, body=body)
    await interaction.edit_original_response(view=await _keep(interaction, facts, sketch))


async def _seen(facts: Facts, like: Likeness, name: str) -> VisionCard:
    """The card that a picture gives, by the way that is open here."""
    source = source_of(like.medium)
    try:
        body = {"imageUrl": "result", "characterName": name}
        await facts.ask(Send("create_character_vision", body, sources={"imageUrl": source}))
    except Denied as error:
        if error.reason not in NO_VISION:
            raise
        return await _described(facts, like.medium, name)
    results = await facts.bot.jobs.results(like.job)
    url = results[like.job.media_ids.index(like.medium.media_id)].url
    vision = CreateVision(image_url=url, character_name=name)
    return await facts.bot.api.call(routes.CREATE_CHARACTER_VISION, body=vision)


async def _described(facts: Facts, medium: Medium, name: str) -> VisionCard:
    body = GenerateVisionPrompt(media_id=medium.media_id)
    sources = {medium.media_id: source_of(medium)}
    await facts.ask(Send("generate_vision_prompt", body.wire(), sources=sources))
    seen = await facts.bot.api.call(routes.GENERATE_VISION_PROMPT, body=body)
    return VisionCard(
        name=name,
        description=f"{name}: {seen.prompt_text}",
        personality="",
        scenario="",
        first_mes=f"*{name} looks up and smiles.*",
    )


async def _keep(interaction: Click, facts: Facts, sketch: Sketch) -> ui.LayoutView:
    """Store a sketch that the policy has read, and show it."""
    await facts.ask(await asking(facts, "create_chat_character", sketch.card()))
    value = sketch.model_dump(mode="json")
    await keep(interaction, "sketch", value, SKETCH_SECONDS, sketch.sketch_id)
    return _shown(facts, sketch)


def _shown(facts: Facts, sketch: Sketch) -> ui.LayoutView:
    vision = sketch.vision
    parts = {
        said("Who they are"): vision.description,
        said("Personality"): vision.personality,
        said("Scenario"): vision.scenario,
        said("First message"): vision.first_mes,
    }
    texts = [
        f"**{title}**\n{tame(facts.readable(text)[:TEXT_SHOWN])}"
        for title, text in parts.items()
        if text
    ]
    name = plain(facts.readable(sketch.name))
    return layout(
        ui.TextDisplay(f"### {said('{name}, so far', name=name)}"),
        *map(ui.TextDisplay, texts),
        ui.ActionRow(
            button("Accept", f"sketch:accept:{sketch.sketch_id}", emoji="✅"),
            button("Refine", f"sketch:refine:{sketch.sketch_id}", emoji="✎"),
        ),
    )


async def _sketch(interaction: Click, sketch_id: str) -> Sketch:
    """A sketch of whoever asks.

    Raises:
        NotFound: It is too old, or somebody else's.
    """
    return Sketch.model_validate(await kept(interaction, "sketch", sketch_id, lost="sketch"))


def _fits(medium: Medium) -> bool:
    return medium.job_id is not None and medium.origin is Origin.OWN
