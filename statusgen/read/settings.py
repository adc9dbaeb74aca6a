"""status.yaml: from its text to the Site (design.md §4)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from statusgen.errors import suggest
from statusgen.model.calendar import find_zone
from statusgen.model.history import (
    Checks,
    Component,
    Credit,
    DowntimePeriods,
    Group,
    Hours,
    Link,
    LogSource,
    MaintenanceRule,
    Site,
    Sla,
    Slices,
    ThemeSettings,
)
from statusgen.model.problem import Problem
from statusgen.model.status import STATUS_WORDS, Status
from statusgen.read.document import Data, Marked, Path
from statusgen.read.fields import (
    Address,
    Boolean,
    ClockTime,
    Color,
    Duration,
    Id,
    Integer,
    LinkAddress,
    Percent,
    Percentage,
    Positive,
    Schema,
    StatusWord,
    Text,
    Time,
    Weight,
    ZoneName,
    one_of,
    parse_percentage,
    reads,
    validate,
    words,
)
from statusgen.read.times import Clock
from statusgen.read.updates import Names

METHODS = ("time", "checks", "slices", "downtime-periods")
SUPPORTED_METHODS = ("time",)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOG_FIELDS = ("time", "monitor", "probe", "status", "latency_ms")
CHECK_WORDS = {
    "up": Status.OPERATIONAL,
    "degraded": Status.DEGRADED_PERFORMANCE,
    "partial": Status.PARTIAL_OUTAGE,
    "down": Status.MAJOR_OUTAGE,
    "unknown": Status.UNKNOWN,
}


def _quorum(text: str) -> str | int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 1000:
        return int(text)
    return one_of(text, ("worst", "majority", "best"))


def _minority(text: str) -> Status:
    return STATUS_WORDS[one_of(text, ("degraded_performance", "partial_outage"))]


def _slice_rule(text: str) -> str | Percentage:
    if text[:1].isdigit():
        return parse_percentage(text)
    return one_of(text, ("mean", "any-fail", "all-fail"))


def _filled_mapping(value: object) -> object:
    """Read a mapping that was left empty as one without keys."""
    return {} if value is None else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Mapped = BeforeValidator(_filled_mapping)


class ConfirmSchema(Schema):
    """How many checks in a row it takes to believe a change (uptime.md §2.2)."""

    down: Positive | None = None
    up: Positive | None = None


class MonitoringSchema(Schema):
    """How checks are read; each value falls back to `monitoring:` at the top level."""

    interval: Duration | None = None
    max_gap: Duration | None = None
    confirm: ConfirmSchema | None = None
    quorum: Annotated[str | int, reads(_quorum)] | None = None
    minority: Annotated[Status, reads(_minority)] | None = None


class ComponentChecksSchema(MonitoringSchema):
    """How a component's checks are read, and whose they are."""

    monitors: Annotated[list[Text], BeforeValidator(_listed)] | None = None


class ComponentSchema(Schema):
    """Something that customers use."""

    name: Text | None = None
    group: Text | None = None
    description: Text = ""
    since: Time | None = None
    retired: Time | None = None
    aliases: list[Text] = []
    sla: Text | None = None
    checks: ComponentChecksSchema | None = None
    public: Boolean = True


class GroupSchema(Schema):
    """Components that the page shows together."""

    name: Text | None = None
    collapsed: Boolean = False
    sla: Text | None = None


class LogSchema(Schema):
    """Where logs lie, and how their fields and words are to be read."""

    files: Text
    format: Annotated[str, words("jsonl", "csv", "parquet")] | None = None
    fields: dict[Annotated[str, words(*LOG_FIELDS)], Text] = {}
    statuses: dict[Annotated[str, words(*CHECK_WORDS)], Annotated[list[Text], BeforeValidator(_listed)]] = {}


class WeightsSchema(Schema):
    """How much of a second each state costs."""

    operational: Weight | None = None
    degraded_performance: Weight | None = None
    partial_outage: Weight | None = None
    major_outage: Weight | None = None


class MaintenanceSchema(Schema):
    """What maintenance does to the figure (uptime.md §4.3)."""

    policy: Annotated[str, words("exclude", "count", "up")] | None = None
    notice: Duration | None = None
    max_excluded: Duration | None = None


class HoursSchema(Schema):
    """Service hours; outside of them nothing counts."""

    days: list[Annotated[str, words(*DAYS)]]
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")


class SlicesSchema(Schema):
    """The options of the method `slices`."""

    length: Duration | None = None
    rule: Annotated[str | Percentage, reads(_slice_rule)] | None = None


class DowntimePeriodsSchema(Schema):
    """The options of the method `downtime-periods`."""

    threshold: StatusWord | None = None
    at_least: Duration | None = None
    unit: Duration | None = None


class CreditSchema(Schema):
    """A tier of credits."""

    below: Percent
    credit: Percent


class SlaSchema(Schema):
    """How a figure is made and what it is held against."""

    target: Percent
    timezone: ZoneName | None = None
    preset: Annotated[str, words("statuspage", "aws", "gcp", "azure", "incident.io", "kuma", "gatus")] | None = None
    method: Annotated[str, words(*METHODS)] | None = None
    source: Annotated[str, words("worst", "declared", "measured", "declared-first")] | None = None
    weights: Annotated[WeightsSchema, Mapped] = WeightsSchema()
    unknown: Annotated[str, words("exclude", "up", "down")] | None = None
    maintenance: Annotated[MaintenanceSchema, Mapped] = MaintenanceSchema()
    hours: HoursSchema | None = None
    slices: Annotated[SlicesSchema, Mapped] = SlicesSchema()
    downtime_periods: Annotated[DowntimePeriodsSchema, Mapped] = DowntimePeriodsSchema()
    decimals: Integer = Field(default=3, le=12)
    min_coverage: Percent = Percentage(share=parse_percentage("0").share, places=0)
    combine: Annotated[str, words("worst", "best", "mean", "pooled")] = "worst"
    credits: list[CreditSchema] = []


class LinkSchema(Schema):
    """A link in the page's footer."""

    name: Text
    url: LinkAddress


class LogoSchema(Schema):
    """A logo for light and dark pages."""

    light: Text | None = None
    dark: Text | None = None


class ThemeSchema(Schema):
    """The look of the site."""

    name: Text = "default"
    trusted: Boolean = False
    accent: Color | None = None
    logo: LogoSchema | None = None
    favicon: Text | None = None
    css: Text | None = None
    links: list[LinkSchema] = []
    footer: Text = ""


class SparkSchema(Schema):
    """Where Spark runs."""

    master: Text


class EngineSchema(Schema):
    """What reads the logs; left out: DuckDB."""

    spark: SparkSchema | None = None


class SiteSchema(Schema):
    """status.yaml."""

    title: Text
    id: Id | None = None
    url: Address
    timezone: ZoneName | None = None
    languages: list[Text] = ["en"]
    sla: Text | None = None
    groups: Annotated[dict[Id, Annotated[GroupSchema, Mapped]], Mapped] = {}
    components: Annotated[dict[Id, Annotated[ComponentSchema, Mapped]], Mapped] = {}
    monitoring: Annotated[MonitoringSchema, Mapped] = MonitoringSchema()
    checks: list[LogSchema] = []
    slas: Annotated[dict[Id, SlaSchema], Mapped] = {}
    fresh_for: Duration | None = None
    expect_update_within: Duration | None = None
    private_words: list[Text] = []
    hosting: list[Annotated[str, words("netlify", "cloudflare", "nginx", "caddy")]] = []
    theme: Annotated[ThemeSchema, Mapped] = ThemeSchema()
    engine: Annotated[EngineSchema, Mapped] = EngineSchema()


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


def parse_site(marked: Marked, path: str) -> Site | list[Problem]:
    """Read status.yaml; all problems at once where there are any."""
    schema = validate(SiteSchema, marked, path, site_clock(marked.data))
    data = marked.data if isinstance(marked.data, dict) else {}
    problems = schema if isinstance(schema, list) else [*_check_sense(schema, marked, path)]
    problems += [*_check_references(data, marked, path), *_check_methods(data, marked, path)]
    return problems or _build_site(schema) if isinstance(schema, SiteSchema) else problems


def site_clock(data: Data) -> Clock:
    """Give the clock by which times without a zone are read; UTC where the zone itself is wrong, which is told."""
    zone = data.get("timezone") if isinstance(data, dict) else None
    if not isinstance(zone, str):
        return Clock()
    try:
        find_zone(zone)
    except LookupError:
        return Clock(declared=True)
    return Clock(zone, declared=True)


def site_names(data: Data) -> Names:
    """Give what components are called, also where other things in status.yaml are wrong."""
    components = _mapping(data, "components")
    aliases: dict[str, str] = {}
    for component_id, component in components.items():
        listed = component.get("aliases") if isinstance(component, dict) else None
        aliases |= {alias: component_id for alias in listed or () if isinstance(alias, str)}
    return Names(tuple(components), aliases)


def _mapping(data: Data, key: str) -> dict[str, Data]:
    """Give a mapping in data that may not follow the schema; nothing where there is none."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _check_references(data: Data, marked: Marked, path: str) -> Iterator[Problem]:
    """Find names of SLAs and groups that are not defined; told beside the problems of the schema."""
    slas, groups = _mapping(data, "slas"), _mapping(data, "groups")
    named: list[tuple[Path, str, Mapping[str, Data]]] = [(("sla",), "SLA", slas)]
    named += [(("groups", group, "sla"), "SLA", slas) for group in groups]
    for component in _mapping(data, "components"):
        named.append((("components", component, "sla"), "SLA", slas))
        named.append((("components", component, "group"), "group", groups))
    for place, kind, known in named:
        name = data
        for step in place:
            name = name.get(step) if isinstance(name, dict) else None
        if isinstance(name, str) and name not in known:
            cure = suggest(name, known) or f" (add it to {kind.lower()}s, or leave the key out)"
            yield Problem(path, marked.line(place), f'{".".join(map(str, place))}: no {kind} "{name}"{cure}')


def _check_methods(data: Data, marked: Marked, path: str) -> Iterator[Problem]:
    """Find SLAs whose method is known but cannot be computed yet: a wrong figure would be worse than none."""
    for sla_id, sla in _mapping(data, "slas").items():
        method, preset = (sla.get("method"), sla.get("preset")) if isinstance(sla, dict) else (None, None)
        meant = method or PRESETS.get(str(preset), {}).get("method", "time")
        if meant in METHODS and meant not in SUPPORTED_METHODS:
            place = ("slas", sla_id, "method" if method else "preset")
            by = f'"{method}"' if method else f'"{preset}" measures by {meant}, which'
            text = f"{'.'.join(place)}: {by} is not yet supported (only {', '.join(SUPPORTED_METHODS)})"
            yield Problem(path, marked.line(place), text)


def _check_sense(schema: SiteSchema, marked: Marked, path: str) -> list[Problem]:
    problems = []
    for sla_id, sla in schema.slas.items():
        if sla.hours and sla.hours.start >= sla.hours.end:
            name = f"slas.{sla_id}.hours.to"
            line = marked.line(("slas", sla_id, "hours", "to"))
            problems.append(Problem(path, line, f'{name}: "to" is not after "from"'))
    names: dict[str, str] = {component_id: component_id for component_id in schema.components}
    for component_id, component in schema.components.items():
        place = ("components", component_id)
        if component.since is not None and component.retired is not None and component.retired < component.since:
            line = marked.line((*place, "retired"))
            problems.append(Problem(path, line, f'{".".join(place)}.retired: "retired" is earlier than "since"'))
        for index, alias in enumerate(component.aliases):
            owner = names.setdefault(alias, component_id)
            if owner != component_id:
                line = marked.line((*place, "aliases", index))
                text = f'{".".join(place)}.aliases: "{alias}" already means the component {owner}'
                problems.append(Problem(path, line, text))
    return problems


def _build_site(schema: SiteSchema) -> Site:
    zone = schema.timezone or "UTC"
    source = "worst" if schema.checks else "declared"
    theme = schema.theme
    logo = theme.logo or LogoSchema()
    return Site(
        title=schema.title,
        id=schema.id,
        url=schema.url,
        zone=zone,
        languages=tuple(schema.languages),
        sla=schema.sla,
        groups=tuple(
            Group(id=group_id, name=group.name or group_id, collapsed=group.collapsed, sla=group.sla)
            for group_id, group in schema.groups.items()
        ),
        components=tuple(
            _build_component(component_id, component, schema.monitoring)
            for component_id, component in schema.components.items()
        ),
        slas={sla_id: _build_sla(sla_id, sla, zone, source) for sla_id, sla in schema.slas.items()},
        default_sla=Sla(zone=zone, source=source),
        logs=tuple(map(_build_log, schema.checks)),
        fresh_for=schema.fresh_for,
        expect_update_within=schema.expect_update_within,
        private_words=tuple(schema.private_words),
        hosting=tuple(schema.hosting),
        theme=ThemeSettings(
            name=theme.name,
            trusted=theme.trusted,
            accent=theme.accent,
            logo_light=logo.light,
            logo_dark=logo.dark,
            favicon=theme.favicon,
            css=theme.css,
            links=tuple(Link(name=link.name, url=link.url) for link in theme.links),
            footer=theme.footer,
        ),
        spark_master=schema.engine.spark.master if schema.engine.spark else None,
    )


def _build_component(component_id: str, schema: ComponentSchema, monitoring: MonitoringSchema) -> Component:
    return Component(
        id=component_id,
        name=schema.name or component_id,
        group=schema.group,
        description=schema.description,
        since=schema.since,
        retired=schema.retired,
        aliases=tuple(schema.aliases),
        sla=schema.sla,
        checks=_build_checks(component_id, schema.checks or ComponentChecksSchema(), monitoring),
        public=schema.public,
    )


def _build_checks(component_id: str, own: ComponentChecksSchema, common: MonitoringSchema) -> Checks:
    """Give each value of a component, else that of `monitoring:`, else the default (uptime.md §2, §6)."""
    interval = own.interval or common.interval or 60
    confirm, shared = own.confirm or ConfirmSchema(), common.confirm or ConfirmSchema()
    return Checks(
        monitors=tuple(own.monitors) if own.monitors else (component_id,),
        interval=interval,
        max_gap=own.max_gap or common.max_gap or 2 * interval,
        confirm_down=confirm.down or shared.down or 1,
        confirm_up=confirm.up or shared.up or 1,
        quorum=own.quorum or common.quorum or "majority",
        minority=own.minority or common.minority,
    )


def _build_log(schema: LogSchema) -> LogSource:
    return LogSource(
        files=schema.files,
        format=schema.format,
        fields=dict(schema.fields),
        statuses={word: CHECK_WORDS[meaning] for meaning, listed in schema.statuses.items() for word in listed},
    )


def _build_sla(sla_id: str, schema: SlaSchema, zone: str, source: str) -> Sla:
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
            threshold=periods.threshold or plain.downtime_periods.threshold,
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
