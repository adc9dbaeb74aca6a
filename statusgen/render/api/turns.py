"""When things turned into what they are."""

from bisect import bisect_right

from statusgen.model.history import Phase
from statusgen.model.report import ComponentReport, Occurrence


def is_over(occurrence: Occurrence, now: int) -> bool:
    """Tell whether a maintenance is done, or cancelled."""
    return occurrence.phase_at(now) in (Phase.COMPLETED, Phase.CANCELLED)


def turned_before(occurrence: Occurrence, now: int) -> tuple[int, ...]:
    """Give the instants before `now` at which a maintenance began and ended."""
    if occurrence.called_off:
        return ()
    ends = (occurrence.held.end,) if is_over(occurrence, now) else ()
    return tuple(at for at in (occurrence.held.start, *ends) if at < now)


def status_since(component: ComponentReport, now: int) -> int:
    """Give the instant from which on the status was what it is in the second before `now`, as far as it is drawn.

    Whether the time counts may change in between.
    """
    line = component.record.timeline
    index = bisect_right(line.starts, now - 1) - 1
    while index and line.values[index - 1].status is line.values[index].status:
        index -= 1
    return line.starts[index]
