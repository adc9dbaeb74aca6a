"""What readers get of a site: the words of its pages, the items of its feeds, its states and its figures.

Of several languages the first is looked at: the others have the same pages.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from html.parser import HTMLParser
from zlib import compress, decompress

from statusgen.model.difference import (
    RECENT,
    Comer,
    FigureSeen,
    IncidentSeen,
    ItemSeen,
    PageSeen,
    Seen,
    StateSeen,
)
from statusgen.model.figure import Figure
from statusgen.model.history import History, Incident, Maintenance
from statusgen.model.report import PeriodFigure, Report
from statusgen.render.catalogues import find_language
from statusgen.render.feeds.channel import channels_of
from statusgen.render.feeds.items import Item, digest_items, item_id, newest, update_items
from statusgen.render.figures import show_uptime
from statusgen.render.language import speaking
from statusgen.render.notice import digest_facts
from statusgen.render.pages import first_pages
from statusgen.render.theme import Theme


def look_at(history: History, report: Report, theme: Theme) -> Seen:
    """Give what readers get of a report; `history` is the public one that it was drawn from. ThemeError as pages do.

    The words of its pages are not read yet: `read_apart` does.
    """
    with speaking(find_language(report.site.languages[0])):
        items = {item.id: item for item in _items(report)}
    return Seen(
        state=report.shown,
        languages=report.site.languages,
        pages={page.address: page for page in _pages(report, theme)},
        feeds=frozenset(channel.name for channel in channels_of(report)),
        items=items,
        states=tuple(
            StateSeen(id=c.component.id, name=c.component.name, word=c.shown)
            for c in report.components
            if not c.retired
        ),
        incidents=tuple(
            IncidentSeen(id=r.incident.id, title=r.incident.title, since=r.incident.started, phase=r.phase.value)
            for r in report.incidents
            if r.active
        ),
        figures=tuple(_figures(report)),
        comers=tuple(_comers(history, report)),
    )


# --- Pages


def _pages(report: Report, theme: Theme) -> Iterator[PageSeen]:
    carried = digest_facts(report).encode()  # each page has it, and it is another as soon as anything changes
    for kind, page, content in first_pages(report, theme):
        _, _, body = content.rpartition(b"</head>")  # the head speaks to programs, as its icon does of the state
        text = body.replace(carried, b"")
        key = blake2b(text, digest_size=16).digest()
        yield PageSeen(address=page.address, kind=kind, title=page.title, key=key, text=compress(text, 1))


def read_apart(before: Seen, after: Seen) -> tuple[Seen, Seen]:
    """Read the words of the pages whose bodies are not the same to the byte: most are, and reading is slow."""
    differing = {address for address, page in after.pages.items() if _key(before, address) not in (None, page.key)}
    return _read(before, differing), _read(after, differing)


def _key(side: Seen, address: str) -> bytes | None:
    page = side.pages.get(address)
    return page.key if page else None


def _read(side: Seen, addresses: Collection[str]) -> Seen:
    def read(page: PageSeen) -> PageSeen:
        says, frame = _read_words(decompress(page.text).decode())
        return replace(page, says=says, frame=frame)

    pages = {address: read(page) if address in addresses else page for address, page in side.pages.items()}
    return replace(side, pages=pages)


def _read_words(text: str) -> tuple[str, str]:
    words = _Words()
    words.feed(text)
    words.close()
    return _digest(words.own), _digest(words.around)


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_SAID = {"alt", "aria-label", "datetime", "title", "value", "colspan"}
"""Attributes that say something to a reader; what links lead to is added."""


class _Words(HTMLParser):
    """Takes the words of a page, its links and its pictures; of the rest of the markup readers know nothing.

    `own` is what stands in <main>, or all where a theme has none; `around` is the rest. Scripts, styles and what the
    head says to programs are left out: there stand what every page carries.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.own: list[str] = []
        self.around: list[str] = []
        self._main = self._skipped = 0
        self._has_main = False

    def _add(self, text: str) -> None:
        (self.own if self._main else self.around).append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says."""
        if tag == "main":
            self._main += 1
            self._has_main = True
        self._skipped += tag in ("script", "style", "head")
        if self._skipped:
            return
        for name, value in attrs:
            if name in _SAID or (tag == "a" and name == "href"):
                self._add(f"{tag} {name} {value}")
            elif name == "src":
                self._add(f"{tag} picture")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says that has no end."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag == "main":
            self._main = max(0, self._main - 1)
        self._skipped -= tag in ("script", "style", "head") and self._skipped > 0

    def handle_data(self, data: str) -> None:
        """Take words, without how they are set in lines."""
        if not self._skipped and (text := " ".join(data.split())):
            self._add(text)

    def close(self) -> None:
        """End the page; where there is no <main> everything is its own."""
        super().close()
        if not self._has_main:
            self.own, self.around = self.around, []


# --- Feeds


def _items(report: Report) -> Iterator[ItemSeen]:
    """Give the item of each update, newest first.

    Where it is the first word on an incident, the feed of whole incidents has something new as well.
    """
    updates, digests = update_items(report), digest_items(report)
    meant: dict[str, set[str]] = {item.id: set() for item in updates}
    had: dict[str, set[str]] = {item.id: set() for item in updates}
    firsts = {_subject(item.id): item.id for item in updates}  # they come newest first
    for channel in channels_of(report):
        held = [item for item in (digests if channel.digest else updates) if channel.holds(item)]
        for found, into in ((held, meant), (newest(held, report.now), had)):
            for item in found:
                into[firsts[item.id] if channel.digest else item.id].add(channel.name)
    for item in updates:
        yield ItemSeen(
            id=item.id,
            title=item.title,
            at=item.at,
            feeds=frozenset(had[item.id]),
            meant=frozenset(meant[item.id]),
            says=_digest(_words(item)),
        )


def _subject(id_: str) -> str:
    return id_.rpartition("/")[0]


def _words(item: Item) -> Iterator[str]:
    """Give what an item says; when it was last edited is no word."""
    yield from (item.url, item.title, item.summary, item.body)
    yield from item.categories


def _comers(history: History, report: Report) -> Iterator[Comer]:
    items: tuple[Incident | Maintenance, ...] = (*history.incidents, *history.maintenances)
    for item in items:
        for update in item.updates:
            if update.at >= report.now:
                title = f"[{update.phase.label}] {item.title}"
                yield Comer(id=item_id(report.site, item.id, update.key), title=title, at=update.at)


# --- Figures


def _figures(report: Report) -> Iterator[FigureSeen]:
    for component in report.components:
        own = component.component
        yield from _all("component", own.id, own.name, component.recent, component.months)
    for group in report.groups:
        if group.group:
            yield from _all("group", group.group.id, group.group.name, group.recent, group.months)
    yield from _all("overall", "", "overall", report.recent, report.overall)


def _all(kind: str, id_: str, name: str, recent: Figure | None, months: Iterable[PeriodFigure]) -> Iterator[FigureSeen]:
    def seen(period: str, figure: Figure) -> FigureSeen:
        return FigureSeen(kind=kind, id=id_, name=name, period=period, figure=figure, shown=show_uptime(figure))

    if recent is not None:
        yield seen(RECENT, recent)
    for month in months:
        yield seen(month.period.name, month.figure)
