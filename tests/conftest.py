"""What all tests share.

Property tests draw the same examples on every machine, so that a change is judged by itself and
not by luck; ``--hypothesis-profile=wild`` explores further. Stores and other files of tests live in
memory where there is room (also what failed tests left): a disk that is busy with something else
would make them wait. Processes that a test starts are told by it where to keep theirs.
"""

import gc
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings

from bot import screen

MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory
ROOM = 2 << 30
"""Bytes that have to be free in it; containers often have 64 MiB."""

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wild", deadline=None, max_examples=2000)
settings.load_profile("steady")

with suppress(OSError):
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Take what all tests share out of the collector's sight: it would stop a test for seconds."""
    screen.load()
    gc.collect()
    gc.freeze()
