"""Advice on maintenance: whether it was announced in time, and whether it was said to be over."""

from collections.abc import Iterator

from statusgen.advise.incidents import future_words, retired_components
from statusgen.model.calendar import short_time
from statusgen.model.code import Code
from statusgen.model.history import History, Maintenance, Phase, Site, Sla
from statusgen.model.problem import Problem


def advise_maintenance(history: History, now: int) -> Iterator[Problem]:
    """Give advice on each maintenance."""
    for maintenance in history.maintenances:
        yield from future_words(maintenance.path, maintenance.updates, now)
        yield from _without_effect(maintenance)
        yield from _forgotten(maintenance, now)
        if maintenance.end > now:
            yield from _short_notice(maintenance, history.site)
        told = [(maintenance.start, 0, name) for name, _ in maintenance.components]
        yield from retired_components(maintenance.path, told, history.site)


def _without_effect(maintenance: Maintenance) -> Iterator[Problem]:
    """Find updates that would set a state: those of incidents alone do (design.md §5)."""
    for update in maintenance.updates:
        if update.changes:
            name, status = update.changes[0]
            text = f"{name}={status.word} sets no state here (put it into components:, or write an incident)"
            yield Problem(maintenance.path, update.line, text, Code.NO_EFFECT)


def _forgotten(maintenance: Maintenance, now: int) -> Iterator[Problem]:
    """Find a work that is past its end and was never said to be completed: pages show it as going on."""
    phases = [update.phase for update in maintenance.updates if update.at < now]
    over = Phase.COMPLETED in phases or Phase.CANCELLED in phases
    if not maintenance.recurrence and Phase.IN_PROGRESS in phases and not over and maintenance.end < now:
        text = f"in progress since its planned end at {short_time(maintenance.end)} (add ## Completed with the time)"
        yield Problem(maintenance.path, 0, text, Code.FORGOTTEN)


def _short_notice(maintenance: Maintenance, site: Site) -> Iterator[Problem]:
    """Find a maintenance that was announced later than an SLA asks: its time counts (uptime.md §4.3)."""
    cancelled = [update.at for update in maintenance.updates if update.phase is Phase.CANCELLED]
    if cancelled and min(cancelled) <= maintenance.start:
        return
    given = maintenance.start - maintenance.announced
    named = {name for name, _ in maintenance.components}
    asked = {sla.id: sla for component in site.components if component.id in named for sla in site.slas_of(component)}
    short = [sla for sla in asked.values() if _wants(sla) > given]
    if short:
        most = max(short, key=_wants)
        again = " of its first window" if maintenance.recurrence else ""
        text = (
            f"announced {_hours(given)} before the start{again}, while {most.id} asks for {_hours(_wants(most))}: "
            "its time counts as it is (start later, or expect it in the figure)"
        )
        yield Problem(maintenance.path, 0, text, Code.SHORT_NOTICE)


def _wants(sla: Sla) -> int:
    return sla.maintenance.notice if sla.maintenance.policy == "exclude" else 0


def _hours(seconds: int) -> str:
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{sign}{hours} h" + (f" {minutes} min" if minutes else "")
