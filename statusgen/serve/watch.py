"""Noticing that files were saved: by the system's watches, and by a look at all of them every now and then."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

QUIET = 0.02  # seconds without a further change: an editor's rename follows its write in less
LONGEST = 0.5  # seconds after which a change is told although more come
LOOK = 2.0  # seconds between looks at all files; a second net where the system watches
POLL = 0.4  # where it does not

_CHANGES = ("created", "deleted", "modified", "moved", "closed")


def is_noise(name: str) -> bool:
    """Tell whether a file's name is one that editors, Git and systems write for themselves."""
    return name.startswith(".") or name.endswith(("~", ".swp", ".swx", ".tmp")) or name == "4913"


class Watcher:
    """Calls `changed` in a thread of its own, once for changes that come together, until it is stopped.

    Watches fail silently where the system has no more of them (libraries.md §0.1): they are counted, and where some are
    lacking all files are looked at instead, about twice a second; `polling` tells so. A look now and then finds what
    watches miss: a folder that is put in the place of another, links to folders, an overflow.
    """

    def __init__(self, folders: Callable[[], Sequence[Path]], changed: Callable[[], object]) -> None:
        self._folders, self._changed = folders, changed
        self._event = threading.Event()
        self._stopped = threading.Event()
        self._seen = take_stock(folders())
        self.polling = False
        self._observer = Observer()
        self._threads = [
            threading.Thread(target=work, daemon=True, name=f"statusgen-{work.__name__}")
            for work in (self._tell, self._look)
        ]

    def start(self) -> None:
        """Begin."""
        folders = [folder for folder in self._folders() if folder.is_dir()]
        try:
            self._observe(folders)
            self.polling = _count_watches() < sum(1 for folder in folders for _ in _walk(folder))
        except OSError:  # no more instances, or no inotify at all
            self.polling = True
        for thread in self._threads:
            thread.start()

    def _observe(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            self._observer.schedule(_Handler(folder, self._event), str(folder), recursive=True)
        self._observer.start()

    def stop(self) -> None:
        """End, and wait until all threads have."""
        self._stopped.set()
        self._event.set()
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(2)
        for thread in self._threads:
            thread.join(2)

    def _tell(self) -> None:
        while not self._stopped.is_set():
            self._event.wait()
            first = time.monotonic()
            while self._event.is_set() and time.monotonic() - first < LONGEST:
                self._event.clear()
                self._stopped.wait(QUIET)
            self._event.clear()
            if not self._stopped.is_set():
                self._seen = take_stock(self._folders())
                self._changed()

    def _look(self) -> None:
        while not self._stopped.wait(POLL if self.polling else LOOK):
            if take_stock(self._folders()) != self._seen:
                self._event.set()


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: Path, event: threading.Event) -> None:
        self._folder, self._event = folder, event

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change; that a file was read is none."""
        if event.event_type not in _CHANGES or (event.is_directory and event.event_type == "modified"):
            return
        paths = [event.src_path, event.dest_path]
        if not all(self._is_noise(Path(os.fsdecode(path))) for path in paths if path):
            self._event.set()

    def _is_noise(self, path: Path) -> bool:
        inside = path.relative_to(self._folder) if path.is_relative_to(self._folder) else path
        return any(map(is_noise, inside.parts))


def take_stock(folders: Sequence[Path]) -> frozenset[tuple[str, int, int, int]]:
    """Give what differs once a file below some folders is another."""
    found = set()
    for folder in folders:
        for directory in _walk(folder):
            with os.scandir(directory) as entries:
                for entry in entries:
                    try:
                        if not is_noise(entry.name) and not entry.is_dir(follow_symlinks=False):
                            status = entry.stat()
                            found.add((entry.path, status.st_ino, status.st_size, status.st_mtime_ns))
                    except OSError:  # gone meanwhile, or a link to nowhere
                        found.add((entry.path, 0, 0, 0))
    return frozenset(found)


def _walk(folder: Path) -> Iterator[str]:
    """Give a folder and all below it; links are not followed."""
    for directory, below, _ in os.walk(folder):
        below[:] = [name for name in below if not is_noise(name)]
        yield directory


def _count_watches() -> int:
    """Count the watches that this process has; more than anybody needs where the system does not tell."""
    try:
        return sum(
            text.count("inotify wd:") for entry in os.scandir("/proc/self/fdinfo") if (text := _read(entry.path))
        )
    except OSError:
        return 1 << 62


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
