"""What is no problem and yet worth a word: things that a file says which readers may not see as meant."""

from collections.abc import Iterator

from statusgen.model.history import History, Incident, Maintenance, Phase
from statusgen.model.problem import Problem
from statusgen.model.status import Status
from statusgen.read.updates import short_time


def advise(history: History, now: int) -> Iterator[Problem]:
    """Give advice on what was read; it stops nothing."""
    for incident in history.incidents:
        yield from _late_words(incident)
        yield from _future_words(incident, now)
    for maintenance in history.maintenances:
        yield from _future_words(maintenance, now)
        yield from _forgotten(maintenance, now)


def _late_words(incident: Incident) -> Iterator[Problem]:
    """Find updates after `resolved` that reopen nothing (design.md §5)."""
    resolved = False
    for update in incident.updates:
        if update.phase is Phase.RESOLVED:
            resolved = True
        elif any(status > Status.OPERATIONAL for _, status in update.changes):
            resolved = False
        elif resolved and update.phase is not Phase.POSTMORTEM:
            text = (
                f"this {update.phase.value} after resolved is shown and reopens nothing "
                "(set a component above operational to reopen the incident)"
            )
            yield Problem(incident.path, update.line, text)


def _future_words(item: Incident | Maintenance, now: int) -> Iterator[Problem]:
    for update in item.updates:
        if update.at >= now:
            text = f"this update is dated {short_time(update.at)} and is not shown before that"
            yield Problem(item.path, update.line, text)


def _forgotten(maintenance: Maintenance, now: int) -> Iterator[Problem]:
    """Find a work that is past its end and was never said to be completed: pages show it as going on."""
    phases = [update.phase for update in maintenance.updates if update.at < now]
    over = Phase.COMPLETED in phases or Phase.CANCELLED in phases
    if not maintenance.recurrence and Phase.IN_PROGRESS in phases and not over and maintenance.end < now:
        text = f"in progress since its planned end at {short_time(maintenance.end)} (add ## Completed with the time)"
        yield Problem(maintenance.path, 0, text)
