"""What is deleted at the AI API so that somebody is forgotten, in the order that it wants.

A chat holds its persona, so chats go before personas, also chats of which we never heard: their
creation may have been carried out without an answer. The account keeps its last persona for good
(API documentation, Delete Persona); it loses what it said of its owner instead. Whatever else the
API refuses stays on the wish's list with the reason, and holds nothing up.
"""

from bot.api import Api, routes
from bot.api.models.personas import UpdatePersona
from bot.api.routes import Route
from bot.errors import (
    ApiError,
    Missing,
    OutOfCredit,
    QueueFull,
    RateLimited,
    Refused,
    ServerFault,
    Unauthorized,
)
from bot.library import GUEST
from bot.store import Store
from bot.store.records import Erasure, Remnant

DELETES: dict[str, tuple[Route[None], str]] = {
    "prompt": (routes.DELETE_PROMPT, "promptId"),
    "chat": (routes.DELETE_CHAT, "chatId"),
    "character": (routes.DELETE_CHAT_CHARACTER, "id"),
    "persona": (routes.DELETE_CHAT_PERSONA, "id"),
}
"""By what is deleted, in this order: the row, and the name of its id in the path."""

PASSING = (Unauthorized, OutOfCredit, QueueFull, RateLimited, ServerFault)
"""Refusals that say nothing about the thing that was asked for."""

REFUSED = "the AI service refuses to delete it"
UNANSWERED = "the AI service could not be asked yet; it is tried again"


class Removal:
    """Carries out the list of a wish to be forgotten."""

    def __init__(self, api: Api, store: Store) -> None:
        self._api = api
        self._store = store

    async def carry_out(self, wish: Erasure) -> bool:
        """Delete what is left of a wish; returns whether nothing remains that could still go.

        The list is stored after each step, so it can be gone on with at any point.
        """
        for kind in DELETES:
            for remnant in [each for each in wish.left if each.kind == kind and not each.kept]:
                await self._remove(wish, remnant)
                await self._store.erasures.save(wish)
        return all(remnant.kept for remnant in wish.left)

    async def _remove(self, wish: Erasure, remnant: Remnant) -> None:
        try:
            if remnant.kind == "persona":
                await self._delete_persona(remnant.id)
            else:
                await self._delete(remnant.kind, remnant.id)
        except Refused as error:
            remnant.kept = not isinstance(error, PASSING)
            remnant.why = REFUSED if remnant.kept else UNANSWERED
        except ApiError:
            remnant.why = UNANSWERED
        else:
            wish.left.remove(remnant)

    async def _delete(self, kind: str, thing_id: str) -> None:
        """Delete one thing; what is gone already is fine."""
        route, name = DELETES[kind]
        try:
            await self._api.call(route, path={name: thing_id})
        except Missing:
            return

    async def _delete_persona(self, persona_id: str) -> None:
        """Delete a persona, after its chats if it has any; one that has to stay becomes nobody's.

        Raises:
            ApiError: That was not possible (yet).
        """
        if await self._is_deleted(persona_id):
            return
        await self._delete_chats_of(persona_id)
        if not await self._is_deleted(persona_id):
            await self._make_neutral(persona_id)

    async def _is_deleted(self, persona_id: str) -> bool:
        try:
            await self._delete("persona", persona_id)
        except Refused as error:
            if isinstance(error, PASSING):
                raise
            return False
        return True

    async def _delete_chats_of(self, persona_id: str) -> None:
        """Delete a persona's chats that are no scene of ours; whose they are only the API knows."""
        for chat in await self._api.call(routes.LIST_CHATS):
            if await self._store.scenes.get(chat.chat_id):
                continue
            path = {"chatId": chat.chat_id}
            try:
                who = await self._api.call(routes.GET_PERSONA_FOR_CHAT, path=path)
            except Missing:
                continue
            if who.id == persona_id:
                await self._delete("chat", chat.chat_id)

    async def _make_neutral(self, persona_id: str) -> None:
        for persona in await self._api.call(routes.LIST_CHAT_PERSONAS):
            if persona.id == persona_id:
                body = UpdatePersona(name=GUEST, bio="", is_default=persona.default_persona)
                path = {"id": persona_id}
                await self._api.call(routes.UPDATE_CHAT_PERSONA, path=path, body=body)
