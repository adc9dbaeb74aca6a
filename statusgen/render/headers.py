"""The headers of everything that is served: one table by kind of file (conventions.md §2.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
"""What a page may load and do: only what lies on the site itself, and no script that makes markup of text."""

ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What goes with every answer, also for an address that does not exist."""

_PAGE = {"Cache-Control": "public, max-age=30, stale-if-error=86400"}
_DATA = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=60, stale-if-error=86400, stale-while-revalidate=60",
}
_FEEDS = ("history", "incidents", "resolved", "maintenance", "components/*", "groups/*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Files that are served alike: globs of their paths in the output, where `*` also matches `/`.

    `headers` go with them besides ALWAYS, and before it where both have one. `type` is declared where hosts do not know
    the ending, or know another one; None leaves it to them. No path belongs to two kinds, since one of the hosts joins
    the headers of all rules that match.
    """

    name: str
    files: tuple[str, ...]
    type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


PAGE = Kind(
    name="page",
    files=(
        *("index.html", "404.html", "history/index.html", "uptime/index.html", "subscribe/index.html"),
        *("history/*/index.html", "incidents/*/index.html", "maintenance/*/index.html"),
        *("components/*/index.html", "uptime/*/index.html"),
    ),
    headers={"Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'", **_PAGE},
)
# May be shown within any page.
EMBED = Kind(
    name="embed",
    files=("embed/*",),
    headers={"Content-Security-Policy": f"{POLICY}; frame-ancestors *", **_PAGE},
)
KINDS = (
    PAGE,
    EMBED,
    # Their address changes with their content.
    Kind(name="asset", files=("assets/*",), headers={"Cache-Control": "public, max-age=31536000, immutable"}),
    Kind(name="rss", files=tuple(f"{feed}.rss" for feed in _FEEDS), type="application/rss+xml", headers=_DATA),
    Kind(name="atom", files=tuple(f"{feed}.atom" for feed in _FEEDS), type="application/atom+xml", headers=_DATA),
    Kind(name="jsonfeed", files=tuple(f"{feed}.json" for feed in _FEEDS), type="application/feed+json", headers=_DATA),
    Kind(
        name="calendar",
        files=("maintenance.ics", "components/*.ics"),
        type="text/calendar; charset=utf-8",
        headers=_DATA,
    ),
    Kind(
        name="json",
        files=("api/*.json", "badges/*.json", "uptime/*.json", "status.json", "build.json"),
        type="application/json",
        headers=_DATA,
    ),
    Kind(name="table", files=("uptime/*.csv",), type="text/csv; charset=utf-8", headers=_DATA),
    # Complete in itself, with a style for light and dark.
    Kind(
        name="badge",
        files=("badges/*.svg",),
        type="image/svg+xml",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", **_DATA},
    ),
    Kind(
        name="metrics",
        files=("metrics",),
        type="application/openmetrics-text; version=1.0.0; charset=utf-8",
        headers=_DATA,
    ),
    Kind(name="text", files=("status.txt", "robots.txt"), type="text/plain; charset=utf-8", headers=_DATA),
    Kind(name="sitemap", files=("sitemap.xml",), type="application/xml", headers=_DATA),
)
"""Every kind of file."""


def pattern(glob: str) -> str:
    """Give the regular expression of a glob, as Python, PCRE and RE2 read it alike, without its ends."""
    return ".*".join(map(re.escape, glob.split("*")))


@lru_cache(maxsize=20_000)
def find_kind(path: str) -> Kind | None:
    """Give the kind of a file by its path in the output; every page that the table does not name is a page, too.

    None where nothing is known of it: then ALWAYS is all that is sent.
    """
    for kind in KINDS:
        if any(re.fullmatch(pattern(glob), path) for glob in kind.files):
            return kind
    return PAGE if path.endswith(".html") else None


def headers_of(path: str) -> Mapping[str, str]:
    """Give the headers of a file by its path in the output, with its type where that has to be declared."""
    kind = find_kind(path)
    return ALWAYS if kind is None else headers_of_kind(kind)


def headers_of_kind(kind: Kind) -> Mapping[str, str]:
    """Give all headers of a kind."""
    return {**ALWAYS, **kind.headers, **declared_type(kind)}


def declared_type(kind: Kind) -> Mapping[str, str]:
    """Give the header that declares the type of a kind, where there is one to declare."""
    return {"Content-Type": kind.type} if kind.type else {}
