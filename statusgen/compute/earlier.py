"""What an earlier report found that still holds: for who reports nearly the same again, as a preview does."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from statusgen.compute.incidents import Course, follow_incident
from statusgen.model.explanation import Joint
from statusgen.model.figure import Figure
from statusgen.model.history import Component, Incident
from statusgen.model.report import IncidentReport, PeriodFigure
from statusgen.model.timeline import Timeline
from statusgen.model.window import Window


@dataclass(slots=True)
class Part:
    """Figures of a component's days, months, quarters and years that were over.

    They hold as long as all that its record is drawn from is the same: `key`.
    """

    key: tuple[Any, ...]
    figures: dict[Window, Figure] = field(default_factory=dict)
    months: dict[Window, PeriodFigure] = field(default_factory=dict)


@dataclass(slots=True)
class Earlier:
    """What was found before, in a process that lives on. It changes no result, and holds for later instants alone."""

    now: int = 0
    parts: dict[str, Part] = field(default_factory=dict)
    courses: dict[str, tuple[Incident, Course]] = field(default_factory=dict)
    incidents: dict[str, tuple[Course, IncidentReport]] = field(default_factory=dict)
    joints: dict[Hashable, tuple[Timeline[Joint], PeriodFigure]] = field(default_factory=dict)

    def begin(self, now: int) -> None:
        """Forget all where time goes back."""
        if now < self.now:
            for kept in (self.parts, self.courses, self.incidents, self.joints):
                kept.clear()
        self.now = now

    def part(self, component: Component, key: tuple[Any, ...]) -> Part:
        """Give what is known of a component, for it to be added to; `key` is all that it was drawn from."""
        part = self.parts.get(component.id)
        if part is None or part.key != key:
            part = self.parts[component.id] = Part(key)
        return part

    def course(self, incident: Incident, now: int) -> Course:
        """Give how an incident went; that of one which was over before is kept."""
        kept = self.courses.get(incident.id)
        if kept and kept[0] == incident:
            return kept[1]
        course = follow_incident(incident, now)
        if not course.open:
            self.courses[incident.id] = incident, course
        return course

    def report(
        self, incident: Incident, course: Course, make: Callable[[Incident, Course], IncidentReport]
    ) -> IncidentReport:
        """Give what is reported of an incident; it follows from the incident and its course."""
        kept = self.incidents.get(incident.id)
        if kept and kept[0] is course and kept[1].incident == incident:
            return kept[1]
        report = make(incident, course)
        self.incidents[incident.id] = course, report
        return report

    def together(
        self, key: Hashable, joint: Timeline[Joint] | None, period: Window, anew: Callable[[], PeriodFigure]
    ) -> PeriodFigure:
        """Give the figure of several components; that of a period in which they were drawn just so before is kept."""
        drawn = joint.clip(period) if joint else None
        kept = self.joints.get(key)
        if kept and kept[0] == drawn:
            return kept[1]
        figure = anew()
        if drawn and period.end <= self.now:
            self.joints[key] = drawn, figure
        return figure
