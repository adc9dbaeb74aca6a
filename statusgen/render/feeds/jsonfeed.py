"""JSON Feed 1.1."""

import json
from collections.abc import Sequence

from statusgen.model.calendar import iso_utc
from statusgen.render import urls
from statusgen.render.feeds.channel import Channel
from statusgen.render.feeds.items import Item
from statusgen.render.language import spoken
from statusgen.render.text import html_text


def write_json(channel: Channel, items: Sequence[Item]) -> bytes:
    """Write a feed as JSON Feed 1.1."""
    site = channel.site
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": urls.absolute(channel.page, site.url),
        "feed_url": urls.absolute(urls.feed(channel.name, "json"), site.url),
        "description": channel.description,
        "language": spoken().code,
        "authors": [{"name": site.title, "url": site.url}],
        "items": [_item(item) for item in items],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.body,
        "content_text": html_text(item.body),
        "summary": item.summary,
        "date_published": iso_utc(item.at),
        "date_modified": iso_utc(item.updated),
        "tags": list(item.categories),
    }
