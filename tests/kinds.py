"""The pages of the example that stand for their kinds, in one place for all tests that visit pages."""

from collections.abc import Mapping

from statusgen.render.pages import PAGES

ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "index.html": ("",),
    "history.html": ("history/",),
    "history_month.html": ("history/2026-10/",),
    "incident.html": ("incidents/2026-10-14-messages-not-sent/", "incidents/2026-11-24-webhooks-failing/"),
    "maintenance.html": ("maintenance/2026-09-06-search-and-push-weekly/",),
    "component.html": ("components/search/",),
    "uptime.html": ("uptime/",),
    "uptime_month.html": ("uptime/2026-10/",),
    "uptime_explained.html": ("uptime/2026-10/messenger/", "uptime/2026-10/overall/"),
    "subscribe.html": ("subscribe/",),
    "embed.html": ("embed/",),
    "page.html": ("about/",),
    "404.html": ("nowhere/at/all",),
}
"""Every template that makes pages, and addresses of pages that it makes of the example."""

ALL = tuple(address for addresses in ADDRESSES.values() for address in addresses)
MISSING = ADDRESSES["404.html"]
"""What is asked for although it is not there; the answer is a page, too."""


def test_every_kind_of_page_is_visited():
    """Import this test where pages are visited: a new kind fails it until it stands above."""
    assert set(ADDRESSES) == set(PAGES)
