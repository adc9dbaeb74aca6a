"""How far back a report looks, and over which window timelines are drawn for it."""

from statusgen.compute.incidents import incident_before
from statusgen.model.calendar import DAY, year_of
from statusgen.model.history import History, Site
from statusgen.model.window import Window

_MONTH = 32 * DAY  # more than any month: what is measured by calendar months is drawn over whole ones


def first_fact(history: History, now: int) -> int:
    """Give the instant from which on anything is known before `now`: a service, incident, maintenance or check."""
    starts = [component.since for component in history.site.components if component.since is not None]
    starts += [incident.started for incident in history.incidents if incident_before(incident, now)]
    starts += [run.start for run in history.observations.runs]
    # One that was announced after the work had begun is known from its start on.
    starts += [min(m.announced, m.start) for m in history.maintenances if m.announced < now]
    return min([*starts, now - 1])


def drawn_window(history: History, now: int, asked: Window) -> Window:
    """Give the window that timelines are drawn over: whole months around all that is asked, and the current year.

    Where downtime periods are counted it begins before anything is known, since those are seen whole (uptime.md §6).
    """
    if any(sla.method == "downtime-periods" for sla in history.site.slas.values()):
        asked = Window(min(asked.start, first_fact(history, now)), asked.end)
    year_ends = [year_of(now, zone).window.end for zone in _zones(history.site)]
    return Window(asked.start - _MONTH, max(asked.end, *year_ends) + _MONTH)


def year_start(instant: int, site: Site) -> int:
    """Give the start of the year in which an instant lies, in any zone that measures."""
    return min(year_of(instant, zone).window.start for zone in _zones(site))


def _zones(site: Site) -> set[str]:
    """Give the zones by which periods are measured."""
    return {site.zone, *(sla.zone for sla in site.slas.values())}
