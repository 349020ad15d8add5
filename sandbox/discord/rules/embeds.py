"""Limits and form of embeds. Source: Discord's documentation, "Message" (embed limits)."""

from sandbox.discord.model import Json
from sandbox.discord.refusal import Path, Problems, fields, honour

FIELDS = fields(
    "title type description url timestamp color footer image thumbnail author fields flags"
)
TEXTS = {"title": 256, "description": 4096}
NESTED = {"footer": ("text", 2048), "author": ("name", 256)}
PART_FIELDS = fields("text icon_url proxy_icon_url name url proxy_url width height")
FIELD_FIELDS = fields("name value inline")
MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_TOGETHER = 6000


def check(embeds: list[Json], problems: Problems) -> None:
    """Note what Discord would refuse about ``embeds``."""
    if len(embeds) > MOST_EMBEDS:
        problems.add(
            ("embeds",), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_EMBEDS} or fewer in length."
        )
    for index, embed in enumerate(embeds):
        _embed(embed, ("embeds", index), problems)
    if sum(map(_length, embeds)) > MOST_TOGETHER:
        problems.add(
            ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"
        )


def _embed(embed: Json, path: Path, problems: Problems) -> None:
    honour(embed, FIELDS, "embed")
    for key, most in TEXTS.items():
        if embed.get(key) is not None:
            problems.text((*path, key), embed[key], most=most)
    for key, (inner, most) in NESTED.items():
        if embed.get(key):
            honour(embed[key], PART_FIELDS, f"embed {key}")
            problems.text((*path, key, inner), embed[key].get(inner), least=1, most=most)
    for key in ("image", "thumbnail"):
        if embed.get(key):
            honour(embed[key], PART_FIELDS, f"embed {key}")
            address((*path, key, "url"), embed[key].get("url"), problems, attachment=True)
    if embed.get("url"):
        address((*path, "url"), embed["url"], problems)
    _fields(embed.get("fields", []), (*path, "fields"), problems)


def _fields(rows: list[Json], path: Path, problems: Problems) -> None:
    if len(rows) > MOST_FIELDS:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FIELDS} or fewer in length.")
    for index, row in enumerate(rows):
        honour(row, FIELD_FIELDS, "embed field")
        problems.text((*path, index, "name"), row.get("name"), least=1, most=256)
        problems.text((*path, index, "value"), row.get("value"), least=1, most=1024)


def address(path: Path, url: object, problems: Problems, *, attachment: bool = False) -> None:
    """A web address, or a reference to an uploaded file where ``attachment`` says so."""
    allowed = ("http://", "https://", *(("attachment://",) if attachment else ()))
    if not isinstance(url, str) or not url.startswith(allowed):
        problems.add(
            path,
            "URL_TYPE_INVALID_SCHEME",
            f"Scheme must be one of {tuple(s[:-3] for s in allowed)}.",
        )
    elif len(url) > 2048:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 2048 or fewer in length.")


def _length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get(key) or {}).get(inner) for key, (inner, _) in NESTED.items()]
    for row in embed.get("fields", []):
        texts += [row.get("name"), row.get("value")]
    return sum(len(text) for text in texts if isinstance(text, str))
