"""The two content folders that are compared: as a commit has them, in a temporary folder, or as they lie on disk.

Nothing is written into the repository. Logs that git does not know, and what was kept of former ones, count on both
sides, so that figures differ by what was written alone.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from statusgen.errors import PublishError
from statusgen.model.compacted import FOLDER
from statusgen.read.checks.files import Beside
from statusgen.read.git import Checkout, GitError
from statusgen.read.trees import choose_sides, find_repository, list_blobs, list_tracked, write_blobs


@dataclass(frozen=True, slots=True)
class Side:
    """A content folder with the logs beside it; `said` is how people call it, `shown` how they write its name."""

    content: Path
    said: str
    shown: Path
    beside: Beside | None = None

    def rename(self, text: str) -> str:
        """Write names in a text as they are in the repository."""
        if self.content == self.shown:
            return text
        text = text.replace(self.content.as_posix(), self.shown.as_posix())
        return text.replace(self.content.parent.as_posix(), self.shown.parent.as_posix())


@dataclass(frozen=True, slots=True)
class Opened:
    """Both sides. `base` is None where there is nothing to compare with, and `said` then says why.

    `cache` is a folder for what is found in logs, with all that is known already.
    """

    base: Side | None
    head: Side
    said: str
    cache: Path


@contextmanager
def open_sides(content: Path, asked: str | None, cache: Path) -> Iterator[Opened]:
    """Choose and write both sides; what was written is gone at the end, however that comes.

    PublishError where git cannot tell, UnknownNameError where it knows no such revision.
    """
    checkout = find_repository(content)
    chosen = choose_sides(checkout, asked)
    with TemporaryDirectory(prefix="statusgen-") as name:
        temporary = Path(name).resolve()
        kept = temporary / "cache"
        with suppress(OSError):
            shutil.copytree(cache, kept)
        try:
            base = _write_side(checkout, content, chosen.base, temporary / "base", chosen.said)
            head = Side(content, "the working tree", content)
            if chosen.head is not None:
                head_said = f"the commit {chosen.head[:9]}"
                written = _write_side(checkout, content, chosen.head, temporary / "head", head_said)
                if written is None:
                    raise PublishError(f"{content}: {head_said} has no such folder")
                head = written
        except GitError as error:
            raise PublishError(f"{checkout.top}: {error}") from None
        except OSError as error:
            raise PublishError(f"{temporary}: cannot be written: {error.strerror or error}") from None
        said = chosen.said if base or chosen.base is None else f"{chosen.said} has no folder {content.as_posix()}"
        yield Opened(base, head, said, kept)


def _write_side(checkout: Checkout, content: Path, commit: str | None, target: Path, said: str) -> Side | None:
    """Write the content and the themes of a commit; None where there is no commit, or no content in it."""
    disk = content.resolve()
    folder = _inside(checkout, disk)
    blobs = list_blobs(checkout, commit, folder) if commit else None
    if blobs is None:
        return None
    left = write_blobs(checkout, blobs, target / "content", disk)
    tracked = list_tracked(checkout, folder)
    own = {blob.path for blob in blobs}
    _add_kept(disk, target / "content", tracked | own)
    _write_themes(checkout, content, commit or "", target / "themes")
    return Side(target / "content", said, content, Beside(disk, (tracked | own) - left))


def _inside(checkout: Checkout, folder: Path) -> str:
    """Give a folder's name within the repository; nothing for the repository itself."""
    name = folder.relative_to(checkout.top).as_posix()
    return "" if name == "." else name


def _add_kept(disk: Path, target: Path, known: frozenset[str]) -> None:
    """Add the run files that git does not know: they are logs in another form."""
    for path in sorted((disk / FOLDER).glob("*")):
        name = path.relative_to(disk).as_posix()
        if name not in known and path.is_file() and not path.is_symlink():
            (target / FOLDER).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / name)


def _write_themes(checkout: Checkout, content: Path, commit: str, target: Path) -> None:
    """Write the themes beside the content; those that git does not know are the ones on disk."""
    disk = ((content.parent if content.name else content / "..") / "themes").resolve()
    if not disk.is_relative_to(checkout.top) or not (blobs := list_blobs(checkout, commit, _inside(checkout, disk))):
        tracked = disk.is_relative_to(checkout.top) and list_tracked(checkout, _inside(checkout, disk))
        if disk.is_dir() and not tracked:
            target.symlink_to(disk)
        return
    write_blobs(checkout, blobs, target, disk)
    for path in [target / blob.path for blob in blobs if blob.mode == "120000"]:
        with suppress(OSError, RuntimeError):  # RuntimeError: a link that leads to itself, which leads nowhere else
            if not path.resolve().is_relative_to(target):
                path.unlink()
