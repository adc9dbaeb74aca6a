"""From the report to the pages that people read: a function for each kind, and a row for each in the table here."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from statusgen import __version__
from statusgen.errors import ThemeError
from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.language import spoken
from statusgen.render.look import Look, make_look
from statusgen.render.pages.components import component_pages
from statusgen.render.pages.crawlers import render_robots, render_sitemap
from statusgen.render.pages.custom import custom_pages
from statusgen.render.pages.embed import embed_page
from statusgen.render.pages.explanations import explanation_pages
from statusgen.render.pages.history import history_month_pages, history_page
from statusgen.render.pages.incidents import incident_pages
from statusgen.render.pages.maintenance import maintenance_pages
from statusgen.render.pages.missing import missing_page
from statusgen.render.pages.overview import index_page
from statusgen.render.pages.subscribe import subscribe_page
from statusgen.render.pages.uptime import uptime_month_pages, uptime_page
from statusgen.render.pages.world import Page, World
from statusgen.render.theme import Theme

PAGES: Mapping[str, Callable[[World], Iterable[Page]]] = {
    "index.html": index_page,
    "history.html": history_page,
    "history_month.html": history_month_pages,
    "incident.html": incident_pages,
    "maintenance.html": maintenance_pages,
    "component.html": component_pages,
    "uptime.html": uptime_page,
    "uptime_month.html": uptime_month_pages,
    "uptime_explained.html": explanation_pages,
    "subscribe.html": subscribe_page,
    "embed.html": embed_page,
    "page.html": custom_pages,
    "404.html": missing_page,
}
"""Every page: its template, and the function that gives an address and a context for each page made of it."""


def render_pages(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Write the pages, the static files of the theme, and what tells crawlers of them.

    ThemeError with the mistakes of all templates; of one that is wrong, its first page tells.
    """
    world = World.of(report)
    look, assets = make_look(report.site)
    listed = []
    mistakes = theme.find_mistakes()
    for template, make_pages in PAGES.items():
        try:
            for page in make_pages(world):
                yield Artifact(urls.file_of(page.address), render_page(page, template, world, theme, look))
                if page.listed:
                    listed.append(page)
        except ThemeError as error:
            mistakes.append(error.message)
    if mistakes:
        raise ThemeError.of(mistakes)
    yield from theme.assets.values()
    yield from assets
    yield render_sitemap(listed, report)
    yield render_robots(report)


def render_page(page: Page, template: str, world: World, theme: Theme, look: Look) -> bytes:
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
        "nav_pages": world.nav_pages,
        "look": look,
        "link": link,
        "asset": lambda name: link(theme.asset(name)),
        "canonical": urls.absolute(page.address, site.url),
        "generator": f"statusgen {__version__}",
        "language": spoken(),
        "feeds": tuple(world.channels[name] for name in page.feeds),
    }
    return theme.render(template, {**shell, **page.context}).encode()
