"""Incidents as our own API has them."""

from typing import cast

from statusgen.model.calendar import iso_utc
from statusgen.model.history import Update
from statusgen.model.report import IncidentReport, Report
from statusgen.model.window import Window
from statusgen.render import urls
from statusgen.render.api.own import types
from statusgen.render.api.writing import body
from statusgen.render.text import plain_text


def incidents_document(report: Report) -> types.Incidents:
    """Give all incidents in short."""
    return {"incidents": [incident_line(incident, report) for incident in report.incidents]}


def incident_line(report: IncidentReport, whole: Report) -> types.IncidentLine:
    """Give an incident in short."""
    incident = report.incident
    return {
        "id": incident.id,
        "title": incident.title,
        "url": urls.absolute(urls.incident(incident.id), whole.site.url),
        "impact": cast("types.ImpactWord", report.impact.word),
        "phase": cast("types.IncidentPhase", report.phase.value),
        "active": report.active,
        "started": iso_utc(incident.started),
        "ended": None if report.ended is None else iso_utc(report.ended),
        "components": [
            {"component": name, "status": cast("types.KnownState", status.word)} for name, status in report.components
        ],
    }


def incident_document(report: IncidentReport, whole: Report) -> types.Incident:
    """Give an incident with all that is said of it."""
    incident = report.incident
    page = urls.absolute(urls.incident(incident.id), whole.site.url)
    return {
        **incident_line(report, whole),
        "summary_html": body(incident.summary, page),
        "windows": [_span(window, report, whole.now) for window in report.stretches],
        "states": [
            {
                "component": name,
                "status": cast("types.KnownState", status.word),
                **_span(window, report, whole.now),
            }
            for name, window, status in sorted(report.states, key=lambda state: (state[1], state[0]))
        ],
        "override": incident.override,
        "exclude": incident.exclude,
        "updates": [update_document(update, page) for update in incident.updates],
    }


def _span(window: Window, report: IncidentReport, now: int) -> types.OpenSpan:
    """Give a window; what reaches now in an incident that is open has no end yet."""
    lasts = report.active and window.end == now
    return {"from": iso_utc(window.start), "to": None if lasts else iso_utc(window.end)}


def update_document(update: Update, page: str) -> types.Update:
    """Give an update; `page` is the full address of the page that it stands on.

    The Markdown itself is not told: it may hold comments that its author meant for nobody.
    """
    return {
        "id": update.key,
        "phase": update.phase.value,
        "at": iso_utc(update.at),
        "updated": iso_utc(update.changed),
        "url": f"{page}#{urls.anchor(update.key)}",
        "html": body(update.text, page),
        "text": plain_text(update.text),
        "changes": [
            {"component": name, "status": cast("types.KnownState", status.word)} for name, status in update.changes
        ],
    }
