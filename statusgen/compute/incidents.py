"""When an incident was active, and in which state each of its components was."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from statusgen.model.history import Incident, Phase
from statusgen.model.status import Status
from statusgen.model.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSpan:
    """A component's declared state over a window, within the active stretch number `stretch` of its incident.

    `key` is that of the update that set it, or nothing where the front matter did. The window is empty where the
    incident ends at the instant at which the state was set.
    """

    component: str
    window: Window
    status: Status
    stretch: int
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an incident went, as far as it is known: its active stretches and the states declared in them.

    The first stretch begins at `started`; a later one is a reopening. `open` tells whether the last one lasts.
    """

    stretches: tuple[Window, ...]
    states: tuple[StateSpan, ...]
    open: bool


def incident_before(incident: Incident, now: int) -> Incident | None:
    """Give the incident as it was known before `now`; None where nobody had said a word of it (uptime.md §1.3)."""
    updates = tuple(update for update in incident.updates if update.at < now)
    if not updates:
        return None
    return incident if len(updates) == len(incident.updates) else replace(incident, updates=updates)


def follow_incident(incident: Incident, now: int) -> Course:
    """Follow an incident through its updates up to `now` (design.md §5: resolved, reopened; uptime.md §3.1)."""
    stretches = list(_stretches(incident))
    return Course(
        stretches=tuple(Window(s.begun, now if s.ended is None else max(s.begun, s.ended)) for s in stretches),
        states=tuple(state for number, s in enumerate(stretches) for state in _states(s, number, now)),
        open=bool(stretches) and stretches[-1].ended is None,
    )


Followed = tuple[Incident, Course]
"""An incident as far as it is known, and how it went."""


def follow_incidents(
    incidents: Iterable[Incident], now: int, follow: Callable[[Incident, int], Course] = follow_incident
) -> list[Followed]:
    """Follow all incidents that are known before `now`."""
    known = (incident_before(incident, now) for incident in incidents)
    return [(incident, follow(incident, now)) for incident in known if incident]


class _Change(NamedTuple):
    at: int
    component: str
    status: Status
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """From `started` or a reopening to the next `resolved` (None: it lasts), with what is set in between."""

    begun: int
    ended: int | None
    changes: tuple[_Change, ...]


def _stretches(incident: Incident) -> Iterator[_Stretch]:
    begun: int | None = incident.started
    changes = [_Change(incident.started, component, status, "") for component, status in incident.components]
    for update in incident.updates:
        if update.phase is Phase.RESOLVED:
            if begun is not None:
                yield _Stretch(begun=begun, ended=update.at, changes=tuple(changes))
            begun, changes = None, []
        elif begun is None and any(status > Status.OPERATIONAL for _, status in update.changes):
            begun = update.at
        if begun is not None:
            changes += [_Change(update.at, component, status, update.key) for component, status in update.changes]
    if begun is not None:
        yield _Stretch(begun=begun, ended=None, changes=tuple(changes))


def _states(stretch: _Stretch, number: int, now: int) -> Iterator[StateSpan]:
    """Give the states set in a stretch, each until the component's next one or the stretch's end.

    What is replaced at the very instant at which it is set never was.
    """
    end = now if stretch.ended is None else stretch.ended
    following: dict[str, int] = {}
    for at, component, status, key in reversed(stretch.changes):
        if following.get(component) != at:
            window = Window(at, max(at, following.get(component, end)))
            yield StateSpan(component=component, window=window, status=status, stretch=number, key=key)
        following[component] = at


def excluded_windows(incident: Incident, course: Course, component: str) -> tuple[tuple[Window, str], ...]:
    """Give the windows in which an incident takes a component out of the figure, each with why (uptime.md §4.2)."""
    if component not in incident.touched:
        return ()
    parts = tuple((exclusion.window, exclusion.reason) for exclusion in incident.exclusions)
    if incident.exclude is None:
        return parts
    reopened = {state.stretch for state in course.states if state.component == component}
    whole = (window for number, window in enumerate(course.stretches) if number == 0 or number in reopened)
    return (*parts, *((window, incident.exclude) for window in whole))
