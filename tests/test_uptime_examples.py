"""The worked examples of the method `time`: the product's figures, and those of the reference model."""

import os

import pytest
from cases import instant, measure_case, measure_cases, period_of, read_examples
from reference import measure, measure_group

EXAMPLES = read_examples("uptime-time.json")
FIELDS = sorted({field for example in EXAMPLES for field in example["result"]})

# Second by second a month takes seconds to measure: only a thorough run does that.
THOROUGH = "STATUSGEN_EXAMPLES" in os.environ
FOR_REFERENCE = [example for example in EXAMPLES if THOROUGH or period_of(example["case"]).seconds <= 86400]

DAY = {"now": "2026-04-03T00:00:00Z", "window": {"from": "2026-04-02T00:00:00Z", "to": "2026-04-03T00:00:00Z"}}
SLA = {"sla": {"source": "declared", "target": "99.8"}}


def outage(start, end):
    return {"incidents": [{"start": f"2026-04-02T{start}:00Z", "end": f"2026-04-02T{end}:00Z", "state": "major"}]}


A = DAY | SLA | outage("01:00", "02:00")
B = DAY | SLA | outage("13:00", "14:00")
C = DAY | SLA | outage("18:00", "19:00") | {"since": "2026-04-02T12:00:00Z"}
D = DAY | SLA | outage("03:00", "09:00") | {"retired": "2026-04-02T06:00:00Z"}
E = DAY | SLA | {"incidents": [outage("12:00", "18:00")["incidents"][0] | {"exclude": "force majeure"}]}

GROUPS = [
    ([A, B], "mean", "23/24"),
    ([A, B], "worst", "11/12"),
    ([A, B], "best", "1"),
    ([A, C], "mean", "15/16"),
    ([A, C], "pooled", "17/18"),
    ([A, C], "worst", "11/12"),
    ([A, D], "worst", "5/6"),
    ([A, D], "best", "1"),
    ([A, E], "worst", "23/24"),
    ([A, E], "pooled", "41/42"),
    ([D, E], "worst", "5/6"),
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
