"""States and figures for Prometheus, as OpenMetrics 1.0 (`/metrics`).

A file tells no age that stays true: it holds instants. `time() - statusgen_data_until_timestamp_seconds` is the age.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from statusgen.model.artifact import Artifact
from statusgen.model.report import ComponentReport, Report
from statusgen.render import urls
from statusgen.render.api.writing import one_line

MONTHS = 13
"""So many of the newest months of each component are told: a year, and the month that lasts."""
STATES = (
    *("operational", "degraded_performance", "partial_outage", "major_outage"),
    *("under_maintenance", "unknown"),
)
_PLACES = 9
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


@dataclass(frozen=True, slots=True)
class Sample:
    """A value with its labels; `suffix` follows the family's name."""

    labels: tuple[tuple[str, str], ...]
    value: Fraction | int
    suffix: str = ""


def render_metrics(report: Report) -> Artifact:
    """Write /metrics. Former components are told of by their months alone."""
    lines = [
        *_family("statusgen_component", "info", "What a component is.", "", _infos(report)),
        *_family("statusgen_component_state", "stateset", "The state now.", "", _states(report)),
        *_family("statusgen_uptime_ratio", "gauge", "Uptime of a month so far.", "ratio", _uptimes(report)),
        *_family("statusgen_uptime_target_ratio", "gauge", "What is promised for a month.", "ratio", _targets(report)),
        *_family(
            "statusgen_error_budget_seconds", "gauge", "Downtime that the promise leaves to a month.", "seconds",
            _budgets(report, "budget"),
        ),
        *_family(
            "statusgen_error_budget_remaining_seconds", "gauge",
            "What is left of that; less than nothing once the promise is broken.", "seconds",
            _budgets(report, "remaining"),
        ),
        *_family(
            "statusgen_data_until_timestamp_seconds", "gauge", "When the newest check was made.", "seconds",
            [Sample((), report.data_until)],
        ),
        *_family(
            "statusgen_generated_timestamp_seconds", "gauge", "The instant that this file tells of.", "seconds",
            [Sample((), report.now)],
        ),
        "# EOF",
    ]  # fmt: skip
    return Artifact(urls.METRICS, ("\n".join(lines) + "\n").encode())


def _family(name: str, kind: str, text: str, unit: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    if unit:
        yield f"# UNIT {name} {unit}"
    yield f"# HELP {name} {text}"
    for sample in samples:
        labels = ",".join(f'{key}="{one_line(value).translate(_ESCAPES)}"' for key, value in sample.labels)
        yield f"{name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {_number(sample.value)}"


def _number(value: Fraction | int) -> str:
    """Write a number with nine decimals, cut off downwards: no sum that falls short of a promise may reach it."""
    whole, rest = divmod(abs(value * 10**_PLACES // 1), 10**_PLACES)
    digits = f"{rest:0{_PLACES}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{f'.{digits}' if digits else ''}"


def _live(report: Report) -> Iterator[ComponentReport]:
    return (component for component in report.components if not component.retired)


def _infos(report: Report) -> Iterator[Sample]:
    for component in _live(report):
        fact = component.component
        labels = (("component", fact.id), ("name", fact.name), ("group", fact.group or ""))
        yield Sample(labels, 1, "_info")


def _states(report: Report) -> Iterator[Sample]:
    for component in _live(report):
        for state in STATES:
            labels = (("component", component.component.id), ("statusgen_component_state", state))
            yield Sample(labels, int(component.shown == state))


def _uptimes(report: Report) -> Iterator[Sample]:
    for component in report.components:
        for month in component.months[:MONTHS]:
            if month.figure.uptime is not None:
                yield Sample((("component", component.component.id), ("month", month.period.name)), month.figure.uptime)


def _targets(report: Report) -> Iterator[Sample]:
    for component in report.components:
        if component.sla.target is not None and component.months:
            yield Sample((("component", component.component.id),), component.sla.target)


def _budgets(report: Report, which: str) -> Iterator[Sample]:
    for component in report.components:
        for month in component.months[:MONTHS]:
            value: Fraction | None = getattr(month.figure, which)
            if value is not None:
                yield Sample((("component", component.component.id), ("month", month.period.name)), value)
