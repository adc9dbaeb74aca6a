"""Times as responders type them: a clock, some time ago, or in full."""

import re
from datetime import timedelta

from statusgen.model.calendar import instants_of, local_time
from statusgen.read.times import Clock, parse_duration, parse_time

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def _cure(text: str, *, ahead: bool) -> str:
    """Give the short forms of a time to those who meant one, the nearest where one is near."""
    sign = "+" if ahead else "-"
    match = re.match(r"(\d+)\s*([smhd])", text, re.ASCII)
    return f" or, from now, {sign}{match[1]}{match[2]}" if match else f", or shorter: 14:05, {sign}20m"


def parse_when(text: str, now: int, clock: Clock, *, ahead: bool = False) -> int:
    """Give the instant that a responder means; ValueError where it is none.

    `-20m` and `+2h` count from `now`, `now` is now. `14:05` is the last time that the clock of status.yaml showed that,
    or with `ahead` the next time that it will. Everything else is a time as in content (design.md §5).
    """
    text = text.strip()
    if text == "now":
        return now
    if text[:1] in ("-", "+") and not re.match(r"[+-]\d{2}:?\d{2}$", text):
        seconds = parse_duration(text[1:])
        return now - seconds if text[0] == "-" else now + seconds
    match = _CLOCK.fullmatch(text)
    if not match:
        try:
            return parse_time(text, clock)
        except ValueError as error:
            raise ValueError(f"{error}{_cure(text, ahead=ahead)}") from None
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        raise ValueError(f'"{text}" is no time that a clock shows')
    today = local_time(now, clock.zone).replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
    found = sorted(
        instant for days in (-2, -1, 0, 1, 2) for instant in instants_of(today + timedelta(days=days), clock.zone)
    )
    if ahead:
        return next(instant for instant in found if instant >= now)
    return next(instant for instant in reversed(found) if instant <= now)
