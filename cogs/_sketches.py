"""A character written from a picture: drawn up, refined by instructions, accepted at last.

The vision card is the AI API's where explicit content may be; elsewhere the picture is described,
which is clean, and the description becomes the card. Sketches live for an hour.
"""

import secrets
from collections.abc import Mapping
from typing import cast

from discord import ui
from discord.app_commands import Choice
from pydantic import BaseModel, JsonValue, ValidationError

from bot.api import compose, routes
from bot.api.models.characters import CreateCharacter, CreateVision, UpdateVision, VisionCard
from bot.api.models.llm import GenerateVisionPrompt
from bot.app import Vivant
from bot.errors import Denied, NotFound
from bot.languages import said
from bot.operations import OPERATIONS
from bot.policy import Reason, Send, Source, Verb
from bot.store.records import Job, JobState, Origin
from cogs._answers import Click
from cogs._buttons import Pressed, answers, form, text_field
from cogs._gate import Facts
from cogs._portraits import source_of
from cogs._present import button, layout, plain, tame
from cogs._sheets import create_character

REFINE_FORM = r"sketch:refine:(?P<id>\w+)"
SKETCH_SECONDS = 3600.0
CHOICES = 25
NAME_SHOWN = 90
SHORT_BIO, BIO, TEXT_SHOWN = 300, 15000, 1000
NO_VISION = {Reason.EXPLICIT_OFF, Reason.NOT_AGE_RESTRICTED, Reason.NOT_ADULT}
"""Refusals of the vision card that leave the clean way open."""


class Sketch(BaseModel):
    """A character to be; ``vision`` is the card as the AI API wants it back."""

    sketch_id: str
    owner_id: int
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
        await interaction.response.defer()
        made = await create_character(
            interaction, sketch.card(), look=sketch.look, drawn_name=sketch.drawn_name
        )
        await interaction.client.store.options.put(_key(sketch.sketch_id), None, 1)
        ready = said("{name} is ready", name=plain(made.name))
        text = f"### {ready}\n{said('Meet them with `/chat start`.')}"
        await interaction.edit_original_response(view=layout(ui.TextDisplay(text)))


class RefineButton(Pressed, template=r"sketch:refine:(?P<id>\w+)"):
    """Asks how a sketch shall change."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Open the form."""
        await _sketch(interaction, found["id"])
        field = text_field("What shall change?", "wish", 1000, long=True, hint="Make her shyer")
        await interaction.response.send_modal(
            form("Refine the character", f"sketch:refine:{found['id']}", field)
        )


async def choices(interaction: Click, current: str) -> list[Choice[str]]:
    """One's own finished pictures of which a character may be made."""
    jobs = await interaction.client.store.jobs.of_owner(interaction.user.id)
    return [
        Choice(name=_called(job), value=job.job_id)
        for job in jobs
        if _fits(job) and current.casefold() in _called(job).casefold()
    ][:CHOICES]


async def begin(interaction: Click, job_id: str, name: str) -> ui.LayoutView:
    """Draw up a character from a finished picture and show it.

    Raises:
        NotFound: There is no such picture.
        Denied: It is not theirs, or may not become a character.
    """
    bot, facts = interaction.client, await Facts.of_interaction(interaction)
    job = await bot.store.jobs.get(job_id)
    if job is None or not job.media_ids:
        raise NotFound("picture")
    await facts.may_manage(Verb.USE, job.owner_id, None)
    media_id = job.media_ids[0]
    sketch = Sketch(
        sketch_id=secrets.token_hex(8),
        owner_id=interaction.user.id,
        name=name,
        vision=await _seen(facts, job, name, await source_of(bot, media_id)),
        media_id=media_id,
        prompt_id=job.prompt_id,
        look=str(job.body.get("appearance", "")),
        drawn_name=str(job.body.get("name", "")),
    )
    return await _keep(facts, sketch)


async def refine(interaction: Click, found: Mapping[str, str]) -> None:
    """The form that says what shall change."""
    sketch = await _sketch(interaction, found["id"])
    await interaction.response.defer()
    facts = await Facts.of_interaction(interaction)
    wish = answers(interaction)["wish"]
    body = UpdateVision(chat_character_from_image_response=sketch.vision, update_prompt=wish)
    await facts.ask(Send("update_character_vision", body.wire()))
    sketch.vision = await interaction.client.api.call(routes.UPDATE_CHARACTER_VISION, body=body)
    await interaction.edit_original_response(view=await _keep(facts, sketch))


async def _seen(facts: Facts, job: Job, name: str, source: Source) -> VisionCard:
    """The card that a picture gives, by the way that is open here."""
    try:
        body = {"imageUrl": "result", "characterName": name}
        await facts.ask(Send("create_character_vision", body, sources={"imageUrl": source}))
    except Denied as error:
        if error.reason not in NO_VISION:
            raise
        return await _described(facts, job, name, source)
    (result, *_) = await facts.bot.jobs.results(job)
    vision = CreateVision(image_url=result.url, character_name=name)
    return await facts.bot.api.call(routes.CREATE_CHARACTER_VISION, body=vision)


async def _described(facts: Facts, job: Job, name: str, source: Source) -> VisionCard:
    body = GenerateVisionPrompt(media_id=job.media_ids[0])
    ask = Send("generate_vision_prompt", body.wire(), sources={job.media_ids[0]: source})
    await facts.ask(ask)
    seen = await facts.bot.api.call(routes.GENERATE_VISION_PROMPT, body=body)
    return VisionCard(
        name=name,
        description=f"{name}: {seen.prompt_text}",
        personality="",
        scenario="",
        first_mes=f"*{name} looks up and smiles.*",
    )


async def _keep(facts: Facts, sketch: Sketch) -> ui.LayoutView:
    """Store a sketch that the policy has read, and show it."""
    card = sketch.card()
    source = await source_of(facts.bot, sketch.media_id)
    ask = Send("create_chat_character", card.wire(), sources={sketch.media_id: source})
    await facts.ask(ask)
    value = cast("JsonValue", sketch.model_dump(mode="json"))
    await facts.bot.store.options.put(_key(sketch.sketch_id), value, SKETCH_SECONDS)
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
    return layout(
        ui.TextDisplay(f"### {said('{name}, so far', name=plain(sketch.name))}"),
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
    bot: Vivant = interaction.client
    try:
        sketch = Sketch.model_validate(await bot.store.options.get(_key(sketch_id)))
    except ValidationError:
        raise NotFound("sketch") from None
    if sketch.owner_id != interaction.user.id:
        raise NotFound("sketch")
    return sketch


def _fits(job: Job) -> bool:
    wants = OPERATIONS[job.operation].wants if job.operation in OPERATIONS else None
    return job.state is JobState.DONE and wants == "IMAGE" and job.origin is Origin.OWN


def _called(job: Job) -> str:
    words = " ".join(str(job.body.get("appearance") or job.operation).split())
    return f"{words[:NAME_SHOWN]}"


def _key(sketch_id: str) -> str:
    return f"sketch:{sketch_id}"
