"""THE table: one row for each endpoint of the API's documentation, in its order.

The documentation names the endpoints but not their paths. So each row says how certain its method
and path are: CONFIRMED by a public client, DOCUMENTED in so many words, or INFERRED from the order
and the names in the documentation; and, within that, how strong the evidence is. ``alternatives``
are the next best guesses. An operator corrects rows in a file (``bot.api.corrections``), and
``python -m bot doctor`` finds the corrections. No test can prove a path.

The client calls rows, the sandbox serves them; both read the same table.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from bot.api.models.base import Request
from bot.api.models.characters import (
    Character,
    CharacterCreated,
    CreateCharacter,
    CreateVision,
    UpdateCharacter,
    UpdateVision,
    VisionCard,
)
from bot.api.models.chats import Chat, ChatMessage, CreateChat, SendMessage, UpdateCandidate
from bot.api.models.choices import ProfileSortType, PromptType, TemplateType
from bot.api.models.clothes import Clothes
from bot.api.models.events import ChatEvent
from bot.api.models.generations import (
    CreateAfterFaceSwap,
    CreateCharacterExpressionVideo,
    CreateCharacterImage,
    CreateCharacterTrainingData,
    CreateClothes,
    CreateEditBreasts,
    CreateEditImproveFace,
    CreateEnhanceImage,
    CreateFace,
    CreateFaceImprovePrompt,
    CreateImage,
    CreateImageToVideo,
    EditEyes,
    EditImage,
    EditVagina,
    EditVideoExtend,
    EditVideoIncreaseFps,
    Inpaint,
    InpaintGoogle,
    UpscaleImage,
    UpscaleVideo,
)
from bot.api.models.llm import (
    GenerateCharacterBuilderPrompt,
    GenerateCharacterPrompt,
    GeneratePrompt,
    GenerateUpdatePrompt,
    GenerateVideoPrompt,
    GenerateVisionPrompt,
    PromptText,
    VideoPromptText,
)
from bot.api.models.loras import Lora
from bot.api.models.media import Uploaded, UploadFile
from bot.api.models.members import LoggedIn, Login, Me
from bot.api.models.personas import CreatePersona, Persona, UpdatePersona
from bot.api.models.poses import CustomPose, Poses
from bot.api.models.profiles import Profiles
from bot.api.models.prompts import (
    Created,
    Pending,
    PromptContainer,
    PromptEvent,
    PromptPage,
    UserEvent,
)

R = TypeVar("R")


class Certainty(StrEnum):
    """What a row's method and path rest on."""

    CONFIRMED = "CONFIRMED"
    DOCUMENTED = "DOCUMENTED"
    INFERRED = "INFERRED"


class Strength(StrEnum):
    """How much that weighs."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Query:
    """One query parameter. ``least`` and ``most`` bound integers; ``many`` may be repeated."""

    name: str
    kind: type[str | int] = str
    required: bool = False
    least: int | None = None
    most: int | None = None
    choices: type[StrEnum] | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Route(Generic[R]):
    """One endpoint: where it is, what goes in, what comes out.

    Attributes:
        operation: The row's name in corrections, errors and metrics.
        method: GET, POST, PUT, DELETE, or WS for a socket.
        path: With ``{names}`` of its parameters.
        section: The documentation's resource, as its heading has it.
        title: The documentation's own title.
        body: What is sent; multipart for ``UploadFile``, JSON for all others.
        reply: What comes back; ``None`` for operations without an answer and for streams.
        streams: The answer is NDJSON, read as ``ChatEvent``.
        slow: A model works while the caller waits, so the answer may take minutes.
        may_block: Takes the header that waits for the result, 40 seconds at most.
        alternatives: "/path" or "METHOD /path", the likeliest first.
    """

    operation: str
    method: str
    path: str
    certainty: Certainty
    strength: Strength
    section: str
    title: str
    body: type[Request] | None = None
    reply: type[R] | None = None
    streams: bool = False
    slow: bool = False
    query: tuple[Query, ...] = ()
    may_block: bool = False
    needs_credential: bool = True
    deprecated: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether calling it changes nothing, so that it may be called again."""
        return self.method == "GET"

    @property
    def creates(self) -> bool:
        """Whether it starts a generation, which costs credits."""
        return self.reply is Created

    @property
    def is_upload(self) -> bool:
        """Whether the body goes as a multipart form."""
        return self.body is UploadFile

    @property
    def path_params(self) -> tuple[str, ...]:
        """Names in the path, in its order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def takes_server_id(self) -> bool:
        """Whether the documentation lists ``serverId`` for it."""
        return SERVER_ID in self.query

    def candidates(self) -> tuple[Self, ...]:
        """The row itself, then one row for each alternative."""
        return (self, *(self._at(alternative) for alternative in self.alternatives))

    def _at(self, alternative: str) -> Self:
        method, _, path = alternative.rpartition(" ")
        return replace(self, method=method or self.method, path=path)


CONFIRMED, DOCUMENTED, INFERRED = Certainty
HIGH, MEDIUM, LOW = Strength

SERVER_ID = Query("serverId")
"""A private server of the account that runs the generation."""

# The documentation gives List By Type's path parameter these values.
PATH_CHOICES: dict[str, type[StrEnum]] = {"templateType": TemplateType}

# fmt: off
# Rows read as rows: where and how certain; its name, what goes in and out; where else it may be.

# Chat Character Resource

LIST_CHAT_CHARACTERS = Route(
    "list_chat_characters", "GET", "/chat-characters", INFERRED, LOW,
    "Chat Character Resource", "Get Characters For User", reply=list[Character],
    alternatives=("/chat/characters", "/characters"),
)
CREATE_CHAT_CHARACTER = Route(
    "create_chat_character", "POST", "/chat-characters", INFERRED, LOW,
    "Chat Character Resource", "Submit Character", body=CreateCharacter, reply=CharacterCreated,
    alternatives=("/chat/characters", "/characters"),
)
CREATE_CHARACTER_VISION = Route(
    "create_character_vision", "POST", "/chat-characters/vision", INFERRED, LOW,
    "Chat Character Resource", "Create Vision", body=CreateVision, reply=VisionCard, slow=True,
    alternatives=("/chat-characters/create-vision", "/chat-characters/from-image"),
)
UPDATE_CHARACTER_VISION = Route(
    "update_character_vision", "POST", "/chat-characters/vision/update", INFERRED, LOW,
    "Chat Character Resource", "Update Vision", body=UpdateVision, reply=VisionCard, slow=True,
    alternatives=(
        "PATCH /chat-characters/vision",
        "POST /chat-characters/update-vision",
        "PUT /chat-characters/vision/update",
    ),
)
GET_CHAT_CHARACTER = Route(
    "get_chat_character", "GET", "/chat-characters/{id}", INFERRED, LOW,
    "Chat Character Resource", "Get Character", reply=Character,
    alternatives=("/chat/characters/{id}",),
)
UPDATE_CHAT_CHARACTER: Route[None] = Route(
    "update_chat_character", "PUT", "/chat-characters/{id}", INFERRED, LOW,
    "Chat Character Resource", "Update Character", body=UpdateCharacter,
    alternatives=("POST /chat-characters/{id}",),
)
DELETE_CHAT_CHARACTER: Route[None] = Route(
    "delete_chat_character", "DELETE", "/chat-characters/{id}", INFERRED, LOW,
    "Chat Character Resource", "Delete Character",
)

# Chat Persona Resource

LIST_CHAT_PERSONAS = Route(
    "list_chat_personas", "GET", "/chat-personas", INFERRED, LOW,
    "Chat Persona Resource", "Get Personas", reply=list[Persona],
    alternatives=("/chat/personas", "/personas"),
)
CREATE_CHAT_PERSONA = Route(
    "create_chat_persona", "POST", "/chat-personas", INFERRED, LOW,
    "Chat Persona Resource", "Create Persona", body=CreatePersona, reply=Persona,
    alternatives=("/chat/personas", "/personas"),
)
GET_PERSONA_FOR_CHAT = Route(
    "get_persona_for_chat", "GET", "/chat-personas/chat/{chatId}", INFERRED, LOW,
    "Chat Persona Resource", "Get Persona For Chat", reply=Persona,
    alternatives=("/chat-personas/chats/{chatId}", "/chat-personas/by-chat/{chatId}"),
)
UPDATE_CHAT_PERSONA: Route[None] = Route(
    "update_chat_persona", "PUT", "/chat-personas/{id}", INFERRED, LOW,
    "Chat Persona Resource", "Update Persona", body=UpdatePersona,
    alternatives=("POST /chat-personas/{id}",),
)
DELETE_CHAT_PERSONA: Route[None] = Route(
    "delete_chat_persona", "DELETE", "/chat-personas/{id}", INFERRED, LOW,
    "Chat Persona Resource", "Delete Persona",
)

# Chat Resource

LIST_CHATS = Route(
    "list_chats", "GET", "/chats", INFERRED, LOW,
    "Chat Resource", "Get Chats", reply=list[Chat],
    alternatives=("/chat",),
)
CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE = Route(
    "create_chat_with_custom_first_message", "POST", "/chats", INFERRED, LOW,
    "Chat Resource", "Create Chat With Custom First Message", body=CreateChat, reply=Chat,
    alternatives=("/chats/custom-first-message", "/chats/with-first-message", "/chat"),
)
GET_CHAT = Route(
    "get_chat", "GET", "/chats/{chatId}", INFERRED, LOW,
    "Chat Resource", "Get Chat", reply=Chat,
    alternatives=("/chat/{chatId}",),
)
DELETE_CHAT: Route[None] = Route(
    "delete_chat", "DELETE", "/chats/{chatId}", INFERRED, LOW,
    "Chat Resource", "Delete Chat",
    alternatives=("/chat/{chatId}",),
)
CREATE_CHAT_IMAGE = Route(
    "create_chat_image", "POST", "/chats/{chatId}/images", INFERRED, LOW,
    "Chat Resource", "Create Chat Image", reply=ChatMessage, slow=True, query=(SERVER_ID,),
    alternatives=("/chats/{chatId}/image",),
)
REGENERATE_CHAT_IMAGE = Route(
    "regenerate_chat_image", "POST", "/chats/{chatId}/images/{messageId}/regenerate", INFERRED, LOW,
    "Chat Resource", "Regenerate Image", reply=ChatMessage, slow=True, query=(SERVER_ID,),
    alternatives=("/chats/{chatId}/images/{messageId}", "/chats/{chatId}/image/{messageId}"),
)
SEND_CHAT_MESSAGE: Route[ChatEvent] = Route(
    "send_chat_message", "POST", "/chats/{chatId}/messages", INFERRED, LOW,
    "Chat Resource", "Send Message", body=SendMessage, streams=True,
    alternatives=("/chats/{chatId}/message", "/chats/{chatId}/messages/stream"),
)
UPDATE_SELECTED_CANDIDATE: Route[None] = Route(
    "update_selected_candidate", "PUT", "/chats/{chatId}/messages/{messageId}", INFERRED, LOW,
    "Chat Resource", "Update Selected Candidate",
    query=(Query("candidateId", required=True),),
    alternatives=("POST /chats/{chatId}/messages/{messageId}",),
)
DELETE_CHAT_MESSAGES: Route[None] = Route(
    "delete_chat_messages", "DELETE", "/chats/{chatId}/messages/{messageId}", INFERRED, LOW,
    "Chat Resource", "Delete Messages",
)
UPDATE_CANDIDATE_MESSAGE: Route[None] = Route(
    "update_candidate_message", "PUT",
    "/chats/{chatId}/messages/{messageId}/candidates/{candidateId}", INFERRED, LOW,
    "Chat Resource", "Update Candidate Message", body=UpdateCandidate,
    alternatives=("/chats/{chatId}/messages/{messageId}/candidate/{candidateId}",),
)
REGENERATE_CHAT_MESSAGE: Route[ChatEvent] = Route(
    "regenerate_chat_message", "POST", "/chats/{chatId}/messages/{messageId}/regenerate", INFERRED,
    LOW,
    "Chat Resource", "Regenerate Message", streams=True,
)

# Prompts Manager Resource

LIST_PROMPTS = Route(
    "list_prompts", "GET", "/prompts", CONFIRMED, HIGH,
    "Prompts Manager Resource", "Get Prompts", reply=PromptPage,
    query=(
        Query("page", kind=int, required=True, least=0),
        Query("pageSize", kind=int, most=20),
        Query("promptType", many=True, choices=PromptType),
        Query("query"),
    ),
)
GET_PROMPT = Route(
    "get_prompt", "GET", "/prompts/{promptId}", CONFIRMED, HIGH,
    "Prompts Manager Resource", "Get Prompt", reply=PromptContainer,
)
DELETE_PROMPT: Route[None] = Route(
    "delete_prompt", "DELETE", "/prompts/{promptId}", INFERRED, HIGH,
    "Prompts Manager Resource", "Delete Prompt",
)

# Prompts Resource

CREATE_IMAGE_PROMPT = Route(
    "create_image_prompt", "POST", "/prompts", CONFIRMED, HIGH,
    "Prompts Resource", "Create Prompt", body=CreateImage, reply=Created, may_block=True,
    query=(SERVER_ID,),
)
CREATE_AFTER_FACE_SWAP = Route(
    "create_after_face_swap", "POST", "/prompts/after-face-swap", INFERRED, HIGH,
    "Prompts Resource", "Create After Face Swap", body=CreateAfterFaceSwap, reply=Created,
    query=(SERVER_ID,),
    alternatives=("/prompts/after-faceswap",),
)
CREATE_CHARACTER_IMAGE = Route(
    "create_character_image", "POST", "/prompts/character-image", CONFIRMED, MEDIUM,
    "Prompts Resource", "Create Character Image", body=CreateCharacterImage, reply=Created,
    query=(SERVER_ID,),
)
CREATE_CHARACTER_TRAINING_DATA = Route(
    "create_character_training_data", "POST", "/prompts/character-training-data", INFERRED, HIGH,
    "Prompts Resource", "Create Character Training Data", body=CreateCharacterTrainingData,
    reply=Created, query=(SERVER_ID,),
)
CREATE_CLOTHES = Route(
    "create_clothes", "POST", "/prompts/create-clothes", INFERRED, MEDIUM,
    "Prompts Resource", "Create Clothes", body=CreateClothes, reply=Created, query=(SERVER_ID,),
    alternatives=("/prompts/clothes",),
)
CREATE_FACE = Route(
    "create_face", "POST", "/prompts/create-face", INFERRED, HIGH,
    "Prompts Resource", "Create Face", body=CreateFace, reply=Created, query=(SERVER_ID,),
)
CREATE_EDIT_BREASTS = Route(
    "create_edit_breasts", "POST", "/prompts/edit-breasts", INFERRED, HIGH,
    "Prompts Resource", "Create Edit Breasts", body=CreateEditBreasts, reply=Created,
    query=(SERVER_ID,),
)
EDIT_EYES = Route(
    "edit_eyes", "POST", "/prompts/edit-eyes", INFERRED, HIGH,
    "Prompts Resource", "Edit Eyes", body=EditEyes, reply=Created, query=(SERVER_ID,),
)
EDIT_IMAGE = Route(
    "edit_image", "POST", "/prompts/edit-image", CONFIRMED, HIGH,
    "Prompts Resource", "Edit Image", body=EditImage, reply=Created, may_block=True,
    query=(SERVER_ID,),
)
CREATE_EDIT_IMPROVE_FACE = Route(
    "create_edit_improve_face", "POST", "/prompts/edit-improve-face", INFERRED, HIGH,
    "Prompts Resource", "Create Edit Improve Face", body=CreateEditImproveFace, reply=Created,
    query=(SERVER_ID,),
)
UPSCALE_IMAGE = Route(
    "upscale_image", "POST", "/prompts/edit-upscale-image", INFERRED, HIGH,
    "Prompts Resource", "Upscale Image", body=UpscaleImage, reply=Created, query=(SERVER_ID,),
    alternatives=("/prompts/edit-upscale",),
)
EDIT_VAGINA = Route(
    "edit_vagina", "POST", "/prompts/edit-vagina", CONFIRMED, MEDIUM,
    "Prompts Resource", "Edit Vagina", body=EditVagina, reply=Created, query=(SERVER_ID,),
)
EDIT_VIDEO_EXTEND = Route(
    "edit_video_extend", "POST", "/prompts/edit-video-extend", INFERRED, MEDIUM,
    "Prompts Resource", "Edit Video Extend", body=EditVideoExtend, reply=Created,
    query=(SERVER_ID,),
    alternatives=("/prompts/edit-video/extend",),
)
EDIT_VIDEO_INCREASE_FPS = Route(
    "edit_video_increase_fps", "POST", "/prompts/edit-video-increase-fps", INFERRED, HIGH,
    "Prompts Resource", "Edit Video Increase Fps", body=EditVideoIncreaseFps, reply=Created,
    query=(SERVER_ID,),
    alternatives=("/prompts/edit-video/increase-fps",),
)
CREATE_ENHANCE_IMAGE = Route(
    "create_enhance_image", "POST", "/prompts/enhance-image", INFERRED, MEDIUM,
    "Prompts Resource", "Create Enhance Image", body=CreateEnhanceImage, reply=Created,
    query=(SERVER_ID,),
    alternatives=("/prompts/enhance",),
)
CREATE_FACE_IMPROVE_PROMPT = Route(
    "create_face_improve_prompt", "POST", "/prompts/face-improve", INFERRED, HIGH,
    "Prompts Resource", "Create Face Improve Prompt", body=CreateFaceImprovePrompt, reply=Created,
    query=(SERVER_ID,),
    alternatives=("/prompts/face-improve-prompt",),
)
CREATE_IMAGE_TO_VIDEO = Route(
    "create_image_to_video", "POST", "/prompts/image-to-video", CONFIRMED, HIGH,
    "Prompts Resource", "Create Image To Video", body=CreateImageToVideo, reply=Created,
    query=(SERVER_ID,),
)
INPAINT = Route(
    "inpaint", "POST", "/prompts/inpaint", INFERRED, HIGH,
    "Prompts Resource", "Inpaint", body=Inpaint, reply=Created, query=(SERVER_ID,),
)
INPAINT_GOOGLE = Route(
    "inpaint_google", "POST", "/prompts/inpaint-google", INFERRED, MEDIUM,
    "Prompts Resource", "Inpaint Google", body=InpaintGoogle, reply=Created, query=(SERVER_ID,),
    alternatives=("/prompts/inpaint/google",),
)
GET_PENDING_PROMPTS = Route(
    "get_pending_prompts", "GET", "/prompts/pending", CONFIRMED, MEDIUM,
    "Prompts Resource", "Get Pending", reply=Pending,
)
DELETE_PROMPT_FROM_QUEUE: Route[None] = Route(
    "delete_prompt_from_queue", "DELETE", "/prompts/queue", INFERRED, LOW,
    "Prompts Resource", "Delete From Queue",
    query=(Query("promptId", required=True),),
    alternatives=("DELETE /prompts/pending",),
)
UPSCALE_VIDEO = Route(
    "upscale_video", "POST", "/prompts/upscale-video", INFERRED, HIGH,
    "Prompts Resource", "Upscale Video", body=UpscaleVideo, reply=Created, query=(SERVER_ID,),
)
CREATE_CHARACTER_EXPRESSION_VIDEO = Route(
    "create_character_expression_video", "POST", "/prompts/video-expression", INFERRED, HIGH,
    "Prompts Resource", "Create Character Expression Video", body=CreateCharacterExpressionVideo,
    reply=Created, query=(SERVER_ID,),
)
WS_PROMPT_EVENTS = Route(
    "ws_prompt_events", "WS", "/ws/prompts/{promptId}", CONFIRMED, HIGH,
    "Prompts Resource", "Websocket Prompt Event Example", reply=PromptEvent, needs_credential=False,
)
WS_USER_EVENTS = Route(
    "ws_user_events", "WS", "/ws/users/{userId}", DOCUMENTED, HIGH,
    "Prompts Resource", "Websocket User Event Example", reply=UserEvent, needs_credential=False,
    query=(Query("token", required=True),),
)

# Upload Resource

UPLOAD_FILE = Route(
    "upload_file", "POST", "/upload", INFERRED, LOW,
    "Upload Resource", "Upload File", body=UploadFile, reply=Uploaded,
    alternatives=("/uploads", "/upload/file", "/media/upload"),
)

# Clothes Resource

LIST_PUBLIC_CLOTHES = Route(
    "list_public_clothes", "GET", "/clothes", INFERRED, HIGH,
    "Clothes Resource", "Get Public Clothes", reply=list[Clothes],
)
LIST_CUSTOM_CLOTHES = Route(
    "list_custom_clothes", "GET", "/clothes/custom", INFERRED, MEDIUM,
    "Clothes Resource", "Get Custom Clothes", reply=list[Clothes],
    alternatives=("/clothes/user",),
)
GET_CUSTOM_CLOTHES = Route(
    "get_custom_clothes", "GET", "/clothes/custom/{clothesId}", INFERRED, MEDIUM,
    "Clothes Resource", "Get Custom Clothes", reply=Clothes,
    alternatives=("/clothes/{clothesId}",),
)
DELETE_CUSTOM_CLOTHES: Route[None] = Route(
    "delete_custom_clothes", "DELETE", "/clothes/custom/{clothesId}", INFERRED, MEDIUM,
    "Clothes Resource", "Delete Custom Clothes",
    alternatives=("/clothes/{clothesId}",),
)

# Llm Resource

GENERATE_CHARACTER_BUILDER_PROMPT = Route(
    "generate_character_builder_prompt", "POST", "/llm/character-builder-prompt", INFERRED, MEDIUM,
    "Llm Resource", "Generate Character Builder Prompt", body=GenerateCharacterBuilderPrompt,
    reply=PromptText, slow=True,
    alternatives=("/llm/character-builder",),
)
GENERATE_CHARACTER_PROMPT = Route(
    "generate_character_prompt", "POST", "/llm/character-prompt", INFERRED, MEDIUM,
    "Llm Resource", "Generate Character Prompt",
    body=GenerateCharacterPrompt, reply=PromptText, slow=True,
)
GET_CLOTHES_DESCRIPTION = Route(
    "get_clothes_description", "GET", "/llm/clothes-description/{clothesId}", INFERRED, LOW,
    "Llm Resource", "Get Clothes Description", reply=PromptText, slow=True,
    alternatives=("/llm/clothes/{clothesId}",),
)
GENERATE_PROMPT = Route(
    "generate_prompt", "POST", "/llm/prompt", INFERRED, MEDIUM,
    "Llm Resource", "Generate Prompt", body=GeneratePrompt, reply=PromptText, slow=True,
)
GENERATE_UPDATE_PROMPT = Route(
    "generate_update_prompt", "POST", "/llm/update-prompt", INFERRED, MEDIUM,
    "Llm Resource", "Generate Update Prompt",
    body=GenerateUpdatePrompt, reply=PromptText, slow=True,
    alternatives=("/llm/prompt/update",),
)
GENERATE_VIDEO_PROMPT = Route(
    "generate_video_prompt", "POST", "/llm/video-prompt", INFERRED, MEDIUM,
    "Llm Resource", "Generate Video Prompt",
    body=GenerateVideoPrompt, reply=VideoPromptText, slow=True,
    alternatives=("/llm/video",),
)
GENERATE_VISION_PROMPT = Route(
    "generate_vision_prompt", "POST", "/llm/vision-prompt", INFERRED, MEDIUM,
    "Llm Resource", "Generate Vision Prompt",
    body=GenerateVisionPrompt, reply=PromptText, slow=True,
    alternatives=("/llm/vision",),
)

# Lora Resource

LIST_LORAS_BY_TYPE = Route(
    "list_loras_by_type", "GET", "/loras/type/{templateType}", INFERRED, MEDIUM,
    "Lora Resource", "List By Type", reply=list[Lora],
    alternatives=("/loras/list/{templateType}", "/loras/by-type/{templateType}"),
)
GET_LORA = Route(
    "get_lora", "GET", "/loras/{templateId}", INFERRED, HIGH,
    "Lora Resource", "Get By Id", reply=Lora,
)

# Member Resource

LOGIN_MEMBER = Route(
    "login_member", "POST", "/members/login", CONFIRMED, HIGH,
    "Member Resource", "Login", body=Login, reply=LoggedIn, needs_credential=False,
)
GET_ME = Route(
    "get_me", "GET", "/members/me", INFERRED, HIGH,
    "Member Resource", "Me", reply=Me,
)

# Poses Resource

LIST_POSES = Route(
    "list_poses", "GET", "/poses", CONFIRMED, HIGH,
    "Poses Resource", "Get Poses", reply=Poses,
)
LIST_CUSTOM_POSES = Route(
    "list_custom_poses", "GET", "/poses/custom", INFERRED, MEDIUM,
    "Poses Resource", "Get Custom Poses", reply=list[CustomPose],
    alternatives=("/poses/user",),
)
GET_CUSTOM_POSE = Route(
    "get_custom_pose", "GET", "/poses/custom/{poseId}", INFERRED, MEDIUM,
    "Poses Resource", "Get Custom Pose", reply=CustomPose,
    alternatives=("/poses/{poseId}",),
)
DELETE_CUSTOM_POSE: Route[None] = Route(
    "delete_custom_pose", "DELETE", "/poses/custom/{poseId}", INFERRED, MEDIUM,
    "Poses Resource", "Delete Custom Pose",
    alternatives=("/poses/{poseId}",),
)

# Profile Resource

LIST_PROFILES = Route(
    "list_profiles", "GET", "/profiles", INFERRED, HIGH,
    "Profile Resource", "Get Profiles For User", reply=Profiles,
    query=(
        Query("page", kind=int, required=True, least=0),
        Query("public", kind=bool),
        Query("sort", choices=ProfileSortType),
    ),
)

# Template Resource

LIST_IMAGE_TEMPLATES_DEPRECATED = Route(
    "list_image_templates_deprecated", "GET", "/templates", CONFIRMED, MEDIUM,
    "Template Resource", "Get Templates Deprecated", reply=list[Lora], deprecated=True,
)
LIST_IMAGE_EDIT_TEMPLATES_DEPRECATED = Route(
    "list_image_edit_templates_deprecated", "GET", "/templates/edit", INFERRED, MEDIUM,
    "Template Resource", "Get Edit Templates Deprecated", reply=list[Lora], deprecated=True,
    alternatives=("/templates/edit-templates",),
)
LIST_IMAGE_EDIT_REALISM_TEMPLATES_DEPRECATED = Route(
    "list_image_edit_realism_templates_deprecated", "GET", "/templates/edit-realism", INFERRED, LOW,
    "Template Resource", "Get Edit Templates Realism Deprecated", reply=list[Lora], deprecated=True,
    alternatives=("/templates/edit/realism",),
)

# Video Template Resource

LIST_VIDEO_TEMPLATES_DEPRECATED = Route(
    "list_video_templates_deprecated", "GET", "/video-templates", INFERRED, MEDIUM,
    "Video Template Resource", "Get Templates Deprecated", reply=list[Lora], deprecated=True,
    alternatives=("/templates/video", "/videotemplates"),
)
LIST_LTX_VIDEO_TEMPLATES_DEPRECATED = Route(
    "list_ltx_video_templates_deprecated", "GET", "/video-templates/ltx", INFERRED, LOW,
    "Video Template Resource", "Get Ltx Video Templates Deprecated", reply=list[Lora],
    deprecated=True,
    alternatives=("/templates/video/ltx",),
)

ROUTES: tuple[Route[Any], ...] = (
    LIST_CHAT_CHARACTERS, CREATE_CHAT_CHARACTER, CREATE_CHARACTER_VISION, UPDATE_CHARACTER_VISION,
    GET_CHAT_CHARACTER, UPDATE_CHAT_CHARACTER, DELETE_CHAT_CHARACTER, LIST_CHAT_PERSONAS,
    CREATE_CHAT_PERSONA, GET_PERSONA_FOR_CHAT, UPDATE_CHAT_PERSONA, DELETE_CHAT_PERSONA,
    LIST_CHATS, CREATE_CHAT_WITH_CUSTOM_FIRST_MESSAGE, GET_CHAT, DELETE_CHAT, CREATE_CHAT_IMAGE,
    REGENERATE_CHAT_IMAGE, SEND_CHAT_MESSAGE, UPDATE_SELECTED_CANDIDATE, DELETE_CHAT_MESSAGES,
    UPDATE_CANDIDATE_MESSAGE, REGENERATE_CHAT_MESSAGE, LIST_PROMPTS, GET_PROMPT, DELETE_PROMPT,
    CREATE_IMAGE_PROMPT, CREATE_AFTER_FACE_SWAP, CREATE_CHARACTER_IMAGE,
    CREATE_CHARACTER_TRAINING_DATA, CREATE_CLOTHES, CREATE_FACE, CREATE_EDIT_BREASTS, EDIT_EYES,
    EDIT_IMAGE, CREATE_EDIT_IMPROVE_FACE, UPSCALE_IMAGE, EDIT_VAGINA, EDIT_VIDEO_EXTEND,
    EDIT_VIDEO_INCREASE_FPS, CREATE_ENHANCE_IMAGE, CREATE_FACE_IMPROVE_PROMPT,
    CREATE_IMAGE_TO_VIDEO, INPAINT, INPAINT_GOOGLE, GET_PENDING_PROMPTS, DELETE_PROMPT_FROM_QUEUE,
    UPSCALE_VIDEO, CREATE_CHARACTER_EXPRESSION_VIDEO, WS_PROMPT_EVENTS, WS_USER_EVENTS,
    UPLOAD_FILE, LIST_PUBLIC_CLOTHES, LIST_CUSTOM_CLOTHES, GET_CUSTOM_CLOTHES,
    DELETE_CUSTOM_CLOTHES, GENERATE_CHARACTER_BUILDER_PROMPT, GENERATE_CHARACTER_PROMPT,
    GET_CLOTHES_DESCRIPTION, GENERATE_PROMPT, GENERATE_UPDATE_PROMPT, GENERATE_VIDEO_PROMPT,
    GENERATE_VISION_PROMPT, LIST_LORAS_BY_TYPE, GET_LORA, LOGIN_MEMBER, GET_ME, LIST_POSES,
    LIST_CUSTOM_POSES, GET_CUSTOM_POSE, DELETE_CUSTOM_POSE, LIST_PROFILES,
    LIST_IMAGE_TEMPLATES_DEPRECATED, LIST_IMAGE_EDIT_TEMPLATES_DEPRECATED,
    LIST_IMAGE_EDIT_REALISM_TEMPLATES_DEPRECATED, LIST_VIDEO_TEMPLATES_DEPRECATED,
    LIST_LTX_VIDEO_TEMPLATES_DEPRECATED,
)
# fmt: on
