"""The first page: what is the matter now, and whether it has been well lately."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from statusgen.model.calendar import Period, last_days, local_time
from statusgen.model.report import ComponentReport, GroupReport, IncidentReport, Occurrence, Report
from statusgen.render import urls
from statusgen.render.bars import Bars, draw_bars, draw_samples
from statusgen.render.language import gettext, ngettext, spoken
from statusgen.render.lists import list_clauses, list_words
from statusgen.render.pages.days import DayList
from statusgen.render.pages.flips import component_flips, group_flips, overall_flips
from statusgen.render.pages.world import Flip, Page, World
from statusgen.render.words import show_headline, show_state

RECENT_DAYS = 7
RECENT_INCIDENTS = 15
ROWS = 20
"""So many rows of trouble are told below a component's bars on the first page; its own page has all."""
COMING = 3
"""So many coming maintenance windows are seen at once; the rest is folded."""
NAMED = 5
"""Up to so many components in one state are named in the first sentence; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A component as the first page has it: with its bars, and the states that the plan alone will bring."""

    component: ComponentReport
    bars: Bars
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A group as the first page has it, or the components between groups."""

    group: GroupReport | None
    flips: tuple[Flip, ...]
    rows: tuple[Line, ...]

    @property
    def open(self) -> bool:
        """Tell whether a group is unfolded: as it is set, and in any case where something is the matter."""
        return self.group is not None and (
            (self.group.group is not None and not self.group.group.collapsed)
            or self.group.shown not in ("operational", "unknown")
        )


def index_page(world: World) -> Iterator[Page]:
    """Give the first page: what is the matter now, and whether it has been well lately."""
    report = world.report
    headline = show_headline(report.shown)
    blocks = tuple(_blocks(report))
    yield Page(
        address=urls.HOME,
        title=headline,
        description=_sentence(report),
        changed=world.changed,
        context={
            "headline": headline,
            "flips": overall_flips(report),
            "conditions": tuple(_told_conditions(report)),
            "active": tuple(r for r in report.incidents if r.active),
            "blocks": blocks,
            "samples": draw_samples(row.bars for block in blocks for row in block.rows),
            "running": tuple(o for o in report.occurrences if o.running_at(report.now)),
            "coming": _next_each(world),
            "listed": COMING,
            "days": tuple(_recent_days(report)),
            "rows": ROWS,
            "recent_days": RECENT_DAYS,
        },
        data={
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": report.site.title,
            "url": urls.absolute(urls.placed(urls.HOME, spoken().folder), report.site.url),
        },
    )


def _conditions(report: Report) -> Iterator[tuple[str, tuple[ComponentReport, ...]]]:
    """Give the states other than operational with their components, worst first."""
    live = [r for r in report.components if not r.retired and r.shown != "operational"]
    for word in ("major_outage", "partial_outage", "degraded_performance", "under_maintenance", "unknown"):
        members = tuple(r for r in live if r.shown == word)
        if members:
            yield word, members


def _told_conditions(report: Report) -> Iterator[tuple[str, tuple[ComponentReport, ...], tuple[Flip, ...]]]:
    """Give the same for the page, which may stay open: components that the plan will change together stand together."""
    for word, members in _conditions(report):
        alike: dict[tuple[Flip, ...], list[ComponentReport]] = defaultdict(list)
        for member in members:
            alike[component_flips(member, report)].append(member)
        for flips, some in alike.items():
            yield word, tuple(some), flips


def _sentence(report: Report) -> str:
    """Say how things stand, for search engines and previews."""
    parts = [
        gettext("%(name)s: %(what)s") % {"name": show_state(word), "what": _name_members(members)}
        for word, members in _conditions(report)
    ]
    return gettext("%(sentence)s.") % {"sentence": list_clauses(parts) or show_headline(report.shown)}


def _name_members(members: tuple[ComponentReport, ...]) -> str:
    names = list_words(r.component.name for r in members[:NAMED])
    if len(members) <= NAMED:
        return names
    more = len(members) - NAMED
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more) % {"names": names, "num": more}


def _blocks(report: Report) -> Iterator[Block]:
    """Give the groups; components without one that follow each other stand together."""
    for alone, groups in groupby(report.groups, key=lambda g: g.group is None):
        if alone:
            yield Block(group=None, flips=(), rows=_rows((c for group in groups for c in group.components), report))
        else:
            for group in groups:
                if group.components:  # else all of it is retired
                    yield Block(group=group, flips=group_flips(group, report), rows=_rows(group.components, report))


def _rows(components: Iterable[ComponentReport], report: Report) -> tuple[Line, ...]:
    return tuple(
        Line(component=c, bars=draw_bars(c.days, c.component.name), flips=component_flips(c, report))
        for c in components
    )


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
