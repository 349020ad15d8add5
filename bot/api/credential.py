"""The account's credential: an API key, or a bearer token from a login.

A key never changes. A token is fetched at the first call and once more after a 401; callers that
meet a 401 together share that one login.
"""

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from bot.api.models.members import Login
from config.settings import AliveAI

LogIn = Callable[[Login], Awaitable[SecretStr]]

_SCHEMES = ("Key", "Bearer")
_HIDDEN = b"***"


class Credential:
    """Says what goes into the Authorization header."""

    def __init__(self, settings: AliveAI, log_in: LogIn) -> None:
        self._log_in = log_in
        self._login = _login(settings)
        self._secret = _ready(settings.api_key) if settings.api_key else None
        self._fixed = self._secret is not None
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Credential({'key' if self._fixed else 'login'})"

    async def header(self) -> str:
        """The value of the Authorization header, after a login if there is none yet."""
        if self._secret is None:
            await self.renew(None)
        return self._secret.get_secret_value() if self._secret else ""

    async def token(self) -> str:
        """The same without its scheme, for the one socket that takes it as a parameter."""
        return (await self.header()).partition(" ")[2]

    async def renew(self, refused: str | None) -> bool:
        """Log in again unless somebody did since ``refused`` was in use.

        Returns:
            Whether there is another credential to try; with an API key there never is.
        """
        if self._fixed or self._login is None:
            return False
        async with self._lock:
            current = self._secret.get_secret_value() if self._secret else None
            if current == refused:
                token = await self._log_in(self._login)
                self._secret = SecretStr(f"Bearer {token.get_secret_value()}")
        return True

    def hide(self, body: bytes) -> bytes:
        """``body`` without the credentials, should the service repeat them."""
        secrets = [self._secret.get_secret_value().partition(" ")[2]] if self._secret else []
        if self._login:
            secrets += [self._login.password.get_secret_value(), self._login.email]
        for secret in filter(None, secrets):
            body = body.replace(secret.encode(), _HIDDEN)
        return body


def _ready(key: SecretStr) -> SecretStr:
    """The header value for ``key``, which may have been copied together with a scheme."""
    value = key.get_secret_value().strip()
    scheme, _, rest = value.partition(" ")
    return SecretStr(f"{scheme} {rest}" if scheme in _SCHEMES and rest else f"Key {value}")


def _login(settings: AliveAI) -> Login | None:
    if settings.api_key or not (settings.email and settings.password):
        return None
    return Login(email=settings.email, password=settings.password)
