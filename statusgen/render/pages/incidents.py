"""One incident: its facts, and its updates, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from statusgen.model.calendar import iso_utc
from statusgen.model.history import Phase
from statusgen.model.report import IncidentReport
from statusgen.model.status import Status
from statusgen.model.window import Window
from statusgen.render import urls
from statusgen.render.bars import draw_block
from statusgen.render.language import gettext, spoken
from statusgen.render.lists import list_words
from statusgen.render.pages.days import by_day
from statusgen.render.pages.world import Page, World, first_words
from statusgen.render.words import show_phase, show_state

COURSE = 1000
"""Units of the drawing of an incident's course from its beginning to its end, or to now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A component in an incident: its worst state, when it was in which, and a drawing of that."""

    component: str
    worst: Status
    windows: tuple[tuple[Window, Status], ...]
    shapes: tuple[tuple[str, str], ...]
    label: str


def incident_pages(world: World) -> Iterator[Page]:
    """Give a page for each incident."""
    incidents = world.report.incidents
    for number, report in enumerate(incidents):
        told = [u for u in report.incident.updates if u.phase is not Phase.POSTMORTEM]
        yield Page(
            address=urls.incident(report.incident.id),
            title=gettext("%(phase)s: %(title)s") % {"phase": show_phase(report.phase), "title": report.incident.title},
            description=first_words(report.latest.text, report.incident.title),
            changed=report.latest.at,
            context={
                "incident": report,
                "days": by_day(told, world.report.site.zone),
                "postmortems": tuple(u for u in report.incident.updates if u.phase is Phase.POSTMORTEM),
                "affected": tuple(_affected(report, world.report.now)),
                "earlier": incidents[number + 1] if number + 1 < len(incidents) else None,
                "later": incidents[number - 1] if number else None,
            },
            data=_describe(report, world),
        )


def _describe(report: IncidentReport, world: World) -> dict[str, Any]:
    """Say what the page is, for search engines."""
    site = world.report.site
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": report.incident.title,
        "datePublished": iso_utc(report.incident.updates[0].at),
        "dateModified": iso_utc(report.latest.at),
        "mainEntityOfPage": urls.absolute(urls.placed(urls.incident(report.incident.id), spoken().folder), site.url),
        "author": {"@type": "Organization", "name": site.title, "url": site.url},
    }


def _affected(report: IncidentReport, now: int) -> Iterator[Affected]:
    """Give each component of an incident with its worst state, and when it was in which."""
    for component, worst in report.components:
        windows = tuple(sorted((w, s) for name, w, s in report.states if name == component and w))
        whole = Window(
            report.incident.started, max(now if report.ended is None else report.ended, report.incident.started)
        )
        yield Affected(
            component=component,
            worst=worst,
            windows=windows,
            shapes=tuple(_draw_course(windows, whole)),
            label=list_words(show_state(status.word) for _, status in windows),
        )


def _draw_course(windows: Sequence[tuple[Window, Status]], whole: Window) -> Iterator[tuple[str, str]]:
    """Draw the states of a component one after the other, in the shapes of the bars; nothing where no time passed."""
    if not whole:
        return
    paths: dict[str, str] = {}
    for window, status in windows:
        part = window & whole
        left = (part.start - whole.start) * COURSE // whole.seconds
        right = (part.end - whole.start) * COURSE // whole.seconds
        if part:
            paths[status.word] = paths.get(status.word, "") + draw_block(status.word, left, max(1, right - left))
    yield from paths.items()
