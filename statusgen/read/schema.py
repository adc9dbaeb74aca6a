"""The keys of status.yaml and their types (design.md §4)."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from statusgen.model.languages import LANGUAGES
from statusgen.model.status import CHECK_WORDS, STATUS_WORDS, Status
from statusgen.read import written
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
MINORITIES = ("degraded_performance", "partial_outage")
LOG_FIELDS = ("time", "monitor", "probe", "status", "latency_ms")


def _quorum(text: str) -> str | int:
    if text.isascii() and text.isdigit() and len(text) <= 3 and int(text):
        return int(text)
    return one_of(text, ("worst", "majority", "best"))


def _minority(text: str) -> Status:
    return STATUS_WORDS[one_of(text, MINORITIES)]


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


class _Mapped:
    """Makes the validator of a mapping that may be left empty, and says so in JSON Schemas."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Wrap the schema of the mapping (the protocol of pydantic)."""
        inner = handler(source)
        left_empty = core_schema.nullable_schema(inner)
        return core_schema.no_info_before_validator_function(
            _filled_mapping, inner, json_schema_input_schema=left_empty
        )


Mapped = _Mapped()
Listed = BeforeValidator(_listed, json_schema_input_type=list[Text] | Text)


class ConfirmSchema(Schema):
    """How many checks in a row it takes to believe a change (uptime.md §2.2)."""

    down: Positive | None = None
    """This many bad checks in a row make an outage; 1 where left out."""
    up: Positive | None = None
    """This many good checks in a row end it; 1 where left out."""


class MonitoringSchema(Schema):
    """How checks are read; each value falls back to `monitoring:` at the top level."""

    interval: Duration | None = None
    """How often a component is checked; 60s where left out."""
    max_gap: Duration | None = None
    """A longer silence is unknown; twice the interval where left out."""
    confirm: ConfirmSchema | None = None
    quorum: Annotated[str | int, reads(_quorum, written.QUORUM)] | None = None
    """How several probes make one state; majority where left out."""
    minority: Annotated[Status, reads(_minority, written.one_word(MINORITIES))] | None = None
    """The state where some probes see an outage, but too few of them."""


class ComponentChecksSchema(MonitoringSchema):
    """How a component's checks are read, and whose they are."""

    monitors: Annotated[list[Text], Listed] | None = None
    """Names of monitors in the logs, of which the worst counts; the id where left out."""


class ComponentSchema(Schema):
    """Something that customers use."""

    name: Text | None = None
    """What pages call it; the id where left out."""
    group: Text | None = None
    """One of `groups`."""
    description: Text = ""
    """A line below the name."""
    since: Time | None = None
    """Nothing counts before it."""
    retired: Time | None = None
    """Nothing counts from it on, and pages no longer list it."""
    aliases: list[Text] = []
    """Former ids and names, so that old incidents still find it."""
    sla: Text | None = None
    """One of `slas`."""
    checks: ComponentChecksSchema | None = None
    public: Boolean = True
    """false: it is in no output."""


class GroupSchema(Schema):
    """Components that the page shows together."""

    name: Text | None = None
    """What pages call it; the id where left out."""
    collapsed: Boolean = False
    """Folded on the first page while all is well."""
    sla: Text | None = None
    """One of `slas`, for the figure of the group."""


class LogSchema(Schema):
    """Where logs lie, and how their fields and words are to be read."""

    files: Text
    """Where they lie, below content/ or absolute; * and ** are wildcards."""
    format: Annotated[str, words("jsonl", "csv", "parquet")] | None = None
    """Told by the ending where left out."""
    fields: dict[Annotated[str, words(*LOG_FIELDS)], Text] = {}
    """Our name of a field: yours."""
    statuses: dict[Annotated[str, words(*CHECK_WORDS)], Annotated[list[Text], Listed]] = {}
    """Our word for an outcome: yours."""


class WeightsSchema(Schema):
    """How much of a second each state costs."""

    operational: Weight | None = None
    """0% where left out."""
    degraded_performance: Weight | None = None
    """0% where left out."""
    partial_outage: Weight | None = None
    """30% where left out."""
    major_outage: Weight | None = None
    """100% where left out."""


class MaintenanceSchema(Schema):
    """What maintenance does to the figure (uptime.md §4.3)."""

    policy: Annotated[str, words("exclude", "count", "up")] | None = None
    """exclude: it leaves the figure; count: as it was; up: as operational."""
    notice: Duration | None = None
    """Announced later than this before its start, it counts."""
    max_excluded: Duration | None = None
    """At most so much is left out in a period."""


class HoursSchema(Schema):
    """Service hours; outside of them nothing counts."""

    days: list[Annotated[str, words(*DAYS)]] = Field(min_length=1)
    """Days of the week."""
    start: ClockTime = Field(alias="from")
    """Written as in "09:00"."""
    end: ClockTime = Field(alias="to")
    """Written as in "17:00", at most "24:00"."""


class SlicesSchema(Schema):
    """The options of the method `slices`."""

    length: Duration | None = None
    """5m where left out."""
    rule: Annotated[str | Percentage, reads(_slice_rule, written.SLICE_RULE)] | None = None
    """When a slice is good: mean, any-fail, all-fail or a percentage."""


class DowntimePeriodsSchema(Schema):
    """The options of the method `downtime-periods`."""

    threshold: StatusWord | None = None
    """The state from which on it is downtime."""
    at_least: Duration | None = None
    """Shorter ones do not count."""
    unit: Duration | None = None
    """Each counts in whole units."""


class CreditSchema(Schema):
    """A tier of credits."""

    below: Percent
    """For a figure below this"""
    credit: Percent
    """this part of the fee is given back."""


class SlaSchema(Schema):
    """How a figure is made and what it is held against."""

    target: Percent
    """What the figure is held against."""
    timezone: ZoneName | None = None
    """Of its months; that of the site where left out."""
    preset: Annotated[str, words("statuspage", "aws", "gcp", "azure", "incident.io", "kuma", "gatus")] | None = None
    """Counts as this product or cloud does; keys beside it win."""
    method: Annotated[str, words(*METHODS)] | None = None
    """By seconds (time), by checks, by slices, or by periods of downtime."""
    source: Annotated[str, words("worst", "declared", "measured", "declared-first")] | None = None
    """Which word counts where incidents and checks differ."""
    weights: Annotated[WeightsSchema, Mapped] = WeightsSchema()
    unknown: Annotated[str, words("exclude", "up", "down")] | None = None
    """What time without data is."""
    maintenance: Annotated[MaintenanceSchema, Mapped] = MaintenanceSchema()
    hours: HoursSchema | None = None
    slices: Annotated[SlicesSchema, Mapped] = SlicesSchema()
    downtime_periods: Annotated[DowntimePeriodsSchema, Mapped] = DowntimePeriodsSchema()
    decimals: Integer = Field(default=3, le=12)
    """How many are shown, cut off downwards."""
    min_coverage: Percent = Percentage(share=parse_percentage("0").share, places=0)
    """With less of the time measured there is no verdict."""
    combine: Annotated[str, words("worst", "best", "mean", "pooled")] = "worst"
    """How the figure of a group is made of those of its components."""
    credits: list[CreditSchema] = []
    """What is given back below which figure."""


class LinkSchema(Schema):
    """A link in the page's footer."""

    name: Text
    """What the link is called."""
    url: LinkAddress
    """Begins with https://, http:// or mailto:."""


class LogoSchema(Schema):
    """A logo for light and dark pages."""

    light: Text | None = None
    """A picture below content/, for light pages."""
    dark: Text | None = None
    """A picture below content/, for dark pages."""


class ThemeSchema(Schema):
    """The look of the site."""

    name: Id = "default"
    """A folder of themes/ beside content/, or one that is shipped: default, terminal."""
    trusted: Boolean = False
    """true: its templates run without the sandbox."""
    accent: Accent = None
    """A colour that can be read on white, in quotes."""
    logo: LogoSchema | None = None
    favicon: Text | None = None
    """A picture below content/."""
    css: Text | None = None
    """A stylesheet below content/."""
    links: list[LinkSchema] = []
    """In the footer."""
    footer: Text = ""
    """A line of text."""


class SparkSchema(Schema):
    """Where Spark runs."""

    master: Text
    """Its address, as in spark://host:7077 or local[*]."""


class EngineSchema(Schema):
    """What reads the logs; left out: DuckDB."""

    spark: SparkSchema | None = None


class SiteSchema(Schema):
    """status.yaml."""

    title: Text
    """What pages and feeds are called."""
    id: Id | None = None
    """Part of the ids in feeds: never change it."""
    url: Address
    """Where the site will be; may have a path."""
    timezone: ZoneName | None = None
    """Of days on the pages, and of times in content without an offset; UTC where left out."""
    languages: Annotated[list[Annotated[str, words(*LANGUAGES)]], AfterValidator(_some)] = Field(
        default=["en"], json_schema_extra={"minItems": 1}
    )
    """The first is at /, the others at /LANG/."""
    sla: Text | None = None
    """One of `slas`, for the overall figure."""
    groups: Annotated[dict[Id, Annotated[GroupSchema, Mapped]], Mapped] = {}
    """In the order of the page; a component without a group stands by itself."""
    components: Annotated[dict[Id, Annotated[ComponentSchema, Mapped]], Mapped] = {}
    """By id, in the order of the page. An id is in addresses and logs: never change it."""
    monitoring: Annotated[MonitoringSchema, Mapped] = MonitoringSchema()
    checks: list[LogSchema] = []
    """The health-check logs."""
    slas: Annotated[dict[Id, SlaSchema], Mapped] = {}
    """By id."""
    fresh_for: Duration | None = None
    """With data older than this pages say so."""
    expect_update_within: Duration | None = None
    """How soon readers are told to expect the next word on an open incident."""
    private_words: list[Text] = []
    """Words that must not be published, as names of internal hosts."""
    hosting: list[Annotated[str, words("netlify", "cloudflare", "nginx", "caddy")]] = []
    """Hosts for which headers are written into the site."""
    theme: Annotated[ThemeSchema, Mapped] = ThemeSchema()
    engine: Annotated[EngineSchema, Mapped] = EngineSchema()
