"""A value for every second of a window: the one thing from which every figure derives."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge as merge_sorted
from typing import Generic, NamedTuple, TypeVar

from statusgen.model.window import Window

T = TypeVar("T", bound=Hashable)
T_co = TypeVar("T_co", bound=Hashable, covariant=True)
U = TypeVar("U", bound=Hashable)


class Span(NamedTuple, Generic[T_co]):
    """A stretch of seconds that share a value; `end` is not included."""

    start: int
    end: int
    value: T_co


@dataclass(frozen=True, slots=True)
class Timeline(Generic[T_co]):
    """A value for each second of `window`, kept as the seconds at which it changes.

    There is neither gap nor overlap, and neighbours differ: two timelines that say the same are equal.
    """

    window: Window
    starts: tuple[int, ...]
    values: tuple[T_co, ...]

    @classmethod
    def of(cls, window: Window, changes: Iterable[tuple[int, T_co]]) -> "Timeline[T_co]":
        """Build from (instant, value from then on), in order of time; the first at or before the window's start.

        Of several changes at one instant the last wins.
        """
        starts: list[int] = []
        values: list[T_co] = []
        for instant, value in changes:
            if instant >= window.end:
                break
            at = max(instant, window.start)
            if starts and starts[-1] == at:
                starts.pop()
                values.pop()
            if values and values[-1] == value:
                continue
            starts.append(at)
            values.append(value)
        if window and (not starts or starts[0] != window.start):
            message = "a timeline has a value from the first second of its window on"
            raise ValueError(message)
        return cls(window, tuple(starts), tuple(values)) if window else cls(window, (), ())

    @classmethod
    def constant(cls, window: Window, value: T_co) -> "Timeline[T_co]":  # type: ignore[misc] # a constructor
        """Build a timeline that never changes."""
        return cls.of(window, [(window.start, value)])

    def __iter__(self) -> Iterator[Span[T_co]]:
        """Give the spans in order of time."""
        ends = (*self.starts[1:], self.window.end)
        return (Span(*span) for span in zip(self.starts, ends, self.values, strict=False))

    def at(self, instant: int) -> T_co:
        """Give the value of the second that begins at `instant`; LookupError outside of the window."""
        if instant not in self.window:
            message = f"{instant} lies outside of {self.window}"
            raise LookupError(message)
        return self.values[bisect_right(self.starts, instant) - 1]

    def clip(self, window: Window) -> "Timeline[T_co]":
        """Give the part that lies in `window`, at the cost of that part alone."""
        inner = self.window & window
        if not inner:
            return Timeline(inner, (), ())
        first = bisect_right(self.starts, inner.start) - 1
        last = bisect_right(self.starts, inner.end - 1)
        return Timeline(inner, (inner.start, *self.starts[first + 1 : last]), self.values[first:last])

    def map(self, function: Callable[[T_co], U]) -> "Timeline[U]":
        """Give the timeline of the function's results."""
        return Timeline.of(self.window, zip(self.starts, map(function, self.values), strict=True))

    def seconds(self) -> Counter[T_co]:
        """Count the seconds of each value."""
        counts: Counter[T_co] = Counter()
        for span in self:
            counts[span.value] += span.end - span.start
        return counts


def merge_timelines(
    function: Callable[[tuple[T, ...]], U], timelines: Iterable[Timeline[T]], window: Window
) -> Timeline[U]:
    """Give, for each second of `window`, the function of what the timelines say, in their order.

    Every timeline covers the window. The cost is that of all changes together, times the number of timelines.
    """
    clipped = [timeline.clip(window) for timeline in timelines]
    if not window:
        return Timeline(window, (), ())
    now = [timeline.values[0] for timeline in clipped]
    changes = merge_sorted(
        *(
            [(start, index, value) for start, value in zip(line.starts, line.values, strict=True)]
            for index, line in enumerate(clipped)
        ),
        key=lambda change: change[:2],
    )

    def merged() -> Iterator[tuple[int, U]]:
        at = window.start
        for instant, index, value in changes:
            if instant != at:
                yield at, function(tuple(now))
                at = instant
            now[index] = value
        yield at, function(tuple(now))

    return Timeline.of(window, merged())


def stack_spans(
    window: Window, spans: Iterable[tuple[int, int, T]], function: Callable[[Iterable[T]], U]
) -> Timeline[U]:
    """Give, for each second of `window`, the function of the values of all (start, end, value) that hold then.

    The spans may overlap, lie in any order and reach out of the window. The function gets each value once and
    must not depend on their order; it is called with nothing where no span holds.
    """
    changes: list[tuple[int, int, T]] = []
    for start, end, value in spans:
        if max(start, window.start) < min(end, window.end):
            changes += [(start, 1, value), (end, -1, value)]
    changes.sort(key=lambda change: change[0])
    active: Counter[T] = Counter()

    def stacked() -> Iterator[tuple[int, U]]:
        at = window.start
        for instant, step, value in changes:
            if instant > at:
                yield at, function(active.keys())
                at = instant
            active[value] += step
            if not active[value]:
                del active[value]
        yield at, function(active.keys())

    return Timeline.of(window, stacked())
