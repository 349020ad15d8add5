"""Turns records into what goes over the wire: the documentation's names, the dialect's choices."""

from typing import Any

from sandbox.aliveai.creations import CREATIONS
from sandbox.aliveai.state import Character, Chat, Medium, Message, Persona, Phase, Prompt
from sandbox.aliveai.studio import content_type
from sandbox.aliveai.validation import fields
from sandbox.aliveai.world import World

Json = dict[str, Any]

ECHOES = (
    "originalPrompt", "originalVideoExpressionPrompt", "faceImprovePrompt", "afterFaceSwapPrompt",
    "editBreastsRequest", "createPortraitRequest", "imageToVideoRequest", "inpaintRequest",
    "eyeImproveRequest", "googleInpaintRequest", "editVideoIncreaseFpsRequest",
    "createExtendVideoRequest", "createEditImageRequest", "createUpscaleImageRequest",
    "createUpscaleVideoRequest", "createCharacterImageRequest", "createEditImproveFaceRequest",
    "createFaceRequest", "createEnhanceImageRequest", "createEditVaginaRequest",
    "createCharacterTrainingDataRequest", "createClothesImageRequest",
)  # fmt: skip

SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


def address(world: World, medium: Medium) -> str:
    """A signed address of the medium's file, which expires."""
    suffix = SUFFIXES.get(content_type(medium.recipe), "mp4")
    path = f"/files/{medium.media_id}.{suffix}"
    return f"{world.url}{path}?{world.seals.query(path)}"


def media(world: World, media_id: str | None) -> Json | None:
    """One medium, or ``None`` if there is none (any more)."""
    medium = world.state.media.get(media_id or "")
    if medium is None:
        return None
    return {
        "id": medium.media_id,
        "mediaUrl": address(world, medium),
        "mediaType": medium.kind,
    }


def message(world: World, record: Message) -> Json:
    """A chat message with all its candidates."""
    kinds = {
        "USER": "USER",
        "CHARACTER": world.dialect.character_type,
        "MEDIA": world.dialect.media_type,
    }
    return {
        "messageId": record.message_id,
        "selectedCandidateId": record.selected_id,
        "candidates": [
            {
                "candidateId": candidate.candidate_id,
                "message": candidate.text,
                "media": media(world, candidate.media_id),
            }
            for candidate in record.candidates
        ],
        "messageType": kinds[record.speaker],
    }


def chat(world: World, record: Chat) -> Json:
    """A chat with all its messages."""
    return {
        "chatId": record.chat_id,
        "chatCharacterId": record.character_id,
        "messages": [message(world, each) for each in record.messages],
    }


def character(world: World, record: Character) -> Json:
    """A character with its picture."""
    return {
        "chatCharacterId": record.character_id,
        "characterName": record.name,
        "characterBio": record.bio,
        "shortBio": record.short_bio,
        "firstMessage": message(world, record.first_message),
        "characterImage": media(world, record.media_id),
    }


def persona(record: Persona) -> Json:
    """A persona."""
    return {
        "id": record.persona_id,
        "name": record.name,
        "bio": record.bio,
        "defaultPersona": record.default,
    }


def container(world: World, prompt: Prompt, media_ids: list[str] | None = None) -> Json:
    """A prompt with the echo of its request and its media, or those of ``media_ids``."""
    shown = [media(world, each) for each in _shown(world, prompt, media_ids)]
    return {
        "promptId": prompt.prompt_id,
        **dict.fromkeys(ECHOES),
        CREATIONS[prompt.operation].echo: _echo(world, prompt),
        "isFavorite": False,
        "medias": [each for each in shown if each],
        **_failure(world, prompt),
    }


def _shown(world: World, prompt: Prompt, media_ids: list[str] | None) -> list[str]:
    if media_ids is not None:
        return media_ids
    source = [prompt.source_id] if world.dialect.source_first and prompt.source_id else []
    is_video = prompt.kind == "VIDEO"
    return [*(source if is_video and prompt.media_ids else []), *prompt.media_ids]


def _echo(world: World, prompt: Prompt) -> Json:
    match world.dialect.echo:
        case "seedless":
            return {name: value for name, value in prompt.body.items() if name != "seed"}
        case "filled":
            known = fields(prompt.operation, "body")
            defaults = {name: schema.get("default") for name, schema in known.items()}
            return {**defaults, **prompt.body, "seed": str(prompt.seed)}
        case "seeded":
            return {**prompt.body, "seed": str(prompt.seed)}


def _failure(world: World, prompt: Prompt) -> Json:
    if world.dialect.failed_prompt != "fields" or prompt.phase is not Phase.FAILED:
        return {}
    return {"isError": True, "errorMessage": prompt.error}


def event(world: World, prompt: Prompt, **members: object) -> Json:
    """One event of a prompt's socket."""
    return {
        "promptId": prompt.prompt_id,
        "progress": round(prompt.progress),
        "isComplete": False,
        "promptContainer": None,
        "isError": False,
        "isSystem": False,
        "message": None,
        "errorType": None,
        "queuePosition": None,
        "created": world.clock.now().isoformat().replace("+00:00", "Z"),
        **members,
    }
