"""What no one reads but crawlers."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.pages.world import Page


def render_sitemap(pages: Iterable[Page], report: Report, folders: Sequence[str] = ("",)) -> Artifact:
    """List the pages with the times at which their content changed, which are not those of builds.

    `folders` are those of the languages; each page is there in each.
    """
    entries = "".join(
        f"<url><loc>{escape(urls.absolute(urls.placed(page.address, folder), report.site.url))}</loc>"
        f"{f'<lastmod>{iso_utc(page.changed)}</lastmod>' if page.changed is not None else ''}</url>\n"
        for folder in folders
        for page in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Artifact("sitemap.xml", f"{head}{entries}</urlset>\n".encode())


def render_robots(report: Report) -> Artifact:
    """Tell crawlers where the list is."""
    return Artifact("robots.txt", f"User-agent: *\nSitemap: {report.site.url}sitemap.xml\n".encode())
