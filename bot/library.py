"""Who owns which character and persona.

One account at the AI API serves many people, so ownership is kept here: the API's own lists and
its default flags are the account's and are never shown or set.
"""

from bot.api import Api, routes
from bot.api.models import characters as wire
from bot.api.models.personas import CreatePersona
from bot.errors import Missing, NotFound
from bot.store import Store
from bot.store.records import Character, Persona

PERSONA_NAME_LIMIT = 20
"""Characters of a persona's name (API documentation, Create Persona)."""

GUEST = "Guest"
"""The name of a person in a chat whose own name may not be sent."""


class Library:
    """Characters and personas by owner."""

    def __init__(self, api: Api, store: Store) -> None:
        self._api = api
        self._store = store

    async def create_character(self, owner_id: int, card: wire.CreateCharacter) -> Character:
        """Create a character at the API and note whose it is.

        Raises:
            ApiError: It was not created.
        """
        created = await self._api.call(routes.CREATE_CHAT_CHARACTER, body=card)
        character = Character(
            character_id=created.chat_character_id,
            owner_id=owner_id,
            name=card.name,
            short_bio=card.short_bio,
            media_id=card.media_id,
        )
        await self._store.characters.save(character)
        return character

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

    async def first_persona(self, owner_id: int, name: str) -> Persona:
        """Create a default persona for whoever has none; asked twice at once it makes one.

        ``name`` has at most ``PERSONA_NAME_LIMIT`` characters and passed the policy.
        """
        async with self._store.leases.wait(f"persona:{owner_id}"):
            if persona := await self.persona(owner_id):
                return persona
            body = CreatePersona(name=name, is_default=False)
            created = await self._api.call(routes.CREATE_CHAT_PERSONA, body=body)
            persona = Persona(persona_id=created.id, owner_id=owner_id, name=name, default=True)
            await self._store.personas.save(persona)
            return persona
