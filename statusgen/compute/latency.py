"""From the latencies of monitors to those of components."""

from collections.abc import Iterable, Mapping, Sequence

from statusgen.model.latency import LatencyDay, MonitorLatency, add_counts, measure_day

LatenciesByDay = Mapping[int, bytes]
"""The latencies of one monitor by the start of their day."""


def index_latencies(latencies: Iterable[MonitorLatency]) -> dict[str, dict[int, bytes]]:
    """Sort the latencies of all logs by monitor and day."""
    index: dict[str, dict[int, bytes]] = {}
    for one in latencies:
        index.setdefault(one.monitor, {})[one.start] = one.counts
    return index


def measure_latency(monitors: Sequence[str], index: Mapping[str, LatenciesByDay]) -> tuple[LatencyDay, ...]:
    """Give the days (UTC) of which the logs state latencies of a component's monitors, all of them taken together."""
    own = [index[monitor] for monitor in dict.fromkeys(monitors) if monitor in index]
    starts = sorted({start for days in own for start in days})
    return tuple(measure_day(start, add_counts(days[start] for days in own if start in days)) for start in starts)
