"""The closed sets of values, as the documentation lists them.

Sets of which the documentation shows only a sample (``MediaType``, ``ChatMessageType`` and so on)
are used by replies alone, as ``Open``: a value missing here arrives as plain text.
"""

from enum import StrEnum


class PromptType(StrEnum):
    """Kinds of prompts, for filtering the list of prompts."""

    IMAGE_DEFAULT = "IMAGE_DEFAULT"
    VIDEO_EXPRESSION = "VIDEO_EXPRESSION"
    FACE_IMPROVE = "FACE_IMPROVE"
    AFTER_FACE_SWAP = "AFTER_FACE_SWAP"
    EDIT_BREASTS = "EDIT_BREASTS"
    PORTRAIT = "PORTRAIT"
    IMAGE_TO_VIDEO = "IMAGE_TO_VIDEO"
    EXTEND_VIDEO = "EXTEND_VIDEO"
    UPSCALE_VIDEO = "UPSCALE_VIDEO"
    INPAINT = "INPAINT"
    IMPROVE_EYES = "IMPROVE_EYES"
    GOOGLE_INPAINT = "GOOGLE_INPAINT"
    EDIT_IMAGE = "EDIT_IMAGE"
    EDIT_VIDEO_INCREASE_FPS = "EDIT_VIDEO_INCREASE_FPS"
    EDIT_UPSCALE_IMAGE = "EDIT_UPSCALE_IMAGE"
    CHARACTER_IMAGE = "CHARACTER_IMAGE"
    EDIT_IMPROVE_FACE = "EDIT_IMPROVE_FACE"
    CREATE_FACE = "CREATE_FACE"
    EDIT_ENHANCE = "EDIT_ENHANCE"
    EDIT_VAGINA = "EDIT_VAGINA"
    CHARACTER_TRAINING_DATA = "CHARACTER_TRAINING_DATA"
    CREATE_CLOTHES = "CREATE_CLOTHES"


class Gender(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"
    TRANS = "TRANS"


class FaceModel(StrEnum):
    """Models of the face improvement step."""

    REALISM = "REALISM"
    CREATIVE = "CREATIVE"


class Model(StrEnum):
    """Models for pictures. GROK makes nothing explicit; ANIMA and GROK: no private servers."""

    DEFAULT = "DEFAULT"
    REALISM = "REALISM"
    ANIME = "ANIME"
    TEMPORARY = "TEMPORARY"
    CHARACTER_CREATOR = "CHARACTER_CREATOR"
    ANIMA = "ANIMA"
    GROK = "GROK"


class ModelTemplate(StrEnum):
    """Presets of an older revision; deprecated in favour of templates."""

    BUKKAKE = "BUKKAKE"
    FEET = "FEET"
    SELFIE = "SELFIE"
    LESBIAN = "LESBIAN"
    SOCIALMEDIA = "SOCIALMEDIA"


class DetailLevel(StrEnum):
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class AspectRatio(StrEnum):
    DEFAULT = "DEFAULT"
    SQUARE = "SQUARE"
    PORTRAIT = "PORTRAIT"
    LANDSCAPE = "LANDSCAPE"


class CharacterType(StrEnum):
    """Models that a profile can be trained for."""

    ZIMAGE = "ZIMAGE"
    FLUX = "FLUX"


class FaceCreationModel(StrEnum):
    DEFAULT = "DEFAULT"
    NANOBANANA = "NANOBANANA"


class EditModel(StrEnum):
    """Models for edits. GROK makes nothing explicit; QWEN_PRO and GROK: no private servers."""

    CREATIVE = "CREATIVE"
    REALISM = "REALISM"
    QWEN_PRO = "QWEN_PRO"
    GROK = "GROK"


class UpscaleModel(StrEnum):
    DEFAULT = "DEFAULT"
    ALTERNATIVE = "ALTERNATIVE"
    SKIN_DETAIL = "SKIN_DETAIL"
    SEEDVR = "SEEDVR"


class VideoModel(StrEnum):
    """Models for videos. GROK makes nothing explicit; GROK and SEEDANCE: no private servers."""

    DEFAULT = "DEFAULT"
    AUDIO = "AUDIO"
    GROK = "GROK"
    SEEDANCE = "SEEDANCE"


class ImageToVideoTemplate(StrEnum):
    """Presets of an older revision; deprecated in favour of templates."""

    TITTY_DROP = "TITTY_DROP"
    SPIN_360 = "SPIN_360"
    MISSIONARY = "MISSIONARY"
    BOOB_BOUNCE = "BOOB_BOUNCE"
    BLOWJOB = "BLOWJOB"


class VideoLength(StrEnum):
    """SHORT is 5 seconds, MEDIUM 10 seconds."""

    SHORT = "SHORT"
    MEDIUM = "MEDIUM"


class VideoFrameRate(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class VideoQuality(StrEnum):
    """Lines of the picture."""

    V_480P = "V_480P"
    V_720P = "V_720P"


class GoogleModel(StrEnum):
    GEMINI_2_5 = "GEMINI_2_5"
    GEMINI_3_PRO = "GEMINI_3_PRO"


class VideoUpscaleModel(StrEnum):
    DEFAULT = "DEFAULT"
    HIGH_DETAIL = "HIGH_DETAIL"


class VideoExpression(StrEnum):
    """What the face does in an expression video."""

    SMILE_BIG = "SMILE_BIG"
    SMILE_SMALL = "SMILE_SMALL"
    MOAN_EYES_OPEN = "MOAN_EYES_OPEN"
    MOAN_EYES_CLOSED = "MOAN_EYES_CLOSED"
    KISS = "KISS"
    SHOCKED = "SHOCKED"


class LlmModel(StrEnum):
    """Language models of the prompt builders."""

    QWEN3_235B = "QWEN3_235B"
    QWEN3_8B = "QWEN3_8B"
    GROK = "GROK"
    MISTRAL = "MISTRAL"
    RAW = "RAW"


class TemplateType(StrEnum):
    """What a template (LoRA) can be applied to."""

    IMAGE = "IMAGE"
    IMAGE_EDIT_CREATIVE = "IMAGE_EDIT_CREATIVE"
    IMAGE_EDIT_REALISM = "IMAGE_EDIT_REALISM"
    VIDEO = "VIDEO"
    VIDEO_AUDIO = "VIDEO_AUDIO"
    ANIMA = "ANIMA"


class ProfileSortType(StrEnum):
    NEW = "NEW"
    TOP = "TOP"


class MediaType(StrEnum):
    """IMAGE is documented, VIDEO was observed."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


class ChatMessageType(StrEnum):
    """The documentation shows this one value; others arrive as text."""

    USER = "USER"


class PromptErrorType(StrEnum):
    """The documentation shows this one value; others arrive as text."""

    UNKNOWN = "UNKNOWN"


class UserEventType(StrEnum):
    """The documentation shows this one value; others arrive as text."""

    QUEUE_CHANGE = "QUEUE_CHANGE"


class LoraHost(StrEnum):
    """The documentation shows this one value; others arrive as text."""

    CIVIT = "CIVIT"


class FaceSwapModel(StrEnum):
    """Observed in a public client; the documentation lists no values."""

    DEFAULT = "DEFAULT"
