"""From the logs that status.yaml names, and what was kept of former ones, to the observations before `now`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

from statusgen.errors import count
from statusgen.model.calendar import iso_utc
from statusgen.model.code import Code
from statusgen.model.compacted import NOTHING_KEPT, Compacted, KeptLog, Reading, days_needed, join_days
from statusgen.model.history import Observations, Site
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.window import Window
from statusgen.read.checks.files import Beside, LogFile, find_all_logs, is_address
from statusgen.read.checks.kept import combine_kept
from statusgen.read.checks.lines import quote
from statusgen.read.checks.scan import Progress, Scanned, find_readings, scan_logs

_NAMED = 5
_EDGE = 1 << 16


def read_checks(
    root: Path, site: Site, now: int, *, compacted: Compacted = NOTHING_KEPT, cache: Path | None = None,
    progress: Progress | None = None, exact: bool = False, beside: Beside | None = None,
) -> Observations:  # fmt: skip
    """Read the logs of a site and give the runs of its monitors before `now` (Unix seconds); see uptime.md §2.1.

    `root` is the content folder. Nothing in a log stops the build: what cannot be used is counted and told
    (design.md §6). The order of lines and files never matters to runs, nor does reading a line twice. Logs of which
    everything was kept are not read. `beside` is another folder with logs of it. With `exact` all runs are even,
    if nothing was kept of former logs.
    """
    readings = find_readings(site)
    if exact and not compacted.kept:
        readings = {monitor: reading._replace(exact=True) for monitor, reading in readings.items()}
    needed = days_needed(compacted, readings, now)
    with open_scan(root, site, readings, now, cache=cache, progress=progress, beside=beside) as scan:
        logs, notes = scan.logs, scan.notes
        scanned = scan.read([log for log in logs if not is_settled(log, compacted, needed)])
    combined = combine_kept(compacted, scanned.rows, readings, now, gone=find_gone(compacted, logs))
    lines: dict[str, int] = {}
    for _, found in scanned.found:
        for (monitor, _), number in found.lines.items():
            lines[monitor] = lines.get(monitor, 0) + number
    known = {run.monitor for run in combined.runs}
    found_all = [found for _, found in scanned.found]
    return Observations(
        runs=combined.runs,
        good=sum(found.good for found in found_all),
        bad=sum(found.bad for found in found_all),
        duplicates=sum(lines.values()) - scanned.distinct,
        later=sum(found.later for found in found_all),
        bad_lines=tuple(
            Problem(log.told, line, _without_words(reason) if _lies_outside(log) else reason, Code.LOG_LINE)
            for log, found in scanned.found
            for line, reason in found.examples
        ),
        notes=(
            *notes,
            *_note_monitors(dict(sorted(lines.items())), readings),
            *_note_components(site, known),
            *_note_late(combined.late),
        ),
        problems=combined.problems,
        latencies=tuple(one for one in scanned.latencies if one.monitor in readings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A reading of logs that is begun: the logs that there are, what is to be told of them, and how to read some."""

    logs: Sequence[LogFile]
    notes: Sequence[Problem]
    read: Callable[[Sequence[LogFile]], Scanned]


@contextmanager
def open_scan(
    root: Path, site: Site, readings: Mapping[str, Reading], now: int, *, cache: Path | None = None,
    progress: Progress | None = None, beside: Beside | None = None,
) -> Iterator[Scan]:  # fmt: skip
    """Find the logs of a site, to be read by the engine that it names: DuckDB, or Spark without a cache."""
    logs, notes = find_all_logs(root, site.logs, beside)
    if site.spark_master is None:
        read = partial(scan_logs, readings=readings, now=now, cache=cache, progress=progress)
        yield Scan(logs=logs, notes=notes, read=read)
        return
    from statusgen.read.checks.spark import open_spark  # noqa: PLC0415 - for those who have outgrown one machine

    with open_spark(site.spark_master) as spark:
        far, told = spark.find([source for source in site.logs if is_address(source.files)])
        read = partial(spark.scan, readings=readings, now=now)
        yield Scan(logs=(*logs, *far), notes=(*notes, *told), read=read)


def is_settled(log: LogFile, compacted: Compacted, needed: Iterable[Window] = ()) -> bool:
    """Tell whether everything that a log holds was kept, so that it need not be read."""
    for kept in compacted.logs:
        if kept.name == log.told and size_of(log) == kept.size and is_same(log, kept):
            return compacted.covers_log(kept) and not any(kept.days & day for day in needed)
    return False


def size_of(log: LogFile) -> int:
    """Give the size of a log in bytes; -1 where it is gone."""
    try:
        return log.path.stat().st_size if log.size is None else log.size
    except OSError:
        return -1


def digest_log(log: LogFile, size: int) -> str:
    """Give a digest of the beginning and of the end of a log's first `size` bytes: a log that grows keeps it."""
    digest = blake2b(digest_size=16)
    try:
        with log.path.open("rb") as file:
            digest.update(file.read(min(size, _EDGE)))
            file.seek(max(0, size - _EDGE))
            digest.update(file.read(min(size, _EDGE)))
    except OSError:  # it lies at an address
        return "-"
    return digest.hexdigest()


def is_same(log: LogFile, kept: KeptLog) -> bool:
    """Tell whether a log is the one of which runs were kept, or has only grown since."""
    return log.told == kept.name and size_of(log) >= kept.size and digest_log(log, kept.size) == kept.digest


def find_gone(compacted: Compacted, logs: Sequence[LogFile]) -> tuple[Window, ...]:
    """Give the days of which some log no longer exists, or holds something else now."""
    by_name = {log.told: log for log in logs}
    return join_days(
        kept.days for kept in compacted.logs if not (log := by_name.get(kept.name)) or not is_same(log, kept)
    )


def note_logs(compacted: Compacted, logs: Sequence[LogFile], days: Mapping[str, Window]) -> tuple[KeptLog, ...]:
    """Give what is noted of logs beside the runs that are kept: of those that were read, with the `days` of each.

    What was noted before stays, but of a log that has only grown.
    """
    noted = {log.told: log for log in logs if log.told in days}
    grown = {kept for kept in compacted.logs if kept.name in noted and is_same(noted[kept.name], kept)}
    fresh = []
    for name, log in noted.items():
        before = [kept.days for kept in grown if kept.name == name]
        span = Window(min(w.start for w in (*before, days[name])), max(w.end for w in (*before, days[name])))
        fresh.append(KeptLog(name, size := size_of(log), span, digest_log(log, size)))
    return tuple(sorted({*compacted.logs, *fresh} - grown | set(fresh)))


def _lies_outside(log: LogFile) -> bool:
    """Tell whether a log lies elsewhere on this machine: status.yaml, which may be a stranger's, can name any file."""
    return Path(log.told).is_absolute()


def _without_words(reason: str) -> str:
    """Give why a line is bad without what stands in it."""
    said, quoted, _ = reason.partition(': "')
    return f"{said} (what it says is not shown: the log lies outside of the content folder)" if quoted else reason


def _note_monitors(lines: Mapping[str, int], named: Iterable[str]) -> list[Problem]:
    """Tell of monitors that no component names, with the number of their lines before now."""
    strange = sorted(lines.keys() - set(named))
    if not strange:
        return []
    first = ", ".join(quote(monitor)[1:-1] for monitor in strange[:_NAMED])
    more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
    monitors, total = count(len(strange), "monitor"), count(sum(lines[monitor] for monitor in strange), "line")
    return [Problem("", 0, f"checks: {monitors} that no component names: {first}{more} ({total})", Code.NO_MONITOR)]


def _note_components(site: Site, known: Iterable[str]) -> Iterator[Problem]:
    """Tell of components that have monitors, none of which has a line before now."""
    for component in site.components:
        monitors = component.checks.monitors
        if site.logs and monitors and not any(monitor in known for monitor in monitors):
            text = f"components.{component.id}: the logs have no line of {', '.join(monitors)} before now"
            yield Problem("status.yaml", 0, text, Code.NO_CHECKS)


def _note_late(late: Sequence[Run]) -> Iterator[Problem]:
    """Tell of checks that came when their day had been compacted."""
    days: dict[tuple[str, str], list[Run]] = {}
    for run in late:
        days.setdefault(run[:2], []).append(run)
    for (monitor, probe), runs in days.items():
        checks = count(sum(run.checks for run in runs), "check")
        where = quote(f"{monitor} {probe}".strip())[1:-1]
        first, last = iso_utc(min(run.start for run in runs))[:10], iso_utc(max(run.last for run in runs))[:10]
        when = f"on {first}" if first == last else f"from {first} to {last}"
        text = f"checks: {checks} of {where} {when} came late, after the day was compacted (statusgen compact --amend)"
        yield Problem("", 0, text, Code.LATE_CHECKS)
