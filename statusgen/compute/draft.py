"""What the parts of a report are drawn from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from statusgen.compute.earlier import Earlier, Part
from statusgen.compute.latency import LatenciesByDay
from statusgen.model.calendar import Period
from statusgen.model.history import Component, History, Maintenance, Sla
from statusgen.model.record import Record
from statusgen.model.report import IncidentReport, Occurrence
from statusgen.model.window import Window

BARS = 90
"""How many days a component's bars show."""

PeriodsOf = Callable[[Window, str], Iterator[Period]]
"""Gives the periods of a kind that a window touches in a zone, in order."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the parts of a report are drawn from; `first` is the instant of the first known fact."""

    history: History
    now: int
    first: int
    records: Mapping[str, Record]
    incidents: Mapping[str, Sequence[IncidentReport]]
    occurrences: Sequence[Occurrence]
    latencies: Mapping[str, LatenciesByDay]
    earlier: Earlier
    works: tuple[tuple[Maintenance, bool, int], ...]
    """The maintenance, each with how much of it is known."""

    def part(self, component: Component, sla: Sla) -> Part:
        """Give what is known of a component from before."""
        touching = tuple(report.incident for report in self.incidents.get(component.id, ()))
        runs = self.history.observations.runs
        return self.earlier.part(component, (component, sla, touching, self.works, runs, self.first))

    def life(self, component: Component) -> Window:
        """Give the time in which a component was in service, as far as anything is known."""
        start = self.first if component.since is None else component.since
        end = self.now if component.retired is None else min(component.retired, self.now)
        return Window(start, max(start, end))


def index_incidents(incidents: Iterable[IncidentReport]) -> dict[str, list[IncidentReport]]:
    """Sort the incidents by the components that they name, each list in the order given."""
    index: dict[str, list[IncidentReport]] = {}
    for report in incidents:
        for component, _ in report.components:
            index.setdefault(component, []).append(report)
    return index
