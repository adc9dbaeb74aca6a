"""Which seconds of a component count, and why the others do not (uptime.md §4)."""

from collections.abc import Iterator, Sequence

from statusgen.compute.hours import closed_spans
from statusgen.compute.incidents import Course, excluded_windows
from statusgen.model.calendar import month_of, months_of
from statusgen.model.history import Component, Incident, MaintenanceRule, Sla
from statusgen.model.record import Cause, Ground, Rule, Ruled
from statusgen.model.report import Occurrence
from statusgen.model.timeline import Span, Timeline, stack_spans
from statusgen.model.window import Window

FREE = Ruled(Rule.NONE)

RuleSpan = tuple[int, int, Ruled]


def draw_rules(
    component: Component,
    sla: Sla,
    *,
    incidents: Sequence[tuple[Incident, Course]],
    occurrences: Sequence[Occurrence],
    now: int,
    domain: Window,
) -> Timeline[Ruled]:
    """Draw over `domain`, also after `now`, what takes seconds out; the first reason wins."""
    asked = domain
    if sla.maintenance.max_excluded is not None and domain:
        # The allowance of a month is spent from its first second on, wherever the domain begins.
        domain = Window(month_of(domain.start, sla.zone).window.start, domain.end)
    spans = [
        *_service_spans(component, sla, domain),
        *_exclusion_spans(component, incidents, now),
        *(_maintenance_span(o) for o in occurrences if is_in_time(o, sla.maintenance)),
    ]
    rules = stack_spans(domain, spans, lambda active: min(active, default=FREE, key=_first))
    return _cap_maintenance(rules, sla).clip(asked)


def is_in_time(occurrence: Occurrence, rule: MaintenanceRule) -> bool:
    """Tell whether a maintenance was announced early enough to be left out of a figure that leaves some out."""
    return rule.policy != "count" and occurrence.notice >= rule.notice


def cause_of(occurrence: Occurrence) -> Cause:
    """Give an occurrence as the cause of what a second is."""
    maintenance = occurrence.maintenance
    return Cause(Ground.MAINTENANCE, maintenance.id, occurrence.key, notice=occurrence.notice)


def _first(ruled: Ruled) -> tuple[int, str, str, str]:
    """Order the rules: by which wins, then by what never changes from build to build."""
    cause = ruled.cause
    return (ruled.rule, cause.subject, cause.key, cause.reason) if cause else (ruled.rule, "", "", "")


def _service_spans(component: Component, sla: Sla, domain: Window) -> Iterator[RuleSpan]:
    if component.since is not None:
        yield domain.start, component.since, Ruled(Rule.OUTSIDE, Cause(Ground.SINCE))
    if component.retired is not None:
        yield component.retired, domain.end, Ruled(Rule.OUTSIDE, Cause(Ground.RETIRED))
    if sla.hours:
        closed = Ruled(Rule.OUTSIDE, Cause(Ground.HOURS))
        for span in closed_spans(sla.hours, sla.zone, domain):
            yield span.start, span.end, closed


def _exclusion_spans(
    component: Component, incidents: Sequence[tuple[Incident, Course]], now: int
) -> Iterator[RuleSpan]:
    for incident, course in incidents:
        for window, reason in excluded_windows(incident, course, component.id):
            cause = Cause(Ground.EXCLUSION, incident.id, reason=reason)
            yield window.start, min(window.end, now), Ruled(Rule.EXCLUDED, cause)


def _maintenance_span(occurrence: Occurrence) -> RuleSpan:
    return occurrence.covered.start, occurrence.covered.end, Ruled(Rule.MAINTENANCE, cause_of(occurrence))


def _cap_maintenance(rules: Timeline[Ruled], sla: Sla) -> Timeline[Ruled]:
    """Keep only the first `max_excluded` seconds of maintenance in each calendar month of the SLA's zone (§4.3)."""
    allowed = sla.maintenance.max_excluded
    if allowed is None:
        return rules
    return Timeline.of(rules.window, _capped(rules, allowed, sla.zone))


def _capped(rules: Timeline[Ruled], allowed: int, zone: str) -> Iterator[tuple[int, Ruled]]:
    for month in months_of(rules.window, zone):
        left = allowed
        span: Span[Ruled]
        for span in rules.clip(month.window):
            if span.value.rule is not Rule.MAINTENANCE:
                yield span.start, span.value
                continue
            spent = min(left, span.end - span.start)
            left -= spent
            if spent:
                yield span.start, span.value
            if spent < span.end - span.start:
                yield span.start + spent, Ruled(Rule.SPENT, span.value.cause)
