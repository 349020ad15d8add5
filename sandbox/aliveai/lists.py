"""Answers the browsing endpoints: clothes, poses, templates (LoRAs), profiles."""

from functools import partial
from typing import Any

from sandbox.aliveai import shapes
from sandbox.aliveai.catalogue import MODELS, POSE_GROUPS, POSES
from sandbox.aliveai.problems import missing
from sandbox.aliveai.state import Clothes, Lora, Pose, Profile
from sandbox.aliveai.world import Answer, Call, Responder, World

PAGE = 20


def _url(world: World, media_id: str) -> str | None:
    shown = shapes.media(world, media_id)
    return shown["mediaUrl"] if shown else None


def _clothes(world: World, record: Clothes) -> dict[str, Any]:
    return {
        "clothesId": record.clothes_id,
        "clothesPrompt": record.prompt,
        "clothesImageUrl": _url(world, record.media_id),
    }


async def public_clothes(call: Call) -> Answer:
    """Everybody's clothes."""
    records = call.world.state.clothes.values()
    return [_clothes(call.world, each) for each in records if not each.custom]


async def custom_clothes(call: Call) -> Answer:
    """The account's own clothes."""
    records = call.world.state.clothes.values()
    return [_clothes(call.world, each) for each in records if each.custom]


async def get_custom_clothes(call: Call) -> Answer:
    """One of the account's own clothes."""
    return _clothes(call.world, _own_clothes(call))


async def delete_custom_clothes(call: Call) -> Answer:
    """Remove one of the account's own clothes."""
    del call.world.state.clothes[_own_clothes(call).clothes_id]
    return None


def _own_clothes(call: Call) -> Clothes:
    record = call.world.state.clothes.get(call.path["clothesId"])
    if record is None or not record.custom:
        raise missing(call.world.dialect, "Clothes")
    return record


async def list_poses(call: Call) -> Answer:
    """The ready poses in their eight groups."""
    world = call.world
    pictures = world.state.ready_poses
    return {
        group: {
            "type": kind,
            "poses": [{"id": name, "image": _url(world, pictures[name])} for name in POSES[kind]],
        }
        for kind, group in POSE_GROUPS.items()
    }


def _pose(world: World, record: Pose) -> dict[str, Any]:
    image = _url(world, record.media_id)
    return {"id": record.pose_id, "image": image, "additionalPrompt": record.prompt}


async def custom_poses(call: Call) -> Answer:
    """The account's own poses."""
    return [_pose(call.world, each) for each in call.world.state.poses.values()]


async def get_custom_pose(call: Call) -> Answer:
    """One of the account's own poses."""
    return _pose(call.world, _own_pose(call))


async def delete_custom_pose(call: Call) -> Answer:
    """Remove one of the account's own poses."""
    del call.world.state.poses[_own_pose(call).pose_id]
    return None


def _own_pose(call: Call) -> Pose:
    if record := call.world.state.poses.get(call.path["poseId"]):
        return record
    raise missing(call.world.dialect, "Pose")


def _lora(world: World, record: Lora) -> dict[str, Any]:
    return {
        "id": record.lora_id,
        "name": record.name,
        "description": record.description,
        "prompts": [record.name.lower()],
        "modelId": f"model-{record.lora_id}",
        "host": "CIVIT",
        "templateType": record.template_type,
        "isPublic": record.public,
        "strength": 10,
        "supportedModels": MODELS[record.template_type],
        "medias": [shapes.media(world, record.media_id)],
        "public": record.public,
    }


def _of_type(call: Call, template_type: str) -> list[dict[str, Any]]:
    records = call.world.state.loras.values()
    return [_lora(call.world, each) for each in records if each.template_type == template_type]


async def loras_by_type(call: Call) -> Answer:
    """All templates of a type."""
    return list(_of_type(call, call.path["templateType"]))


async def get_lora(call: Call) -> Answer:
    """One template."""
    if record := call.world.state.loras.get(call.path["templateId"]):
        return _lora(call.world, record)
    raise missing(call.world.dialect, "Template")


async def _deprecated(template_type: str, call: Call) -> Answer:
    return list(_of_type(call, template_type))


def _profile(world: World, record: Profile) -> dict[str, Any]:
    image = _url(world, record.media_id)
    return {"id": record.profile_id, "name": record.name, "imageUrl": image}


async def list_profiles(call: Call) -> Answer:
    """One page of trained persons: all of them, or the account's own."""
    everybody, sort = call.query.get("public", False), call.query.get("sort", "NEW")
    records = [p for p in call.world.state.profiles.values() if everybody or p.mine]
    if sort == "TOP":
        records.sort(key=lambda profile: -profile.likes)
    first = call.query["page"] * PAGE
    shown = [_profile(call.world, each) for each in records[first : first + PAGE]]
    return {"profiles": shown, "hasNextPage": first + PAGE < len(records)}


RESPONDERS: dict[str, Responder] = {
    "list_public_clothes": public_clothes,
    "list_custom_clothes": custom_clothes,
    "get_custom_clothes": get_custom_clothes,
    "delete_custom_clothes": delete_custom_clothes,
    "list_poses": list_poses,
    "list_custom_poses": custom_poses,
    "get_custom_pose": get_custom_pose,
    "delete_custom_pose": delete_custom_pose,
    "list_loras_by_type": loras_by_type,
    "get_lora": get_lora,
    "list_profiles": list_profiles,
    "list_image_templates_deprecated": partial(_deprecated, "IMAGE"),
    "list_image_edit_templates_deprecated": partial(_deprecated, "IMAGE_EDIT_CREATIVE"),
    "list_image_edit_realism_templates_deprecated": partial(_deprecated, "IMAGE_EDIT_REALISM"),
    "list_video_templates_deprecated": partial(_deprecated, "VIDEO"),
    "list_ltx_video_templates_deprecated": partial(_deprecated, "VIDEO_AUDIO"),
}
