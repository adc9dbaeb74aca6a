"""What a report says of several components together: of groups, and of all (uptime.md §9)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from statusgen.compute.draft import BARS, Draft, PeriodsOf
from statusgen.compute.groups import draw_together, explain_joint, measure_joint
from statusgen.model.calendar import Period, last_days, months_of, quarters_of, years_of
from statusgen.model.figure import Figure
from statusgen.model.history import Component, Group, Site, Sla
from statusgen.model.report import ComponentReport, GroupReport, PeriodFigure
from statusgen.model.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Figures of several components, newest first; `recent` is that of the days of the bars. Without an SLA: none."""

    months: tuple[PeriodFigure, ...] = ()
    quarters: tuple[PeriodFigure, ...] = ()
    years: tuple[PeriodFigure, ...] = ()
    recent: Figure | None = None


def report_groups(components: Sequence[ComponentReport], draft: Draft) -> Iterable[GroupReport]:
    """Give the groups in the order of `groups:`, and each component without one where it stands in the file."""
    site = draft.history.site
    live = [report for report in components if not report.retired]
    for report in live:
        if report.component.group is None:
            yield GroupReport(group=None, sla=None, components=(report,))
    for group in site.groups:
        members = [report for report in components if report.component.group == group.id]
        sla = group_sla(site, group)
        if members:
            together = report_together(group.id, members, sla, draft)
            shown = tuple(report for report in members if not report.retired)
            yield GroupReport(
                group=group,
                sla=sla,
                components=shown,
                months=together.months,
                quarters=together.quarters,
                years=together.years,
                recent=together.recent,
            )


def group_sla(site: Site, group: Group) -> Sla | None:
    """Give the SLA of a group's figure (uptime.md §9)."""
    members = [component for component in site.components if component.group == group.id]
    return _shared_sla(site, group.sla, members)


def overall_sla(site: Site) -> Sla | None:
    """Give the SLA of the overall figure (uptime.md §9)."""
    return _shared_sla(site, site.sla, site.components)


def _shared_sla(site: Site, named: str | None, members: Sequence[Component]) -> Sla | None:
    """Give the SLA that is named, or else the one that all members share; else there is no figure."""
    ids = {named} if named else {component.sla for component in members}
    (only,) = ids if len(ids) == 1 else (None,)
    return site.slas[only] if only else None


def report_together(name: str, members: Sequence[ComponentReport], sla: Sla | None, draft: Draft) -> Together:
    """Measure several components together; `name` is that of the group, nothing for all."""
    if sla is None or not members:
        return Together()
    lives = [life for report in members if (life := draft.life(report.component))]
    span = Window(min(map(attrgetter("start"), lives)), max(map(attrgetter("end"), lives))) if lives else None
    pairs = [(report.component, report.record) for report in members]
    joint = draw_together(pairs, members[0].record.timeline.window, sla)

    now = draft.now

    def explain(month: Period) -> PeriodFigure:
        def anew() -> PeriodFigure:
            told = explain_joint(pairs, joint, month, sla, now)
            return PeriodFigure(period=month, figure=told.figure, joint=told)

        return draft.earlier.together((name, sla, month), joint, month.window, anew)

    def measure(period: Period) -> PeriodFigure:
        def anew() -> PeriodFigure:
            return PeriodFigure(period=period, figure=measure_joint(pairs, joint, period.window, sla, now))

        return draft.earlier.together((name, sla, period), joint, period.window, anew)

    def newest_first(periods_of: PeriodsOf) -> Iterator[Period]:
        return reversed(list(periods_of(span, sla.zone)) if span else [])

    days = last_days(now, BARS, draft.history.site.zone)
    return Together(
        months=tuple(map(explain, newest_first(months_of))),
        quarters=tuple(map(measure, newest_first(quarters_of))),
        years=tuple(map(measure, newest_first(years_of))),
        recent=measure_joint(pairs, joint, Window(days[0].window.start, now), sla, now),
    )
