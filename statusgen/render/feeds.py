"""RSS and Atom: one item per update, newest first; the only user of feedgen, with its traps (libraries.md §1.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from statusgen.model.artifact import Artifact
from statusgen.model.calendar import DAY
from statusgen.model.history import Site, Update
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.language import gettext
from statusgen.render.lists import list_words
from statusgen.render.text import absolute_links, plain_text, render_markdown, shorten
from statusgen.render.words import name_state, show_phase

NEWEST = 50
"""A feed holds so many of the newest items, and all of the last RECENT seconds beyond that."""
RECENT = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One update as a feed has it: a permanent id, an address, and what is said. `at` is in Unix seconds."""

    id: str
    url: str
    at: int
    title: str
    summary: str
    body: str
    categories: tuple[str, ...]


def render_feeds(report: Report) -> Iterator[Artifact]:
    """Write the feeds of everything: /history.rss and /history.atom."""
    items = newest_items(report)
    yield Artifact(urls.RSS, _rss(report.site, items))
    yield Artifact(urls.ATOM, _atom(report.site, items))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """An update with what it belongs to; `number` is its place in order of happening."""

    subject: str
    title: str
    page: str
    number: int
    update: Update
    affected: tuple[str, ...]


def newest_items(report: Report) -> list[Item]:
    """Give the items of a feed, newest first; of those at one time the later in order of happening first."""
    names = {c.component.id: c.component.name for c in report.components}
    said = sorted(_words(report, names), key=lambda w: (w.update.at, w.subject, w.number), reverse=True)
    return [
        _item(report.site, word, names)
        for number, word in enumerate(said)
        if number < NEWEST or word.update.at >= report.now - RECENT
    ]


def _words(report: Report, names: Mapping[str, str]) -> Iterator[_Word]:
    subjects = [
        (r.incident.id, r.incident.title, urls.incident(r.incident.id), r.incident.updates, tuple(dict(r.components)))
        for r in report.incidents
    ]
    maintenances = {o.maintenance.id: o.maintenance for o in report.occurrences}
    for m in maintenances.values():
        known = tuple(update for update in m.updates if update.at < report.now)
        subjects.append((m.id, m.title, urls.maintenance(m.id), known, tuple(dict(m.components))))
    for subject, title, page, updates, components in subjects:
        affected = tuple(names[component] for component in components if component in names)
        for number, update in enumerate(updates):
            yield _Word(subject=subject, title=title, page=page, number=number, update=update, affected=affected)


def _item(site: Site, word: _Word, names: Mapping[str, str]) -> Item:
    update = word.update
    url = urls.absolute(f"{word.page}#{urls.anchor(update.key)}", site.url)
    changes = [
        gettext("%(name)s: %(what)s") % {"name": names[component], "what": name_state(status.word)}
        for component, status in update.changes
        if component in names
    ]
    lines = [gettext("Now %(changes)s.") % {"changes": list_words(changes)}] if changes else []
    lines += [gettext("Affected: %(names)s.") % {"names": list_words(word.affected)}] if word.affected else []
    html = absolute_links(str(render_markdown(update.text)), url)
    return Item(
        id=item_id(site, word.subject, update.key),
        url=url,
        at=update.at,
        title=f"[{show_phase(update.phase)}] {word.title}",
        summary=shorten(plain_text(update.text) or " ".join(lines) or word.title, 400),
        body=html + "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines),
        categories=word.affected,
    )


def item_id(site: Site, subject: str, key: str) -> str:
    """Give the permanent id of an update in every feed (design.md §5)."""
    return f"tag:statusgen,2026:{f'{site.id}/' if site.id else ''}{subject}/{key}"


def _rss(site: Site, items: list[Item]) -> bytes:
    feed = _feed(site, items, urls.RSS)
    for item in items:
        entry = _entry(feed, item)
        # feedgen writes content:encoded only beside a description.
        entry.description(item.summary)
        entry.content(item.body, type="CDATA")
    xml: bytes = feed.rss_str(pretty=True)
    return xml


def _atom(site: Site, items: list[Item]) -> bytes:
    feed = _feed(site, items, urls.ATOM)
    for item in items:
        entry = _entry(feed, item)
        entry.summary(item.summary)
        entry.content(item.body, type="html")
    xml: bytes = feed.atom_str(pretty=True)
    return xml


def _feed(site: Site, items: list[Item], address: str) -> FeedGenerator:
    """Make the head of a feed. Its dates are the newest item's: feedgen would stamp the wall clock."""
    feed = FeedGenerator()
    newest = _moment(max((item.at for item in items), default=0))
    feed.id(f"tag:statusgen,2026:{site.id or site.url}")
    feed.title(gettext("%(title)s: incidents and maintenance") % {"title": site.title})
    feed.description(gettext("Every update on incidents and maintenance of %(title)s") % {"title": site.title})
    feed.author({"name": site.title})
    feed.language(site.languages[0])
    feed.generator("statusgen")
    feed.ttl(5)
    feed.updated(newest)
    feed.lastBuildDate(newest)
    feed.pubDate(newest)
    feed.link(href=urls.absolute(address, site.url), rel="self")
    # The last link that is not "self" becomes the channel's.
    feed.link(href=site.url, rel="alternate")
    return feed


def _entry(feed: FeedGenerator, item: Item) -> FeedEntry:
    entry = feed.add_entry(order="append")
    entry.id(item.id)
    entry.guid(item.id, permalink=False)
    entry.link(href=item.url, rel="alternate")
    entry.title(item.title)
    entry.published(_moment(item.at))
    entry.updated(_moment(item.at))
    for category in item.categories:
        entry.category(term=category)
    return entry


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
