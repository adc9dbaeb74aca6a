"""How things stand, and what there is: components and groups."""

from typing import cast

from statusgen.model.calendar import iso_utc
from statusgen.model.report import ComponentReport, Report
from statusgen.render import urls
from statusgen.render.api.own import types
from statusgen.render.api.own.incidents import incident_line
from statusgen.render.api.own.maintenance import maintenance_line


def status_document(report: Report) -> types.Status:
    """Give how things stand: the one document that says of when it is."""
    return {
        "title": report.site.title,
        "url": report.site.url,
        "now": iso_utc(report.now),
        "data_until": iso_utc(report.data_until),
        "fresh_for": report.site.fresh_for,
        "status": cast("types.State", report.shown),
        "components": [_component_now(c) for c in report.components if not c.retired],
        "incidents": [incident_line(r, report) for r in report.incidents if r.active],
        "maintenance": [maintenance_line(o, report) for o in report.occurrences if o.running_at(report.now)],
    }


def components_document(report: Report) -> types.Components:
    """Give all components and groups."""
    return {
        "components": [_component(component, report) for component in report.components],
        "groups": [
            {
                "id": group.group.id,
                "name": group.group.name,
                "status": cast("types.State", group.shown),
                "sla": group.sla.id if group.sla else None,
                "components": [member.component.id for member in group.components],
            }
            for group in report.groups
            if group.group
        ],
    }


def _component_now(report: ComponentReport) -> types.ComponentNow:
    fact = report.component
    return {"id": fact.id, "name": fact.name, "group": fact.group, "status": cast("types.State", report.shown)}


def _component(report: ComponentReport, whole: Report) -> types.Component:
    fact = report.component
    return {
        **_component_now(report),
        "description": fact.description or None,
        "since": None if fact.since is None else iso_utc(fact.since),
        "retired": None if fact.retired is None else iso_utc(fact.retired),
        "sla": report.sla.id,
        "url": urls.absolute(urls.component(fact.id), whole.site.url),
    }
