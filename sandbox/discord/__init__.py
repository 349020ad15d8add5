"""A Discord on a local socket: REST, gateway and CDN at wire level, with people in it.

An unmodified discord.py bot logs in, syncs its commands and works; tests act as people through
``actor``, a web page speaks to the same server with a user's token. Hidden behind ``LocalDiscord``:
the world (state, rules, permissions, limits), the wire (routes, sockets, rate limits) and the
transcript of all that went over it.
"""

from sandbox.discord.actors.actor import Actor
from sandbox.discord.actors.asked import Asked, NotAnswered
from sandbox.discord.clock import Clock, NotSeen
from sandbox.discord.model import Channel, Guild, Message, Role, Upload, User
from sandbox.discord.permissions import Permission
from sandbox.discord.refusal import Refusal, Unhonoured
from sandbox.discord.server import LOCAL_DISCORD, LocalDiscord
from sandbox.discord.world import World

__all__ = [
    "LOCAL_DISCORD",
    "Actor",
    "Asked",
    "Channel",
    "Clock",
    "Guild",
    "LocalDiscord",
    "Message",
    "NotAnswered",
    "NotSeen",
    "Permission",
    "Refusal",
    "Role",
    "Unhonoured",
    "Upload",
    "User",
    "World",
]
