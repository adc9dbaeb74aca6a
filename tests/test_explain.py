"""An explanation adds up to its figure, and every stretch has its reason."""

import csv
import io
from fractions import Fraction

from cases import explain_case, instant
from hypothesis import given, settings
from test_uptime_laws import cases, with_data

from statusgen.model.record import Ground
from statusgen.model.status import Account, Status
from statusgen.render.explanations import explanation_csv, explanation_json, harmless, lost_seconds
from statusgen.render.figures import show_exact
from statusgen.render.reasons import account_word, reasons_of

T = instant("2026-04-02T10:00:00Z")


@settings(max_examples=150)
@given(cases(windows=["from"]).map(with_data))
def test_the_stretches_cover_the_period_and_are_what_the_record_says(case):
    explanation, record = explain_case(case)
    edges = [edge for stretch in explanation.stretches for edge in (stretch.window.start, stretch.window.end)]
    window = explanation.period.window
    assert edges[0] == window.start
    assert edges[-1] == window.end
    assert edges[1:-1:2] == edges[2:-1:2]
    assert sum(stretch.window.seconds for stretch in explanation.stretches) == window.seconds
    for stretch in explanation.stretches:
        assert {span.value for span in record.timeline.clip(stretch.window)} == {stretch.second}


@settings(max_examples=150)
@given(cases(windows=["from"]).map(with_data))
def test_the_sum_is_that_of_the_figure(case):
    explanation, _ = explain_case(case)
    figure = explanation.figure
    assert sum((part.lost for part in explanation.parts), Fraction(0)) == figure.downtime
    if figure.sla.method != "downtime-periods":
        assert sum(part.number for part in explanation.parts) == figure.accounted
    if figure.sla.method == "time":
        service = [s for s in explanation.stretches if s.window & figure.window]
        assert sum((lost_seconds(s, figure.sla) or 0 for s in service), Fraction(0)) == figure.downtime


@settings(max_examples=150)
@given(cases(windows=["from"]).map(with_data))
def test_the_seconds_are_those_of_the_figure_and_have_a_reason_each(case):
    explanation, _ = explain_case(case)
    sums: dict[str, int] = {}
    for stretch in explanation.stretches:
        assert reasons_of(stretch, explanation)
        if not stretch.to_come and stretch.window & explanation.figure.window:
            counted = stretch.second.account is Account.COUNTED
            kind = stretch.second.status.word if counted else account_word(stretch)
            sums[kind] = sums.get(kind, 0) + stretch.window.seconds
    seconds = explanation.figure.seconds
    assert {kind: n for kind in seconds.__slots__ if (n := getattr(seconds, kind))} == sums


def told(case):
    explanation, _ = explain_case(case)
    return [
        (account_word(stretch), [(reason.kind, reason.text) for reason in reasons_of(stretch, explanation)])
        for stretch in explanation.stretches
    ]


HOUR = {"now": T + 3600, "window": {"from": T, "to": T + 3600}}


def checks(*runs):
    return {"eu": [[T + at, outcome] for start, end, outcome in runs for at in range(start, end, 60)]}


def test_a_calm_hour_is_one_stretch_of_checks():
    ((account, ((kind, text),)),) = told(HOUR | {"probes": checks((0, 3600, "up"))})
    assert (account, kind) == ("counted", "checks")
    assert text == "measured operational: 60 checks from 2026-04-02T10:00:00Z to 2026-04-02T10:59:00Z"


def test_each_thing_that_bears_on_a_second_is_named():
    case = HOUR | {
        "now": T + 3300,
        "since": T + 60,
        "max_gap": 120,
        "confirm_down": 2,
        "probes": checks(
            (0, 600, "up"), (600, 660, "down"), (660, 1200, "up"), (1200, 1800, "down"), (2700, 3300, "up")
        ),
        "incidents": [
            {"start": T + 1500, "end": T + 1620, "state": "partial"},
            {"start": T + 2760, "end": T + 2820, "state": "operational", "override": "broken probe"},
            {"start": T + 2880, "end": T + 2940, "state": "major", "exclude": "cut cable"},
        ],
        "maintenance": [
            {"start": T + 3000, "end": T + 3060, "announced": T - 90000, "impact": "major"},
            {"start": T + 3120, "end": T + 3180, "announced": T + 3100, "impact": "degraded"},
        ],
        "sla": {"target": "99.8", "notice": 86400},
    }  # fmt: skip
    explanation, _ = explain_case(case)
    seen = [
        (s.window.start - T, account_word(s), "/".join(r.kind for r in reasons_of(s, explanation)))
        for s in explanation.stretches
    ]
    assert seen == [
        (0, "outside", "since/checks"),
        (60, "counted", "checks/unconfirmed"),
        (1200, "counted", "checks"),
        (1500, "counted", "checks/incident"),
        (1620, "counted", "checks"),
        (1860, "counted", "gap"),
        (2700, "counted", "checks"),
        (2760, "counted", "incident/override"),
        (2820, "counted", "checks"),
        (2880, "excluded", "exclusion/incident/checks"),
        (2940, "counted", "checks"),
        (3000, "excluded", "maintenance/checks"),
        (3060, "counted", "checks"),
        (3120, "counted", "maintenance/checks"),
        (3180, "counted", "checks"),
        (3300, "to come", "to come"),
    ]
    texts = [text for _, reasons in told(case) for _, text in reasons]
    assert "no check in time after that of 2026-04-02T10:29:00Z" in texts
    assert "1 check that said otherwise not confirmed by more" in texts
    assert 'takes the checks out: "false alarm", incident c0-incident-1' in texts
    assert 'left out of the figure: "force majeure", incident c0-incident-2' in texts
    assert "maintenance c0-maintenance-0 is left out (announced 1 d 1 h 50 min before, 24 h required)" in texts
    assert any("counts, announced too late: degraded performance (announced 20 s before" in text for text in texts)


def test_a_minority_that_raises_the_state_is_the_evidence():
    probes = {name: checks((0, 3600, "up"))["eu"] for name in ("ap", "us")} | checks((0, 3600, "down"))
    explanation, _ = explain_case(HOUR | {"probes": probes, "minority": "partial", "sla": {"source": "measured"}})
    (stretch,) = explanation.stretches
    assert stretch.second.status is Status.PARTIAL_OUTAGE
    assert (stretch.evidence.checks, stretch.evidence.first.probe) == (60, "eu")


def test_csv_has_a_row_a_stretch_and_no_formula():
    explanation, _ = explain_case(HOUR | {"probes": checks((0, 1800, "up"), (1800, 3600, "down"))})
    rows = list(csv.DictReader(io.StringIO(explanation_csv(explanation))))
    assert [(row["seconds"], row["state"], row["lost"]) for row in rows] == [
        ("1800", "operational", "0"),
        ("1800", "major_outage", "1800"),
    ]
    assert [harmless(text) for text in ("=1+1", "@a", "-1", "plain")] == ["'=1+1", "'@a", "'-1", "plain"]


def test_json_tells_the_same():
    explanation, _ = explain_case(HOUR | {"probes": checks((0, 3600, "up"))})
    document = explanation_json(explanation, T + 3600, lambda check: f"a.jsonl:{check.at - T}")
    (stretch,) = document["stretches"]
    assert (stretch["seconds"], stretch["state"], stretch["lost"]) == (3600, "operational", "0")
    assert stretch["why"][0]["log"] == ["a.jsonl:0", "a.jsonl:3540"]
    assert document["period"]["seconds"] == 3600
    assert {ground.name for ground in Ground} >= {"SINCE", "HOURS", "EXCLUSION", "MAINTENANCE", "INCIDENT"}


def test_an_exact_percentage_has_dots_only_where_it_goes_on():
    shares = [Fraction(1), Fraction(998, 1000), Fraction(2, 3), Fraction(0), Fraction(99999999999, 10**11)]
    assert [show_exact(share) for share in shares] == ["100%", "99.8%", "66.666666666…%", "0%", "99.999999999%"]


def test_of_a_run_that_ended_before_only_the_last_check_speaks():
    case = {
        "now": T + 7200,
        "window": {"from": T + 3600, "to": T + 7200},
        "max_gap": 600,
        "probes": {"eu": [[T + at, "up"] for at in (*range(0, 3300, 61), 3299)] + [[T + 3650, "down"]]},
        "sla": {"source": "measured"},
    }
    first, *_ = explain_case(case)[0].stretches
    assert (first.evidence.checks, first.evidence.first.at - T) == (1, 3299)
