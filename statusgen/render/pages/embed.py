"""A card for the frame of another site: how things stand, in two kilobytes and without a script."""

from collections.abc import Iterator

from statusgen.render import urls
from statusgen.render.dates import show_time
from statusgen.render.language import gettext
from statusgen.render.pages.world import Page, World
from statusgen.render.words import show_headline

NAMED = 3
"""So many active incidents are named."""


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
            "active": tuple(r for r in report.incidents if r.active)[:NAMED],
            "as_of": show_time(report.now, report.site.zone),
        },
        listed=False,
    )
