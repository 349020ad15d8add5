"""Scenes, their turns and replies, and who owns which character and persona.

One class per kind; ``Shelf`` does the work. Lists come newest first unless they say otherwise.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.store.records import Character, Persona, Reply, Scene, Turn, now
from bot.store.shelf import Shelf


class Scenes(Shelf[Scene]):
    """Chats and the channels they live in; the id is the chat's. Ended ones can be resumed."""

    kind, model = "scene", Scene

    def id_of(self, record: Scene) -> str:
        return record.chat_id

    def owner_of(self, record: Scene) -> int:
        return record.owner_id

    def guild_of(self, record: Scene) -> int | None:
        return record.guild_id

    def created_of(self, record: Scene) -> datetime:
        return record.created

    def exclusive_of(self, record: Scene) -> Iterable[str]:
        if not record.ended:
            yield self._index("channel", record.channel_id)

    def indexes_of(self, record: Scene) -> Iterable[str]:
        if not record.ended:
            yield self._index("open")

    async def open(self) -> list[Scene]:
        """All scenes that are on."""
        return await self._listed(self._index("open"))

    async def get(self, chat_id: str) -> Scene | None:
        """The scene of a chat, ended or not."""
        return await self._one(chat_id)

    async def of_channel(self, channel_id: int) -> Scene | None:
        """The scene that is on in a channel; the one saved last, of several."""
        return await self._newest(self._index("channel", channel_id))

    async def end(self, channel_id: int) -> Scene | None:
        """Mark the channel's scene as ended; replies it, or None if there was none."""
        scene = await self.of_channel(channel_id)
        return await self.close(scene.chat_id) if scene else None

    async def close(self, chat_id: str) -> Scene | None:
        """Mark a chat's scene as ended; replies it, or None if there is none."""
        scene = await self.get(chat_id)
        if scene:
            scene.ended = scene.ended or now()
            await self.save(scene)
        return scene


class Turns(Shelf[Turn]):
    """Turns under way."""

    kind, model = "turn", Turn

    def id_of(self, record: Turn) -> str:
        return record.turn_id

    def owner_of(self, record: Turn) -> int:
        return record.person_id

    def created_of(self, record: Turn) -> datetime:
        return record.created

    def end_of(self, record: Turn) -> datetime:
        return record.created + self._retention

    def indexes_of(self, record: Turn) -> Iterable[str]:
        yield self._index("active")
        yield self._index("channel", record.channel_id)

    async def active(self) -> list[Turn]:
        """All turns, oldest first."""
        return (await self._listed(self._index("active")))[::-1]

    async def of_channel(self, channel_id: int) -> list[Turn]:
        """The turns of a channel, oldest first."""
        return (await self._listed(self._index("channel", channel_id)))[::-1]

    async def drop(self, turn_id: str) -> None:
        """Forget a turn; none there is fine."""
        await self.delete(turn_id)


class Replies(Shelf[Reply]):
    """Which shown messages are which message of a chat; found by every one of its pages."""

    kind, model = "reply", Reply

    def id_of(self, record: Reply) -> str:
        return _reply_id(record.chat_id, record.message_id)

    def owner_of(self, record: Reply) -> int:
        return record.asker_id

    def created_of(self, record: Reply) -> datetime:
        return record.created

    def end_of(self, record: Reply) -> datetime:
        return record.created + self._retention

    def indexes_of(self, record: Reply) -> Iterable[str]:
        yield self._index("chat", record.chat_id)

    def exclusive_of(self, record: Reply) -> Iterable[str]:
        for message_id in record.shown:
            yield self._index("shown", message_id)
        for message_id in record.asked_in:
            yield self._index("asked", message_id)

    async def of_shown(self, message_id: int) -> Reply | None:
        """The reply that one message on the chat platform is a page of."""
        return await self._newest(self._index("shown", message_id))

    async def of_asked(self, message_id: int) -> Reply | None:
        """The reply that answers, among others, this message on the chat platform."""
        return await self._newest(self._index("asked", message_id))

    async def of_message(self, chat_id: str, message_id: str) -> Reply | None:
        """The reply that is this message at the AI API."""
        return await self._one(_reply_id(chat_id, message_id))

    async def of_chat(self, chat_id: str, *, limit: int | None = None) -> list[Reply]:
        """The replies of a chat."""
        return await self._listed(self._index("chat", chat_id), limit=limit)

    async def drop(self, chat_id: str, message_id: str) -> None:
        """Forget a reply; none there is fine."""
        await self.delete(_reply_id(chat_id, message_id))


def _reply_id(chat_id: str, message_id: str) -> str:
    return f"{chat_id}/{message_id}"


class Characters(Shelf[Character]):
    """Who owns which character, and who else may talk to it."""

    kind, model = "character", Character

    def id_of(self, record: Character) -> str:
        return record.character_id

    def owner_of(self, record: Character) -> int:
        return record.owner_id

    def created_of(self, record: Character) -> datetime:
        return record.created

    def indexes_of(self, record: Character) -> Iterable[str]:
        for guild_id in record.shared_with:
            yield self._index("shared", guild_id)

    async def get(self, character_id: str) -> Character | None:
        """A character by its id at the AI API."""
        return await self._one(character_id)

    async def shared_with(self, guild_id: int) -> list[Character]:
        """The characters that their owners share with a server."""
        return await self._listed(self._index("shared", guild_id))


class Personas(Shelf[Persona]):
    """Who owns which persona."""

    kind, model = "persona", Persona

    def id_of(self, record: Persona) -> str:
        return record.persona_id

    def owner_of(self, record: Persona) -> int:
        return record.owner_id

    def created_of(self, record: Persona) -> datetime:
        return record.created

    async def get(self, persona_id: str) -> Persona | None:
        """A persona by its id at the AI API."""
        return await self._one(persona_id)
