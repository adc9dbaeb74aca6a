"""Maintenance as our own API has it."""

from collections.abc import Sequence
from typing import cast

from statusgen.model.calendar import iso_utc
from statusgen.model.report import Occurrence, Report
from statusgen.render import urls
from statusgen.render.api.own import types
from statusgen.render.api.own.incidents import update_document
from statusgen.render.api.turns import is_over
from statusgen.render.api.writing import body


def maintenances_document(report: Report) -> types.Maintenances:
    """Give all windows of all maintenance."""
    return {"maintenance": [maintenance_line(occurrence, report) for occurrence in report.occurrences]}


def maintenance_line(occurrence: Occurrence, report: Report) -> types.MaintenanceLine:
    """Give a window with what it is of."""
    maintenance = occurrence.maintenance
    return {
        "maintenance": maintenance.id,
        "title": maintenance.title,
        "url": urls.absolute(f"{urls.maintenance(maintenance.id)}#{occurrence.key}", report.site.url),
        "components": [name for name, _ in maintenance.components],
        "occurrence": _occurrence(occurrence, report.now),
    }


def maintenance_document(occurrences: Sequence[Occurrence], report: Report) -> types.Maintenance:
    """Give a maintenance with all its occurrences, at least one, and all that is said of it."""
    maintenance = occurrences[0].maintenance
    page = urls.absolute(urls.maintenance(maintenance.id), report.site.url)
    return {
        "id": maintenance.id,
        "title": maintenance.title,
        "url": page,
        "components": [name for name, _ in maintenance.components],
        "announced": iso_utc(maintenance.announced),
        "summary_html": body(maintenance.summary, page),
        "occurrences": [_occurrence(occurrence, report.now) for occurrence in occurrences],
        "updates": [update_document(update, page) for update in maintenance.updates if update.at < report.now],
    }


def _occurrence(occurrence: Occurrence, now: int) -> types.Occurrence:
    planned = occurrence.planned
    return {
        "id": occurrence.key,
        "phase": cast("types.MaintenancePhase", occurrence.phase_at(now).value),
        "planned": {"from": iso_utc(planned.start), "to": iso_utc(planned.end)},
        "held": _held(occurrence, now),
    }


def _held(occurrence: Occurrence, now: int) -> types.OpenSpan | None:
    if occurrence.called_off or occurrence.coming_at(now):
        return None
    held = occurrence.held
    return {"from": iso_utc(held.start), "to": iso_utc(held.end) if is_over(occurrence, now) else None}
