"""Prompts Resource: the bodies of the operations that make or change pictures and videos.

Each is one body, one route and one prompt out; they differ in nothing else. Lengths are in
characters. ``created_from_prompt_id`` is the prompt that made the source medium. Every operation
takes a ``seed``; the same seed and body give the same result.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from bot.api.models.base import Open, Request
from bot.api.models.choices import (
    AspectRatio,
    CharacterType,
    DetailLevel,
    EditModel,
    FaceCreationModel,
    FaceModel,
    FaceSwapModel,
    Gender,
    GoogleModel,
    ImageToVideoTemplate,
    Model,
    ModelTemplate,
    UpscaleModel,
    VideoExpression,
    VideoFrameRate,
    VideoLength,
    VideoModel,
    VideoQuality,
    VideoUpscaleModel,
)

Seed = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]
"""Up to 18 digits; where the documentation states no pattern, any text passes."""


class PoseRequest(Request):
    """A pose by group and id. Observed in public clients, not documented."""

    type: str = Field(description="The group's own type, as Get Poses gives it.")
    id: str
    pose_strength: int | None = Field(None, ge=0, le=100)
    pose_prompt: str | None = None


class FaceSwapRequest(Request):
    """Whose face goes in. Observed in a public client of an older revision."""

    media_ids: list[str]
    face_swap_model: Open[FaceSwapModel] | None = None
    is_partial_swap: bool | None = None
    swap_strength: float | None = None
    face_replace_gender: Gender | None = None


class TemplateRequest(Request):
    """A template (LoRA) and how strongly it works, from 0 to 10."""

    id: str
    strength: float = Field(ge=0, le=10)
    template_prompt: str | None = None


class QwenTemplateRequest(TemplateRequest):
    """The same for edits and trained profiles; the documentation gives it its own name."""


class ClothesRequest(Request):
    """Clothes by id, by words, or both. Guessed from what Get Clothes answers."""

    clothes_id: str | None = None
    clothes_prompt: str | None = None


class CropArea(Request):
    """A rectangle of the source, in pixels. Guessed: the documentation shows no fields."""

    x: int
    y: int
    width: int
    height: int


class Generation(Request):
    """What all generations share."""

    seed: str | None = None


class CreateImage(Generation):
    """Create Prompt: a picture from words."""

    seed: Seed | None = None
    name: str = Field(
        max_length=200, description="Shapes the face; a unique first and last name works best."
    )
    appearance: str = Field(max_length=1500, description="How the person looks.")
    gender: Gender | None = None
    background: str | None = Field(None, max_length=1000)
    from_location: str | None = Field(None, max_length=100)
    face_details: str | None = Field(None, max_length=1000, description="For the face alone.")
    face_improve_enabled: bool = Field(
        default=True, description="Improve the face, by face_details."
    )
    face_model: FaceModel = Field(
        FaceModel.REALISM, description="Model of that step; only if it is enabled."
    )
    face_improve_strength: int = Field(
        5, ge=0, le=10, description="More makes the face dominate and the picture less coherent."
    )
    negative_details: str | None = Field(None, max_length=1000, description="What to avoid.")
    scene: str | None = Field(None, max_length=1000)
    pose: PoseRequest | None = None
    face_swap: FaceSwapRequest | None = None
    model: Model | None = None
    model_template: ModelTemplate | None = Field(None, deprecated=True)
    model_templates: list[TemplateRequest] | None = Field(None, min_length=1, max_length=10)
    block_explicit_content: bool | None = Field(
        None, description="Makes the model avoid nudity; works best with DEFAULT."
    )
    detail_level: DetailLevel
    aspect_ratio: AspectRatio | None = None
    cfg: int = Field(
        5, ge=1, le=10, description="More follows the words closer and is less coherent."
    )
    clothes_request: ClothesRequest | None = Field(
        None, description="Counts for CHARACTER_CREATOR, ignored by other models."
    )
    metadata: dict[str, Any] | None = Field(
        None, description="Kept with the prompt, unused. Its name on the wire is a guess."
    )

    @property
    def runs_on_private_servers(self) -> bool:
        """Not with ANIMA and GROK."""
        return self.model not in {Model.ANIMA, Model.GROK}


class CreateAfterFaceSwap(Generation):
    """Changes the face in a picture."""

    media_id: str
    face_swap: FaceSwapRequest
    created_from_prompt_id: str | None = None


class CreateCharacterImage(Generation):
    """A picture of a trained profile."""

    seed: Seed | None = None
    prompt: str = Field(max_length=1000)
    profile_id: str
    aspect_ratio: AspectRatio
    high_resolution: bool
    character_type: CharacterType
    model_templates: list[QwenTemplateRequest] | None = Field(None, min_length=1, max_length=5)
    character_strength: float | None = Field(None, ge=0, le=2)
    pose: PoseRequest | None = None
    clothes_request: ClothesRequest | None = None
    improve_face: bool
    improve_breasts: bool
    improve_vagina: bool


class CreateCharacterTrainingData(Generation):
    """A training picture for a profile, from one of its person."""

    media_id: str
    created_from_prompt_id: str
    prompt: str = Field(max_length=300)


class CreateClothes(Generation):
    """The outfit of a picture, as a collage of front and back."""

    seed: Seed | None = None
    media_id: str


class CreateFace(Generation):
    """A new face from words."""

    always_sent: ClassVar[frozenset[str]] = frozenset({"face_creation_model"})

    seed: Seed | None = None
    face_creation_model: FaceCreationModel = FaceCreationModel.DEFAULT
    prompt: str = Field(max_length=500)
    extra_randomness: bool = Field(
        description="More variety, less likeness from one result to the next; DEFAULT only."
    )
    created_from_prompt_id: str | None = None


class CreateEditBreasts(Generation):
    """An explicit edit without words."""

    media_id: str
    created_from_prompt_id: str | None = None


class EditEyes(Generation):
    """New eyes, by words."""

    media_id: str
    created_from_prompt_id: str
    text: str = Field(min_length=1)


class EditImage(Generation):
    """Changes a picture by words, or takes its person into a new scene, outfit or pose."""

    edit_model: EditModel
    seed: Seed | None = None
    media_id: str
    created_from_prompt_id: str
    ignore_face: bool = Field(description="Leave face and head untouched; CREATIVE only.")
    restore_face: bool = Field(
        description="Bring the first face back afterwards; CREATIVE and REALISM."
    )
    prompt: str | None = Field(None, max_length=400)
    pose: PoseRequest | None = Field(None, description="Null drops a pose taken from the source.")
    clothes_request: ClothesRequest | None = None
    model_templates: list[QwenTemplateRequest] | None = Field(
        None, min_length=1, max_length=5, description="CREATIVE and REALISM only."
    )
    mask_media_id: str | None = None

    @property
    def runs_on_private_servers(self) -> bool:
        """Not with QWEN_PRO and GROK."""
        return self.edit_model not in {EditModel.QWEN_PRO, EditModel.GROK}


class CreateEditImproveFace(Generation):
    """A better face in a picture, by words or as it is."""

    media_id: str
    face_details: str | None = None
    created_from_prompt_id: str


class UpscaleImage(Generation):
    """A larger picture with more detail."""

    media_id: str
    created_from_prompt_id: str
    restore_face: bool
    prompt: str | None = Field(None, max_length=2000)
    strength: float | None = None
    upscale_model: UpscaleModel | None = None


class EditVagina(Generation):
    """An explicit edit by words."""

    media_id: str
    created_from_prompt_id: str
    prompt: str | None = Field(None, max_length=300)


class EditVideoExtend(Generation):
    """A longer video that goes on as the words say."""

    media_id: str
    prompt: str = Field(min_length=1, max_length=500)
    created_from_prompt_id: str | None = None
    video_templates: list[TemplateRequest] | None = Field(None, min_length=1, max_length=5)


class EditVideoIncreaseFps(Generation):
    """A smoother video."""

    media_id: str
    created_from_prompt_id: str | None = None


class CreateEnhanceImage(Generation):
    """A more lifelike picture."""

    media_id: str
    created_from_prompt_id: str | None = None
    prompt: str = Field(
        "convert to realistic photo, perfect skin, photorealistic, fix fingers, amateur photo, "
        "avoid plastic look, instagram look",
        max_length=500,
    )


class CreateFaceImprovePrompt(Generation):
    """A better face in a picture that may show several."""

    media_id: str
    face_details: str | None = None
    negative_face_details: str | None = None
    strength: int = Field(ge=1, le=100)
    face_index: int | None = Field(None, description="Which face of the picture.")
    created_from_prompt_id: str | None = None
    face_model: FaceModel | None = None


class CreateImageToVideo(Generation):
    """A video from a picture."""

    seed: Seed | None = None
    video_model: VideoModel
    media_id: str = Field(description="The first frame.")
    last_frame_media_id: str | None = None
    custom_image: bool | None = Field(None, description="The picture was uploaded.")
    text: str = Field(min_length=1, max_length=1500, description="What happens.")
    scene: str | None = Field(None, min_length=1, max_length=600)
    template: ImageToVideoTemplate | None = Field(None, deprecated=True)
    created_from_prompt_id: str | None = None
    video_templates: list[TemplateRequest] | None = Field(None, min_length=1, max_length=5)
    video_length: VideoLength = Field(
        VideoLength.SHORT, description="5 or 10 seconds; SHORT is recommended."
    )
    video_frame_rate: VideoFrameRate | None = None
    video_quality: VideoQuality | None = Field(None, description="GROK only.")
    motion_strength: int | None = Field(
        None, ge=0, le=6, description="Against a slow-motion look; DEFAULT only."
    )

    @property
    def runs_on_private_servers(self) -> bool:
        """Not with GROK and SEEDANCE."""
        return self.video_model not in {VideoModel.GROK, VideoModel.SEEDANCE}


class Inpaint(Generation):
    """Repaints the masked part of a picture; strength in percent."""

    mask_media_id: str
    original_media_id: str
    created_from_prompt_id: str
    strength: int = Field(ge=1, le=100)
    prompt: str = Field(max_length=200)
    negative_prompt: str | None = Field(None, max_length=200)


class InpaintGoogle(Generation):
    """Repaints a picture with Google's model: more consistent, nothing explicit."""

    media_id: str
    crop_area: CropArea | None = None
    base64_png: str | None = Field(None, alias="base64Png", repr=False)
    created_from_prompt_id: str
    prompt: str = Field(max_length=400)
    google_model: GoogleModel


class UpscaleVideo(Generation):
    """A video with more lines."""

    video_upscale_model: VideoUpscaleModel
    media_id: str
    created_from_prompt_id: str | None = None


class CreateCharacterExpressionVideo(Generation):
    """A short video of a face that moves as told."""

    media_id: str
    video_expression: VideoExpression
    created_from_prompt_id: str | None = None
