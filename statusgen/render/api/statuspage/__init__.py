"""The public API of Atlassian Statuspage, version 2, as static files below /api/v2/ (formats.md §3.1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from statusgen.model.artifact import Artifact
from statusgen.model.report import IncidentReport, Occurrence, Report
from statusgen.render import urls
from statusgen.render.api.statuspage.components import Rows, component_rows
from statusgen.render.api.statuspage.ids import make_id, page_id, timestamp
from statusgen.render.api.statuspage.incidents import incident_changed_at, incident_row
from statusgen.render.api.statuspage.maintenance import (
    NEWEST,
    ahead_occurrences,
    coming_occurrences,
    maintenance_row,
    occurrence_changed_at,
    running_occurrences,
    told_occurrences,
)
from statusgen.render.api.writing import document

STATUSES: Mapping[str, tuple[str, str]] = {
    "operational": ("none", "All Systems Operational"),
    "degraded_performance": ("minor", "Minor Service Outage"),
    "partial_outage": ("major", "Partial System Outage"),
    "major_outage": ("critical", "Major Service Outage"),
    "under_maintenance": ("maintenance", "Service Under Maintenance"),
    # There is no word for it, and "none" would say that all is well.
    "unknown": ("minor", "Status Unknown"),
}
"""The indicator and the description of the overall state."""


def render_statuspage(report: Report) -> Iterator[Artifact]:
    """Write the documents of the API; what is newest stands first in every list."""
    rows = component_rows(report)
    newest = report.incidents[:NEWEST]
    unresolved = [r for r in report.incidents if r.active]
    active, upcoming = running_occurrences(report), coming_occurrences(report)
    documents: Mapping[str, Mapping[str, Any]] = {
        "summary": {
            "components": rows.listed,
            "incidents": _incidents(unresolved, rows, report),
            "scheduled_maintenances": _maintenances(ahead_occurrences(report), rows, report),
            "status": _status(report),
        },
        "status": {"status": _status(report)},
        "components": {"components": rows.listed},
        "incidents": {"incidents": _incidents(newest, rows, report)},
        "incidents/unresolved": {"incidents": _incidents(unresolved, rows, report)},
        "scheduled-maintenances": {"scheduled_maintenances": _maintenances(told_occurrences(report), rows, report)},
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": _maintenances(upcoming, rows, report)},
        "scheduled-maintenances/active": {"scheduled_maintenances": _maintenances(active, rows, report)},
    }
    changed = [
        *rows.changed_at.values(),
        *map(incident_changed_at, report.incidents),
        *(occurrence_changed_at(o, report.now) for o in report.occurrences),
    ]
    page = _page(report, max(changed, default=report.months[0].window.start))
    for name, content in documents.items():
        yield document(urls.api_v2(name), {"page": page, **content})
    yield from _single_incidents(rows, report)


def _single_incidents(rows: Rows, report: Report) -> Iterator[Artifact]:
    """Write each incident by itself. Its page is as old as what it tells, so that news elsewhere leave it as it is."""
    for incident in report.incidents:
        touched = [name for name, _ in incident.components]
        page = _page(report, max([incident_changed_at(incident), *rows.changed(touched)]))
        content = {"page": page, "incident": incident_row(incident, rows, report)}
        yield document(urls.api_v2(f"incidents/{make_id('incident', incident.incident.id)}"), content)


def _page(report: Report, changed: int) -> dict[str, str]:
    site = report.site
    return {
        "id": page_id(site),
        "name": site.title,
        "url": site.url.rstrip("/"),
        "time_zone": "Etc/UTC" if site.zone == "UTC" else site.zone,
        "updated_at": timestamp(changed),
    }


def _status(report: Report) -> dict[str, str]:
    indicator, description = STATUSES[report.shown]
    return {"indicator": indicator, "description": description}


def _incidents(incidents: Iterable[IncidentReport], rows: Rows, report: Report) -> list[dict[str, Any]]:
    return [incident_row(incident, rows, report) for incident in incidents]


def _maintenances(occurrences: Iterable[Occurrence], rows: Rows, report: Report) -> list[dict[str, Any]]:
    return [maintenance_row(occurrence, rows, report) for occurrence in occurrences]
