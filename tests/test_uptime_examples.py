"""The worked examples of uptime.md: the product's figures, and those of the reference model."""

import os

import pytest
from cases import instant, measure_case, measure_cases, period_of, read_examples
from reference import measure, measure_group

EXAMPLES, GROUPS_WORKED = read_examples()
FIELDS = sorted({field for example in EXAMPLES for field in example["result"]})

# Second by second a month takes seconds to measure: only a thorough run does that.
THOROUGH = "STATUSGEN_EXAMPLES" in os.environ
FOR_REFERENCE = [example for example in EXAMPLES if THOROUGH or period_of(example["case"]).seconds <= 86400]

DAY = {"now": "2026-04-03T00:00:00Z", "window": {"from": "2026-04-02T00:00:00Z", "to": "2026-04-03T00:00:00Z"}}
SLA = {"sla": {"source": "declared", "target": "99.8"}}


def outage(start, end):
    return {"incidents": [{"start": f"2026-04-02T{start}:00Z", "end": f"2026-04-02T{end}:00Z", "state": "major"}]}


A = DAY | SLA | outage("01:00", "02:00")
C = DAY | SLA | outage("18:00", "19:00") | {"since": "2026-04-02T12:00:00Z"}
D = DAY | SLA | outage("03:00", "09:00") | {"retired": "2026-04-02T06:00:00Z"}
E = DAY | SLA | {"incidents": [outage("12:00", "18:00")["incidents"][0] | {"exclude": "force majeure"}]}

TEN = instant("2026-04-02T10:00:00Z")


def hour(outcomes, every=60, **more):
    """Give an hour from ten o'clock, with a probe's outcomes in a row from then on (u up, p partial, d down, ?)."""
    words = {"u": "up", "p": "partial", "d": "down", "?": "unknown"}
    log = [[TEN + n * every, words[letter]] for n, letter in enumerate(outcomes)]
    sla = {"target": "99.8", "source": "measured"} | more.pop("sla", {})
    window = {"from": TEN, "to": TEN + 3600}
    return {"now": TEN + 7200, "since": TEN, "window": window, "probes": {"eu": log}, "sla": sla} | more


def said(state, start, end, **more):
    return {"incidents": [{"start": TEN + start, "end": TEN + end, "state": state, **more}]}


BY_CHECKS, WORST = {"method": "checks"}, {"method": "checks", "source": "worst"}
BY_SLICES = {"method": "slices"}
BY_PERIODS = {"method": "downtime-periods"}
RETRIED = EXAMPLES[20]["case"]
STEADY = hour("u" * 60, sla=BY_CHECKS, now=RETRIED["now"])
# Half of one is unknown; three quarters of both are known.
ASKING = {"min_coverage": "60"}
HALF_SEEN, SEEN = hour("d" * 30, max_gap=60, sla=ASKING), hour("u" * 60, max_gap=60, sla=ASKING)
WORKS = {"maintenance": [{"start": TEN, "end": TEN + 120, "announced": TEN - 60, "impact": "partial"}]}

GROUPS = [
    *(
        (example["members"], combine, uptime)
        for example in GROUPS_WORKED
        for combine, uptime in example["uptime"].items()
    ),
    ([A, C], "worst", "11/12"),
    ([A, D], "worst", "5/6"),
    ([A, D], "best", "1"),
    ([A, E], "worst", "23/24"),
    ([A, E], "pooled", "41/42"),
    ([D, E], "worst", "5/6"),
    ([RETRIED, STEADY], "mean", "13/16"),
    ([RETRIED, STEADY], "pooled", "11/14"),
    ([RETRIED, STEADY], "worst", "5/6"),
    ([RETRIED, STEADY], "best", "1"),
    ([HALF_SEEN, SEEN], "mean", "1/2"),
    ([HALF_SEEN, SEEN], "pooled", "2/3"),
    ([HALF_SEEN, HALF_SEEN], "mean", None),
]

# What the worked examples leave open: downtime and what it is held against, in checks, slices or seconds.
RULES = [
    ("a check that could not tell is none", hour("u?d", sla=BY_CHECKS), "1", "2"),
    (
        "the checks of all probes count",
        hour("u", sla=BY_CHECKS, probes={"a": [[TEN, "up"]], "b": [[TEN, "down"]]}),
        "1",
        "2",
    ),
    ("only checks in the window count", hour("uuu", since=TEN + 30, sla=BY_CHECKS), "0", "2"),
    ("a blip is none", hour("uduu", confirm_down=2, sla=BY_CHECKS), "0", "4"),
    ("an incident makes a check worse", hour("uudu", sla=WORST, **said("partial", 60, 180)), "13/10", "4"),
    ("an incident does not make one better", hour("dd", sla=WORST, **said("operational", 0, 60)), "2", "2"),
    (
        "unless it is believed first",
        hour("dd", sla=WORST | {"source": "declared-first"}, **said("operational", 0, 60)),
        "1",
        "2",
    ),
    (
        "checks only set the pace of what is declared",
        hour("dd", sla=WORST | {"source": "declared"}, **said("partial", 0, 60)),
        "3/10",
        "2",
    ),
    (
        "a false alarm takes its checks out",
        hour("uddu", sla=WORST, **said("operational", 60, 120, override="broken")),
        "1",
        "3",
    ),
    ("maintenance takes its checks out", hour("dddu", sla=WORST, **WORKS), "1", "2"),
    ("maintenance that counts is an incident", hour("uudu", sla=WORST | {"policy": "count"}, **WORKS), "8/5", "4"),
    ("so is maintenance announced too late", hour("uudu", sla=WORST | {"notice": 61}, **WORKS), "8/5", "4"),
    ("or maintenance is no outage whatever", hour("dddu", sla=WORST | {"policy": "up"}, **WORKS), "1", "4"),
    ("a slice is as bad as the mean of its checks", hour("uduuu", max_gap=60, sla=BY_SLICES), "1/5", "1"),
    ("whoever speaks more often", hour("dd" + "u" * 7, every=20, max_gap=300, sla=BY_SLICES), "2/9", "2"),
    ("a slice without checks is as bad as its seconds", hour("du", every=400, max_gap=500, sla=BY_SLICES), "1", "3"),
    (
        "also if they are not all alike",
        hour("u", sla=BY_SLICES | {"source": "worst"}, **said("major", 400, 430)),
        "1",
        "2",
    ),
    (
        "a slice of which nothing is known is left out",
        hour("uduuu", max_gap=60, sla=BY_SLICES | {"unknown": "exclude"}),
        "1/5",
        "1",
    ),
    ("or good", hour("uduuu", max_gap=60, sla=BY_SLICES | {"unknown": "up"}), "1/5", "12"),
    ("or bad", hour("uduuu", max_gap=60, sla=BY_SLICES | {"unknown": "down"}), "56/5", "12"),
    (
        "slices follow the period and not the component",
        hour("uduu", since=TEN + 90, max_gap=60, sla=BY_SLICES | {"slice": 120}),
        "1",
        "2",
    ),
    ("the last may be cut", hour("u" * 59 + "d", sla=BY_SLICES | {"slice": 420}), "1/4", "9"),
    ("one failure of any weight is one", hour("upu", sla=BY_SLICES | {"slice_rule": "any-fail"}), "1", "1"),
    ("only all of them in full are all", hour("ddp", sla=BY_SLICES | {"slice_rule": "all-fail"}), "0", "1"),
    ("four of five are 80%", hour("uduuu", max_gap=60, sla=BY_SLICES | {"slice_rule": "80"}), "0", "1"),
    ("and less than 80.1%", hour("uduuu", max_gap=60, sla=BY_SLICES | {"slice_rule": "80.1"}), "1", "1"),
    ("59 s are no period", hour("du", every=59, sla=BY_PERIODS), "0", "179"),
    ("but may be asked for", hour("du", every=59, sla=BY_PERIODS | {"at_least": 59, "unit": 7}), "56", "179"),
    ("a partial outage is none", hour("ppu", sla=BY_PERIODS), "0", "240"),
    ("but may be one", hour("pdu", sla=BY_PERIODS | {"threshold": "partial"}), "120", "240"),
    ("the first whole minutes count", hour("d", sla=BY_PERIODS, max_gap=90, since=TEN - 60), "60", "90"),
    (
        "wherever the window begins",
        hour("ddu", every=65, sla=BY_PERIODS, window={"from": TEN + 30, "to": TEN + 250}),
        "90",
        "220",
    ),
    (
        "an exclusion ends a period",
        hour("ddd", sla=BY_PERIODS, **said("degraded", 59, 119, exclude="war")),
        "120",
        "180",
    ),
    ("what is not known ends one", hour("d?du", sla=BY_PERIODS), "120", "240"),
    ("or is in it", hour("d?du", sla=BY_PERIODS | {"unknown": "down"}, now=TEN + 330), "180", "330"),
]


def names(examples):
    return [example["name"] for example in examples]


@pytest.mark.parametrize("example", EXAMPLES, ids=names(EXAMPLES))
def test_a_worked_example_comes_out_as_worked_out_by_hand(example):
    assert measure_case(example["case"]) == {field: example["result"].get(field) for field in FIELDS}


@pytest.mark.parametrize("example", FOR_REFERENCE, ids=names(FOR_REFERENCE))
def test_the_reference_agrees_with_a_worked_example(example):
    assert measure(example["case"]) == {field: example["result"].get(field) for field in FIELDS}


@pytest.mark.parametrize(("cases", "combine", "uptime"), GROUPS)
def test_a_group_combines_its_members(cases, combine, uptime):
    assert measure_cases(cases, combine)["uptime"] == uptime


@pytest.mark.parametrize(("cases", "combine", "uptime"), GROUPS)
def test_the_reference_combines_members_of_a_group(cases, combine, uptime):
    assert measure_group(cases, combine)["uptime"] == uptime


def test_a_second_that_counts_for_no_member_is_outside_only_if_it_is_for_all():
    for seconds in (measure_cases([D, E], "worst")["seconds"], measure_group([D, E], "worst")["seconds"]):
        assert (seconds["excluded"], seconds["outside"]) == (6 * 3600, 0)
    for seconds in (measure_cases([D, D], "best")["seconds"], measure_group([D, D], "best")["seconds"]):
        assert (seconds["excluded"], seconds["outside"]) == (0, 18 * 3600)


def test_every_second_of_a_window_is_of_one_kind():
    for example in EXAMPLES:
        start, end = example["result"]["window"]
        assert sum(example["result"]["seconds"].values()) == end - start
        assert end <= max(start, instant(example["case"]["now"]))


@pytest.mark.parametrize(("rule", "case", "downtime", "accounted"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_of_a_method_holds(rule, case, downtime, accounted):
    result = measure_case(case)
    assert (result["downtime"], result["accounted"]) == (downtime, accounted), rule


@pytest.mark.parametrize(("rule", "case", "downtime", "accounted"), RULES, ids=[rule[0] for rule in RULES])
def test_the_reference_knows_the_rules_of_the_methods(rule, case, downtime, accounted):
    result = measure(case)
    assert (result["downtime"], result["accounted"]) == (downtime, accounted), rule
