"""Llm Resource: helpers that write or describe prompts. Lengths are in characters."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.api.models.base import Reply, Request
from bot.api.models.choices import LlmModel, Model, VideoModel

AttributeName = Annotated[str, StringConstraints(min_length=2, max_length=250)]


class GenerateCharacterBuilderPrompt(Request):
    """Attributes (hairColor, bodyShape, ...) to be woven into a prompt."""

    model: LlmModel
    attributes: dict[AttributeName, str] | None = Field(
        None, description="Names of 2 to 250 characters."
    )


class GenerateCharacterPrompt(Request):
    """A prompt for a trained profile."""

    profile_id: str
    theme: str
    outfit: str
    additional_details: str | None = None


class GeneratePrompt(Request):
    """A longer prompt out of a short one."""

    model: Model = Field(description="The picture model it will be used with.")
    input_prompt: str = Field(min_length=5, max_length=1000, pattern=r"\S")


class GenerateUpdatePrompt(Request):
    """A prompt of the character builder, brought in line with new attributes."""

    model: LlmModel
    old_request: str
    new_request: GenerateCharacterBuilderPrompt


class GenerateVideoPrompt(Request):
    """A video script for a picture."""

    model: VideoModel
    user_input: str = Field(min_length=5, max_length=500)
    media_id: str
    frame_count: int | None = Field(None, description="Length of the video, in frames.")


class GenerateVisionPrompt(Request):
    """A description of a picture."""

    media_id: str


class PromptText(Reply):
    """What a helper wrote."""

    prompt_text: str


class VideoPromptText(PromptText):
    """A script and what the video should avoid."""

    neg_prompt: str | None = None
