"""What happened: the facts that the content states, with nothing derived and nothing of `now`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from fractions import Fraction

from statusgen.model.calendar import stamp
from statusgen.model.compacted import NOTHING_KEPT, Compacted
from statusgen.model.latency import MonitorLatency
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.status import Impact, Status
from statusgen.model.window import Window


class Phase(Enum):
    """What an update says of where things stand; the words of design.md §5."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    UPDATE = "update"
    RESOLVED = "resolved"
    POSTMORTEM = "postmortem"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Give the word as a heading shows it."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """How a component's checks are read (uptime.md §2); `interval` and `max_gap` in seconds."""

    monitors: tuple[str, ...] = ()
    interval: int = 60
    max_gap: int = 120
    confirm_down: int = 1
    confirm_up: int = 1
    quorum: str | int = "majority"
    minority: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Something that customers use; `since` and `retired` are instants. `sla` is the id of its SLA."""

    id: str
    name: str
    group: str | None = None
    description: str = ""
    since: int | None = None
    retired: int | None = None
    aliases: tuple[str, ...] = ()
    sla: str | None = None
    checks: Checks = Checks()
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Components that the page shows together."""

    id: str
    name: str
    collapsed: bool = False
    sla: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Service hours: weekdays (0 is Monday) and local times in seconds of the day, `end` not included."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRule:
    """What an SLA does with maintenance (uptime.md §4.3); `notice` and `max_excluded` in seconds."""

    policy: str = "exclude"
    notice: int = 0
    max_excluded: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """The options of the method `slices`; `length` in seconds, `rule` a word or the least good share of a slice."""

    length: int = 300
    rule: str | Fraction = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class DowntimePeriods:
    """The options of the method `downtime-periods`; times in seconds."""

    threshold: Status = Status.MAJOR_OUTAGE
    at_least: int = 60
    unit: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A tier: the share of the fee (`credit`) that is due below an uptime; both shares of one."""

    below: Fraction
    credit: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How a figure is made and what it is held against (uptime.md §4 to §8); shares are fractions of one.

    `weights` are whole ten-thousandths for operational, degraded, partial and major. Without a `target` there is a
    figure and no verdict.
    """

    id: str | None = None
    target: Fraction | None = None
    target_places: int = 0
    zone: str = "UTC"
    preset: str | None = None
    method: str = "time"
    source: str = "declared"
    weights: tuple[int, int, int, int] = (0, 0, 3000, 10000)
    unknown: str = "exclude"
    maintenance: MaintenanceRule = MaintenanceRule()
    hours: Hours | None = None
    slices: Slices = Slices()
    downtime_periods: DowntimePeriods = DowntimePeriods()
    decimals: int = 3
    min_coverage: Fraction = Fraction(0)
    combine: str = "worst"
    credits: tuple[Credit, ...] = ()

    @property
    def needs_instants(self) -> bool:
        """Tell whether its method asks for the instant of each single check (uptime.md §6)."""
        return self.method in ("checks", "slices")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A named address."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSettings:
    """What status.yaml says of the look; `accent` can be read on light paper, files are named as in content/."""

    name: str = "default"
    trusted: bool = False
    accent: str | None = None
    logo_light: str | None = None
    logo_dark: str | None = None
    favicon: str | None = None
    css: str | None = None
    links: tuple[Link, ...] = ()
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """A file that status.yaml names: its bytes, and of a picture its width and height in pixels where it has them."""

    name: str
    content: bytes = field(repr=False)
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """An entry of `checks:` in status.yaml: which files, and how their words are to be read."""

    files: str
    format: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What status.yaml says; durations in seconds. `default_sla` measures what has no SLA of its own.

    `files` are those that it names for the look, by the names that it gives them.
    """

    title: str
    id: str | None = None
    url: str
    zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    sla: str | None = None
    groups: tuple[Group, ...] = ()
    components: tuple[Component, ...] = ()
    slas: Mapping[str, Sla] = field(default_factory=dict)
    default_sla: Sla = Sla()
    logs: tuple[LogSource, ...] = ()
    fresh_for: int | None = None
    expect_update_within: int | None = None
    private_words: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
    theme: ThemeSettings = ThemeSettings()
    files: Mapping[str, SiteFile] = field(default_factory=dict)
    spark_master: str | None = None

    def find_component(self, name: str) -> Component | None:
        """Give the component of an id or an alias; None where there is none."""
        known = {alias: component for component in self.components for alias in component.aliases}
        return (known | {component.id: component for component in self.components}).get(name)

    def slas_of(self, component: Component) -> tuple[Sla, ...]:
        """Give every SLA in whose figures a component may take part: its own, its group's and the overall one."""
        group = next((group.sla for group in self.groups if group.id == component.group), None)
        return tuple(self.slas[name] for name in (component.sla, group, self.sla) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A title and a text in another language; what is empty there stays as it is.

    The `summary` is that of an incident or maintenance; of a page it is all that the page says.
    """

    title: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A dated word on an incident or maintenance. `key` is the part of its permanent id after the slash.

    `changes` are the components that it sets, by id. `text` is Markdown, in the site's first language, `translations`
    the same in others, by their codes. `line` is that of its heading. `edited` is the instant (Unix seconds) at which
    its words in the first language were last changed after they were published, as git has it; no figure depends on it.
    """

    key: str
    at: int
    phase: Phase
    changes: tuple[tuple[str, Status], ...] = ()
    text: str = ""
    line: int = 0
    translations: tuple[tuple[str, str], ...] = ()
    edited: int | None = None

    @property
    def changed(self) -> int:
        """Give the instant at which it last became other than it was: an edit moves no other date."""
        return self.at if self.edited is None else self.edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A declared stretch that leaves the figure, and why (uptime.md §4.2)."""

    window: Window
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as its file states it; updates in order of happening, oldest first.

    `exclude` is the reason for which the whole incident leaves the figure, `exclusions` are parts that do.
    `translations` are its words in other languages, by their codes.
    """

    id: str
    title: str
    started: int
    updates: tuple[Update, ...]
    components: tuple[tuple[str, Status], ...] = ()
    impact: Impact | None = None
    override: str | None = None
    exclude: str | None = None
    exclusions: tuple[Exclusion, ...] = ()
    summary: str = ""
    path: str = ""
    translations: tuple[tuple[str, Translation], ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        """Give the ids of all components that the incident names, in order of first mention."""
        named = [component for component, _ in self.components]
        named += [component for update in self.updates for component, _ in update.changes]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """How a maintenance repeats: an RFC 5545 rule over the wall time of a zone, without the `skipped` local starts.

    `rule` has no UNTIL; `until` is the last local time at which an occurrence may start. `skipped` holds local dates
    or local times, as ISO text.
    """

    rule: str
    zone: str
    until: datetime | None = None
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A maintenance as its file states it. A component's state is what it would be if the time counted.

    `translations` are its words in other languages, by their codes. `edited` is the instant at which what stands before
    its updates was last changed after it was announced, as git has it: most of all when it is planned.
    """

    id: str
    title: str
    start: int
    end: int
    announced: int
    components: tuple[tuple[str, Status | None], ...] = ()
    recurrence: Recurrence | None = None
    updates: tuple[Update, ...] = ()
    summary: str = ""
    path: str = ""
    translations: tuple[tuple[str, Translation], ...] = ()
    edited: int | None = None

    @property
    def announced_apart(self) -> bool:
        """Tell whether the announcement stands in the front matter alone, and is no update."""
        return not self.updates or self.updates[0].at > self.announced

    @property
    def announcement(self) -> Update:
        """Give the announcement as an update, with the summary.

        Its key is that of an update at its time: whoever writes that update later says nothing new.
        """
        words = tuple((code, words.summary) for code, words in self.translations if words.summary)
        return Update(
            key=stamp(self.announced),
            at=self.announced,
            phase=Phase.SCHEDULED,
            text=self.summary,
            translations=words,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomPage:
    """A page of content/pages; its id is its address, `text` is Markdown.

    `nav` is its place in the navigation, where pages stand lowest first; None where it has none. `translations` are its
    words in other languages, by their codes.
    """

    id: str
    title: str
    text: str = ""
    nav: int | None = None
    path: str = ""
    translations: tuple[tuple[str, Translation], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLink:
    """A link in a text: its `target` as it was written, in which file and line, and the address that shows the text."""

    path: str
    line: int
    target: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """What the logs say before `now`. `runs` are ordered by monitor, probe and start.

    `good` and `bad` count the lines of all files. `duplicates` counts the good lines beyond the first of one probe in
    one second, `later` the good lines at or after `now`. `bad_lines` are examples of bad lines, with their places.
    `problems` tell of days whose logs are needed and gone, since what was kept of them does not tell enough.
    `latencies` are those of the last days that the logs state, ordered by monitor and day; of checks that were kept
    without their log there are none.
    """

    runs: tuple[Run, ...] = ()
    good: int = 0
    bad: int = 0
    duplicates: int = 0
    later: int = 0
    bad_lines: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    latencies: tuple[MonitorLatency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that is known: the settings, what people wrote and what the checks saw.

    `files` is how many files of content were read, `path` is the name of status.yaml. `notes` are remarks that stop
    nothing, `links` those that stand in texts. `untraced` says why it is not known which updates
    were edited, where git could tell: it lies in the checkout, not in the content.
    """

    site: Site
    incidents: tuple[Incident, ...] = ()
    maintenances: tuple[Maintenance, ...] = ()
    pages: tuple[CustomPage, ...] = ()
    observations: Observations = Observations()
    compacted: Compacted = NOTHING_KEPT
    files: int = 0
    notes: tuple[Problem, ...] = ()
    links: tuple[WrittenLink, ...] = ()
    path: str = ""
    untraced: Problem | None = None
