"""From the runs of logs to what is kept of them: whole days that are over."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.code import Code
from statusgen.model.compacted import (
    PLAIN,
    Compacted,
    Kept,
    KeptLog,
    Reading,
    day_of,
    days_of,
    join_days,
    join_runs,
    touches,
)
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.model.window import Window

Probe = tuple[str, str]


def compact_runs(
    compacted: Compacted, rows: Iterable[Run], logs: Iterable[KeptLog], readings: Mapping[str, Reading], until: int
) -> Compacted:
    """Take in the runs of days that were not compacted, before `until` (the first second of a day, UTC).

    `rows` are runs of whole days, `logs` what is to be noted of logs, old and new. Silent days between others are
    compacted, those at the end are not: their logs may still come. Doing it twice changes nothing.
    """
    fresh = [row for row in rows if row.start < until and not compacted.covers(row.start)]
    if not fresh:
        return _with_logs(compacted, logs)
    days = join_days([*compacted.days, *map(days_of, fresh)])
    kept = _keep([*(kept.run for kept in compacted.kept), *fresh], readings)
    return _with_logs(Compacted(days=(Window(days[0].start, days[-1].end),), kept=kept, logs=compacted.logs), logs)


def _keep(runs: Iterable[Run], readings: Mapping[str, Reading]) -> tuple[Kept, ...]:
    """Join the runs of each probe within each month (UTC), since a month is a file."""
    boxes: dict[tuple[Probe, str], list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (run.monitor, run.probe, run.start)):
        boxes[run[:2], iso_utc(run.start)[:7]].append(run)
    return tuple(Kept(run) for (probe, _), own in boxes.items() for run in _join(own, readings.get(probe[0], PLAIN)))


def _join(runs: Iterable[Run], reading: Reading) -> list[Run]:
    return join_runs(runs, reading.max_gap, exact=reading.exact)


def _with_logs(compacted: Compacted, logs: Iterable[KeptLog]) -> Compacted:
    """Note the logs that hold checks of compacted days."""
    noted = (log for log in logs if any(log.days & day for day in compacted.days))
    return Compacted(days=compacted.days, kept=compacted.kept, logs=tuple(noted))


class Amended(NamedTuple):
    """What is kept once late checks are taken in, and what could not be."""

    compacted: Compacted
    problems: tuple[Problem, ...] = ()


def amend_runs(
    compacted: Compacted,
    late: Sequence[Run],
    rows: Sequence[Run],
    readings: Mapping[str, Reading],
    gone: Sequence[Window] = (),
) -> Amended:
    """Take late runs into compacted days.

    Where all logs of the days are still there (`gone` are the days of which some are not), the days are made anew from
    `rows`. Else a late check is put between runs, or into runs whose checks are known one by one; where neither is
    possible, a problem says which days' logs are needed.
    """
    runs: dict[Probe, list[Run]] = defaultdict(list)
    for kept in compacted.kept:
        runs[kept.run[:2]].append(kept.run)
    problems: list[Problem] = []
    by_probe: dict[Probe, list[Run]] = defaultdict(list)
    for run in late:
        by_probe[run[:2]].append(run)
    for probe, own in by_probe.items():
        days = _widen([days_of(run) for run in own], runs[probe])
        anew = [row for row in rows if row[:2] == probe and touches(row, days) and compacted.covers(row.start)]
        # Fewer checks than were kept cannot be all of them, whatever the logs are called.
        whole = sum(row.checks for row in anew) >= sum(run.checks for run in runs[probe] if touches(run, days))
        if whole and not any(day & window for day in days for window in gone):
            runs[probe] = [*(run for run in runs[probe] if not touches(run, days)), *anew]
            continue
        for run in own:
            taken = _take_in(runs[probe], run)
            if taken is None:
                problems.append(_refused(run))
            else:
                runs[probe] = taken
    kept_anew = _keep((run for own in runs.values() for run in own), readings)
    return Amended(Compacted(days=compacted.days, kept=kept_anew, logs=compacted.logs), tuple(problems))


def _widen(days: Iterable[Window], runs: Sequence[Run]) -> tuple[Window, ...]:
    """Give the days together with those of all runs that touch them."""
    joined = join_days(days)
    while (wider := join_days([*joined, *(days_of(run) for run in runs if touches(run, joined))])) != joined:
        joined = wider
    return joined


def _take_in(runs: Sequence[Run], late: Run) -> list[Run] | None:
    """Put a late run among runs; None where it is not known what it lies between."""
    met = [run for run in runs if run.start <= late.last and late.start <= run.last]
    if not met:
        return [*runs, late]
    if not late.even or not all(run.even for run in met):
        return None
    states: dict[int, Status] = {}
    for run in (*met, late):
        for instant in run.instants:
            # Several checks of one second are one, the worst known (uptime.md §2.1).
            states[instant] = max(run.status, states.get(instant, Status.UNKNOWN))
    single = [Run(late.monitor, late.probe, status, instant, instant, 1) for instant, status in sorted(states.items())]
    return [*(run for run in runs if run not in met), *_even_runs(single)]


def _even_runs(single: Iterable[Run]) -> Iterator[Run]:
    """Join single checks to even runs, none of which crosses midnight."""
    before: Run | None = None
    for run in single:
        if before and day_of(before.start) == day_of(run.start):
            (first, *rest) = join_runs([before, run], DAY, exact=True)
            if not rest:
                before = first
                continue
        if before:
            yield before
        before = run
    if before:
        yield before


def _refused(run: Run) -> Problem:
    first, last = iso_utc(run.start), iso_utc(run.last)
    when = first if first == last else f"{first} to {last}"
    where = f"{run.monitor} {run.probe}".strip()
    text = (
        f"{where}: a late check at {when} lies within a run whose single checks were not kept; "
        f"put the logs of {first[:10]} back and amend again"
    )
    return Problem("", 0, text, Code.NEEDS_LOGS)
