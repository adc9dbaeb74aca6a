"""SLAs: what is written, and what presets and defaults fill in (uptime.md §6)."""

from collections.abc import Mapping
from typing import Any

from statusgen.model.history import Credit, DowntimePeriods, Hours, MaintenanceRule, Sla, Slices
from statusgen.read.fields import Percentage
from statusgen.read.schema import DAYS, HoursSchema, SlaSchema

# What a preset gives to an SLA that does not say otherwise (uptime.md §6).
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "statuspage": {"method": "time", "source": "declared"},
    "incident.io": {"method": "time", "source": "declared", "partial_outage": 10000},
    "aws": {"method": "slices", "rule": "mean", "unknown": "up", "source": "measured"},
    "gcp": {"method": "downtime-periods", "unknown": "up"},
    "azure": {"method": "slices", "length": 60, "rule": "all-fail"},
    "kuma": {"method": "checks", "source": "measured"},
    "gatus": {"method": "checks", "source": "measured", "policy": "count"},
}


def build_sla(sla_id: str, schema: SlaSchema, zone: str, source: str) -> Sla:
    """Give an SLA: what is written, else what its preset says, else the defaults."""
    preset = PRESETS.get(schema.preset or "", {})
    plain = Sla()
    weights, rule, slices, periods = schema.weights, schema.maintenance, schema.slices, schema.downtime_periods
    slice_rule = slices.rule if slices.rule is not None else preset.get("rule", plain.slices.rule)
    return Sla(
        id=sla_id,
        target=schema.target.share,
        target_places=schema.target.places,
        zone=schema.timezone or zone,
        preset=schema.preset,
        method=schema.method or preset.get("method", plain.method),
        source=schema.source or preset.get("source", source),
        weights=(
            _given(weights.operational, plain.weights[0]),
            _given(weights.degraded_performance, plain.weights[1]),
            _given(weights.partial_outage, preset.get("partial_outage", plain.weights[2])),
            _given(weights.major_outage, plain.weights[3]),
        ),
        unknown=schema.unknown or preset.get("unknown", plain.unknown),
        maintenance=MaintenanceRule(
            policy=rule.policy or preset.get("policy", plain.maintenance.policy),
            notice=rule.notice or 0,
            max_excluded=rule.max_excluded,
        ),
        hours=_build_hours(schema.hours) if schema.hours else None,
        slices=Slices(
            length=slices.length or preset.get("length", plain.slices.length),
            rule=slice_rule.share if isinstance(slice_rule, Percentage) else slice_rule,
        ),
        downtime_periods=DowntimePeriods(
            threshold=plain.downtime_periods.threshold if periods.threshold is None else periods.threshold,
            at_least=_given(periods.at_least, plain.downtime_periods.at_least),
            unit=periods.unit or plain.downtime_periods.unit,
        ),
        decimals=schema.decimals,
        min_coverage=schema.min_coverage.share,
        combine=schema.combine,
        credits=tuple(Credit(below=tier.below.share, credit=tier.credit.share) for tier in schema.credits),
    )


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _build_hours(schema: HoursSchema) -> Hours:
    days = tuple(sorted({DAYS.index(day) for day in schema.days}))
    return Hours(days=days, start=schema.start, end=schema.end)
