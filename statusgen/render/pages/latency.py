"""How long answers took, day by day: a line for the middle and one for the slow end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from statusgen.model.calendar import DAY
from statusgen.model.latency import DAYS, LatencyDay
from statusgen.render.dates import show_date
from statusgen.render.language import gettext
from statusgen.render.numbers import show_decimal

HEIGHT = 100
"""Units of the drawing from top to bottom; a day is one unit wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRow:
    """A line of the table that says what the drawing shows."""

    start: int
    p50: str
    p95: str
    checks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyChart:
    """The drawing of a component's latency: the paths of both lines, and the same in words. `top` is its upper edge."""

    width: int
    height: int
    p50: str
    p95: str
    top: str
    label: str
    latest: LatencyRow
    rows: tuple[LatencyRow, ...]


def draw_latency(days: Sequence[LatencyDay], now: int) -> LatencyChart | None:
    """Draw the last days of UTC, today at the right; None where no log states a latency. A day without is a hole."""
    if not days:
        return None
    first = (now - 1) // DAY * DAY - (DAYS - 1) * DAY
    top = _round_up(max(day.p95_ms for day in days))
    rows = tuple(
        LatencyRow(start=d.start, p50=show_latency(d.p50_ms), p95=show_latency(d.p95_ms), checks=d.checks) for d in days
    )
    latest = rows[-1]
    return LatencyChart(
        width=DAYS,
        height=HEIGHT,
        p50="".join(_line(days, first, top, lambda day: day.p50_ms)),
        p95="".join(_line(days, first, top, lambda day: day.p95_ms)),
        top=show_latency(top),
        label=gettext("Response time on %(day)s: median %(p50)s, 95th percentile %(p95)s")
        % {"day": show_date(latest.start, "UTC"), "p50": latest.p50, "p95": latest.p95},
        latest=latest,
        rows=rows[::-1],
    )


def _line(days: Sequence[LatencyDay], first: int, top: float, value: Callable[[LatencyDay], float]) -> Iterator[str]:
    """Draw a line through the middle of each day, as long as each follows the other."""
    before = None
    for day in days:
        x = (day.start - first) // DAY
        y = round(HEIGHT - value(day) / top * HEIGHT, 1)
        if before != day.start - DAY:
            yield f"M{x}.5 {y:g}h.01"  # a day that stands alone is a dot
        else:
            yield f"L{x}.5 {y:g}"
        before = day.start


def _round_up(value: float) -> float:
    """Give the next of 1, 2, 5, 10, 20, 50 … that is not smaller."""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if step * factor >= value:
                return step * factor
        step *= 10


def show_latency(milliseconds: float) -> str:
    """Write a latency, as in 123 ms or 1.2 s."""
    if milliseconds >= 1000:
        return gettext("%(number)s s") % {"number": show_decimal(f"{milliseconds / 1000:.3g}")}
    digits = f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.2g}"
    return gettext("%(number)s ms") % {"number": show_decimal(digits)}
