"""What it means: the conclusions drawn from a history at one instant."""

from dataclasses import dataclass

from statusgen.model.calendar import Period, stamp
from statusgen.model.explanation import Explanation, JointExplanation
from statusgen.model.figure import Figure
from statusgen.model.history import Component, CustomPage, Group, Incident, Maintenance, Phase, Site, Sla, Update
from statusgen.model.latency import LatencyDay
from statusgen.model.record import Record
from statusgen.model.status import Impact, Status
from statusgen.model.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One window of a maintenance: when it was planned, and what its updates made of it.

    `updates` are its own and those that belong to all occurrences, oldest first. `following` is the planned start of
    the next one.
    """

    maintenance: Maintenance
    planned: Window
    updates: tuple[Update, ...] = ()
    following: int | None = None

    @property
    def key(self) -> str:
        """Give the part of its permanent id after the slash (design.md §5)."""
        return stamp(self.planned.start)

    @property
    def told(self) -> tuple[Update, ...]:
        """Give all that is said of it, at least one thing: the announcement is one where no update is."""
        apart = self.maintenance.announced_apart or not self.updates
        return (self.maintenance.announcement, *self.updates) if apart else self.updates

    @property
    def notice(self) -> int:
        """Give how many seconds before its planned start it was announced; negative if later (uptime.md §4.3)."""
        return self.planned.start - self.maintenance.announced

    def _first(self, phase: Phase) -> int | None:
        return next((update.at for update in self.updates if update.phase is phase), None)

    @property
    def cancelled_at(self) -> int | None:
        """Give the instant of the cancellation."""
        return self._first(Phase.CANCELLED)

    @property
    def begun_at(self) -> int | None:
        """Give the actual start, where it was said."""
        return self._first(Phase.IN_PROGRESS)

    @property
    def ended_at(self) -> int | None:
        """Give the actual end, where it was said; a cancellation after the start is one."""
        ends = [at for at in (self._first(Phase.COMPLETED), self.cancelled_at) if at is not None]
        return min(ends, default=None)

    @property
    def called_off(self) -> bool:
        """Tell whether it was cancelled before it started."""
        started = self.planned.start if self.begun_at is None else min(self.planned.start, self.begun_at)
        return self.cancelled_at is not None and self.cancelled_at <= started

    @property
    def covered(self) -> Window:
        """Give the window that may be excluded: neither an overrun nor time given back (uptime.md §4.3)."""
        if self.called_off:
            return Window(self.planned.start, self.planned.start)
        start = self.planned.start if self.begun_at is None else max(self.planned.start, self.begun_at)
        end = self.planned.end if self.ended_at is None else min(self.planned.end, self.ended_at)
        return Window(start, max(start, end))

    @property
    def held(self) -> Window:
        """Give the window in which people met it: from the actual start, where said, to the actual end."""
        start = self.planned.start if self.begun_at is None else self.begun_at
        end = self.planned.end if self.ended_at is None else self.ended_at
        return Window(start, max(start, end))

    def phase_at(self, now: int) -> Phase:
        """Give where it stands in the second before `now`: what was said last, else what the plan says.

        A work that was said to be in progress lasts until it is said to be completed, or until the next begins.
        """
        if self.cancelled_at is not None:
            return Phase.CANCELLED
        if self.ended_at is not None:
            return Phase.COMPLETED
        said = [update.phase for update in self.updates if update.phase in (Phase.IN_PROGRESS, Phase.VERIFYING)]
        if said and (self.following is None or now <= self.following):
            return said[-1]
        if now <= self.planned.start:
            return Phase.SCHEDULED
        return Phase.IN_PROGRESS if now <= self.planned.end else Phase.COMPLETED

    def running_at(self, now: int) -> bool:
        """Tell whether the work is going on in the second before `now`."""
        return self.phase_at(now) in (Phase.IN_PROGRESS, Phase.VERIFYING)

    def turns_after(self, now: int) -> tuple[tuple[int, Phase], ...]:
        """Give the phases that it will be in by the plan alone, each with the instant from which on, in order."""
        turns, phase = [], self.phase_at(now)
        for at in (self.planned.start, self.planned.end, self.following):
            if at is not None and at >= now and (then := self.phase_at(at + 1)) is not phase:
                turns.append((at, then))
                phase = then
        return tuple(turns)

    def coming_at(self, now: int) -> bool:
        """Tell whether the work is still to come."""
        return self.phase_at(now) is Phase.SCHEDULED


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigure:
    """The figure of a calendar period, and how a month's came about: of a component, or of several (`joint`)."""

    period: Period
    figure: Figure
    explanation: Explanation | None = None
    joint: JointExplanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBar:
    """A local day of a component: its figure, and the incidents (by id) that touched it."""

    period: Period
    figure: Figure
    incidents: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """Give the worst state of the day (uptime.md §9)."""
        return self.figure.seconds.worst


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    """An incident as it stands: what is known of it before `now`, and what follows from it.

    `incident.updates` are those before `now`, oldest first. `states` is when which component was in which state
    (id, window, status). `components` are the worst states, in order of first mention. `ended` is None while it
    is open; `stretches` are the windows in which it was active.
    """

    incident: Incident
    impact: Impact
    stretches: tuple[Window, ...]
    ended: int | None
    components: tuple[tuple[str, Status], ...]
    states: tuple[tuple[str, Window, Status], ...] = ()

    @property
    def active(self) -> bool:
        """Tell whether it is open."""
        return self.ended is None

    @property
    def duration(self) -> int:
        """Give the seconds for which it was active, so far."""
        return sum(stretch.seconds for stretch in self.stretches)

    def hit(self, component: str) -> tuple[Window, ...]:
        """Give the windows in which a component was worse than operational."""
        return tuple(w for name, w, status in self.states if name == component and status > Status.OPERATIONAL)

    @property
    def latest(self) -> Update:
        """Give the last update."""
        return self.incident.updates[-1]

    @property
    def phase(self) -> Phase:
        """Give where it stands: the phase of the last update that says so."""
        if not self.active and self.latest.phase is not Phase.POSTMORTEM:
            return Phase.RESOLVED
        said = [update.phase for update in self.incident.updates if update.phase is not Phase.UPDATE]
        return said[-1] if said else Phase.UPDATE


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentReport:
    """A component as it stands. `recent` is the figure of the days of `days`, oldest first.

    `months`, `quarters` and `years` are those of the zone of its SLA, newest first.

    `year` are the days of the last twelve local months, today's among them, as far as the component was in service.

    `in_service` is false before `since` and once `retired`. `incidents` are ids, newest first. `latency` has those of
    the last 90 days of UTC for which the logs state one, oldest first.
    """

    component: Component
    sla: Sla
    status: Status
    under_maintenance: bool
    in_service: bool
    retired: bool
    record: Record
    days: tuple[DayBar, ...]
    year: tuple[DayBar, ...]
    recent: Figure
    months: tuple[PeriodFigure, ...]
    quarters: tuple[PeriodFigure, ...] = ()
    years: tuple[PeriodFigure, ...] = ()
    incidents: tuple[str, ...] = ()
    latency: tuple[LatencyDay, ...] = ()

    @property
    def shown(self) -> str:
        """Give the word of the state that people see (design.md §5)."""
        if self.under_maintenance and self.status <= Status.OPERATIONAL:
            return "under_maintenance"
        return self.status.word


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReport:
    """Components that stand together, in the page's order. Without a group they have the group None, one by one.

    `components` are those that are not retired; a group of former components has none, and still its months. `months`,
    `quarters` and `years` are empty, and `recent` (the figure of the days of the bars) None, where the group has no
    SLA: there are only states.
    """

    group: Group | None
    sla: Sla | None
    components: tuple[ComponentReport, ...]
    months: tuple[PeriodFigure, ...] = ()
    quarters: tuple[PeriodFigure, ...] = ()
    years: tuple[PeriodFigure, ...] = ()
    recent: Figure | None = None

    @property
    def shown(self) -> str:
        """Give the word of the worst state of the members; under maintenance where one is and none is worse."""
        worst = max((report.status for report in self.components), default=Status.UNKNOWN)
        maintained = any(report.under_maintenance for report in self.components)
        return "under_maintenance" if maintained and worst <= Status.OPERATIONAL else worst.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the site says, drawn from a history at `now`.

    `components` is in the order of status.yaml, `incidents` and `occurrences` newest start first, `groups` in the
    page's order. `overall` are the overall figures of months, `overall_quarters` and `overall_years` those of longer
    periods, newest first. `months` are the local months of the site that have a page. `recent` is the overall figure of
    the days of the bars. `data_until` is the instant of the newest check, and `now` where nothing is checked. `pages`
    are those of content/pages.
    """

    site: Site
    now: int
    status: Status
    components: tuple[ComponentReport, ...]
    groups: tuple[GroupReport, ...]
    sla: Sla | None
    overall: tuple[PeriodFigure, ...]
    incidents: tuple[IncidentReport, ...]
    occurrences: tuple[Occurrence, ...]
    months: tuple[Period, ...]
    data_until: int
    recent: Figure | None = None
    pages: tuple[CustomPage, ...] = ()
    overall_quarters: tuple[PeriodFigure, ...] = ()
    overall_years: tuple[PeriodFigure, ...] = ()

    @property
    def shown(self) -> str:
        """Give the word of the overall state (design.md §5)."""
        maintained = any(report.under_maintenance and not report.retired for report in self.components)
        return "under_maintenance" if maintained and self.status <= Status.OPERATIONAL else self.status.word
