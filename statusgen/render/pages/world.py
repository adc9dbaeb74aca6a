"""What every maker of pages receives, and what it gives."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from operator import attrgetter
from typing import Any, NamedTuple, Self

from statusgen.model.calendar import local_time
from statusgen.model.history import CustomPage
from statusgen.model.report import IncidentReport, Occurrence, Report
from statusgen.model.window import Window
from statusgen.render import urls
from statusgen.render.feeds.channel import Channel, channels_of
from statusgen.render.text import plain_text, shorten


class Flip(NamedTuple):
    """A state or phase that something will be in from an instant on, by the plan alone; `word` is that of the file."""

    at: int
    word: str


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
    data: Mapping[str, Any] | None = None
    """What it is, in the words of schema.org."""
    rooted: bool = False
    """Its links begin at the server's root: it may be shown at any address."""
    feeds: tuple[str, ...] = (urls.ALL_UPDATES,)
    """The feeds that belong to it, by their addresses without the ending, the nearest first."""
    listed: bool = True
    """It is for people who look for pages: the sitemap names it."""


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
    channels: Mapping[str, Channel]
    """The feeds, by their addresses without the ending."""
    active: tuple[Window, ...]
    """When at least one incident was active, in order."""
    nav_pages: tuple[CustomPage, ...]
    """Those of content/pages that stand in the navigation, in its order."""
    changed: int | None
    """The time of the newest update."""

    @classmethod
    def of(cls, report: Report) -> Self:
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
            channels={channel.name: channel for channel in channels_of(report)},
            active=tuple(_unite(stretch for r in report.incidents for stretch in r.stretches)),
            nav_pages=tuple(page for _, _, page in sorted((p.nav, p.id, p) for p in report.pages if p.nav is not None)),
            changed=max(said, default=None),
        )

    def seconds_active(self, window: Window) -> int:
        """Give the seconds of a window in which at least one incident was active."""
        first = bisect_left(self.active, window.start, key=attrgetter("end"))
        touching = takewhile(lambda stretch: stretch.start < window.end, self.active[first:])
        return sum((stretch & window).seconds for stretch in touching)


def _unite(windows: Iterable[Window]) -> Iterator[Window]:
    """Give the time that windows cover together, in order and without overlap."""
    reach: Window | None = None
    for window in sorted(windows):
        if reach is None or window.start > reach.end:
            if reach:
                yield reach
            reach = window
        else:
            reach = Window(reach.start, max(reach.end, window.end))
    if reach:
        yield reach


def _gather(values: Iterable[Any], key: Callable[[Any], str]) -> dict[str, tuple[Any, ...]]:
    """Sort values into boxes, each in the order of the values."""
    boxes: dict[str, list[Any]] = defaultdict(list)
    for value in values:
        boxes[key(value)].append(value)
    return {name: tuple(box) for name, box in boxes.items()}


def first_words(text: str, instead: str) -> str:
    """Begin a page's description with what was said, or with what it is about."""
    return shorten(plain_text(text), 200) or instead
