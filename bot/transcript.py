"""A chat as a text to keep: Markdown, or one HTML page with its pictures in it.

Pure: what is written has been fetched, screened and asked for before. Nothing of a message can
become markup of the page.
"""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.api.pictures import sniff

_STYLE = """
body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;
background:#fafafa;color:#222}article{margin:1.2rem 0;padding:.8rem 1rem;border-radius:.8rem;
background:#fff;box-shadow:0 1px 3px #0002}article.mine{background:#eef2ff}h2{font-size:1rem;
margin:0 0 .3rem}p{margin:0;white-space:pre-wrap}details{margin-top:.5rem;color:#666}
img{max-width:100%;border-radius:.5rem}@media(prefers-color-scheme:dark){body{background:#18181b;
color:#e4e4e7}article{background:#27272a}article.mine{background:#312e81}}
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: who says what, the versions that were not chosen, and a picture's bytes."""

    speaker: str
    text: str
    mine: bool = False
    others: tuple[str, ...] = ()
    picture: bytes | None = field(default=None, repr=False)


def markdown(title: str, entries: Sequence[Entry]) -> str:
    """The chat as Markdown; pictures are only named."""
    parts = [f"# {title}"]
    for entry in entries:
        said = entry.text or ("*[a picture]*" if entry.picture else "…")
        parts.append(f"**{entry.speaker}:** {said}")
        parts += [_quoted(f"Another version: {other}") for other in entry.others]
    return "\n\n".join(parts) + "\n"


def page(title: str, entries: Sequence[Entry]) -> str:
    """The chat as one HTML page that needs nothing else."""
    name = html.escape(title)
    articles = "\n".join(map(_article, entries))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{name}</h1>\n{articles}\n</body></html>\n"
    )


def _article(entry: Entry) -> str:
    mine = ' class="mine"' if entry.mine else ""
    parts = [f"<h2>{html.escape(entry.speaker)}</h2>"]
    if entry.text:
        parts.append(f"<p>{html.escape(entry.text)}</p>")
    if entry.picture:
        kind = sniff(entry.picture) or "image/png"
        encoded = base64.b64encode(entry.picture).decode()
        alt = html.escape(f"A picture of {entry.speaker}", quote=True)
        parts.append(f'<img alt="{alt}" src="data:{kind};base64,{encoded}">')
    if entry.others:
        listed = "".join(f"<p>{html.escape(other)}</p>" for other in entry.others)
        parts.append(f"<details><summary>{len(entry.others)} more</summary>{listed}</details>")
    return f"<article{mine}>{''.join(parts)}</article>"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
