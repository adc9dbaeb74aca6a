"""Figures of several components together (uptime.md §9)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from statusgen.compute.explain import time_parts
from statusgen.compute.methods import METHODS
from statusgen.compute.uptime import add_tallies, burned_share, compute_figure, credit_due, judge, tally_record
from statusgen.model.calendar import Period
from statusgen.model.explanation import Joint, JointExplanation, Stretch
from statusgen.model.figure import Figure
from statusgen.model.history import Component, Sla
from statusgen.model.record import Record
from statusgen.model.status import Account, Second, Status
from statusgen.model.timeline import Timeline, merge_timelines
from statusgen.model.window import Window

Member = tuple[Component, Record]
"""A component with its own record, drawn by its own SLA."""


def combine_figures(members: Sequence[Member], period: Window, sla: Sla, now: int) -> Figure:
    """Measure several components over a period, as the SLA of their group combines them.

    worst and best draw one timeline, mean and pooled start from what each member lost by this SLA's method and
    weights. Without members there is no data.
    """
    return measure_joint(members, draw_together(members, period, sla), period, sla, now)


def measure_joint(
    members: Sequence[Member], joint: Timeline[Joint] | None, period: Window, sla: Sla, now: int
) -> Figure:
    """Measure several components over a period; `joint` is what `draw_together` gives of them over that or more."""
    if joint is None:
        return (_pool if sla.combine == "pooled" else _mean)(members, period, sla, now)
    return compute_figure(record_of(joint.clip(period)), period, None, sla, now)


def draw_together(members: Sequence[Member], window: Window, sla: Sla) -> Timeline[Joint] | None:
    """Draw what several components are together, from which worst and best measure every period in the window.

    pooled and mean have no such thing.
    """
    return merge_members(members, window, sla.combine) if sla.combine in ("worst", "best") else None


def record_of(joint: Timeline[Joint]) -> Record:
    """Give the record of several components together."""
    return Record(joint.map(lambda moment: moment.second))


def merge_members(members: Sequence[Member], window: Window, combine: str) -> Timeline[Joint]:
    """Draw, for each second, the worst (or, with `best`, the best) of the members known then.

    Members excluded or outside at that second are left out; where all are, so is the second.
    """
    choose = min if combine == "best" else max
    ids = [component.id for component, _ in members]

    def together(seconds: tuple[Second, ...]) -> Joint:
        counted = [second.status for second in seconds if second.account is Account.COUNTED]
        if counted:
            known = [status for status in counted if status is not Status.UNKNOWN]
            chosen = Second(choose(known) if known else Status.UNKNOWN, Account.COUNTED)
            if chosen.status <= Status.OPERATIONAL:
                return Joint(chosen)
            return Joint(chosen, tuple(id_ for id_, second in zip(ids, seconds, strict=True) if second == chosen))
        outside = all(second.account is Account.OUTSIDE for second in seconds)
        return Joint(Second(Status.UNKNOWN, Account.OUTSIDE if outside else Account.EXCLUDED))

    if not members:
        return Timeline.constant(window, Joint(Second(Status.UNKNOWN, Account.OUTSIDE)))
    return merge_timelines(together, [record.timeline for _, record in members], window)


def explain_joint(
    members: Sequence[Member], joint: Timeline[Joint] | None, period: Period, sla: Sla, now: int
) -> JointExplanation:
    """Explain a figure of several components over a period; `joint` is what `draw_together` gives of them."""
    figure = measure_joint(members, joint, period.window, sla, now)
    if joint is None:
        figures = [compute_figure(r, period.window, component, _lenient(sla), now) for component, r in members]
        told = tuple((component.id, found) for (component, _), found in zip(members, figures, strict=True))
        return JointExplanation(period=period, figure=figure, combine=sla.combine, members=told)
    return JointExplanation(
        period=period,
        figure=figure,
        combine=sla.combine,
        stretches=tuple(_stretches(joint, period.window, now)),
        parts=tuple(time_parts(figure.seconds, sla)),
    )


def _stretches(joint: Timeline[Joint], period: Window, now: int) -> Iterator[Stretch]:
    for span in joint.clip(period.before(now)):
        yield Stretch(window=Window(span.start, span.end), second=span.value.second, deciding=span.value.deciding)
    for later in record_of(joint.clip(period.after(now))).timeline:
        yield Stretch(window=Window(later.start, later.end), second=later.value, to_come=True)


def _lenient(sla: Sla) -> Sla:
    """Measure members without asking how much of each is known: one that is left out would flatter the others."""
    return replace(sla, min_coverage=Fraction(0))


def _pool(members: Sequence[Member], period: Window, sla: Sla, now: int) -> Figure:
    tallies = [tally_record(record, period, component, sla, now) for component, record in members]
    return judge(add_tallies(tallies, period.before(now), METHODS[sla.method]), sla, period, now)


def _mean(members: Sequence[Member], period: Window, sla: Sla, now: int) -> Figure:
    """Average the members that have a figure; there is no common budget in seconds then, only a share of it burned."""
    # How much must be measured is asked of all members together.
    lenient = _lenient(sla)

    def average(unknown: str) -> Fraction | None:
        counted = replace(lenient, unknown=unknown)
        return _average(
            [compute_figure(record, period, component, counted, now).uptime for component, record in members]
        )

    pooled = _pool(members, period, sla, now)
    uptime = average(sla.unknown) if pooled.sufficient else None
    down, up = (average(unknown) if uptime is not None else None for unknown in ("down", "up"))
    met = uptime >= sla.target if uptime is not None and sla.target is not None else None
    return replace(
        pooled,
        uptime=uptime,
        lower=min(uptime, down) if uptime is not None and down is not None else None,
        upper=max(uptime, up) if uptime is not None and up is not None else None,
        met=met,
        budget=None,
        remaining=None,
        burned=burned_share(uptime, sla),
        final_if_no_more=None,
        credit=credit_due(uptime, sla, period, now) if met is not None else None,
    )


def _average(shares: Sequence[Fraction | None]) -> Fraction | None:
    known = [share for share in shares if share is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
