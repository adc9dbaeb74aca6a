"""What it means: the conclusions drawn from a history at one instant."""

from dataclasses import dataclass
from fractions import Fraction

from statusgen.model.history import Maintenance, Phase, Sla, Update
from statusgen.model.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """The seconds of a window by what they were (uptime.md, head)."""

    operational: int = 0
    degraded_performance: int = 0
    partial_outage: int = 0
    major_outage: int = 0
    unknown: int = 0
    excluded: int = 0
    outside: int = 0

    @property
    def known(self) -> int:
        """K: eligible seconds whose state is known."""
        return self.operational + self.degraded_performance + self.partial_outage + self.major_outage

    @property
    def eligible(self) -> int:
        """T: known and unknown seconds that count."""
        return self.known + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An uptime with all that belongs to it (uptime.md §6 to §8). Ratios are exact shares of one; None: there is none.

    `window` is what was measured, `period` the whole period of which it is a part. `downtime`, `budget` and
    `remaining` are seconds, `accounted` the seconds that downtime is held against. `sufficient` is false below the
    SLA's `min_coverage`; `uptime` is then None, as it is without data.
    """

    sla: Sla
    period: Window
    window: Window
    seconds: Seconds
    coverage: Fraction | None = None
    downtime: Fraction = Fraction(0)
    accounted: Fraction = Fraction(0)
    uptime: Fraction | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None
    met: bool | None = None
    budget: Fraction | None = None
    remaining: Fraction | None = None
    burned: Fraction | None = None
    final_if_no_more: Fraction | None = None
    credit: Fraction | None = None
    sufficient: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One window of a maintenance: when it was planned, and what its updates made of it.

    `updates` are its own and those that belong to all occurrences, oldest first.
    """

    maintenance: Maintenance
    planned: Window
    updates: tuple[Update, ...] = ()

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
        """Give where it stands: what was said last, else what the plan says.

        A work that was said to be in progress lasts until it is said to be completed.
        """
        if self.cancelled_at is not None:
            return Phase.CANCELLED
        if self.ended_at is not None:
            return Phase.COMPLETED
        said = [update.phase for update in self.updates if update.phase in (Phase.IN_PROGRESS, Phase.VERIFYING)]
        if said:
            return said[-1]
        if now < self.planned.start:
            return Phase.SCHEDULED
        return Phase.IN_PROGRESS if now < self.planned.end else Phase.COMPLETED
