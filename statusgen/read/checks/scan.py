"""From logs to the runs of checks before `now`, each log for itself and then together."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from statusgen.model.compacted import Reading, day_of
from statusgen.model.history import Site
from statusgen.model.latency import MonitorLatency, add_counts, first_day
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.model.window import Window
from statusgen.read.checks.cache import Cache, Found, Probe, describe_log
from statusgen.read.checks.files import LogFile
from statusgen.read.checks.lines import find_dialect
from statusgen.read.checks.merge import Setting, find_clashes, join_pieces
from statusgen.read.checks.runs import UNNAMED, cut_even

if TYPE_CHECKING:
    from statusgen.read.checks.reading import Reader

Progress = Callable[[int, int], object]
"""Told how many bytes of the logs are done, and how many there are."""


def find_readings(site: Site) -> dict[str, Reading]:
    """Say what is asked of the runs of each monitor: the least `max_gap` of the components that name it, and so on."""
    found: dict[str, Reading] = {}
    for component in site.components:
        checks = component.checks
        exact = any(sla.needs_instants for sla in (*site.slas_of(component), site.default_sla))
        own = Reading(checks.max_gap, exact, max(checks.confirm_down, checks.confirm_up))
        for monitor in checks.monitors:
            before = found.get(monitor, own)
            found[monitor] = Reading(
                min(before.max_gap, own.max_gap), before.exact or exact, max(before.confirm, own.confirm)
            )
    return found


class Scanned(NamedTuple):
    """What some logs hold before now: the runs of whole days of all monitors, by log what was found, and `distinct`.

    That is the number of checks that remain when those of one probe in one second are one. `days` are those of each
    log, by the name that it is told by; one without checks has none. `latencies` are those of the last days.
    """

    rows: tuple[Run, ...]
    found: tuple[tuple[LogFile, Found], ...]
    distinct: int
    days: Mapping[str, Window]
    latencies: tuple[MonitorLatency, ...] = ()


def days_between(instants: Iterable[int]) -> Window | None:
    """Give the days (UTC) from the first to the last of some instants; None where there are none."""
    known = sorted(instants)
    return Window(day_of(known[0]).start, day_of(known[-1]).end) if known else None


def scan_logs(
    logs: Sequence[LogFile], readings: Mapping[str, Reading], now: int, *, cache: Path | None = None,
    progress: Progress | None = None,
) -> Scanned:  # fmt: skip
    """Read logs; what was found is kept in the folder `cache`, and a log that has not changed is not read again."""
    settings = {monitor: Setting(reading.max_gap, int(reading.exact)) for monitor, reading in readings.items()}
    with ExitStack() as stack:
        scan = _Scan(stack, logs, settings=settings, now=now, cache=Cache(cache), progress=progress)
        found = scan.find_all()
        rows, distinct = scan.merge(found)
        scan.cache.prune()
    by_log = tuple(zip(logs, found, strict=True))
    days = {log.told: window for log, one in by_log if (window := days_between(_instants(one)))}
    return Scanned(tuple(rows), by_log, distinct, days, tuple(_add_latencies(found, first_day(now))))


def _add_latencies(found: Iterable[Found], since: int) -> Iterator[MonitorLatency]:
    """Add the latencies of all logs up, by monitor and day, those of the days from `since` on."""
    several: dict[tuple[str, int], list[bytes]] = {}
    for one in found:
        for day, counts in one.latencies.items():
            if day[1] >= since:
                several.setdefault(day, []).append(counts)
    for day in sorted(several):
        yield MonitorLatency(*day, add_counts(several[day]))


def _instants(found: Found) -> list[int]:
    """Give the first and the last instants of what a log holds."""
    ends = [at for pieces in found.pieces.values() for piece in pieces for at in (piece.start, piece.last)]
    return ends if found.until is None else [*ends, found.until]


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
            setting = self._settings.get(probe[0], Setting(*UNNAMED))
            pieces = join_pieces((piece for part in parts for piece in part.get(probe, ())), setting)
            if setting.exact:
                pieces = cut_even(pieces, setting)
            distinct += sum(piece.checks for piece in pieces)
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
