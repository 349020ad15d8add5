"""Profile Resource: trained persons."""

from pydantic import AliasChoices, Field

from bot.api.models.base import Readable, Reply


class Profile(Reply):
    """A trained person. The documentation shows no fields of it."""

    id: str = Field(validation_alias=AliasChoices("id", "profileId"), serialization_alias="id")
    name: str | None = None


class Profiles(Reply):
    """One page of profiles, counted from 0."""

    profiles: Readable[Profile] = Field(default_factory=list)
    has_next_page: bool = False
