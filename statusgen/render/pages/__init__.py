"""From the report to the pages that people read: a function for each kind, and a row for each in the table here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from statusgen import __version__
from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.catalogues import find_languages
from statusgen.render.language import Language, speaking, spoken
from statusgen.render.pages.components import component_pages
from statusgen.render.pages.crawlers import render_robots, render_sitemap
from statusgen.render.pages.explanations import explanation_pages
from statusgen.render.pages.history import history_month_pages, history_page
from statusgen.render.pages.incidents import incident_pages
from statusgen.render.pages.maintenance import maintenance_pages
from statusgen.render.pages.missing import missing_page
from statusgen.render.pages.overview import index_page
from statusgen.render.pages.uptime import uptime_month_pages, uptime_page
from statusgen.render.pages.world import Page, World
from statusgen.render.theme import Theme
from statusgen.render.translate import translate_report

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
    "404.html": missing_page,
}
"""Every page: its template, and the function that gives an address and a context for each page made of it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A page in one of the site's languages: the link to it, and its full address."""

    language: Language
    link: str
    url: str


def render_pages(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Write the pages in each language, the static files of the theme, and what tells crawlers of them."""
    languages = find_languages(report.site.languages)
    listed: list[Page] = []
    for language in languages:
        pages, artifacts = _speak(language, languages, report, theme)
        listed = listed or pages  # the others have the same addresses, each below its folder
        yield from artifacts
    yield from theme.assets.values()
    yield render_sitemap(listed, report, [language.folder for language in languages])
    yield render_robots(report)


def _speak(
    language: Language, languages: tuple[Language, ...], report: Report, theme: Theme
) -> tuple[list[Page], list[Artifact]]:
    """Write the pages in a language; give also those that crawlers are told of.

    All are written before one is given away: what happens between is not in this language.
    """
    listed, artifacts = [], []
    with speaking(language):
        world = World.of(translate_report(report, language.code) if language.folder else report)
        for template, make_pages in PAGES.items():
            for page in make_pages(world):
                if page.rooted and language.folder:
                    continue  # a server sends one page for what does not exist
                file = urls.file_of(urls.placed(page.address, language.folder))
                artifacts.append(Artifact(file, render_page(page, template, world, theme, languages)))
                if not page.rooted:
                    listed.append(page)
    return listed, artifacts


def render_page(page: Page, template: str, world: World, theme: Theme, languages: tuple[Language, ...]) -> bytes:
    """Fill a page's template, in the language that is spoken; `languages` are all that there are."""
    site, language = world.report.site, spoken()
    here = urls.placed(page.address, language.folder)

    def link(target: str) -> str:
        place = urls.placed(target, language.folder)
        return urls.rooted(place, site.url) if page.rooted else urls.relative(place, here)

    shell = {
        "site": site,
        "report": world.report,
        "names": world.names,
        "incidents": world.incidents,
        "page": page,
        "link": link,
        "asset": lambda name: link(theme.asset(name)),
        "canonical": urls.absolute(here, site.url),
        "generator": f"statusgen {__version__}",
        "language": language,
        "editions": () if page.rooted or len(languages) == 1 else tuple(_editions(page, here, languages, site.url)),
    }
    return theme.render(template, {**shell, **page.context}).encode()


def _editions(page: Page, here: str, languages: Iterable[Language], site_url: str) -> Iterator[Edition]:
    """Give a page in each language, the site's first one first."""
    for language in languages:
        place = urls.placed(page.address, language.folder)
        yield Edition(language, urls.relative(place, here), urls.absolute(place, site_url))
