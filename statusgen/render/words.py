"""The words and numbers of the pages that no other output has, and all that templates may use of them."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from statusgen.model.calendar import iso_local, stamp
from statusgen.model.figure import Figure
from statusgen.model.history import Phase, Update
from statusgen.model.report import IncidentReport
from statusgen.model.status import STATUS_OF_IMPACT, Impact
from statusgen.render.dates import (
    name_month,
    show_clock,
    show_date,
    show_day,
    show_days,
    show_month,
    show_named_month,
    show_second,
    show_short_month,
    show_span,
    show_time,
)
from statusgen.render.durations import keep_together, show_duration, show_length
from statusgen.render.figures import (
    format_percent,
    places_of,
    show_coverage,
    show_seconds_up,
    show_target,
    show_uptime,
)
from statusgen.render.language import gettext, later, pgettext
from statusgen.render.lists import list_words
from statusgen.render.numbers import show_checks, show_integer, show_slices
from statusgen.render.text import plain_text, shorten, show_markdown
from statusgen.render.translate import is_translated

_STATES: Mapping[str, str] = {
    "operational": later("Operational"),
    "degraded_performance": later("Degraded performance"),
    "partial_outage": later("Partial outage"),
    "major_outage": later("Major outage"),
    "under_maintenance": later("Under maintenance"),
    "unknown": later("No data"),
    "not_counted": later("Not counted"),
}
_STATE_NAMES: Mapping[str, str] = {
    "operational": later("operational"),
    "degraded_performance": later("degraded performance"),
    "partial_outage": later("partial outage"),
    "major_outage": later("major outage"),
    "under_maintenance": later("under maintenance"),
    "unknown": later("unknown"),
}
_HEADLINES: Mapping[str, str] = {
    "operational": later("All systems operational"),
    "degraded_performance": later("Degraded performance"),
    "partial_outage": later("Partial outage"),
    "major_outage": later("Major outage"),
    "under_maintenance": later("Maintenance in progress"),
    "unknown": later("No current data"),
}
_HEADLINE_NAMES: Mapping[str, str] = {
    "operational": later("all systems operational"),
    "degraded_performance": later("degraded performance"),
    "partial_outage": later("partial outage"),
    "major_outage": later("major outage"),
    "under_maintenance": later("maintenance in progress"),
    "unknown": later("no current data"),
}
_PHASES: Mapping[Phase, str] = {
    Phase.INVESTIGATING: later("Investigating"),
    Phase.IDENTIFIED: later("Identified"),
    Phase.MONITORING: later("Monitoring"),
    Phase.UPDATE: later("Update"),
    Phase.RESOLVED: later("Resolved"),
    Phase.POSTMORTEM: later("Postmortem"),
    Phase.SCHEDULED: later("Scheduled"),
    Phase.IN_PROGRESS: later("In progress"),
    Phase.VERIFYING: later("Verifying"),
    Phase.COMPLETED: later("Completed"),
    Phase.CANCELLED: later("Cancelled"),
}
_IMPACTS: Mapping[Impact, str] = {
    Impact.NONE: later("No impact"),
    Impact.MINOR: later("Minor impact"),
    Impact.MAJOR: later("Major impact"),
    Impact.CRITICAL: later("Critical impact"),
}
_UNITS = {"seconds": later("Seconds"), "checks": later("Checks"), "slices": later("Slices")}
_ACCOUNTS = {
    "counted": later("counted"),
    "excluded": later("excluded"),
    "outside": later("outside"),
    "to come": later("to come"),
}


def show_state(word: str) -> str:
    """Write the state of a component."""
    return gettext(_STATES[word])


def name_state(word: str) -> str:
    """Name the state of a component in the midst of a sentence."""
    return gettext(_STATE_NAMES[word])


def show_headline(word: str) -> str:
    """Write the overall state as the first thing that a page says."""
    return gettext(_HEADLINES[word])


def name_headline(word: str) -> str:
    """Name the overall state in the midst of a sentence."""
    return gettext(_HEADLINE_NAMES[word])


def show_phase(phase: Phase) -> str:
    """Write the phase of an update or of a maintenance."""
    return gettext(_PHASES[phase])


def show_flips(flips: Iterable[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Give each state to come with its words, for the script."""
    return [(at, word, show_state(word)) for at, word in flips]


def show_headlines(flips: Iterable[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Give each overall state to come with its words, for the script."""
    return [(at, word, show_headline(word)) for at, word in flips]


def show_turns(turns: Iterable[tuple[int, Phase]]) -> list[tuple[int, str, str]]:
    """Give each phase to come with its words, for the script."""
    return [(at, "", show_phase(phase)) for at, phase in turns]


def show_downtime(figure: Figure) -> str:
    """Write what was lost, rounded up: time, or checks or slices of so many (uptime.md §7.3, design.md §7)."""
    lost = show_seconds_up(figure.downtime)
    if figure.unit == "seconds":
        return show_length(lost)
    return gettext("%(lost)s of %(whole)s") % {"lost": show_integer(lost), "whole": show_accounted(figure)}


def show_accounted(figure: Figure) -> str:
    """Write what downtime is held against."""
    return _AMOUNTS[figure.unit](show_seconds_up(figure.accounted))


_AMOUNTS: Mapping[str, Callable[[int], str]] = {
    "seconds": show_length,
    "checks": show_checks,
    "slices": show_slices,
}


def show_budget(figure: Figure, *, brief: bool = False) -> str:
    """Write what is left of an error budget, rounded down; what is lacking has a minus, a dash stands for want of data.

    It is time, or a share of the budget where checks or slices are counted (uptime.md §8). `brief` keeps two units.
    """
    if figure.uptime is None:
        return "\u2013"
    if figure.remaining is None:
        return "\u2013" if figure.burned is None else show_percent(1 - figure.burned).replace("-", "\u2212")
    left = figure.remaining // 1
    if brief:
        unit = next((unit for size, unit in ((86400, 3600), (3600, 60)) if abs(left) >= size), 1)
        left = left // unit * unit
    return show_length(left) if left >= 0 else f"\u2212{show_length(-left)}"


def show_burned(figure: Figure) -> str:
    """Write what part of an error budget is used; a dash for want of data."""
    if figure.uptime is None or figure.burned is None:
        return "\u2013"
    return show_percent(figure.burned)


def show_percent(share: Fraction) -> str:
    """Write a share with one decimal."""
    return format_percent(share, 1)


def show_verdict(figure: Figure, now: int) -> str:
    """Say whether a target is met; of a period that lasts, whether it still can be (uptime.md §8)."""
    if figure.met is None or figure.sla.target is None:
        return gettext("no verdict")
    if figure.period.end <= now:
        return gettext("met") if figure.met else gettext("missed")
    if figure.met:
        return gettext("met so far")
    best = figure.final_if_no_more
    return gettext("missed") if best is not None and best < figure.sla.target else gettext("below so far")


def show_measured(figure: Figure) -> str:
    """Write what part of the time was measured; a dash where no time counts."""
    if figure.coverage is None:
        return "\u2013"
    return format_percent(figure.coverage, 1)


def show_bound(figure: Figure, side: str) -> str:
    """Write the lower or upper bound of an uptime as the uptime itself is written."""
    bound: Fraction | None = getattr(figure, side)
    return "" if bound is None else format_percent(bound, places_of(figure))


def show_credit(figure: Figure) -> str:
    """Write the credit that is due; a dash while that is not settled."""
    if figure.credit is None:
        return "\u2013"
    return show_target(figure.credit) if figure.credit else pgettext("credit", "none")


def shape_of_impact(impact: Impact) -> str:
    """Give the shape that stands for an impact: that of the state that is as bad."""
    return "note" if impact is Impact.NONE else STATUS_OF_IMPACT[impact].word


def show_impact(impact: Impact) -> str:
    """Write an impact."""
    return gettext(_IMPACTS[impact])


def find_last_word(report: IncidentReport) -> Update | None:
    """Give the last update that is no postmortem: how it ended, or stands."""
    said = [update for update in report.incident.updates if update.phase is not Phase.POSTMORTEM]
    return said[-1] if said else None


def show_last_words(report: IncidentReport) -> str:
    """Give the words of the last update that is no postmortem."""
    update = find_last_word(report)
    return plain_text(update.text) if update else ""


FILTERS: Mapping[str, Callable[..., Any]] = {
    "accounted": show_accounted,
    "bound": show_bound,
    "budget": show_budget,
    "burned": show_burned,
    "clock": show_clock,
    "coverage": show_coverage,
    "credit": show_credit,
    "date": show_date,
    "day": show_day,
    "days": show_days,
    "downtime": show_downtime,
    "duration": lambda seconds: keep_together(show_duration(seconds)),
    "impact": show_impact,
    "impact_shape": shape_of_impact,
    "iso": iso_local,
    "exact": lambda seconds: keep_together(show_length(seconds)),
    "last_word": find_last_word,
    "last_words": show_last_words,
    "listed": list_words,
    "markdown": show_markdown,
    "measured": show_measured,
    "month": show_month,
    "month_name": name_month,
    "month_words": show_named_month,
    "percent": show_percent,
    "plain": plain_text,
    "second": show_second,
    "shorten": shorten,
    "span": show_span,
    "stamp": stamp,
    "state": show_state,
    "account": lambda word: gettext(_ACCOUNTS[word]),
    "flips": show_flips,
    "headlines": show_headlines,
    "integer": show_integer,
    "month_short": show_short_month,
    "phase": show_phase,
    "translated": is_translated,
    "turns": show_turns,
    "unit": lambda unit: gettext(_UNITS[unit]),
    "target": show_target,
    "time": show_time,
    "uptime": show_uptime,
    "verdict": show_verdict,
}
"""What templates may use beside what Jinja brings; `markdown` alone makes HTML."""
