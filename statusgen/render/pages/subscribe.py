"""How to hear of incidents without looking: in plain words, for each way of following."""

from collections.abc import Iterator

from statusgen.render import urls
from statusgen.render.language import gettext, spoken
from statusgen.render.pages.world import Page, World


def subscribe_page(world: World) -> Iterator[Page]:
    """Give the page of all feeds and calendars."""
    report = world.report
    title = report.site.title
    parts = [c for name, c in world.channels.items() if "/" in name]
    yield Page(
        address=urls.SUBSCRIBE,
        title=gettext("Subscribe"),
        description=gettext("Follow the incidents and maintenance of %(title)s by reader, chat, mail or calendar.")
        % {"title": title},
        changed=world.changed,
        context={
            "kinds": tuple(c for name, c in world.channels.items() if "/" not in name),
            "parts": tuple(
                (channel, channel.name.removeprefix("components/") if channel.name.startswith("components/") else None)
                for channel in parts
            ),
            "address": urls.absolute(urls.feed(urls.ALL_UPDATES, "rss"), report.site.url),
            "calendar": urls.absolute(urls.CALENDAR, report.site.url),
            "card": urls.absolute(urls.placed(urls.EMBED, spoken().folder), report.site.url),
            "badge": urls.absolute(urls.badge("overall", "svg"), report.site.url),
        },
    )
