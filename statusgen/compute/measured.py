"""From runs of checks to the measured state of each second (uptime.md §2)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from statusgen.model.history import Checks, Run
from statusgen.model.status import Status
from statusgen.model.timeline import Timeline, merge_timelines
from statusgen.model.window import Window

RunsByProbe = Mapping[str, Sequence[Run]]
"""The runs of one monitor, by probe, each in order of time."""


def index_runs(runs: Sequence[Run]) -> dict[str, dict[str, list[Run]]]:
    """Sort the runs of all logs by monitor and probe; they come ordered by both and by time."""
    return {
        monitor: {probe: list(group) for probe, group in groupby(own, key=lambda run: run.probe)}
        for monitor, own in groupby(runs, key=lambda run: run.monitor)
    }


def measure_component(checks: Checks, runs: Mapping[str, RunsByProbe], window: Window) -> Timeline[Status]:
    """Draw what the checks of a component say of each second: the worst of its monitors that are known (§2.5)."""
    monitors = [_measure_monitor(checks, runs[monitor], window) for monitor in checks.monitors if monitor in runs]
    if not monitors:
        return Timeline.constant(window, Status.UNKNOWN)
    return monitors[0] if len(monitors) == 1 else merge_timelines(max, monitors, window)


def _measure_monitor(checks: Checks, probes: RunsByProbe, window: Window) -> Timeline[Status]:
    lines = [
        Timeline.of(window, _hold(confirm_runs(probes[probe], checks), checks.max_gap, window))
        for probe in sorted(probes)
    ]

    def agree(states: tuple[Status, ...]) -> Status:
        return agree_probes(states, checks.quorum, checks.minority)

    return merge_timelines(agree, lines, window)


def confirm_runs(runs: Sequence[Run], checks: Checks) -> Iterator[tuple[Run, Status]]:
    """Give each run with the state that its checks take once blips are removed (§2.2)."""
    for segment in _segments(runs, checks.max_gap):
        accepted: tuple[bool, Status] | None = None
        for bad, group in groupby(segment, key=lambda run: run.status.bad):
            stretch = list(group)
            needed = checks.confirm_down if bad else checks.confirm_up
            if accepted is None or accepted[0] == bad or sum(run.checks for run in stretch) >= needed:
                accepted = (bad, stretch[-1].status)
                yield from ((run, run.status) for run in stretch)
            else:
                yield from ((run, accepted[1]) for run in stretch)


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


def _hold(runs: Iterator[tuple[Run, Status]], max_gap: int, window: Window) -> Iterator[tuple[int, Status]]:
    """Let each check speak until the next one, but no longer than `max_gap`; the rest is unknown (§2.3)."""
    yield window.start, Status.UNKNOWN
    silent = None
    for run, status in runs:
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
