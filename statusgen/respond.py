"""The verbs of responders: each writes one file of the content folder, checked before it is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from statusgen.compute.incidents import follow_incident, incident_before
from statusgen.compute.maintenance import expand_maintenance
from statusgen.edit.text import EditError, insert_update, set_value
from statusgen.edit.words import name_file, write_front, write_heading, write_time, write_value
from statusgen.errors import UnknownNameError, suggest
from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc, local_time
from statusgen.model.history import Incident, Maintenance, Phase, Update
from statusgen.model.printable import printable
from statusgen.model.report import Occurrence
from statusgen.model.status import Status
from statusgen.publish.sources import write_sources
from statusgen.read.content import find_markdown
from statusgen.read.source import (
    INCIDENTS,
    MAINTENANCE,
    Desk,
    Source,
    file_of,
    ids_taken,
    incidents_perhaps_open,
    maintenance_perhaps_open,
    parse_incident_file,
    parse_maintenance_file,
    read_raw,
)

T = TypeVar("T", bound=Incident | Maintenance)

_ALIKE = 3
"""How many ids are told that hold what was taken for one, the newest first."""


class ManyOpenError(UnknownNameError):
    """There is none or more than one that could be meant; `found` are the ids of those."""

    def __init__(self, message: str, found: Sequence[str]) -> None:
        super().__init__(message)
        self.found = tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """What a command wrote: the file, and the update in it with its instant; `title` is that of all the file."""

    path: Path
    title: str
    phase: Phase
    at: int

    @property
    def summary(self) -> str:
        """Say in a line what it is about, as a commit does."""
        return f"{self.phase.label}: {self.title}"


# --- Incidents


def list_incidents(desk: Desk, now: int) -> list[Source[Incident]]:
    """Give the open incidents, the one that started last first. One that begins only later is open, too."""
    found = [source for source in incidents_perhaps_open(desk) if is_open(source.fact, now)]
    return sorted(found, key=lambda source: (source.fact.started, source.fact.id), reverse=True)


def is_open(incident: Incident, now: int) -> bool:
    """Tell whether an incident is open at `now`, or is still to begin."""
    known = incident_before(incident, now + 1)
    return known is None or follow_incident(known, now + 1).open


def find_incident(desk: Desk, slug: str | None, now: int) -> Source[Incident]:
    """Give the incident of an id, or else the only open one; ManyOpenError where that is not one."""
    if slug is None:
        return _only(list_incidents(desk, now), "incident", "open")
    return _named(desk, INCIDENTS, slug, parse_incident_file)


def begin_incident(
    desk: Desk, title: str, states: Mapping[str, Status], text: str, now: int, *, phase: Phase = Phase.INVESTIGATING,
    started: int | None = None, impact: str | None = None,
) -> Written:  # fmt: skip
    """Write the file of a new incident, with its first update at `now`."""
    day = f"{local_time(now, desk.site.zone):%Y-%m-%d}"
    path = file_of(desk, INCIDENTS, name_file(day, title, ids_taken(desk)))
    front = write_front(
        (
            ("title", write_value(title)),
            ("components", {name: status.word for name, status in states.items()}),
            ("started", None if started is None or started == now else write_time(started)),
            ("impact", impact),
        )
    )
    raw = "\n".join([front, _block(write_heading(phase, now, {}), text), ""])
    source = parse_incident_file(desk, path, raw)
    _write(path, raw)
    return Written(path, source.fact.title, phase, now)


def update_incident(
    desk: Desk, source: Source[Incident], text: str, at: int, *, phase: Phase, changes: Mapping[str, Status]
) -> Written:
    """Add an update to an incident; every other line of its file stays."""
    raw = _with_update(source, phase, changes, text, at)
    after = parse_incident_file(desk, source.path, raw)
    _check_kept(source.fact.updates, after.fact.updates, source.path)
    _write(source.path, raw)
    return Written(source.path, source.fact.title, phase, at)


# --- Maintenance


def list_maintenance(desk: Desk, now: int) -> list[tuple[Source[Maintenance], Occurrence]]:
    """Give the maintenance that runs or is to come, each with its nearest occurrence, the next first."""
    found = []
    for source in maintenance_perhaps_open(desk):
        ahead = [o for o in expand_maintenance(source.fact, now + 1) if o.running_at(now + 1) or o.coming_at(now + 1)]
        if ahead:
            found.append((source, min(ahead, key=lambda o: o.planned.start)))
    return sorted(found, key=lambda pair: (pair[1].planned.start, pair[0].fact.id))


def find_maintenance(desk: Desk, slug: str | None, now: int) -> Source[Maintenance]:
    """Give the maintenance of an id, or else the only one that runs or, where none runs, that is to come."""
    if slug is not None:
        return _named(desk, MAINTENANCE, slug, parse_maintenance_file)
    ahead = list_maintenance(desk, now)
    running = [source for source, occurrence in ahead if occurrence.running_at(now + 1)]
    return _only(running or [source for source, _ in ahead], "maintenance", "running" if running else "ahead")


def plan_maintenance(
    desk: Desk, title: str, components: Sequence[str], text: str, now: int, *, start: int, end: int,
    every: str | None = None, zone: str | None = None,
) -> Written:  # fmt: skip
    """Write the file of a new maintenance, announced at `now`. `every` is an RRULE, by the clock of `zone`."""
    day = f"{local_time(start, desk.site.zone):%Y-%m-%d}"
    path = file_of(desk, MAINTENANCE, name_file(day, title, ids_taken(desk)))
    front = write_front(
        (
            ("title", write_value(title)),
            ("components", list(components)),
            ("start", write_time(start)),
            ("end", write_time(end)),
            ("rrule", every),
            ("timezone", zone if every else None),
        )
    )
    raw = "\n".join([front, _block(write_heading(Phase.SCHEDULED, now, {}), text), ""])
    source = parse_maintenance_file(desk, path, raw)
    _write(path, raw)
    return Written(path, source.fact.title, Phase.SCHEDULED, now)


def update_maintenance(
    desk: Desk, source: Source[Maintenance], text: str, at: int, *, phase: Phase, end: int | None = None
) -> Written:
    """Add an update to a maintenance; `end` is its new end. Every other line of its file stays."""
    if end is not None and source.fact.recurrence:
        raise EditError(f"{source.path}: a recurring maintenance has no one end (write the update alone)")
    raw = source.raw
    if end is not None:
        raw = set_value(raw, source.lines["end"], "end", write_time(end))
    raw = _with_update(replace(source, raw=raw), phase, {}, text, at)
    after = parse_maintenance_file(desk, source.path, raw)
    _check_kept(source.fact.updates, after.fact.updates, source.path)
    _write(source.path, raw)
    return Written(source.path, source.fact.title, phase, at)


# --- What both share


def _named(desk: Desk, folder: str, slug: str, parse: Callable[[Desk, Path, str], Source[T]]) -> Source[T]:
    path = file_of(desk, folder, slug)
    if "." in slug or not path.is_file():  # a dot is that of a translation
        known = sorted(found.stem for found in find_markdown(desk.root / folder) if "." not in found.stem)
        alike = sorted((stem for stem in known if slug.lower() in stem), reverse=True)[:_ALIKE]
        cure = suggest(slug, known) or (f" (there is {', '.join(alike)})" if alike else "")
        raise UnknownNameError(f"no {path.as_posix()}{cure}")
    return parse(desk, path, read_raw(path))


def _only(found: Sequence[Source[T]], what: str, how: str) -> Source[T]:
    if len(found) == 1:
        return found[0]
    if not found:
        cure = f"name one by its id, the name of its file without .md; statusgen {what} new begins one"
        raise ManyOpenError(f"no {what} is {how} ({cure})", ())
    listed = "\n".join(printable(f"  {source.path.stem}  {source.fact.title}") for source in found)
    message = f"{len(found)} are {how}; say which one by its id:\n{listed}"
    raise ManyOpenError(message, [source.path.stem for source in found])


def _block(heading: str, text: str) -> str:
    """Write an update; its text may hold no heading of its own, which would be another update."""
    words = text.strip("\n").rstrip()
    return f"{heading}\n\n{words}" if words else heading


def _with_update(source: Source[T], phase: Phase, changes: Mapping[str, Status], text: str, at: int) -> str:
    there = [update.at for update in source.fact.updates]
    exact = any(other // 60 == at // 60 for other in there)
    heading = write_heading(phase, at, changes, exact=exact)
    return insert_update(source.raw, source.headings, at, _block(heading, text))


def _check_kept(before: Sequence[Update], after: Sequence[Update], path: Path) -> None:
    """Refuse a file in which the new text became something else than one more update (an open comment, a ##)."""

    def said(updates: Sequence[Update]) -> list[tuple[str, int, str]]:
        return [(update.key, update.at, update.text) for update in updates]

    rest = said(after)
    kept = [item for item in said(before) if item in rest]
    if len(after) != len(before) + 1 or len(kept) != len(before):
        raise EditError(
            f"{path}: the text would not be one update of its own; nothing was written "
            "(no line of it may begin with ##, and no comment or code block above may be left open)"
        )


def _write(path: Path, raw: str) -> None:
    write_sources([Artifact(path.name, raw.encode())], path.parent)


def describe_incident(source: Source[Incident], now: int) -> str:
    """Say in two lines how an incident stands."""
    fact = source.fact
    last = fact.updates[-1]
    ago = max(0, now - last.at) // 60
    title = f"{printable(source.path.stem)}  {printable(fact.title)}"
    return f"{title}\n  {last.phase.label}, {ago} min ago; started {iso_utc(fact.started)}"
