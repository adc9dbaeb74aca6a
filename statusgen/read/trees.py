"""Sides of a comparison, as git has them: which commits are meant, and the files of a folder as a commit has them.

Files are written from git's objects themselves: no attribute, filter or configuration of a repository takes part.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha1, sha256
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from statusgen.errors import PublishError, UnknownNameError
from statusgen.read.git import Checkout, GitError, find_checkout, is_shallow, read_blobs, read_head, run_git

MAIN = ("remotes/origin/HEAD", "remotes/origin/main", "remotes/origin/master", "heads/main", "heads/master")
"""Where the main branch is looked for, in this order."""
LARGEST = 4_000_000_000  # bytes, as of a run file
_BATCH = 100_000_000
_LARGE = 4_000_000  # bytes; what is larger is a log or a run file
_POINTER = b"version https://git-lfs.github.com/spec/"


class Sides(NamedTuple):
    """What is compared: ids of commits. `base` None: there is nothing yet; `head` None: what lies on disk.

    `said` is how people call the base.
    """

    base: str | None
    head: str | None
    said: str


def find_repository(content: Path) -> Checkout:
    """Give the repository that a content folder lies in; PublishError where there is none."""
    checkout = find_checkout(content)
    if checkout is None:
        raise PublishError(f"{content}: lies in no git repository, so there is nothing to compare with (git init)")
    return checkout


def choose_sides(checkout: Checkout, asked: str | None) -> Sides:
    """Read `BASE..HEAD`, `BASE...HEAD` (from where they parted) or `BASE`; None is from where the main branch was left.

    UnknownNameError where git knows no such revision, PublishError where it cannot tell.
    """
    try:
        if asked is None:
            return _since_main(checkout)
        if "..." in asked:
            left, _, right = asked.partition("...")
            head = _commit(checkout, right or "HEAD")
            base = _merge_base(checkout, _commit(checkout, left or "HEAD"), head, left or "HEAD")
            return Sides(base, head, f"where {left or 'HEAD'} was left ({base[:9]})")
        left, dots, right = asked.partition("..")
        base = _commit(checkout, left or "HEAD")
        other = _commit(checkout, right or "HEAD") if dots else None
        return Sides(base, other, f"{left or 'HEAD'} ({base[:9]})")
    except GitError as error:
        raise PublishError(f"{checkout.top}: {error}") from None


def _since_main(checkout: Checkout) -> Sides:
    head = read_head(checkout)
    if not head:
        run_git(checkout.top, ("rev-parse", "--git-dir"))  # which tells why git refuses, where it does
        return Sides(None, None, "no commit yet")
    for name in MAIN:
        with suppress(UnknownNameError):
            main = _commit(checkout, f"refs/{name}")
            short = name.partition("/")[2]
            base = _merge_base(checkout, main, head, short)
            return Sides(base, None, f"where {short} was left ({base[:9]})")
    names = ", ".join(name.partition("/")[2] for name in MAIN)
    cure = "name the base: statusgen diff BASE"
    if is_shallow(checkout):
        cure += "; in CI fetch all branches: fetch-depth: 0"
    raise UnknownNameError(f"no main branch: there is none of {names} ({cure})")


def _commit(checkout: Checkout, revision: str) -> str:
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return run_git(checkout.top, asked).decode().strip()
    except GitError as error:
        if "says" not in str(error) or "fatal: not a git" in str(error):
            raise
    cure = "git fetch, or fetch-depth: 0 in CI" if is_shallow(checkout) else "git branch --all lists branches"
    raise UnknownNameError(f'no revision "{revision}" in {checkout.top} ({cure})')


def _merge_base(checkout: Checkout, main: str, head: str, said: str) -> str:
    try:
        return run_git(checkout.top, ("merge-base", main, head)).decode().split()[0]
    except GitError as error:
        if 'says "nothing"' not in str(error):
            raise
    if is_shallow(checkout):
        why = f"this is a shallow clone without the commit at which {said} was left"
        raise GitError(f"{why} (fetch its whole history: git fetch --unshallow, or fetch-depth: 0 in CI)")
    raise GitError(f"{said} and HEAD have no commit in common (name the base: statusgen diff BASE)")


# --- Files


@dataclass(frozen=True, slots=True)
class Blob:
    """A file as a commit has it; `path` is relative to the folder that was asked for, `size` in bytes."""

    path: str
    mode: str
    id: str
    size: int


def list_blobs(checkout: Checkout, commit: str, folder: str) -> list[Blob] | None:
    """Give the files of a folder (nothing: of all) as a commit has them; None where it has no such folder.

    GitError for a name that no file can have, as only a program that means harm writes it.
    """
    tree = f"{commit}:{folder}"
    try:
        kind = run_git(checkout.top, ("cat-file", "-t", tree)).strip()
    except GitError as error:
        if "says" not in str(error):
            raise
        return None
    if kind != b"tree":
        return None
    listed = run_git(checkout.top, ("ls-tree", "-r", "-z", "-l", "--full-tree", tree))
    return [blob for entry in listed.split(b"\0") if entry for blob in _parse(entry)]


def _parse(entry: bytes) -> Iterator[Blob]:
    facts, _, name = entry.partition(b"\t")
    mode, kind, id_, size = facts.decode("ascii", "replace").split()
    path = os.fsdecode(name)
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in path.split("/")):
        raise GitError(f"the commit has a file of a name that no file can have: {path!r}")
    if kind == "blob":  # else it is a submodule
        yield Blob(path, mode, id_, int(size) if size.isdigit() else 0)


def list_tracked(checkout: Checkout, folder: str) -> frozenset[str]:
    """Give the files of a folder that git's index knows, relative to it."""
    listed = run_git(checkout.top, ("--literal-pathspecs", "ls-files", "-z", "--", folder or "."))
    names = (os.fsdecode(name) for name in listed.split(b"\0") if name)
    return frozenset(name.removeprefix(f"{folder}/") if folder else name for name in names)


def write_blobs(checkout: Checkout, blobs: list[Blob], target: Path, disk: Path) -> frozenset[str]:
    """Write files below a folder that is empty; give the names of those that are left to be read from `disk`.

    These are large logs that lie there as they are in the commit, and files that git keeps elsewhere (LFS). Links come
    last, so that nothing is written through one; what they lead to is the business of who reads them.
    """
    target.mkdir(parents=True, exist_ok=True)
    same = {blob.path for blob in blobs if _left_on_disk(blob, disk)}
    files = [blob for blob in blobs if blob.path not in same]
    places: dict[str, list[Blob]] = {}
    for blob in files:
        places.setdefault(blob.id, []).append(blob)
    sizes = {blob.id: blob.size for blob in files}
    links: list[tuple[Path, bytes]] = []
    for batch in _batches(sizes):
        for id_, content in read_blobs(checkout.top, batch, LARGEST):
            for blob in places[id_]:
                if blob.mode == "120000":
                    links.append((target / blob.path, content))
                elif content.startswith(_POINTER):
                    same.add(blob.path)
                else:
                    _write(target / blob.path, content)
    for path, aim in links:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError, ValueError):
            path.symlink_to(os.fsdecode(aim))
    return frozenset(same)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


def _batches(sizes: dict[str, int]) -> Iterator[list[str]]:
    """Cut the ids of blobs into portions that git may give at once."""
    total, numbered = 0, []
    for id_, size in sizes.items():
        numbered.append((total // _BATCH, id_))
        total += size
    for _, portion in groupby(numbered, key=lambda pair: pair[0]):
        yield [id_ for _, id_ in portion]


def _left_on_disk(blob: Blob, disk: Path) -> bool:
    """Tell whether a file is a large log that lies on disk as it is in the commit."""
    path = disk / blob.path
    if blob.size <= _LARGE or blob.path.startswith("history/") or path.is_symlink():
        return False
    try:
        if path.stat().st_size != blob.size:
            return False
        digest = (sha256 if len(blob.id) == 64 else sha1)(f"blob {blob.size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == blob.id
