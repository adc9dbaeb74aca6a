"""Figures of several components together (uptime.md §9)."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from statusgen.compute.uptime import Tally, compute_figure, credit_due, judge, tally_seconds
from statusgen.model.history import Component, Sla
from statusgen.model.report import Figure, Seconds
from statusgen.model.status import Account, Second, Status
from statusgen.model.timeline import Timeline, merge_timelines
from statusgen.model.window import Window

Member = tuple[Component, Timeline[Second]]
"""A component with its own timeline, drawn by its own SLA."""


def combine_figures(members: Sequence[Member], period: Window, sla: Sla, now: int) -> Figure:
    """Measure several components over a period, as the SLA of their group combines them.

    worst and best draw one timeline, mean and pooled start from what each member's own seconds add up to under this
    SLA. Without members there is no data.
    """
    if sla.combine == "pooled":
        return judge(_pool(members, period, now), sla, period, now)
    if sla.combine == "mean":
        return _mean(members, period, sla, now)
    return compute_figure(merge_members(members, period, sla.combine), period, None, sla, now)


def merge_members(members: Sequence[Member], window: Window, combine: str) -> Timeline[Second]:
    """Draw, for each second, the worst (or, with `best`, the best) of the members known then.

    Members excluded or outside at that second are left out; where all are, so is the second.
    """
    choose = min if combine == "best" else max

    def together(seconds: tuple[Second, ...]) -> Second:
        counted = [second.status for second in seconds if second.account is Account.COUNTED]
        if counted:
            known = [status for status in counted if status is not Status.UNKNOWN]
            return Second(choose(known) if known else Status.UNKNOWN, Account.COUNTED)
        outside = all(second.account is Account.OUTSIDE for second in seconds)
        return Second(Status.UNKNOWN, Account.OUTSIDE if outside else Account.EXCLUDED)

    if not members:
        return Timeline.constant(window, Second(Status.UNKNOWN, Account.OUTSIDE))
    return merge_timelines(together, [line for _, line in members], window)


def _pool(members: Sequence[Member], period: Window, now: int) -> Tally:
    tallies = [tally_seconds(line, period, component, now) for component, line in members]
    sums = {name: sum(getattr(tally.seconds, name) for tally in tallies) for name in Seconds.__slots__}
    return Tally(window=period.before(now), seconds=Seconds(**sums), ahead=sum(tally.ahead for tally in tallies))


def _mean(members: Sequence[Member], period: Window, sla: Sla, now: int) -> Figure:
    """Average the members that have a figure; there is no common budget in seconds then, only a share of it burned."""
    # How much must be measured is asked of all members together: one that is left out would flatter the others.
    lenient = replace(sla, min_coverage=Fraction(0))
    figures = [compute_figure(line, period, component, lenient, now) for component, line in members]
    with_data = [figure for figure in figures if figure.uptime is not None]
    pooled = judge(_pool(members, period, now), sla, period, now)
    uptime = _average([figure.uptime for figure in with_data])
    if not pooled.sufficient:
        uptime = None
    met = uptime >= sla.target if uptime is not None and sla.target is not None else None
    allowed = 1 - sla.target if sla.target is not None else None
    return Figure(
        sla=sla,
        period=period,
        window=pooled.window,
        seconds=pooled.seconds,
        coverage=pooled.coverage,
        downtime=pooled.downtime,
        accounted=pooled.accounted,
        uptime=uptime,
        lower=_average([figure.lower for figure in with_data]) if uptime is not None else None,
        upper=_average([figure.upper for figure in with_data]) if uptime is not None else None,
        met=met,
        burned=(1 - uptime) / allowed if uptime is not None and allowed else None,
        credit=credit_due(uptime, sla, period, now) if met is not None else None,
        sufficient=pooled.sufficient,
    )


def _average(shares: Sequence[Fraction | None]) -> Fraction | None:
    known = [share for share in shares if share is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
