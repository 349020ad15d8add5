"""Chat Persona Resource: who the user is inside a chat."""

from pydantic import Field

from bot.api.models.base import Reply, Request


class CreatePersona(Request):
    """A new persona; lengths are in characters."""

    name: str = Field(min_length=1, max_length=20, description="Display name.")
    bio: str | None = Field(None, max_length=150, description="Told to the character.")
    is_default: bool = Field(description="Make it the account's default, unsetting another.")


class UpdatePersona(CreatePersona):
    """The new state of a persona, in full."""


class Persona(Reply):
    """A persona as stored."""

    id: str
    name: str = ""
    bio: str | None = None
    default_persona: bool = False
