"""From what was kept of former logs and what the logs say now to the runs that figures are made of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.code import Code
from statusgen.model.compacted import Compacted, Kept, Reading, by_probe, days_in_need, fits, join_runs, touches
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The runs that figures are made of, ordered by monitor, probe and start, and what is to be told.

    `late` are runs that the logs have for compacted days and that were not kept. `problems` tell of days whose logs
    are needed and gone.
    """

    runs: tuple[Run, ...] = ()
    late: tuple[Run, ...] = ()
    problems: tuple[Problem, ...] = ()


def combine_kept(
    compacted: Compacted, rows: Iterable[Run], readings: Mapping[str, Reading], now: int, *, gone: Sequence[Window] = ()
) -> Combined:
    """Put kept runs and those of the logs together, for the monitors of `readings` and before `now`.

    `rows` are runs of whole days (UTC): of days that were not compacted, and as far as their logs were read also of
    others, where they are only compared. `gone` are the days of which some log no longer exists.
    """
    kept_by_probe = by_probe(compacted.kept, lambda kept: kept.run)
    rows_by_probe = by_probe(rows, lambda run: run)
    runs: list[Run] = []
    late: list[Run] = []
    problems: list[Problem] = []
    for probe in sorted({*kept_by_probe, *rows_by_probe}):
        reading = readings.get(probe[0])
        if not reading:
            continue
        kept, logged = kept_by_probe.get(probe, []), rows_by_probe.get(probe, [])
        days = days_in_need(kept, reading, now)
        lost = [day for day in days if any(day & window for window in gone) or _lacks(kept, logged, day)]
        problems += [_missing(kept, reading, day, now) for day in lost]
        known = [piece for k in kept if not touches(k.run, days) and (piece := _cut(k.run, now))]
        late += [run for run in _late(kept, logged, compacted) if not touches(run, days)]
        fresh = [run for run in logged if touches(run, days) or not compacted.covers(run.start)]
        in_order = sorted([*known, *fresh], key=lambda run: run.start)
        runs += join_runs(in_order, reading.max_gap, exact=reading.exact)
    return Combined(runs=tuple(runs), late=tuple(late), problems=tuple(problems))


def _cut(run: Run, now: int) -> Run | None:
    """Give the part of a run before `now`; of one whose checks are not known singly, what is sure of it."""
    if run.start >= now:
        return None
    if run.last < now:
        return run
    checks = (now - 1 - run.start) // run.longest + 1
    last = run.start + (checks - 1) * run.longest if run.even else now - 1
    longest = run.longest if checks > 1 else last - run.start
    return run._replace(last=last, checks=checks, longest=longest)


def _lacks(kept: Sequence[Kept], logged: Sequence[Run], day: Window) -> bool:
    """Tell whether the logs hold fewer checks of some days than were kept of them: then some of them are gone."""
    there = sum(run.checks for run in logged if touches(run, [day]))
    return there < sum(k.run.checks for k in kept if touches(k.run, [day]))


def _late(kept: Sequence[Kept], logged: Sequence[Run], compacted: Compacted) -> Iterator[Run]:
    """Give the runs that the logs have for compacted days and that are no part of what was kept."""
    left = {k.run: k.run.checks for k in kept}
    for run in logged:
        if compacted.covers(run.start):
            met = [k.run for k in kept if k.run.start <= run.last and run.start <= k.run.last]
            same = [one for one in met if one.status is run.status]
            if not _fits_into(run, same, alone=len(same) == len(met)) or sum(left[one] for one in same) < run.checks:
                yield run
                continue
            rest = run.checks
            for one in same:
                taken = min(rest, left[one])
                left[one] -= taken
                rest -= taken


def _fits_into(run: Run, same: Sequence[Run], *, alone: bool) -> bool:
    """Tell whether a logged run can be made of checks of kept runs, which it meets and which are of its outcome.

    Where nothing else was kept between them (`alone`), no gap between them is longer than the longest of the run.
    """
    ends = all(any(_holds(one, instant) for one in same) for instant in (run.start, run.last))
    bridged = any(after.start - before.last > run.longest for before, after in pairwise(same))
    return ends and not (alone and bridged)


def _holds(run: Run, instant: int) -> bool:
    """Tell whether a check can be one of a run's; where single checks are known, it must be one of them."""
    return run.start <= instant <= run.last and (not run.even or instant in run.instants)


def _missing(kept: Sequence[Kept], reading: Reading, days: Window, now: int) -> Problem:
    """Say which days' logs are needed, and why."""
    culprit = next(k for k in kept if touches(k.run, [days]) and not fits(k.run, reading, now))
    run = culprit.run
    if run.longest > reading.max_gap:
        why = f"a gap of {run.longest} s within this run is longer than max_gap, {reading.max_gap} s"
    elif reading.exact:
        why = "the method asks for the instant of each check, which this run does not tell"
    else:
        why = f"{iso_utc(now)} lies within this run"
    first, last = iso_utc(days.start)[:10], iso_utc(days.end - DAY)[:10]
    span = first if first == last else f"{first} to {last}"
    return Problem(culprit.path, culprit.line, f"{run.monitor}: {why}; put the logs of {span} back", Code.NEEDS_LOGS)
