"""Addresses of the site: the only place that builds one (design.md §7)."""

from posixpath import relpath
from urllib.parse import quote, urlsplit

HOME = ""
HISTORY = "history/"
UPTIME = "uptime/"
RSS = "history.rss"
ATOM = "history.atom"


def incident(incident_id: str) -> str:
    """Give the address of an incident, below the site's own."""
    return f"incidents/{incident_id}/"


def maintenance(maintenance_id: str) -> str:
    """Give the address of a maintenance."""
    return f"maintenance/{maintenance_id}/"


def component(component_id: str) -> str:
    """Give the address of a component."""
    return f"components/{component_id}/"


def history_month(month: str) -> str:
    """Give the address of a month (2026-11) of the history."""
    return f"{HISTORY}{month}/"


def uptime_month(month: str) -> str:
    """Give the address of a month (2026-11) of uptime."""
    return f"{UPTIME}{month}/"


def anchor(update_key: str) -> str:
    """Give the anchor of an update on its page (design.md §5)."""
    return f"u-{update_key}"


def file_of(address: str) -> str:
    """Give the file that a server sends for an address."""
    return f"{address}index.html" if not address or address.endswith("/") else address


def relative(target: str, page: str) -> str:
    """Give the link from one address of the site to another, so that it works under any path and from a disk."""
    path, hash_mark, fragment = target.partition("#")
    if path == page and hash_mark:
        return f"#{fragment}"
    folder = page if page.endswith("/") else page.rpartition("/")[0]
    link = relpath(f"/{path}", f"/{folder}")
    if (not path or path.endswith("/")) and link != ".":
        link += "/"
    return quote("./" if link == "." else link) + hash_mark + fragment


def absolute(target: str, site_url: str) -> str:
    """Give the full address; `site_url` ends with a slash."""
    path, hash_mark, fragment = target.partition("#")
    return site_url + quote(path) + hash_mark + fragment


def rooted(target: str, site_url: str) -> str:
    """Give the address from the server's root on, for a page that may be shown at any address (404)."""
    return urlsplit(site_url).path + quote(target)
