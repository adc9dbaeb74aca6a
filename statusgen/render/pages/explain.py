"""Rules of the content in sentences: how a figure is made, how a maintenance repeats."""

from collections.abc import Iterable

from statusgen.model.history import Recurrence, Sla
from statusgen.render.figures import show_target
from statusgen.render.text import show_duration
from statusgen.render.words import show_notice, show_state

_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_WEEKDAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_NTH = {"": "", "1": "the first ", "2": "the second ", "3": "the third ", "4": "the fourth ", "-1": "the last "}
_SOURCES = {
    "worst": "the worse of what was measured and what was declared",
    "declared": "what was declared in incidents",
    "measured": "what was measured",
    "declared-first": "what was declared while an incident was active, and else what was measured",
}
_UNKNOWN = {
    "exclude": "Time without data is left out",
    "up": "Time without data counts as up",
    "down": "Time without data counts as down",
}
_COMBINED = {
    "worst": "that of the worst of them in each second",
    "best": "that of the best of them in each second",
    "mean": "the mean of theirs",
    "pooled": "the downtime of all over the time of all",
}


def explain_recurrence(recurrence: Recurrence) -> str | None:
    """Say how a maintenance repeats, as in `every week on Sunday`; None for a rule that has no short words."""
    parts = dict(part.split("=", 1) for part in recurrence.rule.removeprefix("RRULE:").split(";") if "=" in part)
    unit = _EVERY.get(parts.pop("FREQ", ""))
    interval = parts.pop("INTERVAL", "1")
    days = parts.pop("BYDAY", None)
    count = parts.pop("COUNT", None)
    parts.pop("WKST", None)
    if unit is None or parts:
        return None
    words = f"every {unit}" if interval == "1" else f"every {interval} {unit}s"
    if days:
        names = [_weekday(day) for day in days.split(",")]
        if None in names:
            return None
        words += f" on {_join(name for name in names if name)}"
    return f"{words}, {count} times" if count else words


def _weekday(day: str) -> str | None:
    place, name = day[:-2].removeprefix("+"), _WEEKDAYS.get(day[-2:])
    return f"{_NTH[place]}{name}" if name and place in _NTH else None


def explain_sla(sla: Sla, *, combined: bool = False) -> str:
    """Say what a figure promises and how it is made; `combined` adds how the figure of several components is."""
    target = "No target; each" if sla.target is None else f"At least {show_target(sla.target)} of each"
    sentences = [
        f"{target} calendar month in {sla.zone}{_hours(sla)}",
        f"{_method(sla)}, by {_SOURCES[sla.source]}",
        f"{_UNKNOWN[sla.unknown]}{_least_coverage(sla)}",
        _maintenance(sla),
    ]
    if combined:
        sentences.append(f"The figure of several components is {_COMBINED[sla.combine]}")
    if sla.credits:
        tiers = [f"{show_target(tier.credit)} below {show_target(tier.below)}" for tier in sla.credits]
        sentences.append(f"Credit: {_join(tiers)}")
    return " ".join(f"{sentence}." for sentence in sentences)


def _hours(sla: Sla) -> str:
    if sla.hours is None:
        return ""
    names = [list(_WEEKDAYS.values())[day] for day in sla.hours.days]
    clock = [f"{second // 3600:02d}:{second % 3600 // 60:02d}" for second in (sla.hours.start, sla.hours.end)]
    return f", {_join(names)} from {clock[0]} to {clock[1]}"


def _method(sla: Sla) -> str:
    """Say what is counted, and how much each state weighs."""
    if sla.method == "downtime-periods":
        rule = sla.downtime_periods
        return (
            f"Outages of at least {show_duration(rule.at_least)} count in whole units of {show_duration(rule.unit)} "
            f"({show_state(rule.threshold.word).lower()} or worse)"
        )
    units = {"time": "second", "checks": "check"}
    unit = units.get(sla.method, f"slice of {show_duration(sla.slices.length)}")
    weights = zip(("operational", "degraded performance", "partial outage", "major outage"), sla.weights, strict=True)
    lost = [f"{name} as {weight / 100:g}% down" for name, weight in weights if name != "operational" or weight]
    return f"Each {unit} counts by its state ({', '.join(lost)})"


def _least_coverage(sla: Sla) -> str:
    if not sla.min_coverage:
        return ""
    return f"; there is no verdict with less than {show_target(sla.min_coverage)} of the time measured"


def _maintenance(sla: Sla) -> str:
    rule = sla.maintenance
    if rule.policy == "count":
        return "Maintenance counts like an outage"
    notice = f" announced at least {show_notice(rule.notice)} before" if rule.notice else ""
    done = "counts as up" if rule.policy == "up" else "is left out"
    most = f", up to {show_duration(rule.max_excluded)} a month" if rule.max_excluded is not None else ""
    return f"Maintenance{notice} {done}{most}"


def _join(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
