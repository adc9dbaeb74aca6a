"""The one timeline of each component: what every second was, and whether it counts (uptime.md §3 to §5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from statusgen.compute.hours import closed_spans
from statusgen.compute.incidents import Course, excluded_windows, follow_incident, incident_before
from statusgen.compute.maintenance import expand_maintenance
from statusgen.compute.measured import RunsByProbe, index_runs, measure_component
from statusgen.model.calendar import month_of, months_of
from statusgen.model.history import Component, History, Incident, MaintenanceRule, Sla
from statusgen.model.report import Occurrence
from statusgen.model.status import Account, Second, Status
from statusgen.model.timeline import Span, Timeline, merge_timelines, stack_spans
from statusgen.model.window import Window


class _Rule(IntEnum):
    """Why a second does not count, in the order in which the reasons win (§4)."""

    OUTSIDE = 0
    EXCLUDED = 1
    MAINTENANCE = 2
    NONE = 3


@dataclass(frozen=True, slots=True)
class _Facts:
    """What bears on any component, derived once for all of them."""

    incidents: Sequence[tuple[Incident, Course]]
    occurrences: Sequence[Occurrence]
    runs: Mapping[str, RunsByProbe]


def draw_timelines(history: History, now: int, domain: Window) -> dict[str, Timeline[Second]]:
    """Draw each component's timeline over `domain`, by id, in the order of status.yaml.

    Nothing at or after `now` is looked at; seconds from `now` on tell only whether they will count (§8).
    """
    known = (incident_before(incident, now) for incident in history.incidents)
    facts = _Facts(
        incidents=[(incident, follow_incident(incident, now)) for incident in known if incident],
        occurrences=[o for maintenance in history.maintenances for o in expand_maintenance(maintenance, now)],
        runs=index_runs(history.observations.runs),
    )
    by_component = _facts_by_component(facts)
    nothing = _Facts((), (), facts.runs)
    return {
        component.id: draw_component(
            component, sla_of(component, history), by_component.get(component.id, nothing), now, domain
        )
        for component in history.site.components
    }


def sla_of(component: Component, history: History) -> Sla:
    """Give the SLA that measures a component; the defaults where it has none (uptime.md §5)."""
    return history.site.slas[component.sla] if component.sla else history.site.default_sla


def _facts_by_component(facts: _Facts) -> dict[str, _Facts]:
    """Share the facts among the components that they name, so that each looks at its own alone."""
    incidents: dict[str, list[tuple[Incident, Course]]] = {}
    occurrences: dict[str, list[Occurrence]] = {}
    for incident, course in facts.incidents:
        for component in incident.touched:
            incidents.setdefault(component, []).append((incident, course))
    for occurrence in facts.occurrences:
        for component, _ in occurrence.maintenance.components:
            occurrences.setdefault(component, []).append(occurrence)
    return {
        component: _Facts(incidents.get(component, ()), occurrences.get(component, ()), facts.runs)
        for component in {*incidents, *occurrences}
    }


def draw_component(component: Component, sla: Sla, facts: _Facts, now: int, domain: Window) -> Timeline[Second]:
    """Draw the timeline of one component from the facts that name it."""
    past = domain.before(now)
    rules = _draw_rules(component, sla, facts, now, domain)
    layers = (
        rules,
        _draw_measured(component, facts, past),
        _draw_declared(component, facts, past),
        _draw_planned(component, facts, past),
    )
    happened = merge_timelines(_decide(sla), layers, past)
    ahead = rules.clip(domain.after(now)).map(lambda rule: Second(Status.UNKNOWN, _account(rule, sla)))
    changes = [(span.start, span.value) for line in (happened, ahead) for span in line]
    return Timeline.of(domain, changes)


def _account(rule: _Rule, sla: Sla) -> Account:
    if rule is _Rule.MAINTENANCE and sla.maintenance.policy == "up":
        return Account.COUNTED
    return {_Rule.OUTSIDE: Account.OUTSIDE, _Rule.NONE: Account.COUNTED}.get(rule, Account.EXCLUDED)


def _decide(sla: Sla) -> Callable[[tuple[IntEnum, ...]], Second]:
    """Make the function that says what a second is, from the four layers of `draw_component` (§5)."""
    choose = _SOURCES[sla.source]

    def decide(layers: tuple[IntEnum, ...]) -> Second:
        rule, measured, declared, planned = _Rule(layers[0]), *map(Status, layers[1:])
        if rule is _Rule.MAINTENANCE:
            status = Status.OPERATIONAL if sla.maintenance.policy == "up" else choose(measured, declared)
        else:
            status = choose(measured, max(declared, planned))
        return Second(status, _account(rule, sla))

    return decide


# What is measured and declared, each UNKNOWN where there is nothing, becomes the state of the second.
_SOURCES: Mapping[str, Callable[[Status, Status], Status]] = {
    "worst": max,
    "declared": lambda _, declared: max(declared, Status.OPERATIONAL),
    "measured": lambda measured, _: measured,
    "declared-first": lambda measured, declared: measured if declared is Status.UNKNOWN else declared,
}


def _draw_measured(component: Component, facts: _Facts, window: Window) -> Timeline[Status]:
    """Draw what the checks say, without the stretches in which an incident overrides them (§3.3)."""
    measured = measure_component(component.checks, facts.runs, window)
    overridden = [
        (state.window.start, state.window.end, True)
        for incident, course in facts.incidents
        if incident.override is not None
        for state in course.states
        if state.component == component.id
    ]
    if not overridden:
        return measured
    blind = stack_spans(window, overridden, lambda active: any(True for _ in active))
    return merge_timelines(lambda pair: Status.UNKNOWN if pair[1] else Status(pair[0]), (measured, blind), window)


def _draw_declared(component: Component, facts: _Facts, window: Window) -> Timeline[Status]:
    """Draw the worst state that incidents declare; UNKNOWN where none is active (§3.2)."""
    spans = (
        (state.window.start, state.window.end, state.status)
        for _, course in facts.incidents
        for state in course.states
        if state.component == component.id
    )
    return _draw_worst(window, spans)


def _draw_planned(component: Component, facts: _Facts, window: Window) -> Timeline[Status]:
    """Draw the states that maintenance declares where its time counts (§4.3)."""
    spans = (
        (occurrence.covered.start, occurrence.covered.end, status)
        for occurrence in facts.occurrences
        for name, status in occurrence.maintenance.components
        if name == component.id and status is not None
    )
    return _draw_worst(window, spans)


def _draw_worst(window: Window, spans: Iterable[tuple[int, int, Status]]) -> Timeline[Status]:
    return stack_spans(window, spans, lambda active: max(active, default=Status.UNKNOWN))


def _draw_rules(component: Component, sla: Sla, facts: _Facts, now: int, domain: Window) -> Timeline[_Rule]:
    """Draw why seconds do not count, the first reason winning (§4)."""
    asked = domain
    if sla.maintenance.max_excluded is not None and domain:
        # The allowance of a month is spent from its first second on, wherever the domain begins.
        domain = Window(month_of(domain.start, sla.zone).window.start, domain.end)
    spans: list[tuple[int, int, _Rule]] = []
    if component.since is not None:
        spans.append((domain.start, component.since, _Rule.OUTSIDE))
    if component.retired is not None:
        spans.append((component.retired, domain.end, _Rule.OUTSIDE))
    if sla.hours:
        spans += [(s.start, s.end, _Rule.OUTSIDE) for s in closed_spans(sla.hours, sla.zone, domain)]
    spans += [
        (window.start, min(window.end, now), _Rule.EXCLUDED)
        for incident, course in facts.incidents
        for window in excluded_windows(incident, course, component.id)
    ]
    spans += [
        (occurrence.covered.start, occurrence.covered.end, _Rule.MAINTENANCE)
        for occurrence in facts.occurrences
        if _in_time(occurrence, sla.maintenance)
    ]
    rules = stack_spans(domain, spans, lambda active: min(active, default=_Rule.NONE))
    return _cap_maintenance(rules, sla).clip(asked)


def _in_time(occurrence: Occurrence, rule: MaintenanceRule) -> bool:
    notice = occurrence.planned.start - occurrence.maintenance.announced
    return rule.policy != "count" and notice >= rule.notice


def _cap_maintenance(rules: Timeline[_Rule], sla: Sla) -> Timeline[_Rule]:
    """Keep only the first `max_excluded` seconds of maintenance in each calendar month of the SLA's zone (§4.3)."""
    allowed = sla.maintenance.max_excluded
    if allowed is None:
        return rules
    return Timeline.of(rules.window, _capped(rules, allowed, sla.zone))


def _capped(rules: Timeline[_Rule], allowed: int, zone: str) -> Iterator[tuple[int, _Rule]]:
    for month in months_of(rules.window, zone):
        left = allowed
        span: Span[_Rule]
        for span in rules.clip(month.window):
            yield span.start, span.value if left or span.value is not _Rule.MAINTENANCE else _Rule.NONE
            if span.value is _Rule.MAINTENANCE:
                spent = min(left, span.end - span.start)
                left -= spent
                if spent < span.end - span.start:
                    yield span.start + spent, _Rule.NONE
