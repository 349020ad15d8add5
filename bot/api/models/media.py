"""Upload Resource, and the medium that every other section refers to."""

from dataclasses import dataclass, field

from pydantic import AliasChoices, Field

from bot.api.models.base import Open, Reply, Request
from bot.api.models.choices import MediaType


class Media(Reply):
    """A picture or video of the account.

    ``id`` is what later requests take as ``mediaId``. ``media_url`` is signed and expires, so it
    is fetched at once and never stored; a medium that is still being written has none.
    """

    id: str = Field(validation_alias=AliasChoices("id", "mediaId"), serialization_alias="id")
    media_url: str | None = None
    media_type: Open[MediaType] | None = None

    def is_a(self, wanted: str) -> bool:
        """Whether it can be fetched and is a ``wanted`` ("IMAGE", "VIDEO") or of unsaid type."""
        return bool(self.media_url) and self.media_type in (None, wanted)


class UploadFile(Request):
    """The two parts of the multipart form. The documentation states no limits."""

    name: str | None = Field(None, description="File name.")
    image: bytes | None = Field(None, description="The file itself.", repr=False)


class Uploaded(Reply):
    """What an upload became; the id's key differs from that in ``Media``."""

    media_id: str
    media_type: Open[MediaType] | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the API, whole. ``content_type`` is "image/..." or "video/..."."""

    content: bytes = field(repr=False)
    content_type: str
