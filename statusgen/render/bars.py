"""From a component's days to one small drawing, and to the words that say the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from statusgen.errors import count
from statusgen.model.report import DayBar
from statusgen.model.status import Status

NOT_COUNTED = "not_counted"
"""The word of a day of which no second counts: out of service, outside the hours, excluded."""

HEIGHT = 32
"""Units of the drawing from top to bottom; a day is one unit wide."""

# (top, height) of the blocks that make a day. A worse state stands taller and is cut differently, so that colour
# adds nothing but speed: one block, two, three, and a solid tower.
_BLOCKS: dict[str, tuple[tuple[int, int], ...]] = {
    Status.OPERATIONAL.word: ((12, 20),),
    Status.DEGRADED_PERFORMANCE.word: ((14, 18), (8, 4)),
    Status.PARTIAL_OUTAGE.word: ((16, 16), (10, 4), (4, 4)),
    Status.MAJOR_OUTAGE.word: ((0, 32),),
}
# (y) of the lines that stand for a day without blocks: open above and below, or the ground alone.
_LINES: dict[str, tuple[str, ...]] = {Status.UNKNOWN.word: ("12.5", "31.5"), NOT_COUNTED: ("31.5",)}

STATES = (*_BLOCKS, *_LINES)
"""The words of the states that a day can be in, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days that follow each other in one state; `word` is that of the state."""

    word: str
    days: tuple[DayBar, ...]

    @property
    def start(self) -> int:
        """Give the first instant of the first day."""
        return self.days[0].period.window.start

    @property
    def last(self) -> int:
        """Give the last instant of the last day."""
        return self.days[-1].period.window.end - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The drawing of a component's days: for each state that occurs, its word and the path of its shapes."""

    width: int
    shapes: tuple[tuple[str, str], ...]
    label: str
    stretches: tuple[Stretch, ...]
    """What was not fully operational, newest first: the same in words."""

    @property
    def trouble(self) -> str:
        """Say how many days the stretches are."""
        days = {word: sum(len(s.days) for s in self.stretches if s.word == word) for word in STATES}
        unmeasured = days.pop(Status.UNKNOWN.word)
        known = sum(days.values())
        said = [f"{count(known, 'day')} not fully operational"] if known else []
        said += [f"{count(unmeasured, 'day')} without data"] if unmeasured else []
        return ", ".join(said)


def word_of(day: DayBar) -> str:
    """Give the word of a day's state."""
    return day.status.word if day.figure.seconds.eligible else NOT_COUNTED


def draw_bars(days: Sequence[DayBar], name: str) -> Bars:
    """Draw the days of a component, oldest at the left."""
    stretches = list(find_stretches(days))
    paths: dict[str, str] = {}
    x = 0
    for stretch in stretches:
        paths[stretch.word] = paths.get(stretch.word, "") + draw_days(stretch.word, x, len(stretch.days))
        x += len(stretch.days)
    return Bars(
        width=len(days),
        shapes=tuple((word, paths[word]) for word in STATES if word in paths),
        label=f"{name}: {describe_days(days)}",
        stretches=tuple(s for s in reversed(stretches) if s.word not in (Status.OPERATIONAL.word, NOT_COUNTED)),
    )


def draw_days(word: str, x: int, days: int) -> str:
    """Draw a run of equal days as one shape: what parts the days is drawn over all of them."""
    if word in _LINES:
        return "".join(f"M{x} {y}h{days}" for y in _LINES[word])
    return "".join(f"M{x} {top}h{days}v{height}h-{days}z" for top, height in _BLOCKS[word])


def draw_samples(drawings: Iterable[Bars]) -> tuple[tuple[str, str], ...]:
    """Draw three days of each state that occurs, for a legend."""
    found = {word for drawing in drawings for word, _ in drawing.shapes}
    return tuple((word, draw_days(word, 0, 3)) for word in STATES if word in found)


def find_stretches(days: Iterable[DayBar]) -> Iterator[Stretch]:
    """Give the runs of days of the same state, oldest first."""
    for word, run in groupby(days, key=word_of):
        yield Stretch(word=word, days=tuple(run))


def describe_days(days: Sequence[DayBar]) -> str:
    """Say how many days were in which state, as in `last 90 days: 88 operational, 2 major outage`."""
    words = [word_of(day) for day in days]
    counts = [(word, words.count(word)) for word in STATES]
    said = ", ".join(f"{number} {_IN_TEXT.get(word, word.replace('_', ' '))}" for word, number in counts if number)
    return f"last {len(days)} days: {said}"


_IN_TEXT = {Status.UNKNOWN.word: "without data"}
