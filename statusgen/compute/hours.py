"""Service hours: which seconds of a zone's days count."""

from collections.abc import Iterator

from statusgen.model.calendar import DAY, local_time
from statusgen.model.history import Hours
from statusgen.model.timeline import Span
from statusgen.model.window import Window

_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday."""


def closed_spans(hours: Hours, zone: str, window: Window) -> Iterator[Span[None]]:
    """Give the stretches of `window` that lie outside the service hours of a zone (uptime.md §4.1).

    A second is inside when the zone's clock shows a time from `start` up to `end` on one of the days; where the clocks
    change, an hour that is shown twice counts twice, also where that makes a date come twice.
    """
    closed_from = window.start
    for opened in _open_windows(hours, zone, window):
        if opened.start > closed_from:
            yield Span(closed_from, opened.start, None)
        closed_from = max(closed_from, opened.end)
    if closed_from < window.end:
        yield Span(closed_from, window.end, None)


def _open_windows(hours: Hours, zone: str, window: Window) -> Iterator[Window]:
    for piece, offset in _steady_pieces(window, zone):
        for day in range((piece.start + offset) // DAY, (piece.end - 1 + offset) // DAY + 1):
            if (day + _EPOCH_WEEKDAY) % 7 in hours.days:
                midnight = day * DAY - offset
                if opened := Window(midnight + hours.start, midnight + hours.end) & piece:
                    yield opened


def _steady_pieces(window: Window, zone: str) -> Iterator[tuple[Window, int]]:
    """Cut a window where the clocks of a zone change; give each piece with its offset from UTC in seconds."""
    start = window.start
    offset = _offset(start, zone)
    for edge in range(window.start + DAY, window.end + DAY, DAY):
        end = min(edge, window.end)
        while (after := _offset(end - 1, zone)) != offset:
            # The last second that is known to be steady, and one that is not.
            low, high = max(start, end - DAY - 1), end - 1
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            yield Window(start, high), offset
            start, offset = high, after if high == end - 1 else _offset(high, zone)
    if start < window.end:
        yield Window(start, window.end), offset


def _offset(instant: int, zone: str) -> int:
    offset = local_time(instant, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
