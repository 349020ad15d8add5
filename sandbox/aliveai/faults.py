"""What goes wrong on demand: each fault waits for the nth call of an operation, then happens.

``nth`` counts from the moment the fault is planted, ``times`` says how many calls in a row it
hits. An operation is a name of the table of routes, or ``ANY``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.aliveai.seals import Seals
from sandbox.aliveai.state import State

ANY = "*"
REPLIES = ("send_chat_message", "regenerate_chat_message")

Act = Literal[
    "refuse", "garble", "stall", "slow", "hang up", "lose answer", "withhold",
    "break stream", "lose reader", "stream error", "drop socket", "fail generation", "swell",
]  # fmt: skip


@dataclass
class Fault:
    """One planted fault; ``count`` is in tokens, events or bytes, ``seconds`` a delay.

    ``kept``: what had come of a reply by then is stored.
    """

    act: Act
    operations: tuple[str, ...]
    nth: int = 1
    times: int = 1
    status: int = 500
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    count: int = 0
    kept: bool = False

    def meets(self, operation: str) -> bool:
        """Count a call of ``operation``; whether this is one that the fault hits."""
        if not {ANY, operation} & set(self.operations):
            return False
        self.nth -= 1
        return -self.times < self.nth <= 0


class Faults:
    """The faults of one sandbox."""

    def __init__(self, state: State, seals: Seals) -> None:
        self._state = state
        self._seals = seals
        self._planted: list[Fault] = []

    def take(self, operation: str, *acts: Act) -> Fault | None:
        """The fault of one of these kinds that hits this call, if there is one."""
        hits = [f for f in self._planted if f.act in acts and f.meets(operation)]
        self._planted = [f for f in self._planted if f.nth > 1 - f.times]
        return hits[0] if hits else None

    def clear(self) -> None:
        """Forget what was planted and has not happened."""
        self._planted.clear()

    def fail(
        self,
        operation: str,
        status: int = 500,
        detail: str = "",
        *,
        nth: int = 1,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer with an error and do nothing; 429 with ``{"Retry-After": "2"}`` for instance."""
        fault = Fault("refuse", (operation,), nth, times, status, detail, headers or {})
        self._planted.append(fault)

    def garble(self, operation: str, *, nth: int = 1, times: int = 1) -> None:
        """Answer 200 with something that is no JSON, and do nothing."""
        self._planted.append(Fault("garble", (operation,), nth, times))

    def stall(self, operation: str, *, nth: int = 1, times: int = 1) -> None:
        """Never answer, and do nothing."""
        self._planted.append(Fault("stall", (operation,), nth, times))

    def slow(self, operation: str, seconds: float, *, nth: int = 1, times: int = 1) -> None:
        """Answer ``seconds`` (real ones) late."""
        self._planted.append(Fault("slow", (operation,), nth, times, seconds=seconds))

    def disconnect(
        self, operation: str, *, done: bool = False, nth: int = 1, times: int = 1
    ) -> None:
        """Cut the connection without an answer: before, or after the work was ``done``."""
        act: Act = "lose answer" if done else "hang up"
        self._planted.append(Fault(act, (operation,), nth, times))

    def withhold(self, operation: str, *, nth: int = 1, times: int = 1) -> None:
        """Do the work and never answer."""
        self._planted.append(Fault("withhold", (operation,), nth, times))

    def break_stream(self, after_tokens: int, *, nth: int = 1, times: int = 1) -> None:
        """Cut a streamed reply after so many tokens; it is stored nowhere."""
        self._planted.append(Fault("break stream", REPLIES, nth, times, count=after_tokens))

    def lose_reader(self, after_tokens: int, *, nth: int = 1, times: int = 1) -> None:
        """Cut the connection of a streamed reply after so many tokens, but write it to its end."""
        self._planted.append(Fault("lose reader", REPLIES, nth, times, count=after_tokens))

    def stream_error(
        self,
        after_tokens: int,
        text: str = "The model is overloaded.",
        *,
        nth: int = 1,
        kept: bool = False,
    ) -> None:
        """End a streamed reply with an error event after so many tokens, which may be kept."""
        fault = Fault("stream error", REPLIES, nth, text=text, count=after_tokens, kept=kept)
        self._planted.append(fault)

    def drop_socket(
        self,
        after_events: int = 0,
        *,
        operation: str = "ws_prompt_events",
        nth: int = 1,
        times: int = 1,
    ) -> None:
        """Cut a socket's connection after so many events, without a closing handshake."""
        fault = Fault("drop socket", (operation,), nth, times, count=after_events)
        self._planted.append(fault)

    def fail_generation(
        self, text: str = "Generation failed.", *, operation: str = ANY, nth: int = 1
    ) -> None:
        """Let a generation fail half way, with an error event; its cost is given back."""
        self._planted.append(Fault("fail generation", (operation,), nth, text=text))

    def swell_download(self, size: int, *, nth: int = 1) -> None:
        """Send ``size`` bytes, without announcing it, instead of the next medium."""
        self._planted.append(Fault("swell", ("download",), nth, count=size))

    def use_up_credits(self) -> None:
        """The account has nothing left."""
        self._state.account.credits = 0

    def fill_queue(self) -> None:
        """No further creation is accepted ("Max pending creations")."""
        self._state.max_pending = 0

    def expire_tokens(self) -> None:
        """Every bearer token given out so far is refused."""
        self._seals.expire_tokens()

    def expire_addresses(self) -> None:
        """Every media address given out so far is refused."""
        self._seals.expire_addresses()
