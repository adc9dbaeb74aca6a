"""Calendars of maintenance, as a calendar program reads them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from test_pages import EXAMPLE, HOSTILE, NOW, ONCE, TINY, WEEKLY, say, tiny_site

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY
from statusgen.model.history import Phase
from statusgen.read.content import read_content
from statusgen.render.calendars import render_calendars


def calendars(history=TINY, now=NOW):
    return {a.path: a.content for a in render_calendars(compute_report(history, now))}


def events(text: bytes):
    return {str(event["uid"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def example():
    return public_history(read_content(EXAMPLE, NOW), NOW)


def test_there_is_one_of_everything_and_one_of_each_component():
    assert set(calendars()) == {"maintenance.ics", *(f"components/{id_}.ics" for id_ in ("api", "web", "docs", "fax"))}


def test_each_occurrence_is_an_event_with_its_permanent_id():
    report = compute_report(TINY, NOW)
    weekly = [o for o in report.occurrences if o.maintenance.recurrence]
    expected = {f"tag:statusgen,2026:tiny/weekly/{o.key}" for o in weekly} | {"tag:statusgen,2026:tiny/once"}
    found = events(calendars()["maintenance.ics"])
    assert set(found) == expected
    assert len(found) > 50, "a weekly maintenance, 400 days ahead, and what is past"
    assert set(events(calendars()["components/docs.ics"])) == {"tag:statusgen,2026:tiny/once"}
    assert events(calendars()["components/api.ics"]) == {}


def test_an_event_says_what_the_page_says():
    (event,) = events(calendars()["components/docs.ics"]).values()
    assert event["summary"] == "New disks"
    assert event.decoded("dtstart") == datetime.fromtimestamp(ONCE.start, UTC)
    assert event.decoded("dtend") == datetime.fromtimestamp(ONCE.end, UTC)
    assert event["url"] == "https://status.example/maintenance/once/#20261124T0830Z"
    assert event["description"] == "Said 60 minutes ago.\n\nDocs"
    assert event["status"] == "CONFIRMED"
    assert event.decoded("dtstamp") == datetime.fromtimestamp(NOW - 3600, UTC)
    assert (event.decoded("sequence"), event.decoded("created").timestamp()) == (1, ONCE.announced)


def test_each_update_makes_the_sequence_grow_and_a_rebuild_does_not():
    def sequence(*more):
        once = replace(ONCE, updates=(say(2880, Phase.SCHEDULED), *more))
        texts = [calendars(replace(TINY, maintenances=(once,)), now)["maintenance.ics"] for now in (NOW, NOW + 300)]
        assert texts[0] == texts[1]
        (event,) = events(texts[0]).values()
        return event.decoded("sequence"), str(event["status"])

    moved = say(100, Phase.UPDATE)
    assert sequence() == (0, "CONFIRMED")
    assert sequence(moved) == (1, "CONFIRMED")
    assert sequence(moved, say(90, Phase.CANCELLED)) == (2, "CANCELLED")


def test_what_is_put_off_stays_the_same_event():
    """RFC 5546 §2.1.4: a program takes what has the same UID and a higher SEQUENCE in the place of what it has."""
    planned = replace(ONCE, updates=ONCE.updates[:1])
    moved = replace(planned, start=ONCE.start + DAY, end=ONCE.end + DAY, edited=NOW - 59)
    ((uid, before),) = events(calendars(replace(TINY, maintenances=(planned,)))["maintenance.ics"]).items()
    ((same, after),) = events(calendars(replace(TINY, maintenances=(moved,)))["maintenance.ics"]).items()
    assert uid == same
    assert after.decoded("dtstart") - before.decoded("dtstart") == timedelta(days=1)
    assert after.decoded("sequence") > before.decoded("sequence")
    assert after.decoded("last-modified") == after.decoded("dtstamp") == datetime.fromtimestamp(NOW - 59, UTC)


def test_each_edit_makes_the_sequence_grow():
    def told(first=None, second=None, plan=None):
        updates = (replace(say(100, Phase.SCHEDULED), edited=first), replace(say(90, Phase.UPDATE), edited=second))
        work = replace(ONCE, announced=NOW - 6000, updates=updates, edited=plan)
        (event,) = events(calendars(replace(TINY, maintenances=(work,)))["maintenance.ics"]).values()
        return event.decoded("sequence"), event.decoded("last-modified").timestamp() - NOW

    course = [
        told(),
        told(plan=NOW - 5000),
        told(plan=NOW - 5000, first=NOW - 4990),
        told(plan=NOW - 5000, first=NOW - 4000),
        told(plan=NOW - 5000, first=NOW - 4000, second=NOW - 300),
        told(plan=NOW - 200, first=NOW - 4000, second=NOW - 300),
    ]
    assert [changed for _, changed in course] == [-5400, -5000, -4990, -4000, -300, -200]
    sequences = [sequence for sequence, _ in course]
    assert sequences == sorted(set(sequences)), sequences


def test_what_has_ended_is_when_it_was_held():
    done = (say(2880, Phase.SCHEDULED), say(50, Phase.IN_PROGRESS), say(20, Phase.COMPLETED))
    (event,) = events(calendars(replace(TINY, maintenances=(replace(ONCE, updates=done),)))["maintenance.ics"]).values()
    assert event.decoded("dtstart").timestamp() == NOW - 3000
    assert event.decoded("dtend").timestamp() == NOW - 1200


def test_what_is_past_stays():
    later = events(calendars(TINY, NOW + 200 * DAY)["maintenance.ics"])
    assert set(events(calendars()["maintenance.ics"])) <= set(later)


@pytest.mark.parametrize("history", [lambda: TINY, example], ids=["tiny", "the example"])
def test_calendars_keep_the_rules_of_rfc_5545(history):
    """§3.1: lines end with CRLF and have at most 75 octets; §3.6.1: what an event must have, once; all in UTC."""
    for path, text in calendars(history()).items():
        assert text.endswith(b"END:VCALENDAR\r\n"), path
        lines = text.split(b"\r\n")
        assert all(len(line) <= 75 for line in lines)
        assert not any(b"\n" in line or b"\r" in line for line in lines)
        calendar = Calendar.from_ical(text)
        assert not calendar.errors
        assert [str(calendar[name]) for name in ("version", "calscale", "method")] == ["2.0", "GREGORIAN", "PUBLISH"]
        found = calendar.walk("VEVENT")
        assert len({str(event["uid"]) for event in found}) == len(found)
        for event in found:
            for name in ("uid", "dtstamp", "dtstart", "dtend", "sequence", "status", "summary", "url"):
                assert not isinstance(event[name], list), name
            assert not event.errors
            assert event.decoded("dtend") > event.decoded("dtstart")
            assert event["status"] in {"CONFIRMED", "CANCELLED"}
        stamps = re.findall(
            rb"^(?:DTSTART|DTEND|DTSTAMP|CREATED|LAST-MODIFIED)[^:]*:(.*)$", text.replace(b"\r", b""), re.MULTILINE
        )
        assert all(re.fullmatch(rb"\d{8}T\d{6}Z", stamp) for stamp in stamps)


def test_hostile_words_stay_words():
    title = f"{HOSTILE}\r\nEND:VEVENT; a, b \\ \x07"
    hostile = replace(WEEKLY, title=title, recurrence=None, updates=(say(80 * 1440, Phase.SCHEDULED, title),))
    components = tuple(replace(c, name="A, B; C") for c in tiny_site().components)
    text = calendars(replace(TINY, site=tiny_site(components=components), maintenances=(hostile,)))["maintenance.ics"]
    (event,) = events(text).values()
    assert event["categories"].cats == ["A, B; C"]
    assert "END:VEVENT; a, b" in str(event["summary"])
    assert b"\x07" not in text
