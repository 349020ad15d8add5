"""Writes ``docs/api-coverage.md``: every documented endpoint and where it is served and used.

``python -m tests.api.coverage`` writes the page anew; a test holds the page to what this says.
Only ``DOORS`` is kept by hand; everything else is read from the table of routes and the sandbox.
"""

import asyncio
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.api.routes import ROUTES, Certainty, Route
from sandbox.aliveai import AliveAI, Pace
from sandbox.aliveai.server import responders

PAGE = Path(__file__).parents[2] / "docs" / "api-coverage.md"
NO_DOOR = "none yet"

DOORS: dict[str, str] = {
    "list_chat_characters": "none: it lists the account's, our lists go by owner",
    "create_chat_character": "`/character create`, `/character import`, `sketch:accept:ID`, "
    "`character:of:ID:0`",
    "create_character_vision": "`/character from-picture`, where explicit content may be",
    "update_character_vision": "`sketch:refine:ID`",
    "get_chat_character": "`/chat start`, `/character show`, `/character edit`",
    "update_chat_character": "`/character edit`",
    "delete_chat_character": "`/character delete`, `/privacy delete`",
    "update_chat_persona": "`/persona edit`",
    "delete_chat_persona": "`/persona delete`, `/privacy delete`",
    "list_chat_personas": "none: it lists the account's, our lists go by owner",
    "create_chat_persona": "`/persona create`; `/chat start`, the first time",
    "list_chats": "none: it lists the account's, our scenes go by channel",
    "create_chat_with_custom_first_message": "`/chat start`, `/chat persona`",
    "get_chat": "writing in a scene, the controls of replies, `/chat history`, `/chat resume`",
    "delete_chat": "`/chat start`, if no thread can be had",
    "send_chat_message": "writing in a scene",
    "update_selected_candidate": "`reply:back`, `reply:forward`",
    "delete_chat_messages": "`rewind:do:1`, `rewind:replay:1`, `/chat reset`",
    "update_candidate_message": "`reply:edit`, `reply:stop`",
    "regenerate_chat_message": "`reply:regenerate`",
    "create_chat_image": "`/chat photo`, `reply:photo`",
    "regenerate_chat_image": "`reply:regenerate`",
    "list_prompts": "`/imagine`, if the answer was lost",
    "get_prompt": "`/imagine`, `/gallery`, `/show`, `job:show:ID`, `job:here:ID`",
    "delete_prompt": "`job:delete:ID`, `work:delete:VIEW:ID`",
    "create_image_prompt": "`/imagine`, `job:again:ID`, `job:vary:ID`",
    "create_after_face_swap": "`/face swap`",
    "create_character_image": "`/profile imagine`",
    "create_character_training_data": "`/profile train`",
    "create_clothes": "`/wardrobe extract`",
    "create_face": "`/face create`",
    "create_edit_breasts": "`/adult upper`",
    "edit_eyes": "`/face eyes`",
    "edit_image": "`/edit`, `make:edit_image:ID:0`, the menu Edit picture",
    "create_edit_improve_face": "`/face improve`, `make:create_edit_improve_face:ID:0`",
    "upscale_image": "`/upscale`, `make:upscale_image:ID:0`, the menu More…",
    "edit_vagina": "`/adult lower`",
    "edit_video_extend": "`/video extend`, `make:edit_video_extend:ID:0`",
    "edit_video_increase_fps": "`/video smooth`, `make:edit_video_increase_fps:ID:0`",
    "create_enhance_image": "`/enhance`, `make:create_enhance_image:ID:0`",
    "create_face_improve_prompt": "`/face improve`, with options that only it has",
    "create_image_to_video": "`/video animate`, `make:create_image_to_video:ID:0`, "
    "`reply:animate`, `draft:make:ID`, the menu Animate",
    "inpaint": "`/inpaint`",
    "inpaint_google": "`/inpaint`",
    "upscale_video": "`/video upscale`, `/upscale`, `make:upscale_video:ID:0`",
    "create_character_expression_video": "`/video expression`",
    "upload_file": "`/edit` and all that take a picture",
    "list_public_clothes": "`/wardrobe clothes`, `/imagine`",
    "list_custom_clothes": "none: it lists the account's, `/wardrobe clothes` goes by owner",
    "get_custom_clothes": "none: `/wardrobe clothes` shows one's own by their prompts",
    "delete_custom_clothes": "none: one's own go with their prompts",
    "list_custom_poses": "none: the API makes none, and lists the account's",
    "get_custom_pose": "none: the API makes none",
    "delete_custom_pose": "none: the API makes none",
    "get_lora": "none: `/wardrobe styles` has all that it says",
    "generate_character_builder_prompt": "`/prompt character`",
    "generate_character_prompt": "`/prompt character`, with a profile",
    "generate_prompt": "`/prompt improve`",
    "generate_update_prompt": "`/prompt update`",
    "generate_video_prompt": "`/prompt video-script`, `reply:animate`",
    "get_clothes_description": "`clothes:describe:ID`",
    "get_persona_for_chat": "none: a scene's record names its persona, `/persona list` shows it",
    "ws_user_events": "none: it is the whole account's; each job has a socket of its own",
    "generate_vision_prompt": "`/prompt describe`, `/character from-picture`, each file taken in",
    "list_loras_by_type": "`/wardrobe styles`, `/imagine`",
    "list_poses": "`/wardrobe poses`, `/imagine`",
    "list_profiles": "`/profile list`, `/profile imagine`",
    "get_pending_prompts": "`/imagine`",
    "delete_prompt_from_queue": "`job:cancel:ID`",
    "ws_prompt_events": "`/imagine`",
    "login_member": "none: the client itself, without a key",
    "get_me": "`/account`, for operators",
    "list_image_templates_deprecated": "none: deprecated",
    "list_image_edit_templates_deprecated": "none: deprecated",
    "list_image_edit_realism_templates_deprecated": "none: deprecated",
    "list_video_templates_deprecated": "none: deprecated",
    "list_ltx_video_templates_deprecated": "none: deprecated",
}
"""What in Discord leads to an endpoint, by operation: commands, and buttons by their custom ids."""

_TOP = """\
# Coverage of the AliveAI API

Written by `python -m tests.api.coverage`; a test holds it to the code.

The documentation names {all} endpoints but not their paths: {sure} are certain, {guessed} are
inferred, and no test here can prove a path. `python -m bot doctor` checks them against the
service. Each row is one constant in `bot/api/routes.py` and one responder in `sandbox/aliveai/`;
the tests in `tests/api/` compare both with the documentation and play one against the other, those
in `tests/dialects/` play every answer that is plausible where the documentation is silent. The last
column names the commands and the buttons (by their ids) that lead to an endpoint.
"""


async def handlers() -> dict[str, str]:
    """The sandbox's responder of each operation, as module and function."""
    async with AliveAI.open(pace=Pace(speed=0)) as ai:
        served = responders(ai._queue)
    return {operation: _name(responder) for operation, responder in served.items()}


def _name(responder: Any) -> str:
    function = getattr(responder, "func", responder)
    return f"{function.__module__.removeprefix('sandbox.aliveai.')}.{function.__name__}"


def page(served: dict[str, str]) -> str:
    """The whole page."""
    guessed = sum(route.certainty is Certainty.INFERRED for route in ROUTES)
    top = _TOP.format(all=len(ROUTES), sure=len(ROUTES) - guessed, guessed=guessed)
    return "\n".join([top, *_sections(served)])


def _sections(served: dict[str, str]) -> Iterator[str]:
    for section, rows in groupby(ROUTES, key=lambda route: route.section):
        yield f"## {section}\n"
        yield "| endpoint | call | certainty | client row | sandbox | Discord |"
        yield "|---|---|---|---|---|---|"
        yield from (_line(route, served) for route in rows)
        yield ""


def _line(route: Route[Any], served: dict[str, str]) -> str:
    cells = [
        route.title,
        f"`{route.method} {route.path}`",
        f"{route.certainty.lower()}, {route.strength}",
        f"`{route.operation.upper()}`",
        f"`{served[route.operation]}`",
        DOORS.get(route.operation, NO_DOOR),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(asyncio.run(handlers())), encoding="utf-8")


if __name__ == "__main__":
    main()
