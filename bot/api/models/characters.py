"""Chat Character Resource: whom people talk to, and cards drawn from pictures."""

from pydantic import AliasChoices, ConfigDict, Field

from bot.api.models.base import Guessed, Reply, Request
from bot.api.models.chats import ChatMessage
from bot.api.models.media import Media


class CreateCharacter(Request):
    """A new character; lengths are in characters."""

    name: str = Field(min_length=1, max_length=50, description="Display name.")
    bio: str = Field(
        min_length=1,
        max_length=15000,
        description="What the model knows of the character: personality, background, scenario.",
    )
    short_bio: str = Field(min_length=1, max_length=1000, description="Shown in lists.")
    first_message: str = Field(
        min_length=1, max_length=15000, description="How the character opens a chat."
    )
    media_id: str | None = Field(None, description="A medium of the account as its picture.")
    prompt_id: str | None = Field(None, description="The prompt that made that medium.")


class UpdateCharacter(CreateCharacter):
    """The new state of a character, in full; the first message is replaced by a new one."""


class CharacterCreated(Reply):
    """The id of a new character."""

    chat_character_id: str = Field(
        validation_alias=AliasChoices("chatCharacterId", "id"),
        serialization_alias="chatCharacterId",
    )


class Character(CharacterCreated):
    """A character as stored; its picture's and first message's fields are not documented."""

    character_name: str = ""
    character_bio: str | None = None
    short_bio: str | None = None
    first_message: Guessed[ChatMessage] = None
    character_image: Guessed[Media] = None


class CreateVision(Request):
    """Asks a vision model for a character card. Rate limited for each user of the API."""

    image_url: str = Field(description="Public address of the picture.")
    character_name: str = Field(description="Name to give to the character.")


class VisionCard(Reply):
    """A character card drawn from a picture.

    Update Vision wants it back unchanged, so fields unknown to us are kept.
    """

    model_config = ConfigDict(extra="allow")

    name: str | None = None
    description: str | None = None
    personality: str | None = None
    scenario: str | None = None
    first_mes: str | None = Field(None, alias="first_mes", description="First message.")


class UpdateVision(Request):
    """Refines a card by an instruction. Rate limited for each user of the API."""

    chat_character_from_image_response: VisionCard = Field(description="The card as received.")
    update_prompt: str = Field(description="What to change, in plain words.")
