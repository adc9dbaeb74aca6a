"""A site whose files are written when somebody asks for them: what a preview answers from."""

import re
from collections.abc import Iterator
from itertools import chain

from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.language import Language, speaking
from statusgen.render.notice import Written
from statusgen.render.pages import PAGES, Frame, make_frame, render_page
from statusgen.render.pages.world import Page, World
from statusgen.render.site import render_group, render_site
from statusgen.render.theme import Theme
from statusgen.render.translate import translate_report


class LiveSite:
    """The files of a site by their paths, the same bytes as `render_site` gives. A page costs what it costs alone."""

    def __init__(self, report: Report, theme: Theme, written: Written | None = None) -> None:
        self.report = report
        self._theme = theme
        self._frame, assets = make_frame(report, theme, written)
        self._written: dict[str, bytes] = {a.path: a.content for a in chain(theme.assets.values(), assets)}
        self._editions = {
            language.folder: _Edition(language, report, self._frame) for language in self._frame.languages
        }
        self._groups: set[str] = set()

    def file(self, path: str) -> bytes | None:
        """Give a file; None where there is none. ThemeError where its template fails."""
        if path not in self._written:
            content = self._page(path)
            if content is None:
                self._write_group(_group_of(path))
            else:
                self._written[path] = content
        return self._written.get(path)

    def _page(self, path: str) -> bytes | None:
        for edition in self._editions.values():
            content = edition.file(path)
            if content is not None:
                return content
        return None

    def _write_group(self, name: str) -> None:
        """Write all files of a group, once; that of all is what only a whole build can give."""
        if not name or name in self._groups:
            return
        self._groups.add(name)
        whole = name == _ALL
        found = render_site(self.report, self._theme) if whole else render_group(name, self.report)
        self._written |= {artifact.path: artifact.content for artifact in found}


_ALL = "all"


def _group_of(path: str) -> str:
    """Tell of which group a file is, if it is any; nothing for what can be none."""
    return next((group for pattern, group in _GROUPS if pattern.fullmatch(path)), "")


_GROUPS = tuple(
    (re.compile(pattern), group)
    for pattern, group in (
        (re.escape(urls.BUILD), "notice"),
        (r"badges/.*", "badges"),
        (rf"api/.*|{re.escape(urls.STATUS_JSON)}|{re.escape(urls.STATUS_TEXT)}|{urls.METRICS}", "api"),
        (rf"{urls.UPTIME}.*\.(?:csv|json)", "downloads"),
        (r".*\.(?:rss|atom|json)", "feeds"),
        (r".*\.ics", "calendars"),
        (r"_.*|.*\.(?:txt|xml)", _ALL),
    )
)
"""The files of each group by their paths; the first that fits counts."""


class _Edition:
    """The pages in one language: found one after the other, until the one that was asked for."""

    def __init__(self, language: Language, report: Report, frame: Frame) -> None:
        self.language, self.frame = language, frame
        self._report = report
        self._world: World | None = None
        self._found: dict[str, tuple[str, Page]] = {}
        self._ahead: Iterator[tuple[str, str, Page]] = iter(())

    def file(self, path: str) -> bytes | None:
        """Give a page as a file; None where there is none of this path."""
        if not path.endswith(".html") or not self._may_hold(path):
            return None
        with speaking(self.language):
            if self._world is None:
                folder, report = self.language.folder, self._report
                self._world = World.of(translate_report(report, self.language.code) if folder else report)
                self._ahead = self._pages(self._world)
            while path not in self._found:
                following = next(self._ahead, None)
                if following is None:
                    return None
                self._found[following[0]] = following[1:]
            template, page = self._found[path]
            return render_page(page, template, self._world, self.frame)

    def _may_hold(self, path: str) -> bool:
        """Tell whether a page of this language may lie there; those of the first lie in no folder."""
        folder = self.language.folder
        return not folder or path.startswith((folder, f"{urls.EMBED}{folder}"))

    def _pages(self, world: World) -> Iterator[tuple[str, str, Page]]:
        for template, make_pages in PAGES.items():
            for page in make_pages(world):
                if not (page.rooted and self.language.folder):
                    yield urls.file_of(urls.placed(page.address, self.language.folder)), template, page
