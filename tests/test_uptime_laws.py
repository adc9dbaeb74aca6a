"""Laws of uptime.md: the product equals the reference model by every method, and what is so for every history.

An ordinary run tries the same cases each time, ORDINARILY of them in all; with STATUSGEN_EXAMPLES=N all laws together
try about N new ones, each its ordinary share of them.
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, prod
from zoneinfo import ZoneInfo

import pytest
from cases import OUTCOMES, STATES, instant, measure_case, measure_cases, period_of, timeline_of
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st
from reference import METHODS, PRESETS, kinds_of_seconds, measure, measure_group

from statusgen.model.calendar import days_of, months_of, parse_period
from statusgen.model.status import Account, Second, Status

THOROUGH = os.environ.get("STATUSGEN_EXAMPLES")
ORDINARILY = 3025
PROMISED = []


def examples(ordinarily, *, times=1):
    """Give the settings of a law that tries so many cases in an ordinary run; of one that is run `times` over, each."""
    PROMISED.append(ordinarily * times)
    return settings(
        max_examples=ceil(ordinarily * int(THOROUGH) / ORDINARILY) if THOROUGH else ordinarily,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def for_each_method(ordinarily):
    """Run a law, a function that asserts it of a case drawn by a strategy, for each method with cases of its own."""
    share = examples(ordinarily, times=len(METHODS))

    def try_law(method, law, *strategies):
        check = share(given(*strategies)(law))
        if not THOROUGH:
            check = seed(METHODS.index(method))(check)
        check()

    return try_law


# Cases lie within an hour around an instant at which something happens to a zone's calendar.
TURNS = [
    ("UTC", "2026-04-15T12:00:00Z"),
    ("UTC", "2026-05-01T00:00:00Z"),
    ("Europe/London", "2026-03-29T01:00:00Z"),
    ("Europe/London", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-04-01T04:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Asia/Kathmandu", "2026-04-30T18:15:00Z"),
    ("America/St_Johns", "2026-11-01T04:30:00Z"),
]


def offsets(first, last):
    """Give seconds of a stretch, as many on a grid as off it: so things often happen in the same second."""
    every = range(first, last + 1)
    grid = [second for second in every if second % 30 == 0]
    return sorted([*every, *grid * (len(every) // len(grid))], key=abs)


# Hypothesis takes as long for a yes or no as for one of a million: what can be drawn at once is.
def together(**options):
    """Draw one of each of some lists at once, of each as often; the first of each is the simplest."""
    size = prod(map(len, options.values()))

    def pick(number):
        picked = {}
        rest = number * 1_000_003 % size  # of many numbers, small ones are drawn more often
        for name, values in options.items():
            rest, which = divmod(rest, len(values))
            picked[name] = values[which]
        return picked

    return st.integers(0, size - 1).map(pick)


STATE = st.sampled_from(list(STATES))
MAYBE_STATE = [None] * len(STATES) + list(STATES)
OUTCOMES_DRAWN = ["up", "up", "up", "down", "down", "partial", "degraded", "unknown"]
OUTCOME = st.sampled_from(OUTCOMES_DRAWN)
OFFSETS = st.sampled_from(offsets(-900, 900))
# Mostly such that much lies between the two.
EARLY = sorted(3 * offsets(-900, -300) + offsets(-900, 0) + offsets(-900, 900), key=abs)
BEGINS, ENDS = st.sampled_from(EARLY), st.sampled_from([-second for second in EARLY])
LATE = 100_000
FAR = 400 * 86400
NOWS = st.sampled_from([FAR] * 700 + [LATE] * 1300 + [-LATE] * 70 + [-second for second in EARLY])
SELDOM = st.sampled_from([False, False, False, True])
PERCENTS = ["0", "0.01", "12.34", "30", "50", "99.99", "100"]
PERCENT = st.sampled_from(PERCENTS)
TARGETS = ["0", "50", "80.00", "99", "99.8", "99.8655", "100"]
TIERS = [["99.8", "10"], ["99", "25.5"], ["50", "100"], ["80", "50"]]
COMBINE = st.sampled_from(["worst", "best", "mean", "pooled"])


def optional(strategy):
    return st.none() | strategy


def but_for_none(mapping):
    return {key: value for key, value in mapping.items() if value is not None}


def placed(value, base):
    """Give a part of a case, all of whose numbers are instants, around an instant."""
    if isinstance(value, dict):
        return {key: placed(item, base) for key, item in value.items()}
    if isinstance(value, list):
        return [placed(item, base) for item in value]
    return value + base if isinstance(value, int) else value


# What is drawn once for all cases lies around the instant 0. A pause of None is as long as the rhythm.
PAUSES = [None] * 6 + [0, 1, 60, 61, 119, 120, 121, 240, 400]


def lay_log(at, rhythm, runs):
    """Give the checks of one probe: an even rhythm of runs of one outcome, with pauses and doubles between them."""
    log = []
    for run in runs:
        log += [[at + n * rhythm, run["outcome"]] for n in range(run["count"])]
        at = log[-1][0] + (rhythm if run["pause"] is None else run["pause"])
    return log


def logs_of(longest):
    runs = together(outcome=OUTCOMES_DRAWN, count=range(1, longest + 1), pause=PAUSES)
    most = min(30, 72 // longest)
    return st.builds(lay_log, BEGINS, st.sampled_from([20, 30, 60]), st.lists(runs, min_size=1, max_size=most))


LOG = logs_of(9)
PROBES = st.dictionaries(st.sampled_from(["ap", "eu", "us", "za"]), LOG, min_size=1, max_size=4)
MONITORS = [
    st.dictionaries(st.sampled_from(["api", "web"]), PROBES, min_size=least, max_size=2) for least in (False, True)
]
SHORT_LOGS = {longest: st.lists(logs_of(longest), min_size=1, max_size=4) for longest in (1, 2, 4)}
READINGS = together(
    max_gap=[None, 30, 60, 120, 120, 240],
    interval=[None, 20, 60],
    confirm_down=[None, 1, 2, 3],
    confirm_up=[None, 1, 2, 3],
    quorum=[None, "worst", "best", "majority", 1, 2, 3],
    minority=[None, "degraded", "partial"],
).map(but_for_none)


def tell_incident(offsets, how, edges):
    *begins, end = sorted(offsets)
    spoken = len(begins) > 1 or how["spoken"]
    states = [how["first"], how["second"], how["third"]]
    told = (
        {"timeline": [[at, state] for at, state in zip(begins, states, strict=False)]}
        if spoken
        else {"start": begins[0], "state": states[0]}
    )
    return told | {
        "end": None if how["lasts"] else end,
        "override": how["override"],
        "exclude": how["exclude"],
        "exclusions": [
            {"from": min(pair), "to": max(pair), "reason": "force majeure"} for pair in edges[: how["parts"]]
        ],
    }


def incidents_of(lasts):
    how = together(
        spoken=[False, True],
        first=list(STATES),
        second=list(STATES),
        third=list(STATES),
        lasts=lasts,
        override=[None, None, "false alarm"],
        exclude=[None] * 7 + ["force majeure"],
        parts=[0, 0, 0, 1, 1, 2],
    )
    pairs = st.lists(st.tuples(OFFSETS, OFFSETS), max_size=2)
    return st.builds(tell_incident, st.lists(OFFSETS, min_size=2, max_size=4), how, pairs)


ENDING, INCIDENT = incidents_of([False]), incidents_of([False, False, False, True])
INCIDENTS = {may_last: st.lists(INCIDENT if may_last else ENDING, max_size=3) for may_last in (False, True)}


def tell_maintenance(begin, end, said, how):
    start, end = sorted((begin, end))
    actual = sorted(said[:2])
    return but_for_none(
        {
            "start": start,
            "end": end,
            "announced": start - how["notice"],
            "impact": how["impact"],
            "actual_start": actual[0] if how["begun"] else None,
            "actual_end": actual[1] if how["ended"] else None,
            "cancelled": said[2] if how["cancelled"] else None,
        }
    )


MAINTENANCE = st.builds(
    tell_maintenance,
    BEGINS,
    ENDS,
    st.tuples(OFFSETS, OFFSETS, OFFSETS),
    together(
        notice=[-60, 0, 59, 60, 300, 3600, 3600, 3600],
        impact=MAYBE_STATE,
        begun=[False, True],
        ended=[False, True],
        cancelled=[False, False, False, True],
    ),
)
MAINTENANCES = st.lists(MAINTENANCE, max_size=2)


@st.composite
def calendars(draw, base, zone):
    """Draw service hours that open or close near an instant."""
    local = datetime.fromtimestamp(base - draw(st.integers(0, 1)), ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    begins = st.integers(-15, 2).map(lambda n: min(1439, max(0, minute + n)))
    ends = st.integers(-2, 15).map(lambda n: min(1440, max(1, minute + n)))
    edges = sorted((draw(begins | st.just(0)), draw(ends | st.just(1440))))
    begin, end = (f"{edge // 60:02}:{edge % 60:02}" for edge in edges)
    return {"days": sorted(draw(st.sets(st.integers(0, 6), min_size=4))), "from": begin, "to": end}


OPTIONS = {
    "time": {},
    "checks": {},
    "slices": {
        "slice": [None, 7, 60, 90, 300, 420],
        "slice_rule": [None, "mean", "any-fail", "all-fail", "99.5", "80", "50", "0.01", "100"],
    },
    "downtime-periods": {
        "threshold": [None, "degraded", "partial", "major", "major", "operational"],
        "at_least": [None, 0, 1, 59, 60, 61, 180],
        "unit": [None, 1, 7, 60],
    },
}
OPTIONS_OF = {method: together(**options) for method, options in OPTIONS.items()}
ALL_OPTIONS = together(**{name: values for options in OPTIONS.values() for name, values in options.items()})


def method_of(sla):
    return sla.get("method") or PRESETS.get(sla.get("preset"), {}).get("method", "time")


@st.composite
def choices(draw, method):
    """Draw how an SLA comes to a method, and the options of it (or, seldom, of all: the others do nothing)."""
    how = draw(st.sampled_from(["method", "method", "preset", "both"]))
    fitting = [preset for preset in PRESETS if how == "both" or method_of({"preset": preset}) == method]
    choice = {"preset": draw(st.sampled_from(fitting))} if how != "method" else {}
    if how != "preset" and not (how == "method" and method == "time" and draw(SELDOM)):
        choice["method"] = method
    return choice | draw(ALL_OPTIONS if draw(SELDOM) else OPTIONS_OF[method])


TERMS = together(
    target=[None] * 3 + TARGETS,
    source=[None, "worst", "worst", "declared", "measured", "declared-first"],
    unknown=[None, "exclude", "up", "down"],
    decimals=[None, 0, 1, 5],
    min_coverage=[None] * 5 + ["50", "99.9", "100"],
    credits=[None, TIERS, TIERS, [["100", "1"]]],
)
RULES = together(
    notice=[None, 60, 3600],
    max_excluded=[None, None, 0, 60, 300],
    policy=[None, "exclude", "count", "up"],
)
WEIGHTS_DRAWN = together(**dict.fromkeys(STATES, [None] * len(PERCENTS) + PERCENTS)).map(but_for_none)


@st.composite
def slas(draw, base, zone, method):
    sla = draw(choices(method)) | draw(TERMS) | draw(RULES)
    return but_for_none(
        sla
        | {
            "weights": draw(WEIGHTS_DRAWN) if draw(st.booleans()) else None,
            "calendar": draw(calendars(base, zone)) if draw(SELDOM) else None,
        }
    )


@st.composite
def frames(draw, *, windows=("from", "from", "from", "month", "quarter", "year", "rolling"), method=None):
    """Draw what the cases of a group have in common, and the instant around which they lie."""
    method = method or draw(st.sampled_from(METHODS))
    zone, turn = draw(st.sampled_from(TURNS))
    base = instant(turn)
    now = base + draw(NOWS)
    kind = draw(st.sampled_from(windows))
    local = datetime.fromtimestamp(base - draw(st.integers(0, 1)), ZoneInfo(zone))
    if kind == "rolling":
        now = base + draw(ENDS)
    edges = sorted((base + draw(BEGINS), base + draw(ENDS)))
    window = {
        "from": {"from": edges[0], "to": edges[1]},
        "month": {"month": f"{local:%Y-%m}"},
        "quarter": {"quarter": f"{local.year}-Q{(local.month + 2) // 3}"},
        "year": {"year": f"{local.year}"},
        "rolling": {"rolling_days": draw(st.integers(1, 3))},
    }[kind]
    return base, {"now": now, "zone": zone, "window": window, "sla": draw(slas(base, zone, method))}


@st.composite
def members(draw, base, frame):
    """Draw a component of a frame. In a window that is longer than an hour it lives for less.

    Where runs of downtime count it mostly has a beginning, for else what is unknown, or operational, lasts since ever;
    within service hours it always has, for then nothing lasts that long.
    """
    short = "from" in frame["window"]
    since, retired = sorted((base + draw(BEGINS), base + draw(ENDS)))
    case = dict(frame)
    if not short or draw(SELDOM):
        case["since"] = since
    if not short or draw(SELDOM):
        case["retired"] = retired
    if method_of(frame["sla"]) == "downtime-periods" and ("calendar" in frame["sla"] or not draw(SELDOM)):
        case.setdefault("since", base - draw(st.sampled_from([600, 1200, 1201, 2700])))
    asked = method_of(frame["sla"]) in ("checks", "slices")
    how = draw(st.integers(0, 4))
    if how == 1:
        case["monitors"] = placed(draw(MONITORS[asked]), base)
    elif how > 1 or asked:
        case["probes"] = placed(draw(PROBES), base)
    return (
        case
        | draw(READINGS)
        | {
            "incidents": placed(draw(INCIDENTS[frame["now"] < base + FAR]), base),
            "maintenance": placed(draw(MAINTENANCES), base),
        }
    )


@st.composite
def cases(draw, **frame_options):
    return draw(members(*draw(frames(**frame_options))))


def without(case, *options):
    """Give the case without some options of its SLA."""
    return case | {"sla": {key: value for key, value in case["sla"].items() if key not in options}}


def with_data(case):
    """Give the case without what most often leaves nothing to measure."""
    window = {"from": case["window"]["from"] - 300, "to": case["window"]["to"] + 300}
    calm = {"window": window, "now": max(case["now"], window["to"] - 150)}
    calm["incidents"] = [incident | {"exclude": None, "exclusions": []} for incident in case["incidents"]]
    kept = {key: value for key, value in case.items() if key not in ("since", "retired")}
    if method_of(case["sla"]) == "downtime-periods" and "since" in case:
        calm["since"] = min(case["since"], window["from"])
    return without(kept, "calendar", "min_coverage") | calm


@st.composite
def monitored(draw):
    """Draw a case of which only checks are known, many of them of short runs."""
    base = instant("2026-04-15T12:00:00Z")
    logs = placed(draw(SHORT_LOGS[draw(st.sampled_from([1, 2, 4]))]), base)
    return draw(READINGS) | {
        "now": base + LATE,
        "window": {"from": base - 900, "to": base + 1800},
        "probes": {f"{number}": log for number, log in enumerate(logs)},
        "sla": {"source": "measured"},
    }


def instants_in(value):
    """Give every instant that a case (or a part of it) names; all other numbers are smaller."""
    if isinstance(value, dict):
        return [at for item in value.values() for at in instants_in(item)]
    if isinstance(value, list):
        return [at for item in value for at in instants_in(item)]
    return [value] if isinstance(value, int) and value > 10 * FAR else []


@st.composite
def overtaken(draw):
    """Draw a case in the middle of which it is now: mostly at the very second of something that is said."""
    case = without(draw(cases(windows=["from"]).map(with_data)), "policy", "notice", "max_excluded")
    case["maintenance"] = [placed(draw(MAINTENANCE), sum(case["window"].values()) // 2), *case["maintenance"]]
    named = instants_in(case["incidents"] + case["maintenance"])
    return case | {"now": draw(st.sampled_from(named)) + draw(st.sampled_from([0, 0, 1]))}


def as_known(case):
    """Give the case without what is said at or after now."""
    now = case["now"]
    known = []
    for incident in case["incidents"]:
        ends = incident["end"] if incident["end"] is not None and incident["end"] < now else None
        if "timeline" in incident:
            changes = [change for change in incident["timeline"] if change[0] < now]
            if changes:
                known.append(incident | {"timeline": changes, "end": ends})
        elif incident["start"] < now:
            known.append(incident | {"end": ends})
    works = [
        {key: at for key, at in work.items() if key not in ("actual_start", "actual_end", "cancelled") or at < now}
        for work in case["maintenance"]
        if work["announced"] < now
    ]
    return case | {"incidents": known, "maintenance": works}


@st.composite
def groups(draw, **frame_options):
    base, frame = draw(frames(windows=["from"], **frame_options))
    if "source" not in PRESETS.get(frame["sla"].get("preset"), {}):
        # Left out, it would depend on whether a member has checks.
        frame["sla"].setdefault("source", "worst")
    return draw(st.lists(members(base, frame), min_size=1, max_size=3))


# The product and the reference

try_figures = for_each_method(260)
try_figures_with_data = for_each_method(240)
try_groups = for_each_method(50)


def holds_of_figure(case):
    assert measure_case(case) == measure(case)


def holds_of_group(group, combine):
    assert measure_cases(group, combine) == measure_group(group, combine)


@pytest.mark.parametrize("method", METHODS)
def test_every_figure_is_that_of_the_reference(method):
    try_figures(method, holds_of_figure, cases(method=method))


@pytest.mark.parametrize("method", METHODS)
def test_every_figure_with_something_to_measure_is_that_of_the_reference(method):
    try_figures_with_data(method, holds_of_figure, cases(windows=["from"], method=method).map(with_data))


@pytest.mark.parametrize("method", METHODS)
def test_every_figure_of_a_group_is_that_of_the_reference(method):
    try_groups(method, holds_of_group, groups(method=method), COMBINE)


@examples(100)
@given(monitored())
def test_every_second_is_measured_as_by_the_reference(case):
    kind_of, timeline = kinds_of_seconds(case), timeline_of(case)
    start, end = period_of(case).start, period_of(case).end
    spoken = STATES | {"unknown": Status.UNKNOWN}
    assert [timeline.at(second).status for second in range(start, end)] == [
        spoken[kind_of(second)] for second in range(start, end)
    ]


# Outcomes of checks in a row (u up, g degraded, p partial, d down, ? unknown), and what confirmation makes of them.
CONFIRMATIONS = [
    ("uuduu", 2, 1, "uuuuu", "a lone failure is none"),
    ("uudduu", 2, 1, "uudduu", "a confirmed outage counts from its first check"),
    ("uupduu", 2, 1, "uupduu", "partial and down confirm each other"),
    ("ugduu", 2, 1, "ugguu", "a blip takes the state of the check before it"),
    ("uudguu", 2, 3, "uuuguu", "what goes on as before needs no confirmation"),
    ("ddupd", 3, 2, "dddpd", "nor does an outage that goes on"),
    ("dduudd", 1, 3, "dddddd", "a recovery may need confirmation too"),
    ("duuu", 2, 1, "duuu", "what comes first needs none"),
    ("ud?duu", 2, 1, "uu?duu", "a check that could not tell begins anew"),
    ("uu--duu", 2, 1, "uu--duu", "and so does a long silence"),
]


@pytest.mark.parametrize(
    ("outcomes", "down", "up", "accepted", "rule"), CONFIRMATIONS, ids=[r[4] for r in CONFIRMATIONS]
)
def test_confirmation_removes_blips(outcomes, down, up, accepted, rule):
    words = {"u": "up", "g": "degraded", "p": "partial", "d": "down", "?": "unknown"}
    start = instant("2026-04-15T12:00:00Z")
    log = [[start + 60 * n, words[letter]] for n, letter in enumerate(outcomes) if letter != "-"]
    case = {
        "now": start + 3600,
        "window": {"from": start, "to": start + 3600},
        "probes": {"eu": log},
        "confirm_down": down,
        "confirm_up": up,
        "sla": {"source": "measured"},
    }
    timeline, kind_of = timeline_of(case), kinds_of_seconds(case)
    expected = [OUTCOMES[words[letter]] for letter in accepted if letter != "-"]
    assert [timeline.at(at).status for at, _ in log] == expected, rule
    assert [(STATES | {"unknown": Status.UNKNOWN})[kind_of(at)] for at, _ in log] == expected, rule


@examples(80)
@given(overtaken())
def test_nothing_at_or_after_now_is_looked_at(case):
    result = measure_case(case)
    assert result == measure_case(as_known(case))
    assert result == measure(case)


@pytest.mark.parametrize(
    ("zone", "excluded"), [("UTC", 1200), ("America/New_York", 600), ("Asia/Kolkata", 600), ("Asia/Kathmandu", 600)]
)
def test_the_allowance_for_maintenance_begins_anew_with_each_month_of_the_zone(zone, excluded):
    turn = instant("2026-05-01T00:00:00Z")
    case = {
        "now": turn + LATE,
        "zone": zone,
        "window": {"from": turn - 3600, "to": turn + 3600},
        "maintenance": [{"start": turn - 900, "end": turn + 900, "announced": 0, "impact": "major"}],
        "sla": {"max_excluded": 600},
    }
    result = measure_case(case)
    assert result["seconds"]["excluded"] == excluded
    assert result["seconds"]["major"] == 1800 - excluded
    assert result == measure(case)


# The laws, in the order of the definition


@examples(40)
@given(groups(), COMBINE, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing(group, combine, random):
    shuffled = []
    for case in group:
        names = random.sample(range(9), 4)
        renamed = {
            key: {f"{names[n]}{probe}": log for n, (probe, log) in enumerate(case[key].items())}
            for key in ("probes", "monitors")
            if key in case
        }
        shuffled.append(
            case | renamed | {key: random.sample(case[key], len(case[key])) for key in ("incidents", "maintenance")}
        )
    random.shuffle(shuffled)
    assert measure_cases(shuffled, combine) == measure_cases(group, combine)


def added(results):
    """Add up what the second law says adds up."""
    sums = Counter()
    for result in results:
        sums["downtime"] += Fraction(result["downtime"])
        sums.update(result["seconds"])
    return {key: value for key, value in sums.items() if value}


@examples(40)
@given(cases(windows=["from"], method="time"), st.lists(OFFSETS, min_size=1, max_size=3))
def test_adjacent_windows_add_up_to_their_union(case, offsets):
    start, end = case["window"]["from"], case["window"]["to"]
    middle = (start + end) // 2
    cuts = [start, *sorted(min(end, max(start, middle + offset // 3)) for offset in offsets), end]
    parts = [case | {"window": {"from": a, "to": b}} for a, b in pairwise(cuts)]
    assert added(map(measure_case, parts)) == added([measure_case(case)])


YEARS = [
    ("Europe/London", 2026),
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),
    ("Pacific/Apia", 2011),
    ("Asia/Kathmandu", 2026),
    ("America/St_Johns", 2010),
    ("UTC", 2024),
]
FOR_MONTHS = examples(10, times=len(YEARS))
FOR_DAYS = examples(5, times=len(YEARS))


@st.composite
def years(draw, zone, year):
    """Draw a year of incidents, maintenance and hourly checks."""
    first = int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) - 86400
    instants = st.integers(first, first + 368 * 86400)
    lengths = st.integers(0, 9 * 86400)

    def stretches(**more):
        return st.lists(
            st.builds(
                lambda start, length, rest: {"start": start, "end": start + length} | rest,
                instants,
                lengths,
                st.fixed_dictionaries(more),
            ),
            max_size=4,
        )

    outages = draw(stretches(state=STATE))
    works = draw(stretches(announced=st.just(first - 1), impact=optional(STATE)))
    checks = sorted([at, draw(OUTCOME)] for at in draw(st.lists(instants, max_size=20)))
    calendar = {"days": [0, 1, 2, 4, 5], "from": "00:30", "to": "24:00"}
    return {
        "now": draw(instants),
        "zone": zone,
        "incidents": outages,
        "maintenance": works,
        "probes": {"eu": checks},
        "max_gap": 5 * 86400,
        "sla": but_for_none(
            {
                "target": "99.8",
                "max_excluded": draw(optional(st.integers(0, 3 * 86400))),
                "calendar": draw(optional(st.just(calendar))),
                "unknown": draw(st.sampled_from(["exclude", "up", "down"])),
            }
        ),
    }


@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_months_add_up_to_quarters_and_quarters_to_the_year(zone, year):
    months = [{"month": f"{year}-{month:02}"} for month in range(1, 13)]
    quarters = [{"quarter": f"{year}-Q{quarter}"} for quarter in range(1, 5)]

    @FOR_MONTHS
    @given(years(zone, year))
    def check(case):
        by_month = [measure_case(case | {"window": window}) for window in months]
        by_quarter = [measure_case(case | {"window": window}) for window in quarters]
        whole = measure_case(case | {"window": {"year": str(year)}})
        assert [added(by_month[n : n + 3]) for n in range(0, 12, 3)] == [added([quarter]) for quarter in by_quarter]
        assert added(by_month) == added(by_quarter) == added([whole])
        assert sum(whole["seconds"].values()) == whole["window"][1] - whole["window"][0]

    check()


@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_days_add_up_to_their_month(zone, year):
    @FOR_DAYS
    @given(years(zone, year), st.sampled_from([3, 4, 10, 11, 12]))
    def check(case, month):
        name = f"{year}-{month:02}"
        days = days_of(parse_period(name, zone).window, zone)
        by_day = [measure_case(case | {"window": {"from": day.window.start, "to": day.window.end}}) for day in days]
        assert added(by_day) == added([measure_case(case | {"window": {"month": name}})])

    check()


@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_the_months_of_a_year_are_as_long_as_its_clocks_say(zone, year):
    whole = parse_period(str(year), zone).window
    edges = [month.window.start for month in months_of(whole, zone)] + [whole.end]
    assert edges == [
        int(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone)).timestamp()) for month in range(13)
    ]


@examples(40)
@given(st.data())
def test_another_incident_never_lowers_downtime(data):
    # What a slice or a period loses can also fall: where less of it was known, or where a period begins earlier.
    base, frame = data.draw(frames(method=data.draw(st.sampled_from(["time", "checks"]))))
    sla = frame["sla"] | {
        "source": data.draw(st.sampled_from(["worst", "declared"])),
        "unknown": data.draw(st.sampled_from(["exclude", "up"])),
        "weights": dict(
            zip(STATES, sorted(data.draw(st.lists(PERCENT, min_size=4, max_size=4)), key=Fraction), strict=True)
        ),
    }
    case = data.draw(members(base, frame | {"sla": sla}))
    incident = placed(data.draw(INCIDENT), base) | {"override": None, "exclude": None, "exclusions": []}
    more = case | {"incidents": [*case["incidents"], incident]}
    assert Fraction(measure_case(more)["downtime"]) >= Fraction(measure_case(case)["downtime"])


@examples(40)
@given(cases(windows=["from"], method="time"), st.tuples(OFFSETS, OFFSETS), st.integers(0, 2))
def test_an_exclusion_changes_no_other_second(case, edges, which):
    case = without(case, "max_excluded")
    assume(case["incidents"])
    incident = case["incidents"][which % len(case["incidents"])]
    middle = sum(case["window"].values()) // 2
    stretch = {"from": middle + min(edges), "to": middle + max(edges), "reason": "force majeure"}
    begun = instant(incident["timeline"][0][0] if "timeline" in incident else incident["start"]) < case["now"]
    more = incident | {"exclusions": [*incident["exclusions"], stretch]}
    others = [other for other in case["incidents"] if other is not incident]
    before = timeline_of(case | {"incidents": [*others, incident]})
    after = timeline_of(case | {"incidents": [*others, more]})
    for second in range(period_of(case).start, period_of(case).end):
        if begun and stretch["from"] <= second < min(stretch["to"], case["now"]):
            outside = before.at(second).account is Account.OUTSIDE
            assert after.at(second).account is (Account.OUTSIDE if outside else Account.EXCLUDED)
        else:
            assert after.at(second) == before.at(second)


@examples(80)
@given(cases(windows=["from"]).map(with_data))
def test_uptime_lies_within_its_bounds(case):
    result = measure_case(case)
    assume(result["uptime"] is not None)
    lower, uptime, upper = (Fraction(result[field]) for field in ("lower", "uptime", "upper"))
    assert 0 <= lower <= uptime <= upper <= 1
    # The runs of downtime reach out of the window, to where more may be unknown.
    if result["coverage"] == "1" and method_of(case["sla"]) != "downtime-periods":
        assert lower == uptime == upper


@examples(80)
@given(cases(windows=["from"]).map(with_data))
def test_what_is_shown_promises_no_more_than_is_so(case):
    result = measure_case(case)
    assume(result["uptime"] is not None)
    uptime, shown = Fraction(result["uptime"]), Fraction(result["shown"].removesuffix("%")) / 100
    assert uptime - Fraction(1, 100) < shown <= uptime
    assert (result["shown"] == "100%") == (shown == 1) == (result["downtime"] == "0")
    if "target" in case["sla"]:
        assert (shown >= Fraction(case["sla"]["target"]) / 100) == result["met"]


@examples(80)
@given(cases(windows=["from"]), st.integers(-400, 400))
def test_whole_days_later_everything_is_the_same(case, days):
    case = without(case, "calendar", "max_excluded")
    seconds = timedelta(days=days) // timedelta(seconds=1)
    result, later = measure_case(case), measure_case(moved(case, seconds))
    for field in ("window", "full_period"):
        result[field] = [edge + seconds for edge in result[field]]
    assert later == result


def moved(value, seconds):
    """Give a case (or a part of it) with every instant moved; all other numbers are smaller."""
    if isinstance(value, dict):
        return {key: moved(item, seconds) for key, item in value.items()}
    if isinstance(value, list):
        return [moved(item, seconds) for item in value]
    return value + seconds if isinstance(value, int) and value > 10 * FAR else value


@st.composite
def steady(draw):
    """Draw checks at even distances that begin with the window and fill whole slices; all else happens at a check."""
    start = instant("2026-04-15T12:00:00Z")
    rhythm, each = draw(st.sampled_from([(20, 3), (30, 10), (60, 5), (60, 1), (7, 60)]))
    outcome = st.sampled_from(["up", "up", "up", "down", "partial", "degraded"])
    outcomes = draw(st.lists(outcome, min_size=2, max_size=3600 // rhythm // each)) * each
    instants = st.integers(-2, len(outcomes) + 2).map(lambda n: start + n * rhythm)
    edges = draw(st.lists(st.tuples(instants, instants, STATE), max_size=3))
    end = start + len(outcomes) * rhythm
    return {
        "now": end + draw(st.sampled_from([0, 1, LATE])),
        "window": {"from": start, "to": end},
        "max_gap": rhythm * draw(st.integers(1, 3)),
        "confirm_down": draw(st.integers(1, 3)),
        "confirm_up": draw(st.integers(1, 3)),
        "probes": {"eu": [[start + n * rhythm, outcome] for n, outcome in enumerate(draw(st.permutations(outcomes)))]},
        "incidents": [{"start": min(a, b), "end": max(a, b), "state": state} for a, b, state in edges],
        "sla": {
            "target": "99.8",
            "source": draw(st.sampled_from(["worst", "declared", "measured", "declared-first"])),
            "unknown": draw(st.sampled_from(["exclude", "up", "down"])),
            "weights": draw(st.fixed_dictionaries({}, optional=dict.fromkeys(STATES, PERCENT))),
            "slice": rhythm * each,
        },
    }


@examples(100)
@given(steady())
def test_evenly_spaced_checks_come_out_alike_by_time_by_checks_and_by_slices(case):
    by_time, by_checks, by_slices = (
        measure_case(case | {"sla": case["sla"] | {"method": method}}) for method in ("time", "checks", "slices")
    )
    assert by_time["uptime"] == by_checks["uptime"] == by_slices["uptime"] is not None
    assert by_time["met"] == by_checks["met"] == by_slices["met"]


@examples(40)
@given(st.data())
def test_without_confirmation_every_check_speaks_for_itself(data):
    base = instant("2026-04-15T12:00:00Z")
    log = placed(data.draw(LOG), base)
    now = base + data.draw(OFFSETS)
    case = {
        "now": now,
        "window": {"from": base - 2000, "to": base + 12000},
        "probes": {"eu": log},
        "confirm_down": 1,
        "confirm_up": 1,
        "sla": {"source": "measured"},
    }
    timeline = timeline_of(case)
    for at in {at for at, _ in log if at < now}:
        worst = max(OUTCOMES[outcome] for again, outcome in log if again == at)
        assert timeline.at(at) == Second(worst, Account.COUNTED)
    assert timeline.at(base - 1000).status is Status.UNKNOWN


def test_all_laws_together_try_what_they_promise():
    assert sum(PROMISED) == ORDINARILY
