"""The keys of status.yaml and their types (design.md §4)."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from statusgen.model.languages import LANGUAGES
from statusgen.model.status import CHECK_WORDS, STATUS_WORDS, Status
from statusgen.read.fields import (
    Accent,
    Address,
    Boolean,
    ClockTime,
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
    words,
)  # fmt: skip

METHODS = ("time", "checks", "slices", "downtime-periods")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOG_FIELDS = ("time", "monitor", "probe", "status", "latency_ms")


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


def _some(languages: list[str]) -> list[str]:
    if not languages:
        raise PydanticCustomError("statusgen", "is empty (name one at least, or leave the key out)")
    return languages


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

    days: list[Annotated[str, words(*DAYS)]] = Field(min_length=1)
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

    name: Id = "default"
    trusted: Boolean = False
    accent: Accent = None
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
    languages: Annotated[list[Annotated[str, words(*LANGUAGES)]], AfterValidator(_some)] = ["en"]
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
