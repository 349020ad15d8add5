"""Who owns which character and persona.

One account at the AI API serves many people, so ownership is kept here: the API's own lists and
its default flags are the account's and are never shown or set.
"""

import secrets
from contextlib import suppress
from typing import cast

from bot.api import Api, compose, routes
from bot.api.models import characters as wire
from bot.api.models.personas import CreatePersona, UpdatePersona
from bot.errors import Busy, Missing, NotFound, NotSent, Refused
from bot.finding import LOST, find_character
from bot.names import name_from
from bot.store import Store
from bot.store.records import Character, Intention, Persona

PERSONA_NAME_LIMIT = 20
PERSONA_BIO_LIMIT = 150
"""Characters of a persona's name and bio (API documentation, Create Persona)."""

GUEST = "Guest"
"""The name of a person in a chat whose own name may not be sent."""


class Library:
    """Characters and personas by owner; what was lost is looked for ``search_seconds``."""

    def __init__(self, api: Api, store: Store, search_seconds: float) -> None:
        self._api = api
        self._store = store
        self._within = search_seconds

    async def create_character(
        self,
        intention: Intention,
        card: wire.CreateCharacter,
        *,
        greetings: tuple[str, ...] = (),
        look: str = "",
        drawn_name: str = "",
    ) -> Character:
        """Create a character at the API and note whose it is; a lost answer is looked for.

        Raises:
            ApiError: It was not created.
            Uncertain: It may have been created; it cannot be found.
        """
        there = await self._api.call(routes.LIST_CHAT_CHARACTERS)
        intention.before = [each.chat_character_id for each in there]
        intention.body = card.wire()
        intention.kept = {
            "look": look,
            "drawn_name": drawn_name or name_from(str(secrets.randbelow(10**18))),
            "greetings": list(greetings),
        }
        intention.sent = True
        await self._store.intentions.save(intention)
        try:
            created = await self._api.call(routes.CREATE_CHAT_CHARACTER, body=card)
        except NotSent:
            raise
        except LOST:
            return await self.recover(intention)
        return await self._noted(intention, created.chat_character_id)

    async def recover(self, intention: Intention) -> Character:
        """The character that an intention was sent for, found at the API if need be.

        Raises:
            Uncertain: There is none to be found.
        """
        known = intention.made_id
        found = known or await find_character(self._api, self._store, intention, self._within)
        return await self._noted(intention, found)

    async def _noted(self, intention: Intention, character_id: str) -> Character:
        """Note whose a character is; which one it is comes first, so none is noted twice."""
        intention.made_id = character_id
        await self._store.intentions.save(intention)
        body = intention.body
        character = Character(
            character_id=character_id,
            owner_id=intention.owner_id,
            name=body["name"],
            short_bio=body["shortBio"],
            media_id=body.get("mediaId"),
            prompt_id=body.get("promptId"),
            **intention.kept,
        )
        await self._store.characters.save(character)
        return character

    async def update_character(self, character: Character, card: wire.UpdateCharacter) -> None:
        """Bring a character, there and here, to a new state.

        Raises:
            NotFound: It was deleted at the API; our note of it is dropped.
        """
        path = {"id": character.character_id}
        try:
            await self._api.call(routes.UPDATE_CHAT_CHARACTER, path=path, body=card)
        except Missing:
            await self._store.characters.delete(character.character_id)
            raise NotFound("character") from None
        character.name, character.short_bio = card.name, card.short_bio
        await self._store.characters.save(character)

    async def delete_character(self, character: Character) -> None:
        """Delete a character there and here; its chats stay."""
        with suppress(Missing):
            path = {"id": character.character_id}
            await self._api.call(routes.DELETE_CHAT_CHARACTER, path=path)
        await self._store.characters.delete(character.character_id)

    async def share(self, character: Character, guild_id: int, *, shared: bool) -> None:
        """Let everybody in a server talk to a character, or no longer."""
        others = [each for each in character.shared_with if each != guild_id]
        character.shared_with = [*others, guild_id] if shared else others
        await self._store.characters.save(character)

    async def characters(self, person_id: int, guild_id: int | None) -> list[Character]:
        """The characters a person may use here: their own, newest first, then shared ones."""
        own = await self._store.characters.of_owner(person_id)
        if guild_id is None:
            return own
        shared = await self._store.characters.shared_with(guild_id)
        return own + [character for character in shared if character.owner_id != person_id]

    async def character(self, wanted: str, person_id: int, guild_id: int | None) -> Character:
        """A character that a person may use here, by its id or its exact name in any case.

        Raises:
            NotFound: There is none, or it is somebody else's.
        """
        mine = await self.characters(person_id, guild_id)
        for character in mine:
            if character.character_id == wanted:
                return character
        for character in mine:
            if character.name.casefold() == wanted.strip().casefold():
                return character
        raise NotFound("character")

    async def own_character(self, wanted: str, owner_id: int) -> Character:
        """A person's own character, by its id or its exact name in any case.

        Raises:
            NotFound: There is none, or it is somebody else's.
        """
        return await self.character(wanted, owner_id, None)

    async def sheet(self, character: Character) -> wire.Character:
        """A character as the API holds it, with bio, first message and picture.

        Raises:
            NotFound: It was deleted there; our note of it is dropped.
        """
        path = {"id": character.character_id}
        try:
            return await self._api.call(routes.GET_CHAT_CHARACTER, path=path)
        except Missing:
            await self._store.characters.delete(character.character_id)
            raise NotFound("character") from None

    async def persona(self, owner_id: int) -> Persona | None:
        """A person's default persona, or their newest one if none is; None if they have none."""
        own = await self._store.personas.of_owner(owner_id)
        return next((persona for persona in own if persona.default), own[0] if own else None)

    async def personas(self, owner_id: int) -> list[Persona]:
        """A person's personas, newest first."""
        return await self._store.personas.of_owner(owner_id)

    async def own_persona(self, wanted: str, owner_id: int) -> Persona:
        """A person's own persona, by its id or its exact name in any case.

        Raises:
            NotFound: There is none, or it is somebody else's.
        """
        name = wanted.strip().casefold()
        for persona in await self.personas(owner_id):
            if wanted == persona.persona_id or name == persona.name.casefold():
                return persona
        raise NotFound("persona")

    async def create_persona(self, owner_id: int, name: str, bio: str) -> Persona:
        """Create a persona; a person's first one is their default.

        Raises:
            Invalid: A text breaks its documented limit.
        """
        async with self._store.leases.wait(f"persona:{owner_id}"):
            return await self._created(owner_id, name, bio)

    async def update_persona(self, persona: Persona, name: str, bio: str) -> None:
        """Change a persona, in all of its chats at once.

        Raises:
            NotFound: It was deleted at the API; our note of it is dropped.
        """
        given = {"name": name, "bio": bio, "isDefault": False}
        body = cast("UpdatePersona", compose(routes.UPDATE_CHAT_PERSONA, given))
        path = {"id": persona.persona_id}
        try:
            await self._api.call(routes.UPDATE_CHAT_PERSONA, path=path, body=body)
        except Missing:
            await self._store.personas.delete(persona.persona_id)
            raise NotFound("persona") from None
        persona.name, persona.bio = name, bio
        await self._store.personas.save(persona)

    async def make_default(self, persona: Persona) -> None:
        """Let new scenes begin with this persona; the account's own default stays as it is."""
        for each in await self.personas(persona.owner_id):
            each.default = each.persona_id == persona.persona_id
            await self._store.personas.save(each)

    async def delete_persona(self, persona: Persona) -> None:
        """Delete a persona there and here; of several, the newest becomes the default.

        Raises:
            Busy: It is the only one, or the API keeps it because a chat uses it.
        """
        others = [
            each
            for each in await self.personas(persona.owner_id)
            if each.persona_id != persona.persona_id
        ]
        if not others:
            raise Busy("only persona")
        try:
            path = {"id": persona.persona_id}
            await self._api.call(routes.DELETE_CHAT_PERSONA, path=path)
        except Missing:
            pass
        except Refused as error:
            raise (Busy("used persona") if error.status == 400 else error) from error
        await self._store.personas.delete(persona.persona_id)
        if persona.default:
            await self.make_default(others[0])

    async def first_persona(self, owner_id: int, name: str) -> Persona:
        """Create a default persona for whoever has none; asked twice at once it makes one.

        ``name`` has at most ``PERSONA_NAME_LIMIT`` characters and passed the policy.
        """
        async with self._store.leases.wait(f"persona:{owner_id}"):
            if persona := await self.persona(owner_id):
                return persona
            return await self._created(owner_id, name, "")

    async def _created(self, owner_id: int, name: str, bio: str) -> Persona:
        given = {"name": name, "bio": bio, "isDefault": False}
        body = cast("CreatePersona", compose(routes.CREATE_CHAT_PERSONA, given))
        created = await self._api.call(routes.CREATE_CHAT_PERSONA, body=body)
        first = not await self.personas(owner_id)
        persona = Persona(
            persona_id=created.id, owner_id=owner_id, name=name, bio=bio, default=first
        )
        await self._store.personas.save(persona)
        return persona
