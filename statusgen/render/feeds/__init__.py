"""Feeds: every update once, newest first, in three formats; a row of a table for each format and each feed."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.feeds.channel import Channel, channels_of
from statusgen.render.feeds.items import Item, digest_items, newest, update_items
from statusgen.render.feeds.jsonfeed import write_json
from statusgen.render.feeds.xml import write_atom, write_rss

FORMATS: Mapping[str, Callable[[Channel, Sequence[Item]], bytes]] = {
    "rss": write_rss,
    "atom": write_atom,
    "json": write_json,
}


def render_feeds(report: Report) -> Iterator[Artifact]:
    """Write each feed in each format (design.md §7)."""
    updates, digests = update_items(report), digest_items(report)
    for channel in channels_of(report):
        items = newest([item for item in (digests if channel.digest else updates) if channel.holds(item)], report.now)
        for kind, write in FORMATS.items():
            yield Artifact(urls.feed(channel.name, kind), write(channel, items))
