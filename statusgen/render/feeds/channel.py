"""Which feeds there are: what each is called, which page it belongs to, and which items it holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from statusgen.model.history import Phase, Site
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.feeds.items import Item
from statusgen.render.language import gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed: its address without the ending, the page that tells the same, and which items belong to it.

    `digest` tells whether its items are whole incidents instead of updates.
    """

    site: Site
    name: str
    page: str
    title: str
    description: str
    holds: Callable[[Item], bool]
    part: str = ""
    """The name of the component or group that it is about, where it is about one."""
    digest: bool = False

    @property
    def id(self) -> str:
        """Give the feed's own permanent id."""
        base = f"tag:statusgen,2026:{self.site.id or self.site.url}"
        return base if self.name == urls.ALL_UPDATES else f"{base}?feed={self.name}"


def channels_of(report: Report) -> Iterator[Channel]:
    """Give all feeds: of everything, of kinds of updates, of each group and of each component."""
    site = report.site
    titled = {"title": site.title}
    yield Channel(
        site=site,
        name=urls.ALL_UPDATES,
        page=urls.HOME,
        title=gettext("%(title)s: incidents and maintenance") % titled,
        description=gettext("Every update on incidents and maintenance of %(title)s") % titled,
        holds=lambda _: True,
    )
    yield Channel(
        site=site,
        name="incidents",
        page=urls.HISTORY,
        title=gettext("%(title)s: one item for each incident") % titled,
        description=gettext("The whole course of each incident and maintenance of %(title)s") % titled,
        holds=lambda _: True,
        digest=True,
    )
    yield Channel(
        site=site,
        name="resolved",
        page=urls.HISTORY,
        title=gettext("%(title)s: resolved incidents") % titled,
        description=gettext("Incidents of %(title)s once they are over") % titled,
        holds=lambda item: item.phase is Phase.RESOLVED,
    )
    yield Channel(
        site=site,
        name="maintenance",
        page=urls.HOME,
        title=gettext("%(title)s: maintenance") % titled,
        description=gettext("Every update on maintenance of %(title)s") % titled,
        holds=lambda item: item.maintenance,
    )
    for group in report.groups:
        if group.group:
            members = frozenset(c.component.id for c in report.components if c.component.group == group.group.id)
            yield _part(site, f"groups/{group.group.id}", urls.HOME, group.group.name, members)
    for component in report.components:
        id_, name = component.component.id, component.component.name
        yield _part(site, f"components/{id_}", urls.component(id_), name, frozenset({id_}))


def _part(site: Site, name: str, page: str, of: str, members: frozenset[str]) -> Channel:
    said = {"title": site.title, "name": of}
    return Channel(
        site=site,
        name=name,
        page=page,
        title=gettext("%(title)s: %(name)s") % said,
        description=gettext("Every update on incidents and maintenance of %(name)s") % said,
        holds=lambda item: bool(item.components & members),
        part=of,
    )
