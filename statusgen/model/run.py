"""Runs of checks: what a log is made of."""

from typing import NamedTuple

from statusgen.model.status import Status


class Run(NamedTuple):
    """Checks of one probe that follow each other with the same outcome.

    `start` and `last` are the instants of the first and the last of them, `checks` is their number (distinct instants),
    `longest` the longest time between two that follow each other, in seconds (0 for a single check).
    """

    monitor: str
    probe: str
    status: Status
    start: int
    last: int
    checks: int
    longest: int = 0

    @property
    def even(self) -> bool:
        """Tell whether the checks lie evenly apart, so that the instant of each of them is known."""
        return self.longest * (self.checks - 1) == self.last - self.start

    @property
    def instants(self) -> range:
        """Give the instant of each check of an even run."""
        return range(self.start, self.last + 1, self.longest or 1)
