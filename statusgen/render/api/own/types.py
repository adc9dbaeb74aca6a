"""The documents of our own API, as types: what is written is held to them, and the JSON Schemas are made of them.

Every instant is RFC 3339 in UTC, every share and every length that may be broken an exact fraction, as a text.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic takes that of typing from Python 3.12 on

Instant = Annotated[
    str,
    Field(
        description="An instant in UTC, as in 2026-11-02T09:20:00Z.",
        json_schema_extra={"format": "date-time"},
    ),
]
Exact = Annotated[str, Field(description="An exact fraction: n/d, or a whole number.", pattern=r"^-?[0-9]+(/[0-9]+)?$")]
Percent = Annotated[
    str,
    Field(
        description="A percentage without its sign, in decimals without loss.", pattern=r"^[0-9]+(\.[0-9]+)?(/[0-9]+)?$"
    ),
]
Address = Annotated[str, Field(description="A full address.", json_schema_extra={"format": "uri"})]
Count = Annotated[int, Field(ge=0)]

KnownState = Literal["operational", "degraded_performance", "partial_outage", "major_outage"]
MeasuredState = Literal["operational", "degraded_performance", "partial_outage", "major_outage", "unknown"]
State = Literal["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance", "unknown"]
ImpactWord = Literal["none", "minor", "major", "critical"]
IncidentPhase = Literal["investigating", "identified", "monitoring", "update", "resolved", "postmortem"]
MaintenancePhase = Literal["scheduled", "in progress", "verifying", "completed", "cancelled"]
UpdatePhase = Literal[
    "investigating", "identified", "monitoring", "update", "resolved", "postmortem",
    "scheduled", "in progress", "verifying", "completed", "cancelled",
]  # fmt: skip

Span = TypedDict("Span", {"from": Instant, "to": Instant})
"""A window; `to` is not part of it."""
OpenSpan = TypedDict("OpenSpan", {"from": Instant, "to": Instant | None})
"""A window that may last: `to` is then null."""


class ComponentState(TypedDict):
    """A component and a state."""

    component: str
    status: KnownState


class ComponentNow(TypedDict):
    """A component with its state now."""

    id: str
    name: str
    group: str | None
    status: State


class Component(ComponentNow):
    """A component. `sla` is the id of what measures it, null for the defaults."""

    description: str | None
    since: Instant | None
    retired: Instant | None
    sla: str | None
    url: Address


class Group(TypedDict):
    """A group with its state, that of its components which are not retired."""

    id: str
    name: str
    status: State
    sla: str | None
    components: list[str]


class Components(TypedDict):
    """All components, in the order of status.yaml, and the groups, in the order of the page."""

    components: list[Component]
    groups: list[Group]


class IncidentLine(TypedDict):
    """An incident in short, with the worst state of each component in it."""

    id: str
    title: str
    url: Address
    impact: ImpactWord
    phase: IncidentPhase
    active: bool
    started: Instant
    ended: Instant | None
    components: list[ComponentState]


class Incidents(TypedDict):
    """All incidents, the one that started last first."""

    incidents: list[IncidentLine]


class Update(TypedDict):
    """A word on an incident or maintenance. `id` and the incident's id are its permanent id."""

    id: str
    phase: UpdatePhase
    at: Instant
    updated: Instant
    url: Address
    html: str
    text: str
    changes: list[ComponentState]


class StateSpan(OpenSpan):
    """When a component was declared to be in a state."""

    component: str
    status: KnownState


class Incident(IncidentLine):
    """An incident with all that is said of it, oldest first. It was active in `windows`: it may have come back.

    `override` is why the checks of its components are left out, `exclude` why its time leaves the figure.
    """

    summary_html: str
    windows: list[OpenSpan]
    states: list[StateSpan]
    override: str | None
    exclude: str | None
    updates: list[Update]


class Occurrence(TypedDict):
    """One window of a maintenance: planned, and held so far as it has begun."""

    id: str
    phase: MaintenancePhase
    planned: Span
    held: OpenSpan | None


class MaintenanceLine(TypedDict):
    """One window of a maintenance, with what it is of."""

    maintenance: str
    title: str
    url: Address
    components: list[str]
    occurrence: Occurrence


class Maintenances(TypedDict):
    """All windows of all maintenance, up to 400 days ahead, the latest start first."""

    maintenance: list[MaintenanceLine]


class Maintenance(TypedDict):
    """A maintenance with all its windows, the latest first, and all that is said of it, oldest first."""

    id: str
    title: str
    url: Address
    components: list[str]
    announced: Instant
    summary_html: str
    occurrences: list[Occurrence]
    updates: list[Update]


class Status(TypedDict):
    """How things stand at `now`: the overall state, each component, and what is going on.

    `data_until` is the instant of the newest check. Where it is older than `fresh_for` seconds, do not rely on it.
    """

    title: str
    url: Address
    now: Instant
    data_until: Instant
    fresh_for: Count | None
    status: State
    components: list[ComponentNow]
    incidents: list[IncidentLine]
    maintenance: list[MaintenanceLine]


class Seconds(TypedDict):
    """The seconds of a window by what they were."""

    operational: Count
    degraded_performance: Count
    partial_outage: Count
    major_outage: Count
    unknown: Count
    excluded: Count
    outside: Count


class Figure(TypedDict):
    """An uptime with all that belongs to it. What does not exist is null.

    `downtime` and `accounted` are seconds, checks or slices, as the SLA counts; `budget` and `remaining` are seconds.
    `shown` is cut off downwards; `met` is decided on the exact fraction.
    """

    sla: str | None
    target: Percent | None
    window: Span
    uptime: Exact | None
    shown: str
    met: bool | None
    downtime: Exact
    accounted: Exact
    seconds: Seconds
    coverage: Exact | None
    lower: Exact | None
    upper: Exact | None
    budget: Exact | None
    remaining: Exact | None
    burned: Exact | None
    final_if_no_more: Exact | None
    credit: Percent | None


class NamedFigure(Figure):
    """The figure of a component or group."""

    id: str


class MonthFigure(Figure):
    """The figure of a calendar month in the zone of the SLA; `explanation` is where it is explained."""

    month: str
    explanation: Address


class QuarterFigure(Figure):
    """The figure of a calendar quarter in the zone of the SLA, as in 2026-Q3."""

    quarter: str


class YearFigure(Figure):
    """The figure of a calendar year in the zone of the SLA."""

    year: str


class ComponentUptime(TypedDict):
    """The uptime of a component: of the last days together (those of the bars), and of each period, newest first."""

    component: str
    days: Count
    recent: Figure
    months: list[MonthFigure]
    quarters: list[QuarterFigure]
    years: list[YearFigure]


class PeriodUptime(TypedDict):
    """The uptime of all in a period, as `statusgen uptime --groups --format json` has it."""

    components: list[NamedFigure]
    groups: list[NamedFigure]
    overall: Figure | None


class MonthUptime(PeriodUptime):
    """The uptime of all in a month, as in 2026-10."""

    month: str


class QuarterUptime(PeriodUptime):
    """The uptime of all in a quarter, as in 2026-Q3."""

    quarter: str


class YearUptime(PeriodUptime):
    """The uptime of all in a year."""

    year: str


class Uptime(TypedDict):
    """What uptime there is: the periods, newest first, and the components."""

    months: list[str]
    quarters: list[str]
    years: list[str]
    components: list[str]


class Period(Span):
    """A calendar period of a zone."""

    name: str
    zone: str
    seconds: Count


class Reason(TypedDict):
    """One thing that bears on a stretch, in words and as data."""

    kind: str
    text: str
    incident: NotRequired[str]
    update: NotRequired[str | None]
    reason: NotRequired[str | None]
    maintenance: NotRequired[str]
    occurrence: NotRequired[str]
    notice: NotRequired[int]
    required: NotRequired[int]
    checks: NotRequired[int]
    first: NotRequired[Instant]
    last: NotRequired[Instant | None]


class Stretch(Span):
    """Seconds that are alike in every respect; `lost` is what they cost where seconds are counted."""

    seconds: Count
    state: MeasuredState | None
    account: Literal["counted", "excluded", "outside", "to come"]
    lost: Exact | None
    why: list[Reason]


Part = TypedDict(
    "Part",
    {
        "number": Count,
        "state": MeasuredState | None,
        "from": Instant | None,
        "to": Instant | None,
        "share": Exact,
        "lost": Exact,
    },
)
"""A part of the sum: so many, each of which costs a share."""


class Explanation(TypedDict):
    """How a figure came about: the stretches cover the period, and what the parts lose adds up to the downtime."""

    component: str
    period: Period
    method: str
    figure: Figure
    stretches: list[Stretch]
    parts: list[Part]


class Weights(TypedDict):
    """What a second of each state costs."""

    operational: Exact
    degraded_performance: Exact
    partial_outage: Exact
    major_outage: Exact


class MaintenanceRule(TypedDict):
    """What maintenance does to the figure; `notice` and `max_excluded` in seconds."""

    policy: str
    notice: Count
    max_excluded: Count | None


Hours = TypedDict("Hours", {"days": list[str], "from": str, "to": str})
"""Service hours, in the zone of the SLA."""


class Slices(TypedDict):
    """How slices are counted; `length` in seconds."""

    length: Count
    rule: str


class DowntimePeriods(TypedDict):
    """How downtime periods are counted; times in seconds."""

    threshold: KnownState
    at_least: Count
    unit: Count


class Credit(TypedDict):
    """What is due below an uptime, in percent of the fee."""

    below: Percent
    credit: Percent


class Sla(TypedDict):
    """How a figure is made, and what it is held against. Without an `id` it is the rule for what has no SLA."""

    id: str | None
    target: Percent | None
    timezone: str
    preset: str | None
    method: str
    source: str
    weights: Weights
    unknown: str
    maintenance: MaintenanceRule
    hours: Hours | None
    slices: Slices
    downtime_periods: DowntimePeriods
    decimals: Count
    min_coverage: Percent
    combine: str
    credits: list[Credit]


class Slas(TypedDict):
    """The SLAs that measure anything here."""

    slas: list[Sla]


Document = (
    Status
    | Components
    | Incidents
    | Incident
    | Maintenances
    | Maintenance
    | Slas
    | Uptime
    | ComponentUptime
    | MonthUptime
    | QuarterUptime
    | YearUptime
    | Explanation
)
"""Any document."""
