"""One build at a time: a lock that dies with its process."""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statusgen.errors import PublishError

WAIT = 10.0  # seconds that a second build waits for the first
PAUSE = 0.05  # seconds between two looks at the lock


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold the lock; PublishError where another process holds it for `WAIT` seconds, or the file is not ours.

    The file stays: removing it would let two builds each lock their own.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        _wait(descriptor, lock)
        _sign(descriptor, lock)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, lock: Path) -> None:
    deadline = time.monotonic() + WAIT
    while not _take(descriptor, lock):
        if time.monotonic() >= deadline:
            holder = _read(descriptor).decode(errors="replace").strip() or "unknown"
            raise PublishError(f"{lock}: another build (process {holder}) is at work; nothing was published")
        time.sleep(PAUSE)


def _take(descriptor: int, lock: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        error.filename = lock
        raise
    return True


def _sign(descriptor: int, lock: Path) -> None:
    """Write our process id; refuse a file that holds anything else, such as the lock file of a package manager."""
    if not re.fullmatch(rb"[0-9]*\n?", _read(descriptor)):
        raise PublishError(f"{lock}: is not a lock of statusgen; name another folder for the site")
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
    except OSError as error:
        error.filename = lock
        raise


def _read(descriptor: int) -> bytes:
    return os.pread(descriptor, 64, 0)
