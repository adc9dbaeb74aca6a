"""What is promised, as our own API has it."""

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from statusgen.model.history import Hours, Sla
from statusgen.model.report import Report
from statusgen.model.status import KNOWN
from statusgen.render.api.own import types
from statusgen.render.figures import decimal_text, fraction_text

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def slas_document(report: Report) -> types.Slas:
    """Give each SLA that measures something here, once."""
    return {"slas": [_sla(sla) for sla in dict.fromkeys(_in_use(report))]}


def _in_use(report: Report) -> Iterator[Sla]:
    yield from (component.sla for component in report.components)
    yield from (group.sla for group in report.groups if group.sla)
    if report.sla:
        yield report.sla


def _sla(sla: Sla) -> types.Sla:
    rule, slices, periods = sla.maintenance, sla.slices, sla.downtime_periods
    return {
        "id": sla.id,
        "target": None if sla.target is None else decimal_text(sla.target * 100),
        "timezone": sla.zone,
        "preset": sla.preset,
        "method": sla.method,
        "source": sla.source,
        "weights": _weights(sla),
        "unknown": sla.unknown,
        "maintenance": {"policy": rule.policy, "notice": rule.notice, "max_excluded": rule.max_excluded},
        "hours": _hours(sla.hours) if sla.hours else None,
        "slices": {
            "length": slices.length,
            "rule": slices.rule if isinstance(slices.rule, str) else f"{decimal_text(slices.rule * 100)}%",
        },
        "downtime_periods": {
            "threshold": cast("types.KnownState", periods.threshold.word),
            "at_least": periods.at_least,
            "unit": periods.unit,
        },
        "decimals": sla.decimals,
        "min_coverage": decimal_text(sla.min_coverage * 100),
        "combine": sla.combine,
        "credits": [
            {"below": decimal_text(tier.below * 100), "credit": decimal_text(tier.credit * 100)} for tier in sla.credits
        ],
    }


def _weights(sla: Sla) -> types.Weights:
    shares = {status.word: fraction_text(Fraction(sla.weights[status], 10_000)) for status in KNOWN}
    return cast("types.Weights", shares)


def _hours(hours: Hours) -> types.Hours:
    return {
        "days": [_DAYS[day] for day in hours.days],
        "from": _clock(hours.start),
        "to": _clock(hours.end),
    }


def _clock(seconds: int) -> str:
    """Write a time of the day, as in 09:00; the end of the day is 24:00."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{rest:02d}" if rest else "")
