"""A component's year, day by day: a small calendar for each month."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from statusgen.model.report import DayBar
from statusgen.model.status import Status
from statusgen.render.bars import NOT_COUNTED, STATES, UNKNOWN, count_states, word_of
from statusgen.render.dates import show_named_month
from statusgen.render.language import gettext

CELL = 12
"""Units from one day to the next; a day itself is two less."""

# (top, height) of the blocks of a day, as in the bars: the worse, the taller, and cut differently.
_BLOCKS: dict[str, tuple[tuple[int, int], ...]] = {
    Status.OPERATIONAL.word: ((5, 5),),
    Status.DEGRADED_PERFORMANCE.word: ((5, 5), (2, 2)),
    Status.PARTIAL_OUTAGE.word: ((6, 4), (3, 2), (0, 2)),
    Status.MAJOR_OUTAGE.word: ((0, 10),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDrawing:
    """A month of days: its name as in addresses, what it shows in words, and the path of each state that occurs."""

    name: str
    label: str
    shapes: tuple[tuple[str, str], ...]


def draw_year(days: Sequence[DayBar]) -> tuple[MonthDrawing, ...]:
    """Draw the months of some days, newest first."""
    months: dict[str, list[DayBar]] = defaultdict(list)
    for day in days:
        months[day.period.name[:7]].append(day)
    return tuple(_draw_month(name, months[name]) for name in sorted(months, reverse=True))


def _draw_month(name: str, days: Sequence[DayBar]) -> MonthDrawing:
    paths: dict[str, str] = defaultdict(str)
    for day in days:
        word = word_of(day)
        paths[word] += "".join(_draw_day(word, *_place(date.fromisoformat(day.period.name))))
    return MonthDrawing(
        name=name,
        label=gettext("%(name)s: %(what)s") % {"name": show_named_month(name), "what": count_states(days)},
        shapes=tuple((word, paths[word]) for word in STATES if word in paths),
    )


def _place(day: date) -> tuple[int, int]:
    """Give where a day stands in the calendar of its month, weeks from Monday on."""
    row = (day.day - 1 + day.replace(day=1).weekday()) // 7
    return day.weekday() * CELL, row * CELL


def _draw_day(word: str, x: int, y: int) -> Iterator[str]:
    if word == UNKNOWN:
        yield f"M{x + 0.5} {y + 0.5}h9v9h-9z"
    elif word == NOT_COUNTED:
        yield f"M{x} {y + 9.5}h10"
    else:
        for top, height in _BLOCKS[word]:
            yield f"M{x} {y + top}h10v{height}h-10z"
