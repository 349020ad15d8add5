"""Answers the language model endpoints: prompts extended, updated, scripted, or seen."""

from random import Random

from sandbox.aliveai import eyes
from sandbox.aliveai.problems import missing
from sandbox.aliveai.world import Answer, Call, Responder

LIGHTS = (
    "golden hour light", "soft window light", "neon reflections", "overcast daylight",
    "candlelight", "a low winter sun",
)  # fmt: skip
LENSES = ("85mm portrait lens", "wide angle", "shallow depth of field", "film grain", "fine detail")
STYLES = {
    "REALISM": "photorealistic", "ANIME": "anime style, clean line art",
    "ANIMA": "illustration, vivid colours", "GROK": "photograph",
}  # fmt: skip
CAMERAS = ("The camera drifts closer.", "The camera circles slowly.", "A slow pan follows.")


async def builder_prompt(call: Call) -> Answer:
    """A text from a map of attributes."""
    return {"promptText": _extended(_attributes(call.body.get("attributes", {})), "")}


async def character_prompt(call: Call) -> Answer:
    """A text for a trained person."""
    profile = call.world.state.profiles.get(call.body["profileId"])
    if profile is None:
        raise missing(call.world.dialect, "Profile")
    parts = (profile.name, call.body["theme"], f"wearing {call.body['outfit']}")
    more = call.body.get("additionalDetails", "")
    return {"promptText": _extended(", ".join(part for part in (*parts, more) if part), "")}


async def clothes_description(call: Call) -> Answer:
    """What the clothes look like."""
    clothes = call.world.state.clothes.get(call.path["clothesId"])
    if clothes is None:
        raise missing(call.world.dialect, "Clothes")
    return {"promptText": f"wearing {clothes.prompt}, well fitted, natural folds"}


async def prompt(call: Call) -> Answer:
    """A richer version of a prompt."""
    return {"promptText": _extended(call.body["inputPrompt"], STYLES.get(call.body["model"], ""))}


async def update_prompt(call: Call) -> Answer:
    """An earlier text with new attributes."""
    old = call.body["oldRequest"].rstrip(" .,")
    new = _attributes(call.body["newRequest"].get("attributes", {}))
    return {"promptText": f"{old}, now with {new}" if new else old}


async def video_prompt(call: Call) -> Answer:
    """A script for a video of a picture."""
    medium = call.world.medium(call.body["mediaId"], "mediaId")
    wish = call.body["userInput"].strip().rstrip(".")
    camera = Random(wish).choice(CAMERAS)
    text = f"{eyes.describe(medium.recipe)}. {wish}. {camera} Natural, unhurried movement."
    return {"promptText": text, "negPrompt": "jitter, warped hands, sudden cuts, text"}


async def vision_prompt(call: Call) -> Answer:
    """What can be seen in a picture."""
    medium = call.world.medium(call.body["mediaId"], "mediaId")
    return {"promptText": eyes.describe(medium.recipe)}


def _attributes(attributes: dict[str, str]) -> str:
    return ", ".join(f"{_words(name)}: {value}" for name, value in attributes.items())


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def _extended(text: str, style: str) -> str:
    rng = Random(text)
    parts = (text.strip().rstrip("."), style, rng.choice(LIGHTS), *rng.sample(LENSES, 2))
    return ", ".join(part for part in parts if part)


RESPONDERS: dict[str, Responder] = {
    "generate_character_builder_prompt": builder_prompt,
    "generate_character_prompt": character_prompt,
    "get_clothes_description": clothes_description,
    "generate_prompt": prompt,
    "generate_update_prompt": update_prompt,
    "generate_video_prompt": video_prompt,
    "generate_vision_prompt": vision_prompt,
}
