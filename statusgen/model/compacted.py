"""What was kept of logs that may be gone: runs of checks by whole days (UTC), and the logs that they were made of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeVar

from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.run import Run
from statusgen.model.window import Window

T = TypeVar("T")

FOLDER = "history"
LOGS = f"{FOLDER}/logs.txt"
ENDING = ".runs"
"""Where run files lie in the content folder: one for each month, and the list of the logs that they were made of."""
HEAD = "statusgen runs 1"
LOGS_HEAD = "statusgen logs 1"


class Reading(NamedTuple):
    """What is asked of the runs of a monitor: no gap in them longer than `max_gap` seconds; `exact`: each check known.

    `confirm` is the most checks in a row that anything asks for (uptime.md §2.2).
    """

    max_gap: int
    exact: bool = False
    confirm: int = 1


PLAIN = Reading(max_gap=120)
"""How runs of monitors are made that no component names yet, by the default of uptime.md §2.3."""


class Kept(NamedTuple):
    """A run as a run file has it; `path` and `line` say where."""

    run: Run
    path: str = ""
    line: int = 0


class KeptLog(NamedTuple):
    """A log of which runs were kept: its name, its size in bytes then, and the days that its checks lay in.

    `digest` is that of its beginning and of its end, by which it is known again when it has grown; nothing where it
    could not be taken.
    """

    name: str
    size: int
    days: Window
    digest: str = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """All run files together. `days` are the days whose checks they hold, in order and apart from each other."""

    days: tuple[Window, ...] = ()
    kept: tuple[Kept, ...] = ()
    logs: tuple[KeptLog, ...] = ()

    def covers(self, instant: int) -> bool:
        """Tell whether an instant lies in a day that was compacted."""
        return any(instant in window for window in self.days)

    def covers_log(self, log: KeptLog) -> bool:
        """Tell whether all checks of a log were compacted: months between in which nobody was checked are not kept."""
        return self.covers(log.days.start) and self.covers(log.days.end - 1)


NOTHING_KEPT = Compacted()


def day_of(instant: int) -> Window:
    """Give the day (UTC) in which an instant lies."""
    start = instant // DAY * DAY
    return Window(start, start + DAY)


def days_of(run: Run) -> Window:
    """Give the days (UTC) from a run's first check to its last."""
    return Window(day_of(run.start).start, day_of(run.last).end)


def touches(run: Run, days: Iterable[Window]) -> bool:
    """Tell whether a run lies in one of some days."""
    return any(days_of(run) & day for day in days)


def join_days(days: Iterable[Window]) -> tuple[Window, ...]:
    """Give windows in order, those that touch or overlap as one."""
    joined: list[Window] = []
    for window in sorted(day for day in days if day):
        if joined and window.start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return tuple(joined)


def join_runs(runs: Iterable[Run], max_gap: int, *, exact: bool) -> list[Run]:
    """Join the runs of one probe, in order of time, that one run can stand for.

    Neighbours of one outcome are joined where the gap between them is not longer than `max_gap` (seconds), and within a
    month (UTC): so that a month that is over stays as it is, whatever comes after it. With `exact` they are joined only
    where the single checks stay known.
    """
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if (
            last
            and last.status is run.status
            and run.start - last.last <= max_gap
            and _share_month(last.last, run.start)
        ):
            longest = max(last.longest, run.longest, run.start - last.last)
            both = last._replace(last=run.last, checks=last.checks + run.checks, longest=longest)
            if both.even or not exact:
                joined[-1] = both
                continue
        joined.append(run)
    return joined


def by_probe(values: Iterable[T], run_of: Callable[[T], Run]) -> dict[tuple[str, str], list[T]]:
    """Sort into the probes of the monitors, each in order of time."""
    ordered = sorted(values, key=lambda value: (*run_of(value)[:2], run_of(value).start))
    return {probe: list(group) for probe, group in groupby(ordered, key=lambda value: run_of(value)[:2])}


def days_needed(compacted: Compacted, readings: Mapping[str, Reading], now: int) -> tuple[Window, ...]:
    """Give the compacted days whose logs must be read all the same, since what was kept does not tell enough."""
    kept_by_probe = by_probe(compacted.kept, lambda kept: kept.run)
    found = [
        day
        for (monitor, _), kept in kept_by_probe.items()
        if (reading := readings.get(monitor))
        for day in days_in_need(kept, reading, now)
    ]
    return join_days(found)


def days_in_need(kept: Sequence[Kept], reading: Reading, now: int) -> tuple[Window, ...]:
    """Give the days of runs that do not fit, and of all that touch them: a run is kept whole or not at all."""
    days = join_days(days_of(k.run) for k in kept if not fits(k.run, reading, now))
    while days:
        wider = join_days([*days, *(days_of(k.run) for k in kept if touches(k.run, days))])
        if wider == days:
            break
        days = wider
    return days


def fits(run: Run, reading: Reading, now: int) -> bool:
    """Tell whether a kept run tells all that is asked."""
    if run.start >= now:
        return True
    if run.longest > reading.max_gap or (reading.exact and not run.even):
        return False
    # Before a `now` in its middle only so many checks are sure.
    return run.last < now or run.even or (now - 1 - run.start) // run.longest + 1 >= reading.confirm


def _share_month(one: int, other: int) -> bool:
    return one // DAY == other // DAY or iso_utc(one)[:7] == iso_utc(other)[:7]


def cut_at_midnight(runs: Iterable[Run]) -> list[Run]:
    """Give runs of which none crosses midnight (UTC); ValueError for one that does and whose checks are not known."""
    return [piece for run in runs for piece in _cut_days(run)]


def _cut_days(run: Run) -> Iterator[Run]:
    if day_of(run.start) == day_of(run.last):
        yield run
        return
    if not run.even:
        raise ValueError(f"{run} crosses midnight")
    start, left, step = run.start, run.checks, run.longest
    while left:
        checks = min(left, -(-(day_of(start).end - start) // step))
        yield run._replace(
            start=start, last=start + (checks - 1) * step, checks=checks, longest=step if checks > 1 else 0
        )
        start, left = start + checks * step, left - checks
