"""Signs bearer tokens and media addresses, and says which of them still hold.

Both expire by the clock, and all of them at once when a test asks for it.
"""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

from sandbox.aliveai.pace import Clock

SECRET = b"sandbox"


def _sign(text: str) -> str:
    return hmac.new(SECRET, text.encode(), hashlib.sha256).hexdigest()


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


class Seals:
    """``token_seconds`` and ``address_seconds`` are how long each holds."""

    def __init__(self, clock: Clock, token_seconds: float, address_seconds: float) -> None:
        self._clock = clock
        self._token_seconds = token_seconds
        self._address_seconds = address_seconds
        self._tokens: dict[str, float] = {}
        self._age = 0

    def token(self, user_id: str) -> str:
        """A new bearer token, shaped like the service's: three parts, the first begins ``eyJ``."""
        until = self._clock.seconds() + self._token_seconds
        payload = _part({"sub": user_id, "exp": round(until), "n": len(self._tokens)})
        head = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{payload}"
        token = f"{head}.{_sign(head)[:43]}"
        self._tokens[token] = until
        return token

    def knows(self, token: str) -> bool:
        """Whether the token was given out here and has not expired."""
        return self._tokens.get(token, 0) > self._clock.seconds()

    def expire_tokens(self) -> None:
        """No token given out so far holds any more."""
        self._tokens = dict.fromkeys(self._tokens, 0.0)

    def query(self, path: str) -> str:
        """The query that makes ``path`` a valid address for a while."""
        until = str(round(self._clock.seconds() + self._address_seconds))
        signature = _sign(f"{path} {until} {self._age}")
        return urlencode({"X-Amz-Expires": until, "X-Amz-Signature": signature})

    def opens(self, path: str, until: str, signature: str) -> bool:
        """Whether that signature still opens that path."""
        fresh = until.isdigit() and int(until) > self._clock.seconds()
        return fresh and hmac.compare_digest(signature, _sign(f"{path} {until} {self._age}"))

    def expire_addresses(self) -> None:
        """No media address given out so far holds any more."""
        self._age += 1
