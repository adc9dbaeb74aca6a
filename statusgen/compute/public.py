"""What the public may know: everything but the components that are not public."""

from dataclasses import replace

from statusgen.compute.incidents import incident_before
from statusgen.model.history import History, Incident, Maintenance, Update


def public_history(history: History, now: int) -> History:
    """Give the history without components that are not public, and without what speaks of them alone (design.md §4).

    It is applied once, before anything is computed, so that no output can tell of them. An incident speaks of what it
    names before `now`: that it will name more is not known yet.
    """
    private = {component.id for component in history.site.components if not component.public}
    if not private:
        return history
    site = replace(history.site, components=tuple(c for c in history.site.components if c.id not in private))
    monitors = {monitor for component in site.components for monitor in component.checks.monitors}
    seen = history.observations
    runs = tuple(run for run in seen.runs if run.monitor in monitors)
    latencies = tuple(one for one in seen.latencies if one.monitor in monitors)
    known = {incident.id: incident_before(incident, now) or incident for incident in history.incidents}
    return replace(
        history,
        site=site,
        observations=replace(seen, runs=runs, latencies=latencies),
        incidents=tuple(
            _public_incident(incident, private)
            for incident in history.incidents
            if not _hidden(known[incident.id].touched, private)
        ),
        maintenances=tuple(
            _public_maintenance(m, private)
            for m in history.maintenances
            if not _hidden(tuple(component for component, _ in m.components), private)
        ),
    )


def _hidden(touched: tuple[str, ...], private: set[str]) -> bool:
    return bool(touched) and all(component in private for component in touched)


def _public_incident(incident: Incident, private: set[str]) -> Incident:
    return replace(
        incident,
        components=tuple(pair for pair in incident.components if pair[0] not in private),
        updates=tuple(_public_update(update, private) for update in incident.updates),
    )


def _public_maintenance(maintenance: Maintenance, private: set[str]) -> Maintenance:
    return replace(
        maintenance,
        components=tuple(pair for pair in maintenance.components if pair[0] not in private),
        updates=tuple(_public_update(update, private) for update in maintenance.updates),
    )


def _public_update(update: Update, private: set[str]) -> Update:
    return replace(update, changes=tuple(pair for pair in update.changes if pair[0] not in private))
