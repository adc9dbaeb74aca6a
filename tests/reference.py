"""What uptime and SLA figures mean, second by second and check by check: the slow and obvious reading of uptime.md.

It shares no code with the product, so that both can be held against each other. Every rule is written as a loop over
seconds or over single checks. Instants are whole Unix seconds or ISO 8601 text, shares are decimal text in percent.

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
                calendar {"days": [0, ...], "from": "09:00", "to": "17:00"}, credits [[below, credit], ...],
                method ("time", "checks", "slices", "downtime-periods"), slice (seconds), slice_rule ("mean",
                "any-fail", "all-fail" or a decimal percentage), threshold (a state), at_least, unit (seconds), preset

Outcomes are up, degraded, partial, down and unknown; states are operational, degraded, partial and major.

Beyond what the worked examples use: monitors, retired, exclude, exclusions, actual_start, cancelled, weights, policy,
min_coverage, threshold, at_least, unit and preset. A **group** is a list of cases that agree in now, window, zone and
sla (its source included).
"""

from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from math import floor
from zoneinfo import ZoneInfo

STATES = ("operational", "degraded", "partial", "major")
RANK = {state: rank for rank, state in enumerate(STATES)}
KINDS = (*STATES, "unknown", "excluded", "outside")
OUTCOMES = {"up": "operational", "degraded": "degraded", "partial": "partial", "down": "major", "unknown": "unknown"}
WEIGHTS = {"operational": "0", "degraded": "0", "partial": "30", "major": "100"}
METHODS = ("time", "checks", "slices", "downtime-periods")
IN_SECONDS = ("time", "downtime-periods")
UNKNOWN_IS = ("exclude", "up", "down")
FOREVER = 10**12
# How far before the window a run of downtime may begin, in seconds; one that may have begun earlier is refused, unless
# nothing can have been before it.
LOOK_BACK = 3900

PRESETS = {
    "aws": {"method": "slices", "slice_rule": "mean", "unknown": "up", "source": "measured"},
    "gcp": {"method": "downtime-periods", "unknown": "up"},
    "azure": {"method": "slices", "slice": 60, "slice_rule": "all-fail"},
    "statuspage": {"method": "time", "source": "declared"},
    "incident.io": {"method": "time", "source": "declared", "weights": {"partial": "100"}},
    "kuma": {"method": "checks", "source": "measured"},
    "gatus": {"method": "checks", "source": "measured", "policy": "count"},
}


def measure(case):
    """Give every figure of one component (the fields of `result` in the worked examples)."""
    window, full_period = component_window(case)
    method = sla_of(case).get("method", "time")
    return conclude(case, window, full_period, method, tally(case, method))


def measure_group(cases, combine):
    """Give every figure of a group of components."""
    now = instant(cases[0]["now"])
    start, end = full_period = period_of(cases[0])
    window = (start, max(start, min(end, now)))
    method = sla_of(cases[0]).get("method", "time")
    if combine == "pooled":
        return conclude(cases[0], window, full_period, method, pooled([tally(case, method) for case in cases]))
    if combine == "mean":
        return conclude_mean(cases[0], window, full_period, [tally(case, method) for case in cases])
    # Both are made of seconds, whatever the SLA's method.
    members = [kinds_of_seconds(case) for case in cases]
    members_later = [countable_seconds(case) for case in cases]
    seconds = Counter()
    for second in range(*window):
        seconds[combined([kind_of(second) for kind_of in members], combine)] += 1
    future = 0
    for second in range(max(now, start), end):
        if any(will_count(second) for will_count in members_later):
            future += 1
    whole = {
        "seconds": seconds,
        "future": future,
        "amounts": {unknown_is: by_time(cases[0], seconds, unknown_is) for unknown_is in UNKNOWN_IS},
    }
    return conclude(cases[0], window, full_period, "time", whole)


def combined(kinds, combine):
    """Give what a second of a group is, from what it is for each member."""
    counted = [kind for kind in kinds if kind not in ("excluded", "outside")]
    if not counted:
        return "excluded" if "excluded" in kinds else "outside"
    known = [kind for kind in counted if kind != "unknown"]
    if not known:
        return "unknown"
    return worst(known) if combine == "worst" else min(known, key=STATES.index)


def sla_of(case):
    """Give the SLA of a case, with what its preset fills in."""
    given = case.get("sla", {})
    preset = PRESETS[given["preset"]] if "preset" in given else {}
    weights = {**WEIGHTS, **preset.get("weights", {}), **given.get("weights", {})}
    return {**preset, **given, "weights": weights}


def costs_of(case):
    """Give what a second, or a check, of each state costs, in ten-thousandths."""
    return {state: int(Fraction(text) * 100) for state, text in sla_of(case)["weights"].items()}


# The four methods: downtime, and what it is held against, in seconds, checks or slices


def tally(case, method):
    """Give what is counted of a component: its seconds of each kind, and for each meaning of unknown the amounts."""
    window, _ = component_window(case)
    kind_of, will_count = kinds_of_seconds(case), countable_seconds(case)
    kinds = [kind_of(second) for second in range(*window)]
    seconds = Counter(kinds)
    future = 0
    for second in range(*future_window(case)):
        if will_count(second):
            future += 1
    checks = counted_checks(case, kind_of) if method in ("checks", "slices") else []
    around = kinds_around(case, kind_of) if method == "downtime-periods" else None
    amounts = {}
    for unknown_is in UNKNOWN_IS:
        if method == "time":
            amounts[unknown_is] = by_time(case, seconds, unknown_is)
        elif method == "checks":
            amounts[unknown_is] = by_checks(case, checks)
        elif method == "slices":
            amounts[unknown_is] = by_slices(case, kinds, checks, unknown_is)
        else:
            amounts[unknown_is] = by_downtime_periods(case, seconds, around, unknown_is)
    return {"seconds": seconds, "future": future, "amounts": amounts}


def pooled(tallies):
    """Add up what was counted of several components."""
    seconds = Counter()
    for part in tallies:
        seconds.update(part["seconds"])
    amounts = {
        unknown_is: (
            sum(part["amounts"][unknown_is][0] for part in tallies),
            sum(part["amounts"][unknown_is][1] for part in tallies),
        )
        for unknown_is in UNKNOWN_IS
    }
    return {"seconds": seconds, "future": sum(part["future"] for part in tallies), "amounts": amounts}


def by_time(case, seconds, unknown_is):
    """Give downtime and accounted seconds, from the number of seconds of each kind."""
    costs = costs_of(case)
    known = sum(seconds[state] for state in STATES)
    lost = Fraction(sum(costs[state] * seconds[state] for state in STATES), 10000)
    if unknown_is == "up":
        return lost, Fraction(known + seconds["unknown"])
    if unknown_is == "down":
        return lost + seconds["unknown"], Fraction(known + seconds["unknown"])
    return lost, Fraction(known)


def by_checks(case, checks):
    """Give downtime and accounted in checks."""
    costs = costs_of(case)
    return Fraction(sum(costs[state] for _, state in checks), 10000), Fraction(len(checks))


def by_slices(case, kinds, checks, unknown_is):
    """Give downtime and accounted in slices; they follow each other from the start of the whole period.

    `kinds` are what the seconds of the window are.
    """
    sla, costs = sla_of(case), costs_of(case)
    window, (p0, _) = component_window(case)
    length = sla.get("slice", 300)
    checks_in, seconds_in = {}, {}
    for second, state in checks:
        checks_in.setdefault((second - p0) // length, []).append(costs[state])
    for second, kind in enumerate(kinds, window[0]):
        if kind not in ("excluded", "outside"):
            seconds_in.setdefault((second - p0) // length, []).append(kind)
    lost, slices = Fraction(0), 0
    for number, eligible in seconds_in.items():
        lots = checks_in.get(number) or [costs[kind] for kind in eligible if kind != "unknown"]
        if lots:
            rate = Fraction(sum(lots), 10000 * len(lots))
        elif unknown_is == "exclude":
            continue
        else:
            rate = Fraction(1) if unknown_is == "down" else Fraction(0)
        lost += ruled(rate, sla.get("slice_rule", "mean"))
        slices += 1
    return lost, Fraction(slices)


def ruled(rate, rule):
    """Give the rate of a slice by a rule."""
    if rule == "mean":
        return rate
    if rule == "any-fail":
        bad = rate > 0
    elif rule == "all-fail":
        bad = rate == 1
    else:
        bad = 1 - rate < Fraction(rule) / 100
    return Fraction(1) if bad else Fraction(0)


def kinds_around(case, kind_of):
    """Give what each second is in and around the window, and the first of them: as much as bears on its downtime.

    A run of downtime that still goes on at the end of these seconds is long enough, and what its last, broken unit
    loses is later than the window.
    """
    sla = sla_of(case)
    start, end = component_window(case)[0]
    last = min(instant(case["now"]), end + sla.get("at_least", 60) + sla.get("unit", 60))
    return start - LOOK_BACK, [kind_of(second) for second in range(start - LOOK_BACK, last)]


def by_downtime_periods(case, seconds, around, unknown_is):
    """Give what lies in the window of the whole units of runs that are long enough, and the accounted seconds."""
    sla = sla_of(case)
    start, end = component_window(case)[0]
    at_least, unit = sla.get("at_least", 60), sla.get("unit", 60)
    down = set(STATES[RANK[sla.get("threshold", "major")] :])
    if unknown_is == "down":
        down.add("unknown")
    first, kinds = around
    counted = 0
    run = []
    for second, kind in enumerate([*kinds, "none"], first):
        if kind in down:
            run.append(second)
            continue
        if len(run) >= at_least:
            whole = run[: len(run) // unit * unit]
            if run and run[0] == first:
                if "since" in case or "calendar" in sla:
                    raise LookupError("a run of downtime may have begun earlier than the reference looks")
                # It has lasted for ever, so all of it is whole units.
                whole = run
            for second_of_run in whole:
                if start <= second_of_run < end:
                    counted += 1
        run = []
    return Fraction(counted), by_time(case, seconds, unknown_is)[1]


def counted_checks(case, kind_of):
    """Give the instant and the state of each check that counts; state as merged with what was declared."""
    start, end = component_window(case)[0]
    source = source_of(case)
    declared, overridden = declared_states(case), overridden_seconds(case)
    made_operational = maintained_seconds(case) if sla_of(case).get("policy") == "up" else set()
    counted = []
    for probes in monitors_of(case).values():
        for checks in probes.values():
            for at, state in accepted_checks(case, checks):
                if not start <= at < end or kind_of(at) in ("excluded", "outside"):
                    continue
                if state == "unknown" or at in overridden:
                    continue
                if at in made_operational:
                    counted.append((at, "operational"))
                else:
                    counted.append((at, state_of(source, state, declared.get(at))))
    return counted


# Figures


def conclude(case, window, full_period, method, whole):
    """Give the figures from what was counted."""
    sla = sla_of(case)
    lost, time = whole["amounts"][sla.get("unknown", "exclude")]

    def uptime_if(unknown_is):
        lost, time = whole["amounts"][unknown_is]
        return 1 - lost / time if time else None

    said = verdicts(case, full_period, whole, uptime_if)
    shares = share_burned(sla, said)
    if method in IN_SECONDS:
        shares = budgets(sla, lost, time + whole["future"])
    return {**counts(window, full_period, whole), "downtime": str(lost), "accounted": str(time), **shares, **said}


def conclude_mean(case, window, full_period, tallies):
    """Give the figures of a group whose uptime is the mean of its members' (those that have one)."""
    whole = pooled(tallies)
    sla = sla_of(case)
    lost, time = whole["amounts"][sla.get("unknown", "exclude")]

    def mean_if(unknown_is):
        uptimes = []
        for member in tallies:
            lost, time = member["amounts"][unknown_is]
            if any(member["seconds"][state] for state in STATES) and time:
                uptimes.append(1 - lost / time)
        return sum(uptimes) / len(uptimes) if uptimes else None

    said = verdicts(case, full_period, whole, mean_if)
    # A mean of shares has no common budget in seconds, only a share of it that is used up.
    shares = share_burned(sla, said)
    return {**counts(window, full_period, whole), "downtime": str(lost), "accounted": str(time), **shares, **said}


def counts(window, full_period, whole):
    """Give what a figure says of time."""
    seconds = whole["seconds"]
    known = sum(seconds[state] for state in STATES)
    return {
        "window": list(window),
        "full_period": list(full_period),
        "seconds": {kind: seconds[kind] for kind in KINDS},
        "eligible": known + seconds["unknown"],
        "known": known,
    }


def verdicts(case, full_period, whole, uptime_if):
    """Give what is said of an uptime: its bounds, what is shown, whether the target is met, and the credit due.

    `uptime_if` gives the figure for a meaning of unknown.
    """
    sla, seconds = sla_of(case), whole["seconds"]
    known = sum(seconds[state] for state in STATES)
    eligible = known + seconds["unknown"]
    uptime = uptime_if(sla.get("unknown", "exclude"))
    words = None
    if known == 0 or uptime is None:
        words = "no data"
    elif Fraction(known, eligible) < Fraction(sla.get("min_coverage", "0")) / 100:
        words = "insufficient data"
    lost = whole["amounts"][sla.get("unknown", "exclude")][0]
    said = {
        "coverage": str(Fraction(known, eligible)) if eligible else None,
        "uptime": None,
        "lower": None,
        "upper": None,
        "met": None,
        "credit": None,
        "shown": words,
        "shown_downtime": None if words else -floor(-lost),
    }
    if words:
        return said
    said["uptime"], said["shown"] = str(uptime), shown(uptime, sla)
    said["lower"] = str(min(uptime, uptime_if("down")))
    said["upper"] = str(max(uptime, uptime_if("up")))
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


def share_burned(sla, said):
    """Give the share of a budget that is used up, where there is no budget in seconds."""
    burned = None
    allowed = 1 - Fraction(sla.get("target", "100")) / 100
    if said["uptime"] is not None and allowed:
        burned = str((1 - Fraction(said["uptime"])) / allowed)
    return {"budget": None, "remaining": None, "final_if_no_more": None, "burned": burned}


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
    policy, source = sla_of(case).get("policy"), source_of(case)
    outside = outside_of(case)
    excluded = excluded_seconds(case)
    maintained = maintained_seconds(case)
    measured = measured_states(case)
    declared = declared_states(case)

    def kind_of(second):
        if outside(second):
            return "outside"
        if second in excluded:
            return "excluded"
        if second in maintained:
            return "operational" if policy == "up" else "excluded"
        return state_of(source, measured.get(second), declared.get(second))

    return kind_of


def source_of(case):
    """Give where states come from."""
    return sla_of(case).get("source", "worst" if "probes" in case or "monitors" in case else "declared")


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
    return max(states, key=RANK.__getitem__)


def countable_seconds(case):
    """Give the function that tells whether a second still to come will count, as far as is known now."""
    outside = outside_of(case)
    maintained = set() if sla_of(case).get("policy") == "up" else maintained_seconds(case)

    def counts(second):
        return not outside(second) and second not in maintained

    return counts


def outside_of(case):
    """Give the function that tells whether a second is outside: of the component's life or of the service hours."""
    since = instant(case.get("since"), -FOREVER)
    retired = instant(case.get("retired"), FOREVER)
    hours = sla_of(case).get("calendar")
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
    stretches = [stretch for incident in case.get("incidents", []) for stretch in incident_states(incident, now)]
    # A maintenance declares its state; where it takes the second out, or makes it operational, nobody asks for a state.
    for maintenance in case.get("maintenance", []):
        state = maintenance.get("impact")
        if state is not None:
            start, end = maintenance_window(maintenance, now)
            stretches.append((start, min(end, now), state))
    declared = {}
    for start, end, state in sorted(stretches, key=lambda stretch: RANK[stretch[2]]):
        declared.update(dict.fromkeys(range(start, end), state))  # the worse is written over the better
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
    sla = sla_of(case)
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
    measured = {}
    for probes in monitors_of(case).values():
        spoken = [spoken_states(case, checks) for checks in probes.values()]
        agreed = {}
        for second in set().union(*spoken):
            states = tuple(said[second] for said in spoken if second in said)
            if states not in agreed:
                agreed[states] = quorum_of(states, case.get("quorum", "majority"), case.get("minority"))
            state = agreed[states]
            if second not in measured or RANK[state] > RANK[measured[second]]:
                measured[second] = state
    for second in overridden_seconds(case):
        measured.pop(second, None)
    return measured


def overridden_seconds(case):
    """Give the seconds that an incident takes away from the checks."""
    now = instant(case["now"])
    seconds = set()
    for incident in case.get("incidents", []):
        if incident.get("override"):
            for start, end, _ in incident_states(incident, now):
                seconds.update(range(start, end))
    return seconds


def monitors_of(case):
    """Give the checks of each probe of each monitor."""
    return case.get("monitors", {"it": case.get("probes", {})})


def quorum_of(states, quorum, minority):
    """Give the state of one monitor from the known states of its probes."""
    states = sorted(states, key=RANK.__getitem__, reverse=True)
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
    merged = accepted_checks(case, checks)
    spoken = {}
    for number, (at, state) in enumerate(merged):
        until = min(at + max_gap, now)
        if number + 1 < len(merged):
            until = min(until, merged[number + 1][0])
        if state != "unknown":
            for second in range(at, until):
                spoken[second] = state
    return spoken


def accepted_checks(case, checks):
    """Give the checks of one probe before `now`, in order, each with the state that confirmation leaves it."""
    merged = merged_checks(checks, instant(case["now"]))
    return confirmed(merged, max_gap_of(case), case.get("confirm_down", 1), case.get("confirm_up", 1))


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
