"""What a page will say by itself: states that the plan alone will change, while the page is open."""

from collections.abc import Callable, Iterable, Sequence

from statusgen.model.calendar import DAY
from statusgen.model.report import ComponentReport, GroupReport, Occurrence, Report
from statusgen.model.status import Status
from statusgen.render.pages.world import Flip

HORIZON = 2 * DAY
"""Seconds: a page that stays open for longer has been renewed by then."""


def flips_of(components: Iterable[ComponentReport], shown: str, report: Report) -> tuple[Flip, ...]:
    """Give the states that several components will be in together by the plan of maintenance alone.

    A state worse than operational stays what it is.
    """
    members = [c for c in components if not c.retired]
    if any(c.status > Status.OPERATIONAL for c in members):
        return ()
    ids = {c.component.id for c in members}
    touching = [o for o in report.occurrences if ids & dict(o.maintenance.components).keys()]
    well = max((c.status for c in members), default=Status.UNKNOWN).word
    return _follow(touching, shown, report.now, lambda any_: "under_maintenance" if any_ else well)


def component_flips(component: ComponentReport, report: Report) -> tuple[Flip, ...]:
    """Give the states that a component will be in by the plan alone."""
    return flips_of((component,), component.shown, report)


def group_flips(group: GroupReport, report: Report) -> tuple[Flip, ...]:
    """Give the states that a group will be in by the plan alone."""
    return flips_of(group.components, group.shown, report)


def overall_flips(report: Report) -> tuple[Flip, ...]:
    """Give the overall states that the plan alone will bring."""
    if report.status > Status.OPERATIONAL:
        return ()
    return flips_of(report.components, report.shown, report)


def _follow(occurrences: Sequence[Occurrence], word: str, now: int, state: Callable[[bool], str]) -> tuple[Flip, ...]:
    turns = sorted({at for o in occurrences for at, _ in o.turns_after(now) if at < now + HORIZON})
    flips = []
    for at in turns:
        then = state(any(o.running_at(at + 1) for o in occurrences))
        if then != word:
            flips.append(Flip(at, then))
            word = then
    return tuple(flips)
