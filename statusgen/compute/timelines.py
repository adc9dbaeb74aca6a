"""The one record of each component: what every second was, whether it counts, and why (uptime.md §3 to §5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statusgen.compute.incidents import Course, Followed, follow_incidents
from statusgen.compute.maintenance import expand_maintenance
from statusgen.compute.measured import RunsByProbe, confirm_component, index_runs, measure_component
from statusgen.compute.rules import cause_of, draw_rules, is_in_time
from statusgen.compute.settled import settle_checks
from statusgen.model.history import Component, History, Incident, Maintenance, Sla
from statusgen.model.record import Cause, Declared, Ground, Moment, Record, Rule, account_of
from statusgen.model.report import Occurrence
from statusgen.model.status import Second, Status
from statusgen.model.timeline import Timeline, merge_timelines, stack_spans
from statusgen.model.window import Window

SILENT = Declared(Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Facts:
    """What bears on a component, derived once for all of them."""

    incidents: Sequence[Followed] = ()
    occurrences: Sequence[Occurrence] = ()


def draw_records(
    history: History, now: int, domain: Window, followed: Sequence[Followed] | None = None
) -> dict[str, Record]:
    """Draw each component's record over `domain`, by id, in the order of status.yaml.

    Nothing at or after `now` is looked at; `followed` are the incidents that are known before, if they are at hand.
    Seconds from `now` on tell only whether they will count (§8).
    """
    followed = follow_incidents(history.incidents, now) if followed is None else followed
    facts = _facts_by_component(history.maintenances, followed, now)
    runs = index_runs(history.observations.runs)
    return {
        component.id: draw_component(
            component,
            sla_of(component, history),
            facts.get(component.id, Facts()),
            runs=runs,
            now=now,
            domain=domain,
            settle=any(sla.needs_instants for sla in history.site.slas_of(component)),
        )
        for component in history.site.components
    }


def sla_of(component: Component, history: History) -> Sla:
    """Give the SLA that measures a component; the defaults where it has none (uptime.md §5)."""
    return history.site.slas[component.sla] if component.sla else history.site.default_sla


def _facts_by_component(
    maintenances: Iterable[Maintenance], followed: Iterable[Followed], now: int
) -> dict[str, Facts]:
    """Share the facts among the components that they name, so that each looks at its own alone."""
    incidents: dict[str, list[Followed]] = {}
    occurrences: dict[str, list[Occurrence]] = {}
    for incident, course in followed:
        for component in incident.touched:
            incidents.setdefault(component, []).append((incident, course))
    for maintenance in maintenances:
        if maintenance.components:
            expanded = expand_maintenance(maintenance, now)
            for component, _ in maintenance.components:
                occurrences.setdefault(component, []).extend(expanded)
    return {
        component: Facts(incidents.get(component, ()), occurrences.get(component, ()))
        for component in {*incidents, *occurrences}
    }


def draw_component(
    component: Component,
    sla: Sla,
    facts: Facts,
    *,
    runs: Mapping[str, RunsByProbe],
    now: int,
    domain: Window,
    settle: bool = False,
) -> Record:
    """Draw the record of one component from the facts that name it; `settle` adds its single checks."""
    past = domain.before(now)
    rules = draw_rules(component, sla, incidents=facts.incidents, occurrences=facts.occurrences, now=now, domain=domain)
    monitors = confirm_component(component.checks, runs)
    probes = tuple(probe for monitor in monitors for probe in monitor)
    late, in_time = _share_occurrences(facts.occurrences, sla)
    moments = merge_timelines(
        _moment,
        (
            rules,
            measure_component(component.checks, monitors, past),
            _draw_overrides(component, facts.incidents, past),
            _draw_declared(past, [*_incident_spans(component, facts.incidents), *_planned_spans(component, late)]),
            _draw_declared(past, _planned_spans(component, in_time)),
        ),
        past,
    )
    decide = decider(sla)
    happened = moments.map(lambda moment: decide(moment, moment.measured))
    ahead = rules.clip(domain.after(now)).map(
        lambda ruled: Second(Status.UNKNOWN, account_of(ruled.rule, sla.maintenance.policy))
    )
    changes = [(span.start, span.value) for line in (happened, ahead) for span in line]
    return Record(
        timeline=Timeline.of(domain, changes),
        moments=moments,
        probes=probes,
        settled=settle_checks(probes, moments, decide) if settle else (),
    )


def _moment(layers: tuple[Any, ...]) -> Moment:
    return Moment(*layers)


def decider(sla: Sla) -> Callable[[Moment, Status], Second]:
    """Make the function that says what a second is, or a check in it, from what bears on it and what was measured.

    See uptime.md §5. Where an incident overrides the checks there is nothing measured (§3.3).
    """
    choose, policy = _SOURCES[sla.source], sla.maintenance.policy

    def decide(moment: Moment, measured: Status) -> Second:
        rule, declared = moment.ruled.rule, moment.declared.status
        account = account_of(rule, policy)
        if rule is Rule.MAINTENANCE and policy == "up":
            return Second(Status.OPERATIONAL, account)
        if rule is Rule.SPENT:
            declared = max(declared, moment.planned.status)
        return Second(choose(Status.UNKNOWN if moment.override else measured, declared), account)

    return decide


# What is measured and declared, each UNKNOWN where there is nothing, becomes the state of the second.
_SOURCES: Mapping[str, Callable[[Status, Status], Status]] = {
    "worst": max,
    "declared": lambda _, declared: max(declared, Status.OPERATIONAL),
    "measured": lambda measured, _: measured,
    "declared-first": lambda measured, declared: measured if declared is Status.UNKNOWN else declared,
}


def _share_occurrences(occurrences: Iterable[Occurrence], sla: Sla) -> tuple[list[Occurrence], list[Occurrence]]:
    """Give those that declare a state like an incident, and those that do so only beyond the cap (§4.3)."""
    late: list[Occurrence] = []
    in_time: list[Occurrence] = []
    for occurrence in occurrences:
        (in_time if is_in_time(occurrence, sla.maintenance) else late).append(occurrence)
    return late, in_time


def _draw_overrides(
    component: Component, incidents: Sequence[tuple[Incident, Course]], window: Window
) -> Timeline[Cause | None]:
    """Draw the stretches in which an incident takes the checks of a component out (§3.3)."""
    spans = (
        (state.window.start, state.window.end, Cause(Ground.OVERRIDE, incident.id, reason=incident.override))
        for incident, course in incidents
        if incident.override is not None
        for state in course.states
        if state.component == component.id
    )
    return stack_spans(window, spans, lambda active: min(active, default=None, key=lambda cause: cause[1:]))


def _incident_spans(
    component: Component, incidents: Sequence[tuple[Incident, Course]]
) -> Iterator[tuple[int, int, Declared]]:
    """Give the states that incidents declare (§3.1)."""
    for incident, course in incidents:
        for state in course.states:
            if state.component == component.id:
                cause = Cause(Ground.INCIDENT, incident.id, state.key)
                yield state.window.start, state.window.end, Declared(state.status, cause)


def _planned_spans(component: Component, occurrences: Iterable[Occurrence]) -> Iterator[tuple[int, int, Declared]]:
    """Give the states that maintenance declares where its time counts (§4.3)."""
    for occurrence in occurrences:
        status = dict(occurrence.maintenance.components).get(component.id)
        if status is not None:
            covered = occurrence.covered
            yield covered.start, covered.end, Declared(status, cause_of(occurrence))


def _draw_declared(window: Window, spans: Iterable[tuple[int, int, Declared]]) -> Timeline[Declared]:
    """Draw the worst of what is declared (§3.2); of several that say the same, the one whose id comes first."""

    def worst(active: Iterable[Declared]) -> Declared:
        return max(sorted(active, key=_place), default=SILENT, key=lambda declared: declared.status)

    return stack_spans(window, spans, worst)


def _place(declared: Declared) -> tuple[str, str]:
    return declared.cause[1:3] if declared.cause else ("", "")
