"""From a record to the explanation of a figure: every stretch with its cause, and the sum that they make."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from statusgen.compute.methods import WHOLE, Task, find_periods, rate_slices, tally_checks, weight
from statusgen.compute.uptime import compute_figure
from statusgen.model.calendar import Period
from statusgen.model.explanation import Check, Evidence, Explanation, Part, Stretch
from statusgen.model.figure import Seconds
from statusgen.model.history import Component, Sla
from statusgen.model.record import Confirmed, Moment, Record
from statusgen.model.run import Run
from statusgen.model.status import KNOWN, Status
from statusgen.model.window import Window


def explain_component(record: Record, period: Period, component: Component, sla: Sla, now: int) -> Explanation:
    """Explain the figure of a component over a period that its record covers."""
    figure = compute_figure(record, period.window, component, sla, now)
    task = Task(record, period.window, figure.window, figure.seconds, sla)
    return Explanation(
        component=component,
        period=period,
        figure=figure,
        stretches=tuple(_stretches(record, period.window, component, now)),
        parts=tuple(_PARTS[sla.method](task)),
    )


def _stretches(record: Record, period: Window, component: Component, now: int) -> Iterator[Stretch]:
    """Give the stretches of a period in order; seconds to come tell only whether they will count."""
    if record.moments:
        for span in record.moments.clip(period.before(now)):
            window = Window(span.start, span.end)
            evidence = None if span.value.override else weigh_evidence(record, component, span.value, window)
            second = record.timeline.at(span.start)
            yield Stretch(window=window, second=second, moment=span.value, evidence=evidence)
    for later in record.timeline.clip(period.after(now)):
        yield Stretch(window=Window(later.start, later.end), second=later.value, to_come=True)


def weigh_evidence(record: Record, component: Component, moment: Moment, window: Window) -> Evidence | None:
    """Say which checks make the measured state of a stretch; None where a component has no checks at all."""
    if not any(record.probes):
        return None
    max_gap = component.checks.max_gap
    speaking = [own for probe in record.probes if (own := list(_speaking(probe, window, max_gap)))]
    unconfirmed = sum(
        run.checks for own in speaking for run, status in own if run.status is not status and run.start in window
    )
    if moment.measured is Status.UNKNOWN:
        unsure = sum(run.checks for own in speaking for run, status in own if status is Status.UNKNOWN)
        return Evidence(last=_last_before(record.probes, window.start), unsure=unsure, unconfirmed=unconfirmed)
    said = {status for own in speaking for _, status in own}
    # A minority of probes may raise the state above what any of them says (uptime.md §2.4).
    deciding = moment.measured if moment.measured in said else max(said, default=moment.measured)
    runs = [run for own in speaking for run, status in own if status is deciding]
    if not runs:
        return Evidence(unconfirmed=unconfirmed)
    return _sum_up(runs, window, unconfirmed)


def _sum_up(runs: Sequence[Run], window: Window, unconfirmed: int) -> Evidence:
    pieces = [_clip_run(run, window) for run in runs]
    first = min(pieces, key=lambda piece: (piece.start, piece.monitor, piece.probe))
    last = max(pieces, key=lambda piece: (piece.last, piece.monitor, piece.probe))
    return Evidence(
        checks=sum(piece.checks for piece in pieces),
        first=Check(first.monitor, first.probe, first.start),
        last=Check(last.monitor, last.probe, last.last),
        within=all(piece.last < window.end for piece in pieces),
        unconfirmed=unconfirmed,
    )


def _clip_run(run: Run, window: Window) -> Run:
    """Give the part of a run that speaks in a window, where its single checks are known; else the whole of it.

    The last check before the window belongs to it, since it speaks until the next.
    """
    if run.last < window.start:
        return run._replace(start=run.last, checks=1, longest=0)
    if not run.even:
        return run
    instants = run.instants
    first = min(max(0, (window.start - run.start) // instants.step), len(instants) - 1)
    after = min(len(instants), -(-(window.end - run.start) // instants.step))
    return run._replace(start=instants[first], last=instants[after - 1], checks=after - first)


def _speaking(probe: Sequence[Confirmed], window: Window, max_gap: int) -> Iterator[Confirmed]:
    """Give the runs of a probe that are heard in a window."""
    first = bisect_left(probe, window.start, key=lambda confirmed: confirmed.run.start)
    if (
        first
        and probe[first - 1].run.last + max_gap > window.start
        and (first == len(probe) or probe[first].run.start > window.start)
    ):
        first -= 1
    for place in range(first, len(probe)):
        if probe[place].run.start >= window.end:
            return
        yield probe[place]


def _last_before(probes: Sequence[Sequence[Confirmed]], instant: int) -> Check | None:
    """Give the last check of any probe before an instant."""
    found: Run | None = None
    for probe in probes:
        place = bisect_left(probe, instant, key=lambda confirmed: confirmed.run.start)
        if place and (found is None or probe[place - 1].run.last > found.last):
            found = probe[place - 1].run
    return Check(found.monitor, found.probe, found.last) if found else None


def time_parts(seconds: Seconds, sla: Sla) -> Iterator[Part]:
    """Give the sum of a figure by the method `time` (uptime.md §6): the seconds of each state with what they cost."""
    for status in KNOWN:
        yield Part(getattr(seconds, status.word), Fraction(weight(status, sla), WHOLE), status)
    yield from _unknown_parts(sla, seconds.unknown)


def _unknown_parts(sla: Sla, number: int) -> Iterator[Part]:
    """Give what is unknown as a part, where the SLA does not leave it out."""
    if sla.unknown != "exclude":
        yield Part(number, Fraction(sla.unknown == "down"), Status.UNKNOWN)


def _check_parts(task: Task) -> Iterator[Part]:
    tally = tally_checks(task.record.settled, task.window)
    for status in KNOWN:
        yield Part(tally[status], Fraction(weight(status, task.sla), WHOLE), status)


def _slice_parts(task: Task) -> Iterator[Part]:
    """Give the slices without loss together, and each of the others with where it lies."""
    length = task.sla.slices.length
    good = empty = 0
    for found in rate_slices(task.record, task.period, task.window, task.sla):
        if found.rate is None:
            empty += found.number
        elif not found.rate:
            good += found.number
        else:
            window = Window(found.start, found.start + found.number * length) & task.window
            yield Part(found.number, found.rate, None, window)
    yield Part(good, Fraction(0), Status.OPERATIONAL)
    yield from _unknown_parts(task.sla, empty)


def _period_parts(task: Task) -> Iterator[Part]:
    """Give each downtime period that reaches into the window, with its seconds that count there."""
    for found in find_periods(task.record, task.sla, "down" if task.sla.unknown == "down" else "exclude"):
        if found.run & task.window:
            yield Part((found.counted & task.window).seconds, Fraction(1), None, found.run)


_PARTS: Mapping[str, Callable[[Task], Iterator[Part]]] = {
    "time": lambda task: time_parts(task.seconds, task.sla),
    "checks": _check_parts,
    "slices": _slice_parts,
    "downtime-periods": _period_parts,
}
