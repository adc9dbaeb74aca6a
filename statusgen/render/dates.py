"""Dates and times of the day as a language writes them: English by pendulum, the others by the CLDR's patterns."""

from datetime import date
from functools import lru_cache

import pendulum

from statusgen.model.calendar import local_time, month_of, parse_period
from statusgen.render.language import ENGLISH, spoken

# What each form is called by pendulum and by the CLDR: a name of a length, or a skeleton.
_DATE = ("D MMMM YYYY", "long")
_DAY = ("ddd D MMM", "MMMEd")
_MONTH = ("MMMM YYYY", "yMMMM")
_SHORT_MONTH = ("MMM YYYY", "yMMM")


@lru_cache(maxsize=20_000)
def _day_text(day: date, form: tuple[str, str], locale: str) -> str:
    english, name = form
    if locale == ENGLISH.locale:
        return pendulum.date(day.year, day.month, day.day).format(english)
    from babel.dates import format_date, format_skeleton  # noqa: PLC0415 - what only speaks English does without it

    return format_date(day, name, locale) if name == "long" else format_skeleton(name, day, locale=locale)


@lru_cache(maxsize=20_000)
def _days_text(first: date, last: date, locale: str) -> str:
    from babel.dates import format_interval  # noqa: PLC0415

    return format_interval(first, last, "yMMMMd", locale=locale)


def _day_and_clock(day: str, clock: str, locale: str) -> str:
    """Put a time of the day after its date."""
    if locale == ENGLISH.locale:
        return f"{day}, {clock}"
    from babel.dates import get_datetime_format  # noqa: PLC0415

    return str(get_datetime_format("medium", locale=locale)).replace("{0}", clock).replace("{1}", day)


def show_date(instant: int, zone: str) -> str:
    """Write a local date, as in 2 November 2026."""
    return _day_text(local_time(instant, zone).date(), _DATE, spoken().locale)


def show_day(instant: int, zone: str) -> str:
    """Write a local date without its year, as in Mon 2 Nov."""
    return _day_text(local_time(instant, zone).date(), _DAY, spoken().locale)


def show_month(instant: int, zone: str) -> str:
    """Write a local month, as in November 2026."""
    return _day_text(local_time(instant, zone).date().replace(day=1), _MONTH, spoken().locale)


def show_clock(instant: int, zone: str) -> str:
    """Write a local time of the day with its zone, as in 09:20 UTC; with seconds where they are not zero."""
    clock = local_time(instant, zone)
    name = clock.tzname() or zone
    form = "%H:%M:%S" if clock.second else "%H:%M"
    return f"{clock.strftime(form)} {name if name[:1].isalpha() else f'UTC{name}'}"


def show_time(instant: int, zone: str) -> str:
    """Write a local time in full, as in 2 November 2026, 09:20 UTC."""
    return _day_and_clock(show_date(instant, zone), show_clock(instant, zone), spoken().locale)


def show_second(instant: int, zone: str) -> str:
    """Write what a zone's clock shows to the second, as in 2026-11-02 09:20:00."""
    return f"{local_time(instant, zone):%Y-%m-%d %H:%M:%S}"


def show_span(window: tuple[int, int], zone: str, *, dated: bool = True) -> tuple[str, str]:
    """Write the two ends of a span of time without saying twice what both share: `2 May 2026, 09:14`, `10:02 UTC`."""
    start, end = window
    first, last = show_clock(start, zone), show_clock(end, zone)
    same_day = local_time(start, zone).date() == local_time(end, zone).date()
    if first.rpartition(" ")[2] == last.rpartition(" ")[2]:
        first = first.rpartition(" ")[0]
    locale = spoken().locale
    if dated:
        first = _day_and_clock(show_date(start, zone), first, locale)
    return first, last if same_day else _day_and_clock(show_date(end, zone), last, locale)


def show_days(window: tuple[int, int], zone: str) -> str:
    """Write the local days from one instant to another, as in `2 November 2026` or `2 – 5 November 2026`."""
    first, last = (local_time(instant, zone).date() for instant in window)
    locale = spoken().locale
    if first == last:
        return _day_text(first, _DATE, locale)
    return _english_days(first, last) if locale == ENGLISH.locale else _days_text(first, last, locale)


def _english_days(first: date, last: date) -> str:
    words, others = (_day_text(day, _DATE, ENGLISH.locale).split(" ") for day in (first, last))
    end = " ".join(others)
    while words and words[-1] == others[-1]:
        words, others = words[:-1], others[:-1]
    return f"{' '.join(words)} \u2013 {end}"


def show_wall(text: str) -> str:
    """Write a local date or time from its ISO text, as in 29 November 2026."""
    day, _, clock = text.partition("T")
    shown = show_date(parse_period(day, "UTC").window.start, "UTC")
    return _day_and_clock(shown, clock[:5], spoken().locale) if clock else shown


def name_month(instant: int, zone: str) -> str:
    """Give the name of the month of an instant in addresses, as in 2026-11."""
    return month_of(instant, zone).name


def show_named_month(name: str) -> str:
    """Write a month from its name in addresses, as in November 2026."""
    return _day_text(date.fromisoformat(f"{name}-01"), _MONTH, spoken().locale)


def show_short_month(name: str) -> str:
    """Write a month from its name in addresses in as little room as can be, as in Nov 2026."""
    return _day_text(date.fromisoformat(f"{name}-01"), _SHORT_MONTH, spoken().locale)
