"""Advice on incidents: what was said when, of what."""

from collections.abc import Iterator
from itertools import pairwise

from statusgen.compute.incidents import Course, StateSpan, follow_incident, incident_before
from statusgen.model.calendar import short_time
from statusgen.model.code import Code
from statusgen.model.history import History, Incident, Phase, Site, Update
from statusgen.model.problem import Problem
from statusgen.model.status import Status

_COURSE = (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING)
"""How far one has come, by the phase that says so."""


def advise_incidents(history: History, now: int) -> Iterator[Problem]:
    """Give advice on each incident, and on those that overlap."""
    courses: list[tuple[Incident, Course]] = []
    for incident in history.incidents:
        yield from _after_resolved(incident)
        yield from future_words(incident.path, incident.updates, now)
        yield from _phases(incident)
        yield from _no_reason(incident)
        yield from _retired(incident, history.site)
        known = incident_before(incident, now)
        if known:
            course = follow_incident(known, now)
            courses.append((incident, course))
            yield from _silent(known, course, history.site.expect_update_within, now)
            yield from _no_length(known, course)
    yield from _overlaps(courses)


def future_words(path: str, updates: tuple[Update, ...], now: int) -> Iterator[Problem]:
    """Find updates that are dated later than now."""
    for update in updates:
        if update.at >= now:
            text = f"this update is dated {short_time(update.at)} and is not shown before that"
            yield Problem(path, update.line, text, Code.IN_FUTURE)


def _after_resolved(incident: Incident) -> Iterator[Problem]:
    """Find updates after `resolved` that reopen nothing (design.md §5)."""
    resolved = False
    for update in incident.updates:
        if update.phase is Phase.RESOLVED:
            resolved = True
        elif any(status > Status.OPERATIONAL for _, status in update.changes):
            resolved = False
        elif resolved and update.phase is not Phase.POSTMORTEM:
            text = (
                f"this {update.phase.value} after resolved is shown and reopens nothing "
                "(set a component above operational to reopen the incident)"
            )
            yield Problem(incident.path, update.line, text, Code.AFTER_RESOLVED)


def _phases(incident: Incident) -> Iterator[Problem]:
    """Find a phase that goes back without anything getting worse, and a postmortem of what is not over."""
    for before, after in pairwise(incident.updates):
        back = before.phase in _COURSE and after.phase in _COURSE
        if back and _COURSE.index(after.phase) < _COURSE.index(before.phase) and not _worse(after):
            text = f"{after.phase.value} comes after {before.phase.value} (if it is worse again, set the component)"
            yield Problem(incident.path, after.line, text, Code.PHASES)
    resolved = False
    for update in incident.updates:
        resolved = resolved or update.phase is Phase.RESOLVED
        if update.phase is Phase.POSTMORTEM and not resolved:
            text = "a postmortem before the incident is resolved (write ## Resolved with the time first)"
            yield Problem(incident.path, update.line, text, Code.PHASES)


def _worse(update: Update) -> bool:
    return any(status > Status.OPERATIONAL for _, status in update.changes)


def _no_reason(incident: Incident) -> Iterator[Problem]:
    """Find an incident that ends without a word of why, in its last `resolved` or after it."""
    ends = [place for place, update in enumerate(incident.updates) if update.phase is Phase.RESOLVED]
    if ends and not any(update.text.strip() for update in incident.updates[ends[-1] :]):
        line = incident.updates[ends[-1]].line
        text = "resolved without a word (say in a sentence what it was and what was done)"
        yield Problem(incident.path, line, text, Code.NO_REASON)


def _silent(incident: Incident, course: Course, within: int | None, now: int) -> Iterator[Problem]:
    """Find an open incident of which readers have heard nothing for longer than they were promised."""
    if not course.open or within is None:
        return
    last = max(update.at for update in incident.updates)
    if now - last > within:
        hours, minutes = divmod((now - last) // 60, 60)
        ago = f"{hours} h {minutes} min" if hours else f"{minutes} min"
        text = (
            f"open, and no word since {short_time(last)}, {ago} ago, while {within // 60} min are promised "
            "(expect_update_within): write an update"
        )
        yield Problem(incident.path, incident.updates[-1].line, text, Code.SILENT)


def _no_length(incident: Incident, course: Course) -> Iterator[Problem]:
    """Find an incident that ended the instant it began: no figure can show it."""
    closed = course.stretches[:-1] if course.open else course.stretches
    hits = any(state.status > Status.OPERATIONAL for state in course.states)
    if hits and closed and not course.open and all(window.end <= window.start for window in closed):
        text = (
            f"began and ended at {short_time(incident.started)}: it touches no figure (set started: to when it began)"
        )
        yield Problem(incident.path, incident.updates[0].line, text, Code.NO_LENGTH)


def _retired(incident: Incident, site: Site) -> Iterator[Problem]:
    """Find components that were retired when the incident says something of them."""
    told = [(incident.started, incident.updates[0].line, name) for name, _ in incident.components]
    told += [(update.at, update.line, name) for update in incident.updates for name, _ in update.changes]
    yield from retired_components(incident.path, told, site)


def retired_components(path: str, told: list[tuple[int, int, str]], site: Site) -> Iterator[Problem]:
    """Tell, of components named at an instant on a line, those that were retired by then; each once."""
    retired = {component.id: component.retired for component in site.components if component.retired is not None}
    seen: set[str] = set()
    for at, line, name in told:
        if name in retired and at >= retired[name] and name not in seen:
            seen.add(name)
            text = f"{name} is retired since {short_time(retired[name])} and is not hit any more (name what is)"
            yield Problem(path, line, text, Code.RETIRED)


def _overlaps(courses: list[tuple[Incident, Course]]) -> Iterator[Problem]:
    """Find two incidents that hit one component at one time; the later is told, once for each earlier one."""
    hits: dict[str, list[tuple[StateSpan, Incident]]] = {}
    for incident, course in courses:
        for state in course.states:
            if state.status > Status.OPERATIONAL and state.window.seconds:
                hits.setdefault(state.component, []).append((state, incident))
    found: dict[tuple[str, str], tuple[Incident, Incident, set[str]]] = {}
    for component, states in hits.items():
        running: list[tuple[StateSpan, Incident]] = []
        for state, incident in sorted(states, key=lambda hit: (hit[0].window.start, hit[1].started, hit[1].id)):
            running = [hit for hit in running if hit[0].window.end > state.window.start]
            for _, other in running:
                first, second = sorted((incident, other), key=lambda one: (one.started, one.id))
                if first.id != second.id:
                    found.setdefault((second.id, first.id), (second, first, set()))[2].add(component)
            running.append((state, incident))
    for second, first, components in found.values():
        names = ", ".join(sorted(components))
        hit = "is" if len(components) == 1 else "are"
        text = f"{names} {hit} hit by {first.path} at the same time (is it one incident?)"
        yield Problem(second.path, second.updates[0].line, text, Code.OVERLAP)
