"""From the report to the pages that people read: a function for each kind, and a row for each in the table here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from statusgen import __version__
from statusgen.errors import ThemeError
from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.catalogues import find_languages
from statusgen.render.language import Language, speaking, spoken
from statusgen.render.look import Look, make_look
from statusgen.render.notice import Written, digest_facts
from statusgen.render.pages.components import component_pages
from statusgen.render.pages.crawlers import render_robots, render_sitemap
from statusgen.render.pages.custom import custom_pages
from statusgen.render.pages.embed import embed_page
from statusgen.render.pages.explanations import explanation_pages
from statusgen.render.pages.history import history_month_pages, history_page
from statusgen.render.pages.incidents import incident_pages
from statusgen.render.pages.joint import joint_pages
from statusgen.render.pages.maintenance import maintenance_pages
from statusgen.render.pages.missing import missing_page
from statusgen.render.pages.overview import index_page
from statusgen.render.pages.subscribe import subscribe_page
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
    "uptime_explained.html": lambda world: chain(explanation_pages(world), joint_pages(world)),
    "subscribe.html": subscribe_page,
    "embed.html": embed_page,
    "page.html": custom_pages,
    "404.html": missing_page,
}
"""Every page: its template, and the function that gives an address and a context for each page made of it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A page in one of the site's languages: the link to it, and its full address."""

    language: Language
    link: str
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages have in common, in all languages."""

    theme: Theme
    look: Look
    languages: tuple[Language, ...]
    content: str
    """The digest of what all pages say, as in build.json."""


def make_frame(report: Report, theme: Theme, written: Written | None = None) -> tuple[Frame, tuple[Artifact, ...]]:
    """Make what all pages have in common, and the files of the site's own look that they name."""
    look, assets = make_look(report.site)
    return Frame(theme, look, find_languages(report.site.languages), digest_facts(report, written)), tuple(assets)


def render_pages(report: Report, theme: Theme) -> Iterator[Artifact]:
    """Write the pages in each language, the static files of the theme, and what tells crawlers of them.

    ThemeError with the mistakes of all templates; of one that is wrong, its first page tells.
    """
    frame, assets = make_frame(report, theme)
    languages = frame.languages
    listed: list[Page] = []
    mistakes = theme.find_mistakes()
    for language in languages:
        pages, artifacts, wrong = _speak(language, report, frame)
        yield from artifacts
        listed = listed or pages  # the others have the same addresses, each below its folder
        mistakes += wrong
        if mistakes:
            raise ThemeError.of(mistakes)  # which would be the same in the other languages
    yield from theme.assets.values()
    yield from assets
    yield render_sitemap(listed, report, [language.folder for language in languages])
    yield render_robots(report)


def first_pages(report: Report, theme: Theme) -> Iterator[tuple[str, Page, bytes]]:
    """Write the pages in the first language alone, as if there were no other; each with its template.

    ThemeError with the first mistake of each template.
    """
    alone = replace(report, site=replace(report.site, languages=report.site.languages[:1]))
    (language,) = find_languages(alone.site.languages)
    frame = Frame(theme, make_look(alone.site)[0], (language,), digest_facts(alone))
    mistakes = theme.find_mistakes()
    with speaking(language):
        world = World.of(alone)
        for template, make_pages in PAGES.items():
            try:
                for page in make_pages(world):
                    yield template, page, render_page(page, template, world, frame)
            except ThemeError as error:
                mistakes.append(error.message)
    if mistakes:
        raise ThemeError.of(mistakes)


def _speak(language: Language, report: Report, frame: Frame) -> tuple[list[Page], list[Artifact], list[str]]:
    """Write the pages in a language; give also those that crawlers are told of, and the mistakes of templates.

    All are written before one is given away: what happens between is not in this language.
    """
    listed: list[Page] = []
    artifacts: list[Artifact] = []
    mistakes: list[str] = []
    with speaking(language):
        world = World.of(translate_report(report, language.code) if language.folder else report)
        for template, make_pages in PAGES.items():
            try:
                for page in make_pages(world):
                    if page.rooted and language.folder:
                        continue  # a server sends one page for what does not exist
                    file = urls.file_of(urls.placed(page.address, language.folder))
                    artifacts.append(Artifact(file, render_page(page, template, world, frame)))
                    if page.listed:
                        listed.append(page)
            except ThemeError as error:
                mistakes.append(error.message)
    return listed, artifacts, mistakes


def render_page(page: Page, template: str, world: World, frame: Frame) -> bytes:
    """Fill a page's template, in the language that is spoken."""
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
        "nav_pages": world.nav_pages,
        "look": frame.look,
        "link": link,
        "asset": lambda name: link(frame.theme.asset(name)),
        "content": frame.content,
        "canonical": urls.absolute(here, site.url),
        "generator": f"statusgen {__version__}",
        "language": language,
        "editions": tuple(_editions(page, here, frame.languages, site.url)),
        "feeds": tuple(world.channels[name] for name in page.feeds),
    }
    return frame.theme.render(template, {**shell, **page.context}).encode()


def _editions(page: Page, here: str, languages: Sequence[Language], site_url: str) -> Iterator[Edition]:
    """Give a page in each language, the site's first one first; nothing for a page that there is in one alone."""
    if len(languages) > 1 and not page.rooted:
        for language in languages:
            place = urls.placed(page.address, language.folder)
            yield Edition(language, urls.relative(place, here), urls.absolute(place, site_url))
