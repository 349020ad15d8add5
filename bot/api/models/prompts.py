"""Prompts Manager Resource, the queue, and the two sockets: what became of a generation.

There is no status field anywhere: a prompt is done when its event says so or when it has a medium
of the wanted type.
"""

from datetime import datetime
from typing import Any

from pydantic import AliasChoices, Field, model_validator

from bot.api.models.base import Guessed, Open, Readable, Reply
from bot.api.models.choices import PromptErrorType, UserEventType
from bot.api.models.media import Media

Echo = dict[str, Any] | None


class PromptContainer(Reply):
    """A prompt with its media and an echo of its request.

    Exactly one of the echoes is filled: the one of the operation that made the prompt.
    """

    prompt_id: str = Field(
        validation_alias=AliasChoices("promptId", "id"), serialization_alias="promptId"
    )
    original_prompt: Echo = None
    original_video_expression_prompt: Echo = None
    face_improve_prompt: Echo = None
    after_face_swap_prompt: Echo = None
    edit_breasts_request: Echo = None
    create_portrait_request: Echo = None
    image_to_video_request: Echo = None
    inpaint_request: Echo = None
    eye_improve_request: Echo = None
    google_inpaint_request: Echo = None
    edit_video_increase_fps_request: Echo = None
    create_extend_video_request: Echo = None
    create_edit_image_request: Echo = None
    create_upscale_image_request: Echo = None
    create_upscale_video_request: Echo = None
    create_character_image_request: Echo = None
    create_edit_improve_face_request: Echo = None
    create_face_request: Echo = None
    create_enhance_image_request: Echo = None
    create_edit_vagina_request: Echo = None
    create_character_training_data_request: Echo = None
    create_clothes_image_request: Echo = None
    is_favorite: bool | None = None
    medias: Readable[Media] = Field(default_factory=list)
    is_error: Guessed[bool] = Field(None, description="Not documented; read by one client.")
    error_message: Guessed[str] = None

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, value: Any) -> Any:
        """Some clients read the container inside one more object."""
        inner = value.get("promptContainer") if isinstance(value, dict) else None
        return inner if isinstance(inner, dict) else value

    def echoes(self) -> dict[str, dict[str, Any]]:
        """The filled echoes by attribute name."""
        return {name: value for name, value in self if isinstance(value, dict)}

    def results(self, wanted: str) -> tuple[Media, ...]:
        """Media of type ``wanted`` that can be fetched; a video's source picture is not one."""
        return tuple(medium for medium in self.medias if medium.is_a(wanted))


class Created(Reply):
    """A generation that was accepted.

    ``prompt_container`` has media only after a blocking request; some answers had them beside it.
    """

    prompt_id: str = Field(
        validation_alias=AliasChoices("promptId", "id"), serialization_alias="promptId"
    )
    seed: str | None = Field(None, coerce_numbers_to_str=True)
    prompt_container: Guessed[PromptContainer] = None
    medias: Readable[Media] = Field(default_factory=list, exclude=True)


class PromptPage(Reply):
    """One page of the account's prompts, counted from 0, 20 at most."""

    prompts: Readable[PromptContainer] = Field(default_factory=list)
    has_next_page: bool = False
    total_page_count: int | None = None


class QueueEntry(Reply):
    """A prompt that waits or runs. ``queue_position`` counts from 0, ``progress`` to 100."""

    prompt_id: str
    queue_position: int | None = None
    video: bool = False
    progress: float | None = None


class Pending(Reply):
    """The account's queue; a prompt that is not in it is finished or unknown."""

    queue: Readable[QueueEntry] = Field(default_factory=list)


class PromptEvent(Reply):
    """One event of a prompt's socket. ``progress`` goes to 100, ``queue_position`` from 0."""

    prompt_id: str | None = None
    progress: float | None = None
    is_complete: bool | None = None
    prompt_container: Guessed[PromptContainer] = None
    is_error: bool | None = None
    is_system: bool | None = Field(None, description="The message is for information.")
    message: str | None = None
    error_type: Open[PromptErrorType] | None = None
    queue_position: int | None = None
    created: Guessed[datetime] = None


class UserEvent(Reply):
    """One event of the account's socket: its queue changed."""

    event_type: Open[UserEventType] | None = None
    queue: Readable[QueueEntry] = Field(default_factory=list)
    prompt_id: str | None = None
