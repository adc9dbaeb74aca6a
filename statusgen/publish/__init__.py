"""The one place where the disk is touched: a rendered site goes live as a whole, or not at all.

A site is built aside, brought safely to the disk, and exchanged with the live one in a single step. It can be
interrupted at any point without damaging the site that is live.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from statusgen.errors import PublishError
from statusgen.model.artifact import Artifact
from statusgen.publish.lock import locked
from statusgen.publish.places import (
    MARKER,
    Places,
    discard,
    heal,
    is_owned,
    is_site,
    locate,
    refuse_foreign,
    remove_leftovers,
    telling_failures,
)
from statusgen.publish.sources import write_new
from statusgen.publish.switch import Swap, exchange, go_back, go_live
from statusgen.publish.sync import sync_path, sync_tree
from statusgen.publish.tree import Changes, build_tree, find_same, list_tree, map_paths

__all__ = ["MARKER", "Changes", "Swap", "exchange", "publish", "rollback", "write_new"]


def publish(artifacts: Iterable[Artifact], out: Path, *, swap: Swap = exchange) -> Changes:
    """Make `artifacts` the site in the folder `out`, and say how it differs from the one that was live.

    The site before is kept as `NAME.prev` for `rollback`. Where nothing differs, nothing is touched. Raises
    PublishError (exit code 3) for a folder that is not statusgen's, for paths that do not fit into a folder, where
    another build holds the lock, and for any error of the disk. `swap` exchanges two folders in one step, or raises
    an OSError of `UNSUPPORTED`, upon which they are renamed one after the other.
    """
    files = map_paths(artifacts)
    places = locate(out)
    with telling_failures(places):
        refuse_foreign(places)
        if not places.parent.is_dir():
            places.parent.mkdir(parents=True)
        with locked(places.lock):
            refuse_foreign(places)  # again: it may have changed while this build waited for the lock
            heal(places)
            remove_leftovers(places)
            return _publish(files, places, swap)


def rollback(out: Path, *, swap: Swap = exchange) -> None:
    """Exchange the site in `out` with the site before; a second time goes forward again.

    No file is read or written, so the size of the site does not matter. Raises PublishError (exit code 3) where there
    is no site before, and for what `publish` refuses.
    """
    places = locate(out)
    with telling_failures(places):
        _refuse_without_previous(places)
        with locked(places.lock):
            if heal(places):  # a kill had left no site at all; there is one again
                sync_path(places.parent)
                return
            _refuse_without_previous(places)
            try:
                go_back(places, swap)
            finally:
                with suppress(OSError):
                    heal(places)


def _publish(files: Mapping[str, bytes], places: Places, swap: Swap) -> Changes:
    live = list_tree(places.site)
    same = find_same(files, live, places.site)
    changes = Changes(
        added=len(files.keys() - live.keys()),
        changed=len((files.keys() & live.keys()) - same),
        removed=len(live.keys() - files.keys()),
        unchanged=len(same),
    )
    if changes.any or not is_owned(places.site):
        _replace(files, same, places, swap)
    return changes


def _replace(files: Mapping[str, bytes], same: frozenset[str], places: Places, swap: Swap) -> None:
    """Build aside, go live, and leave nothing behind, whatever comes between (Ctrl-C too)."""
    try:
        build_tree(files, places.next, same=same, live=places.site)
        sync_tree(places.next)
        go_live(places, swap)
    finally:
        try:
            _tidy(places)
        except BaseException:
            _tidy(places)  # Ctrl-C came in the midst of it
            raise


def _tidy(places: Places) -> None:
    """Put right and remove; what cannot be now is met again by the next publish: the first error is the one to tell."""
    for step in (heal, _discard_asides):
        with suppress(OSError):
            step(places)


def _discard_asides(places: Places) -> None:
    for aside in (places.next, places.old):
        discard(aside)


def _refuse_without_previous(places: Places) -> None:
    refuse_foreign(places)
    if not is_site(places.previous) and not is_site(places.old):
        raise PublishError(
            f"{places.site}: there is no previous site to go back to (each build that changes something "
            f"keeps the one before as {places.previous.name})"
        )
