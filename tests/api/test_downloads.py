"""Media: from allowed hosts only, without credentials, within the cap, of the right type."""

import pytest
from aiohttp import web

from bot.api import Api
from bot.api.hosts import MediaHosts
from bot.errors import Malformed, Missing, OverLimit, ServerFault
from tests.api.server import Handler, Scripted, says

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def file(content: bytes, content_type: str, *, chunked: bool = False) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if not chunked:
            return web.Response(body=content, content_type=content_type)
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        await response.write(content)
        return response

    return handle


def leads(to: str) -> Handler:
    return says({}, status=302, Location=to)


async def test_a_file_comes_without_our_credentials(api: Api, server: Scripted) -> None:
    server.on("GET", "/files/a.png", file(PNG, "image/png"))
    got = await api.download(f"{server.url}/files/a.png?X-Amz-Signature=s", limit=1000)
    assert (got.content, got.content_type) == (PNG, "image/png")
    assert "Authorization" not in server.asked[0].headers
    assert "k-secret" not in str(dict(server.asked[0].headers))
    assert "PNG" not in repr(got)


async def test_an_untyped_file_is_known_by_its_first_bytes(api: Api, server: Scripted) -> None:
    server.on("GET", "/a", file(PNG, "binary/octet-stream"))
    assert (
        await api.download(f"{server.url}/a", limit=1000, kind="IMAGE")
    ).content_type == "image/png"


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_file_over_the_limit_is_not_read_to_its_end(
    api: Api, server: Scripted, chunked: bool
) -> None:
    server.on("GET", "/a", file(PNG * 1000, "image/png", chunked=chunked))
    with pytest.raises(OverLimit):
        await api.download(f"{server.url}/a", limit=1000)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"<html>", "text/html"), (b"<svg/>", "image/svg+xml"), (PNG, "video/mp4"), (b"?", "")],
)
async def test_a_file_of_another_type_is_refused(
    api: Api, server: Scripted, content: bytes, content_type: str
) -> None:
    server.on("GET", "/a", file(content, content_type or "application/octet-stream"))
    with pytest.raises(Malformed):
        await api.download(f"{server.url}/a", limit=1000, kind="VIDEO")


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_an_expired_address_is_missing(api: Api, server: Scripted, status: int) -> None:
    server.on("GET", "/a", says({}, status=status))
    with pytest.raises(Missing):
        await api.download(f"{server.url}/a", limit=1000)


async def test_a_fault_of_the_storage_is_tried_again(api: Api, server: Scripted) -> None:
    server.on("GET", "/a", says({}, status=503), file(PNG, "image/png"))
    assert (await api.download(f"{server.url}/a", limit=1000)).content == PNG
    server.on("GET", "/b", says({}, status=503))
    with pytest.raises(ServerFault):
        await api.download(f"{server.url}/b", limit=1000)


async def test_redirects_are_followed_to_allowed_hosts_only(api: Api, server: Scripted) -> None:
    server.on("GET", "/a", leads("/b"))
    server.on("GET", "/b", file(PNG, "image/png"))
    assert (await api.download(f"{server.url}/a", limit=1000)).content == PNG
    server.on("GET", "/c", leads("http://192.0.2.1/secret"))
    with pytest.raises(Malformed):
        await api.download(f"{server.url}/c", limit=1000)
    server.on("GET", "/d", leads("/d"))
    with pytest.raises(Malformed):
        await api.download(f"{server.url}/d", limit=1000)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://files.aliveai.app/a?sig=1", True),
        ("https://aliveai.app/assets/poses/a.png", True),
        ("https://media.example.org/a", True),
        ("http://files.aliveai.app/a", False),
        ("https://files.aliveai.app:8443/a", False),
        ("https://user@files.aliveai.app/a", False),
        ("https://files.aliveai.app.evil.example/a", False),
        ("https://evilaliveai.app/a", False),
        ("https://sub.media.example.org/a", False),
        ("http://127.0.0.1/a", False),
        ("https://127.0.0.1/a", False),
        ("https://localhost/a", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_the_api_s_domain_and_named_hosts_are_allowed(url: str, allowed: bool) -> None:
    hosts = MediaHosts.of("https://api.aliveai.app", frozenset({"media.example.org"}))
    assert hosts.allow(url) is allowed


@pytest.mark.parametrize("url", ["http://127.0.0.1:5/a", "http://localhost/a", "http://[::1]:8/a"])
def test_a_local_api_may_hand_out_local_addresses(url: str) -> None:
    assert MediaHosts.of("http://127.0.0.1:8080", frozenset()).allow(url)
    assert not MediaHosts.of("http://127.0.0.1:8080", frozenset()).allow("http://10.0.0.1/a")
    assert not MediaHosts.of("https://example.com", frozenset()).allow(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://aliveai.test:9000/a.png", True),
        ("https://files.aliveai.test/a.png", True),
        ("http://storage.test:9000/a.png", True),
        ("http://elsewhere.test/a.png", False),
        ("http://127.0.0.1/a.png", False),
        ("http://169.254.169.254/latest", False),
        ("ftp://aliveai.test/a.png", False),
    ],
)
def test_an_api_without_https_may_hand_out_addresses_without_it(url: str, allowed: bool) -> None:
    hosts = MediaHosts.of("http://aliveai.test:8080", frozenset({"storage.test"}))
    assert hosts.allow(url) is allowed
    assert not MediaHosts.of("https://aliveai.test", frozenset()).allow("http://aliveai.test/a")


@pytest.mark.parametrize(
    "to",
    [
        "http://10.0.0.1/secret",
        "http://169.254.169.254/latest",
        "https://user@files.aliveai.app/a",
        "file:///etc/passwd",
        "//192.0.2.1/a",
    ],
)
async def test_a_redirect_away_is_refused_before_it_is_asked_for(
    api: Api, server: Scripted, to: str
) -> None:
    server.on("GET", "/a", leads(to))
    with pytest.raises(Malformed):
        await api.download(f"{server.url}/a", limit=1000)
    assert len(server.asked) == 1
