"""Rules of the content in sentences: how a figure is made, how a maintenance repeats.

Each sentence is a text of its own, with places for numbers and names: nothing is put together of parts whose order or
form another language would have otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from statusgen.model.history import Recurrence, Sla
from statusgen.model.status import Status
from statusgen.render.durations import show_duration, show_notice
from statusgen.render.figures import show_target
from statusgen.render.language import gettext, later, ngettext
from statusgen.render.lists import list_together, list_words
from statusgen.render.words import name_state

# How often a maintenance repeats: by itself, and on days; each time, and at greater intervals.
_EVERY = {
    "DAILY": later("every day"),
    "WEEKLY": later("every week"),
    "MONTHLY": later("every month"),
    "YEARLY": later("every year"),
}
_EVERY_ON = {
    "DAILY": later("every day on %(days)s"),
    "WEEKLY": later("every week on %(days)s"),
    "MONTHLY": later("every month on %(days)s"),
    "YEARLY": later("every year on %(days)s"),
}
_EVERY_FEW: Mapping[str, Callable[[int], str]] = {
    "DAILY": lambda n: ngettext("every %(num)d day", "every %(num)d days", n),
    "WEEKLY": lambda n: ngettext("every %(num)d week", "every %(num)d weeks", n),
    "MONTHLY": lambda n: ngettext("every %(num)d month", "every %(num)d months", n),
    "YEARLY": lambda n: ngettext("every %(num)d year", "every %(num)d years", n),
}
_EVERY_FEW_ON: Mapping[str, Callable[[int], str]] = {
    "DAILY": lambda n: ngettext("every %(num)d day on %(days)s", "every %(num)d days on %(days)s", n),
    "WEEKLY": lambda n: ngettext("every %(num)d week on %(days)s", "every %(num)d weeks on %(days)s", n),
    "MONTHLY": lambda n: ngettext("every %(num)d month on %(days)s", "every %(num)d months on %(days)s", n),
    "YEARLY": lambda n: ngettext("every %(num)d year on %(days)s", "every %(num)d years on %(days)s", n),
}
_WEEKDAYS = {
    "MO": later("Monday"),
    "TU": later("Tuesday"),
    "WE": later("Wednesday"),
    "TH": later("Thursday"),
    "FR": later("Friday"),
    "SA": later("Saturday"),
    "SU": later("Sunday"),
}
_DAYS = {
    **_WEEKDAYS,
    "1MO": later("the first Monday"), "1TU": later("the first Tuesday"), "1WE": later("the first Wednesday"),
    "1TH": later("the first Thursday"), "1FR": later("the first Friday"), "1SA": later("the first Saturday"),
    "1SU": later("the first Sunday"),
    "2MO": later("the second Monday"), "2TU": later("the second Tuesday"), "2WE": later("the second Wednesday"),
    "2TH": later("the second Thursday"), "2FR": later("the second Friday"), "2SA": later("the second Saturday"),
    "2SU": later("the second Sunday"),
    "3MO": later("the third Monday"), "3TU": later("the third Tuesday"), "3WE": later("the third Wednesday"),
    "3TH": later("the third Thursday"), "3FR": later("the third Friday"), "3SA": later("the third Saturday"),
    "3SU": later("the third Sunday"),
    "4MO": later("the fourth Monday"), "4TU": later("the fourth Tuesday"), "4WE": later("the fourth Wednesday"),
    "4TH": later("the fourth Thursday"), "4FR": later("the fourth Friday"), "4SA": later("the fourth Saturday"),
    "4SU": later("the fourth Sunday"),
    "-1MO": later("the last Monday"), "-1TU": later("the last Tuesday"), "-1WE": later("the last Wednesday"),
    "-1TH": later("the last Thursday"), "-1FR": later("the last Friday"), "-1SA": later("the last Saturday"),
    "-1SU": later("the last Sunday"),
}  # fmt: skip
_SOURCES = {
    "worst": later("the worse of what was measured and what was declared"),
    "declared": later("what was declared in incidents"),
    "measured": later("what was measured"),
    "declared-first": later("what was declared while an incident was active, and else what was measured"),
}
_METHODS = {
    "time": later("Each second counts by its state (%(weights)s), by %(source)s."),
    "checks": later("Each check counts by its state (%(weights)s), by %(source)s."),
    "slices": later("Each slice of %(length)s counts by its state (%(weights)s), by %(source)s."),
    "downtime-periods": later(
        "Outages of at least %(least)s count in whole units of %(unit)s (%(state)s or worse), by %(source)s."
    ),
}
_UNKNOWN = {
    "exclude": later("Time without data is left out."),
    "up": later("Time without data counts as up."),
    "down": later("Time without data counts as down."),
}
_UNKNOWN_BOUNDED = {
    "exclude": later(
        "Time without data is left out; there is no verdict with less than %(share)s of the time measured."
    ),
    "up": later("Time without data counts as up; there is no verdict with less than %(share)s of the time measured."),
    "down": later(
        "Time without data counts as down; there is no verdict with less than %(share)s of the time measured."
    ),
}
# Of maintenance, by what is done with it, whether notice is asked for and whether it has a limit.
_MAINTENANCE = {
    ("exclude", False, False): later("Maintenance is left out."),
    ("exclude", False, True): later("Maintenance is left out, up to %(most)s a month."),
    ("exclude", True, False): later("Maintenance announced at least %(notice)s before is left out."),
    ("exclude", True, True): later(
        "Maintenance announced at least %(notice)s before is left out, up to %(most)s a month."
    ),
    ("up", False, False): later("Maintenance counts as up."),
    ("up", False, True): later("Maintenance counts as up, up to %(most)s a month."),
    ("up", True, False): later("Maintenance announced at least %(notice)s before counts as up."),
    ("up", True, True): later("Maintenance announced at least %(notice)s before counts as up, up to %(most)s a month."),
}
_COMBINED = {
    "worst": later("The figure of several components is that of the worst of them in each second."),
    "best": later("The figure of several components is that of the best of them in each second."),
    "mean": later("The figure of several components is the mean of theirs."),
    "pooled": later("The figure of several components is the downtime of all over the time of all."),
}


def explain_recurrence(recurrence: Recurrence) -> str | None:
    """Say how a maintenance repeats, as in `every week on Sunday`; None for a rule that has no short words."""
    parts = dict(part.split("=", 1) for part in recurrence.rule.removeprefix("RRULE:").split(";") if "=" in part)
    unit = parts.pop("FREQ", "")
    interval = int(parts.pop("INTERVAL", "1"))
    days = [_DAYS.get(day.removeprefix("+")) for day in parts.pop("BYDAY", "").split(",") if day]
    count = int(parts.pop("COUNT", "0"))
    parts.pop("WKST", None)
    if unit not in _EVERY or parts or None in days:
        return None
    if interval == 1:
        every = gettext((_EVERY_ON if days else _EVERY)[unit])
    else:
        every = (_EVERY_FEW_ON if days else _EVERY_FEW)[unit](interval)
    words = every % {"num": interval, "days": list_together(gettext(day) for day in days if day) if days else ""}
    if not count:
        return words
    return ngettext("%(rule)s, %(num)d time", "%(rule)s, %(num)d times", count) % {"rule": words, "num": count}


def explain_sla(sla: Sla, *, combined: bool = False) -> str:
    """Say what a figure promises and how it is made; `combined` adds how the figure of several components is."""
    return " ".join(_sentences(sla, combined=combined))


def _sentences(sla: Sla, *, combined: bool) -> Iterator[str]:
    yield _promise(sla)
    yield _method(sla)
    rules = _UNKNOWN_BOUNDED if sla.min_coverage else _UNKNOWN
    yield gettext(rules[sla.unknown]) % {"share": show_target(sla.min_coverage)}
    yield _maintenance(sla)
    if combined:
        yield gettext(_COMBINED[sla.combine])
    if sla.credits:
        tiers = [
            gettext("%(credit)s below %(below)s") % {"credit": show_target(t.credit), "below": show_target(t.below)}
            for t in sla.credits
        ]
        yield gettext("Credit: %(tiers)s.") % {"tiers": list_together(tiers)}


def _promise(sla: Sla) -> str:
    """Say what is promised, and for which time."""
    words = {"zone": sla.zone}
    if sla.target is not None:
        words["target"] = show_target(sla.target)
    if sla.hours is None:
        if sla.target is None:
            return gettext("No target; each calendar month in %(zone)s.") % words
        return gettext("At least %(target)s of each calendar month in %(zone)s.") % words
    names = list(_WEEKDAYS.values())
    words["days"] = list_together(gettext(names[day]) for day in sla.hours.days)
    words["start"], words["end"] = _clock(sla.hours.start), _clock(sla.hours.end)
    if sla.target is None:
        text = gettext("No target; each calendar month in %(zone)s, %(days)s from %(start)s to %(end)s.")
    else:
        text = gettext("At least %(target)s of each calendar month in %(zone)s, %(days)s from %(start)s to %(end)s.")
    return text % words


def _clock(second: int) -> str:
    """Write a second of the day, as in 09:00."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _method(sla: Sla) -> str:
    """Say what is counted, and how much each state weighs."""
    rule = sla.downtime_periods
    return gettext(_METHODS[sla.method]) % {
        "weights": list_words(_weights(sla)),
        "source": gettext(_SOURCES[sla.source]),
        "length": show_duration(sla.slices.length),
        "least": show_duration(rule.at_least),
        "unit": show_duration(rule.unit),
        "state": name_state(rule.threshold.word),
    }


def _weights(sla: Sla) -> Iterator[str]:
    known = (Status.OPERATIONAL, Status.DEGRADED_PERFORMANCE, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE)
    for status, weight in zip(known, sla.weights, strict=True):
        if weight or status is not Status.OPERATIONAL:
            words = {"state": name_state(status.word), "share": show_target(Fraction(weight, 10000))}
            yield gettext("%(state)s as %(share)s down") % words


def _maintenance(sla: Sla) -> str:
    rule = sla.maintenance
    if rule.policy == "count":
        return gettext("Maintenance counts like an outage.")
    text = _MAINTENANCE[rule.policy, bool(rule.notice), rule.max_excluded is not None]
    return gettext(text) % {"notice": show_notice(rule.notice), "most": show_duration(rule.max_excluded or 0)}
