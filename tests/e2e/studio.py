"""What tests of pictures and videos share: files, places, and waiting for results."""

import io

from PIL import Image

from bot.store.records import Person, now
from sandbox.discord import Message
from sandbox.discord.model import Upload
from tests.e2e.conftest import Town


def png(width: int = 120, height: int = 90, colour: str = "navy") -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def photo(content: bytes | None = None, name: str = "photo.png", kind: str = "image/png") -> Upload:
    """A file as a person attaches it."""
    return Upload(name, content if content is not None else png(), kind)


def moving() -> bytes:
    """A picture of two frames."""
    file = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


async def done(town: Town, message: Message) -> Message:
    """The message once its result stands in it."""
    await town.discord.until(
        lambda: bool(message.attachments) and "Cancel" not in message.buttons,
        timeout=15,
        what=f"the result in: {message.text}",
    )
    return message


async def imagined(town: Town, **options: str | int | bool) -> Message:
    """Alice's finished picture in the lounge."""
    asked = await town.alice.slash(town.lounge, "imagine", prompt="a lighthouse", **options)
    return await done(town, asked.message)


async def says(town: Town, message: Message, words: str) -> None:
    """Wait until the message says that."""
    await town.discord.until(lambda: words in message.text, what=f"{words} in: {message.text}")


def adult(person_id: int) -> Person:
    """Somebody who has confirmed to be an adult."""
    return Person(person_id=person_id, adult_since=now())
