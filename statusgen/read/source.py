"""Incident and maintenance files one by one, with their very text: for those who change them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any, Generic, TypeVar

from statusgen.errors import ContentError
from statusgen.model.code import Code
from statusgen.model.history import Incident, Maintenance, Site
from statusgen.model.problem import Problem
from statusgen.read.content import LARGEST_FILE, Reading, find_markdown, leads_out
from statusgen.read.document import Document, DocumentError, decode_text, find_conflicts, parse_document
from statusgen.read.incidents import parse_incident
from statusgen.read.maintenance import parse_maintenance
from statusgen.read.times import Clock
from statusgen.read.updates import Names

T = TypeVar("T", bound=Incident | Maintenance)

INCIDENTS, MAINTENANCE = "incidents", "maintenance"
TEMPLATES = "templates"


@dataclass(frozen=True, slots=True)
class Desk:
    """A content folder as those see it who write in it: what status.yaml says, and where the files are."""

    root: Path
    site: Site
    names: Names
    clock: Clock


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """A file with what it says. `raw` is its text with its own line ends; `lines` is where each key of it stands."""

    path: Path
    raw: str
    fact: T
    lines: Mapping[str, int]

    @property
    def headings(self) -> tuple[tuple[int, int], ...]:
        """Give the line and the instant of each update, in the order of the file."""
        return tuple(sorted((update.line, update.at) for update in self.fact.updates))


def open_desk(root: Path) -> Desk:
    """Read status.yaml; ContentError with all its problems."""
    reading = Reading(root)
    site, names, clock = reading.read_settings()
    if site is None:
        raise ContentError(reading.problems, reading.files)
    return Desk(root, site, names, clock)


def file_of(desk: Desk, folder: str, name: str) -> Path:
    """Give where the file of an id lies."""
    return desk.root / folder / f"{name}.md"


def read_raw(path: Path) -> str:
    """Read a file's text with its line ends; ContentError where it leads out, is too large or not UTF-8."""
    content = _read_bytes(path)
    try:
        decode_text(content, path.as_posix())
    except DocumentError as error:
        raise ContentError([error.problem], 1) from None
    return content.decode("utf-8")


def _read_bytes(path: Path) -> bytes:
    """Read a file two folders deep at most, as `build` would; ContentError for a link out of the content folder."""
    reading = Reading(_root_of(path))
    content = reading.load(path, LARGEST_FILE)
    if content is None:
        raise ContentError(reading.problems, 1)
    return content


def _root_of(path: Path) -> Path:
    """Give the content folder of a file: the one above incidents/, maintenance/ or templates/."""
    own = (INCIDENTS, MAINTENANCE, TEMPLATES)
    return next((folder.parent for folder in path.parents if folder.name in own), path.parent)


def parse_incident_file(desk: Desk, path: Path, raw: str) -> Source[Incident]:
    """Read a text as an incident; ContentError with all its problems."""
    return _parse(desk, path, raw, parse_incident)


def parse_maintenance_file(desk: Desk, path: Path, raw: str) -> Source[Maintenance]:
    """Read a text as a maintenance; ContentError with all its problems."""
    return _parse(desk, path, raw, parse_maintenance)


def _parse(
    desk: Desk, path: Path, raw: str, parse: Callable[[Document, str, Names, Clock], T | list[Problem]]
) -> Source[T]:
    name = path.as_posix()
    try:
        text = decode_text(raw.encode(), name)
        document = parse_document(text, name)
    except DocumentError as error:
        raise ContentError([error.problem], 1) from None
    problems = find_conflicts(text, name)
    parsed = parse(document, path.stem, desk.names, desk.clock)
    if isinstance(parsed, list):
        raise ContentError([*problems, *parsed], 1)
    if problems:
        raise ContentError(problems, 1)
    lines = {str(place[0]): line for place, line in document.front.lines.items() if len(place) == 1}
    return Source(path, raw, parsed, lines)


# A heading as nearly all are: its phase, its time in UTC, and its braces.
_HEADING = re.compile(
    r" {0,3}##\s*(?P<phase>[A-Za-z]+(?: [A-Za-z]+)*)(?:\s*[-–—:])?\s*"
    r"(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)\s*(?:UTC|Z)(?:\s*(?P<braces>\{[^{}]*\}))?\s*"
)
_ANY_HEADING = re.compile(r"^ {0,3}##(?!#).*$", re.MULTILINE)


def _is_over(raw: str) -> bool:
    """Tell whether a glance at the headings shows an incident to be over: resolved, and nothing worse said since."""
    over, worse = "", ""
    for line in _ANY_HEADING.findall(raw):
        match = _HEADING.fullmatch(line.rstrip("\r"))
        if not match:
            return False
        at = match["at"].replace("T", " ")
        if match["phase"].lower() == "resolved":
            over = max(over, at)
        elif re.search(r"=(?!operational\b)", match["braces"] or ""):
            worse = max(worse, at)
    return over > worse


_DONE = re.compile(r"^ {0,3}##\s*(?:Completed|Cancelled)\b", re.MULTILINE | re.IGNORECASE)
_REPEATS = re.compile(r"^rrule\s*:", re.MULTILINE)


def _glance(path: Path) -> str:
    """Give a file's text without asking where its folders lead; nothing of a link and of what `read_raw` refuses."""
    try:
        found = path.lstat()
        if not S_ISREG(found.st_mode) or found.st_size > LARGEST_FILE:
            return ""
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return ""


def incidents_perhaps_open(desk: Desk) -> Iterator[Source[Incident]]:
    """Read the incidents that a glance does not show to be over; of a thousand files that is nearly none."""
    for path in list_files(desk.root / INCIDENTS):
        if not _is_over(_glance(path)):
            yield parse_incident_file(desk, path, read_raw(path))


def maintenance_perhaps_open(desk: Desk) -> Iterator[Source[Maintenance]]:
    """Read the maintenance files that a glance does not show to be done with."""
    for path in list_files(desk.root / MAINTENANCE):
        raw = _glance(path)
        if not _DONE.search(raw) or _REPEATS.search(raw):
            yield parse_maintenance_file(desk, path, read_raw(path))


def list_files(folder: Path) -> Iterator[Path]:
    """Give the Markdown files below a folder but for translations and what is the author's own business."""
    if leads_out(folder, folder.parent):
        return
    for path in sorted(find_markdown(folder)):
        if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts) and "." not in path.stem:
            yield path


def ids_taken(desk: Desk) -> set[str]:
    """Give the ids that the names of files take."""
    return {path.stem for folder in (INCIDENTS, MAINTENANCE) for path in find_markdown(desk.root / folder)}


def read_template(desk: Desk, name: str) -> tuple[Mapping[str, Any], str]:
    """Give the front matter and the text of content/templates/NAME.md; ContentError where it cannot be read."""
    path = file_of(desk, TEMPLATES, name)
    try:
        path.stat()
        document = parse_document(decode_text(_read_bytes(path), path.as_posix()), path.as_posix())
    except FileNotFoundError:
        others = sorted(found.stem for found in (desk.root / TEMPLATES).glob("*.md"))
        known = f" (there are {', '.join(others)})" if others else " (there is no template yet)"
        raise ContentError(
            [Problem(path.as_posix(), 0, f"there is no such template{known}", Code.NO_FILE)], 0
        ) from None
    except DocumentError as error:
        raise ContentError([error.problem], 1) from None
    return document.front.data, "\n".join(document.body).strip("\n")
