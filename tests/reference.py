"""What uptime and SLA figures mean, second by second: the slow and obvious reading of the method `time`.

It shares no code with the product, so that both can be held against each other. Every rule is written as a loop over
seconds. Instants are whole Unix seconds or ISO 8601 text, shares are decimal text in percent.

A **case** is plain data:

    now         an instant
    window      {"month": "2026-04"}, {"quarter": "2026-Q1"}, {"year": "2026"}, {"from": A, "to": B} or
                {"rolling_days": 30}
    zone        of the SLA: of its calendar periods, service hours and months of `max_excluded`; default UTC
    since, retired                      of the component; default: always there
    probes      {probe: [[instant, outcome], ...]}: one monitor's checks; or, for several monitors,
    monitors    {monitor: {probe: [[instant, outcome], ...]}}
    interval, max_gap, confirm_down, confirm_up, quorum, minority      how the checks are read
    incidents   [{"start": A, "end": B or None, "state": S}], or instead of start and state
                "timeline": [[A, S], [C, S2], ...]; optional "override": reason, "exclude": reason (all of the incident)
                and "exclusions": [{"from": A, "to": B, "reason": R}, ...]
    maintenance [{"start": A, "end": B, "announced": C, "impact": S or None}],
                optional "actual_start", "actual_end" and "cancelled": instants
    sla         target, source, unknown, weights {state: percent}, notice, max_excluded, policy, decimals, min_coverage,
                calendar {"days": [0, ...], "from": "09:00", "to": "17:00"}, credits [[below, credit], ...]

Outcomes are up, degraded, partial, down and unknown; states are operational, degraded, partial and major.

Beyond what the worked examples use: monitors, retired, exclude, exclusions, actual_start, cancelled, weights, policy
and min_coverage. A **group** is a list of cases that agree in now, window, zone and sla (its source
included).
"""

from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from math import floor
from zoneinfo import ZoneInfo

STATES = ("operational", "degraded", "partial", "major")
KINDS = (*STATES, "unknown", "excluded", "outside")
OUTCOMES = {"up": "operational", "degraded": "degraded", "partial": "partial", "down": "major", "unknown": "unknown"}
WEIGHTS = {"operational": "0", "degraded": "0", "partial": "30", "major": "100"}
FOREVER = 10**12


def measure(case):
    """Give every figure of one component (the fields of `result` in the worked examples)."""
    window, full_period = component_window(case)
    kind_of, will_count = kinds_of_seconds(case), countable_seconds(case)
    counts = Counter()
    for second in range(*window):
        counts[kind_of(second)] += 1
    future = 0
    for second in range(*future_window(case)):
        if will_count(second):
            future += 1
    return conclude(case, window, full_period, counts, future)


def measure_group(cases, combine):
    """Give every figure of a group of components."""
    now = instant(cases[0]["now"])
    start, end = full_period = period_of(cases[0])
    window = (start, max(start, min(end, now)))
    if combine == "pooled":
        counts = Counter()
        future = 0
        for case in cases:
            member = measure(case)
            counts.update(member["seconds"])
            future += sum(map(countable_seconds(case), range(*future_window(case))))
        return conclude(cases[0], window, full_period, counts, future)
    if combine == "mean":
        return conclude_mean(cases[0], window, full_period, [measure(case) for case in cases])
    members = [kinds_of_seconds(case) for case in cases]
    members_later = [countable_seconds(case) for case in cases]
    counts = Counter()
    for second in range(*window):
        counts[combined([kind_of(second) for kind_of in members], combine)] += 1
    future = 0
    for second in range(max(now, start), end):
        if any(will_count(second) for will_count in members_later):
            future += 1
    return conclude(cases[0], window, full_period, counts, future)


def combined(kinds, combine):
    """Give what a second of a group is, from what it is for each member."""
    counted = [kind for kind in kinds if kind not in ("excluded", "outside")]
    if not counted:
        return "excluded" if "excluded" in kinds else "outside"
    known = [kind for kind in counted if kind != "unknown"]
    if not known:
        return "unknown"
    return worst(known) if combine == "worst" else min(known, key=STATES.index)


# Figures


def conclude(case, window, full_period, counts, future):
    """Give the figures from the number of seconds of each kind, and of the eligible ones still to come."""
    sla = case.get("sla", {})
    weights = {state: Fraction(text) * 100 for state, text in {**WEIGHTS, **sla.get("weights", {})}.items()}
    known = sum(counts[state] for state in STATES)
    unknown = counts["unknown"]
    eligible = known + unknown
    lost_when_known = sum(weights[state] * counts[state] for state in STATES)

    def downtime_and_time(unknown_is):
        if unknown_is == "up":
            return lost_when_known, 10000 * eligible
        if unknown_is == "down":
            return lost_when_known + 10000 * unknown, 10000 * eligible
        return lost_when_known, 10000 * known

    def uptime_if(unknown_is):
        lost, time = downtime_and_time(unknown_is)
        return Fraction(time - lost, time)

    lost, time = downtime_and_time(sla.get("unknown", "exclude"))
    uptime = lower = upper = None
    if known:
        uptime = uptime_if(sla.get("unknown", "exclude"))
        lower = min(uptime, uptime_if("down"))
        upper = max(uptime, uptime_if("up"))
    return {
        "window": list(window),
        "full_period": list(full_period),
        "seconds": {kind: counts[kind] for kind in KINDS},
        "eligible": eligible,
        "known": known,
        "downtime": str(Fraction(lost, 10000)),
        "accounted": str(Fraction(time, 10000)),
        **budgets(sla, Fraction(lost, 10000), Fraction(time, 10000) + future),
        **verdicts(case, full_period, (known, eligible), (uptime, lower, upper), Fraction(lost, 10000)),
    }


def conclude_mean(case, window, full_period, members):
    """Give the figures of a group whose uptime is the mean of its members' (those that have one)."""
    seconds = Counter()
    for member in members:
        seconds.update(member["seconds"])
    known = sum(member["known"] for member in members)
    eligible = sum(member["eligible"] for member in members)
    lost = sum(Fraction(member["downtime"]) for member in members)
    time = sum(Fraction(member["accounted"]) for member in members)

    def mean(field):
        values = [Fraction(member[field]) for member in members if member[field] is not None]
        return sum(values) / len(values) if values else None

    said = verdicts(case, full_period, (known, eligible), (mean("uptime"), mean("lower"), mean("upper")), lost)
    allowed = 1 - Fraction(case.get("sla", {}).get("target", "100")) / 100
    return {
        "window": list(window),
        "full_period": list(full_period),
        "seconds": {kind: seconds[kind] for kind in KINDS},
        "eligible": eligible,
        "known": known,
        "downtime": str(lost),
        "accounted": str(time),
        # A mean of shares has no common budget in seconds, only a share of it that is used up.
        "budget": None,
        "remaining": None,
        "final_if_no_more": None,
        "burned": str((1 - Fraction(said["uptime"])) / allowed) if said["uptime"] and allowed else None,
        **said,
    }


def verdicts(case, full_period, coverage, figures, downtime):
    """Give what is said of an uptime: what is shown, whether the target is met, and the credit that is due."""
    sla = case.get("sla", {})
    (known, eligible), (uptime, lower, upper) = coverage, figures
    words = None
    if known == 0:
        words = "no data"
    elif Fraction(known, eligible) < Fraction(sla.get("min_coverage", "0")) / 100:
        words = "insufficient data"
    said = {
        "coverage": str(Fraction(known, eligible)) if eligible else None,
        "uptime": None,
        "lower": None,
        "upper": None,
        "met": None,
        "credit": None,
        "shown": words,
        "shown_downtime": None if words else -floor(-downtime),
    }
    if words:
        return said
    said |= {"uptime": str(uptime), "lower": str(lower), "upper": str(upper), "shown": shown(uptime, sla)}
    if "target" in sla:
        said["met"] = uptime >= Fraction(sla["target"]) / 100
        if full_period[1] <= instant(case["now"]):
            due = [credit for below, credit in sla.get("credits", []) if Fraction(below) / 100 > uptime]
            said["credit"] = max(due, key=Fraction, default="0")
    return said


def budgets(sla, downtime, time):
    """Give the error budget; `time` is what counts of the period by its end."""
    budget = remaining = burned = None
    if "target" in sla:
        budget = (1 - Fraction(sla["target"]) / 100) * time
        remaining = budget - downtime
        burned = downtime / budget if budget else None
    final = 1 - downtime / time if time else None
    figures = {"budget": budget, "remaining": remaining, "burned": burned, "final_if_no_more": final}
    return {name: None if figure is None else str(figure) for name, figure in figures.items()}


def shown(uptime, sla):
    """Write a percentage, cut off downwards."""
    if uptime == 1:
        return "100%"
    places = max(sla.get("decimals", 3), len(sla.get("target", "").partition(".")[2]))
    digits = str(floor(uptime * 100 * 10**places)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}%" if places else f"{digits}%"


# What a second is


def kinds_of_seconds(case):
    """Give the function that tells what a second before `now` is: a state, unknown, excluded or outside."""
    sla = case.get("sla", {})
    outside = outside_of(case)
    excluded = excluded_seconds(case)
    maintained = maintained_seconds(case)
    measured = measured_states(case)
    declared = declared_states(case)
    source = sla.get("source", "worst" if "probes" in case or "monitors" in case else "declared")

    def kind_of(second):
        if outside(second):
            return "outside"
        if second in excluded:
            return "excluded"
        if second in maintained:
            return "operational" if sla.get("policy") == "up" else "excluded"
        return state_of(source, measured.get(second), declared.get(second))

    return kind_of


def state_of(source, measured, declared):
    """Give the state of a second from what was measured and what was declared; None where there is nothing."""
    if source == "declared":
        return declared or "operational"
    if source == "measured":
        return measured or "unknown"
    if source == "declared-first":
        return declared or measured or "unknown"
    existing = [state for state in (measured, declared) if state]
    return worst(existing) if existing else "unknown"


def worst(states):
    """Give the worst of some states."""
    return max(states, key=STATES.index)


def countable_seconds(case):
    """Give the function that tells whether a second still to come will count, as far as is known now."""
    outside = outside_of(case)
    maintained = set() if case.get("sla", {}).get("policy") == "up" else maintained_seconds(case)

    def counts(second):
        return not outside(second) and second not in maintained

    return counts


def outside_of(case):
    """Give the function that tells whether a second is outside: of the component's life or of the service hours."""
    since = instant(case.get("since"), -FOREVER)
    retired = instant(case.get("retired"), FOREVER)
    hours = case.get("sla", {}).get("calendar")
    zone = ZoneInfo(case.get("zone", "UTC"))

    def outside(second):
        if second < since or second >= retired:
            return True
        if hours is None:
            return False
        local = datetime.fromtimestamp(second, zone)
        return local.weekday() not in hours["days"] or not hours["from"] <= f"{local:%H:%M}" < hours["to"]

    return outside


# Declared


def incident_states(incident, now):
    """Give the stretches (start, end, state) of an incident as far as it is known."""
    changes = incident.get("timeline") or [[incident["start"], incident["state"]]]
    changes = [(instant(at), state) for at, state in changes]
    end = min(instant(incident.get("end"), now), now)
    ends = [at for at, _ in changes[1:]] + [end]
    return [(at, min(until, end), state) for (at, state), until in zip(changes, ends, strict=True) if at < now]


def declared_states(case):
    """Give the worst declared state of each second in which something is declared."""
    now = instant(case["now"])
    declared = {}
    for incident in case.get("incidents", []):
        for start, end, state in incident_states(incident, now):
            for second in range(start, end):
                declared[second] = worst([state, declared.get(second, state)])
    # A maintenance declares its state; where it takes the second out, or makes it operational, nobody asks for a state.
    for maintenance in case.get("maintenance", []):
        state = maintenance.get("impact")
        if state is not None:
            start, end = maintenance_window(maintenance, now)
            for second in range(start, min(end, now)):
                declared[second] = worst([state, declared.get(second, state)])
    return declared


def excluded_seconds(case):
    """Give the seconds that a declared exclusion takes out."""
    now = instant(case["now"])
    seconds = set()
    for incident in case.get("incidents", []):
        stretches = incident_states(incident, now)
        if stretches:
            if incident.get("exclude"):
                seconds.update(range(stretches[0][0], stretches[-1][1]))
            for exclusion in incident.get("exclusions", []):
                seconds.update(range(instant(exclusion["from"]), min(instant(exclusion["to"]), now)))
    return seconds


def maintenance_window(maintenance, now):
    """Give the stretch that a maintenance takes, as far as is known now; empty where it takes none."""
    if instant(maintenance["announced"]) >= now:
        return (0, 0)
    start, end = instant(maintenance["start"]), instant(maintenance["end"])
    actual_start = instant(maintenance.get("actual_start"), FOREVER)
    if actual_start < now:
        start = max(start, actual_start)
    for word in ("actual_end", "cancelled"):
        actual_end = instant(maintenance.get(word), FOREVER)
        if actual_end < now:
            end = min(end, actual_end)
    return (start, max(start, end))


def maintained_seconds(case):
    """Give the seconds, before `now` and after, that maintenance announced in time takes out (or makes operational)."""
    sla = case.get("sla", {})
    if sla.get("policy") == "count":
        return set()
    now = instant(case["now"])
    zone = ZoneInfo(case.get("zone", "UTC"))
    outside, excluded = outside_of(case), excluded_seconds(case)
    candidates = set()
    for maintenance in case.get("maintenance", []):
        if instant(maintenance["start"]) - instant(maintenance["announced"]) >= sla.get("notice", 0):
            candidates.update(range(*maintenance_window(maintenance, now)))
    seconds = set()
    in_month = Counter()
    for second in sorted(candidates):
        if not outside(second) and second not in excluded:
            month = f"{datetime.fromtimestamp(second, zone):%Y-%m}"
            if in_month[month] < sla.get("max_excluded", FOREVER):
                in_month[month] += 1
                seconds.add(second)
    return seconds


# Measured


def measured_states(case):
    """Give the measured state of each second in which something is known and no override holds."""
    now = instant(case["now"])
    monitors = case.get("monitors", {"it": case.get("probes", {})})
    measured = {}
    for probes in monitors.values():
        spoken = [spoken_states(case, checks) for checks in probes.values()]
        for second in set().union(*spoken):
            states = [said[second] for said in spoken if second in said]
            state = quorum_of(states, case.get("quorum", "majority"), case.get("minority"))
            measured[second] = worst([state, measured.get(second, state)])
    for incident in case.get("incidents", []):
        if incident.get("override"):
            for start, end, _ in incident_states(incident, now):
                for second in range(start, end):
                    measured.pop(second, None)
    return measured


def quorum_of(states, quorum, minority):
    """Give the state of one monitor from the known states of its probes."""
    states = sorted(states, key=STATES.index, reverse=True)
    n = len(states)
    words = {"worst": 1, "best": n, "majority": n // 2 + 1}
    q = words[quorum] if quorum in words else min(quorum, n)
    state = states[q - 1]
    if minority and "major" in states and state in ("operational", "degraded"):
        return worst([state, minority])
    return state


def spoken_states(case, checks):
    """Give the known state of each second by one probe."""
    now = instant(case["now"])
    max_gap = max_gap_of(case)
    merged = confirmed(merged_checks(checks, now), max_gap, case.get("confirm_down", 1), case.get("confirm_up", 1))
    spoken = {}
    for number, (at, state) in enumerate(merged):
        until = min(at + max_gap, now)
        if number + 1 < len(merged):
            until = min(until, merged[number + 1][0])
        if state != "unknown":
            for second in range(at, until):
                spoken[second] = state
    return spoken


def max_gap_of(case):
    """Give how long a check speaks."""
    return case.get("max_gap", 2 * case.get("interval", 60))


def merged_checks(checks, now):
    """Give the checks before `now` in time order, one a second: the worst known outcome."""
    by_second = {}
    for at, outcome in checks:
        if instant(at) < now:
            by_second.setdefault(instant(at), []).append(OUTCOMES[outcome])
    merged = []
    for at, states in sorted(by_second.items()):
        known = [state for state in states if state != "unknown"]
        merged.append((at, worst(known) if known else "unknown"))
    return merged


def confirmed(checks, max_gap, down, up):
    """Give the checks of one probe without the blips that too few checks bear out."""
    segments = []
    previous = None
    for at, state in checks:
        if state == "unknown" or previous is None or previous[1] == "unknown" or at - previous[0] > max_gap:
            segments.append([(at, state)])
        else:
            segments[-1].append((at, state))
        previous = (at, state)
    return [check for segment in segments for check in confirmed_segment(segment, down, up)]


def confirmed_segment(segment, down, up):
    """Do the same for checks without a gap and without an unknown one between them."""
    runs = []
    for at, state in segment:
        side = "bad" if state in ("partial", "major") else "good"
        if not runs or runs[-1][0] != side:
            runs.append((side, []))
        runs[-1][1].append((at, state))
    result = []
    accepted_side, accepted_state = None, None
    for side, run in runs:
        if accepted_side in (None, side) or len(run) >= (down if side == "bad" else up):
            accepted_side, accepted_state = side, run[-1][1]
            result += run
        else:
            result += [(at, accepted_state) for at, _ in run]
    return result


# Time


def instant(value, default=None):
    """Give the Unix seconds of an instant."""
    if value is None:
        return default
    if isinstance(value, str):
        return floor(datetime.fromisoformat(value).timestamp())
    return value


@cache
def first_second(day, zone):
    """Give the first second of a local date (or of the next one that exists)."""
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    clocks = ZoneInfo(zone)
    # No zone's clocks are further from UTC than this.
    for second in range(midnight - 15 * 3600, midnight + 15 * 3600):
        if datetime.fromtimestamp(second, clocks).date() >= day:
            return second
    raise LookupError(day)


def period_of(case):
    """Give the whole period [P0, P1) that a case asks for."""
    window, zone, now = case["window"], case.get("zone", "UTC"), instant(case["now"])
    if "from" in window:
        return (instant(window["from"]), instant(window["to"]))
    if "rolling_days" in window:
        return (now - 86400 * window["rolling_days"], now)
    ((unit, name),) = window.items()
    year = int(name[:4])
    month, months = {
        "month": lambda: (int(name[5:]), 1),
        "quarter": lambda: (int(name[6]) * 3 - 2, 3),
        "year": lambda: (1, 12),
    }[unit]()
    after = date(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    return (first_second(date(year, month, 1), zone), first_second(after, zone))


def component_window(case):
    """Give the window that is measured, and the whole period."""
    p0, p1 = period_of(case)
    start = max(p0, instant(case.get("since"), p0))
    end = min(p1, instant(case["now"]), instant(case.get("retired"), p1))
    return (start, max(start, end)), (p0, p1)


def future_window(case):
    """Give the part of the period that is still to come for the component."""
    p0, p1 = period_of(case)
    start = max(p0, instant(case.get("since"), p0), instant(case["now"]))
    end = min(p1, instant(case.get("retired"), p1))
    return (start, max(start, end))
