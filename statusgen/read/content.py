"""The content folder: the only opener of its files, from the folder to a History."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from statusgen.errors import ContentError, suggest
from statusgen.model.compacted import ENDING, FOLDER, LOGS, Compacted, KeptLog, join_days
from statusgen.model.history import CustomPage, History, Incident, Maintenance, Site, SiteFile
from statusgen.model.problem import Problem
from statusgen.read.advice import advise
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
from statusgen.read.lookalikes import find_lookalikes
from statusgen.read.maintenance import own_clock, parse_maintenance
from statusgen.read.pages import parse_page
from statusgen.read.revisions import asked_of_git
from statusgen.read.runfiles import RunFile, check_overlaps, parse_logs, parse_run_file
from statusgen.read.settings import parse_site, site_clock, site_languages, site_names
from statusgen.read.times import Clock
from statusgen.read.translations import Words, check_name, parse_translation, put_words, split_name
from statusgen.read.updates import Names

T = TypeVar("T", Incident, Maintenance, CustomPage)

SETTINGS = "status.yaml"
LARGEST_FILE = 4_000_000  # bytes; an incident of this size is no incident
LARGEST_RUN_FILE = 4_000_000_000  # bytes; statusgen writes them itself, a line a check where each must be known


def read_content(
    root: Path, now: int, *, cache: Path | None = None, progress: Callable[[int, int], object] | None = None,
    exact: bool = False, edits: bool = False, beside: Beside | None = None,
) -> History:  # fmt: skip
    """Read a content folder, with the checks of its logs before `now` (Unix seconds).

    What logs hold is kept in the folder `cache`; `progress` is told how many bytes of how many were scanned. With
    `exact` the instant of each check is known, also where no figure asks for it; with `edits` git is asked which
    updates were edited. `beside` is another folder with logs of it.

    Raises ContentError with all problems of all files at once (design.md §6). Bad log lines are no problem: they are
    counted in the observations.
    """
    with asked_of_git(root) if edits else nullcontext(_as_it_is) as add_edits:
        history = read_documents(root, now)
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


def read_documents(root: Path, now: int) -> History:
    """Read everything in a content folder but the logs."""
    reading = Reading(root)
    site, names, clock = reading.read_settings()
    incidents: list[Incident] = []
    maintenances: list[Maintenance] = []
    pages: list[CustomPage] = []
    for document, own_id in reading.documents("incidents"):
        reading.keep(incidents, parse_incident(document, own_id, names, clock), document)
    reading.translate(incidents, reading.words("incidents", clock))
    for document, own_id in reading.documents("maintenance"):
        reading.keep(maintenances, parse_maintenance(document, own_id, names, clock), document)
    reading.translate(maintenances, reading.words("maintenance", clock))
    for document, own_id in reading.documents("pages"):
        reading.keep(pages, parse_page(document, own_id, clock), document)
    reading.translate(pages, reading.words("pages", clock, updates=False))
    compacted = reading.read_compacted()
    reading.problems += [*_check_unique([*incidents, *maintenances]), *_check_unique(pages)]
    if reading.problems or site is None:
        raise ContentError(reading.problems, reading.files)
    history = History(
        site=site,
        incidents=tuple(incidents),
        maintenances=tuple(maintenances),
        pages=tuple(pages),
        compacted=compacted,
        files=reading.files,
    )
    return replace(history, notes=(*reading.notes, *advise(history, now)))


@dataclass(slots=True)
class Reading:
    """What was read so far: how many files, what is wrong with them, and what is worth a word."""

    root: Path
    files: int = 0
    languages: tuple[str, ...] = ()
    """Those of the site; nothing where status.yaml does not tell them."""
    zones: dict[str, Data] = field(default_factory=dict)
    """What each file says of its time zone, by its name."""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """Give a file's name as the user would write it."""
        return path.as_posix()

    def load(self, path: Path, largest: int) -> bytes | None:
        """Give the bytes of a file of so many at most; None, and a problem, where it cannot be read."""
        self.files += 1
        name = self.name(path)
        try:
            if not path.resolve().is_relative_to(self.root.resolve()):
                raise DocumentError(Problem(name, 0, "a link that leads out of the content folder (copy the file)"))
            if path.stat().st_size > largest:
                raise DocumentError(Problem(name, 0, f"larger than {largest:,} bytes"))
            return path.read_bytes()
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            self.problems.append(Problem(name, 0, f"cannot be read: {getattr(error, 'strerror', None) or error}"))
        except DocumentError as error:
            self.problems.append(error.problem)
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
            self.problems.append(Problem(self.name(path), 0, text))
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
        self.languages = site_languages(marked.data)
        parsed = parse_site(marked, self.name(path))
        if isinstance(parsed, list):
            self.problems += parsed
        files = self.read_look(marked)
        site = None if isinstance(parsed, list) else replace(parsed, files=files)
        return site, site_names(marked.data), site_clock(marked.data)

    def read_look(self, marked: Marked) -> dict[str, SiteFile]:
        """Read the files that status.yaml names for the look, by their names."""
        found: dict[str, SiteFile] = {}
        faults = {named: named.fault or self._missing(named) for named in named_files(marked.data)}
        for named, fault in faults.items():
            if fault:
                line = marked.line(named.place)
                self.problems.append(Problem(self.name(self.root / SETTINGS), line, f"{named.key}: {fault}"))
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

    def documents(self, folder: str) -> Iterator[tuple[Document, str]]:
        """Read the Markdown files of a folder in the order of their names, each with the id that its name gives.

        Translations are read once what they translate is known.
        """
        files = _markdown_files(self.root / folder)
        for path in files:
            document = None if split_name(path, files) else self.open_document(path)
            if document is None:
                continue
            self.zones[document.path] = document.front.data.get("timezone")
            stem = path.name.removesuffix(".md")
            try:
                check_id(stem)
            except ValueError as error:
                self.problems.append(Problem(self.name(path), 0, f"the file's name is the address, and {error}"))
                continue
            yield document, stem

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
        files = _markdown_files(self.root / folder)
        for path in files:
            told = split_name(path, files)
            document = self.open_document(path) if told else None
            if told and document:
                original = self.name(told.original)
                own = own_clock(self.zones.get(original), clock)
                words, problems = parse_translation(document, told.language, own, updates=updates)
                problems += check_name(told, files, self.languages, document.path)
                self.problems += problems
                self.notes += [] if problems else find_lookalikes(document, updates=updates)
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
            self.notes += find_lookalikes(document, updates=not isinstance(parsed, CustomPage))


def _markdown_files(folder: Path) -> list[Path]:
    """Give all Markdown files below a folder; names that begin with . or _ are the author's own business."""
    found = (path for path in folder.rglob("*.md") if path.is_file() or path.is_symlink())
    return sorted(
        (path for path in found if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)),
        key=lambda path: path.as_posix(),
    )


def _check_unique(found: Sequence[Incident | Maintenance | CustomPage]) -> Iterator[Problem]:
    """Two files with one id would be one address, and their updates one item in every feed."""
    first: dict[str, str] = {}
    for item in found:
        other = first.setdefault(item.id, item.path)
        if other != item.path:
            cure = "rename one of the files" + ("" if isinstance(item, CustomPage) else ", or give one an id:")
            text = f'its id "{item.id}" is also that of {other} ({cure})'
            yield Problem(item.path, 0, text)
