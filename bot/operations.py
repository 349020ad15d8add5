"""THE table of operations: what a job can ask the AI API to make, and how people ask for it.

One row says which endpoint makes it, which media it starts from, which options it has, what comes
out, where it is offered, under which name the API echoes the request in the prompt's container
(how a job is recognised after a crash), and how long to wait. Limits, defaults and sets of values
are not repeated here: they are read from the API's models. Commands, buttons, menus, jobs and the
policy's questions are all made from the rows; the path through the code is the same for all.

Whether a row may be used somewhere is the policy's business (``bot.policy``), except for what the
documentation itself says: models that make nothing explicit (``never_explicit``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Literal

from bot.api import compose, routes
from bot.api.models.base import Request
from bot.api.routes import Route

IMAGE_PATIENCE = 30 * 60.0
"""Seconds to wait for a picture. Public clients saw minutes pass while a model was loaded."""

VIDEO_PATIENCE = 90 * 60.0
"""Seconds to wait for a video, several times a picture's."""

Kind = Literal["IMAGE", "VIDEO"]


class Form(StrEnum):
    """How a person gives an option. The first five follow from the API's model."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    PLACED = "placed"  # values that depend on the place: completed through the policy
    STYLE = "style"
    POSE = "pose"
    CLOTHES = "clothes"
    PROFILE = "profile"
    PICTURE = "picture"
    REGION = "region"  # a part of the source, by its place in it


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command: its name, the wire field it fills, and a hint for people.

    ``form`` is needed only where the model's type does not say it; ``styles`` is the type of
    templates that a STYLE option lists.
    """

    name: str
    field: str
    hint: str
    form: Form | None = None
    styles: str = ""

    @property
    def title(self) -> str:
        """Its name on cards and forms."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the documentation says of a field: characters, figures, values, default."""

    form: Form
    required: bool
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to make a medium.

    Attributes:
        route: The endpoint that creates the prompt.
        label: What it is called on buttons and cards.
        summary: Its command's description.
        wants: The kind of medium that is the result.
        echo: The container's attribute that repeats the request.
        commands: Paths of the slash commands that lead here.
        options: What can be set, in the command's order.
        source: The field that holds the medium it starts from, and that medium's kind.
        words: The field with the words that say what is wanted.
        always: What is sent unless an option says otherwise.
        model: The field that chooses a model, if there is one.
        never_explicit: Values of ``model`` that the documentation says make nothing explicit.
        button: Its emoji, if it stands under results.
        menu: Its name among the message menus, if it is there.
        more: It stands behind the message menu "More…".
        asks: Its button asks for words before anything is made.
        engine: What tells it from the other rows of its command, where people may choose.
        explicit: Registered under ``/adult`` alone, with the operator's switch.
        in_scenes: Made within a chat: its answer is a message of the chat and no prompt, so it
            runs as a turn and not as a job.
        patience: Seconds after which the wait is given up.
    """

    route: Route[Any]
    label: str
    summary: str
    wants: Kind
    echo: str
    commands: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    source: tuple[str, Kind] | None = None
    words: str = ""
    always: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""
    never_explicit: frozenset[str] = frozenset()
    button: str = ""
    menu: str = ""
    more: bool = False
    asks: bool = False
    engine: str = ""
    explicit: bool = False
    in_scenes: bool = False

    @property
    def name(self) -> str:
        """The operation's name: its route's, so that an endpoint has one name everywhere."""
        return self.route.operation

    @property
    def patience(self) -> float:
        """Seconds after which the wait for a result is given up."""
        return VIDEO_PATIENCE if self.wants == "VIDEO" else IMAGE_PATIENCE

    def request(self, body: Mapping[str, Any]) -> Request:
        """The request for a body by wire names.

        Raises:
            Invalid: A field is unknown or breaks its documented limit.
        """
        return compose(self.route, body)

    def bounds(self, option: Option) -> Bounds:
        """What the API's documentation says of an option's field."""
        return _bounds(self.route, option)

    def takes(self, wire_field: str) -> bool:
        """Whether the body has such a field."""
        return wire_field in _schema(self.route)["properties"]

    def needs(self, wire_field: str) -> bool:
        """Whether the body must have such a field."""
        return wire_field in _schema(self.route).get("required", ())

    def named(self, name: str) -> Option | None:
        """The option of that name, if there is one."""
        return next((one for one in self.options if one.name == name), None)

    def option_of(self, form: Form) -> Option:
        """The first option that is given in this form.

        Raises:
            StopIteration: There is none.
        """
        return next(one for one in self.options if self.bounds(one).form is form)

    @property
    def texts(self) -> tuple[Option, ...]:
        """The options that are words, the main ones first: what Vary's form shows."""
        found = [one for one in self.options if self.bounds(one).form is Form.TEXT]
        return tuple(sorted(found, key=lambda one: one.field != self.words))


@cache
def _schema(route: Route[Any]) -> dict[str, Any]:
    if route.body is None:
        return {"properties": {}}
    return route.body.model_json_schema(by_alias=True)


_FORMS = {
    "string": Form.TEXT,
    "integer": Form.WHOLE,
    "number": Form.NUMBER,
    "boolean": Form.SWITCH,
}


@cache
def _bounds(route: Route[Any], option: Option) -> Bounds:
    schema = _schema(route)
    found: dict[str, Any] = schema["properties"][option.field]
    for part in found.get("anyOf", ()):
        found = found | part if part.get("type") != "null" else found
    if reference := found.get("$ref") or next(
        (one["$ref"] for one in found.get("allOf", ()) if "$ref" in one), ""
    ):
        found = found | schema["$defs"][reference.rpartition("/")[2]]
    natural = Form.CHOICE if "enum" in found else _FORMS.get(found.get("type", ""), Form.TEXT)
    return Bounds(
        form=option.form or natural,
        required=option.field in schema.get("required", ()),
        least=found.get("minLength", found.get("minimum")),
        most=found.get("maxLength", found.get("maximum")),
        values=tuple(found.get("enum", ())),
        default=found.get("default"),
    )


SEED = Option("seed", "seed", "The same seed and words give the same result; digits only")
STRENGTHS = "modelTemplates"

IMAGE = Operation(
    route=routes.CREATE_IMAGE_PROMPT,
    label="Picture",
    summary="Make a picture from words.",
    wants="IMAGE",
    echo="original_prompt",
    commands=("imagine",),
    words="appearance",
    always={"detailLevel": "MEDIUM"},
    model="model",
    never_explicit=frozenset({"GROK"}),
    options=(
        Option("prompt", "appearance", "What the picture shows"),
        Option("negative", "negativeDetails", "What to avoid"),
        Option("model", "model", "Which model draws it", Form.PLACED),
        Option("aspect", "aspectRatio", "Its shape"),
        Option("detail", "detailLevel", "How fine it is"),
        Option("gender", "gender", "Of the person in it"),
        Option("scene", "scene", "What else is going on"),
        Option("background", "background", "What is behind"),
        Option("place", "fromLocation", "Where the person comes from"),
        Option("face", "faceDetails", "Details of the face alone"),
        Option("style", STRENGTHS, "A style to lean on", Form.STYLE, styles="IMAGE"),
        Option("pose", "pose", "How the person stands or sits", Form.POSE),
        Option("clothes", "clothesRequest", "What the person wears", Form.CLOTHES),
        Option("strength", "faceImproveStrength", "How strongly the face is refined (0-10)"),
        Option("cfg", "cfg", "How closely the prompt is followed (1-10)"),
        SEED,
    ),
)

EDIT = Operation(
    route=routes.EDIT_IMAGE,
    label="Edit",
    summary="Change a picture by words.",
    wants="IMAGE",
    echo="create_edit_image_request",
    commands=("edit",),
    source=("mediaId", "IMAGE"),
    words="prompt",
    always={"ignoreFace": False, "restoreFace": False},
    model="editModel",
    never_explicit=frozenset({"GROK"}),
    button="✏️",
    asks=True,
    menu="Edit picture",
    options=(
        Option("instruction", "prompt", "What is to change"),
        Option("model", "editModel", "Which model does it", Form.PLACED),
        Option("keep_face", "restoreFace", "Bring the first face back afterwards"),
        Option("style", STRENGTHS, "A style to lean on", Form.STYLE, styles="IMAGE_EDIT_CREATIVE"),
        Option("pose", "pose", "How the person stands or sits", Form.POSE),
        Option("clothes", "clothesRequest", "What the person wears", Form.CLOTHES),
        Option("mask", "maskMediaId", "White where it may change", Form.PICTURE),
        SEED,
    ),
)

GOOGLE_INPAINT = Operation(
    route=routes.INPAINT_GOOGLE,
    label="Inpaint (Google)",
    summary="Repaint a part of a picture.",
    wants="IMAGE",
    echo="google_inpaint_request",
    commands=("inpaint",),
    engine="Google",
    source=("mediaId", "IMAGE"),
    words="prompt",
    model="googleModel",
    never_explicit=frozenset({"GEMINI_2_5", "GEMINI_3_PRO"}),
    options=(
        Option("instruction", "prompt", "What the part shows afterwards"),
        Option("model", "googleModel", "Which model does it", Form.PLACED),
        Option("mask", "base64Png", "White where it may change", Form.PICTURE),
        Option("region", "cropArea", "Which part, if there is no mask", Form.REGION),
        SEED,
    ),
)

INPAINT = Operation(
    route=routes.INPAINT,
    label="Inpaint",
    summary="Repaint a part of a picture.",
    wants="IMAGE",
    echo="inpaint_request",
    commands=("inpaint",),
    engine="Standard",
    source=("originalMediaId", "IMAGE"),
    words="prompt",
    always={"strength": 80},
    options=(
        Option("instruction", "prompt", "What the part shows afterwards"),
        Option("mask", "maskMediaId", "White where it may change", Form.PICTURE),
        Option("region", "maskMediaId", "Which part, if there is no mask", Form.REGION),
        Option("strength", "strength", "How much may change, in percent"),
        Option("negative", "negativePrompt", "What to avoid"),
        SEED,
    ),
)

UPSCALE = Operation(
    route=routes.UPSCALE_IMAGE,
    label="Upscale",
    summary="Make a picture or video larger.",
    wants="IMAGE",
    echo="create_upscale_image_request",
    commands=("upscale",),
    source=("mediaId", "IMAGE"),
    words="prompt",
    always={"restoreFace": False},
    model="upscaleModel",
    button="🔍",
    more=True,
    options=(
        Option("model", "upscaleModel", "Which model does it", Form.PLACED),
        Option("prompt", "prompt", "What to bring out"),
        Option("strength", "strength", "How much is added"),
        SEED,
    ),
)

ENHANCE = Operation(
    route=routes.CREATE_ENHANCE_IMAGE,
    label="Enhance",
    summary="Make a picture more lifelike.",
    wants="IMAGE",
    echo="create_enhance_image_request",
    commands=("enhance",),
    source=("mediaId", "IMAGE"),
    words="prompt",
    button="✨",
    options=(Option("prompt", "prompt", "How it should look"), SEED),
)

FACE = Operation(
    route=routes.CREATE_FACE,
    label="Face",
    summary="Make a new face from words.",
    wants="IMAGE",
    echo="create_face_request",
    commands=("face create",),
    words="prompt",
    always={"extraRandomness": False},
    model="faceCreationModel",
    options=(
        Option("prompt", "prompt", "What the face looks like"),
        Option("model", "faceCreationModel", "Which model does it", Form.PLACED),
        Option("varied", "extraRandomness", "More variety, less likeness between results"),
        SEED,
    ),
)

BETTER_FACE = Operation(
    route=routes.CREATE_EDIT_IMPROVE_FACE,
    label="Face",
    summary="Improve the face in a picture.",
    wants="IMAGE",
    echo="create_edit_improve_face_request",
    commands=("face improve",),
    engine="Quick",
    source=("mediaId", "IMAGE"),
    words="faceDetails",
    button="🙂",
    asks=True,
    options=(Option("details", "faceDetails", "What the face looks like"), SEED),
)

REFINED_FACE = Operation(
    route=routes.CREATE_FACE_IMPROVE_PROMPT,
    label="Face (refined)",
    summary="Improve the face in a picture.",
    wants="IMAGE",
    echo="face_improve_prompt",
    commands=("face improve",),
    engine="Refined",
    source=("mediaId", "IMAGE"),
    words="faceDetails",
    always={"strength": 50},
    options=(
        Option("details", "faceDetails", "What the face looks like"),
        Option("negative", "negativeFaceDetails", "What to avoid"),
        Option("strength", "strength", "How much may change, in percent"),
        Option("which", "faceIndex", "Which face of several, from 0"),
        Option("model", "faceModel", "Which model does it", Form.PLACED),
        SEED,
    ),
)

FACE_SWAP = Operation(
    route=routes.CREATE_AFTER_FACE_SWAP,
    label="Face swap",
    summary="Put one of your made faces into a picture of yours.",
    wants="IMAGE",
    echo="after_face_swap_prompt",
    commands=("face swap",),
    source=("mediaId", "IMAGE"),
    options=(Option("face", "faceSwap", "The result whose face goes in", Form.PICTURE), SEED),
)

EYES = Operation(
    route=routes.EDIT_EYES,
    label="Eyes",
    summary="New eyes, by words.",
    wants="IMAGE",
    echo="eye_improve_request",
    commands=("face eyes",),
    source=("mediaId", "IMAGE"),
    words="text",
    options=(Option("details", "text", "What the eyes look like"), SEED),
)

BODY_UPPER = Operation(
    route=routes.CREATE_EDIT_BREASTS,
    label="Upper body",
    summary="Edit the upper body of a figure you made.",
    wants="IMAGE",
    echo="edit_breasts_request",
    commands=("adult upper",),
    source=("mediaId", "IMAGE"),
    explicit=True,
    options=(SEED,),
)

BODY_LOWER = Operation(
    route=routes.EDIT_VAGINA,
    label="Lower body",
    summary="Edit the lower body of a figure you made.",
    wants="IMAGE",
    echo="create_edit_vagina_request",
    commands=("adult lower",),
    source=("mediaId", "IMAGE"),
    words="prompt",
    explicit=True,
    options=(Option("details", "prompt", "How it looks"), SEED),
)

PROFILE_IMAGE = Operation(
    route=routes.CREATE_CHARACTER_IMAGE,
    label="Profile picture",
    summary="Make a picture of a trained profile.",
    wants="IMAGE",
    echo="create_character_image_request",
    commands=("profile imagine",),
    words="prompt",
    always={
        "aspectRatio": "DEFAULT",
        "highResolution": False,
        "characterType": "ZIMAGE",
        "improveFace": True,
        "improveBreasts": False,
        "improveVagina": False,
    },
    options=(
        Option("prompt", "prompt", "What the picture shows"),
        Option("profile", "profileId", "Whose picture", Form.PROFILE),
        Option("aspect", "aspectRatio", "Its shape"),
        Option("fine", "highResolution", "More pixels, more time"),
        Option("model", "characterType", "What the profile was trained for", Form.PLACED),
        Option("style", STRENGTHS, "A style to lean on", Form.STYLE, styles="IMAGE"),
        Option("pose", "pose", "How the person stands or sits", Form.POSE),
        Option("clothes", "clothesRequest", "What the person wears", Form.CLOTHES),
        Option("strength", "characterStrength", "How strongly the profile shows (0-2)"),
        SEED,
    ),
)

TRAINING = Operation(
    route=routes.CREATE_CHARACTER_TRAINING_DATA,
    label="Training picture",
    summary="Make a training picture for a profile, from a result of yours.",
    wants="IMAGE",
    echo="create_character_training_data_request",
    commands=("profile train",),
    source=("mediaId", "IMAGE"),
    words="prompt",
    options=(Option("prompt", "prompt", "What the training picture shows"), SEED),
)

CLOTHES = Operation(
    route=routes.CREATE_CLOTHES,
    label="Outfit",
    summary="Take the outfit out of a picture of yours.",
    wants="IMAGE",
    echo="create_clothes_image_request",
    commands=("wardrobe extract",),
    source=("mediaId", "IMAGE"),
    options=(SEED,),
)

ANIMATE = Operation(
    route=routes.CREATE_IMAGE_TO_VIDEO,
    label="Animate",
    summary="Make a video from a picture.",
    wants="VIDEO",
    echo="image_to_video_request",
    commands=("video animate",),
    source=("mediaId", "IMAGE"),
    words="text",
    model="videoModel",
    never_explicit=frozenset({"GROK"}),
    button="🎬",
    asks=True,
    menu="Animate",
    options=(
        Option("text", "text", "What happens"),
        Option("scene", "scene", "What else is going on"),
        Option("model", "videoModel", "Which model does it", Form.PLACED),
        Option("length", "videoLength", "Short is 5 seconds, medium 10"),
        Option("quality", "videoQuality", "Lines of the picture; Grok alone"),
        Option("rate", "videoFrameRate", "Frames a second"),
        Option("motion", "motionStrength", "Against a slow-motion look (0-6)"),
        Option("last_frame", "lastFrameMediaId", "The picture it ends with", Form.PICTURE),
        Option("style", "videoTemplates", "A style to lean on", Form.STYLE, styles="VIDEO"),
        SEED,
    ),
)

EXTEND = Operation(
    route=routes.EDIT_VIDEO_EXTEND,
    label="Extend",
    summary="Let a video go on.",
    wants="VIDEO",
    echo="create_extend_video_request",
    commands=("video extend",),
    source=("mediaId", "VIDEO"),
    words="prompt",
    button="⏩",
    asks=True,
    options=(
        Option("text", "prompt", "How it goes on"),
        Option("style", "videoTemplates", "A style to lean on", Form.STYLE, styles="VIDEO"),
        SEED,
    ),
)

SMOOTH = Operation(
    route=routes.EDIT_VIDEO_INCREASE_FPS,
    label="Smooth",
    summary="More frames a second.",
    wants="VIDEO",
    echo="edit_video_increase_fps_request",
    commands=("video smooth",),
    source=("mediaId", "VIDEO"),
    button="🌊",
    options=(SEED,),
)

UPSCALE_VIDEO = Operation(
    route=routes.UPSCALE_VIDEO,
    label="Upscale",
    summary="Make a video larger.",
    wants="VIDEO",
    echo="create_upscale_video_request",
    commands=("video upscale", "upscale"),
    source=("mediaId", "VIDEO"),
    always={"videoUpscaleModel": "DEFAULT"},
    button="🔍",
    more=True,
    options=(Option("detail", "videoUpscaleModel", "How fine it gets"), SEED),
)

EXPRESSION = Operation(
    route=routes.CREATE_CHARACTER_EXPRESSION_VIDEO,
    label="Expression",
    summary="Let a face move.",
    wants="VIDEO",
    echo="original_video_expression_prompt",
    commands=("video expression",),
    source=("mediaId", "IMAGE"),
    options=(
        Option("expression", "videoExpression", "What the face does", Form.PLACED),
        SEED,
    ),
)

CHAT_IMAGE = Operation(
    route=routes.CREATE_CHAT_IMAGE,
    label="Photo",
    summary="A picture of the scene as it is now.",
    wants="IMAGE",
    echo="",
    in_scenes=True,
)

ROWS = (
    IMAGE, EDIT, GOOGLE_INPAINT, INPAINT, UPSCALE, ENHANCE, FACE, BETTER_FACE, REFINED_FACE,
    FACE_SWAP, EYES, BODY_UPPER, BODY_LOWER, PROFILE_IMAGE, TRAINING, CLOTHES, ANIMATE, EXTEND,
    SMOOTH, UPSCALE_VIDEO, EXPRESSION, CHAT_IMAGE,
)  # fmt: skip

OPERATIONS = {operation.name: operation for operation in ROWS}

BUTTONS = tuple(operation for operation in ROWS if operation.button)


def commands() -> dict[str, tuple[Operation, ...]]:
    """The rows behind each command path, in the table's order.

    Of several rows the first that takes everything a person gave, and may be used, is meant.
    """
    found: dict[str, tuple[Operation, ...]] = {}
    for operation in ROWS:
        for path in operation.commands:
            found[path] = (*found.get(path, ()), operation)
    return found
