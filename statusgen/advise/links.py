"""Advice on links inside texts: those to pages of the site that are not there."""

import re
from collections.abc import Iterator, Mapping
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from statusgen.errors import suggest
from statusgen.model.addresses import TAKEN
from statusgen.model.code import Code
from statusgen.model.history import History, WrittenLink
from statusgen.model.problem import Problem

_MONTHS = re.compile(r"\d{4}-\d\d")


def advise_links(history: History) -> Iterator[Problem]:
    """Find links to an incident, a maintenance, a component or a page that does not exist, or to no update of it."""
    known = _Known(history)
    for link in history.links:
        fault = known.fault(link)
        if fault:
            yield Problem(
                link.path, link.line, f"the link {link.target[:200]} leads nowhere: {fault}", Code.BROKEN_LINK
            )


class _Known:
    """What addresses there are below the site's own."""

    def __init__(self, history: History) -> None:
        site = history.site
        self.url = site.url
        self.items: Mapping[str, Mapping[str, frozenset[str]]] = {
            "incidents": {i.id: frozenset(f"u-{u.key}" for u in i.updates) for i in history.incidents},
            "maintenance": {m.id: frozenset() for m in history.maintenances},
            "components": {c.id: frozenset() for c in site.components},
        }
        self.pages = {page.id for page in history.pages}

    def fault(self, link: WrittenLink) -> str | None:
        """Say why a link leads nowhere; None where it leads somewhere, or to another server."""
        address = self._address(link)
        if address is None:
            return None
        if address.startswith("../"):
            return "above the site"
        path, _, anchor = address.partition("#")
        path = "" if path == "." else path
        first, _, rest = path.partition("/")
        if first in self.items and rest:
            return self._item_fault(first, rest, anchor)
        if first and first not in self.pages and first.partition(".")[0] not in TAKEN:
            return f'there is no page "{first}"{suggest(first, self.pages)}'
        return None

    def _item_fault(self, kind: str, rest: str, anchor: str) -> str | None:
        name = rest.rstrip("/")
        if "/" in name or "." in name:
            return None  # a feed, or a file of the API
        known = self.items[kind]
        if name not in known:
            return f'there is no {kind.removesuffix("s")} "{name}"{suggest(name, known)}'
        if kind == "incidents" and anchor.startswith("u-") and anchor not in known[name]:
            return f'"{name}" has no update "{anchor}"'
        return None

    def _address(self, link: WrittenLink) -> str | None:
        """Give the address below the site's own that a link leads to; None where it leads elsewhere."""
        try:
            parts = urlsplit(link.target)
        except ValueError:
            return None  # as it is none, nobody can follow it
        here, site = urlsplit(self.url), parts
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        if site.scheme or site.netloc:
            if (site.scheme or here.scheme, site.netloc) != (here.scheme, here.netloc):
                return None
            path = site.path or "/"
        elif site.path.startswith("/"):
            path = site.path
        else:
            path = unquote(site.path)
            return (normpath(f"{link.page}{path}") if path else link.page.rstrip("/")).removeprefix("./") + anchor
        if not path.startswith(here.path):
            return None
        return unquote(path.removeprefix(here.path)) + anchor
