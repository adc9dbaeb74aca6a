"""Why a figure is what it is: every stretch of its period, with what made it so."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from statusgen.model.calendar import Period
from statusgen.model.figure import Figure
from statusgen.model.history import Component
from statusgen.model.record import Moment
from statusgen.model.status import Second, Status
from statusgen.model.window import Window


class Check(NamedTuple):
    """A single check, by what was watched, from where and when (Unix seconds)."""

    monitor: str
    probe: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the checks of a component say of a stretch.

    `checks` is the number of deciding checks from `first` to `last`: those of all probes in the state of the stretch.
    They may reach out of it where a run does (`within` is then false). Where nothing is measured, `checks` is 0 and
    `last` the last check before, if any; `unsure` is the number of checks there that could not tell. `unconfirmed`
    counts checks that say otherwise and are too few to be believed.
    """

    checks: int = 0
    first: Check | None = None
    last: Check | None = None
    within: bool = True
    unsure: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Seconds of a period that are alike in every respect.

    `moment` is what bears on them and `evidence` what was measured: None where nothing was looked at, as in seconds
    to come. `second` is what they are; of those to come only the account is known.
    """

    window: Window
    second: Second
    to_come: bool = False
    moment: Moment | None = None
    evidence: Evidence | None = None
    deciding: tuple[str, ...] = ()
    """Of several components together: the ids of those that make it worse than operational."""


class Part(NamedTuple):
    """A part of a sum: so many (seconds, checks or slices) of a share each. `window` is where a single one lies."""

    number: int
    share: Fraction
    status: Status | None = None
    window: Window | None = None

    @property
    def lost(self) -> Fraction:
        """Give what the part costs."""
        return self.number * self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A component's figure of a period with all that it is made of.

    The stretches cover the period without gap or overlap. What the parts cost adds up to the figure's downtime, and
    their numbers, where they are not downtime periods, to what it is held against.
    """

    component: Component
    period: Period
    figure: Figure
    stretches: tuple[Stretch, ...]
    parts: tuple[Part, ...]


class Joint(NamedTuple):
    """What several components are together in a second, and the ids of those that make it worse than operational."""

    second: Second
    deciding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JointExplanation:
    """A figure of several components with what it is made of (uptime.md §9).

    By worst and best there are stretches, which cover the period, and the parts of their sum. pooled and mean have
    the figures of the members instead, each measured by the SLA of the whole; the members are ids.
    """

    period: Period
    figure: Figure
    combine: str
    stretches: tuple[Stretch, ...] = ()
    parts: tuple[Part, ...] = ()
    members: tuple[tuple[str, Figure], ...] = ()
