"""What the service has from the start: clothes, poses, templates, profiles, one persona.

Only names and words; the pictures are drawn from them like any other.
"""

from sandbox.aliveai.recipes import Edited, Still
from sandbox.aliveai.state import Clothes, Lora, Persona, Pose, Profile, State

CLOTHES = (
    "a red wool coat", "a blue denim jacket", "a white linen suit", "a green evening gown",
    "silver plate armour", "a yellow raincoat", "a black tuxedo",
)  # fmt: skip
CUSTOM_CLOTHES = ("a patched leather apron",)
POSES: dict[str, tuple[str, ...]] = {
    "STANDING": ("standing001", "standing002", "standing023"),
    "LYING": ("lying_bed", "lying_grass"),
    "ALL_FOURS": ("all_fours001",),
    "KNEELING": ("kneeling001", "kneeling_knight"),
    "SITTING": ("sitting_chair", "sitting_window"),
    "SQUATTING": ("squatting001",),
    "SUSPENDED": ("suspended_swing",),
    "PORN": ("explicit001",),
}
POSE_GROUPS = {
    "STANDING": "posesStanding", "LYING": "posesLying", "ALL_FOURS": "posesAllFours",
    "KNEELING": "posesKneeling", "SITTING": "posesSitting", "SQUATTING": "posesSquatting",
    "SUSPENDED": "posesSuspended", "PORN": "posesPorn",
}  # fmt: skip
CUSTOM_POSES = ("reading by the window", "leaning on a railing")
LORAS: dict[str, tuple[str, ...]] = {
    "IMAGE": ("Film grain", "Golden hour", "Watercolour", "Studio portrait", "Double exposure"),
    "IMAGE_EDIT_CREATIVE": ("Oil painting", "Paper cut", "Neon sign"),
    "IMAGE_EDIT_REALISM": ("Natural skin", "Overcast day", "Street photography"),
    "VIDEO": ("Slow pan", "Turn around", "Wind in the hair", "Dolly zoom"),
    "VIDEO_AUDIO": ("Spoken line", "Rain on glass"),
    "ANIMA": ("Ink lines", "Pastel manga"),
}
MODELS = {
    "IMAGE": ["DEFAULT", "REALISM"], "IMAGE_EDIT_CREATIVE": ["CREATIVE"],
    "IMAGE_EDIT_REALISM": ["REALISM"], "VIDEO": ["DEFAULT"], "VIDEO_AUDIO": ["AUDIO"],
    "ANIMA": ["ANIMA"],
}  # fmt: skip
PROFILES = (("Ada Winter", True), ("Juno Hale", True), ("Mats Lund", False), ("Iris Vale", False))


def stock(state: State) -> None:
    """Fill an empty state."""
    for words in CLOTHES:
        _clothes(state, words, custom=False)
    for words in CUSTOM_CLOTHES:
        _clothes(state, words, custom=True)
    for number, name in enumerate(name for group in POSES.values() for name in group):
        state.ready_poses[name] = _pose_picture(state, name, number)
    for number, words in enumerate(CUSTOM_POSES):
        pose_id = state.mint()
        state.poses[pose_id] = Pose(pose_id, _pose_picture(state, words, number), words)
    for template_type, names in LORAS.items():
        for name in names:
            _lora(state, name, template_type, public=True)
    _lora(state, "My own light", "IMAGE", public=False)
    for likes, (name, mine) in enumerate(PROFILES):
        profile_id, still = state.mint(), Still(likes, f"portrait person {name}", name, 480, 480)
        media_id = state.keep(still, "IMAGE").media_id
        state.profiles[profile_id] = Profile(profile_id, name, media_id, mine, likes)
    persona_id = state.mint()
    state.personas[persona_id] = Persona(persona_id, "Traveller", "", default=True)


def _clothes(state: State, words: str, *, custom: bool) -> None:
    clothes_id = state.mint()
    worn = Still(len(state.clothes), f"person wearing {words}", "", 480, 640)
    shown = Edited(worn, "collage", 1, words, words)
    media_id = state.keep(shown, "IMAGE").media_id
    state.clothes[clothes_id] = Clothes(clothes_id, words, media_id, custom)


def _pose_picture(state: State, words: str, number: int) -> str:
    still = Still(number, "meadow day", words.replace("_", " "), 360, 540, look="pose")
    return state.keep(still, "IMAGE").media_id


def _lora(state: State, name: str, template_type: str, *, public: bool) -> None:
    lora_id, still = state.mint(), Still(len(state.loras), f"person {name}", name, 480, 480)
    media_id = state.keep(still, "IMAGE").media_id
    about = f"{name}: a style for {template_type.replace('_', ' ').lower()}."
    state.loras[lora_id] = Lora(lora_id, name, about, template_type, media_id, public)
