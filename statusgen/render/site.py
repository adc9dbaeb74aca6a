"""From a report to all files of the site."""

from collections.abc import Iterator

from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render.api import render_api
from statusgen.render.badges import render_badges
from statusgen.render.calendars import render_calendars
from statusgen.render.catalogues import find_language
from statusgen.render.downloads import render_downloads
from statusgen.render.feeds import render_feeds
from statusgen.render.hosting import render_hosting
from statusgen.render.language import speaking
from statusgen.render.notice import render_notice
from statusgen.render.pages import render_pages
from statusgen.render.theme import Theme


def render_site(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Render every file of the site, from the report alone."""
    written = list(_render_content(report, theme))
    yield from written
    yield from render_hosting(report.site, (artifact.path for artifact in written))


def _render_content(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Render what visitors and their programs ask for.

    Pages are in all languages. Feeds, calendars and badges, of which there is one for all, are in the first; what only
    programs read is in English.
    """
    yield from render_pages(report, theme)
    with speaking(find_language(report.site.languages[0])):
        shared = [*render_feeds(report), *render_calendars(report), *render_badges(report)]
    yield from shared
    yield from render_downloads(report)
    yield from render_api(report)
    yield render_notice(report)
