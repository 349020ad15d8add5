"""Tries the GET rows of the table, and their alternatives, on the service itself.

Only rows that change nothing and cost nothing are called: no create, no language model, nothing
that needs an id which no list gave.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.api import routes
from bot.api.calls import Values
from bot.api.client import Api
from bot.api.openapi import Finding, Verdict
from bot.api.routes import ROUTES, Route
from bot.errors import ApiError, Malformed, Missing, Refused, Unauthorized, Unreachable

Ids = dict[Route[Any], dict[str, str]]

_GIVEN: dict[Route[Any], dict[str, str]] = {routes.LIST_LORAS_BY_TYPE: {"templateType": "IMAGE"}}

# Which list gives the id for which rows.
_LEARNT: dict[Route[Any], tuple[Callable[[Any], dict[str, str]], tuple[Route[Any], ...]]] = {
    routes.LIST_CHAT_CHARACTERS: (
        lambda listed: {"id": listed[0].chat_character_id},
        (routes.GET_CHAT_CHARACTER,),
    ),
    routes.LIST_CHATS: (
        lambda listed: {"chatId": listed[0].chat_id},
        (routes.GET_CHAT, routes.GET_PERSONA_FOR_CHAT),
    ),
    routes.LIST_PROMPTS: (
        lambda page: {"promptId": page.prompts[0].prompt_id},
        (routes.GET_PROMPT,),
    ),
    routes.LIST_CUSTOM_CLOTHES: (
        lambda listed: {"clothesId": listed[0].clothes_id},
        (routes.GET_CUSTOM_CLOTHES,),
    ),
    routes.LIST_CUSTOM_POSES: (
        lambda listed: {"poseId": listed[0].id},
        (routes.GET_CUSTOM_POSE,),
    ),
    routes.LIST_LORAS_BY_TYPE: (
        lambda listed: {"templateId": listed[0].id},
        (routes.GET_LORA,),
    ),
}


def probed_rows() -> list[Route[Any]]:
    """The rows that are tried, those that give ids before those that need one."""
    harmless = [route for route in ROUTES if route.safe and not route.slow]
    return sorted(harmless, key=lambda route: bool(route.path_params) and route not in _GIVEN)


async def probe(api: Api) -> AsyncIterator[Finding]:
    """A finding for each row that can be tried, as it comes.

    Raises:
        Unauthorized: The credential is wrong, so nothing can be found out.
        Unreachable: The service does not answer.
    """
    ids: Ids = dict(_GIVEN)
    for route in probed_rows():
        if route.path_params and route not in ids:
            yield Finding(route, Verdict.UNCLEAR, route.method, route.path, "no id to try it with")
        else:
            yield await _tried(api, route, ids)


async def _tried(api: Api, route: Route[Any], ids: Ids) -> Finding:
    query: Values = {"page": 0} if any(one.name == "page" for one in route.query) else {}
    notes = []
    for candidate in route.candidates():
        try:
            reply = await api.call(candidate, path=ids.get(route, {}), query=query)
        except (Unauthorized, Unreachable):
            raise
        except ApiError as error:
            notes.append(f"{candidate.path}: {_words(error)}")
            continue
        _learn(route, reply, ids)
        verdict = Verdict.SAME if candidate is route else Verdict.DIFFERS
        return Finding(route, verdict, candidate.method, candidate.path, "; ".join(notes))
    return Finding(route, Verdict.ABSENT, route.method, route.path, "; ".join(notes))


def _learn(route: Route[Any], reply: object, ids: Ids) -> None:
    if route not in _LEARNT:
        return
    read, needing = _LEARNT[route]
    try:
        found = read(reply)
    except IndexError:
        return
    ids.update(dict.fromkeys(needing, found))


def _words(error: ApiError) -> str:
    match error:
        case Missing():
            return "not there"
        case Malformed():
            return "answers something else"
        case Refused(status=status):
            return f"status {status}"
    return type(error).__name__
