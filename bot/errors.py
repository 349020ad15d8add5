"""Every error Vivant raises on purpose, drawn as a tree.

Raised low, with data on them; worded once, in ``cogs/_words.py``; a test asserts that every
leaf has words. Nothing here knows how a person is told.

    VivantError
    ├─ ApiError (route)
    │  ├─ Unreachable                        no answer from the AI API
    │  │  ├─ TimedOut                        none in time
    │  │  └─ NotSent                         no connection, so surely nothing happened
    │  ├─ Refused (status, detail)
    │  │  ├─ Invalid (fields)                the request breaks a documented limit
    │  │  ├─ Unauthorized  ├─ OutOfCredit  ├─ Missing  ├─ QueueFull
    │  │  └─ RateLimited (retry_after)       └─ ServerFault
    │  ├─ GenerationFailed (kind, message)   the generation itself reported an error
    │  ├─ Malformed (seen)                   names of the fields seen, never their text
    │  └─ StreamBroken (partial)             a reply that ended without its end
    ├─ Uncertain (what)                      it may have happened (and been charged); not repeated
    ├─ Undeliverable (what)                  made, and the platform takes neither file nor link
    ├─ Unfetched (what)                      made and kept, and its file cannot be had for now
    ├─ Denied (reason)                       the policy said no
    ├─ BadFile (problem)                     a file that cannot be taken in
    ├─ OverLimit (what, limit)               more than one person, or one message, may have
    ├─ Busy (what)                           a turn is already running here
    ├─ Stale (what)                          only the newest of these can be changed so
    ├─ NotFound (what)                       no such record of ours, or not this person's
    ├─ Unreadable (what)                     a file that somebody gave is not what it should be
    ├─ NotConnected (problem)                the chat platform cannot be reached, or refuses us
    ├─ StoreDown                             the store does not answer
    └─ ShowFailed (what)                     a message could not be shown
       ├─ Gone                               it, its channel, or our permission is no more
       ├─ Throttled (retry_after)            refused for now by a rate limit
       ├─ Unfit                               the platform refuses what is to be shown
       └─ Unshown                            the platform failed; showing again may work
"""

from collections.abc import Sequence


class VivantError(Exception):
    """Root of everything raised on purpose."""


class ApiError(VivantError):
    """The AI API did not do what was asked. ``route`` is the row's operation name."""

    def __init__(self, route: str, message: str = "") -> None:
        super().__init__(f"{route}: {message}" if message else route)
        self.route = route


class Unreachable(ApiError):
    """No answer came; for calls that change something, it is unknown whether they happened."""


class TimedOut(Unreachable):
    """The answer did not come in time."""


class NotSent(Unreachable):
    """There was no connection: the call was not sent, and nothing can have happened."""


class Refused(ApiError):
    """The API answered with an error. ``detail`` is its own (untrusted) sentence."""

    def __init__(self, route: str, status: int, detail: str = "") -> None:
        super().__init__(route, f"{status} {detail}".strip())
        self.status = status
        self.detail = detail


class Invalid(Refused):
    """A value breaks a documented limit. ``fields`` maps wire names to what is wrong.

    Raised before anything is sent (``status`` 0) or from the API's own validation (400).
    """

    def __init__(
        self, route: str, status: int, detail: str = "", fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(route, status, detail)
        self.fields = fields or {}


class Unauthorized(Refused):
    """The credentials are wrong or expired, also after one new login."""


class OutOfCredit(Refused):
    """The account has no credits left."""


class Missing(Refused):
    """The thing asked for does not exist (any more)."""


class QueueFull(Refused):
    """The account's queue holds as many pending creations as it may."""


class RateLimited(Refused):
    """Too many calls. ``retry_after`` is in seconds."""

    def __init__(self, route: str, status: int, detail: str, retry_after: float) -> None:
        super().__init__(route, status, detail)
        self.retry_after = retry_after


class ServerFault(Refused):
    """The API failed by itself (5xx)."""


class GenerationFailed(ApiError):
    """A generation or a reply ended with an error event."""

    def __init__(self, route: str, kind: str, message: str) -> None:
        super().__init__(route, f"{kind} {message}".strip())
        self.kind = kind
        self.message = message


class Malformed(ApiError):
    """An answer that cannot be read. ``seen`` names its fields, never their text."""

    def __init__(self, route: str, seen: Sequence[str]) -> None:
        super().__init__(route, f"unreadable answer with fields: {', '.join(seen) or 'none'}")
        self.seen = tuple(seen)


class StreamBroken(ApiError):
    """A streamed reply ended without its end. ``partial`` is the text that had come."""

    def __init__(self, route: str, partial: str) -> None:
        super().__init__(route, f"the stream broke after {len(partial)} characters")
        self.partial = partial


class Uncertain(VivantError):
    """Something may have happened, and been charged, and is therefore not repeated."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Undeliverable(VivantError):
    """It was made, and the platform takes it neither as a file nor as a link."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Unfetched(VivantError):
    """It was made and is kept at the API, whose file host does not hand it out for now."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Denied(VivantError):
    """The policy said no. ``reason`` is a ``bot.policy.Reason`` value.

    ``sent``: it said so of what came back, so what it is about had been sent, and may have cost.
    """

    def __init__(self, reason: str, *, sent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class BadFile(VivantError):
    """A person's file cannot be taken in; ``problem`` is one word for why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class OverLimit(VivantError):
    """More than allowed. ``what`` names the limited thing, ``limit`` how many there may be."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what} over {limit}")
        self.what = what
        self.limit = limit


class Busy(VivantError):
    """Something of which there may be one at a time is already running."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Stale(VivantError):
    """What was asked is possible only for the newest thing of its kind, and this is older."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotFound(VivantError):
    """No such record, or it belongs to somebody else: the two are not told apart."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Unreadable(VivantError):
    """A file that somebody gave is not what it should be."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotConnected(VivantError):
    """The chat platform cannot be reached, or refuses us; the message names the variable."""


class StoreDown(VivantError):
    """The store does not answer."""


class ShowFailed(VivantError):
    """A message could not be shown."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Gone(ShowFailed):
    """The message, its channel, or our permission there is no more; do not try again."""


class Unfit(ShowFailed):
    """The platform refuses what is to be shown, and would again; the message itself is there."""


class Throttled(ShowFailed):
    """A rate limit refused it. ``retry_after`` is in seconds."""

    def __init__(self, what: str, retry_after: float) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Unshown(ShowFailed):
    """The platform failed or was out of reach; showing again may work."""
