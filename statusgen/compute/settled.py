"""The single checks that count, each in the state that it stands for: what the methods by checks add up."""

from collections.abc import Callable, Iterator, Sequence

from statusgen.model.record import CheckSpan, Confirmed, Moment
from statusgen.model.status import Account, Second, Status
from statusgen.model.timeline import Timeline

Decide = Callable[[Moment, Status], Second]


def settle_checks(
    probes: Sequence[Sequence[Confirmed]], moments: Timeline[Moment], decide: Decide
) -> tuple[tuple[CheckSpan, ...], ...]:
    """Give the confirmed checks of each probe that lie in eligible seconds, merged with what was declared (§6).

    Checks that could not tell are left apart, and so are those that an incident overrides (§3.3). The runs are even:
    ValueError for one whose single checks are not known.
    """
    return tuple(tuple(_settle_probe(probe, moments, decide)) for probe in probes)


def _settle_probe(probe: Sequence[Confirmed], moments: Timeline[Moment], decide: Decide) -> Iterator[CheckSpan]:
    spans = iter(moments)
    span = next(spans, None)
    for run, status in probe:
        if not run.even:
            raise ValueError(f"the single checks of {run} are not known")
        if status is Status.UNKNOWN:
            continue
        instants = run.instants
        while span and span.end <= run.start:
            span = next(spans, None)
        # A run may reach over several spans, and the next run begin in the last of them.
        while span and span.start <= run.last:
            step = instants.step
            first = max(0, -(-(span.start - run.start) // step))
            after = min(len(instants), -(-(span.end - run.start) // step))
            second = decide(span.value, status)
            if first < after and second.account is Account.COUNTED and not span.value.override:
                yield CheckSpan(instants[first], step, after - first, second.status)
            if span.end > run.last:
                break
            span = next(spans, None)
