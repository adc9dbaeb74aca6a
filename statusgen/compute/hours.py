"""Service hours: which seconds of a zone's days count."""

from collections.abc import Iterator

from statusgen.model.calendar import Period, days_of, local_time
from statusgen.model.history import Hours
from statusgen.model.timeline import Span
from statusgen.model.window import Window


def closed_spans(hours: Hours, zone: str, window: Window) -> Iterator[Span[None]]:
    """Give the stretches of `window` that lie outside the service hours of a zone (uptime.md §4.1).

    A second is inside when the zone's clock shows a time from `start` up to `end` on one of the days; where the clocks
    change, an hour that is shown twice counts twice.
    """
    closed_from = window.start
    for opened in _open_windows(hours, zone, window):
        if opened.start > closed_from:
            yield Span(closed_from, opened.start, None)
        closed_from = max(closed_from, opened.end)
    if closed_from < window.end:
        yield Span(closed_from, window.end, None)


def _open_windows(hours: Hours, zone: str, window: Window) -> Iterator[Window]:
    for day in days_of(window, zone):
        if local_time(day.window.start, zone).weekday() in hours.days:
            for piece, shift in _steady_pieces(day):
                opened = Window(hours.start - shift, hours.end - shift) & piece
                if opened:
                    yield opened


def _steady_pieces(day: Period) -> Iterator[tuple[Window, int]]:
    """Cut a day where its clocks change; give each piece with what to add to an instant for the second of the day."""
    start, end = day.window.start, day.window.end
    while start < end:
        shift = _second_of_day(start, day.zone) - start
        if _second_of_day(end - 1, day.zone) - (end - 1) == shift:
            yield Window(start, end), shift
            return
        low, high = start, end - 1
        while high - low > 1:
            middle = (low + high) // 2
            steady = _second_of_day(middle, day.zone) - middle == shift
            low, high = (middle, high) if steady else (low, middle)
        yield Window(start, high), shift
        start = high


def _second_of_day(instant: int, zone: str) -> int:
    clock = local_time(instant, zone)
    return clock.hour * 3600 + clock.minute * 60 + clock.second
