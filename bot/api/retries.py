"""Which failed calls are made again, and after how long."""

import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import ApiError, RateLimited, ServerFault, Unreachable

T = TypeVar("T")

ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 10.0


def pause_before_retry(failed: int, error: ApiError, *, safe: bool, spread: float) -> float | None:
    """Seconds to wait before calling again; ``None`` if the error stands.

    Only what changes nothing is called again. A create never is, not even when the connection
    broke: it may have arrived, and it costs credits.

    Args:
        failed: How often it has failed by now, from 1.
        error: How it failed the last time.
        safe: Whether the call changes nothing.
        spread: 0 to 1, drawn by chance, so that many callers do not return at once.
    """
    if not safe or failed >= ATTEMPTS:
        return None
    if isinstance(error, RateLimited):
        return error.retry_after if error.retry_after <= PATIENCE_SECONDS else None
    if isinstance(error, Unreachable | ServerFault):
        return float(FIRST_PAUSE_SECONDS * 2 ** (failed - 1) * (1 + spread))
    return None


async def persist(
    attempt: Callable[[], Awaitable[T]], *, safe: bool, sleep: Callable[[float], Awaitable[None]]
) -> T:
    """The outcome of ``attempt``, made again while its failures allow that."""
    failed = 0
    while True:
        try:
            return await attempt()
        except ApiError as error:
            failed += 1
            spread = secrets.randbelow(1000) / 1000
            pause = pause_before_retry(failed, error, safe=safe, spread=spread)
            if pause is None:
                raise
        await sleep(pause)
