"""Follows a generation: a socket first, a poll after each of its ends, polls alone at last.

What is seen goes through ``bot.api.progress``; here is only where to look next. The socket says
nothing of prompts that ended before it was opened, so every connection begins with a poll.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from bot.api.credential import Credential
from bot.api.models.events import Phase, PromptState
from bot.api.models.prompts import PromptEvent, UserEvent
from bot.api.progress import Preview, Progress, Sighting, Snapshot, read_frame
from bot.errors import ApiError, Unauthorized, Unreachable

SOCKET_TRIES = 3
"""Connections in a row that bring nothing, after which there is no more connecting."""

FRAME_BYTES = 16 * 1024 * 1024
OPEN_SECONDS = 10.0
CLOSE_SECONDS = 2.0
QUIET_POLLS = 5
"""Silence on a socket, counted in pauses between polls, after which a poll is made."""

Sleep = Callable[[float], Awaitable[None]]

_LOST = (OSError, TimeoutError, WebSocketException)

# The library logs headers, so the credential, at level DEBUG.
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.INFO)


class _Direct(connect):
    """A connection that follows no redirects: they lead away from the address that was set."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


def open_socket(address: str, authorization: str | None = None) -> connect:
    """A socket to ``address``, to be entered; ``authorization`` goes along on the upgrade."""
    return _Direct(
        address,
        additional_headers={"Authorization": authorization} if authorization else None,
        open_timeout=OPEN_SECONDS,
        close_timeout=CLOSE_SECONDS,
        max_size=FRAME_BYTES,
        proxy=None,
        logger=_wire_log,
    )


@dataclass(slots=True)
class Watch:
    """One generation being followed.

    Attributes:
        prompt_id: Which one.
        address: Its socket.
        look: Polls; raises ``ApiError``.
        poll_seconds: Pause between polls.
    """

    prompt_id: str
    address: str
    progress: Progress
    look: Callable[[], Awaitable[Snapshot]]
    credential: Credential
    poll_seconds: float
    sleep: Sleep

    async def states(self) -> AsyncGenerator[PromptState, None]:
        """Each state that differs from the one before; the last is done.

        Raises:
            GenerationFailed: The generation ended with an error or without a result.
            Missing: The prompt is nowhere to be found, for a minute at least.
            Unauthorized: The credential is wrong, also after a new login.
            Unreachable: Too many polls failed in a row.
        """
        async with aclosing(self._sightings()) as sightings:
            async for sighting in sightings:
                before = self.progress.state
                self.progress = self.progress.after(sighting)
                if self.progress.state != before:
                    yield self.progress.state
                if self.progress.state.phase is Phase.DONE:
                    return

    async def _sightings(self) -> AsyncGenerator[Sighting, None]:
        failures = 0
        while failures < SOCKET_TRIES and not self.progress.finished:
            failures += 1
            async with aclosing(self._from_socket()) as frames:
                async for sighting in frames:
                    failures = 0 if isinstance(sighting, PromptEvent | Preview) else failures
                    yield sighting
            yield await self._poll()
            await self.sleep(self.poll_seconds)
        while True:
            yield await self._poll()
            await self.sleep(self.poll_seconds)

    async def _from_socket(self) -> AsyncGenerator[Sighting, None]:
        try:
            async with self._socket() as socket:
                yield await self._poll()
                while not self.progress.finished:
                    if sighting := await self._next(socket):
                        yield sighting
        except Unauthorized:
            raise
        except ApiError as error:
            yield error
        except _LOST:
            return

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[ClientConnection]:
        authorization = await self.credential.header()
        try:
            async with open_socket(self.address, authorization) as socket:
                yield socket
        except InvalidStatus as refusal:
            if refusal.response.status_code == 401:
                await self.credential.renew(authorization)
            raise

    async def _next(self, socket: ClientConnection) -> Sighting | None:
        try:
            async with asyncio.timeout(QUIET_POLLS * self.poll_seconds):
                frame = await socket.recv()
        except TimeoutError:
            return await self._poll()
        return read_frame(frame, self.prompt_id)

    async def _poll(self) -> Sighting:
        try:
            return await self.look()
        except Unauthorized:
            raise
        except ApiError as error:
            return error


async def account_events(
    address: Callable[[str], str],
    credential: Credential,
    route: str,
    pause: Callable[[], Awaitable[None]],
) -> AsyncGenerator[UserEvent, None]:
    """Events of the account's socket, over as many connections as it takes.

    Args:
        address: The socket's address with a token in it.
        credential: Where the token comes from.
        route: Named in errors.
        pause: Waits before connecting again.

    Raises:
        Unreachable: Several connections in a row brought nothing.
    """
    failures = 0
    while failures < SOCKET_TRIES:
        failures += 1
        try:
            async with open_socket(address(await credential.token())) as socket:
                async for frame in socket:
                    if event := _user_event(frame):
                        failures = 0
                        yield event
        except _LOST:
            await pause()
    raise Unreachable(route, "no connection")


def _user_event(frame: str | bytes) -> UserEvent | None:
    try:
        return UserEvent.model_validate_json(frame)
    except ValidationError:
        return None
