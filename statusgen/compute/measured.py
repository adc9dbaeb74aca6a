"""From runs of checks to the measured state of each second (uptime.md §2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from statusgen.model.history import Checks
from statusgen.model.record import Confirmed
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.model.timeline import Timeline, merge_timelines
from statusgen.model.window import Window

RunsByProbe = Mapping[str, Sequence[Run]]
"""The runs of one monitor, by probe, each in order of time."""

Probes = tuple[tuple[Confirmed, ...], ...]
"""The confirmed runs of each probe of one monitor, by the name of the probe."""


def index_runs(runs: Sequence[Run]) -> dict[str, dict[str, list[Run]]]:
    """Sort the runs of all logs by monitor and probe; they come ordered by both and by time."""
    return {
        monitor: {probe: list(group) for probe, group in groupby(own, key=lambda run: run.probe)}
        for monitor, own in groupby(runs, key=lambda run: run.monitor)
    }


def confirm_component(checks: Checks, runs: Mapping[str, RunsByProbe]) -> tuple[Probes, ...]:
    """Give the confirmed runs of a component's monitors, of those that have any, in the order of `monitors:`."""
    return tuple(
        tuple(tuple(confirm_runs(runs[monitor][probe], checks)) for probe in sorted(runs[monitor]))
        for monitor in checks.monitors
        if monitor in runs
    )


def measure_component(checks: Checks, monitors: Sequence[Probes], window: Window) -> Timeline[Status]:
    """Draw what the checks of a component say of each second: the worst of its monitors that are known (§2.5)."""
    lines = [_measure_monitor(checks, probes, window) for probes in monitors]
    if not lines:
        return Timeline.constant(window, Status.UNKNOWN)
    return lines[0] if len(lines) == 1 else merge_timelines(max, lines, window)


def _measure_monitor(checks: Checks, probes: Probes, window: Window) -> Timeline[Status]:
    lines = [Timeline.of(window, _hold(confirmed, checks.max_gap, window)) for confirmed in probes]

    def agree(states: tuple[Status, ...]) -> Status:
        return agree_probes(states, checks.quorum, checks.minority)

    return merge_timelines(agree, lines, window)


def confirm_runs(runs: Sequence[Run], checks: Checks) -> Iterator[Confirmed]:
    """Give each run with the state that its checks take once blips are removed (§2.2)."""
    for segment in _segments(runs, checks.max_gap):
        accepted: tuple[bool, Status] | None = None
        for bad, group in groupby(segment, key=lambda run: run.status.bad):
            stretch = list(group)
            needed = checks.confirm_down if bad else checks.confirm_up
            if accepted is None or accepted[0] == bad or sum(run.checks for run in stretch) >= needed:
                accepted = (bad, stretch[-1].status)
                yield from (Confirmed(run, run.status) for run in stretch)
            else:
                yield from (Confirmed(run, accepted[1]) for run in stretch)


def _segments(runs: Sequence[Run], max_gap: int) -> Iterator[list[Run]]:
    """Cut at gaps longer than `max_gap` and at checks that could not tell, which stand alone."""
    segment: list[Run] = []
    for run in runs:
        apart = segment and (
            Status.UNKNOWN in (run.status, segment[-1].status) or run.start - segment[-1].last > max_gap
        )
        if apart:
            yield segment
            segment = []
        segment.append(run)
    if segment:
        yield segment


def _hold(confirmed: Iterable[Confirmed], max_gap: int, window: Window) -> Iterator[tuple[int, Status]]:
    """Let each check speak until the next one, but no longer than `max_gap`; the rest is unknown (§2.3)."""
    yield window.start, Status.UNKNOWN
    silent = None
    for run, status in confirmed:
        if silent is not None and silent < run.start:
            yield silent, Status.UNKNOWN
        yield run.start, status
        silent = run.last + max_gap
    if silent is not None:
        yield silent, Status.UNKNOWN


def agree_probes(states: tuple[Status, ...], quorum: str | int, minority: Status | None) -> Status:
    """Give the state on which probes agree: the q-th worst of those known (§2.4)."""
    known = sorted((state for state in states if state is not Status.UNKNOWN), reverse=True)
    if not known:
        return Status.UNKNOWN
    rank = {"worst": 1, "best": len(known), "majority": len(known) // 2 + 1}.get(str(quorum))
    agreed = known[(rank if rank is not None else min(int(quorum), len(known))) - 1]
    if minority is not None and known[0] is Status.MAJOR_OUTAGE and not agreed.bad:
        return max(agreed, minority)
    return agreed
