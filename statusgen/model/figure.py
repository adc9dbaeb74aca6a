"""A figure: an uptime with everything that belongs to it."""

from dataclasses import dataclass
from fractions import Fraction

from statusgen.model.history import Sla
from statusgen.model.status import Status
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

    @property
    def worst(self) -> Status:
        """Give the worst state of any second that counts; UNKNOWN where none is known."""
        if self.major_outage:
            return Status.MAJOR_OUTAGE
        if self.partial_outage:
            return Status.PARTIAL_OUTAGE
        if self.degraded_performance:
            return Status.DEGRADED_PERFORMANCE
        return Status.OPERATIONAL if self.operational else Status.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An uptime with all that belongs to it (uptime.md §6 to §8). Ratios are exact shares of one; None: there is none.

    `window` is what was measured, `period` the whole period of which it is a part. `downtime` is held against
    `accounted`, both in `unit`: seconds, checks or slices; `budget` and `remaining` are seconds. `sufficient` is false
    below the SLA's `min_coverage`; `uptime` is then None, as it is without data.
    """

    sla: Sla
    period: Window
    window: Window
    seconds: Seconds
    unit: str = "seconds"
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
