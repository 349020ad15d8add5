"""Which addresses media may be fetched from.

The API hands out addresses of its file host. Whatever else stands in an answer is not called: an
answer that was tampered with must not make the bot speak to a machine of somebody's choice.
"""

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class MediaHosts:
    """The API's own domain with its sub-domains, and the operator's further hosts.

    Addresses of this machine are allowed only if the API itself is on this machine, and other ways
    than HTTPS only if the operator reaches the API itself without it (``plain``).
    """

    domain: str
    further: frozenset[str]
    local: bool
    plain: bool = False

    @classmethod
    def of(cls, api_url: str, further: frozenset[str]) -> Self:
        """Rules for the API at ``api_url``; ``api.example.com`` allows ``*.example.com``."""
        parts = urlsplit(api_url)
        host = parts.hostname or ""
        first, _, rest = host.partition(".")
        domain = rest if first.startswith("api") and "." in rest else host
        named = frozenset(name.lower() for name in further)
        return cls(domain, named, _is_local(host), parts.scheme == "http")

    def allow(self, url: str) -> bool:
        """Whether ``url`` may be fetched: an allowed way and host, no credentials in it."""
        parts = _split(url)
        if parts is None or parts.username is not None or parts.password is not None:
            return False
        host = (parts.hostname or "").rstrip(".")
        if self.local and _is_local(host):
            return parts.scheme in {"http", "https"}
        usual = parts.scheme == "https" and parts.port in {None, 443}
        plain = self.plain and parts.scheme in {"http", "https"}
        return (usual or plain) and self._known(host)

    def _known(self, host: str) -> bool:
        own = host == self.domain or host.endswith(f".{self.domain}")
        return host in self.further or (own and not _is_local(host))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
