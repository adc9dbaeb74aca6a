"""From a component's days to one small drawing, and to the words that say the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from statusgen.model.figure import Figure
from statusgen.model.report import DayBar
from statusgen.model.status import Status
from statusgen.render.language import gettext, ngettext
from statusgen.render.lists import list_words

NOT_COUNTED = "not_counted"
"""The word of a day of which no second counts: out of service, outside the hours, excluded."""

HEIGHT = 32
"""Units of the drawing from top to bottom; a day is one unit wide. Below lie the marks of months."""

UNKNOWN = Status.UNKNOWN.word
# (top, height) of the blocks that make a day. A worse state stands taller and is cut differently, so that colour
# adds nothing but speed: one block, two, three, and a solid tower.
_BLOCKS: dict[str, tuple[tuple[int, int], ...]] = {
    Status.OPERATIONAL.word: ((12, 20),),
    Status.DEGRADED_PERFORMANCE.word: ((14, 18), (8, 4)),
    Status.PARTIAL_OUTAGE.word: ((16, 16), (10, 4), (4, 4)),
    Status.MAJOR_OUTAGE.word: ((0, 32),),
}
# (y) of the line that stands for a day without blocks: the ground alone.
_LINES: dict[str, tuple[str, ...]] = {NOT_COUNTED: ("31.5",)}
# A day without data is an open outline: a stroke as wide as a bar, and a narrower one of paper in it (y, height).
_OUTLINE = ((12, 20), (13, 18))

STATES = (*_BLOCKS, UNKNOWN, NOT_COUNTED)
"""The words of the states that a day can be in, best first."""
CODES = dict(zip(STATES, "odpmun", strict=True))
"""The letters of the states, for the script that tells of a day under the pointer."""


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
class DayRow:
    """A line of the table that says what the bars show: a day with trouble, or days in a row without data."""

    name: str
    """The day's date in ISO form; of several days the last one's."""
    word: str
    start: int
    last: int
    figure: Figure
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The drawing of a component's days: for each state that occurs, its word and the path of its shapes.

    `outline` are the two strokes of days without data, `months` the marks of the first days of months.
    """

    width: int
    first: str
    code: str
    """Each day as the letter of its state, oldest first."""
    shapes: tuple[tuple[str, str], ...]
    outline: tuple[str, ...]
    months: str
    label: str
    stretches: tuple[Stretch, ...]
    """What was not fully operational, newest first."""

    @property
    def rows(self) -> tuple[DayRow, ...]:
        """Give the same in rows of a table."""
        return tuple(_rows(self.stretches))

    @property
    def trouble(self) -> str:
        """Say how many days the stretches are."""
        days = {word: sum(len(s.days) for s in self.stretches if s.word == word) for word in STATES}
        without = days.pop(UNKNOWN)
        known = sum(days.values())
        said = []
        if known:
            text = ngettext("%(num)d day not fully operational", "%(num)d days not fully operational", known)
            said.append(text % {"num": known})
        if without:
            text = ngettext("%(num)d day without data", "%(num)d days without data", without)
            said.append(text % {"num": without})
        return list_words(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Three days of a state, for a legend."""

    word: str
    code: str
    path: str
    outline: tuple[str, ...]


def word_of(day: DayBar) -> str:
    """Give the word of a day's state."""
    return day.status.word if day.figure.seconds.eligible else NOT_COUNTED


def draw_bars(days: Sequence[DayBar], name: str) -> Bars:
    """Draw the days of a component, oldest at the left."""
    stretches = list(find_stretches(days))
    paths: dict[str, str] = {}
    outlines = [""] * len(_OUTLINE)
    x = 0
    for stretch in stretches:
        if stretch.word == UNKNOWN:
            drawn = draw_outline(x, len(stretch.days))
            outlines = [before + more for before, more in zip(outlines, drawn, strict=True)]
        else:
            paths[stretch.word] = paths.get(stretch.word, "") + draw_days(stretch.word, x, len(stretch.days))
        x += len(stretch.days)
    return Bars(
        width=len(days),
        first=days[0].period.name if days else "",
        code="".join(CODES[stretch.word] * len(stretch.days) for stretch in stretches),
        shapes=tuple((word, paths[word]) for word in STATES if word in paths),
        outline=tuple(filter(None, outlines)),
        months="".join(f"M{x + 0.5} 35v3" for x, day in enumerate(days) if day.period.name.endswith("-01")),
        label=gettext("%(name)s: %(what)s") % {"name": name, "what": describe_days(days)},
        stretches=tuple(s for s in reversed(stretches) if s.word not in (Status.OPERATIONAL.word, NOT_COUNTED)),
    )


def draw_days(word: str, x: int, days: int) -> str:
    """Draw a run of equal days as one shape: what parts the days is drawn over all of them."""
    if word in _LINES:
        return "".join(f"M{x} {y}h{days}" for y in _LINES[word])
    return draw_block(word, x, days)


def draw_block(word: str, x: int, width: int) -> str:
    """Draw a state that is known as blocks of any width."""
    return "".join(f"M{x} {top}h{width}v{height}h-{width}z" for top, height in _BLOCKS[word])


def draw_outline(x: int, days: int) -> tuple[str, ...]:
    """Draw days without data as strokes from top to bottom through the middle of each."""
    return tuple("".join(f"M{x + n + 0.5} {top}v{height}" for n in range(days)) for top, height in _OUTLINE)


def draw_samples(drawings: Iterable[Bars]) -> tuple[Sample, ...]:
    """Draw three days of each state that occurs, for a legend."""
    found = {letter for drawing in drawings for letter in drawing.code}
    return tuple(
        Sample(
            word=word,
            code=CODES[word],
            path="" if word == UNKNOWN else draw_days(word, 0, 3),
            outline=draw_outline(0, 3) if word == UNKNOWN else (),
        )
        for word in STATES
        if CODES[word] in found
    )


def find_stretches(days: Iterable[DayBar]) -> Iterator[Stretch]:
    """Give the runs of days of the same state, oldest first."""
    for word, run in groupby(days, key=word_of):
        yield Stretch(word=word, days=tuple(run))


def _rows(stretches: Iterable[Stretch]) -> Iterator[DayRow]:
    for stretch in stretches:
        # Days without data that follow each other are one row, as long as no incident is to be named for one of them.
        for alike, run in groupby(
            reversed(stretch.days), key=lambda day: stretch.word == UNKNOWN and not day.incidents
        ):
            days = tuple(run)
            for some in [days] if alike else [(day,) for day in days]:
                newest, oldest = some[0], some[-1]
                yield DayRow(
                    name=newest.period.name,
                    word=stretch.word,
                    start=oldest.period.window.start,
                    last=newest.period.window.end - 1,
                    figure=newest.figure,
                    incidents=newest.incidents,
                )


def describe_days(days: Sequence[DayBar]) -> str:
    """Say how many days were in which state, as in `last 90 days: 88 operational, 2 major outage`."""
    text = ngettext("last %(num)d day: %(states)s", "last %(num)d days: %(states)s", len(days))
    return text % {"num": len(days), "states": count_states(days)}


def count_states(days: Sequence[DayBar]) -> str:
    """Count the days by state, best first, as in `88 operational, 2 major outage`."""
    words = [word_of(day) for day in days]
    counts = [(word, words.count(word)) for word in STATES]
    return list_words(_count(word, number) for word, number in counts if number)


def _count(word: str, number: int) -> str:
    texts = {
        Status.OPERATIONAL.word: ngettext("%(num)d operational", "%(num)d operational", number),
        Status.DEGRADED_PERFORMANCE.word: ngettext(
            "%(num)d degraded performance", "%(num)d degraded performance", number
        ),
        Status.PARTIAL_OUTAGE.word: ngettext("%(num)d partial outage", "%(num)d partial outage", number),
        Status.MAJOR_OUTAGE.word: ngettext("%(num)d major outage", "%(num)d major outage", number),
        UNKNOWN: ngettext("%(num)d without data", "%(num)d without data", number),
        NOT_COUNTED: ngettext("%(num)d not counted", "%(num)d not counted", number),
    }
    return texts[word] % {"num": number}
