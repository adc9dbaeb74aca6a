"""From a record to a percentage: the one place where uptime is computed (uptime.md §6 to §8)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add

from statusgen.compute.methods import METHODS, UNKNOWN_AS, Loss, Losses, Method, Task
from statusgen.model.figure import Figure, Seconds
from statusgen.model.history import Component, Sla
from statusgen.model.record import Record
from statusgen.model.status import Account, Second
from statusgen.model.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a window adds up to: its seconds by kind, what was lost, and `ahead`, the seconds to come that will count.

    `ahead` is F of uptime.md §8. `unit` is what the losses are counted in: seconds, checks or slices.
    """

    window: Window
    seconds: Seconds
    losses: Losses
    ahead: int = 0
    unit: str = "seconds"


def compute_figure(record: Record, period: Window, component: Component | None, sla: Sla, now: int) -> Figure:
    """Measure a component (or None: a group, by the method `time`) over a period.

    The record covers the period. What is measured is the part of the period in which the component was in service,
    before `now` (§1.5).
    """
    return judge(tally_record(record, period, component, sla, now), sla, period, now)


def tally_record(record: Record, period: Window, component: Component | None, sla: Sla, now: int) -> Tally:
    """Add up a component's window in a period (§1.5), and the seconds that are still to come in it."""
    service = in_service(period, component)
    window = service.before(now)
    ahead = record.timeline.clip(service.after(now)).seconds()
    seconds = _sort_seconds(record.timeline.clip(window).seconds())
    method = METHODS[sla.method] if component else METHODS["time"]  # §9: worst and best are computed by time
    return Tally(
        window=window,
        seconds=seconds,
        losses=method.count(Task(record, period, window, seconds, sla)),
        ahead=sum(seconds for second, seconds in ahead.items() if second.account is Account.COUNTED),
        unit=method.unit,
    )


def in_service(period: Window, component: Component | None) -> Window:
    """Give the part of a period in which a component is in service (§1.5)."""
    since = component.since if component and component.since is not None else period.start
    retired = component.retired if component and component.retired is not None else period.end
    return period & Window(since, max(since, retired))


def add_tallies(tallies: Sequence[Tally], window: Window, method: Method) -> Tally:
    """Add up what several components lost (§9, `pooled`)."""
    sums = {name: sum(getattr(tally.seconds, name) for tally in tallies) for name in Seconds.__slots__}
    nothing = Loss(Fraction(0), Fraction(0))
    return Tally(
        window=window,
        seconds=Seconds(**sums),
        losses={unknown: reduce(add, (tally.losses[unknown] for tally in tallies), nothing) for unknown in UNKNOWN_AS},
        ahead=sum(tally.ahead for tally in tallies),
        unit=method.unit,
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
    loss = tally.losses[sla.unknown]
    coverage = Fraction(seconds.known, seconds.eligible) if seconds.eligible else None
    measured = bool(seconds.known and loss.accounted)
    sufficient = coverage is None or not measured or coverage >= sla.min_coverage
    uptime = _share(loss) if measured and sufficient else None
    met = uptime >= sla.target if uptime is not None and sla.target is not None else None
    budget, remaining, burned, final = _budget(tally, loss, uptime, sla)
    return Figure(
        sla=sla,
        period=period,
        window=tally.window,
        seconds=seconds,
        unit=tally.unit,
        coverage=coverage,
        downtime=loss.downtime,
        accounted=loss.accounted,
        uptime=uptime,
        lower=min(uptime, _share(tally.losses["down"])) if uptime is not None else None,
        upper=max(uptime, _share(tally.losses["up"])) if uptime is not None else None,
        met=met,
        budget=budget,
        remaining=remaining,
        burned=burned,
        final_if_no_more=final,
        credit=credit_due(uptime, sla, period, now) if met is not None else None,
        sufficient=sufficient,
    )


def _share(loss: Loss) -> Fraction:
    return 1 - loss.downtime / loss.accounted


def _budget(
    tally: Tally, loss: Loss, uptime: Fraction | None, sla: Sla
) -> tuple[Fraction | None, Fraction | None, Fraction | None, Fraction | None]:
    """Give budget, what remains of it, the share burned, and the final figure if nothing more is lost (§8)."""
    if tally.unit != "seconds":
        return None, None, burned_share(uptime, sla), None
    whole = loss.accounted + tally.ahead
    final = 1 - loss.downtime / whole if whole else None
    if sla.target is None:
        return None, None, None, final
    budget = (1 - sla.target) * whole
    return budget, budget - loss.downtime, loss.downtime / budget if budget else None, final


def burned_share(uptime: Fraction | None, sla: Sla) -> Fraction | None:
    """Give the share of the budget burned where there is no budget in seconds; None for a target of 100 % (§8)."""
    if uptime is None or sla.target is None or sla.target == 1:
        return None
    return (1 - uptime) / (1 - sla.target)


def credit_due(uptime: Fraction | None, sla: Sla, period: Window, now: int) -> Fraction | None:
    """Give the largest credit among the tiers strictly above the uptime; None while the period lasts (§8)."""
    if uptime is None or now < period.end:
        return None
    return max((tier.credit for tier in sla.credits if uptime < tier.below), default=Fraction(0))
