"""From the logs that status.yaml names to the runs of checks before `now`."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from statusgen.errors import count
from statusgen.model.history import Observations, Run, Site
from statusgen.model.problem import Problem
from statusgen.model.status import Status
from statusgen.read.checks.cache import Cache, Found, Probe, describe_log
from statusgen.read.checks.files import LogFile, find_logs
from statusgen.read.checks.lines import find_dialect, quote
from statusgen.read.checks.merge import Setting, find_clashes, join_pieces

if TYPE_CHECKING:
    from statusgen.read.checks.reading import Reader

Progress = Callable[[int, int], object]
"""Told how many bytes of the logs are done, and how many there are."""

_NAMED = 5


def read_checks(
    root: Path, site: Site, now: int, *, cache: Path | None = None, progress: Progress | None = None
) -> Observations:
    """Read the logs of a site and give the runs of its monitors before `now` (Unix seconds); see uptime.md §2.1.

    `root` is the content folder. Nothing in a log stops the build: what cannot be used is counted and told
    (design.md §6). The order of lines and files never matters to runs, nor does reading a line twice. What was found is
    kept in the folder `cache`, and a log that has not changed is not read again.
    """
    if not site.logs:
        return Observations()
    logs, notes = find_logs(root, site.logs)
    settings = find_settings(site)
    with ExitStack() as stack:
        scan = _Scan(stack, logs, settings=settings, now=now, cache=Cache(cache), progress=progress)
        found = scan.find_all()
        probes, distinct = scan.merge(found)
        scan.cache.prune()
    lines: dict[str, int] = {}
    for one in found:
        for (monitor, _), number in one.lines.items():
            lines[monitor] = lines.get(monitor, 0) + number
    lines = dict(sorted(lines.items()))
    return Observations(
        runs=tuple(sorted(probes, key=lambda run: (run.monitor, run.probe, run.start))),
        good=sum(one.good for one in found),
        bad=sum(one.bad for one in found),
        duplicates=sum(lines.values()) - distinct,
        later=sum(one.later for one in found),
        bad_lines=tuple(
            Problem(log.told, line, reason)
            for log, one in zip(logs, found, strict=True)
            for line, reason in one.examples
        ),
        notes=(*notes, *_note_monitors(lines, settings), *_note_components(site, lines)),
    )


def find_settings(site: Site) -> dict[str, Setting]:
    """Say how the runs of each monitor are cut: by the components that name it."""
    groups = {group.id: group.sla for group in site.groups}
    found: dict[str, Setting] = {}
    for component in site.components:
        names = (component.sla, groups.get(component.group or ""), site.sla)
        slas = [site.slas[name] for name in names if name and name in site.slas]
        exact = int(any(sla.needs_instants for sla in (*slas, site.default_sla)))
        for monitor in component.checks.monitors:
            before = found.get(monitor, Setting(component.checks.max_gap, exact))
            found[monitor] = Setting(min(before.max_gap, component.checks.max_gap), max(before.exact, exact))
    return found


class _Scan:
    """One reading of all logs; the engine is started when there is something to read."""

    def __init__(
        self, stack: ExitStack, logs: Sequence[LogFile], *, settings: Mapping[str, Setting], now: int, cache: Cache,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self._stack = stack
        self._logs = logs
        self._settings = settings
        self._now = now
        self.cache = cache
        self._progress = progress
        self._reader: Reader | None = None
        self._keys = [_describe(log) for log in logs]
        self._done = self._total = 0

    def find_all(self) -> list[Found]:
        """Give what each log holds, from the cache where it can."""
        found = [self.cache.load(key, self._now, self._settings) for key in self._keys]
        missing = [place for place, one in enumerate(found) if one is None]
        if missing:
            self._expect(missing)
            for place, one in zip(missing, self._open().read([self._logs[place] for place in missing]), strict=True):
                found[place] = one
                self.cache.save(self._keys[place], one, self._settings)
        return [one for one in found if one is not None]

    def merge(self, found: Sequence[Found]) -> tuple[list[Run], int]:
        """Give the runs of all logs together, and the number of checks in distinct seconds.

        Where runs of different logs intersect, the logs are read again together for those probes.
        """
        parts = [dict(one.pieces) for one in found]
        members = [{place} for place in range(len(found))]
        while clashes := find_clashes(parts):
            for group, probes in clashes:
                together = sorted(set().union(*(members[part] for part in group)))
                joint = self._read_together(together, sorted(probes))
                for part in group:
                    for probe in probes:
                        parts[part].pop(probe, None)
                parts.append(dict(joint.pieces))
                members.append(set(together))
        runs: list[Run] = []
        distinct = 0
        for probe in dict.fromkeys(probe for part in parts for probe in part):
            setting = self._settings.get(probe[0])
            pieces = join_pieces((piece for part in parts for piece in part.get(probe, ())), setting)
            distinct += sum(piece.checks for piece in pieces)
            if setting:
                runs += [Run(*probe, Status(piece.status), *piece[1:]) for piece in pieces]
        return runs, distinct

    def _read_together(self, places: Sequence[int], probes: Sequence[Probe]) -> Found:
        facts = "\0".join([*(self._keys[place] for place in places), *map(repr, probes)])
        key = "together " + hashlib.blake2b(facts.encode("utf-8", "backslashreplace")).hexdigest()
        found = self.cache.load(key, self._now, self._settings)
        if found is None:
            self._expect(places)
            found = self._open().read_together([self._logs[place] for place in places], probes)
            self.cache.save(key, found, self._settings)
        return found

    def _expect(self, places: Iterable[int]) -> None:
        self._total += sum(_size(self._logs[place].path) for place in places)

    def _tell(self, size: int) -> None:
        self._done += size
        if self._progress:
            self._progress(min(self._done, self._total), self._total)

    def _open(self) -> "Reader":
        if self._reader is None:
            from statusgen.read.checks.reading import open_reader  # noqa: PLC0415 - DuckDB is slow to import

            self._reader = self._stack.enter_context(open_reader(self._logs, self._settings, self._now, self._tell))
        return self._reader


def _describe(log: LogFile) -> str:
    try:
        return describe_log(log, find_dialect(log.source))
    except OSError as error:
        return f"{log.told}: {error}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _note_monitors(lines: Mapping[str, int], named: Iterable[str]) -> list[Problem]:
    """Tell of monitors that no component names, with the number of their lines before now."""
    strange = sorted(lines.keys() - set(named))
    if not strange:
        return []
    first = ", ".join(quote(monitor)[1:-1] for monitor in strange[:_NAMED])
    more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
    monitors, total = count(len(strange), "monitor"), count(sum(lines[monitor] for monitor in strange), "line")
    return [Problem("", 0, f"checks: {monitors} that no component names: {first}{more} ({total})")]


def _note_components(site: Site, lines: Mapping[str, int]) -> Iterator[Problem]:
    """Tell of components that have monitors, none of which has a line before now."""
    for component in site.components:
        monitors = component.checks.monitors
        if monitors and not any(monitor in lines for monitor in monitors):
            text = f"components.{component.id}: the logs have no line of {', '.join(monitors)} before now"
            yield Problem("status.yaml", 0, text)
