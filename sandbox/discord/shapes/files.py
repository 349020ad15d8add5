"""Attachments as JSON, with signed addresses that expire after a day."""

import hashlib
import hmac

from sandbox.discord.model import Attachment, Json

LIFETIME = 24 * 3600
_KEY = b"local discord"


def address(cdn_url: str, one: Attachment, now: float) -> str:
    """A signed address of the file, good for a day from ``now`` (Unix seconds)."""
    kind = "ephemeral-attachments" if one.ephemeral else "attachments"
    path = f"/{kind}/{one.channel_id}/{one.id}/{one.filename}"
    issued, expires = f"{int(now):x}", f"{int(now) + LIFETIME:x}"
    return f"{cdn_url}{path}?ex={expires}&is={issued}&hm={_signature(path, expires, issued)}&"


def is_valid(path: str, expires: str, issued: str, signature: str, now: float) -> bool:
    """Whether the parts of a signed address belong together and have not run out."""
    if not hmac.compare_digest(_signature(path, expires, issued), signature):
        return False
    return int(expires, 16) > now


def attachment(one: Attachment, cdn_url: str, now: float) -> Json:
    url = address(cdn_url, one, now)
    shape: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": len(one.content),
        "url": url,
        "proxy_url": url,
        "content_type": one.content_type,
    }
    if one.size_in_pixels:
        shape["width"], shape["height"] = one.size_in_pixels
    if one.description is not None:
        shape["description"] = one.description
    if one.title is not None:
        shape["title"] = one.title
    if one.ephemeral:
        shape["ephemeral"] = True
    return shape


def media(one: Attachment, cdn_url: str, now: float) -> Json:
    """The file as an unfurled media item of a component."""
    url = address(cdn_url, one, now)
    width, height = one.size_in_pixels or (None, None)
    return {
        "id": str(one.id),
        "url": url,
        "proxy_url": url,
        "width": width,
        "height": height,
        "content_type": one.content_type,
        "placeholder": "",
        "placeholder_version": 1,
        "loading_state": 2,
        "flags": 0,
        "attachment_id": str(one.id),
    }


def outside_media(url: str) -> Json:
    """A media item that lives elsewhere."""
    return {
        "id": "0",
        "url": url,
        "proxy_url": url,
        "width": None,
        "height": None,
        "content_type": "",
        "placeholder": "",
        "placeholder_version": 1,
        "loading_state": 2,
        "flags": 0,
    }


def _signature(path: str, expires: str, issued: str) -> str:
    return hmac.new(_KEY, f"{path}|{expires}|{issued}".encode(), hashlib.sha256).hexdigest()
