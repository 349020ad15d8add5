"""THE table of creations: one row for each operation that makes or changes a picture or a video.

They share one path through the service and differ only in their row: which echo the container
has, what it costs, which members of the body are words, and what the result is made of. Prices
are invented: no documentation tells them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.aliveai.recipes import Clip, Edited, Kind, Picture, Recipe, Still, first_picture

SIZES: dict[str, tuple[int, int]] = {
    "DEFAULT": (720, 1280), "SQUARE": (960, 960), "PORTRAIT": (864, 1080), "LANDSCAPE": (1280, 720),
}  # fmt: skip
RATES = {"LOW": 12, "MEDIUM": 16, "HIGH": 24}
PEOPLE = {"FEMALE": "woman", "TRANS": "person", "MALE": "man"}


@dataclass(frozen=True)
class Order:
    """A creation with its media looked up. ``other`` is the mask, second face or last frame."""

    body: dict[str, Any]
    seed: int
    words: str
    source: Recipe | None = None
    other: Picture | None = None

    @property
    def picture(self) -> Picture:
        """The source's picture; an operation without a source starts from an empty scene."""
        if self.source is None:
            return Still(self.seed, self.words, self.words)
        return first_picture(self.source)


Make = Callable[[Order], Recipe]


def _image(order: Order) -> Recipe:
    width, height = SIZES[order.body.get("aspectRatio", "DEFAULT")]
    words = f"{order.words} {PEOPLE.get(order.body.get('gender', ''), '')}"
    picture = Still(order.seed, words, order.words, width, height)
    if order.other is None:
        return picture
    return Edited(picture, "swap", order.seed, order.words, order.words, order.other)


def _face(order: Order) -> Recipe:
    words = f"portrait {order.words}"
    return Still(order.seed, words, order.words, *SIZES["SQUARE"], look="face")


def _changed(change: str, caption: str = "") -> Make:
    def make(order: Order) -> Recipe:
        text = ": ".join(part for part in (caption, order.words) if part)
        return Edited(order.picture, change, order.seed, order.words, text, order.other)

    return make


def _video(order: Order) -> Recipe:
    body = order.body
    return Clip(
        first=order.picture,
        last=order.other,
        caption=order.words,
        seconds=10 if body.get("videoLength") == "MEDIUM" else 5,
        rate=RATES[body.get("videoFrameRate", "MEDIUM")],
        motion=body.get("motionStrength", 2),
        size=720 if body.get("videoQuality") == "V_720P" else 480,
        sound=body.get("videoModel") not in (None, "DEFAULT"),
        seed=order.seed,
    )


def _clip(order: Order) -> Clip:
    return order.source if isinstance(order.source, Clip) else Clip(order.picture, None, "")


def _longer(order: Order) -> Recipe:
    clip = _clip(order)
    return replace(clip, seconds=clip.seconds + 5, caption=order.words)


def _smoother(order: Order) -> Recipe:
    clip = _clip(order)
    return replace(clip, rate=min(60, clip.rate * 2))


def _larger(order: Order) -> Recipe:
    clip = _clip(order)
    return replace(clip, size=min(1080, clip.size * 2))


def _expression(order: Order) -> Recipe:
    caption = str(order.body["videoExpression"]).replace("_", " ").lower()
    return Clip(order.picture, None, caption, seconds=3, seed=order.seed)


@dataclass(frozen=True)
class Creation:
    """One row. ``source`` and ``other`` name the body's members that hold media ids."""

    prompt_type: str
    echo: str
    cost: float
    make: Make
    words: tuple[str, ...] = ()
    kind: Kind = "IMAGE"
    source: str = "mediaId"
    other: str = ""
    source_kind: Kind = "IMAGE"


def words_of(row: Creation, body: dict[str, Any]) -> str:
    """The text of the request that says what to make."""
    return ", ".join(str(body[name]) for name in row.words if body.get(name))


CREATIONS: dict[str, Creation] = {
    "create_image_prompt": Creation(
        "IMAGE_DEFAULT", "originalPrompt", 2, _image,
        ("appearance", "scene", "background"), source="", other="faceSwap",
    ),
    "create_after_face_swap": Creation(
        "AFTER_FACE_SWAP", "afterFaceSwapPrompt", 2, _changed("swap", "another face"),
        other="faceSwap",
    ),
    "create_character_image": Creation(
        "CHARACTER_IMAGE", "createCharacterImageRequest", 3, _image, ("prompt",), source="",
    ),
    "create_character_training_data": Creation(
        "CHARACTER_TRAINING_DATA", "createCharacterTrainingDataRequest", 2,
        _changed("repaint", "training"), ("prompt",),
    ),
    "create_clothes": Creation(
        "CREATE_CLOTHES", "createClothesImageRequest", 2, _changed("collage", "outfit"),
    ),
    "create_face": Creation(
        "CREATE_FACE", "createFaceRequest", 1, _face, ("prompt",), source="",
    ),
    "create_edit_breasts": Creation(
        "EDIT_BREASTS", "editBreastsRequest", 2, _changed("highlight", "edited"),
    ),
    "edit_eyes": Creation(
        "IMPROVE_EYES", "eyeImproveRequest", 1, _changed("highlight", "eyes"), ("text",),
    ),
    "edit_image": Creation(
        "EDIT_IMAGE", "createEditImageRequest", 3, _changed("repaint"), ("prompt",),
        other="maskMediaId",
    ),
    "create_edit_improve_face": Creation(
        "EDIT_IMPROVE_FACE", "createEditImproveFaceRequest", 1, _changed("highlight", "face"),
        ("faceDetails",),
    ),
    "upscale_image": Creation(
        "EDIT_UPSCALE_IMAGE", "createUpscaleImageRequest", 1, _changed("enlarge"), ("prompt",),
    ),
    "edit_vagina": Creation(
        "EDIT_VAGINA", "createEditVaginaRequest", 2, _changed("highlight", "edited"), ("prompt",),
    ),
    "edit_video_extend": Creation(
        "EXTEND_VIDEO", "createExtendVideoRequest", 10, _longer, ("prompt",),
        kind="VIDEO", source_kind="VIDEO",
    ),
    "edit_video_increase_fps": Creation(
        "EDIT_VIDEO_INCREASE_FPS", "editVideoIncreaseFpsRequest", 4, _smoother,
        kind="VIDEO", source_kind="VIDEO",
    ),
    "create_enhance_image": Creation(
        "EDIT_ENHANCE", "createEnhanceImageRequest", 2, _changed("enhance", "enhanced"),
        ("prompt",),
    ),
    "create_face_improve_prompt": Creation(
        "FACE_IMPROVE", "faceImprovePrompt", 1, _changed("highlight", "face"), ("faceDetails",),
    ),
    "create_image_to_video": Creation(
        "IMAGE_TO_VIDEO", "imageToVideoRequest", 10, _video, ("text", "scene"),
        kind="VIDEO", other="lastFrameMediaId",
    ),
    "inpaint": Creation(
        "INPAINT", "inpaintRequest", 2, _changed("fill in"), ("prompt",),
        source="originalMediaId", other="maskMediaId",
    ),
    "inpaint_google": Creation(
        "GOOGLE_INPAINT", "googleInpaintRequest", 3, _changed("fill in"), ("prompt",),
    ),
    "upscale_video": Creation(
        "UPSCALE_VIDEO", "createUpscaleVideoRequest", 6, _larger, kind="VIDEO",
        source_kind="VIDEO",
    ),
    "create_character_expression_video": Creation(
        "VIDEO_EXPRESSION", "originalVideoExpressionPrompt", 8, _expression, kind="VIDEO",
    ),
}  # fmt: skip
