"""Incidents as Statuspage has them."""

from typing import Any

from statusgen.model.history import Phase
from statusgen.model.report import IncidentReport, Report
from statusgen.render import urls
from statusgen.render.api.statuspage.components import Rows
from statusgen.render.api.statuspage.ids import make_id, page_id, timestamp
from statusgen.render.api.statuspage.updates import changed_at, incident_updates, phase_word, phases_of


def incident_row(report: IncidentReport, rows: Rows, whole: Report) -> dict[str, Any]:
    """Give an incident. It was created when the first word on it was said, which may be long after it started."""
    incident, site = report.incident, whole.site
    page = urls.absolute(urls.incident(incident.id), site.url)
    phases = phases_of(report)
    steps = zip(incident.updates, [None, *phases[:-1]], phases, strict=True)
    monitored = [update.at for update, before, phase in steps if phase is Phase.MONITORING is not before]
    return {
        "id": make_id("incident", incident.id),
        "name": incident.title,
        "status": phase_word(phases[-1]),
        "created_at": timestamp(incident.updates[0].at),
        "updated_at": timestamp(incident_changed_at(report)),
        "monitoring_at": timestamp(monitored[-1]) if monitored else None,
        "resolved_at": None if report.ended is None else timestamp(report.ended),
        "impact": report.impact.word,
        "shortlink": page,
        "started_at": timestamp(incident.started),
        "page_id": page_id(site),
        "incident_updates": incident_updates(report, page, rows.names),
        "components": rows.of(name for name, _ in report.components),
        "reminder_intervals": None,
    }


def incident_changed_at(report: IncidentReport) -> int:
    """Give when something was last said of an incident, or changed in what was said."""
    return max(map(changed_at, report.incident.updates))
