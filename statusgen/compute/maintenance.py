"""From a maintenance to its occurrences, and what each of them was planned and turned out to be."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from operator import attrgetter

from dateutil.rrule import rrulestr

from statusgen.model.calendar import DAY, find_zone, local_time, to_instant
from statusgen.model.history import Maintenance, Phase, Recurrence, Update
from statusgen.model.report import Occurrence
from statusgen.model.window import Window

HORIZON = 400 * DAY
"""How far ahead of `now` a recurring maintenance is expanded, in seconds (design.md §5)."""

_LAST = 253_370_764_800
"""The instant after which nothing can be dated: 9999-01-01 in UTC, in Unix seconds."""

_TO_ALL = (Phase.SCHEDULED, Phase.UPDATE)
_GOING_ON = (Phase.IN_PROGRESS, Phase.VERIFYING)
_START = attrgetter("start")


def expand_maintenance(maintenance: Maintenance, now: int) -> tuple[Occurrence, ...]:
    """Give the occurrences of a maintenance as they are known before `now`, in order of time.

    None where it had not been announced by then.
    """
    if maintenance.announced >= now:
        return ()
    planned = tuple(_planned_windows(maintenance, now))
    updates = tuple(update for update in maintenance.updates if update.at < now)
    belongs = _share_updates(planned, updates) if maintenance.recurrence else [updates] * len(planned)
    following = [*(window.start for window in planned[1:]), *[None][: len(planned)]]
    return tuple(
        Occurrence(maintenance=maintenance, planned=window, updates=own, following=after)
        for window, own, after in zip(planned, belongs, following, strict=True)
    )


def _planned_windows(maintenance: Maintenance, now: int) -> Iterator[Window]:
    """Give the windows that are planned, each from wall time to wall time (design.md §2: never in UTC).

    The first is the one that the file states, to the second. The others start at the same local time and end at the
    same local time, so that a night in which the clocks change is an hour shorter or longer. Where that leaves
    nothing, since a start that the clocks skip is as far behind as the gap is long, or since the first window itself
    ends at an earlier local time than it starts at, the window is as long as the first.
    """
    recurrence = maintenance.recurrence
    stated = Window(maintenance.start, maintenance.end)
    if recurrence is None:
        yield stated
        return
    first = local_time(maintenance.start, recurrence.zone).replace(tzinfo=None, fold=0)
    length = local_time(maintenance.end, recurrence.zone).replace(tzinfo=None, fold=0) - first
    for wall in _wall_starts(recurrence, first, now):
        start, end = (_instant(clock, recurrence.zone) for clock in (wall, wall + length))
        planned = Window(start, end if end > start else start + stated.seconds)
        yield stated if wall == first else planned


def _wall_starts(recurrence: Recurrence, first: datetime, now: int) -> Iterator[datetime]:
    """Give the wall times at which occurrences start; an end is always set, so that no rule runs for ever."""
    horizon = local_time(min(now + HORIZON, _LAST), recurrence.zone).replace(tzinfo=None)
    until = horizon if recurrence.until is None else min(recurrence.until, horizon)
    end = "" if "COUNT=" in recurrence.rule else f";UNTIL={until:%Y%m%dT%H%M%S}"
    rule = rrulestr(recurrence.rule + end, dtstart=first, ignoretz=True)
    for start in takewhile(lambda start: start <= until, rule):
        if start.date().isoformat() not in recurrence.skipped and start.isoformat() not in recurrence.skipped:
            yield start


def _instant(wall: datetime, zone: str) -> int:
    """Give the instant of a wall time: the first of two; one that the clocks skip counts by the clock before.

    RFC 5545 §3.3.5 reads such times the same way, and so does a datetime that is not told to look at the other side.
    """
    return to_instant(wall.replace(tzinfo=find_zone(zone)))


def _share_updates(planned: tuple[Window, ...], updates: tuple[Update, ...]) -> list[tuple[Update, ...]]:
    """Give each occurrence its updates: those of the one running, or else of the next to start (design.md §5)."""
    shares: list[list[Update]] = [[] for _ in planned]
    working: int | None = None  # the one that was said to be in progress, and not yet to be completed
    for update in updates:
        if update.phase in _TO_ALL and planned and update.at < planned[0].start:
            for share in shares:
                share.append(update)
            continue
        target = _running(planned, update, working, shares)
        if target is None:
            continue
        shares[target].append(update)
        if update.phase in _GOING_ON:
            working = target
        elif update.phase in (Phase.COMPLETED, Phase.CANCELLED) and working == target:
            working = None
    return [tuple(share) for share in shares]


def _running(
    planned: tuple[Window, ...], update: Update, working: int | None, shares: list[list[Update]]
) -> int | None:
    """Give the number of the occurrence that an update belongs to: the one running at its time, else the next to start.

    One runs in its planned window, and beyond it as far as was said. After a window whose end was not told, what is
    said belongs to that one still while it is nearer to what was said before than to the next start: who forgot
    `Completed` is taken at their word no longer. `Completed` itself can only be of a work that has begun.
    """
    following = bisect_right(planned, update.at, key=_START)
    if working is not None and update.at in planned[working]:
        return working
    if following and update.at in planned[following - 1]:
        return following - 1
    ahead = following if following < len(planned) else None
    if not following or update.phase is Phase.SCHEDULED:
        return ahead
    before = following - 1
    overdue = working == before
    if overdue and update.phase in (Phase.VERIFYING, Phase.COMPLETED):
        return before
    told = max([planned[before].end, *(said.at for said in shares[before])])
    near = ahead is None or update.at - told < planned[ahead].start - update.at
    return before if near and (overdue or update.phase is Phase.COMPLETED) else ahead
