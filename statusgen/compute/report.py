"""From a history to a report: what stands where at one instant."""

from collections.abc import Iterable

from statusgen.compute.components import report_component
from statusgen.compute.draft import BARS, Draft, index_incidents
from statusgen.compute.earlier import Earlier
from statusgen.compute.incidents import Course, Followed, follow_incidents
from statusgen.compute.latency import index_latencies
from statusgen.compute.maintenance import expand_maintenance
from statusgen.compute.scope import drawn_window, first_fact, year_start
from statusgen.compute.timelines import draw_records
from statusgen.compute.together import overall_sla, report_groups, report_together
from statusgen.model.calendar import DAY, months_of
from statusgen.model.history import History, Incident
from statusgen.model.report import ComponentReport, IncidentReport, Occurrence, Report
from statusgen.model.status import IMPACT_OF_STATUS, STATUS_OF_IMPACT, Status
from statusgen.model.window import Window


def compute_report(history: History, now: int, earlier: Earlier | None = None) -> Report:
    """Draw the conclusions that the site shows. The history is public already (`public_history`).

    What `earlier` holds is taken; what is found is kept in it for the next time.
    """
    earlier = earlier or Earlier()
    earlier.begin(now)
    site = history.site
    first = first_fact(history, now)
    domain = drawn_window(history, now, Window(min(year_start(first, site), now - BARS * DAY), now))
    followed = follow_incidents(history.incidents, now, earlier.course)
    records = draw_records(history, now, domain, followed)
    incidents = _report_incidents(followed, earlier)
    occurrences = _order_occurrences(o for m in history.maintenances for o in expand_maintenance(m, now))
    latencies = index_latencies(history.observations.latencies)
    works = tuple((m, m.announced < now, sum(update.at < now for update in m.updates)) for m in history.maintenances)
    draft = Draft(history, now, first, records, index_incidents(incidents), occurrences, latencies, earlier, works)
    components = tuple(report_component(component, draft) for component in site.components)
    sla = overall_sla(site)
    overall = report_together("", components, sla, draft)
    return Report(
        site=site,
        now=now,
        status=_overall_status(components, incidents),
        components=components,
        groups=tuple(report_groups(components, draft)),
        sla=sla,
        overall=overall.months,
        overall_quarters=overall.quarters,
        overall_years=overall.years,
        incidents=incidents,
        occurrences=occurrences,
        months=tuple(months_of(Window(first, now), site.zone)),
        recent=overall.recent,
        data_until=max((run.last for run in history.observations.runs), default=now),
        pages=history.pages,
    )


def _report_incidents(followed: Iterable[Followed], earlier: Earlier) -> tuple[IncidentReport, ...]:
    """Give the incidents that are known, the one that started last first."""
    reports = [earlier.report(*known, _report_incident) for known in followed]
    return tuple(sorted(reports, key=lambda r: (r.incident.started, r.incident.id), reverse=True))


def _report_incident(incident: Incident, course: Course) -> IncidentReport:
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


def _overall_status(components: Iterable[ComponentReport], incidents: Iterable[IncidentReport]) -> Status:
    """Give the worst of the components that are not retired and of active incidents that name none (design.md §5)."""
    statuses = [report.status for report in components if not report.retired]
    statuses += [STATUS_OF_IMPACT[report.impact] for report in incidents if report.active and not report.components]
    return max(statuses, default=Status.UNKNOWN)
