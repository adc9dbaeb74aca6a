"""Times as people write them, read strictly (design.md §5; uptime.md §1.1)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from unicodedata import category, digit, normalize

from statusgen.model.calendar import first_instant, gap_candidates, instants_of, iso_utc, to_instant

EXAMPLE = "2026-11-02 09:20 UTC"

_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?P<zone>UTC|Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


_NO_BREAK = re.compile("[\u00a0\u202f]")
_BLANK, _DASHES, _FORMATS = "Zs", ("Pd", "Sm"), ("Cf", "Mn")


def name_odd(text: str) -> str | None:
    """Say which character of a text is one that only looks like what a time is written with; None where none is."""
    for character in text:
        code, kind = f"U+{ord(character):04X}", category(character)
        plain = normalize("NFKC", character)
        if character.isascii() or _NO_BREAK.match(character):
            continue
        if kind in _FORMATS:
            return f"holds {code}, which cannot be seen (take it out)"
        if kind == _BLANK:
            return f"holds {code} where a plain blank is meant"
        if kind == "Nd":
            plain = str(digit(character))
        elif kind in _DASHES and not plain.isascii():
            plain = ":" if character == "\u2236" else "-"
        if len(plain) == 1 and plain.isascii():
            return f"holds {code} ({character}) where a plain {plain} is meant"
    return None


@dataclass(frozen=True, slots=True)
class Clock:
    """Which zone a time without one is in; `declared` tells whether status.yaml says so."""

    zone: str = "UTC"
    declared: bool = False


def parse_time(text: str, clock: Clock, *, dates: bool = True) -> int:
    """Give the instant (Unix seconds) of a time; ValueError says what is wrong and what to write instead.

    A bare date is the first instant of that day in the clock's zone; without `dates` it is refused.
    """
    match = _TIME.fullmatch(_NO_BREAK.sub(" ", text).strip())
    if not match:
        raise ValueError(f'"{text}" {name_odd(text) or f"is not a time (write it as in {EXAMPLE})"}')
    try:
        day = date.fromisoformat(match["date"])
        wall = datetime.fromisoformat(f"{match['date']} {match['clock'] or '00:00'}")
    except ValueError:
        raise ValueError(f'"{text}" is no day and hour of the calendar (write it as in {EXAMPLE})') from None
    if not 1970 < day.year < 9999:
        raise ValueError(f'"{text}" is not between 1971 and 9998')
    if match["clock"] is None:
        if not dates:
            raise ValueError(f'"{text}" needs an hour and a minute (write it as in {EXAMPLE})')
        return first_instant(day, clock.zone)
    if match["zone"]:
        return to_instant(wall.replace(tzinfo=_offset(match["zone"], text)))
    if not clock.declared:
        raise ValueError(f'"{text}" has no zone (write "{text} UTC", an offset, or a timezone in status.yaml)')
    return _local(wall, text, clock.zone)


def time_given(value: object, clock: Clock) -> int | None:
    """Give the instant of a value that may be no time at all: what is wrong with it is told elsewhere."""
    try:
        return parse_time(value, clock) if isinstance(value, str) else None
    except ValueError:
        return None


def _offset(text: str, whole: str) -> timezone:
    if text.upper() in ("UTC", "Z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(f'"{whole}" has no offset that a clock can have (write it as in {EXAMPLE})')
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _local(wall: datetime, text: str, zone: str) -> int:
    found = instants_of(wall, zone)
    if len(found) == 1:
        return found[0]
    first, second = (f'"{_utc(instant)}"' for instant in found or gap_candidates(wall, zone))
    what = "exists twice" if found else "does not exist"
    raise ValueError(f'"{text}" {what} in {zone}, where the clocks change then (write {first} or {second})')


def _utc(instant: int) -> str:
    return iso_utc(instant).replace("T", " ").replace(":00Z", " UTC").replace("Z", " UTC")


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """Give the seconds of a duration such as `90s`, `5m`, `24h`, `2d` or `1h30m`; ValueError where it is none."""
    if not re.fullmatch(r"(?:\d{1,9}[smhd])+", text, re.ASCII):
        raise ValueError(f'"{text}" is not a duration (write it as in 90s, 5m, 24h, 2d or 1h30m)')
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smhd])", text))
