"""From a report to all files of the site."""

from collections.abc import Iterator

from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render.catalogues import find_language
from statusgen.render.downloads import render_downloads
from statusgen.render.feeds import render_feeds
from statusgen.render.language import speaking
from statusgen.render.notice import render_notice
from statusgen.render.pages import render_pages
from statusgen.render.theme import Theme


def render_site(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Render every file of the site, from the report alone.

    What people read alone is in all languages; the feeds are in the first, and what programs read is in English.
    """
    yield from render_pages(report, theme)
    with speaking(find_language(report.site.languages[0])):
        feeds = list(render_feeds(report))
    yield from feeds
    yield from render_downloads(report)
    yield render_notice(report)
