"""The server that visitors of the page find: people, channels, and what they could try first."""

import base64

from sandbox.discord import User, World
from sandbox.web.pages import FILES, Face, Hint, Page

SERVER = "Vivant Lounge"

CHANNELS = (
    ("welcome", "Say hello and look around", False),
    ("pictures", "Pictures and videos from words", False),
    ("studio", "Edits, characters, personas: room to experiment", False),
    ("stories", "Living scenes with characters, in threads", True),
)
"""Name, topic, and whether the channel is age-restricted."""

PEOPLE = (("Olivia", "Server owner"), ("Alice", "Member"), ("Noor", "New here"))
"""Name and note, the owner first."""

HINTS = (
    Hint("/imagine a lighthouse at dawn", "pictures"),
    Hint("/character create", "stories"),
)


def furnish(world: World) -> list[User]:
    """Build the server with its channels; the bot is invited. Returns its people, owner first."""
    _give_face(world, world.bot.user)
    people = [world.user(name) for name, _ in PEOPLE]
    guild = world.guild(SERVER, people[0], members=people[1:])
    for name, topic, restricted in CHANNELS:
        world.channel(guild, name, topic=topic, nsfw=restricted)
    return people


def _give_face(world: World, account: User) -> None:
    """Let an account wear the project's own sign as its picture."""
    drawn = base64.b64encode((FILES / "icon.svg").read_bytes()).decode()
    account.avatar = "spark"
    world.images[account.avatar] = f"data:image/svg+xml;base64,{drawn}"


def page_for(people: list[User], *, api: str, gateway: str, cdn: str) -> Page:
    """What the page is told about a furnished server and its addresses."""
    notes = dict(PEOPLE)
    faces = [Face(str(one.id), one.username, notes[one.username], one.token) for one in people]
    return Page(api, gateway, cdn, faces, HINTS)
