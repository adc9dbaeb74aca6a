"""From a maintenance to its occurrences, and what each of them was planned and turned out to be."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from dateutil.rrule import rrulestr

from statusgen.model.calendar import DAY, gap_candidates, instants_of, local_time
from statusgen.model.history import Maintenance, Phase, Recurrence, Update
from statusgen.model.report import Occurrence
from statusgen.model.window import Window

HORIZON = 400 * DAY
"""How far ahead of `now` a recurring maintenance is expanded, in seconds (design.md §5)."""

_TO_ALL = (Phase.SCHEDULED, Phase.UPDATE)


def expand_maintenance(maintenance: Maintenance, now: int) -> tuple[Occurrence, ...]:
    """Give the occurrences of a maintenance as they are known before `now`, in order of time.

    None where it had not been announced by then.
    """
    if maintenance.announced >= now:
        return ()
    planned = tuple(_planned_windows(maintenance, now))
    updates = tuple(update for update in maintenance.updates if update.at < now)
    belongs = _share_updates(planned, updates) if maintenance.recurrence else [updates] * len(planned)
    return tuple(
        Occurrence(maintenance=maintenance, planned=window, updates=own)
        for window, own in zip(planned, belongs, strict=True)
    )


def _planned_windows(maintenance: Maintenance, now: int) -> Iterator[Window]:
    recurrence = maintenance.recurrence
    if recurrence is None:
        yield Window(maintenance.start, maintenance.end)
        return
    first = local_time(maintenance.start, recurrence.zone).replace(tzinfo=None)
    length = local_time(maintenance.end, recurrence.zone).replace(tzinfo=None) - first
    for start in _wall_starts(recurrence, first, now):
        window = Window(
            _instant(start, recurrence.zone),
            max(_instant(start, recurrence.zone), _instant(start + length, recurrence.zone)),
        )
        if window:
            yield window


def _wall_starts(recurrence: Recurrence, first: datetime, now: int) -> Iterator[datetime]:
    """Give the wall times at which occurrences start; an end is always set, so that no rule runs for ever."""
    horizon = local_time(now + HORIZON, recurrence.zone).replace(tzinfo=None)
    until = horizon if recurrence.until is None else min(recurrence.until, horizon)
    end = "" if "COUNT=" in recurrence.rule else f";UNTIL={until:%Y%m%dT%H%M%S}"
    rule = rrulestr(recurrence.rule + end, dtstart=first, ignoretz=True)
    for start in takewhile(lambda start: start <= until, rule):
        if start.date().isoformat() not in recurrence.skipped and start.isoformat() not in recurrence.skipped:
            yield start


def _instant(wall: datetime, zone: str) -> int:
    """Give the instant of a wall time: the first of two; one that the clocks skip counts by the clock before.

    RFC 5545 §3.3.5 reads such times the same way.
    """
    found = instants_of(wall, zone)
    return found[0] if found else gap_candidates(wall, zone)[1]


def _share_updates(planned: tuple[Window, ...], updates: tuple[Update, ...]) -> list[tuple[Update, ...]]:
    """Give each occurrence its updates: those of the one running, or else of the next to start (design.md §5)."""
    shares: list[list[Update]] = [[] for _ in planned]
    working: int | None = None  # said to be in progress and not yet completed: it may overrun its window
    for update in updates:
        if update.phase in _TO_ALL and planned and update.at < planned[0].start:
            for share in shares:
                share.append(update)
            continue
        running_or_next = next((n for n, window in enumerate(planned) if update.at < window.end), None)
        target = running_or_next if working is None else working
        if target is None:
            continue
        shares[target].append(update)
        if update.phase in (Phase.IN_PROGRESS, Phase.VERIFYING):
            working = target
        elif update.phase in (Phase.COMPLETED, Phase.CANCELLED):
            working = None
    return [tuple(share) for share in shares]
