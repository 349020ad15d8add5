"""The page's routes on an aiohttp application, and the facts it starts from (``page.json``)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

FILES = Path(__file__).parent / "page"
FOLDERS = ("css", "js")

HERE = "http://127.0.0.1:* http://localhost:*"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; "
    f"img-src 'self' blob: data: {HERE}; media-src 'self' blob: {HERE}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the browser may load: the page itself, and media from this machine."""


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody the visitor can be: ``note`` says in a word or two who that is."""

    id: str
    name: str
    note: str
    token: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to try, as it is typed, and the name of the channel it fits."""

    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the page is told: paths of the interfaces at its own origin, people, hints."""

    api: str
    gateway: str
    cdn: str
    people: Sequence[Face]
    hints: Sequence[Hint]


def mount(application: web.Application, page: Callable[[], Page]) -> None:
    """Serve the page at ``/``, its files and ``/page.json`` from ``application``.

    ``page`` is asked each time the page is opened, so the world may be built after the routes.
    """

    async def told(_: web.Request) -> web.Response:
        facts = json.dumps(asdict(page()))
        return web.Response(text=facts, content_type="application/json", headers=_headers())

    application.router.add_get("/page.json", told)
    for path, file in files().items():
        application.router.add_get(path, _serving(file))


def files() -> dict[str, Path]:
    """Every file of the page by the path it is served at."""
    listed = [one for folder in FOLDERS for one in (FILES / folder).iterdir()]
    found = {f"/{one.parent.name}/{one.name}": one for one in listed}
    return {"/": FILES / "index.html", "/icon.svg": FILES / "icon.svg", **found}


def _serving(file: Path) -> Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers=_headers())

    return serve


def _headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
