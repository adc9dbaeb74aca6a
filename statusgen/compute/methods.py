"""How a method counts what was lost of a window, and of how much (uptime.md §6)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from statusgen.model.figure import Seconds
from statusgen.model.history import Sla
from statusgen.model.record import CheckSpan, Record
from statusgen.model.status import KNOWN, Account, Second, Status
from statusgen.model.timeline import Timeline, merge_timelines
from statusgen.model.window import Window

WHOLE = 10000
"""Weights are whole ten-thousandths."""

UNKNOWN_AS = ("exclude", "up", "down")
"""What can be made of unknown time; the bounds of a figure ask for all three (§7.4)."""


class Loss(NamedTuple):
    """What was lost of what is held against it, in the unit of the method."""

    downtime: Fraction
    accounted: Fraction

    def __add__(self, other: object) -> "Loss":
        """Add up what several components lost."""
        if not isinstance(other, Loss):
            return NotImplemented
        return Loss(self.downtime + other.downtime, self.accounted + other.accounted)


Losses = Mapping[str, Loss]
"""The loss, by what unknown time counts as."""


class Task(NamedTuple):
    """What a method is asked for: `period` is the whole period, `window` the part of it that is measured (§1.5)."""

    record: Record
    period: Window
    window: Window
    seconds: Seconds
    sla: Sla


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to measure: how it counts, and in which unit. Only seconds have a budget in seconds (§8)."""

    count: Callable[[Task], Losses]
    unit: str = "seconds"


def weight(status: Status, sla: Sla) -> int:
    """Give what a second or check in a known state costs, in ten-thousandths."""
    return sla.weights[status]


def count_time(task: Task) -> Losses:
    """Weigh every second that counts."""
    seconds = task.seconds
    lost = sum(weight(status, task.sla) * getattr(seconds, status.word) for status in KNOWN)
    return {
        "exclude": Loss(Fraction(lost, WHOLE), Fraction(seconds.known)),
        "up": Loss(Fraction(lost, WHOLE), Fraction(seconds.eligible)),
        "down": Loss(Fraction(lost + WHOLE * seconds.unknown, WHOLE), Fraction(seconds.eligible)),
    }


def count_checks(task: Task) -> Losses:
    """Weigh every check that counts; what is unknown plays no part."""
    tally = tally_checks(task.record.settled, task.window)
    lost = sum(weight(status, task.sla) * number for status, number in tally.items())
    loss = Loss(Fraction(lost, WHOLE), Fraction(tally.total()))
    return dict.fromkeys(UNKNOWN_AS, loss)


def tally_checks(settled: Iterable[Sequence[CheckSpan]], window: Window) -> Counter[Status]:
    """Count the checks of all probes that lie in a window, by state."""
    tally: Counter[Status] = Counter()
    for probe in settled:
        for span in _clip_checks(probe, window):
            tally[span.status] += span.number
    return tally


def _clip_checks(probe: Sequence[CheckSpan], window: Window) -> Iterator[CheckSpan]:
    """Give the parts of a probe's checks that lie in a window."""
    first = max(0, bisect_right(probe, window.start, key=lambda span: span.start) - 1)
    for place in range(first, len(probe)):
        span = probe[place]
        if span.start >= window.end:
            return
        skipped = max(0, -(-(window.start - span.start) // span.step))
        after = min(span.number, -(-(window.end - span.start) // span.step))
        if skipped < after:
            yield CheckSpan(span.start + skipped * span.step, span.step, after - skipped, span.status)


class Slice(NamedTuple):
    """Slices that are alike: from the one that begins at `start`, so many; `rate` is None where nothing is known."""

    start: int
    number: int
    rate: Fraction | None


def count_slices(task: Task) -> Losses:
    """Count slices by their rate, as the SLA's rule has it."""
    lost, rated, empty = Fraction(0), 0, 0
    for found in rate_slices(task.record, task.period, task.window, task.sla):
        if found.rate is None:
            empty += found.number
        else:
            rated += found.number
            lost += found.rate * found.number
    return {
        "exclude": Loss(lost, Fraction(rated)),
        "up": Loss(lost, Fraction(rated + empty)),
        "down": Loss(lost + empty, Fraction(rated + empty)),
    }


def rate_slices(record: Record, period: Window, window: Window, sla: Sla) -> Iterator[Slice]:
    """Give the slices of a window that have an eligible second, in order, those that are alike together.

    Slices are counted from the period's start. Most of them lie within a stretch in which nothing changes and all
    agree: these are rated together, and only the others one by one.
    """
    length = sla.slices.length
    origin = period.start
    one_by_one: set[int] = set()
    together: list[Slice] = []
    for start, end, second, said in _regions(record, window):
        first, last = -(-(start - origin) // length), (end - origin) // length
        one_by_one |= {(edge - origin) // length for edge in (start, end) if (edge - origin) % length}
        if first >= last or second.account is not Account.COUNTED:
            continue
        if said <= {second.status}:
            rate = None if second.status is Status.UNKNOWN else _ruled(Fraction(weight(second.status, sla), WHOLE), sla)
            together.append(Slice(origin + first * length, last - first, rate))
        else:
            one_by_one.update(range(first, last))
    single = (_rate_slice(record, origin + n * length, window, sla) for n in sorted(one_by_one))
    yield from sorted([*together, *(found for found in single if found)], key=lambda found: found.start)


def _regions(record: Record, window: Window) -> Iterator[tuple[int, int, Second, frozenset[Status]]]:
    """Give the stretches in which neither the second nor what any probe says changes: from, to, second, states said."""
    probes = [Timeline.of(window, _said(probe, window)) for probe in record.settled]
    line: Timeline[tuple[Second, frozenset[Status]]]
    line = merge_timelines(_gather, [record.timeline.clip(window), *probes], window)  # type: ignore[arg-type]
    return ((span.start, span.end, *span.value) for span in line)


def _gather(values: tuple[Second | Status, ...]) -> tuple[Second, frozenset[Status]]:
    second, *said = values
    assert isinstance(second, Second)
    return second, frozenset(status for status in said if isinstance(status, Status)) - {Status.UNKNOWN}


def _said(probe: Sequence[CheckSpan], window: Window) -> Iterator[tuple[int, Status]]:
    """Give when a probe begins to say something: a state up to its last check, UNKNOWN from then on."""
    yield window.start, Status.UNKNOWN
    last: CheckSpan | None = None
    for span in _clip_checks(probe, window):
        if last and last.status is not span.status:
            yield last.last + 1, Status.UNKNOWN
        if not last or last.status is not span.status:
            yield span.start, span.status
        last = span
    if last:
        yield last.last + 1, Status.UNKNOWN


def _rate_slice(record: Record, start: int, window: Window, sla: Sla) -> Slice | None:
    """Rate one slice by its checks, else by its known seconds; None where no second of it is eligible."""
    part = Window(start, start + sla.slices.length) & window
    tally = tally_checks(record.settled, part)
    if not tally:
        counts = record.timeline.clip(part).seconds()
        tally = Counter({second.status: n for second, n in counts.items() if second.account is Account.COUNTED})
        if not tally:
            return None
        del tally[Status.UNKNOWN]
    if not tally:
        return Slice(start, 1, None)
    lost = sum(weight(status, sla) * number for status, number in tally.items())
    return Slice(start, 1, _ruled(Fraction(lost, WHOLE * tally.total()), sla))


def _ruled(rate: Fraction, sla: Sla) -> Fraction:
    """Give what a slice of this rate counts, by the SLA's rule."""
    rule = sla.slices.rule
    if rule == "mean":
        return rate
    if rule == "any-fail":
        return Fraction(rate > 0)
    if rule == "all-fail":
        return Fraction(rate == 1)
    assert isinstance(rule, Fraction)
    return Fraction(1 - rate < rule)


class Period(NamedTuple):
    """A downtime period: a run of bad seconds, and the window of those that count, its first whole units."""

    run: Window
    counted: Window


def count_periods(task: Task) -> Losses:
    """Count the seconds of downtime periods that lie in the window."""
    known, eligible = Fraction(task.seconds.known), Fraction(task.seconds.eligible)
    lost, more = (
        Fraction(sum((found.counted & task.window).seconds for found in find_periods(task.record, task.sla, unknown)))
        for unknown in ("exclude", "down")
    )
    return {"exclude": Loss(lost, known), "up": Loss(lost, eligible), "down": Loss(more, eligible)}


def find_periods(record: Record, sla: Sla, unknown: str) -> Iterator[Period]:
    """Give all downtime periods of a record that are long enough, seen whole (§6).

    One that lasts from the first second of the record on has no beginning: all of it counts.
    """
    rule = sla.downtime_periods
    # Seconds to come are unknown too, and no part of any run.
    known = record.timeline.clip(record.moments.window) if record.moments else record.timeline
    line = known.map(lambda second: _is_bad(second, rule.threshold, unknown))
    for span in line:
        length = span.end - span.start
        if not span.value or length < rule.at_least:
            continue
        whole = length if span.start == line.window.start else length // rule.unit * rule.unit
        yield Period(Window(span.start, span.end), Window(span.start, span.start + whole))


def _is_bad(second: Second, threshold: Status, unknown: str) -> bool:
    if second.account is not Account.COUNTED:
        return False
    return second.status >= threshold or (second.status is Status.UNKNOWN and unknown == "down")


METHODS: Mapping[str, Method] = {
    "time": Method(count=count_time),
    "checks": Method(count=count_checks, unit="checks"),
    "slices": Method(count=count_slices, unit="slices"),
    "downtime-periods": Method(count=count_periods),
}
