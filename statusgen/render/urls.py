"""Addresses of the site: the only place that builds one (design.md §7)."""

from functools import lru_cache
from posixpath import normpath
from urllib.parse import quote, unquote, urlsplit

HOME = ""
HISTORY = "history/"
UPTIME = "uptime/"
ALL_UPDATES = "history"
BUILD = "build.json"
EMBED = "embed/"
SUBSCRIBE = "subscribe/"
CALENDAR = "maintenance.ics"
UPTIME_CSV = "uptime/figures.csv"
UPTIME_JSON = "uptime/figures.json"
STATUS_JSON = "status.json"
STATUS_TEXT = "status.txt"
METRICS = "metrics"
API_V1 = "api/v1/"
API_V2 = "api/v2/"


def incident(incident_id: str) -> str:
    """Give the address of an incident, below the site's own."""
    return f"incidents/{incident_id}/"


def maintenance(maintenance_id: str) -> str:
    """Give the address of a maintenance."""
    return f"maintenance/{maintenance_id}/"


def component(component_id: str) -> str:
    """Give the address of a component."""
    return f"components/{component_id}/"


def component_calendar(component_id: str) -> str:
    """Give the address of the calendar of a component's maintenance."""
    return f"components/{component_id}.ics"


def page(page_id: str) -> str:
    """Give the address of a page of content/pages."""
    return f"{page_id}/"


def history_month(month: str) -> str:
    """Give the address of a month (2026-11) of the history."""
    return f"{HISTORY}{month}/"


def uptime_month(month: str) -> str:
    """Give the address of a month (2026-11) of uptime."""
    return f"{UPTIME}{month}/"


def uptime_month_csv(month: str) -> str:
    """Give the address of a month's figures as CSV."""
    return f"{uptime_month(month)}figures.csv"


def uptime_month_json(month: str) -> str:
    """Give the address of a month's figures as JSON."""
    return f"{uptime_month(month)}figures.json"


def feed(name: str, kind: str) -> str:
    """Give the address of a feed, as in history.rss or components/api.atom; `kind` is rss, atom or json."""
    return f"{name}.{kind}"


def badge(name: str, kind: str) -> str:
    """Give the address of a badge: `overall`, `ID`, `groups/ID`, each also with `/uptime`; `kind` is svg or json."""
    return f"badges/{name}.{kind}"


def api_v1(name: str) -> str:
    """Give the address of a document of the site's own API, as in status or incidents/ID."""
    return f"{API_V1}{name}.json"


def api_v2(name: str) -> str:
    """Give the address of a document of the Statuspage API, as in summary or incidents/unresolved."""
    return f"{API_V2}{name}.json"


def explanation(month: str, component_id: str) -> str:
    """Give the address of the explanation of a component's month."""
    return f"{UPTIME}{month}/{component_id}/"


def joint_explanation(month: str, group_id: str | None) -> str:
    """Give the address of the explanation of a group's month; None is that of all components."""
    return f"{UPTIME}{month}/{'overall' if group_id is None else f'groups/{group_id}'}/"


def anchor(update_key: str) -> str:
    """Give the anchor of an update on its page (design.md §5)."""
    return f"u-{update_key}"


def placed(address: str, folder: str) -> str:
    """Give where an address lies in a language: a page below the language's folder, a file where it is for all.

    No page has a dot in the last part of its address but the one for those that do not exist, of which there is one.
    The card for frames stays below its own folder, which alone may be framed.
    """
    if address == EMBED:
        return EMBED + folder
    path = address.partition("#")[0]
    return address if _is_file(path) else folder + address


def _is_file(path: str) -> bool:
    last = path.rpartition("/")[2]
    return "." in last and last not in (".", "..")


def file_of(address: str) -> str:
    """Give the file that a server sends for an address."""
    return f"{address}index.html" if not address or address.endswith("/") else address


@lru_cache(maxsize=20_000)
def relative(target: str, page: str) -> str:
    """Give the link from one address of the site to another, so that it works under any path and from a disk."""
    path, hash_mark, fragment = target.partition("#")
    if path == page and hash_mark:
        return f"#{fragment}"
    here, there = page.split("/")[:-1], path.split("/")
    shared = 0
    for ours, theirs in zip(here, there[:-1], strict=False):
        if ours != theirs:
            break
        shared += 1
    link = "../" * (len(here) - shared) + "/".join(there[shared:])
    return quote(link or "./") + hash_mark + fragment


def moved(link: str, page: str) -> str:
    """Give an author's link for use elsewhere; `page` is the link from there to the page that it was written for.

    What names a server, or begins at its root, leads to the same place everywhere.
    """
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return link
    path = page
    if parts.path:
        path = normpath(f"{page}{parts.path}")
        if parts.path.rpartition("/")[2] in ("", ".", ".."):
            path = f"{path.rstrip('/')}/"
        if ":" in path.partition("/")[0]:  # else it would name a scheme, which the sanitiser did not see
            path = f"./{path}"
    return parts._replace(path=path).geturl()


def shared(link: str, page: str, folder: str) -> str:
    """Give an author's link in the pages of a language: one to a file leads out of the language's folder.

    `page` is the address of the page that shows it. Links to pages lead to those of the same language as they are.
    """
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or parts.path.startswith("/") or not _is_file(parts.path):
        return link
    target = normpath(f"{page}{unquote(parts.path)}")
    if not target.startswith(folder):
        return link
    return parts._replace(path=relative(target.removeprefix(folder), page)).geturl()


def absolute(target: str, site_url: str) -> str:
    """Give the full address; `site_url` ends with a slash."""
    path, hash_mark, fragment = target.partition("#")
    return site_url + quote(path) + hash_mark + fragment


def rooted(target: str, site_url: str) -> str:
    """Give the address from the server's root on, for a page that may be shown at any address (404)."""
    return urlsplit(site_url).path + quote(target)
