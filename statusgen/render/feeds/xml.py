"""RSS 2.0 and Atom 1.0; the only user of feedgen, with its traps (libraries.md §1.2)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from statusgen.render import urls
from statusgen.render.feeds.channel import Channel
from statusgen.render.feeds.items import Item
from statusgen.render.language import spoken

MINUTES = 5
"""How long a reader may keep a feed before it asks again."""


TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


def write_rss(channel: Channel, items: Sequence[Item]) -> bytes:
    """Write a feed as RSS 2.0."""
    feed = _feed(channel, items, "rss")
    for item in items:
        entry = _entry(feed, item)
        # feedgen writes content:encoded only beside a description, which readers take for HTML.
        entry.description(escape(item.summary, quote=False))
        entry.content(item.body, type="CDATA")
    xml: bytes = feed.rss_str(pretty=True)
    return xml


def write_atom(channel: Channel, items: Sequence[Item]) -> bytes:
    """Write a feed as Atom 1.0."""
    feed = _feed(channel, items, "atom")
    for item in items:
        entry = _entry(feed, item)
        entry.summary(item.summary)
        entry.content(item.body, type="html")
    xml: bytes = feed.atom_str(pretty=True)
    return xml


def _feed(channel: Channel, items: Sequence[Item], kind: str) -> FeedGenerator:
    """Make the head of a feed. Its dates are the newest item's: feedgen would stamp the wall clock.

    Atom has a date of edits, `updated`; those of RSS are of what was said, and an edit moves none of them.
    """
    feed = FeedGenerator()
    newest = max((item.said for item in items), default=0)
    changed = max((item.updated for item in items), default=0)
    feed.id(channel.id)
    feed.title(channel.title)
    # Readers take a description of RSS for HTML, a subtitle of Atom for words.
    feed.description(escape(channel.description, quote=False) if kind == "rss" else channel.description)
    feed.author({"name": channel.site.title})
    feed.language(spoken().code)
    feed.generator("statusgen")
    feed.ttl(MINUTES)
    # One date for feedgen: in RSS it becomes lastBuildDate.
    feed.updated(_moment(changed if kind == "atom" else newest))
    feed.pubDate(_moment(newest))
    feed.link(href=urls.absolute(urls.feed(channel.name, kind), channel.site.url), rel="self", type=TYPES[kind])
    # The last link that is not "self" becomes the channel's.
    feed.link(href=urls.absolute(channel.page, channel.site.url), rel="alternate")
    return feed


def _entry(feed: FeedGenerator, item: Item) -> FeedEntry:
    entry = feed.add_entry(order="append")
    entry.id(item.id)
    entry.guid(item.id, permalink=False)
    entry.link(href=item.url, rel="alternate")
    entry.title(item.title)
    entry.published(_moment(item.at))
    entry.updated(_moment(item.updated))
    for category in item.categories:
        entry.category(term=category)
    return entry


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
