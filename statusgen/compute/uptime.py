"""From a timeline to a percentage: the one place where uptime is computed (uptime.md §6 to §8)."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from statusgen.model.history import Component, Sla
from statusgen.model.report import Figure, Seconds
from statusgen.model.status import KNOWN, Account, Second
from statusgen.model.timeline import Timeline
from statusgen.model.window import Window

WHOLE = 10000
"""Weights are whole ten-thousandths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the seconds of a window add up to: by kind, and `ahead`, those still to come that will count (F)."""

    window: Window
    seconds: Seconds
    ahead: int = 0


def compute_figure(
    timeline: Timeline[Second], period: Window, component: Component | None, sla: Sla, now: int
) -> Figure:
    """Measure a component (or None: a group) over a period, by the method `time`.

    The timeline covers the period. What is measured is the part of the period in which the component was in service,
    before `now` (§1.5).
    """
    return judge(tally_seconds(timeline, period, component, now), sla, period, now)


def _in_service(period: Window, component: Component | None) -> Window:
    since = component.since if component and component.since is not None else period.start
    retired = component.retired if component and component.retired is not None else period.end
    return period & Window(since, max(since, retired))


def tally_seconds(timeline: Timeline[Second], period: Window, component: Component | None, now: int) -> Tally:
    """Add up the seconds of a component's window in a period (§1.5), and those that are still to come in it."""
    service = _in_service(period, component)
    window = service.before(now)
    ahead = timeline.clip(service.after(now)).seconds()
    return Tally(
        window=window,
        seconds=_sort_seconds(timeline.clip(window).seconds()),
        ahead=sum(seconds for second, seconds in ahead.items() if second.account is Account.COUNTED),
    )


def _sort_seconds(counts: Counter[Second]) -> Seconds:
    sums: Counter[str] = Counter()
    for second, seconds in counts.items():
        counted = second.account is Account.COUNTED
        sums[second.status.word if counted else second.account.value] += seconds
    return Seconds(**sums)


def judge(tally: Tally, sla: Sla, period: Window, now: int) -> Figure:
    """Give the figure of a tally under an SLA: uptime, bounds, verdict, budget and credit."""
    seconds = tally.seconds
    downtime, accounted = _weigh(seconds, sla, sla.unknown)
    coverage = Fraction(seconds.known, seconds.eligible) if seconds.eligible else None
    sufficient = coverage is None or not seconds.known or coverage >= sla.min_coverage
    uptime = 1 - downtime / accounted if seconds.known and sufficient else None
    met = uptime >= sla.target if uptime is not None and sla.target is not None else None
    whole = accounted + tally.ahead
    budget = (1 - sla.target) * whole if sla.target is not None else None
    return Figure(
        sla=sla,
        period=period,
        window=tally.window,
        seconds=seconds,
        coverage=coverage,
        downtime=downtime,
        accounted=accounted,
        uptime=uptime,
        lower=min(uptime, _uptime_with(seconds, sla, "down")) if uptime is not None else None,
        upper=max(uptime, _uptime_with(seconds, sla, "up")) if uptime is not None else None,
        met=met,
        budget=budget,
        remaining=budget - downtime if budget is not None else None,
        burned=downtime / budget if budget else None,
        final_if_no_more=1 - downtime / whole if whole else None,
        credit=credit_due(uptime, sla, period, now) if met is not None else None,
        sufficient=sufficient,
    )


def credit_due(uptime: Fraction | None, sla: Sla, period: Window, now: int) -> Fraction | None:
    """Give the largest credit among the tiers strictly above the uptime; None while the period lasts (§8)."""
    if uptime is None or now < period.end:
        return None
    return max((tier.credit for tier in sla.credits if uptime < tier.below), default=Fraction(0))


def _weigh(seconds: Seconds, sla: Sla, unknown: str) -> tuple[Fraction, Fraction]:
    """Give downtime and the time that it is held against, both in seconds: D/10000 and N/10000 (§6)."""
    lost = sum(weight * getattr(seconds, status.word) for status, weight in zip(KNOWN, sla.weights, strict=True))
    if unknown == "exclude":
        return Fraction(lost, WHOLE), Fraction(seconds.known)
    if unknown == "down":
        lost += WHOLE * seconds.unknown
    return Fraction(lost, WHOLE), Fraction(seconds.eligible)


def _uptime_with(seconds: Seconds, sla: Sla, unknown: str) -> Fraction:
    downtime, accounted = _weigh(seconds, sla, unknown)
    return 1 - downtime / accounted
