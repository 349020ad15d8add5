"""The table of operations: their fields, and what clean mode has of each.

It is "What may be used in clean mode" of the design: an operation, or a field, that is not in it
is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.api.models import choices


class Part(StrEnum):
    """What a field of a body holds."""

    FREE = "free"  # numbers, switches, seeds, ids of prompts and chats
    TEXT = "text"
    NEGATIVE = "negative"  # what is to be avoided
    PERSONA = "persona"  # who somebody is: bios, first messages, cards
    NAME = "name"  # shapes a face
    MEDIUM = "medium"  # the id of a medium
    INLINE = "inline"  # a picture itself, or its address
    FACES = "faces"  # whose face goes in
    CHOICE = "choice"  # a value of a closed set
    STYLE = "style"  # a fixed template of the API
    TEMPLATES = "templates"
    POSE = "pose"
    CLOTHES = "clothes"
    PROFILE = "profile"


TEXTLESS = frozenset({Part.FREE, Part.MEDIUM, Part.INLINE, Part.CHOICE, Part.STYLE})

THIRD_PARTY = frozenset({"GROK", "NANOBANANA", "GEMINI_2_5", "GEMINI_3_PRO"})
"""Models that know public faces: what they make is treated as an upload."""

STATIC_POSES = ("STANDING", "LYING", "ALL_FOURS", "KNEELING", "SITTING", "SQUATTING", "SUSPENDED")
EXPLICIT_POSE = "PORN"

VALUES: Mapping[str, type[StrEnum]] = {
    "aspectRatio": choices.AspectRatio,
    "characterType": choices.CharacterType,
    "detailLevel": choices.DetailLevel,
    "editModel": choices.EditModel,
    "faceCreationModel": choices.FaceCreationModel,
    "faceModel": choices.FaceModel,
    "gender": choices.Gender,
    "googleModel": choices.GoogleModel,
    "model": choices.Model,
    "modelTemplate": choices.ModelTemplate,
    "template": choices.ImageToVideoTemplate,
    "upscaleModel": choices.UpscaleModel,
    "videoExpression": choices.VideoExpression,
    "videoFrameRate": choices.VideoFrameRate,
    "videoLength": choices.VideoLength,
    "videoModel": choices.VideoModel,
    "videoQuality": choices.VideoQuality,
    "videoUpscaleModel": choices.VideoUpscaleModel,
}


@dataclass(frozen=True, slots=True)
class Clean:
    """What clean mode has of an operation.

    Attributes:
        fields: Those that may be set; all others must be empty.
        uploads: Those of them that may hold an upload.
        unrated: Those whose medium may have any rating, for only words about it come out.
        only: Fields with the values they may have; ``None`` is the field left out.
        sets: What is laid over the body.
        screened: The texts must be free of explicit terms.
    """

    fields: frozenset[str]
    uploads: frozenset[str] = frozenset()
    unrated: frozenset[str] = frozenset()
    only: Mapping[str, frozenset[str | None]] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    screened: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its fields, its feature (as servers switch it), its clean mode if any.

    ``third_party``: its every model knows public faces, whichever the body names.
    """

    feature: str
    fields: Mapping[str, Part]
    clean: Clean | None = None
    pictures: bool = True
    talks: bool = False
    scene: bool = False
    describes: bool = False
    takes_in: bool = False
    third_party: bool = False
    always: Mapping[str, Any] = field(default_factory=dict)


def _fields(**parts: str) -> dict[str, Part]:
    """Fields by part, their wire names separated by spaces; seed and prompt id are everywhere."""
    named = {name: Part(part) for part, names in parts.items() for name in names.split()}
    return {"seed": Part.FREE, "createdFromPromptId": Part.FREE, **named}


def _clean(
    fields: str,
    uploads: str = "",
    only: Mapping[str, frozenset[str | None]] | None = None,
    sets: Mapping[str, Any] | None = None,
) -> Clean:
    allowed = frozenset(f"{fields} {uploads} seed createdFromPromptId".split())
    return Clean(allowed, frozenset(uploads.split()), frozenset(), only or {}, sets or {})


def _helper(text: str = "", free: str = "", **parts: str) -> Operation:
    """A helper that writes a text: clean wherever its words are."""
    fields = _fields(text=text, free=free, **parts)
    media = frozenset(name for name, part in fields.items() if part is Part.MEDIUM)
    clean = Clean(frozenset(fields), media, frozenset())
    return Operation("prompt", fields, clean)


def _person(fields: Mapping[str, Part], **more: Any) -> Operation:
    """A character or persona: words for chats, which are filtered when they are shown."""
    clean = Clean(frozenset(fields), screened=False)
    return Operation("character", fields, clean, pictures=False, talks=True, **more)


def _list(feature: str) -> Operation:
    """A list of the API's that commands choose from; who may use nothing may not read it."""
    fields = _fields()
    return Operation(feature, fields, Clean(frozenset(fields)), pictures=False)


def _speech(text: str = "", free: str = "", persona: str = "") -> Operation:
    """Something said in a scene."""
    fields = _fields(text=text, free=free, persona=persona)
    clean = Clean(frozenset(fields), screened=False)
    return Operation("chat", fields, clean, pictures=False, talks=True, scene=True)


_CHARACTER = _fields(persona="name bio shortBio firstMessage", medium="mediaId", free="promptId")
_PERSONA = _fields(persona="name bio", free="isDefault")
_SOURCE = _fields(medium="mediaId")

OPERATIONS: Mapping[str, Operation] = {
    # Pictures from words.
    "create_image_prompt": Operation(
        "image",
        _fields(
            name="name",
            text="appearance background fromLocation faceDetails scene metadata",
            negative="negativeDetails",
            choice="gender faceModel model detailLevel aspectRatio",
            style="modelTemplate",
            templates="modelTemplates",
            pose="pose",
            faces="faceSwap",
            clothes="clothesRequest",
            free="faceImproveEnabled faceImproveStrength blockExplicitContent cfg",
        ),
        _clean(
            "name appearance background fromLocation faceDetails scene negativeDetails gender "
            "faceModel model detailLevel aspectRatio modelTemplate modelTemplates pose "
            "faceImproveEnabled faceImproveStrength blockExplicitContent cfg",
            only={"model": frozenset({None, "DEFAULT", "GROK"})},
            sets={"blockExplicitContent": True},
        ),
    ),
    "create_face": Operation(
        "face",
        _fields(choice="faceCreationModel", text="prompt", free="extraRandomness"),
        _clean(
            "faceCreationModel prompt extraRandomness",
            only={"faceCreationModel": frozenset({None, "DEFAULT"})},
        ),
    ),
    "create_character_image": Operation(
        "profile",
        _fields(
            text="prompt",
            profile="profileId",
            choice="aspectRatio characterType",
            templates="modelTemplates",
            pose="pose",
            clothes="clothesRequest",
            free="highResolution characterStrength improveFace improveBreasts improveVagina",
        ),
    ),
    # Pictures from pictures.
    "edit_image": Operation(
        "edit",
        _fields(
            choice="editModel",
            medium="mediaId maskMediaId",
            text="prompt",
            pose="pose",
            clothes="clothesRequest",
            templates="modelTemplates",
            free="ignoreFace restoreFace",
        ),
        _clean(
            "editModel prompt ignoreFace restoreFace",
            uploads="mediaId maskMediaId",
            only={"editModel": frozenset({"GROK"})},
        ),
    ),
    "inpaint": Operation(
        "edit",
        _fields(
            medium="maskMediaId originalMediaId",
            text="prompt",
            negative="negativePrompt",
            free="strength",
        ),
    ),
    "inpaint_google": Operation(
        "edit",
        _fields(
            medium="mediaId",
            inline="base64Png",
            text="prompt",
            choice="googleModel",
            free="cropArea",
        ),
        _clean("prompt googleModel cropArea", uploads="mediaId base64Png"),
        third_party=True,
    ),
    "upscale_image": Operation(
        "edit",
        _fields(
            medium="mediaId", text="prompt", choice="upscaleModel", free="restoreFace strength"
        ),
        _clean("upscaleModel", uploads="mediaId"),
    ),
    "create_enhance_image": Operation("edit", _fields(medium="mediaId", text="prompt")),
    "edit_eyes": Operation("face", _fields(medium="mediaId", text="text")),
    "create_edit_improve_face": Operation("face", _fields(medium="mediaId", text="faceDetails")),
    "create_face_improve_prompt": Operation(
        "face",
        _fields(
            medium="mediaId",
            text="faceDetails",
            negative="negativeFaceDetails",
            choice="faceModel",
            free="strength faceIndex",
        ),
    ),
    "create_after_face_swap": Operation("face", _fields(medium="mediaId", faces="faceSwap")),
    "create_edit_breasts": Operation("adult", _SOURCE),
    "edit_vagina": Operation("adult", _fields(medium="mediaId", text="prompt")),
    "create_character_training_data": Operation(
        "profile", _fields(medium="mediaId", text="prompt")
    ),
    "create_clothes": Operation("wardrobe", _SOURCE),
    # Videos.
    "create_image_to_video": Operation(
        "video",
        _fields(
            choice="videoModel videoLength videoFrameRate videoQuality",
            medium="mediaId lastFrameMediaId",
            text="text scene",
            style="template",
            templates="videoTemplates",
            free="customImage motionStrength",
        ),
        _clean(
            "videoModel videoLength videoFrameRate videoQuality text scene customImage",
            uploads="mediaId lastFrameMediaId",
            only={"videoModel": frozenset({"GROK"})},
        ),
    ),
    "edit_video_extend": Operation(
        "video", _fields(medium="mediaId", text="prompt", templates="videoTemplates")
    ),
    "edit_video_increase_fps": Operation("video", _SOURCE, _clean("", uploads="mediaId")),
    "upscale_video": Operation(
        "video",
        _fields(medium="mediaId", choice="videoUpscaleModel"),
        _clean("videoUpscaleModel", uploads="mediaId"),
    ),
    "create_character_expression_video": Operation(
        "video", _fields(medium="mediaId", choice="videoExpression")
    ),
    # Helpers that write texts, and what comes in.
    "generate_character_builder_prompt": _helper("attributes", free="model"),
    "generate_character_prompt": _helper("theme outfit additionalDetails", profile="profileId"),
    "generate_prompt": _helper("inputPrompt", free="model"),
    "generate_update_prompt": _helper("oldRequest newRequest", free="model"),
    "generate_video_prompt": _helper("userInput", free="model frameCount", medium="mediaId"),
    "generate_vision_prompt": Operation(
        "prompt",
        _SOURCE,
        Clean(frozenset(_SOURCE), frozenset({"mediaId"}), unrated=frozenset({"mediaId"})),
        pictures=False,
        describes=True,
    ),
    "get_clothes_description": _helper(clothes="clothesId"),
    "upload_file": Operation(
        "edit",
        _fields(free="name image"),
        Clean(frozenset({"name", "image"})),
        takes_in=True,
    ),
    # Lists to choose from.
    "list_loras_by_type": _list("wardrobe"),
    "list_poses": _list("wardrobe"),
    "list_public_clothes": _list("wardrobe"),
    "list_profiles": _list("profile"),
    # Characters, personas, scenes.
    "create_chat_character": _person(_CHARACTER),
    "update_chat_character": _person(_CHARACTER),
    "create_character_vision": Operation(
        "character", _fields(inline="imageUrl", persona="characterName")
    ),
    "update_character_vision": _person(
        _fields(persona="chatCharacterFromImageResponse updatePrompt")
    ),
    "create_chat_persona": _person(_PERSONA, always={"isDefault": False}),
    "update_chat_persona": _person(_PERSONA, always={"isDefault": False}),
    "create_chat_with_custom_first_message": _speech(
        persona="firstMessage", free="chatCharacterId personaId"
    ),
    "send_chat_message": _speech("userMessage"),
    "regenerate_chat_message": _speech(),
    "update_candidate_message": _speech("message"),
    "create_chat_image": Operation("chat", _fields(), scene=True),
    "regenerate_chat_image": Operation("chat", _fields(), scene=True),
}
