"""One gateway session: what it may hear, its numbering, and the log from which it resumes."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.discord.events import Event, Intent, Viewer
from sandbox.discord.model import Guild, Json, User

KEPT_FRAMES = 2000


@dataclass(eq=False, slots=True)
class Session:
    """Survives its socket: ``send`` is there while one is connected, ``lost`` says since when."""

    id: str
    user: User
    intents: Intent
    shard: tuple[int, int]
    send: Callable[[str], None] | None = None
    lost: float = 0.0
    sequence: int = 0
    log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT_FRAMES))

    @property
    def viewer(self) -> Viewer:
        reads = not self.user.bot or bool(self.intents & Intent.MESSAGE_CONTENT)
        return Viewer(self.user, reads)

    def owns(self, guild: Guild | None) -> bool:
        """Whether the server, or direct messages (None), belong to this session's shard."""
        number, count = self.shard
        return ((guild.id >> 22) % count if guild else 0) == number

    def wants(self, event: Event) -> bool:
        """Whether the event is for this account, this shard and these intents."""
        if not event.reaches(self.user) or not self.owns(event.guild):
            return False
        return not self.user.bot or not event.intent or bool(event.intent & self.intents)

    def dispatch(self, name: str, body: Json) -> None:
        """Number an event, keep it for a resume, and send it if somebody is connected."""
        self.sequence += 1
        frame = json.dumps({"op": 0, "t": name, "s": self.sequence, "d": body})
        self.log.append((self.sequence, frame))
        if self.send:
            self.send(frame)

    def missed(self, sequence: int) -> list[str] | None:
        """Frames after ``sequence``; None if the log does not reach back that far."""
        oldest = self.log[0][0] if self.log else self.sequence + 1
        if sequence > self.sequence or sequence < oldest - 1:
            return None
        return [frame for number, frame in self.log if number > sequence]
