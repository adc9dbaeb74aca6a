"""Local days as pages list them: with the incidents that began in them, or with what was said in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from statusgen.model.calendar import local_time
from statusgen.model.history import Update
from statusgen.model.report import IncidentReport


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList:
    """Local days with the incidents listed under them; several days only where there is none."""

    window: tuple[int, int]
    incidents: tuple[IncidentReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfUpdates:
    """Updates of one local day, newest first."""

    at: int
    updates: tuple[Update, ...]


def by_day(updates: Iterable[Update], zone: str) -> tuple[DayOfUpdates, ...]:
    """Give updates newest first, by local day."""
    newest_first = reversed(tuple(updates))
    days = [tuple(run) for _, run in groupby(newest_first, key=lambda u: local_time(u.at, zone).date())]
    return tuple(DayOfUpdates(at=run[0].at, updates=run) for run in days)
