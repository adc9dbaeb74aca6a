"""From a history to a report: what stands where at one instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from statusgen.compute.explain import explain_component
from statusgen.compute.groups import combine_figures
from statusgen.compute.incidents import follow_incident, incident_before
from statusgen.compute.latency import LatenciesByDay, index_latencies, measure_latency
from statusgen.compute.maintenance import expand_maintenance
from statusgen.compute.timelines import draw_records, sla_of
from statusgen.compute.uptime import compute_figure, in_service
from statusgen.model.calendar import DAY, Period, days_of, last_days, months_of, quarters_of, year_of, years_of
from statusgen.model.explanation import Explanation
from statusgen.model.figure import Figure
from statusgen.model.history import Component, Group, History, Incident, Maintenance, Site, Sla
from statusgen.model.record import Record
from statusgen.model.report import (
    ComponentReport,
    DayBar,
    GroupReport,
    IncidentReport,
    Occurrence,
    PeriodFigure,
    Report,
)
from statusgen.model.status import IMPACT_OF_STATUS, STATUS_OF_IMPACT, Second, Status
from statusgen.model.window import Window

BARS = 90
"""How many days a component's bars show."""

YEAR = 366 * DAY
PeriodsOf = Callable[[Window, str], Iterator[Period]]
"""Gives the periods of a kind that a window touches in a zone, in order."""
_MONTH = 32 * DAY  # more than any month: what is measured by calendar months is drawn over whole ones


@dataclass(slots=True)
class Settled:
    """Figures of days, months, quarters and years that were over, for who draws nearly the same again: a preview.

    They hold for a component as long as all that its record is drawn from is the same. It changes no result.
    """

    parts: dict[str, "_Part"] = field(default_factory=dict)

    def part(self, component: Component, key: tuple[Any, ...], now: int) -> "_Part":
        """Give what is settled of a component, for it to be added to; `key` is all that it was drawn from."""
        part = self.parts.get(component.id)
        if part is None or part.key != key or part.now > now:
            part = self.parts[component.id] = _Part(key)
        part.now = now
        return part


@dataclass(slots=True)
class _Part:
    key: tuple[Any, ...]
    now: int = 0
    figures: dict[Window, Figure] = field(default_factory=dict)
    months: dict[Window, PeriodFigure] = field(default_factory=dict)


def compute_report(history: History, now: int, settled: Settled | None = None) -> Report:
    """Draw the conclusions that the site shows. The history is public already (`public_history`).

    What `settled` holds is taken; it is kept for the next time.
    """
    site = history.site
    first = first_fact(history, now)
    domain = drawn_window(history, now, Window(min(_year_start(first, site), now - BARS * DAY), now))
    records = draw_records(history, now, domain)
    incidents = report_incidents(history.incidents, now)
    occurrences = _order_occurrences(o for m in history.maintenances for o in expand_maintenance(m, now))
    latencies = index_latencies(history.observations.latencies)
    settled = settled or Settled()
    works = tuple((m, m.announced < now, sum(update.at < now for update in m.updates)) for m in history.maintenances)
    draft = _Draft(history, now, first, records, _index_incidents(incidents), occurrences, latencies, settled, works)
    components = tuple(_report_component(component, draft) for component in site.components)
    return Report(
        site=site,
        now=now,
        status=_overall_status(components, incidents),
        components=components,
        groups=tuple(_report_groups(components, draft)),
        sla=(sla := overall_sla(site)),
        overall=_combined([report for report in components if sla], sla, draft, months_of),
        overall_quarters=_combined([report for report in components if sla], sla, draft, quarters_of),
        overall_years=_combined([report for report in components if sla], sla, draft, years_of),
        incidents=incidents,
        occurrences=occurrences,
        months=tuple(months_of(Window(first, now), site.zone)),
        recent=_combined_recent([report for report in components if sla], sla, draft),
        data_until=max((run.last for run in history.observations.runs), default=now),
        pages=history.pages,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the parts of a report are drawn from; `first` is the instant of the first known fact."""

    history: History
    now: int
    first: int
    records: Mapping[str, Record]
    incidents: Mapping[str, Sequence[IncidentReport]]
    occurrences: Sequence[Occurrence]
    latencies: Mapping[str, LatenciesByDay]
    settled: Settled
    works: tuple[tuple[Maintenance, bool, int], ...]
    """The maintenance, each with how much of it is known."""

    def part(self, component: Component, sla: Sla) -> _Part:
        """Give what is settled of a component."""
        touching = tuple(report.incident for report in self.incidents.get(component.id, ()))
        runs = self.history.observations.runs
        return self.settled.part(component, (component, sla, touching, self.works, runs, self.first), self.now)


def _index_incidents(incidents: Iterable[IncidentReport]) -> dict[str, list[IncidentReport]]:
    """Sort the incidents by the components that they name, each list in the order given."""
    index: dict[str, list[IncidentReport]] = {}
    for report in incidents:
        for component, _ in report.components:
            index.setdefault(component, []).append(report)
    return index


def first_fact(history: History, now: int) -> int:
    """Give the instant from which on anything is known before `now`: a service, incident, maintenance or check."""
    starts = [component.since for component in history.site.components if component.since is not None]
    starts += [incident.started for incident in history.incidents if incident_before(incident, now)]
    starts += [run.start for run in history.observations.runs]
    # One that was announced after the work had begun is known from its start on.
    starts += [min(m.announced, m.start) for m in history.maintenances if m.announced < now]
    return min([*starts, now - 1])


def drawn_window(history: History, now: int, asked: Window) -> Window:
    """Give the window that timelines are drawn over: whole months around all that is asked, and the current year.

    Where downtime periods are counted it begins before anything is known, since those are seen whole (uptime.md §6).
    """
    if any(sla.method == "downtime-periods" for sla in history.site.slas.values()):
        asked = Window(min(asked.start, first_fact(history, now)), asked.end)
    year_ends = [year_of(now, zone).window.end for zone in _zones(history.site)]
    return Window(asked.start - _MONTH, max(asked.end, *year_ends) + _MONTH)


def _year_start(instant: int, site: Site) -> int:
    """Give the start of the year in which an instant lies, in any zone that measures."""
    return min(year_of(instant, zone).window.start for zone in _zones(site))


def _zones(site: Site) -> set[str]:
    """Give the zones by which periods are measured."""
    return {site.zone, *(sla.zone for sla in site.slas.values())}


def report_incidents(incidents: Iterable[Incident], now: int) -> tuple[IncidentReport, ...]:
    """Give the incidents that are known before `now`, the one that started last first."""
    known = (incident_before(incident, now) for incident in incidents)
    reports = [_report_incident(incident, now) for incident in known if incident]
    return tuple(sorted(reports, key=lambda r: (r.incident.started, r.incident.id), reverse=True))


def _report_incident(incident: Incident, now: int) -> IncidentReport:
    course = follow_incident(incident, now)
    worst = dict.fromkeys(incident.touched, Status.OPERATIONAL)
    for state in course.states:
        worst[state.component] = max(worst[state.component], state.status)
    overall = max(worst.values(), default=Status.OPERATIONAL)
    return IncidentReport(
        incident=incident,
        impact=incident.impact if incident.impact is not None else IMPACT_OF_STATUS[overall],
        stretches=course.stretches,
        ended=None if course.open else course.stretches[-1].end,
        components=tuple(worst.items()),
        states=tuple((state.component, state.window, state.status) for state in course.states if state.window),
    )


def _order_occurrences(occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    return tuple(sorted(occurrences, key=lambda o: (o.planned.start, o.maintenance.id), reverse=True))


def _report_component(component: Component, draft: _Draft) -> ComponentReport:
    now, site = draft.now, draft.history.site
    record = draft.records[component.id]
    sla = sla_of(component, draft.history)
    touching = draft.incidents.get(component.id, [])
    days = last_days(now, BARS, site.zone)
    shown = Window(days[0].window.start, now)
    retired = component.retired is not None and component.retired < now
    bars = _draw_days(component, sla, days, draft)
    return ComponentReport(
        component=component,
        sla=sla,
        status=record.timeline.at(now - 1).status,
        under_maintenance=any(
            occurrence.running_at(now) and component.id in dict(occurrence.maintenance.components)
            for occurrence in draft.occurrences
        ),
        in_service=(component.since is None or component.since < now) and not retired,
        retired=retired,
        record=record,
        days=bars,
        year=(*_draw_days(component, sla, _year_before(days[0], component, draft), draft), *bars),
        recent=compute_figure(record, shown, component, sla, now),
        months=tuple(
            _settled_month(month, component, sla, draft)
            for month in reversed(list(months_of(_life(component, draft), sla.zone)))
        ),
        quarters=_longer(quarters_of, component, sla, draft),
        years=_longer(years_of, component, sla, draft),
        incidents=tuple(report.incident.id for report in touching),
        latency=measure_latency(component.checks.monitors, draft.latencies),
    )


def _draw_days(component: Component, sla: Sla, days: Sequence[Period], draft: _Draft) -> tuple[DayBar, ...]:
    """Give the figure of each of some days that follow each other, and the incidents that hit the component in it."""
    if not days:
        return ()
    hit: list[list[str]] = [[] for _ in days]
    for report in draft.incidents.get(component.id, ()):
        for place in sorted(set(_touched_days(report.hit(component.id), days))):
            hit[place].append(report.incident.id)
    figures = _figures_of_days(days, component, sla, draft)
    return tuple(
        DayBar(
            period=day,
            figure=figure,
            incidents=tuple(incidents),
        )
        for day, figure, incidents in zip(days, figures, hit, strict=True)
    )


def _touched_days(windows: Iterable[Window], days: Sequence[Period]) -> Iterator[int]:
    """Give the places of the days, of some that follow each other, that windows reach into."""
    start, end = days[0].window.start, days[-1].window.end
    for window in windows:
        if window and window.end > start and window.start < end:
            first = max(0, bisect_right(days, window.start, key=lambda day: day.window.start) - 1)
            yield from range(first, bisect_left(days, window.end, lo=first, key=lambda day: day.window.start))


def _figures_of_days(days: Sequence[Period], component: Component, sla: Sla, draft: _Draft) -> Iterator[Figure]:
    """Give the figure of each day; that of one which is over is kept."""
    kept = draft.part(component, sla).figures
    alike: dict[tuple[Second, int], Figure] = {}
    for day in days:
        figure = kept.get(day.window) or _figure_of_day(day.window, component, sla, draft, alike)
        if day.window.end <= draft.now:
            kept[day.window] = figure
        yield figure


def _figure_of_day(
    window: Window, component: Component, sla: Sla, draft: _Draft, alike: dict[tuple[Second, int], Figure]
) -> Figure:
    """Give the figure of a day. By time, days that are one second throughout have one figure: most days are."""
    record, now = draft.records[component.id], draft.now
    drawn = record.timeline.clip(window)
    whole = drawn.window == in_service(window, component) == window and window.end <= now
    if sla.method != "time" or len(drawn.values) != 1 or not whole:
        return compute_figure(record, window, component, sla, now)
    key = drawn.values[0], window.seconds
    if key not in alike:
        alike[key] = compute_figure(record, window, component, sla, now)
    return replace(alike[key], period=window, window=window)


def _year_before(first: Period, component: Component, draft: _Draft) -> tuple[Period, ...]:
    """Give the days before `first` of the last twelve local months, from the component's first on."""
    site, life = draft.history.site, _life(component, draft)
    lately = max(life.start, draft.now - YEAR)
    months = list(months_of(Window(lately, max(lately, draft.now)), site.zone))[-12:]
    start = max(life.start, months[0].window.start) if months else first.window.start
    before = Window(start, max(start, first.window.start))
    return tuple(days_of(before, site.zone)) if before else ()


def _settled_month(month: Period, component: Component, sla: Sla, draft: _Draft) -> PeriodFigure:
    """Give the figure of a month with its explanation; that of one which is over is kept."""
    kept = draft.part(component, sla).months
    figure = kept.get(month.window)
    if figure is None:
        figure = _explained(explain_component(draft.records[component.id], month, component, sla, draft.now))
    if month.window.end <= draft.now:
        kept[month.window] = figure
    return figure


def _longer(periods_of: PeriodsOf, component: Component, sla: Sla, draft: _Draft) -> tuple[PeriodFigure, ...]:
    """Give the figures of periods longer than a month, newest first; that of one which is over is kept."""
    kept = draft.part(component, sla).figures
    told = []
    for period in reversed(list(periods_of(_life(component, draft), sla.zone))):
        figure = kept.get(period.window)
        if figure is None:
            figure = compute_figure(draft.records[component.id], period.window, component, sla, draft.now)
        if period.window.end <= draft.now:
            kept[period.window] = figure
        told.append(PeriodFigure(period=period, figure=figure))
    return tuple(told)


def _explained(explanation: Explanation) -> PeriodFigure:
    return PeriodFigure(period=explanation.period, figure=explanation.figure, explanation=explanation)


def _life(component: Component, draft: _Draft) -> Window:
    start = draft.first if component.since is None else component.since
    end = draft.now if component.retired is None else min(component.retired, draft.now)
    return Window(start, max(start, end))


def _overall_status(components: Iterable[ComponentReport], incidents: Iterable[IncidentReport]) -> Status:
    """Give the worst of the components that are not retired and of active incidents that name none (design.md §5)."""
    statuses = [report.status for report in components if not report.retired]
    statuses += [STATUS_OF_IMPACT[report.impact] for report in incidents if report.active and not report.components]
    return max(statuses, default=Status.UNKNOWN)


def _report_groups(components: Sequence[ComponentReport], draft: _Draft) -> Iterable[GroupReport]:
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
            shown = tuple(report for report in members if not report.retired)
            yield GroupReport(
                group=group,
                sla=sla,
                components=shown,
                months=_combined(members, sla, draft, months_of),
                quarters=_combined(members, sla, draft, quarters_of),
                years=_combined(members, sla, draft, years_of),
                recent=_combined_recent(members, sla, draft),
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


def _combined(
    members: Sequence[ComponentReport], sla: Sla | None, draft: _Draft, periods_of: PeriodsOf
) -> tuple[PeriodFigure, ...]:
    if sla is None or not members:
        return ()
    lives = [life for report in members if (life := _life(report.component, draft))]
    if not lives:
        return ()
    span = Window(min(map(attrgetter("start"), lives)), max(map(attrgetter("end"), lives)))
    pairs = [(report.component, report.record) for report in members]
    return tuple(
        PeriodFigure(period=period, figure=combine_figures(pairs, period.window, sla, draft.now))
        for period in reversed(list(periods_of(span, sla.zone)))
    )


def _combined_recent(members: Sequence[ComponentReport], sla: Sla | None, draft: _Draft) -> Figure | None:
    """Give the figure of several components over the days of the bars (uptime.md §9)."""
    if sla is None or not members:
        return None
    days = last_days(draft.now, BARS, draft.history.site.zone)
    pairs = [(report.component, report.record) for report in members]
    return combine_figures(pairs, Window(days[0].window.start, draft.now), sla, draft.now)
