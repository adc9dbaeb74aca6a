"""From files to facts: what a content file means (design.md §4 and §5)."""

import contextlib
from time import process_time

import pytest
from conftest import at
from hypothesis import given
from hypothesis import strategies as st

from statusgen.advise.incidents import advise_incidents
from statusgen.compute.incidents import follow_incident
from statusgen.compute.maintenance import expand_maintenance
from statusgen.errors import ContentError
from statusgen.model.calendar import iso_utc
from statusgen.model.code import Code
from statusgen.model.history import Incident, Phase
from statusgen.model.status import Impact, Status
from statusgen.read.content import read_documents
from statusgen.read.document import DocumentError, decode_text, parse_document, parse_yaml, split_sections
from statusgen.read.incidents import parse_incident
from statusgen.read.settings import parse_site, site_names
from statusgen.read.times import Clock, parse_duration, parse_time
from statusgen.read.updates import Names

NOW = at("2026-11-24T00:00:00+00:00")
INCIDENT = """\
---
title: Elevated API errors
components:
  api: major_outage
  web: degraded_performance
started: 2026-11-02 09:14 UTC
---

A summary.

## Investigating — 2026-11-02 09:20 UTC

We are looking.

## Identified — 2026-11-02 09:41 UTC {api=partial_outage web=operational}

A bad deploy.

## Resolved — 2026-11-02 10:02 UTC

## Postmortem — 2026-11-05 14:00 UTC

### Contributing factors
"""
NAME = "incidents/2026-11-02-api.md"


def read_one(world, text, name=NAME, **files):
    history = read_documents(world({name: text, **files}))
    return (*history.incidents, *history.maintenances)[0]


def phases(incident):
    return [(update.key, update.phase.value) for update in incident.updates]


def test_an_incident_is_what_its_file_says(world):
    incident = read_one(world, INCIDENT)
    assert incident.id == "2026-11-02-api"
    assert incident.title == "Elevated API errors"
    assert incident.started == at("2026-11-02T09:14:00+00:00")
    assert incident.components == (("api", Status.MAJOR_OUTAGE), ("web", Status.DEGRADED_PERFORMANCE))
    assert incident.summary == "A summary."
    assert phases(incident) == [
        ("20261102T0920Z", "investigating"),
        ("20261102T0941Z", "identified"),
        ("20261102T1002Z", "resolved"),
        ("20261105T1400Z", "postmortem"),
    ]
    assert incident.updates[1].changes == (("api", Status.PARTIAL_OUTAGE), ("web", Status.OPERATIONAL))
    assert incident.updates[1].text == "A bad deploy."
    assert incident.updates[3].text == "### Contributing factors"
    assert [update.line for update in incident.updates] == [11, 15, 19, 21]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n## Identified", "\n\x00## Identified"), id="a control character"),
        pytest.param(lambda text: text.replace(" — ", " - "), id="hyphen"),
        pytest.param(lambda text: text.replace(" — ", ": "), id="colon"),
        pytest.param(lambda text: text.replace(" — ", " "), id="blank"),
        pytest.param(lambda text: text.replace(" — ", "–"), id="en dash without blanks"),
        pytest.param(lambda text: text.replace("## Identified", "  ## IDENTIFIED"), id="capitals and indent"),
        pytest.param(lambda text: text.replace(" UTC", "Z"), id="Z"),
        pytest.param(lambda text: text.replace("09:41 UTC", "10:41 +01:00"), id="an offset"),
        pytest.param(lambda text: text.replace("2026-11-02 09:41 UTC", "2026-11-02T04:41-0500"), id="T and -0500"),
        pytest.param(lambda text: text.replace(" UTC", ""), id="the site's zone"),
        pytest.param(lambda text: text.replace("api=partial_outage web", "rest-api=partial_outage, web"), id="alias"),
        pytest.param(lambda text: text.replace("  api: major", "  The API: major"), id="an alias with a blank"),
        pytest.param(lambda text: text.replace("10:02 UTC\n", "10:02 UTC ##\n"), id="closing hashes"),
    ],
)
def test_the_same_incident_is_read_from_many_spellings(world, change):
    told = read_one(world, change(INCIDENT))
    expected = parse_expected(INCIDENT)
    assert [(u.key, u.phase, u.changes, u.text) for u in told.updates] == expected
    assert told.components == (("api", Status.MAJOR_OUTAGE), ("web", Status.DEGRADED_PERFORMANCE))


def parse_expected(text):
    document = parse_document(decode_text(text.encode(), NAME), NAME)
    names = Names(("api", "web"), {"rest-api": "api", "The API": "api"})
    incident = parse_incident(document, "x", names, Clock("UTC"))
    return [(u.key, u.phase, u.changes, u.text) for u in incident.updates]


def test_updates_may_stand_newest_first(world):
    head, *sections = INCIDENT.split("\n## ")
    turned = read_one(world, "\n## ".join([head.rstrip() + "\n", *(s.rstrip() + "\n" for s in sections[::-1])]))
    assert phases(turned) == phases(read_one(world, INCIDENT))
    assert [u.text for u in turned.updates] == [u.text for u in read_one(world, INCIDENT).updates]


MINUTE = """\
---
title: Many words in one minute
---
## {a} — 2026-11-02 09:20 UTC
first
## {b} — 2026-11-02 09:20 UTC
second
## {c} — 2026-11-02 {last} UTC
third
"""


def test_updates_of_one_minute_are_numbered_in_order_of_happening(world):
    rising = read_one(world, MINUTE.format(a="Investigating", b="Update", c="Resolved", last="09:21"))
    assert [(u.key, u.text) for u in rising.updates] == [
        ("20261102T0920Z", "first"), ("20261102T0920Z-2", "second"), ("20261102T0921Z", "third"),
    ]  # fmt: skip


def test_bottom_to_top_where_the_file_is_newest_first(world):
    falling = read_one(world, MINUTE.format(a="Resolved", b="Update", c="Investigating", last="09:19"))
    assert [(u.key, u.text) for u in falling.updates] == [
        ("20261102T0919Z", "third"), ("20261102T0920Z", "second"), ("20261102T0920Z-2", "first"),
    ]  # fmt: skip


def test_a_pinned_name_and_seconds_are_part_of_the_key(world):
    text = INCIDENT.replace("web=operational}", "web=operational #rollback}").replace("10:02 UTC", "10:02:15.9 UTC")
    assert [u.key for u in read_one(world, text).updates][1:3] == ["rollback", "20261102T100215Z"]


def test_only_real_second_level_headings_are_updates(world):
    text = INCIDENT.replace(
        "We are looking.",
        "Text\n---\n\n```\n## Resolved — nonsense\n```\n\n~~~ text\n## x\n~~~\n\n<!-- ## hidden\n## hidden -->\n\n"
        "    ## indented code\n\n### A third level",
    )
    assert len(read_one(world, text).updates) == 4


def test_yaml_scalars_stay_what_was_written():
    marked = parse_yaml("a: no\nb: 12:30\nc: 008000\nd: 2026-10-03\ne: 1.10\nf: ~\ng: 0x1F\nh:\n", "x")
    assert marked.data == {
        "a": "no", "b": "12:30", "c": "008000", "d": "2026-10-03", "e": "1.10", "f": "~", "g": "0x1F", "h": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["a: &x 1\nb: *x", "a: 1\na: 2", "a: !!python/name:os.system x", "? [a]\n: b", "a: b: c", "[" * 30, "a: [1, 2"],
)
def test_yaml_that_is_more_than_data_is_refused(text):
    with pytest.raises(DocumentError):
        parse_yaml(text, "x")


def test_yaml_of_any_depth_and_width_is_refused_in_no_time():
    for text in ("[" * 100_000, "{a: " * 100_000, "- " * 100_000, "- x\n" * 300_000):
        with pytest.raises(DocumentError):
            parse_yaml(text, "x")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_problem(content):
    with contextlib.suppress(DocumentError):
        split_sections(parse_document(decode_text(b"---\n" + content, "x"), "x"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_in_an_incident_is_read_or_told(front, body):
    text = f"---\ntitle: {front}\n---\n## Investigating — 2026-11-02 09:20 UTC\n{body}\n## {body}\n"
    try:
        document = parse_document(decode_text(text.encode("utf-8", "surrogatepass"), "x"), "x")
    except DocumentError:
        return
    parsed = parse_incident(document, "x", Names(), Clock())
    assert isinstance(parsed, Incident) or all(problem.text for problem in parsed)


def test_an_incident_without_components_touches_nothing(world):
    for line in ("", "components:\n", "components: {}\n", "components: []\n"):
        text = f"---\ntitle: Word\n{line}---\n## Investigating — 2026-11-02 09:20 UTC\n"
        incident = read_one(world, text)
        assert incident.touched == ()
        assert incident.started == incident.updates[0].at


@pytest.mark.parametrize(
    "heading", ["a" + " " * 100_000 + "{", "a " * 50_000, "a - " * 50_000, "{" * 50_000, "#" * 50_000]
)
def test_a_heading_of_any_length_is_told_in_no_time(heading):
    text = f"---\ntitle: T\n---\n## {heading}\n"
    told = parse_incident(parse_document(text, "x"), "x", Names(), Clock())
    assert all(len(problem.text) < 12_000 for problem in told)


def test_the_words_for_impact_override_and_exclusions_are_kept(world):
    text = INCIDENT.replace(
        "started:",
        "impact: critical\noverride: false alarm\nexclude:\n"
        "  - {from: 2026-11-02 09:20 UTC, to: 2026-11-02 09:30 UTC, reason: carrier}\nstarted:",
    )
    incident = read_one(world, text)
    assert incident.impact is Impact.CRITICAL
    assert incident.override == "false alarm"
    (exclusion,) = incident.exclusions
    assert (exclusion.window.seconds, exclusion.reason) == (600, "carrier")
    assert read_one(world, INCIDENT.replace("started:", "exclude: force majeure\nstarted:")).exclude == "force majeure"


def states(incident, now=NOW):
    return [
        (s.component, iso_utc(s.window.start)[11:16], iso_utc(s.window.end)[11:16], s.status.word)
        for s in sorted(follow_incident(incident, now).states, key=lambda s: (s.component, s.window))
    ]


def test_states_follow_the_updates_until_resolved(world):
    assert states(read_one(world, INCIDENT)) == [
        ("api", "09:14", "09:41", "major_outage"),
        ("api", "09:41", "10:02", "partial_outage"),
        ("web", "09:14", "09:41", "degraded_performance"),
        ("web", "09:41", "10:02", "operational"),
    ]


def test_an_open_incident_ends_at_now(world):
    incident = read_one(world, INCIDENT[: INCIDENT.index("## Resolved")])
    course = follow_incident(incident, at("2026-11-02T12:00:00+00:00"))
    assert course.open
    assert states(incident, at("2026-11-02T12:00:00+00:00"))[1] == ("api", "09:41", "12:00", "partial_outage")


REOPENED = (
    INCIDENT
    + """
## Update — 2026-11-05 15:00 UTC

Only a word.

## Investigating — 2026-11-05 16:00 UTC {web=partial_outage}

It is back.

## Resolved — 2026-11-05 16:30 UTC {web=operational}
"""
)


def test_an_update_that_sets_a_state_reopens_for_that_component_alone(world):
    incident = read_one(world, REOPENED)
    course = follow_incident(incident, NOW)
    assert [(iso_utc(w.start)[8:16], iso_utc(w.end)[8:16]) for w in course.stretches] == [
        ("02T09:14", "02T10:02"), ("05T16:00", "05T16:30"),
    ]  # fmt: skip
    assert not course.open
    assert states(incident)[-1] == ("web", "16:00", "16:30", "partial_outage")


def test_a_later_word_that_reopens_nothing_is_told(world):
    found = advise_incidents(read_documents(world({NAME: REOPENED})), NOW)
    (note,) = (note for note in found if note.code is Code.AFTER_RESOLVED)
    assert note.line == 25
    assert "reopens nothing" in note.text


def test_an_update_wins_over_the_front_matter_at_started_and_the_later_at_one_time(world):
    text = """\
    ---
    title: T
    components: {api: major_outage}
    ---
    ## Investigating — 2026-11-02 09:20 UTC {api=partial_outage}
    ## Update — 2026-11-02 09:20 UTC {api=degraded_performance}
    ## Resolved — 2026-11-02 10:00 UTC
    """
    assert states(read_one(world, text)) == [("api", "09:20", "10:00", "degraded_performance")]


MAINTENANCE = """\
---
title: Weekly
components: {api: major_outage, web: operational}
start: 2026-10-11 02:00
end: 2026-10-11 03:00
announced: 2026-10-01
rrule: FREQ=WEEKLY;BYDAY=SU;UNTIL=20261115
timezone: Europe/Dublin
except: [2026-11-01]
---

## Scheduled — 2026-10-01 09:00

Every Sunday.

## In progress — 2026-10-18 02:05

## Completed — 2026-10-18 03:40

## Cancelled — 2026-10-20 09:00 UTC
"""
WEEKLY = "maintenance/weekly.md"


def test_a_recurring_maintenance_keeps_its_wall_time_when_clocks_change(world):
    weekly = read_one(world, MAINTENANCE, WEEKLY)
    occurrences = expand_maintenance(weekly, NOW)
    assert [iso_utc(o.planned.start) for o in occurrences] == [
        "2026-10-11T01:00:00Z", "2026-10-18T01:00:00Z", "2026-10-25T02:00:00Z", "2026-11-08T02:00:00Z",
        "2026-11-15T02:00:00Z",
    ]  # fmt: skip


def test_an_update_belongs_to_the_occurrence_that_runs_or_is_next(world):
    occurrences = expand_maintenance(read_one(world, MAINTENANCE, WEEKLY), NOW)
    assert [[u.phase.value for u in o.updates] for o in occurrences] == [
        ["scheduled"], ["scheduled", "in progress", "completed"], ["scheduled", "cancelled"], ["scheduled"],
        ["scheduled"],
    ]  # fmt: skip
    second, third = occurrences[1], occurrences[2]
    assert iso_utc(second.covered.start) == "2026-10-18T01:05:00Z"
    assert second.covered.end == second.planned.end, "an overrun is not covered"
    assert second.held.end == second.planned.end + 2400
    assert third.called_off
    assert not third.covered


def test_a_maintenance_is_not_known_before_its_announcement(world):
    weekly = read_one(world, MAINTENANCE, WEEKLY)
    assert expand_maintenance(weekly, weekly.announced) == ()
    assert len(expand_maintenance(weekly, weekly.announced + 1)) == 5


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=YEARLY;INTERVAL=366", "FREQ=MONTHLY;BYDAY=2SU", "FREQ=DAILY;COUNT=1000"]
)
def test_no_rule_is_expanded_beyond_the_horizon(world, rule):
    text = MAINTENANCE.replace("FREQ=WEEKLY;BYDAY=SU;UNTIL=20261115", rule)
    last = expand_maintenance(read_one(world, text, WEEKLY), NOW)[-1]
    assert last.planned.start - NOW <= 400 * 86400


def test_a_rule_that_never_comes_true_is_refused_at_once(world):
    for rule, told in {
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30": "is not taken with FREQ=DAILY",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30": "does not fall on",
        "FREQ=YEARLY;BYMONTH=13": "is not a value of BYMONTH",
        "FREQ=HOURLY": "has no FREQ that is taken",
        "BYDAY=SU": "has no FREQ that is taken",
    }.items():
        text = MAINTENANCE.replace("FREQ=WEEKLY;BYDAY=SU;UNTIL=20261115", rule)
        with pytest.raises(ContentError, match=told):
            read_one(world, text, WEEKLY)


def test_a_window_in_an_hour_that_the_clocks_skip_is_read_by_the_clock_before(world):
    text = MAINTENANCE.replace("start: 2026-10-11 02:00", "start: 2026-03-22 01:30").replace(
        "end: 2026-10-11 03:00", "end: 2026-03-22 01:45"
    )
    text = text.replace("announced: 2026-10-01", "announced: 2026-03-01").replace("UNTIL=20261115", "COUNT=2")
    text = text[: text.index("## Scheduled")]
    windows = [o.planned for o in expand_maintenance(read_one(world, text, WEEKLY), NOW)]
    assert [iso_utc(w.start) for w in windows] == ["2026-03-22T01:30:00Z", "2026-03-29T01:30:00Z"]
    assert [w.seconds for w in windows] == [900, 900]


def test_a_daily_rule_of_half_a_century_is_expanded_in_no_time(world):
    text = MAINTENANCE.replace("FREQ=WEEKLY;BYDAY=SU;UNTIL=20261115", "FREQ=DAILY").replace("2026-10-", "1971-10-")
    daily = read_one(world, text, WEEKLY)
    begun = process_time()
    assert len(expand_maintenance(daily, NOW)) > 20_000
    assert process_time() - begun < 1


RECURRING = """\
---
title: Nightly work
components: [api]
start: {start}
end: {end}
announced: 2025-01-01
rrule: {rule}
timezone: {zone}
---
"""


@pytest.mark.parametrize(
    ("zone", "start", "end", "windows"),
    [
        # The hour that exists twice: the file says which of the two the first occurrence means.
        ("Europe/Dublin", "2025-10-26 01:30 UTC", "2025-10-26 01:45 UTC",
         [("10-26T01:30", 15), ("10-27T01:30", 15)]),
        ("Europe/Dublin", "2025-10-26 00:30 UTC", "2025-10-26 01:45 UTC",
         [("10-26T00:30", 75), ("10-27T01:30", 15)]),
        ("America/New_York", "2025-11-02 06:30 UTC", "2025-11-02 08:00 UTC",
         [("11-02T06:30", 90), ("11-03T06:30", 90)]),
        # It ends at an earlier local time than it starts at: the others are as long as the first.
        ("Europe/Dublin", "2025-10-26 00:50 UTC", "2025-10-26 01:10 UTC",
         [("10-26T00:50", 20), ("10-27T01:50", 20)]),
        # A later occurrence in that hour begins with the first of the two.
        ("Europe/Dublin", "2025-10-25 01:30", "2025-10-25 02:30",
         [("10-25T00:30", 60), ("10-26T00:30", 120), ("10-27T01:30", 60)]),
        # The hour that does not exist: it starts by the clock before, and is never lost.
        ("Europe/Dublin", "2026-03-28 01:30", "2026-03-28 02:15",
         [("03-28T01:30", 45), ("03-29T01:30", 45), ("03-30T00:30", 45)]),
        ("America/New_York", "2026-03-07 02:30", "2026-03-07 03:30",
         [("03-07T07:30", 60), ("03-08T07:30", 60), ("03-09T06:30", 60)]),
        ("America/New_York", "2026-03-07 02:30", "2026-03-07 05:00",
         [("03-07T07:30", 150), ("03-08T07:30", 90), ("03-09T06:30", 150)]),
        # A night in which the clocks change lasts from wall time to wall time.
        ("America/New_York", "2025-10-31 22:00", "2025-11-01 05:00",
         [("11-01T02:00", 420), ("11-02T02:00", 480), ("11-03T03:00", 420)]),
    ],
)  # fmt: skip
def test_occurrences_keep_their_wall_time_and_none_is_lost(world, zone, start, end, windows):
    rule = f"FREQ=DAILY;COUNT={len(windows)}"
    text = RECURRING.format(zone=zone, start=start, end=end, rule=rule)
    told = expand_maintenance(read_one(world, text, WEEKLY), NOW)
    assert [(iso_utc(o.planned.start)[5:16], o.planned.seconds // 60) for o in told] == windows


SUNDAYS = RECURRING.format(
    start="2026-10-04 02:00", end="2026-10-04 03:00", rule="FREQ=WEEKLY;COUNT=3", zone="{zone}"
).replace("announced: 2025-01-01\n", "")


@pytest.mark.parametrize("zone", ["Europe/Dublin", "America/New_York"])
@pytest.mark.parametrize(
    ("said", "shares"),
    [
        # A forgotten `Completed` does not take what is said of the next.
        (["In progress — 2026-10-04 02:05", "In progress — 2026-10-11 02:00", "Completed — 2026-10-11 02:30"],
         [["in progress"], ["in progress", "completed"], []]),
        (["In progress — 2026-10-04 02:05", "In progress — 2026-10-11 01:45", "Completed — 2026-10-11 02:30"],
         [["in progress"], ["in progress", "completed"], []]),
        (["In progress — 2026-10-04 02:05", "Completed — 2026-10-11 02:30"], [["in progress"], ["completed"], []]),
        (["In progress — 2026-10-04 02:05", "Cancelled — 2026-10-09 12:00"], [["in progress"], ["cancelled"], []]),
        (["In progress — 2026-10-04 02:05", "Scheduled — 2026-10-04 03:10"], [["in progress"], ["scheduled"], []]),
        # It may still be made good for, days later.
        (["In progress — 2026-10-04 02:05", "Completed — 2026-10-09 12:00"], [["in progress", "completed"], [], []]),
        # An overrun that is said extends the window, step by step.
        (["In progress — 2026-10-04 02:05", "Update — 2026-10-04 03:10", "Verifying — 2026-10-07 03:10",
          "In progress — 2026-10-08 03:10", "Completed — 2026-10-10 02:00"],
         [["in progress", "update", "verifying", "in progress", "completed"], [], []]),
        (["In progress — 2026-10-04 02:05", "Cancelled — 2026-10-04 03:20"], [["in progress", "cancelled"], [], []]),
        # Without a word of its start.
        (["Completed — 2026-10-04 02:30"], [["completed"], [], []]),
        (["Completed — 2026-10-04 03:05"], [["completed"], [], []]),
        (["Cancelled — 2026-10-04 03:05"], [[], ["cancelled"], []]),
        (["Update — 2026-10-04 03:05"], [[], ["update"], []]),
        # Begun early.
        (["In progress — 2026-10-11 01:30", "Update — 2026-10-11 01:40", "Completed — 2026-10-11 01:50"],
         [[], ["in progress", "update", "completed"], []]),
        # After the last there is no next.
        (["In progress — 2026-10-18 02:30", "Completed — 2026-11-18 02:30"], [[], [], ["in progress", "completed"]]),
        (["Update — 2026-10-18 03:30"], [[], [], []]),
    ],
)  # fmt: skip
def test_an_update_belongs_to_the_occurrence_that_it_is_said_of(world, zone, said, shares):
    text = SUNDAYS.format(zone=zone) + "## Scheduled — 2026-10-01 09:00\n" + "".join(f"## {line}\n" for line in said)
    occurrences = expand_maintenance(read_one(world, text, WEEKLY), NOW)
    assert [[update.phase.value for update in o.updates] for o in occurrences] == [
        ["scheduled", *own] for own in shares
    ]


def test_a_forgotten_completed_excludes_no_more_than_was_worked(world):
    text = SUNDAYS.format(zone="Europe/Dublin") + (
        "## Scheduled — 2026-10-01 09:00\n## In progress — 2026-10-04 02:05\n"
        "## In progress — 2026-10-11 02:20\n## Completed — 2026-10-11 02:30\n"
    )
    first, second, third = expand_maintenance(read_one(world, text, WEEKLY), NOW)
    assert [o.covered.seconds // 60 for o in (first, second, third)] == [55, 10, 60]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02 09:20 UTC", "2026-11-02T09:20:00Z"),
        ("2026-11-02T09:20:59.999Z", "2026-11-02T09:20:59Z"),
        ("2026-11-02 09:20 +0530", "2026-11-02T03:50:00Z"),
        ("2026-11-02 09:20-03:30", "2026-11-02T12:50:00Z"),
        ("2026-07-02 09:20", "2026-07-02T08:20:00Z"),
        ("2026-07-02", "2026-07-01T23:00:00Z"),
    ],
)
def test_times(text, expected):
    assert iso_utc(parse_time(text, Clock("Europe/London", declared=True))) == expected


@pytest.mark.parametrize(
    "text",
    ["now", "12:00", "2026", "P1DT2H", "2026-03-01/P1D", "2026-02-29", "2026-11-02 24:00 UTC", "2026-11-02 09:20 CET",
     "2026-11-02 09:20 +99:00", "02.11.2026", "2026-11-02  09:20", "٢٠٢٦-11-02", "", "1969-01-01"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_time(text, Clock("UTC", declared=True))


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("24h", 86400), ("2d", 172800), ("1h30m", 5400)]
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


def settings_of(text):
    site = parse_site(parse_yaml(text, "status.yaml"), "status.yaml")
    assert not isinstance(site, list), [str(problem) for problem in site]
    return site


def test_every_key_of_the_format_is_read():
    site = settings_of("""\
title: Acme Status
id: acme
url: https://status.acme.example/status
timezone: Europe/Dublin
languages: [en, de]
sla: standard
groups:
  platform: {name: Platform, collapsed: true, sla: standard}
components:
  api:
    name: API
    group: platform
    description: REST and webhooks
    since: 2026-01-01
    retired: 2026-12-31
    aliases: [rest-api]
    sla: standard
    checks: {monitors: [a, b], interval: 30s, confirm: {down: 2}, quorum: 2, minority: degraded_performance}
    public: true
  web:
monitoring: {interval: 60s, max_gap: 150s, confirm: {down: 1, up: 3}, quorum: worst}
checks:
  - files: checks/**/*.jsonl.gz
    format: jsonl
    fields: {time: ts, monitor: site, probe: region, status: result, latency_ms: ms}
    statuses: {up: [ok, "200"], degraded: slow, down: [fail, timeout]}
slas:
  standard:
    target: 99.80%
    timezone: UTC
    preset: incident.io
    source: worst
    weights: {degraded_performance: 0.5%}
    unknown: down
    maintenance: {policy: up, notice: 24h, max_excluded: 4h}
    hours: {days: [mon, fri], from: "09:00", to: "24:00"}
    slices: {length: 1m, rule: 99%}
    downtime_periods: {threshold: partial_outage, at_least: 5m, unit: 30s}
    decimals: 4
    min_coverage: 50%
    combine: pooled
    credits: [{below: 99.8%, credit: 10%}]
fresh_for: 15m
expect_update_within: 60m
private_words: [corp.example]
hosting: [netlify]
theme: {name: default, trusted: false, accent: "#1a4fb4", logo: {light: a.svg, dark: b.svg}, favicon: i.svg,
        css: x.css, links: [{name: Help, url: "https://acme.example/help"}], footer: text}
engine: {spark: {master: "local[*]"}}
""")
    api, web = site.components
    assert site.url == "https://status.acme.example/status/"
    assert iso_utc(api.since) == "2026-01-01T00:00:00Z"
    assert (api.checks.interval, api.checks.max_gap, api.checks.confirm_down, api.checks.confirm_up) == (30, 150, 2, 3)
    assert (api.checks.quorum, api.checks.minority) == (2, Status.DEGRADED_PERFORMANCE)
    assert (web.name, web.checks.monitors, web.checks.quorum, web.checks.interval) == ("web", ("web",), "worst", 60)
    sla = site.slas["standard"]
    assert str(sla.target) == "499/500"
    assert (sla.target_places, sla.decimals, sla.zone) == (2, 4, "UTC")
    assert sla.weights == (0, 50, 10000, 10000), "a preset gives what is not said"
    assert (sla.maintenance.notice, sla.maintenance.max_excluded, sla.maintenance.policy) == (86400, 14400, "up")
    assert (sla.hours.days, sla.hours.start, sla.hours.end) == ((0, 4), 32400, 86400)
    assert site.logs[0].statuses == {
        "ok": Status.OPERATIONAL, "200": Status.OPERATIONAL, "slow": Status.DEGRADED_PERFORMANCE,
        "fail": Status.MAJOR_OUTAGE, "timeout": Status.MAJOR_OUTAGE,
    }  # fmt: skip


def test_the_source_is_worst_with_logs_and_declared_without():
    base = "title: T\nurl: https://x.example/\nslas: {s: {target: 99}}\n"
    assert settings_of(base).slas["s"].source == "declared"
    assert settings_of(base + "checks: [{files: checks/*.csv}]\n").slas["s"].source == "worst"
    assert settings_of(base + "checks: [{files: checks/*.csv}]\n").default_sla.source == "worst"


def test_a_link_out_of_the_content_folder_is_not_followed(world, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text(INCIDENT)
    root = world()
    (root / "incidents").mkdir()
    (root / "incidents" / "link.md").symlink_to(secret)
    with pytest.raises(ContentError, match="leads out of the content folder"):
        read_documents(root)


def test_files_that_begin_with_a_dot_or_an_underscore_are_left_alone(world):
    history = read_documents(world({"incidents/_draft.md": "x", "incidents/.swp.md": "x"}))
    assert history.incidents == ()


def test_an_old_incident_finds_a_component_that_is_retired(world):
    text = INCIDENT.replace("  api: major_outage", "  old: major_outage").replace("api=partial_outage ", "")
    assert read_one(world, text).touched == ("old", "web")


def test_phases_of_incidents_and_maintenance_are_not_mixed(world):
    with pytest.raises(ContentError, match="is not one of"):
        read_one(world, INCIDENT.replace("## Resolved", "## Completed"))
    assert Phase.IN_PROGRESS.label == "In progress"


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("# Resolved — 2026-11-02 10:02 UTC", "## Resolved — 2026-11-02 10:02 UTC"),
        ("### RESOLVED: 2026-11-02T10:02:30Z", "## Resolved — 2026-11-02T10:02:30Z"),
        ("#Monitoring 2026-11-02 10:02", "## Monitoring — 2026-11-02 10:02"),
        ("**Resolved** — 2026-11-02 10:02 +01:00 and more", "## Resolved — 2026-11-02 10:02 +01:00"),
        ("**Resolved: 2026-11-02 10:02 UTC**", "## Resolved — 2026-11-02 10:02 UTC"),
        ("__In progress__ 2026-11-02 10:02", "## In progress — 2026-11-02 10:02"),
        ("Resolved — 2026-11-02 10:02 UTC\n---", "## Resolved — 2026-11-02 10:02 UTC"),
        ("Resolved — 2026-11-02 10:02 UTC\n=====", "## Resolved — 2026-11-02 10:02 UTC"),
        ("\u00a0## Resolved — 2026-11-02 10:02 UTC", "## Resolved — 2026-11-02 10:02 UTC"),
    ],
)
def test_a_line_that_looks_like_an_update_is_told_with_its_cure(world, line, cure):
    history = read_documents(world({NAME: INCIDENT.replace("We are looking.", f"We.\n\n{line}")}))
    (note,) = history.notes
    assert (note.path.endswith(NAME), note.line) == (True, 15)
    assert note.text.endswith(f"looks like an update and is none (write {cure})")


@pytest.mark.parametrize(
    "line",
    [
        "Resolved — 2026-11-02 10:02 UTC",
        "We resolved it: 2026-11-02 10:02 UTC\n---",
        "- Resolved — 2026-11-02 10:02 UTC",
        "* Resolved — 2026-11-02 10:02 UTC",
        "### Resolved items",
        "**Resolved** at last",
        "    # Resolved — 2026-11-02 10:02 UTC",
        "```\n# Resolved — 2026-11-02 10:02 UTC\n```",
        "<!-- x\n# Resolved — 2026-11-02 10:02 UTC\n-->",
        "`![a](https://cdn.example/a.png)`",
        "[a](https://cdn.example/a.png)!",
        "```\n![a](https://cdn.example/a.png)\n```",
    ],
)
def test_a_line_that_looks_like_neither_is_not(world, line):
    notes = read_documents(world({NAME: INCIDENT.replace("We are looking.", line)})).notes
    assert [note for note in notes if note.code in (Code.LOOKALIKE, Code.IMAGE)] == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("A graph: ![errors](https://cdn.example/a.png)", "the image https://cdn.example/a.png"),
        ("![errors](https://cdn.example/a.png 'title')", "the image https://cdn.example/a.png"),
        ("![errors][1]", "this image"),
        ("<p><IMG alt=x src = '//cdn.example/a.png'>", "the image //cdn.example/a.png"),
    ],
)
def test_an_image_is_told(world, line, named):
    history = read_documents(world({NAME: INCIDENT.replace("A summary.", line)}))
    assert [(note.line, note.text) for note in history.notes] == [
        (9, f"{named} is shown as its words (a page loads no images: write a link)")
    ]


def test_many_components_are_read_in_no_time_also_where_every_name_is_wrong():
    ids = [f"c{n}" for n in range(5000)]
    known, wrong = "".join(f"  {name}: major_outage\n" for name in ids), "".join(f"  {n}x: major_outage\n" for n in ids)
    names = site_names({"components": dict.fromkeys(ids)})
    begun = process_time()
    for components, problems in ((known, 0), (wrong, 5000)):
        text = f"---\ntitle: T\ncomponents:\n{components}---\n## Investigating — 2026-11-02 09:20 UTC\n"
        told = parse_incident(parse_document(text, "x"), "x", names, Clock())
        assert (len(told) if isinstance(told, list) else 0) == problems
    assert process_time() - begun < 3


def test_an_occurrence_longer_than_a_year_is_refused(world):
    text = RECURRING.format(start="2026-01-01 02:00", end="9998-12-31 23:00", rule="FREQ=DAILY", zone="UTC")
    with pytest.raises(ContentError, match=r"weekly\.md:5: end: 9998-12-31 23:00 UTC is more than a year after"):
        read_one(world, text, WEEKLY)


def test_nothing_is_expanded_beyond_the_last_year_of_the_calendar(world):
    text = RECURRING.format(start="9998-11-01 02:00", end="9998-11-01 03:00", rule="FREQ=WEEKLY", zone="Asia/Tokyo")
    last = at("9998-12-30T00:00:00+00:00")
    assert len(expand_maintenance(read_one(world, text, WEEKLY), last)) == 9
