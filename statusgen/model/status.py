"""The states that a second can be in, and whether it counts."""

from enum import Enum, IntEnum
from typing import NamedTuple


class Status(IntEnum):
    """The state of a component, in order of badness (uptime.md, head).

    UNKNOWN lies below all others, so that `max` is "the worst of those known, unknown only if all are".
    """

    UNKNOWN = -1
    OPERATIONAL = 0
    DEGRADED_PERFORMANCE = 1
    PARTIAL_OUTAGE = 2
    MAJOR_OUTAGE = 3

    @property
    def word(self) -> str:
        """Give the word that files, addresses and JSON use."""
        return self.name.lower()

    @property
    def bad(self) -> bool:
        """Tell whether a check of this state can be an outage (uptime.md §2.2)."""
        return self >= Status.PARTIAL_OUTAGE


KNOWN = (Status.OPERATIONAL, Status.DEGRADED_PERFORMANCE, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE)
STATUS_WORDS = {status.word: status for status in KNOWN}
# What a line of a log calls them (design.md §4).
CHECK_WORDS = {
    "up": Status.OPERATIONAL,
    "degraded": Status.DEGRADED_PERFORMANCE,
    "partial": Status.PARTIAL_OUTAGE,
    "down": Status.MAJOR_OUTAGE,
    "unknown": Status.UNKNOWN,
}


class Account(Enum):
    """Whether a second enters a figure (uptime.md §4)."""

    COUNTED = "counted"
    EXCLUDED = "excluded"
    OUTSIDE = "outside"


class Second(NamedTuple):
    """What one second of a component is: its state, and whether it counts.

    Seconds at and after `now` are of UNKNOWN status; only their account is meant.
    """

    status: Status
    account: Account


class Impact(IntEnum):
    """How bad an incident is as a whole (design.md §5)."""

    NONE = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """Give the word that files and pages use."""
        return self.name.lower()


IMPACT_OF_STATUS = {
    Status.UNKNOWN: Impact.NONE,
    Status.OPERATIONAL: Impact.NONE,
    Status.DEGRADED_PERFORMANCE: Impact.MINOR,
    Status.PARTIAL_OUTAGE: Impact.MAJOR,
    Status.MAJOR_OUTAGE: Impact.CRITICAL,
}
STATUS_OF_IMPACT = {
    Impact.NONE: Status.OPERATIONAL,
    Impact.MINOR: Status.DEGRADED_PERFORMANCE,
    Impact.MAJOR: Status.PARTIAL_OUTAGE,
    Impact.CRITICAL: Status.MAJOR_OUTAGE,
}
