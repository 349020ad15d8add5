"""Stands in for the AliveAI API at wire level: every documented endpoint, with real behaviour.

Hides how the service remembers, queues, draws and talks. It shares the client's table of routes
and nothing else, and holds every request to the documentation.
"""

from sandbox.aliveai.dialect import Dialect
from sandbox.aliveai.faults import ANY, Faults
from sandbox.aliveai.pace import Pace
from sandbox.aliveai.server import AliveAI

__all__ = ["ANY", "AliveAI", "Dialect", "Faults", "Pace"]
