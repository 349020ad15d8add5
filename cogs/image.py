"""Pictures from words: ``/imagine``."""

from typing import Any

from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.api.models.choices import AspectRatio, DetailLevel, Gender
from bot.app import Vivant
from bot.errors import Invalid
from bot.names import name_from
from bot.operations import IMAGE
from cogs._answers import Click
from cogs._gate import Facts
from cogs._submit import Wish, new_seed, submit

ASPECTS = [Choice(name=each.value.title(), value=each.value) for each in AspectRatio]
DETAILS = [Choice(name=each.value.title(), value=each.value) for each in DetailLevel]
GENDERS = [Choice(name=each.value.title(), value=each.value) for each in Gender]

MODEL_NAMES = {
    "DEFAULT": "Creative v2",
    "REALISM": "Realism (beta)",
    "ANIME": "Anime & cartoon",
    "TEMPORARY": "Dreamy realism v2 (limited)",
    "CHARACTER_CREATOR": "Character creator",
    "ANIMA": "Anima 1.0",
    "GROK": "Grok Ultra",
}


class Image(commands.Cog):
    """Makes pictures."""

    @app_commands.command()
    @app_commands.describe(
        prompt="What the picture shows",
        negative="What to avoid",
        model="Which model draws it",
        aspect="Its shape",
        detail="How fine it is",
        gender="Of the person in it",
        scene="What else is going on",
        background="What is behind",
        place="Where the person comes from",
        face="Details of the face alone",
        strength="How strongly the face is refined (0-10)",
        cfg="How closely the prompt is followed (1-10)",
        seed="The same seed and words give the same picture; digits only",
        private="Only you see it",
    )
    @app_commands.choices(aspect=ASPECTS, detail=DETAILS, gender=GENDERS)
    async def imagine(
        self,
        interaction: Click,
        prompt: Range[str, 1, 1500],
        negative: Range[str, 1, 1000] | None = None,
        model: str | None = None,
        aspect: str | None = None,
        detail: str = DetailLevel.MEDIUM.value,
        gender: str | None = None,
        scene: Range[str, 1, 1000] | None = None,
        background: Range[str, 1, 1000] | None = None,
        place: Range[str, 1, 100] | None = None,
        face: Range[str, 1, 1000] | None = None,
        strength: Range[int, 0, 10] | None = None,
        cfg: Range[int, 1, 10] | None = None,
        seed: Range[str, 1, 18] | None = None,
        private: bool = False,
    ) -> None:
        """Make a picture from words."""
        drawn = _digits(seed) if seed else new_seed()
        body: dict[str, Any] = {
            "seed": drawn,
            "name": name_from(drawn),
            "appearance": prompt,
            "negativeDetails": negative,
            "model": model,
            "aspectRatio": aspect,
            "detailLevel": detail,
            "gender": gender,
            "scene": scene,
            "background": background,
            "fromLocation": place,
            "faceDetails": face,
            "faceImproveStrength": strength,
            "cfg": cfg,
        }
        given = {field: value for field, value in body.items() if value is not None}
        await submit(interaction, Wish(IMAGE, given, private=private))

    @imagine.autocomplete("model")
    async def models(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The models that may be used here, by this person."""
        facts = await Facts.of_interaction(interaction)
        return [
            Choice(name=MODEL_NAMES.get(model, model), value=model)
            for model in facts.offered(IMAGE, "model")
            if current.casefold() in MODEL_NAMES.get(model, model).casefold()
        ]


def _digits(seed: str) -> str:
    """A seed that somebody typed.

    Raises:
        Invalid: It is not made of digits (API documentation, Create Prompt).
    """
    if not (seed.isascii() and seed.isdecimal()):
        raise Invalid(IMAGE.name, 0, "not sent", {"seed": "digits only"})
    return seed


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    await bot.add_cog(Image())
