"""What a scan found in a log, kept beside the content, so that a log is read again only when it has changed.

The folder may be deleted at any time. An entry that is damaged, or not ours, is as if it were not there.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zstandard

from statusgen.model.latency import check_counts, first_day
from statusgen.read.checks.files import LogFile
from statusgen.read.checks.lines import Dialect
from statusgen.read.checks.merge import Piece, Setting

VERSION = 2
"""To be raised with every change of what a scan finds."""

_FOLDER = "checks"
_ENDING = ".json.zst"
_EDGE = 1 << 16
_SIZE_LIMIT = 1 << 31

Probe = tuple[str, str]


@dataclass(slots=True)
class Found:
    """What a log holds: counts of its lines, examples of bad ones, and per monitor and probe its runs before `now`.

    `lines` counts the checks before `now`, duplicates too. It holds for each `now` from `since` to `until`.
    `latencies` are those before `now` by monitor and day, as `pack_counts` writes them, of days from `measured` on.
    """

    good: int = 0
    bad: int = 0
    later: int = 0
    since: int = 0
    until: int | None = None
    examples: list[tuple[int, str]] = field(default_factory=list)
    lines: dict[Probe, int] = field(default_factory=dict)
    pieces: dict[Probe, list[Piece]] = field(default_factory=dict)
    latencies: dict[tuple[str, int], bytes] = field(default_factory=dict)
    measured: int = 0

    def holds(self, now: int) -> bool:
        """Tell whether this is what a log held before `now`."""
        return self.since <= now and (self.until is None or now <= self.until) and first_day(now) >= self.measured


def describe_log(log: LogFile, dialect: Dialect) -> str:
    """Give a text that is another when a log, or the way to read it, is another; OSError where it cannot be read."""
    stat = log.path.stat()
    digest = hashlib.blake2b(digest_size=16)
    with log.path.open("rb") as file:
        digest.update(file.read(_EDGE))
        file.seek(max(0, stat.st_size - _EDGE))
        digest.update(file.read(_EDGE))
    words = sorted((word, int(status)) for word, status in dialect.words.items())
    names = [*dialect[:4], dialect.latency]
    facts = [VERSION, log.told, stat.st_size, stat.st_mtime_ns, digest.hexdigest(), log.format, names, words]
    return json.dumps(facts, ensure_ascii=False)


class Cache:
    """A folder of entries; without one, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / _FOLDER if folder else None
        self._used: set[str] = set()

    def load(self, key: str, now: int, settings: Mapping[str, Setting]) -> Found | None:
        """Give what was found under a key, if it holds now and for these settings."""
        if self._folder is None:
            return None
        name = _name(key)
        self._used.add(name)
        try:
            packed = (self._folder / name).read_bytes()
            data = json.loads(zstandard.ZstdDecompressor().decompress(packed, max_output_size=_SIZE_LIMIT))
            found = _read(data, key, settings)
        except (
            OSError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            zstandard.ZstdError,
            MemoryError,
            RecursionError,
        ):
            return None
        return found if found and found.holds(now) else None

    def save(self, key: str, found: Found, settings: Mapping[str, Setting]) -> None:
        """Keep what was found; a folder that cannot be written to costs only time."""
        if self._folder is None:
            return
        data = json.dumps(_write(key, found, settings), ensure_ascii=True, separators=(",", ":")).encode()
        name = _name(key)
        self._used.add(name)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(zstandard.ZstdCompressor(level=3).compress(data))
                Path(temporary).replace(self._folder / name)
            except BaseException:  # Ctrl-C, too
                Path(temporary).unlink(missing_ok=True)
                raise

    def prune(self) -> None:
        """Delete the entries that were not asked for."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            for path in self._folder.glob(f"*{_ENDING}"):
                if path.name not in self._used:
                    path.unlink(missing_ok=True)


def _name(key: str) -> str:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest() + _ENDING


def _write(key: str, found: Found, settings: Mapping[str, Setting]) -> dict[str, object]:
    return {
        "key": key,
        "counts": [found.good, found.bad, found.later, found.since, found.until],
        "examples": found.examples,
        "probes": [
            [
                *probe,
                settings.get(probe[0]),
                lines,
                [number for piece in found.pieces.get(probe, ()) for number in piece],
            ]
            for probe, lines in found.lines.items()
        ],
        "measured": found.measured,
        "latencies": [[*day, b64encode(counts).decode()] for day, counts in found.latencies.items()],
    }


def _read(data: dict[str, Any], key: str, settings: Mapping[str, Setting]) -> Found | None:
    """Give the found of an entry; None where it is of another key, or of other settings."""
    if data["key"] != key:
        return None
    good, bad, later, since, until = data["counts"]
    found = Found(_whole(good), _whole(bad), _whole(later), _whole(since), until if until is None else _whole(until))
    found.examples = [(_whole(line), _text(reason)) for line, reason in data["examples"]]
    size = len(Piece._fields)
    for monitor, probe, setting, lines, numbers in data["probes"]:
        if settings.get(monitor) != (None if setting is None else Setting(*setting)):
            return None
        found.lines[_text(monitor), _text(probe)] = _whole(lines)
        if len(numbers) % size or not all(type(number) is int for number in numbers):
            return None
        columns = [iter(numbers)] * size
        found.pieces[monitor, probe] = list(map(Piece._make, zip(*columns, strict=True)))
    found.measured = _whole(data["measured"])
    for monitor, start, counts in data["latencies"]:
        found.latencies[_text(monitor), _whole(start)] = check_counts(b64decode(counts, validate=True))
    return found


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value
