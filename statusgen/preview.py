"""The site as it would be, from memory: built again at each save, and written as far as somebody looks."""

import gc
import mimetypes
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from statusgen.compute.earlier import Earlier
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.errors import ContentError, StatusgenError, ThemeError
from statusgen.model.code import Code
from statusgen.model.problem import Problem
from statusgen.project import cache_of
from statusgen.read.content import SETTINGS, Memory, read_content
from statusgen.render.headers import headers_of
from statusgen.render.live import LiveSite
from statusgen.render.notice import Written
from statusgen.render.theme import Theme, load_theme
from statusgen.render.themefiles import is_shipped
from statusgen.render.urls import file_of
from statusgen.serve.server import Answer, Stage, State
from statusgen.serve.watch import take_stock

MISSING = "404.html"
_GOOD_PAGES = 16
"""How many pages that were asked for last are kept as they were when they were right."""


class Preview:
    """A content folder as a site in memory. `now` is asked for the instant of each build, in Unix seconds.

    Where something is wrong the last site that was right stays, and `problems` say what it is.
    """

    def __init__(self, content: Path, theme: str | None, now: Callable[[], int]) -> None:
        self.content, self._theme_name, self._now = content, theme, now
        self.stage = Stage(self.answer)
        self.problems: tuple[Problem, ...] = ()
        self.seconds = 0.0
        self._memory = Memory()
        self._earlier = Earlier()
        self._written = Written()
        self._theme: tuple[object, Theme] | None = None
        self._site: LiveSite | None = None
        self._build = 0
        self._good: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.RLock()

    def folders(self) -> list[Path]:
        """Give the folders whose files make the site."""
        own = [folder for folder in self._theme[1].folders if not is_shipped(folder)] if self._theme else []
        beside = self.content.resolve().parent / "themes"
        return list(dict.fromkeys([self.content, *([beside] if beside.is_dir() else []), *own]))

    def rebuild(self, *, quietly: bool = False) -> None:
        """Build again, and tell open pages; `quietly` where only time has passed."""
        begun = time.perf_counter()
        with self._lock:
            try:
                site = self._make_site()
                for path in list(self._good)[-1:]:  # what somebody looks at now is written before pages are told
                    site.file(path)
            except StatusgenError as error:
                self.problems = self._problems_of(error)
            else:
                self.problems = ()
                self._site = site
                self._build += 0 if quietly and self._build else 1
            self.seconds = time.perf_counter() - begun
            self._tell()
        gc.freeze()  # what a site is made of lives until the next: to look through it again takes a tenth of a second

    def tidy(self) -> None:
        """Give back the memory of former builds; it takes a tenth of a second, so do it when nobody waits."""
        with self._lock:
            gc.unfreeze()
            gc.collect()
            gc.freeze()

    def _tell(self) -> None:
        told = [(p.place, p.text, p.code.value) for p in self.problems]
        self.stage.tell(State(self._build, told))

    def _problems_of(self, error: StatusgenError) -> tuple[Problem, ...]:
        match error:
            case ContentError():
                return tuple(error.problems)
            case ThemeError():
                file = (self.content / SETTINGS).as_posix()
                return tuple(Problem(file, 0, line, Code.THEME) for line in error.lines)
        return (Problem(self.content.as_posix(), 0, error.format_message(), Code.UNREADABLE),)

    def _make_site(self) -> LiveSite:
        now = self._now()
        history = read_content(self.content, now, cache=cache_of(self.content), memory=self._memory)
        report = compute_report(public_history(history, now), now, self._earlier)
        theme = self._load_theme(history.site.theme.name, trusted=history.site.theme.trusted)
        return LiveSite(report, theme, self._written)

    def _load_theme(self, named: str, *, trusted: bool) -> Theme:
        """Load the theme, unless none of its files has changed: to read templates takes a tenth of a second."""
        name = self._theme_name or named
        before = self._theme
        if before and before[0] == (name, trusted, take_stock(before[1].folders)):
            return before[1]
        theme = load_theme(name, self.content, trusted=trusted)
        self._theme = (name, trusted, take_stock(theme.folders)), theme
        return theme

    def answer(self, path: str) -> Answer | None:
        """Give what lies at a path, as a host would send it; None before anything could be built."""
        with self._lock:
            site = self._site
            if site is None:
                return None
            under = urlsplit(site.report.site.url).path.removeprefix("/")
            for wanted in dict.fromkeys((path, path.removeprefix(under))):
                file = file_of(wanted)
                content = self._file(site, file)
                if content is not None:
                    return Answer(200, {**headers_of(file), "Content-Type": _type_of(file)}, content)
            content = self._file(site, MISSING) or b""
            return Answer(404, {**headers_of(MISSING), "Content-Type": _type_of(MISSING)}, content)

    def _file(self, site: LiveSite, file: str) -> bytes | None:
        """Give a file; a page that a template fails on as it was when it was right, and the problem is told."""
        try:
            content = site.file(file)
        except ThemeError as error:
            self.problems = self._problems_of(error)
            self._tell()
            return self._good.get(file) or escape(error.format_message()).encode()
        if content is not None and file.endswith(".html"):
            self._good[file] = content
            self._good.move_to_end(file)
            while len(self._good) > _GOOD_PAGES:
                self._good.popitem(last=False)
        return content


def _type_of(file: str) -> str:
    declared = headers_of(file).get("Content-Type")
    kind = declared or mimetypes.guess_type(file)[0] or "text/plain"
    return kind if "charset" in kind or not kind.startswith("text/") else f"{kind}; charset=utf-8"


def describe(problems: Sequence[Problem]) -> str:
    """Say in lines what is wrong."""
    return "\n".join(map(str, problems))
