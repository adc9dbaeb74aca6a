"""The content folder: the only opener of its files, from the folder to a History."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeVar

from statusgen.errors import ContentError, suggest
from statusgen.model.code import Code
from statusgen.model.compacted import ENDING, FOLDER, LOGS, Compacted, KeptLog, join_days
from statusgen.model.history import CustomPage, History, Incident, Maintenance, Site, SiteFile, WrittenLink
from statusgen.model.problem import Problem
from statusgen.read.checks.files import Beside
from statusgen.read.document import (
    Data,
    Document,
    DocumentError,
    Marked,
    decode_text,
    find_conflicts,
    parse_document,
    parse_yaml,
)
from statusgen.read.fields import check_id
from statusgen.read.incidents import parse_incident
from statusgen.read.look import LARGEST, Named, check_file, named_files
from statusgen.read.maintenance import own_clock, parse_maintenance
from statusgen.read.pages import parse_page
from statusgen.read.prose import read_prose
from statusgen.read.revisions import asked_of_git
from statusgen.read.runfiles import RunFile, check_overlaps, parse_logs, parse_run_file
from statusgen.read.settings import parse_site, site_clock, site_languages, site_names
from statusgen.read.times import Clock
from statusgen.read.translations import Words, check_name, parse_translation, put_words, split_name
from statusgen.read.updates import Names

T = TypeVar("T", Incident, Maintenance, CustomPage)

SETTINGS = "status.yaml"
_ADDRESSES = {"incidents": "incidents/", "maintenance": "maintenance/", "pages": ""}
"""Where the texts of a folder are shown, below the site's own address."""
LARGEST_FILE = 4_000_000  # bytes; an incident of this size is no incident
LARGEST_RUN_FILE = 4_000_000_000  # bytes; statusgen writes them itself, a line a check where each must be known


def read_content(
    root: Path, now: int, *, cache: Path | None = None, progress: Callable[[int, int], object] | None = None,
    exact: bool = False, edits: bool = False, memory: "Memory | None" = None, beside: Beside | None = None,
) -> History:  # fmt: skip
    """Read a content folder, with the checks of its logs before `now` (Unix seconds).

    What logs hold is kept in the folder `cache`; `progress` is told how many bytes of how many were scanned. With
    `exact` the instant of each check is known, also where no figure asks for it; with `edits` git is asked which
    updates were edited. `memory` is that of a former reading of the same folder, `beside` another folder that holds
    logs of it.

    Raises ContentError with all problems of all files at once (design.md §6). Bad log lines are no problem: they are
    counted in the observations.
    """
    with asked_of_git(root) if edits else nullcontext(_as_it_is) as add_edits:
        history = read_documents(root, memory)
        if history.site.logs or history.compacted.kept:
            from statusgen.read.checks.observe import read_checks  # noqa: PLC0415 - not needed without logs

            observations = read_checks(
                root,
                history.site,
                now,
                compacted=history.compacted,
                cache=cache,
                progress=progress,
                exact=exact,
                beside=beside,
            )
            if observations.problems:
                raise ContentError(observations.problems, history.files)
            history = replace(history, observations=observations)
        return add_edits(history, now)


def _as_it_is(history: History, _: int) -> History:
    return history


def read_documents(root: Path, memory: "Memory | None" = None) -> History:
    """Read everything in a content folder but the logs; what `memory` holds of files that did not change is taken."""
    reading = Reading(root, memory=memory or Memory())
    site, names, clock = reading.read_settings()
    incidents = reading.items("incidents", lambda document, own_id: parse_incident(document, own_id, names, clock))
    reading.translate(incidents, reading.words("incidents", clock))
    maintenances = reading.items(
        "maintenance", lambda document, own_id: parse_maintenance(document, own_id, names, clock)
    )
    reading.translate(maintenances, reading.words("maintenance", clock))
    pages = reading.items("pages", lambda document, own_id: parse_page(document, own_id, clock))
    reading.translate(pages, reading.words("pages", clock, updates=False))
    compacted = reading.read_compacted()
    reading.problems += [*_check_unique([*incidents, *maintenances]), *_check_unique(pages)]
    if reading.problems or site is None:
        raise ContentError(reading.problems, reading.files, reading.notes)
    return History(
        site=site,
        incidents=tuple(incidents),
        maintenances=tuple(maintenances),
        pages=tuple(pages),
        compacted=compacted,
        files=reading.files,
        notes=tuple(reading.notes),
        links=tuple(reading.links),
        path=reading.name(root / SETTINGS),
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one file gave: what it says, unless something is wrong with it, and all that is to be told of it."""

    item: Any
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    links: tuple[WrittenLink, ...]
    zone: Data


@dataclass(slots=True)
class Memory:
    """What files gave when they were read, for who reads the same folder again: a preview. It changes no result."""

    settings: bytes | None = None
    files: dict[Path, tuple[tuple[int, ...], _Taken]] = field(default_factory=dict)

    def begin(self, settings: bytes) -> None:
        """Forget all where status.yaml is another: names, clock and languages are read from it."""
        if settings != self.settings:
            self.files.clear()
        self.settings = settings

    def recall(self, path: Path, stamp: tuple[int, ...]) -> _Taken | None:
        """Give what a file gave; None where it is not the same any more."""
        before, taken = self.files.get(path, ((), None))
        return taken if stamp and before == stamp else None


def _stamp(path: Path) -> tuple[int, ...]:
    """Give what differs once a file is another; nothing where that cannot be told."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@dataclass(slots=True)
class Reading:
    """What was read so far: how many files, what is wrong with them, and what is worth a word."""

    root: Path
    memory: Memory = field(default_factory=Memory)
    files: int = 0
    languages: tuple[str, ...] = ()
    """Those of the site; nothing where status.yaml does not tell them."""
    zones: dict[str, Data] = field(default_factory=dict)
    """What each file says of its time zone, by its name."""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    links: list[WrittenLink] = field(default_factory=list)
    private: tuple[str, ...] = ()
    """Words that customers should not see."""
    listed: dict[str, list[Path]] = field(default_factory=dict)
    """The Markdown files of each folder that was read."""

    def name(self, path: Path) -> str:
        """Give a file's name as the user would write it."""
        return path.as_posix()

    def load(self, path: Path, largest: int) -> bytes | None:
        """Give the bytes of a file of so many at most; None, and a problem, where it cannot be read."""
        self.files += 1
        name = self.name(path)
        try:
            if not path.resolve().is_relative_to(self.root.resolve()):
                raise DocumentError(
                    Problem(name, 0, "a link that leads out of the content folder (copy the file)", Code.LEADS_OUT)
                )
            content = _read_at_most(path, largest)
            if content is None:
                raise DocumentError(Problem(name, 0, "is not a file (delete it)", Code.UNREADABLE))
            if len(content) > largest:
                raise DocumentError(Problem(name, 0, f"larger than {largest:,} bytes", Code.TOO_LARGE))
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            self.problems.append(
                Problem(name, 0, f"cannot be read: {getattr(error, 'strerror', None) or error}", Code.UNREADABLE)
            )
        except DocumentError as error:
            self.problems.append(error.problem)
        else:
            return content
        return None

    def open(self, path: Path, largest: int = LARGEST_FILE) -> str | None:
        """Give the text of a file of so many bytes at most; None, and a problem, where it cannot be read."""
        name = self.name(path)
        content = self.load(path, largest)
        if content is None:
            return None
        try:
            text = decode_text(content, name, largest // 2)
        except DocumentError as error:
            self.problems.append(error.problem)
            return None
        conflicts = find_conflicts(text, name)
        self.problems += conflicts
        return None if conflicts else text

    def read_settings(self) -> tuple[Site | None, Names, Clock]:
        """Read status.yaml, with the names and the clock by which the other files are read.

        These are had as far as possible where the site is not, so that the problems of all files are told at once.
        """
        path = self.root / SETTINGS
        nothing = None, Names(known=False), Clock(declared=True)
        if not path.exists():
            text = "there is no such file (it names the title, the url and the components)"
            self.problems.append(Problem(self.name(path), 0, text, Code.NO_FILE))
            return nothing
        content = self.open(path)
        if content is None:
            return nothing
        try:
            marked = parse_yaml(content, self.name(path))
        except DocumentError as error:
            self.problems.append(error.problem)
            return nothing
        if marked.data is None:
            marked = Marked({}, marked.lines)
        self.memory.begin(content.encode())
        self.languages = site_languages(marked.data)
        parsed = parse_site(marked, self.name(path))
        if isinstance(parsed, list):
            self.problems += parsed
        files = self.read_look(marked)
        site = None if isinstance(parsed, list) else replace(parsed, files=files)
        self.private = site.private_words if site else ()
        return site, site_names(marked.data), site_clock(marked.data)

    def read_look(self, marked: Marked) -> dict[str, SiteFile]:
        """Read the files that status.yaml names for the look, by their names."""
        found: dict[str, SiteFile] = {}
        faults = {named: named.fault or self._missing(named) for named in named_files(marked.data)}
        for named, fault in faults.items():
            if fault:
                line = marked.line(named.place)
                code = Code.WRONG_VALUE if named.fault else Code.NO_FILE
                self.problems.append(Problem(self.name(self.root / SETTINGS), line, f"{named.key}: {fault}", code))
        for name in dict.fromkeys(named.name for named, fault in faults.items() if not fault):
            path = self.root / name
            content = self.load(path, LARGEST)
            if content is None:
                continue
            checked = check_file(name, content, self.name(path))
            if isinstance(checked, list):
                self.problems += checked
            else:
                found[name] = checked
        return found

    def _missing(self, named: Named) -> str | None:
        """Say that a file is not there, with the nearest that is; None where it is."""
        path = self.root / named.name
        if path.is_file() or path.is_symlink():
            return None
        beside = [file for file in path.parent.iterdir() if file.is_file()] if path.parent.is_dir() else []
        near = suggest(named.name, (file.relative_to(self.root).as_posix() for file in beside))
        return f'there is no file "{named.name}" in {self.name(self.root)}{near or " (add it, or leave the key out)"}'

    def items(self, folder: str, parse: Callable[[Document, str], T | list[Problem]]) -> list[T]:
        """Read the Markdown files of a folder in the order of their names; `parse` is given the id of each name, too.

        Translations are read once what they translate is known.
        """
        if leads_out(self.root / folder, self.root):
            told = "a link that leads out of the content folder (copy the folder)"
            self.problems.append(Problem(self.name(self.root / folder), 0, told, Code.LEADS_OUT))
        files = self.listed[folder] = _markdown_files(self.root / folder)
        found: list[T] = []
        for path in files:
            if split_name(path, files):
                continue
            stamp = _stamp(path)
            taken = self.memory.recall(path, stamp)
            if taken is None:
                taken = Reading(self.root, private=self.private)._take(path, parse)  # noqa: SLF001 - one of our own
                self.memory.files[path] = stamp, taken
            self.files += 1
            self.problems += taken.problems
            self.notes += taken.notes
            self.links += taken.links
            self.zones[self.name(path)] = taken.zone
            if taken.item is not None:
                found.append(taken.item)
        return found

    def _take(self, path: Path, parse: Callable[[Document, str], T | list[Problem]]) -> _Taken:
        """Read one file by itself."""
        found: list[T] = []
        zone: Data = None
        document = self.open_document(path)
        if document:
            zone = document.front.data.get("timezone")
            stem = path.name.removesuffix(".md")
            try:
                check_id(stem)
            except ValueError as error:
                text = f"the file's name is the address, and {error}"
                self.problems.append(Problem(self.name(path), 0, text, Code.FILE_NAME))
            else:
                self.keep(found, parse(document, stem), document)
        return _Taken(found[0] if found else None, (*self.problems,), (*self.notes,), (*self.links,), zone)

    def open_document(self, path: Path) -> Document | None:
        """Give a Markdown file with its front matter; None, and a problem, where it cannot be read as such."""
        text = self.open(path)
        try:
            return None if text is None else parse_document(text, self.name(path))
        except DocumentError as error:
            self.problems.append(error.problem)
            return None

    def words(self, folder: str, clock: Clock, *, updates: bool = True) -> Iterator[tuple[str, Words]]:
        """Read the translations in a folder, each with the name of the file that it translates."""
        files = self.listed[folder]
        for path in files:
            told = split_name(path, files)
            document = self.open_document(path) if told else None
            if told and document:
                original = self.name(told.original)
                own = own_clock(self.zones.get(original), clock)
                words, problems = parse_translation(document, told.language, own, updates=updates)
                problems += check_name(told, files, self.languages, document.path)
                self.problems += problems
                if not problems:
                    self._look_through(document, f"{_ADDRESSES[folder]}{told.original.stem}/", updates=updates)
                yield original, words

    def translate(self, found: list[T], words: Iterable[tuple[str, Words]]) -> None:
        """Put translations to what they translate."""
        places = {item.path: place for place, item in enumerate(found)}
        for original, said in words:
            place = places.get(original)
            if place is not None:
                translated = put_words(said, found[place])
                if isinstance(translated, list):
                    self.problems += translated
                else:
                    found[place] = translated

    def read_compacted(self) -> Compacted:
        """Read the run files of former logs, and the list of those logs."""
        files: list[RunFile] = []
        for path in sorted((self.root / FOLDER).glob(f"*{ENDING}")):
            text = self.open(path, LARGEST_RUN_FILE)
            if text is not None:
                found = parse_run_file(text, self.name(path))
                self.problems += found.problems
                files.append(found)
        self.problems += check_overlaps(kept for found in files for kept in found.kept)
        logs: list[KeptLog] = []
        if (path := self.root / LOGS).exists() and (text := self.open(path)) is not None:
            logs, problems = parse_logs(text, self.name(path))
            self.problems += problems
        return Compacted(
            days=join_days(day for found in files for day in found.days),
            kept=tuple(kept for found in files for kept in found.kept),
            logs=tuple(logs),
        )

    def keep(self, found: list[T], parsed: T | list[Problem], document: Document) -> None:
        """Keep what was read of a document with advice on it, or its problems."""
        if isinstance(parsed, list):
            self.problems += parsed
        else:
            found.append(parsed)
            about = parsed if isinstance(parsed, Incident) else None
            folder = {Incident: "incidents", Maintenance: "maintenance", CustomPage: "pages"}[type(parsed)]
            updates = not isinstance(parsed, CustomPage)
            self._look_through(document, f"{_ADDRESSES[folder]}{parsed.id}/", about, updates=updates)

    def _look_through(self, document: Document, page: str, about: Incident | None = None, *, updates: bool) -> None:
        """Keep the advice that the lines of a text give by themselves, and the links in them."""
        prose = read_prose(document, page, self.private, about, updates=updates)
        self.notes += prose.notes
        self.links += prose.links


def _read_at_most(path: Path, largest: int) -> bytes | None:
    """Give the bytes of a file, of one that is larger one byte more than `largest`; None where it is no file.

    A pipe that nobody writes to would hold up the reading for ever: it is opened without waiting, and not read.
    """
    with open(path, "rb", opener=_open_at_once) as file:
        found = os.fstat(file.fileno())
        if not S_ISREG(found.st_mode):
            return None
        return file.read(min(largest, found.st_size) + 1)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def leads_out(path: Path, root: Path) -> bool:
    """Tell whether a link leads out of a folder, or to itself."""
    try:
        return not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # RuntimeError: a link that leads to itself
        return True


def find_markdown(folder: Path, *, hidden: bool = True) -> Iterator[Path]:
    """Give what is named *.md below a folder and is none itself, in any order; no folder behind a link is looked into.

    Names that begin with . or _ are those that `hidden` tells of.
    Folders of a stranger may lie deeper inside each other than Python's calls can.
    """
    left = [os.fspath(folder)]
    while left:
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                if not hidden and entry.name.startswith((".", "_")):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                elif entry.name.endswith(".md"):
                    yield Path(entry.path)


def _markdown_files(folder: Path) -> list[Path]:
    """Give all Markdown files below a folder; names that begin with . or _ are the author's own business."""
    if leads_out(folder, folder.parent):
        return []  # told once, as what it is; behind it may lie all of the disk
    return sorted(find_markdown(folder, hidden=False), key=lambda path: path.as_posix())


def _check_unique(found: Sequence[Incident | Maintenance | CustomPage]) -> Iterator[Problem]:
    """Two files with one id would be one address, and their updates one item in every feed."""
    first: dict[str, str] = {}
    for item in found:
        other = first.setdefault(item.id, item.path)
        if other != item.path:
            cure = "rename one of the files" + ("" if isinstance(item, CustomPage) else ", or give one an id:")
            text = f'its id "{item.id}" is also that of {other} ({cure})'
            yield Problem(item.path, 0, text, Code.ID_TWICE)
