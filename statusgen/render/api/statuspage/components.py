"""Components and groups as Statuspage has them.

The format has no word for `unknown`. What is not known is not claimed: a component whose state is unknown stands in no
list until it is known again, and a group while all of its components do.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from statusgen.model.calendar import local_time
from statusgen.model.report import ComponentReport, GroupReport, Report
from statusgen.render.api.statuspage.ids import make_id, page_id, timestamp
from statusgen.render.api.turns import status_since, turned_before

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of components.json, those of components also by the component's id.

    `names` are the names of all components. `changed` is when a row last changed, None where there is none.
    """

    listed: tuple[dict[str, Any], ...]
    by_component: Mapping[str, dict[str, Any]]
    names: Mapping[str, str]
    changed_at: Mapping[str, int]

    def of(self, components: Iterable[str]) -> list[dict[str, Any]]:
        """Give the rows of components, as far as they are listed."""
        return [self.by_component[name] for name in components if name in self.by_component]

    def changed(self, components: Iterable[str]) -> list[int]:
        """Give when each of some components last changed, as far as they are listed."""
        return [self.changed_at[name] for name in components if name in self.changed_at]


def component_rows(report: Report) -> Rows:
    """Give a row for each group and each component of a known state that is not retired, in the page's order."""
    told = (member for group in report.groups for member in group.components if member.shown != UNKNOWN)
    changed = {member.component.id: changed_at(member, report) for member in told}
    listed = tuple(_listed(report, changed))
    own = {make_id("component", name): name for name in changed}
    return Rows(
        listed=listed,
        by_component={own[row["id"]]: row for row in listed if not row["group"]},
        names={c.component.id: c.component.name for c in report.components},
        changed_at=changed,
    )


def _listed(report: Report, changed: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    told = ((group, [c for c in group.components if c.shown != UNKNOWN]) for group in report.groups)
    for position, (group, members) in enumerate((pair for pair in told if pair[1]), start=1):
        if group.group is None:
            yield from (_component_row(member, position, None, report, changed) for member in members)
        else:
            yield _group_row(group, members, position, report, changed)
            group_id = make_id("group", group.group.id)
            for place, member in enumerate(members, start=1):
                yield _component_row(member, place, group_id, report, changed)


def _component_row(
    component: ComponentReport, position: int, group_id: str | None, report: Report, changed: Mapping[str, int]
) -> dict[str, Any]:
    fact = component.component
    return {
        "id": make_id("component", fact.id),
        "name": fact.name,
        "status": component.shown,
        "created_at": timestamp(created_at(component, report)),
        "updated_at": timestamp(changed[fact.id]),
        "position": position,
        "description": fact.description or None,
        "showcase": True,
        "start_date": None if fact.since is None else f"{local_time(fact.since, report.site.zone):%Y-%m-%d}",
        "group_id": group_id,
        "page_id": page_id(report.site),
        "group": False,
        "only_show_if_degraded": False,
    }


def _group_row(
    group: GroupReport, members: Iterable[ComponentReport], position: int, report: Report, changed: Mapping[str, int]
) -> dict[str, Any]:
    assert group.group is not None
    return {
        "id": make_id("group", group.group.id),
        "name": group.group.name,
        "status": group.shown,
        "created_at": timestamp(min(created_at(member, report) for member in members)),
        "updated_at": timestamp(max(changed[member.component.id] for member in members)),
        "position": position,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page_id(report.site),
        "group": True,
        "only_show_if_degraded": False,
        "components": [make_id("component", member.component.id) for member in members],
    }


def created_at(component: ComponentReport, report: Report) -> int:
    """Give the instant from which on a component is told of: its `since`, else the first month that has a page."""
    since = component.component.since
    first = report.months[0].window.start if since is None else since
    return min(first, report.now)


def changed_at(component: ComponentReport, report: Report) -> int:
    """Give the instant at which the state that people see last changed, as far back as the component is told of."""
    turns = [status_since(component, report.now)]
    for occurrence in report.occurrences:
        if component.component.id in dict(occurrence.maintenance.components):
            turns += turned_before(occurrence, report.now)
    return max(*turns, created_at(component, report))
