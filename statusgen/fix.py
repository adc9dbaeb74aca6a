"""Putting right what is safe: the meaning of a file stays, or what was wrong with it is gone."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusgen.edit.text import EditError, set_value, split_lines
from statusgen.edit.words import write_time
from statusgen.errors import ContentError
from statusgen.model.artifact import Artifact
from statusgen.model.history import Incident, Maintenance, Phase
from statusgen.model.problem import Problem
from statusgen.publish.sources import write_sources
from statusgen.read.document import Document, DocumentError, decode_text, parse_document, split_sections
from statusgen.read.incidents import parse_incident
from statusgen.read.maintenance import parse_maintenance
from statusgen.read.source import INCIDENTS, MAINTENANCE, Desk, list_files, open_desk, read_raw
from statusgen.read.times import Clock, parse_time
from statusgen.read.updates import INCIDENT_PHASES, MAINTENANCE_PHASES, read_heading

_TIMES = ("started", "start", "end", "announced")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was put right: the file and line, and what stands there now."""

    place: str
    told: str


def fix_content(content: Path, files: Collection[Path], now: int) -> list[Fixed]:
    """Put right, in incidents and maintenance (in `files` alone where some are named), what is safe.

    An update without a time gets `now`, where that keeps the order; times are written in full; an alias becomes the id
    that it means. Each file is written as a whole, or stays. Nothing is done where status.yaml cannot be read.
    """
    try:
        desk = open_desk(content)
    except ContentError:
        return []
    only = {path.resolve() for path in files}
    found: list[Fixed] = []
    for folder, parse, phases in (
        (INCIDENTS, parse_incident, INCIDENT_PHASES), (MAINTENANCE, parse_maintenance, MAINTENANCE_PHASES),
    ):  # fmt: skip
        for path in list_files(desk.root / folder):
            if not only or path.resolve() in only:
                found += _fix_file(_File(desk, path, parse, {phase.value: phase for phase in phases}), now)
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """A file that may want fixing, and how its kind is read."""

    desk: Desk
    path: Path
    parse: Callable[..., Incident | Maintenance | list[Problem]]
    phases: Mapping[str, Phase]

    def read(self, raw: str) -> tuple[Document, Incident | Maintenance | list[Problem]]:
        """Read a text as this file; DocumentError where it is no document."""
        document = parse_document(decode_text(raw.encode(), self.path.as_posix()), self.path.as_posix())
        return document, self.parse(document, self.path.stem, self.desk.names, self.desk.clock)


def _fix_file(file: _File, now: int) -> Iterator[Fixed]:
    try:
        raw = read_raw(file.path)
        document, before = file.read(raw)
        lines = split_lines(raw)
        for number, line in _changes(file, document, raw, now):
            lines[number - 1] = line
        text = "".join(lines)
        if text == raw:
            return
        after = file.read(text)[1]
    except (OSError, ContentError, DocumentError):
        return  # which is told as what it is
    if not _is_better(before, after):
        return
    write_sources([Artifact(file.path.name, text.encode())], file.path.parent)
    for number, (old, new) in enumerate(zip(split_lines(raw), lines, strict=True), 1):
        if old != new:
            yield Fixed(f"{file.path.as_posix()}:{number}", f"{old.strip()} -> {new.strip()}")


def _is_better(before: Incident | Maintenance | list[Problem], after: Incident | Maintenance | list[Problem]) -> bool:
    """Tell whether a text means the same as before or, where something was wrong with it, less is."""
    if not isinstance(before, list):
        return before == after
    if not isinstance(after, list):
        return True
    known = {(problem.line, problem.text) for problem in before}
    return len(after) <= len(before) and all((problem.line, problem.text) in known for problem in after)


def _changes(file: _File, document: Document, raw: str, now: int) -> Iterator[tuple[int, str]]:
    """Give the lines that change, by their numbers."""
    lines = split_lines(raw)
    zone = document.front.data.get("timezone")
    if not zone:
        yield from _front_times(document, raw, file.desk.clock)
    changed = dict(_components(file, document, lines))
    yield from changed.items()
    for section in split_sections(document)[1]:
        line = lines[section.line - 1]
        fixed = _fix_heading(line, section.heading, file, now, local=bool(zone))
        if fixed != line:
            yield section.line, fixed


def _front_times(document: Document, raw: str, clock: Clock) -> Iterator[tuple[int, str]]:
    for key in _TIMES:
        value = document.front.data.get(key)
        if not isinstance(value, str) or re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", value):
            continue  # a bare date is right as it is
        try:
            written = write_time(parse_time(value, clock))
            number = document.front.line((key,))
            if written != value:
                yield number, split_lines(set_value(raw, number, key, written))[number - 1]
        except (ValueError, EditError):
            continue


def _components(file: _File, document: Document, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Write the ids for aliases in `components:`."""
    named = document.front.data.get("components")
    fixed: dict[int, str] = {}
    for place, name in enumerate(named if isinstance(named, (list, dict)) else ()):
        if not isinstance(name, str) or name not in file.desk.names.aliases:
            continue
        number = document.front.line(("components", name if isinstance(named, dict) else place))
        line = fixed.get(number, lines[number - 1])
        word = rf"(?<![\w.-])([\"']?){re.escape(name)}\1(?![\w.-])" + (r"(?=\s*:)" if isinstance(named, dict) else "")
        fixed[number] = re.sub(word, file.desk.names.aliases[name], line, count=1)
    yield from fixed.items()


def _fix_heading(line: str, heading: str, file: _File, now: int, *, local: bool) -> str:
    try:
        word, time, braces = read_heading(heading)
    except ValueError:
        return line
    phase = file.phases.get(" ".join(word.lower().split()))
    if phase is None:
        return line
    fixed = line
    for name, meant in file.desk.names.aliases.items():
        if f"{name}=" in braces:
            fixed = re.sub(rf"(?<=[{{,\s]){re.escape(name)}(?==)", meant, fixed)
    if not time:
        parts = re.fullmatch(r"(\s*##\s*[^{\r\n]*?)[ \t–—:-]*(\{.*\})?(\s*)", fixed, re.DOTALL)
        braced = f" {parts[2]}" if parts and parts[2] else ""
        return f"{parts[1]} — {write_time(now // 60 * 60)}{braced}{parts[3]}" if parts else line
    try:
        written = write_time(parse_time(time, file.desk.clock, dates=False))
    except ValueError:
        return fixed
    there = re.escape(time).replace(r"\ ", r"\s+")
    return fixed if local or written == time else re.sub(there, written, fixed, count=1)
