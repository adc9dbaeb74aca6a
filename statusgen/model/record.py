"""What is known of a component, second by second, and why: the one thing from which every figure derives."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from statusgen.model.run import Run
from statusgen.model.status import Account, Second, Status
from statusgen.model.timeline import Timeline


class Ground(Enum):
    """What kind of thing it is that makes a second what it is."""

    SINCE = "since"
    RETIRED = "retired"
    HOURS = "hours"
    EXCLUSION = "exclusion"
    MAINTENANCE = "maintenance"
    INCIDENT = "incident"
    OVERRIDE = "override"


class Cause(NamedTuple):
    """Why a second is what it is.

    `subject` is the id of the incident or maintenance, `key` that of the update (nothing: the front matter) or of the
    maintenance's occurrence, `reason` what was declared. `notice` is the notice of a maintenance in seconds.
    """

    ground: Ground
    subject: str = ""
    key: str = ""
    reason: str = ""
    notice: int = 0


class Rule(IntEnum):
    """Why a second does not count, in the order in which the reasons win (uptime.md §4).

    SPENT is a maintenance in time of which the month's `max_excluded` is used up: such a second counts.
    """

    OUTSIDE = 0
    EXCLUDED = 1
    MAINTENANCE = 2
    SPENT = 3
    NONE = 4


class Ruled(NamedTuple):
    """Whether and why a second does not count."""

    rule: Rule
    cause: Cause | None = None


class Declared(NamedTuple):
    """A declared state and who declares it; UNKNOWN where nobody does."""

    status: Status
    cause: Cause | None = None


class Moment(NamedTuple):
    """Everything that bears on one second; `planned` is what a maintenance in time would declare if it counted."""

    ruled: Ruled
    measured: Status
    override: Cause | None
    declared: Declared
    planned: Declared


class Confirmed(NamedTuple):
    """A run with the state that its checks take once blips are removed (uptime.md §2.2)."""

    run: Run
    status: Status


class CheckSpan(NamedTuple):
    """Checks that count, `step` seconds apart from `start` on, in one state that is merged with what was declared."""

    start: int
    step: int
    number: int
    status: Status

    @property
    def last(self) -> int:
        """Give the instant of the last of them."""
        return self.start + self.step * (self.number - 1)


@dataclass(frozen=True, slots=True)
class Record:
    """A component's timeline, and what it was drawn from.

    `moments` covers the part before now, `probes` are the confirmed runs of each probe of each monitor. `settled` are
    the single checks that count, by probe and in order of time, where a figure asks for them (uptime.md §6, `checks`
    and `slices`). A record of several components together has a timeline only.
    """

    timeline: Timeline[Second]
    moments: Timeline[Moment] | None = None
    probes: tuple[tuple[Confirmed, ...], ...] = ()
    settled: tuple[tuple[CheckSpan, ...], ...] = ()


def account_of(rule: Rule, policy: str) -> Account:
    """Tell whether a second under a rule counts, where maintenance is treated by `policy` (uptime.md §4)."""
    if rule is Rule.OUTSIDE:
        return Account.OUTSIDE
    if rule is Rule.EXCLUDED or (rule is Rule.MAINTENANCE and policy != "up"):
        return Account.EXCLUDED
    return Account.COUNTED
