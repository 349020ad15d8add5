"""Keeps finished media: each is rendered once, in a thread, when somebody first asks for it."""

import asyncio
from collections import OrderedDict

from sandbox.aliveai.pictures import draw, png
from sandbox.aliveai.recipes import Clip, Recipe, Uploaded
from sandbox.aliveai.videos import film


class Studio:
    """Renders recipes at ``scale`` and remembers the last ``kept`` files."""

    def __init__(self, scale: float = 1.0, kept: int = 64) -> None:
        self.scale = scale
        self._kept = kept
        self._files: OrderedDict[Recipe, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def file(self, recipe: Recipe) -> bytes:
        """The recipe as a PNG or MP4 file, or an upload as it came."""
        if isinstance(recipe, Uploaded):
            return recipe.content
        async with self._drawing:
            if recipe not in self._files:
                self._files[recipe] = await asyncio.to_thread(self._render, recipe)
        self._files.move_to_end(recipe)
        while len(self._files) > self._kept:
            self._files.popitem(last=False)
        return self._files[recipe]

    def _render(self, recipe: Recipe) -> bytes:
        if isinstance(recipe, Clip):
            return film(recipe, self.scale)
        return png(draw(recipe, self.scale))


def content_type(recipe: Recipe) -> str:
    """The media type of what ``Studio.file`` gives."""
    if isinstance(recipe, Uploaded):
        return recipe.content_type
    return "video/mp4" if isinstance(recipe, Clip) else "image/png"
