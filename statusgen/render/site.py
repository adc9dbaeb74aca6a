"""From a report to all files of the site."""

from collections.abc import Callable, Iterable, Iterator, Mapping

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

SHARED: Mapping[str, Callable[[Report], Iterable[Artifact]]] = {
    "feeds": render_feeds,
    "calendars": render_calendars,
    "badges": render_badges,
}
"""What there is once for all languages, in the first."""

DATA: Mapping[str, Callable[[Report], Iterable[Artifact]]] = {
    "downloads": render_downloads,
    "api": render_api,
    "notice": lambda report: [render_notice(report)],
}
"""What only programs read, in English."""


def render_site(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Render every file of the site, from the report alone."""
    written = list(render_pages(report, theme))
    for group in (*SHARED, *DATA):
        written += render_group(group, report)
    yield from written
    yield from render_hosting(report.site, (artifact.path for artifact in written))


def render_group(name: str, report: Report) -> list[Artifact]:
    """Render the files of a group that is neither pages nor for a host."""
    if name in SHARED:
        with speaking(find_language(report.site.languages[0])):
            return list(SHARED[name](report))
    return list(DATA[name](report))
