"""Maintenance as Statuspage has it: one scheduled maintenance for each occurrence."""

from collections.abc import Iterable
from typing import Any

from statusgen.model.calendar import DAY
from statusgen.model.history import Phase
from statusgen.model.report import Occurrence, Report
from statusgen.render import urls
from statusgen.render.api.statuspage.components import Rows
from statusgen.render.api.statuspage.ids import make_id, occurrence_name, page_id, timestamp
from statusgen.render.api.statuspage.updates import changed_at, maintenance_updates, phase_word
from statusgen.render.api.turns import is_over, turned_before

NEWEST = 50
"""A list holds at most so many incidents, or maintenance windows."""
HORIZON = 30 * DAY
"""How far ahead the occurrences of what recurs are told, in seconds; what happens once is told when announced."""


def coming_occurrences(report: Report) -> list[Occurrence]:
    """Give what is scheduled: of more than a list holds, the nearest; the latest start first."""
    coming = [o for o in report.occurrences if o.coming_at(report.now) and _is_near(o, report.now)]
    return coming[-NEWEST:]


def running_occurrences(report: Report) -> list[Occurrence]:
    """Give what is going on, the latest start first."""
    return [o for o in report.occurrences if o.running_at(report.now)]


def ahead_occurrences(report: Report) -> list[Occurrence]:
    """Give what is going on and what is scheduled, the latest start first."""
    return _latest_first([*running_occurrences(report), *coming_occurrences(report)])


def told_occurrences(report: Report) -> list[Occurrence]:
    """Give what is going on, then what comes, then what is past, as much as a list holds; the latest start first."""
    coming = reversed(coming_occurrences(report))
    past = [o for o in report.occurrences if not (o.running_at(report.now) or o.coming_at(report.now))]
    return _latest_first([*running_occurrences(report), *coming, *past][:NEWEST])


def _latest_first(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    return sorted(occurrences, key=lambda o: (o.planned.start, o.maintenance.id), reverse=True)


def _is_near(occurrence: Occurrence, now: int) -> bool:
    return occurrence.maintenance.recurrence is None or occurrence.planned.start < now + HORIZON


def maintenance_row(occurrence: Occurrence, rows: Rows, report: Report) -> dict[str, Any]:
    """Give a scheduled maintenance. It was created when it was announced; the plan stays what it was."""
    maintenance, site = occurrence.maintenance, report.site
    name = occurrence_name(occurrence)
    own = make_id("maintenance", name)
    page = urls.absolute(urls.maintenance(maintenance.id), site.url)
    over = is_over(occurrence, report.now)
    return {
        "id": own,
        "name": maintenance.title,
        "status": phase_word(Phase.COMPLETED if over else occurrence.phase_at(report.now)),
        "created_at": timestamp(maintenance.announced),
        "updated_at": timestamp(occurrence_changed_at(occurrence, report.now)),
        "monitoring_at": None,
        "resolved_at": timestamp(_ended_at(occurrence)) if over else None,
        "impact": "maintenance",
        "shortlink": page,
        "started_at": timestamp(occurrence.held.start),
        "page_id": page_id(site),
        "incident_updates": maintenance_updates(occurrence, own, name, page),
        "components": rows.of(component for component, _ in maintenance.components),
        "reminder_intervals": None,
        "scheduled_for": timestamp(occurrence.planned.start),
        "scheduled_until": timestamp(occurrence.planned.end),
    }


def _ended_at(occurrence: Occurrence) -> int:
    return occurrence.held.end if occurrence.ended_at is None else occurrence.ended_at


def occurrence_changed_at(occurrence: Occurrence, now: int) -> int:
    """Give when something was last said of a maintenance, or when it began or ended, if that was later."""
    said = map(changed_at, occurrence.updates)
    return max([occurrence.maintenance.announced, *said, *turned_before(occurrence, now)])
