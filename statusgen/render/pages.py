"""From the report to the pages that people read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from statusgen import __version__
from statusgen.model.artifact import Artifact
from statusgen.model.calendar import Period, iso_utc, last_days, local_time, parse_period
from statusgen.model.history import Phase, Recurrence, Sla, Update
from statusgen.model.report import (
    ComponentReport,
    Figure,
    GroupReport,
    IncidentReport,
    Occurrence,
    PeriodFigure,
    Report,
)
from statusgen.model.status import Status
from statusgen.model.window import Window
from statusgen.render import urls
from statusgen.render.bars import Bars, draw_bars, draw_samples
from statusgen.render.figures import show_target
from statusgen.render.text import plain_text, shorten, show_date, show_duration
from statusgen.render.theme import STATE_WORDS, Theme, show_named_month


def _table() -> Mapping[str, Callable[["World"], Iterable["Page"]]]:
    """Every page: its template, and the function that gives an address and a context for each page made of it."""
    return {
        "index.html": index_page,
        "history.html": history_page,
        "history_month.html": history_month_pages,
        "incident.html": incident_pages,
        "maintenance.html": maintenance_pages,
        "component.html": component_pages,
        "uptime.html": uptime_page,
        "uptime_month.html": uptime_month_pages,
        "404.html": missing_page,
    }


RECENT_DAYS = 7
RECENT_INCIDENTS = 15
LISTED_MONTHS = 3
"""So many months show their incidents on /history/ itself."""
TABLE_MONTHS = 13
"""So many months stand side by side in the table of /uptime/."""
NEXT_OCCURRENCES = 6
STRETCHES = 8
"""So many stretches of trouble are told below a component's bars on the first page; its own page has all."""
NAMED = 5
"""Up to so many components in one state are named in the first sentence; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to be: its address, what its template receives, and when its content last changed.

    `title` is that of the browser's tab without the site's, `description` a plain sentence or two.
    """

    address: str
    title: str
    description: str
    changed: int | None
    context: Mapping[str, Any]
    rooted: bool = False
    """Its links begin at the server's root: it may be shown at any address."""


def render_pages(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Write the pages, the static files of the theme, and what tells crawlers of them."""
    world = World.of(report)
    listed = []
    for template, make_pages in _table().items():
        for page in make_pages(world):
            yield Artifact(urls.file_of(page.address), render_page(page, template, world, theme))
            if not page.rooted:
                listed.append(page)
    yield from theme.assets.values()
    yield render_sitemap(listed, report)
    yield Artifact("robots.txt", f"User-agent: *\nSitemap: {report.site.url}sitemap.xml\n".encode())


def render_page(page: Page, template: str, world: "World", theme: Theme) -> bytes:
    """Fill a page's template."""
    site = world.report.site

    def link(target: str) -> str:
        return urls.rooted(target, site.url) if page.rooted else urls.relative(target, page.address)

    shell = {
        "site": site,
        "report": world.report,
        "names": world.names,
        "incidents": world.incidents,
        "page": page,
        "link": link,
        "asset": lambda name: link(theme.asset(name)),
        "canonical": urls.absolute(page.address, site.url),
        "generator": f"statusgen {__version__}",
    }
    return theme.render(template, {**shell, **page.context}).encode()


@dataclass(frozen=True, slots=True)
class World:
    """The report with what the pages look up in it, each index made once."""

    report: Report
    names: Mapping[str, str]
    incidents: Mapping[str, IncidentReport]
    incidents_of: Mapping[str, tuple[IncidentReport, ...]]
    """By the local month in which they started, newest first."""
    occurrences_of: Mapping[str, tuple[Occurrence, ...]]
    """By the local month in which they started, newest first; those that have begun."""
    occurrences: Mapping[str, tuple[Occurrence, ...]]
    """By maintenance, newest first."""
    changed: int | None
    """The time of the newest update."""

    @classmethod
    def of(cls, report: Report) -> "World":
        """Index a report."""
        zone, now = report.site.zone, report.now
        begun = [o for o in report.occurrences if o.planned.start < now or o.running_at(now)]
        occurrences = _gather(report.occurrences, lambda o: o.maintenance.id)
        said = [r.latest.at for r in report.incidents]
        said += [u.at for own in occurrences.values() for u in own[0].maintenance.updates if u.at < now]
        return cls(
            report=report,
            names={r.component.id: r.component.name for r in report.components},
            incidents={r.incident.id: r for r in report.incidents},
            incidents_of=_gather(report.incidents, lambda r: f"{local_time(r.incident.started, zone):%Y-%m}"),
            occurrences_of=_gather(begun, lambda o: f"{local_time(o.planned.start, zone):%Y-%m}"),
            occurrences=occurrences,
            changed=max(said, default=None),
        )


def _gather(values: Iterable[Any], key: Callable[[Any], str]) -> dict[str, tuple[Any, ...]]:
    """Sort values into boxes, each in the order of the values."""
    boxes: dict[str, list[Any]] = defaultdict(list)
    for value in values:
        boxes[key(value)].append(value)
    return {name: tuple(box) for name, box in boxes.items()}


# The first page.

OVERALL = {
    "operational": "All systems operational",
    "degraded_performance": "Degraded performance",
    "partial_outage": "Partial outage",
    "major_outage": "Major outage",
    "under_maintenance": "Maintenance in progress",
    "unknown": "No current data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A group as the first page has it, or the components between groups: each component with its bars."""

    group: GroupReport | None
    rows: tuple[tuple[ComponentReport, Bars], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList:
    """Local days with the incidents listed under them; several days only where there is none."""

    window: tuple[int, int]
    incidents: tuple[IncidentReport, ...] = ()


def index_page(world: World) -> Iterator[Page]:
    """Give the first page: what is the matter now, and whether it has been well lately."""
    report = world.report
    headline = OVERALL[report.shown]
    blocks = tuple(_blocks(report))
    yield Page(
        address=urls.HOME,
        title=headline,
        description=_sentence(report),
        changed=world.changed,
        context={
            "headline": headline,
            "conditions": tuple(_conditions(report)),
            "active": tuple(r for r in report.incidents if r.active),
            "blocks": blocks,
            "samples": draw_samples(drawing for block in blocks for _, drawing in block.rows),
            "running": tuple(o for o in report.occurrences if o.running_at(report.now)),
            "coming": _next_each(world),
            "days": tuple(_recent_days(report)),
            "stretches": STRETCHES,
            "recent_days": RECENT_DAYS,
        },
    )


def _conditions(report: Report) -> Iterator[tuple[str, tuple[ComponentReport, ...]]]:
    """Give the states other than operational with their components, worst first."""
    live = [r for r in report.components if r.in_service and r.shown != "operational"]
    for word in ("major_outage", "partial_outage", "degraded_performance", "under_maintenance", "unknown"):
        members = tuple(r for r in live if r.shown == word)
        if members:
            yield word, members


def _sentence(report: Report) -> str:
    """Say how things stand, for search engines and previews."""
    parts = [
        f"{STATE_WORDS[word]}: {', '.join(r.component.name for r in members[:NAMED])}"
        + (f" and {len(members) - NAMED} more" if len(members) > NAMED else "")
        for word, members in _conditions(report)
    ]
    return f"{'; '.join(parts) or OVERALL[report.shown]}."


def _blocks(report: Report) -> Iterator[Block]:
    """Give the groups; components without one that follow each other stand together."""
    for alone, groups in groupby(report.groups, key=lambda g: g.group is None):
        if alone:
            yield Block(group=None, rows=_rows(c for group in groups for c in group.components))
        else:
            for group in groups:
                yield Block(group=group, rows=_rows(group.components))


def _rows(components: Iterable[ComponentReport]) -> tuple[tuple[ComponentReport, Bars], ...]:
    return tuple((c, draw_bars(c.days, c.component.name)) for c in components)


def _next_each(world: World) -> tuple[Occurrence, ...]:
    """Give the next occurrence of each maintenance, the next of all first."""
    now = world.report.now
    coming = [
        min((o for o in own if o.coming_at(now)), key=lambda o: o.planned.start, default=None)
        for own in world.occurrences.values()
    ]
    return tuple(sorted(filter(None, coming), key=lambda o: (o.planned.start, o.maintenance.id)))


def _recent_days(report: Report) -> Iterator[DayList]:
    """Give the last days, newest first, each with its incidents; days without are told in one line."""
    days = last_days(report.now, RECENT_DAYS, report.site.zone)
    first = days[0].window.start
    recent = [r for r in report.incidents if r.ended is None or max(r.ended, r.incident.started) >= first]
    by_day: dict[str, list[IncidentReport]] = defaultdict(list)
    for incident in recent[:RECENT_INCIDENTS]:
        # One that began earlier is told under the first of the days.
        by_day[f"{local_time(max(incident.incident.started, first), report.site.zone):%Y-%m-%d}"].append(incident)
    for busy, run in groupby(reversed(days), key=lambda day: day.name in by_day):
        stretch = list(run)
        if busy:
            for day in stretch:
                yield DayList(window=_ends(day), incidents=tuple(by_day[day.name]))
        else:
            yield DayList(window=(stretch[-1].window.start, stretch[0].window.end - 1))


def _ends(period: Period) -> tuple[int, int]:
    """Give the first and the last instant of a period."""
    return period.window.start, period.window.end - 1


# What happened.


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A local month of the history: its incidents by day, and the maintenance that was held in it."""

    period: Period
    days: tuple[DayList, ...]
    incidents: int
    occurrences: tuple[Occurrence, ...]


def history_page(world: World) -> Iterator[Page]:
    """Give the history: all months, the newest with their incidents."""
    months = tuple(_month(period, world) for period in reversed(world.report.months))
    yield Page(
        address=urls.HISTORY,
        title="History",
        description=f"Every incident and maintenance of {world.report.site.title}, month by month.",
        changed=world.changed,
        context={
            "months": months,
            "listed": LISTED_MONTHS,
            "years": [(year, tuple(run)) for year, run in groupby(months, key=lambda m: m.period.name[:4])],
        },
    )


def _month(period: Period, world: World) -> Month:
    incidents = world.incidents_of.get(period.name, ())
    zone = world.report.site.zone
    days = groupby(incidents, key=lambda r: local_time(r.incident.started, zone).date())
    return Month(
        period=period,
        days=tuple(_day_list(tuple(run)) for _, run in days),
        incidents=len(incidents),
        occurrences=world.occurrences_of.get(period.name, ()),
    )


def _day_list(incidents: tuple[IncidentReport, ...]) -> DayList:
    return DayList(window=(incidents[-1].incident.started, incidents[0].incident.started), incidents=incidents)


def history_month_pages(world: World) -> Iterator[Page]:
    """Give a page for each month."""
    months = world.report.months
    for number, period in enumerate(months):
        month = _month(period, world)
        yield Page(
            address=urls.history_month(period.name),
            title=f"Incidents in {show_named_month(period.name)}",
            description=f"{_number(month.incidents, 'incident')} and "
            f"{_number(len(month.occurrences), 'maintenance window')} of {world.report.site.title}.",
            changed=world.changed,
            context={
                "month": month,
                "earlier": months[number - 1] if number else None,
                "later": months[number + 1] if number + 1 < len(months) else None,
            },
        )


def _number(number: int, noun: str) -> str:
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"


# One incident, one maintenance.


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfUpdates:
    """Updates of one local day, newest first."""

    at: int
    updates: tuple[Update, ...]


def incident_pages(world: World) -> Iterator[Page]:
    """Give a page for each incident."""
    for report in world.report.incidents:
        told = [u for u in report.incident.updates if u.phase is not Phase.POSTMORTEM]
        yield Page(
            address=urls.incident(report.incident.id),
            title=f"{report.phase.label}: {report.incident.title}",
            description=_first_words(report.latest.text, report.incident.title),
            changed=report.latest.at,
            context={
                "incident": report,
                "days": _by_day(told, world.report.site.zone),
                "postmortems": tuple(u for u in report.incident.updates if u.phase is Phase.POSTMORTEM),
                "affected": tuple(_affected(report)),
            },
        )


def _first_words(text: str, instead: str) -> str:
    return shorten(plain_text(text), 200) or instead


def _by_day(updates: Iterable[Update], zone: str) -> tuple[DayOfUpdates, ...]:
    """Give updates newest first, by local day."""
    newest_first = reversed(tuple(updates))
    days = [tuple(run) for _, run in groupby(newest_first, key=lambda u: local_time(u.at, zone).date())]
    return tuple(DayOfUpdates(at=run[0].at, updates=run) for run in days)


def _affected(report: IncidentReport) -> Iterator[tuple[str, Status, tuple[tuple[Window, Status], ...]]]:
    """Give each component of an incident with its worst state, and when it was in which."""
    for component, worst in report.components:
        yield component, worst, tuple(sorted((w, s) for name, w, s in report.states if name == component and w))


def maintenance_pages(world: World) -> Iterator[Page]:
    """Give a page for each maintenance, with all its occurrences that matter now."""
    for maintenance_id, occurrences in world.occurrences.items():
        maintenance = occurrences[0].maintenance
        said = tuple(u for u in maintenance.updates if u.at < world.report.now)
        yield Page(
            address=urls.maintenance(maintenance_id),
            title=f"Maintenance: {maintenance.title}",
            description=_first_words(said[-1].text if said else maintenance.summary, maintenance.title),
            changed=said[-1].at if said else maintenance.announced,
            context={"maintenance": maintenance} | _occasions(occurrences, said, world),
        )


def _occasions(occurrences: Sequence[Occurrence], said: Sequence[Update], world: World) -> dict[str, Any]:
    """Sort a maintenance's occurrences into those to come and the others, and its updates to where they belong.

    Each update is told once: under its occurrence, or above all where it belongs to several or to none.
    """
    now, zone = world.report.now, world.report.site.zone
    repeats = occurrences[0].maintenance.recurrence
    owners: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        for update in occurrence.updates:
            owners[update.key].append(occurrence)
    own = {key for key, found in owners.items() if repeats and len(found) == 1}
    current = [o for o in occurrences if o.running_at(now)]
    coming = [o for o in reversed(occurrences) if o.coming_at(now)]
    past = [o for o in occurrences if not o.running_at(now) and not o.coming_at(now)]
    return {
        "occurrence": None if repeats else occurrences[0],
        "rule": repeats and explain_recurrence(repeats),
        "skipped": tuple(show_wall(day) for day in repeats.skipped) if repeats else (),
        "until": show_wall(repeats.until.date().isoformat()) if repeats and repeats.until else None,
        "current": tuple(current),
        "coming": tuple(coming[:NEXT_OCCURRENCES]),
        "past": tuple(past),
        "days": _by_day((u for u in said if u.key not in own), zone),
        "own_days": {
            o.planned.start: _by_day((u for u in o.updates if u.key in own), zone)
            for o in (*current, *coming[:NEXT_OCCURRENCES], *past)
        },
        "phases": {o.planned.start: o.phase_at(now) for o in occurrences},
    }


_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_WEEKDAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_NTH = {"": "", "1": "the first ", "2": "the second ", "3": "the third ", "4": "the fourth ", "-1": "the last "}


def explain_recurrence(recurrence: Recurrence) -> str | None:
    """Say how a maintenance repeats, as in `every week on Sunday`; None for a rule that has no short words."""
    parts = dict(part.split("=", 1) for part in recurrence.rule.removeprefix("RRULE:").split(";") if "=" in part)
    unit = _EVERY.get(parts.pop("FREQ", ""))
    interval = parts.pop("INTERVAL", "1")
    days = parts.pop("BYDAY", None)
    count = parts.pop("COUNT", None)
    parts.pop("WKST", None)
    if unit is None or parts:
        return None
    words = f"every {unit}" if interval == "1" else f"every {interval} {unit}s"
    if days:
        names = [_weekday(day) for day in days.split(",")]
        if None in names:
            return None
        words += f" on {_join(name for name in names if name)}"
    return f"{words}, {count} times" if count else words


def show_wall(text: str) -> str:
    """Write a local date or time from its ISO text, as in 29 November 2026."""
    day, _, clock = text.partition("T")
    return show_date(parse_period(day, "UTC").window.start, "UTC") + (f", {clock[:5]}" if clock else "")


def _weekday(day: str) -> str | None:
    place, name = day[:-2].removeprefix("+"), _WEEKDAYS.get(day[-2:])
    return f"{_NTH[place]}{name}" if name and place in _NTH else None


def _join(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


# What it adds up to.


def component_pages(world: World) -> Iterator[Page]:
    """Give a page for each component, retired ones too."""
    for report in world.report.components:
        name = report.component.name
        newest = next((world.incidents[i].latest.at for i in report.incidents), world.changed)
        yield Page(
            address=urls.component(report.component.id),
            title=name,
            description=report.component.description or f"State, uptime and incidents of {name}.",
            changed=newest,
            context={
                "component": report,
                "bars": draw_bars(report.days, name),
                "own_incidents": tuple(world.incidents[i] for i in report.incidents),
                "explanation": explain_sla(report.sla),
                "group": next((g for g in world.report.site.groups if g.id == report.component.group), None),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table of uptime; `figures` by the name of the month. `address` is None where there is no page."""

    name: str
    kind: str
    address: str | None
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is held against one SLA."""

    sla: Sla
    explanation: str
    rows: tuple[Row, ...]
    months: tuple[Period, ...]
    """Newest first, in the SLA's zone."""

    @property
    def title(self) -> str:
        """Name the promise with the zone of its months."""
        if self.sla.target is None:
            return f"Without a target, months in {self.sla.zone}"
        name = f"{self.sla.id}: " if self.sla.id else ""
        return f"{name}{show_target(self.sla.target)}, months in {self.sla.zone}"


def uptime_page(world: World) -> Iterator[Page]:
    """Give the table of all components and months."""
    boards = _boards(world)
    yield Page(
        address=urls.UPTIME,
        title="Uptime",
        description=f"Uptime of {world.report.site.title} by month, held against what was promised.",
        changed=world.changed,
        context={"boards": boards, "table_months": TABLE_MONTHS, "older": tuple(_month_names(boards)[TABLE_MONTHS:])},
    )


def uptime_month_pages(world: World) -> Iterator[Page]:
    """Give a page for each month that has a figure."""
    boards = _boards(world)
    names = _month_names(boards)
    for number, name in enumerate(names):
        words = show_named_month(name)
        held = [(board, next((m for m in board.months if m.name == name), None)) for board in boards]
        yield Page(
            address=urls.uptime_month(name),
            title=f"Uptime in {words}",
            description=f"Uptime of {world.report.site.title} in {words}, held against what was promised.",
            changed=world.changed,
            context={
                "boards": tuple((board, month) for board, month in held if month),
                "name": name,
                "earlier": names[number + 1] if number + 1 < len(names) else None,
                "later": names[number - 1] if number else None,
            },
        )


def _month_names(boards: Iterable[Board]) -> list[str]:
    return sorted({month.name for board in boards for month in board.months}, reverse=True)


def _boards(world: World) -> tuple[Board, ...]:
    """Give a table for each SLA: the overall figure, the groups, then the components that it measures."""
    report = world.report
    rows: dict[Sla, list[tuple[Row, tuple[PeriodFigure, ...]]]] = defaultdict(list)

    def add(sla: Sla, name: str, kind: str, address: str | None, months: tuple[PeriodFigure, ...]) -> None:
        figures = {m.period.name: m.figure for m in months}
        rows[sla].append((Row(name=name, kind=kind, address=address, figures=figures), months))

    if report.sla and report.overall:
        add(report.sla, "All components", "overall", None, report.overall)
    for group in report.groups:
        if group.group and group.sla and group.months:
            add(group.sla, group.group.name, "group", None, group.months)
    for component in report.components:
        address = urls.component(component.component.id)
        add(component.sla, component.component.name, "component", address, component.months)
    return tuple(
        Board(
            sla=sla,
            explanation=explain_sla(sla, combined=any(row.kind != "component" for row, _ in found)),
            rows=tuple(row for row, _ in found),
            months=_all_months(found),
        )
        for sla, found in rows.items()
    )


def _all_months(rows: Iterable[tuple[Row, tuple[PeriodFigure, ...]]]) -> tuple[Period, ...]:
    periods = {m.period.name: m.period for _, months in rows for m in months}
    return tuple(periods[name] for name in sorted(periods, reverse=True))


_SOURCES = {
    "worst": "the worse of what was measured and what was declared",
    "declared": "what was declared in incidents",
    "measured": "what was measured",
    "declared-first": "what was declared while an incident was active, and else what was measured",
}
_UNKNOWN = {
    "exclude": "Time without data is left out",
    "up": "Time without data counts as up",
    "down": "Time without data counts as down",
}
_COMBINED = {
    "worst": "that of the worst of them in each second",
    "best": "that of the best of them in each second",
    "mean": "the mean of theirs",
    "pooled": "the downtime of all over the time of all",
}


def explain_sla(sla: Sla, *, combined: bool = False) -> str:
    """Say what a figure promises and how it is made; `combined` adds how the figure of several components is."""
    target = "No target; each" if sla.target is None else f"At least {show_target(sla.target)} of each"
    sentences = [
        f"{target} calendar month in {sla.zone}{_hours(sla)}",
        f"{_method(sla)}, by {_SOURCES[sla.source]}",
        f"{_UNKNOWN[sla.unknown]}{_least_coverage(sla)}",
        _maintenance(sla),
    ]
    if combined:
        sentences.append(f"The figure of several components is {_COMBINED[sla.combine]}")
    if sla.credits:
        tiers = [f"{show_target(tier.credit)} below {show_target(tier.below)}" for tier in sla.credits]
        sentences.append(f"Credit: {_join(tiers)}")
    return " ".join(f"{sentence}." for sentence in sentences)


def _hours(sla: Sla) -> str:
    if sla.hours is None:
        return ""
    names = [list(_WEEKDAYS.values())[day] for day in sla.hours.days]
    clock = [f"{second // 3600:02d}:{second % 3600 // 60:02d}" for second in (sla.hours.start, sla.hours.end)]
    return f", {_join(names)} from {clock[0]} to {clock[1]}"


def _method(sla: Sla) -> str:
    """Say what is counted, and how much each state weighs."""
    if sla.method == "downtime-periods":
        rule = sla.downtime_periods
        return (
            f"Outages of at least {show_duration(rule.at_least)} count in whole units of {show_duration(rule.unit)} "
            f"({STATE_WORDS[rule.threshold.word].lower()} or worse)"
        )
    units = {"time": "second", "checks": "check"}
    unit = units.get(sla.method, f"slice of {show_duration(sla.slices.length)}")
    weights = zip(("operational", "degraded performance", "partial outage", "major outage"), sla.weights, strict=True)
    lost = [f"{name} as {weight / 100:g}% down" for name, weight in weights if name != "operational" or weight]
    return f"Each {unit} counts by its state ({', '.join(lost)})"


def _least_coverage(sla: Sla) -> str:
    if not sla.min_coverage:
        return ""
    return f"; there is no verdict with less than {show_target(sla.min_coverage)} of the time measured"


def _hours_long(seconds: int) -> str:
    """Write a notice as contracts do: in hours, where it is whole hours."""
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else show_duration(seconds)


def _maintenance(sla: Sla) -> str:
    rule = sla.maintenance
    if rule.policy == "count":
        return "Maintenance counts like an outage"
    notice = f" announced at least {_hours_long(rule.notice)} before" if rule.notice else ""
    done = "counts as up" if rule.policy == "up" else "is left out"
    most = f", up to {show_duration(rule.max_excluded)} a month" if rule.max_excluded is not None else ""
    return f"Maintenance{notice} {done}{most}"


# What no one reads but crawlers, and those who are lost.


def missing_page(_: World) -> Iterator[Page]:
    """Give the page for an address that does not exist."""
    title = "Page not found"
    yield Page(address="404.html", title=title, description=f"{title}.", changed=None, context={}, rooted=True)


def render_sitemap(pages: Iterable[Page], report: Report) -> Artifact:
    """List the pages with the times at which their content changed, which are not those of builds."""
    entries = "".join(
        f"<url><loc>{escape(urls.absolute(page.address, report.site.url))}</loc>"
        f"{f'<lastmod>{iso_utc(page.changed)}</lastmod>' if page.changed is not None else ''}</url>\n"
        for page in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Artifact("sitemap.xml", f"{head}{entries}</urlset>\n".encode())
