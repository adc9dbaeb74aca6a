"""First parts of addresses that are the site's own (design.md §7): a page of content/pages may not take them."""

from statusgen.model.languages import LANGUAGES

TAKEN = frozenset(
    {
        *("404", "api", "assets", "badges", "build", "components", "embed", "feed", "groups", "history", "incidents"),
        *("index", "maintenance", "metrics", "overall", "resolved", "robots", "sitemap", "status", "subscribe"),
        "uptime",
        *LANGUAGES,  # of which each has a folder
    }
)
