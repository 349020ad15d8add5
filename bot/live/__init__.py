"""When a message is edited: every live message of the process, under the platform's limits.

Hides that showing is scarce. Callers show as often as they like and never wait; what goes out,
and when, is decided in ``schedule`` and ``pace`` (pure) and done in ``lanes``.
"""

from bot.live.frames import Sketch, Surface, Urgency
from bot.live.lanes import Lanes

__all__ = ["Lanes", "Sketch", "Surface", "Urgency"]
