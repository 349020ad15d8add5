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
    "list_chat_characters": "none: the list is the account's, ours is by owner",
    "create_chat_character": "`/character create`",
    "get_chat_character": "`/chat start`",
    "create_chat_persona": "`/chat start` (the first one)",
    "list_chat_personas": "none: the list is the account's, ours is by owner",
    "list_chats": "none: the list is the account's, ours is by owner",
    "create_chat_with_custom_first_message": "`/chat start`",
    "get_chat": "`/chat`, the buttons under a reply",
    "delete_chat": "`/chat end`",
    "send_chat_message": "writing in a scene",
    "regenerate_chat_message": "⟳ under a reply",
    "update_selected_candidate": "◀ ▶ under a reply",
    "delete_chat_messages": "a refused turn is taken back",
    "list_prompts": "finding a job again after a crash",
    "get_prompt": "every job",
    "delete_prompt": "Delete under a result",
    "create_image_prompt": "`/imagine`, Again, Vary",
    "create_after_face_swap": "`/face swap`",
    "create_character_image": "`/profile imagine`",
    "create_character_training_data": "`/profile train`",
    "create_clothes": "`/wardrobe extract`",
    "create_face": "`/face create`",
    "create_edit_breasts": "`/adult upper`",
    "edit_eyes": "`/face eyes`",
    "edit_image": "`/edit`, Edit, Edit picture",
    "create_edit_improve_face": "`/face improve`, Face",
    "upscale_image": "`/upscale`, Upscale",
    "edit_vagina": "`/adult lower`",
    "edit_video_extend": "`/video extend`, Extend",
    "edit_video_increase_fps": "`/video smooth`, Smooth",
    "create_enhance_image": "`/enhance`, Enhance",
    "create_face_improve_prompt": "`/face improve` (refined)",
    "create_image_to_video": "`/video animate`, Animate",
    "inpaint": "`/inpaint`",
    "inpaint_google": "`/inpaint`",
    "upscale_video": "`/video upscale`, `/upscale`, Upscale",
    "create_character_expression_video": "`/video expression`",
    "upload_file": "every picture that somebody attaches",
    "list_public_clothes": "`/wardrobe clothes`",
    "generate_character_prompt": "`/prompt character`",
    "generate_prompt": "`/prompt improve`",
    "generate_update_prompt": "`/prompt update`",
    "generate_video_prompt": "`/prompt video-script`",
    "generate_vision_prompt": "`/prompt describe`, every upload",
    "list_loras_by_type": "`/wardrobe styles`",
    "list_poses": "`/wardrobe poses`",
    "list_profiles": "`/profile list`",
    "get_pending_prompts": "every job",
    "delete_prompt_from_queue": "Cancel under a job",
    "ws_prompt_events": "every job",
    "login_member": "the client itself, without a key",
    "get_me": "`/account`, `python -m bot doctor`",
    "list_image_templates_deprecated": "none: deprecated",
    "list_image_edit_templates_deprecated": "none: deprecated",
    "list_image_edit_realism_templates_deprecated": "none: deprecated",
    "list_video_templates_deprecated": "none: deprecated",
    "list_ltx_video_templates_deprecated": "none: deprecated",
}
"""What in Discord, or otherwise, leads to an endpoint, by operation."""

_TOP = """\
# Coverage of the AliveAI API

Written by `python -m tests.api.coverage`; a test holds it to the code.

The documentation names {all} endpoints but not their paths: {sure} are certain, {guessed} are
inferred, and no test here can prove a path. `python -m bot doctor` checks them against the
service. Each row is one constant in `bot/api/routes.py` and one responder in `sandbox/aliveai/`;
the tests in `tests/api/` compare both with the documentation and play one against the other.
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
