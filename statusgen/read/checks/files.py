"""Which files the entries of `checks:` mean."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from statusgen.model.code import Code
from statusgen.model.history import LogSource
from statusgen.model.problem import Problem
from statusgen.read.checks.formats import KINDS, PACKINGS, Format, find_format


class LogFile(NamedTuple):
    """A log to read: the file, how it is told to people, its format, and the entry that named it first.

    `size` is that of a log at an address, in bytes; `path` is no more than its name then.
    """

    path: Path
    told: str
    format: Format
    source: LogSource
    size: int | None = None


class Beside(NamedTuple):
    """Another folder whose logs count as well: those that git does not know, of a folder that was taken from git.

    `without` are names, relative to the folder, that do not count.
    """

    folder: Path
    without: frozenset[str]


def is_address(pattern: str) -> bool:
    """Tell whether an entry names files by an address with a scheme, which only Spark can read."""
    return bool(_SCHEME.match(pattern))


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


NO_ENDING = (
    f"has none of the endings {', '.join(f'.{kind}' for kind in KINDS)} with or without "
    f"{' or '.join(f'.{packing}' for packing in PACKINGS)}; passed over (or state its format in status.yaml)"
)


def find_all_logs(
    root: Path, sources: Sequence[LogSource], beside: Beside | None
) -> tuple[tuple[LogFile, ...], tuple[Problem, ...]]:
    """Give the logs of a content folder as `find_logs` does, and those beside it that it has not itself."""
    logs, notes = find_logs(root, sources)
    if beside is None:
        return logs, notes
    more, told = find_logs(beside.folder, [s for s in sources if not Path(s.files).is_absolute()])
    known = {*beside.without, *(log.told for log in logs)}
    return (*logs, *(log for log in more if log.told not in known)), (*notes, *told)


def find_logs(root: Path, sources: Sequence[LogSource]) -> tuple[tuple[LogFile, ...], tuple[Problem, ...]]:
    """Give the files of all entries, each file once and by the first entry that matches it, and what is to be told.

    Globs are relative to `root` or absolute, and `**` also matches no folder (design.md §4). A relative glob never
    leaves `root`: not by `..`, and not by a symbolic link. Folders and hidden files are passed over. Addresses are no
    files of this machine: what they mean only Spark can tell.
    """
    inside = root.resolve()
    logs: dict[Path, LogFile] = {}
    notes: list[Problem] = []
    for source in sources:
        if is_address(source.files):
            continue
        absolute = Path(source.files).is_absolute()
        try:
            paths = sorted(_match(root, source.files), key=Path.as_posix)
        except (ValueError, IndexError, NotImplementedError, OSError, RecursionError) as error:
            # IndexError: an empty one, in 3.11; RecursionError: one of a thousand folders, up to 3.12
            notes.append(Problem("status.yaml", 0, f'checks: "{source.files}" is not a glob ({error})', Code.NO_LOG))
            continue
        if not paths:
            notes.append(Problem("status.yaml", 0, f'checks: no file matches "{source.files}"', Code.NO_LOG))
        for path in paths:
            told = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
            log = _find_log(path, told, None if absolute else inside, source)
            if isinstance(log, str):
                notes.append(Problem(told, 0, log, Code.LOG_UNREADABLE))
            else:
                logs.setdefault(log.path, log)
    return tuple(logs.values()), tuple(dict.fromkeys(notes))


def _match(root: Path, pattern: str) -> Iterator[Path]:
    """Give what a glob matches, without folders, and without hidden files unless the glob itself asks for them."""
    anchor = Path(Path(pattern).anchor) if Path(pattern).is_absolute() else root
    relative = Path(pattern).relative_to(anchor) if Path(pattern).is_absolute() else Path(pattern)
    hidden = any(part.startswith(".") for part in relative.parts)
    for path in anchor.glob(str(relative)):
        if not path.is_dir() and (hidden or not any(part.startswith(".") for part in path.relative_to(anchor).parts)):
            yield path


def _find_log(path: Path, told: str, inside: Path | None, source: LogSource) -> LogFile | str:
    """Give the log at a path, or why it is passed over."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        return f"cannot be read ({getattr(error, 'strerror', None) or error}); passed over"
    if inside and not real.is_relative_to(inside):
        return "lies outside of the content folder; passed over (an absolute path in status.yaml may name it)"
    if not real.is_file():
        return "is not a file; passed over"  # a pipe or a device would block or never end
    try:
        real.open("rb").close()
    except OSError as error:
        return f"cannot be read ({error.strerror}); passed over"
    found = find_format(path.name, source.format)
    if not found:
        return NO_ENDING
    return LogFile(real, told, found, source)
