"""Who listens to which prompt and to the queue: one mailbox for each open socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Event = dict[str, Any] | bytes
Mailbox = asyncio.Queue[Event | None]

QUEUE = "queue"
"""The topic of the account's own queue; every other topic is a prompt's id."""


class Feeds:
    """Mailboxes by topic. ``None`` in a mailbox means that nothing follows."""

    def __init__(self) -> None:
        self._open: dict[str, list[Mailbox]] = {}

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Mailbox]:
        """A mailbox that receives what is told about ``topic`` from now on."""
        mailbox: Mailbox = asyncio.Queue()
        self._open.setdefault(topic, []).append(mailbox)
        try:
            yield mailbox
        finally:
            self._open[topic].remove(mailbox)

    def listeners(self, topic: str) -> int:
        """How many sockets listen to ``topic``."""
        return len(self._open.get(topic, []))

    def tell(self, topic: str, event: Event | None) -> None:
        """Put an event into every mailbox of the topic."""
        for mailbox in self._open.get(topic, []):
            mailbox.put_nowait(event)

    def close(self) -> None:
        """End every socket."""
        for topic in self._open:
            self.tell(topic, None)
