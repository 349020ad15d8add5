"""Components and embeds as Discord answers them: defaults filled in, files resolved."""

from collections.abc import Iterable

from sandbox.discord.model import Attachment, Json, walk
from sandbox.discord.shapes import files

HIDABLE: Json = {"description": None, "spoiler": False}
COUNTED: Json = {"min_values": 1, "max_values": 1}
FILLED: dict[int, Json] = {
    **dict.fromkeys((3, 5, 6, 7, 8), COUNTED),
    11: HIDABLE,
    13: {"spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
}
PICTURES = ("image", "thumbnail")
SCHEME = "attachment://"


class Shelf:
    """The files of one message, by the name that ``attachment://`` refers to."""

    def __init__(self, attachments: Iterable[Attachment], cdn_url: str, now: float) -> None:
        self._by_name = {one.filename: one for one in attachments}
        self._cdn_url, self._now = cdn_url, now

    def media(self, item: Json) -> Json:
        """An unfurled media item for what a component names."""
        found = self.find(item["url"])
        if found is None:
            return files.outside_media(item["url"])
        return files.media(found, self._cdn_url, self._now)

    def address(self, url: str) -> str:
        found = self.find(url)
        return files.address(self._cdn_url, found, self._now) if found else url

    def find(self, url: str) -> Attachment | None:
        return self._by_name.get(attachment_name(url) or "")


def component(part: Json, shelf: Shelf) -> Json:
    """One component, with everything inside it."""
    shape = FILLED.get(part["type"], {}) | part
    if shape.get("emoji"):
        shape["emoji"] = {key: value for key, value in part["emoji"].items() if value is not None}
    if "media" in shape:
        shape["media"] = shelf.media(part["media"])
    if "file" in shape:
        found = shelf.find(part["file"]["url"])
        shape["file"] = shelf.media(part["file"])
        shape |= {"name": found.filename, "size": len(found.content)} if found else {}
    if "items" in shape:
        shape["items"] = [
            HIDABLE | item | {"media": shelf.media(item["media"])} for item in part["items"]
        ]
    if "components" in shape:
        shape["components"] = [component(child, shelf) for child in part["components"]]
    if "accessory" in shape:
        shape["accessory"] = component(part["accessory"], shelf)
    return shape


def embed(given: Json, shelf: Shelf) -> Json:
    """One embed."""
    shape: Json = {"type": "rich"} | given
    for key in PICTURES:
        if shape.get(key):
            url = shelf.address(shape[key]["url"])
            shape[key] = {"url": url, "proxy_url": url, "width": 0, "height": 0, "flags": 0}
    return shape


def files_shown(components: list[Json], embeds: list[Json]) -> set[str]:
    """Names of files that embeds or components show; Discord lists those only there."""
    return {name for name in map(attachment_name, addresses(components, embeds)) if name}


def addresses(components: list[Json], embeds: list[Json]) -> list[str]:
    """The address of every picture and file that components and embeds show."""
    holders = [holder for part in walk(components) for holder in (part, *part.get("items", ()))]
    items = [holder[key] for holder in holders for key in ("media", "file") if holder.get(key)]
    items += [one[key] for one in embeds for key in PICTURES if one.get(key)]
    return [item["url"] for item in items if item.get("url")]


def attachment_name(url: str) -> str | None:
    """The file's name if ``url`` is of the form ``attachment://name``."""
    return url.removeprefix(SCHEME) if url.startswith(SCHEME) else None
