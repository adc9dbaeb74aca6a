"""The step in which one site takes the place of another."""

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path

from statusgen.publish.places import Places, is_site, telling_failures
from statusgen.publish.sync import LIBC, sync_path

Swap = Callable[[Path, Path], None]

# No such call, a file system that cannot do it, a folder of a lower layer of an overlay.
UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP}

RENAME_EXCHANGE = 2
AT_FDCWD = -100
DONE = "the exchange was done all the same"


def go_live(places: Places, swap: Swap) -> None:
    """Put `places.next` in the place of the site, and keep the site, if it holds anything, as the one before.

    Afterwards `places.next` or `places.old` may hold a folder that nobody needs any more.
    """
    if not os.path.lexists(places.site):
        places.next.rename(places.site)
        exchanged = False
    else:
        exchanged = _try_swap(swap, places.next, places.site)
        if not exchanged:
            _rename_in_turn(places)
    with telling_failures(places, DONE):
        if exchanged:
            _keep(places, swap)
        sync_path(places.parent)


def go_back(places: Places, swap: Swap) -> None:
    """Exchange the site with the one before."""
    if not _try_swap(swap, places.previous, places.site):
        places.previous.rename(places.old)
        places.site.rename(places.previous)
        places.old.rename(places.site)
    with telling_failures(places, DONE):
        sync_path(places.parent)


def exchange(one: Path, other: Path) -> None:
    """Exchange two folders in one step, so that no reader ever misses either (Linux 3.15 and later)."""
    renameat2 = getattr(LIBC, "renameat2", None)
    if renameat2 is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), one, None, other)
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), one, None, other)


def _try_swap(swap: Swap, one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False where that cannot be done here."""
    try:
        swap(one, other)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        return False
    return True


def _keep(places: Places, swap: Swap) -> None:
    """Make what was live, now at `places.next`, the site before."""
    if not is_site(places.next):
        return
    if os.path.lexists(places.previous):
        swap(places.next, places.previous)
    else:
        places.next.rename(places.previous)


def _rename_in_turn(places: Places) -> None:
    """Do by renames what cannot be done in one step; `heal` undoes it where it is cut short."""
    if not is_site(places.site):
        places.site.rename(places.old)
    else:
        if os.path.lexists(places.previous):
            places.previous.rename(places.old)
        places.site.rename(places.previous)
    places.next.rename(places.site)
