"""Member Resource: the login and the account itself.

Get current user answers with the API key as well; the model leaves it out so that it can end up
in no log, message or record.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer, SecretStr

from bot.api.models.base import Guessed, Reply, Request


def _not_blank(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError("must not be blank")
    return secret


Password = Annotated[
    SecretStr,
    AfterValidator(_not_blank),
    PlainSerializer(SecretStr.get_secret_value, return_type=str, when_used="json"),
]
"""Revealed on the wire alone."""


class Login(Request):
    """Credentials of the account; neither may be blank."""

    email: str = Field(pattern=r"\S", repr=False)
    password: Password


class LoggedIn(Reply):
    """The bearer token; its lifetime is not documented."""

    access_token: SecretStr


class Me(Reply):
    """The account, without its API key. No endpoint tells what a generation costs."""

    id: str
    credits: float | None = None
    email: str | None = Field(None, repr=False)
    email_confirmed: bool | None = None
    has_purchase: bool | None = None
    approved: bool | None = None
    premium_expiration: Guessed[datetime] = None
    created: Guessed[datetime] = None
