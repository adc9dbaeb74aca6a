"""The files of a site: their paths, how they differ from the live ones, and how they are laid down."""

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusgen.errors import PublishError, count
from statusgen.model.artifact import Artifact
from statusgen.publish.places import MARKER

# A file system without hard links, one link too many, or a file of another user (fs.protected_hardlinks).
CANNOT_LINK = {errno.EPERM, errno.EACCES, errno.EMLINK, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}

NOT_A_FILE = -1  # in place of a size, for links and the like: nothing of ours is equal to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many files a publish added, changed, removed and left as they were."""

    added: int
    changed: int
    removed: int
    unchanged: int

    @property
    def any(self) -> bool:
        """Whether the site differs at all from the one before."""
        return bool(self.added or self.changed or self.removed)


def map_paths(artifacts: Iterable[Artifact]) -> dict[str, bytes]:
    """Give the content of each path; refuse paths that do not fit into one folder, all at once (PublishError)."""
    files = {MARKER: b""}
    problems = []
    for artifact in artifacts:
        if fault := _fault(artifact.path):
            problems.append(f"{artifact.path!r}: {fault}")
        elif artifact.path in files:
            problems.append(f"{artifact.path!r}: two files of the site have this path")
        else:
            files[artifact.path] = artifact.content
    problems += [
        f"{path!r}: {above!r} is a file, not a folder" for path in files for above in _above(path) & files.keys()
    ]
    if problems:
        raise PublishError("\n".join([*problems, f"{count(len(problems), 'problem')}; nothing was published"]))
    del files[MARKER]
    return files


def list_tree(site: Path) -> dict[str, int]:
    """Give the path and size in bytes of each file in `site` but the marker; links are listed, never followed."""
    if not site.is_dir():
        return {}
    sizes = dict(_walk(os.fspath(site), ""))
    sizes.pop(MARKER, None)
    return sizes


def find_same(files: Mapping[str, bytes], live: Mapping[str, int], site: Path) -> frozenset[str]:
    """Give the paths whose bytes are already live."""
    return frozenset(
        path
        for path, content in files.items()
        if live.get(path, NOT_A_FILE) == len(content) and (site / path).read_bytes() == content
    )


def build_tree(files: Mapping[str, bytes], tree: Path, *, same: frozenset[str], live: Path) -> None:
    """Lay `files` down in the new folder `tree`, the marker first.

    Those in `same` are links to the live ones: they keep their time of change, and with it a web server's ETag.
    """
    tree.mkdir(0o755)
    if (live / MARKER).is_file():
        _link(live / MARKER, tree / MARKER, b"")
    else:
        _write(tree / MARKER, b"")
    made = {tree}
    for path, content in files.items():
        target = tree / path
        _make_folders(target.parent, made)
        if path in same:
            _link(live / path, target, content)
        else:
            _write(target, content)


def _fault(path: str) -> str:
    """Say what is wrong with a path below a folder, or nothing."""
    if "\0" in path or "\\" in path:
        return "a path holds no backslash and no NUL"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return 'a path is relative, and none of its parts is empty, "." or ".."'
    try:
        path.encode()
    except UnicodeEncodeError:
        return "a path is valid Unicode"
    return ""


def _above(path: str) -> set[str]:
    parts = path.split("/")
    return {"/".join(parts[:depth]) for depth in range(1, len(parts))}


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, path + "/")
            elif entry.is_file(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_size
            else:
                yield path, NOT_A_FILE


def _make_folders(folder: Path, made: set[Path]) -> None:
    if folder not in made:
        _make_folders(folder.parent, made)
        folder.mkdir(0o755)
        made.add(folder)


def _link(source: Path, target: Path, content: bytes) -> None:
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in CANNOT_LINK:
            raise
        _write(target, content)
        shutil.copystat(source, target)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        error.filename = path  # a full disk is told with the file that did not fit
        raise
    finally:
        os.close(descriptor)
