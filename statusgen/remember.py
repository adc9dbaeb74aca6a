"""What a build was made of and what it made, so that the same build again has nothing to do.

The note lies in the cache and may be deleted at any time. It holds for the very same files, told by size and time of
change as `make` and git tell them, for the same instant, and for an output that nobody touched since.
"""

import json
import os
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

NOTE = "build.json"
_SETTLED = 100_000_000
"""Nanoseconds: a file that changed less long before the build may change again without a sign of it."""


class Print(NamedTuple):
    """The fingerprint of files and other facts; `settled` tells whether a later change of the files would show."""

    text: str
    settled: bool


def take_print(folders: Iterable[Path], facts: Mapping[str, object]) -> Print:
    """Take the fingerprint of all files below some folders, of this program and of some facts."""
    now = time.time_ns()
    digest = blake2b(json.dumps(facts, sort_keys=True, default=str).encode(), digest_size=16)
    newest = 0
    package = Path(__file__).parent
    for folder in (package, Path(sysconfig.get_path("purelib")), *folders):
        # Of libraries the folder itself is enough: it changes with what is installed.
        files = _list_files(folder) if folder.name != "site-packages" else [(str(folder), 0, folder.stat().st_ctime_ns)]
        for name, size, changed in files:
            digest.update(f"{name}\0{size}\0{changed}\0".encode("utf-8", "surrogateescape"))
            newest = max(newest, changed)
    return Print(digest.hexdigest(), newest < now - _SETTLED)


def _list_files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Give the name, size and time of change of each file below a folder, always in the same order.

    No folder behind a link is looked into: one below the same folder is listed where it lies, and of one elsewhere
    nothing is read, be it all of the disk. The time is that of the inode: unlike the time of change of the bytes,
    nobody can set it back.
    """
    left = [os.fspath(folder)]
    while left:
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        left.append(entry.path)
                else:
                    with suppress(OSError):
                        stat = entry.stat(follow_symlinks=entry.is_symlink() and not entry.is_dir())
                        yield entry.path, stat.st_size, stat.st_ctime_ns


def recall(cache: Path, key: Print, out: Path) -> Any | None:  # noqa: ANN401 - whatever was noted
    """Give what was noted of the same build, if its output is still as it was left."""
    try:
        note = json.loads((cache / NOTE).read_text(encoding="utf-8"))
        if note["key"] == key.text and note["site"] == _site_print(out):
            return note["words"]
    except (OSError, ValueError, LookupError, TypeError):
        pass
    return None


def remember(cache: Path, key: Print, out: Path, words: object) -> None:
    """Note what a build said, for the next one; a cache that cannot be written is none."""
    if not key.settled:
        return
    note = {"key": key.text, "site": _site_print(out), "words": words}
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        aside = cache / f"{NOTE}.{os.getpid()}"
        try:
            aside.write_text(json.dumps(note), encoding="utf-8")
            aside.replace(cache / NOTE)
        finally:
            aside.unlink(missing_ok=True)


def _site_print(out: Path) -> str:
    digest = blake2b(digest_size=16)
    for name, size, changed in _list_files(out):
        digest.update(f"{name}\0{size}\0{changed}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
