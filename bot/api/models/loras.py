"""Lora Resource, and the deprecated lists of templates that it replaces."""

from typing import Any

from pydantic import Field

from bot.api.models.base import Listed, Open, Readable, Reply
from bot.api.models.choices import LoraHost, TemplateType
from bot.api.models.media import Media


class Lora(Reply):
    """A template (LoRA): a style or subject that a generation can lean on.

    ``public`` repeats ``is_public``. What ``prompts`` holds is not documented.
    """

    id: str
    name: str | None = None
    description: str | None = None
    prompts: Listed[Any] = Field(default_factory=list)
    model_id: str | None = None
    host: Open[LoraHost] | None = None
    template_type: Open[TemplateType] | None = None
    is_public: bool | None = None
    strength: float | None = None
    supported_models: Listed[str] = Field(default_factory=list)
    medias: Readable[Media] = Field(default_factory=list)
    public: bool | None = None
