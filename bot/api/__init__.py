"""The AI API: the only place that knows its addresses, paths, headers and fields."""

from bot.api.calls import compose
from bot.api.client import Api
from bot.api.downloads import Kind
from bot.api.models.media import Download

__all__ = ["Api", "Download", "Kind", "compose"]
