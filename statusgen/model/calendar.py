"""Instants, local dates and calendar periods of a zone, always from the pinned zone data."""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

import pendulum

from statusgen.model.window import Window

# The system's zone data may differ from machine to machine; the package `tzdata` is pinned.
zoneinfo.reset_tzpath(())

DAY = 86400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def find_zone(name: str) -> zoneinfo.ZoneInfo:
    """Give the zone of an IANA name; LookupError where there is none."""
    try:
        return pendulum.timezone(name) if name != "UTC" else zoneinfo.ZoneInfo("UTC")
    except (ValueError, OSError, LookupError) as error:
        raise LookupError(name) from error


def local_time(instant: int, zone: str) -> datetime:
    """Give what the clocks of a zone show at an instant (Unix seconds)."""
    return datetime.fromtimestamp(instant, find_zone(zone))


def to_instant(moment: datetime) -> int:
    """Give the whole Unix seconds of a datetime that knows its zone; fractions are cut off downwards."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def instants_of(wall: datetime, zone: str) -> tuple[int, ...]:
    """Give the instants at which a zone's clocks show `wall`: none in a gap, two in a repeated hour.

    See uptime.md §1.1.
    """
    tz = find_zone(zone)
    candidates = {to_instant(wall.replace(tzinfo=tz, fold=fold)) for fold in (0, 1)}
    wall = wall.replace(microsecond=0)
    return tuple(sorted(c for c in candidates if local_time(c, zone).replace(tzinfo=None, fold=0) == wall))


def gap_candidates(wall: datetime, zone: str) -> tuple[int, int]:
    """Give the two instants that can be meant by a time that a gap skips: by the clock before, and by the one after."""
    tz = find_zone(zone)
    first, second = (to_instant(wall.replace(tzinfo=tz, fold=fold)) for fold in (0, 1))
    return min(first, second), max(first, second)


@lru_cache(maxsize=100_000)
def first_instant(day: date, zone: str) -> int:
    """Give the first instant of a local date (uptime.md §1.4), which need not be midnight."""
    start = to_instant(datetime(day.year, day.month, day.day, tzinfo=find_zone(zone)))
    if local_time(start - 1, zone).date() < day:
        return start
    # Midnight was skipped by a change of the clocks: find the change itself.
    low, high = start - DAY, start
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if local_time(middle, zone).date() >= day else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Period:
    """A named stretch of the calendar of a zone: a day, month, quarter or year (or a stretch of the clock)."""

    name: str
    window: Window
    zone: str


def _from_dates(name: str, first: date, after: date, zone: str) -> Period:
    return Period(name, Window(first_instant(first, zone), first_instant(after, zone)), zone)


@lru_cache(maxsize=4096)
def parse_period(text: str, zone: str) -> Period:
    """Give the period that `2026`, `2026-Q3`, `2026-11` or `2026-11-02` names; ValueError for any other text."""
    match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d))?))?", text, re.ASCII)
    if not match or not 1 <= int(match[1]) <= 9998:
        message = f'"{text}" is not a year, quarter, month or day, as in 2026, 2026-Q3, 2026-11 or 2026-11-02'
        raise ValueError(message)
    year, quarter, month, day = (int(part) if part else None for part in match.groups())
    first = pendulum.date(year or 1, (quarter or 1) * 3 - 2 if quarter else month or 1, day or 1)
    if day:
        after = first.add(days=1)
    elif month:
        after = first.add(months=1)
    else:
        after = first.add(months=3) if quarter else first.add(years=1)
    return _from_dates(text, first, after, zone)


def month_of(instant: int, zone: str) -> Period:
    """Give the calendar month in which an instant lies."""
    return parse_period(f"{local_time(instant, zone):%Y-%m}", zone)


def quarter_of(instant: int, zone: str) -> Period:
    """Give the calendar quarter in which an instant lies."""
    local = local_time(instant, zone)
    return parse_period(f"{local:%Y}-Q{(local.month + 2) // 3}", zone)


def year_of(instant: int, zone: str) -> Period:
    """Give the calendar year in which an instant lies."""
    return parse_period(f"{local_time(instant, zone):%Y}", zone)


def months_of(window: Window, zone: str) -> Iterator[Period]:
    """Give the calendar months that a window touches, in order."""
    return _touched(window, zone, month_of)


def quarters_of(window: Window, zone: str) -> Iterator[Period]:
    """Give the calendar quarters that a window touches, in order."""
    return _touched(window, zone, quarter_of)


def years_of(window: Window, zone: str) -> Iterator[Period]:
    """Give the calendar years that a window touches, in order."""
    return _touched(window, zone, year_of)


def _touched(window: Window, zone: str, period_of: Callable[[int, str], Period]) -> Iterator[Period]:
    if window:
        period = period_of(window.start, zone)
        while period.window.start < window.end:
            yield period
            period = period_of(period.window.end, zone)


def days_of(window: Window, zone: str) -> Iterator[Period]:
    """Give the local days that a window touches, in order, each whole; days that a zone skipped are left out."""
    if window:
        day = local_time(window.start, zone).date()
        while (start := first_instant(day, zone)) < window.end:
            following = day + timedelta(days=1)
            end = first_instant(following, zone)
            if end > start:
                yield Period(day.isoformat(), Window(start, end), zone)
            day = following


def last_days(now: int, count: int, zone: str) -> tuple[Period, ...]:
    """Give the last `count` local days, oldest first; the last holds the second before `now`."""
    today = local_time(now - 1, zone).date()
    first = first_instant(today - timedelta(days=count - 1), zone)
    return tuple(days_of(Window(first, now), zone))


def iso_utc(instant: int) -> str:
    """Write an instant as RFC 3339 in UTC, as in 2026-11-02T09:20:00Z."""
    return f"{datetime.fromtimestamp(instant, UTC).isoformat()[:19]}Z"


def short_time(instant: int, beside: int | None = None) -> str:
    """Write an instant as problems show it, as in 2026-01-05 10:12 UTC; without the day if `beside` is on it."""
    text = iso_utc(instant).replace("T", " ").removesuffix("Z").removesuffix(":00") + " UTC"
    return text[11:] if beside is not None and iso_utc(beside)[:10] == text[:10] else text


def iso_local(instant: int, zone: str = "UTC") -> str:
    """Write an instant as RFC 3339 by the clock of a zone, as in 2026-11-02T10:20:00+01:00; that of UTC ends with Z."""
    return iso_utc(instant) if zone == "UTC" else local_time(instant, zone).isoformat()


def stamp(instant: int) -> str:
    """Write an instant as permanent ids have it: 20261102T0920Z, with seconds where they are not zero."""
    digits = iso_utc(instant).replace("-", "").replace(":", "")
    return digits.removesuffix("00Z") + "Z" if digits.endswith("00Z") else digits
