"""A card for the frame of another site: how things stand, in two kilobytes and without a script."""

from collections.abc import Iterator
from dataclasses import replace

from statusgen.model.report import IncidentReport
from statusgen.render import urls
from statusgen.render.dates import show_time
from statusgen.render.language import gettext
from statusgen.render.pages.world import Page, World
from statusgen.render.text import shorten
from statusgen.render.words import show_headline

NAMED = 3
"""So many active incidents are named, each in so many characters: a card is small."""
LENGTH = 60


def embed_page(world: World) -> Iterator[Page]:
    """Give the card."""
    report = world.report
    headline = show_headline(report.shown)
    yield Page(
        address=urls.EMBED,
        title=headline,
        description=gettext("%(title)s: %(headline)s.") % {"title": report.site.title, "headline": headline},
        changed=None,
        context={
            "headline": headline,
            "active": tuple(map(_named, [r for r in report.incidents if r.active][:NAMED])),
            "as_of": show_time(report.now, report.site.zone),
        },
        listed=False,
    )


def _named(report: IncidentReport) -> IncidentReport:
    return replace(report, incident=replace(report.incident, title=shorten(report.incident.title, LENGTH)))
