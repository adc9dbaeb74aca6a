"""The folders beside the output folder: which are statusgen's, which are left over, and what to put right."""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from statusgen.errors import PublishError

MARKER = ".statusgen"  # an empty file in each site, by which statusgen knows the folder as its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a site is, and the names beside it that go with it."""

    site: Path

    @property
    def parent(self) -> Path:
        """The folder in which all of them lie, so that a rename is one step."""
        return self.site.parent

    @property
    def next(self) -> Path:
        """The site being built by this process; after the exchange, for a moment, the one that was live."""
        return self._beside(f"next.{os.getpid()}")

    @property
    def old(self) -> Path:
        """The third name that an exchange by renames needs; there is none of it at rest."""
        return self._beside("next.old")

    @property
    def previous(self) -> Path:
        """The site before, for `rollback`."""
        return self._beside("prev")

    @property
    def lock(self) -> Path:
        """The file that one build at a time holds."""
        return self._beside("lock")

    def _beside(self, suffix: str) -> Path:
        return self.site.with_name(f"{self.site.name}.{suffix}")


def locate(out: Path) -> Places:
    """Find the places of the output folder; refuse one that can never be exchanged (PublishError)."""
    try:
        current = Path.cwd()
        foreign_link = out.is_symlink() and not is_owned(out)
    except FileNotFoundError as error:
        raise PublishError(f"{out}: the current folder no longer exists; enter it anew (`cd .`)") from error
    except OSError as error:
        raise PublishError(f"{error.filename or out}: {error.strerror}; nothing was published") from error
    if foreign_link:
        raise PublishError(f"{out}: is a link to something that is no site of statusgen; name the folder itself")
    site = Path(os.path.realpath(out))
    if site == Path(site.anchor) or os.path.ismount(site):
        raise PublishError(f"{out}: is a file system of its own and cannot be exchanged; name a folder inside it")
    if current.is_relative_to(site):
        raise PublishError(f"{out}: is the current folder or one above it; name another folder for the site")
    return Places(site=site)


@contextmanager
def telling_failures(places: Places, outcome: str = "") -> Iterator[None]:
    """Turn an OSError into a PublishError that names the path and says what is live now (`outcome`, if known)."""
    try:
        yield
    except OSError as error:
        place = " -> ".join(os.fsdecode(name) for name in (error.filename, error.filename2) if name is not None)
        reason = error.strerror or str(error)
        raise PublishError(f"{place or places.site}: {reason}; {outcome or _outcome(places)}") from error


def refuse_foreign(places: Places) -> None:
    """Refuse folders that hold what statusgen did not make; an empty one is fine (PublishError)."""
    for folder in (places.site, places.previous):
        if os.path.lexists(folder) and not is_owned(folder) and not _is_empty(folder):
            raise PublishError(
                f"{folder}: exists and was not made by statusgen (it holds no {MARKER}), and a build would replace it; "
                "name another folder, or move this one away"
            )


def heal(places: Places) -> bool:
    """Undo an exchange by renames that was cut short; return whether there was no site and now is one."""
    revived = not os.path.lexists(places.site) and is_site(places.previous)
    if revived:
        places.previous.rename(places.site)
    if not os.path.lexists(places.previous) and is_site(places.old):
        places.old.rename(places.previous)
    return revived


def remove_leftovers(places: Places) -> None:
    """Remove what killed builds left, and only that: folders of our names, ours or empty, of no living process."""
    leftover = re.compile(re.escape(places.site.name) + r"\.next\.(old|[0-9]+)")
    for folder in sorted(places.parent.iterdir()):
        match = leftover.fullmatch(folder.name)
        if match and not _is_at_work(match[1]):
            with suppress(OSError):  # it is only in the way of tidiness
                discard(folder)


def discard(folder: Path) -> None:
    """Remove a folder if it is ours or empty, its marker last: half removed, it is still known as ours."""
    if not _is_folder(folder) or not (is_owned(folder) or _is_empty(folder)):
        return
    for entry in sorted(folder.iterdir()):
        if _is_folder(entry):
            shutil.rmtree(entry)
        elif entry.name != MARKER:
            entry.unlink()
    (folder / MARKER).unlink(missing_ok=True)
    folder.rmdir()


def is_site(folder: Path) -> bool:
    """Whether the folder is ours and holds more than the marker."""
    return is_owned(folder) and any(entry.name != MARKER for entry in folder.iterdir())


def is_owned(folder: Path) -> bool:
    """Whether the folder carries the marker: an empty file, not a link."""
    try:
        marker = (folder / MARKER).lstat()
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
        return False
    return stat.S_ISREG(marker.st_mode) and marker.st_size == 0


def _outcome(places: Places) -> str:
    with suppress(OSError):  # a folder that cannot be looked into is no second error
        if is_owned(places.site):
            return "the old site is still live"
        if is_site(places.previous):
            return f"the site is in {places.previous}, and the next build or rollback puts it back"
    return "nothing was published"


def _is_empty(folder: Path) -> bool:
    return _is_folder(folder) and not any(folder.iterdir())


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def _is_at_work(owner: str) -> bool:
    """Whether `owner`, a process id or `old`, is another process that lives (flock does not reach every network)."""
    if owner in ("old", str(os.getpid())):
        return False
    try:
        os.kill(int(owner), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
