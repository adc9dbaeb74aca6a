"""What an open page knows of the time after its build: states by the plan alone, and whether the facts have changed."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from test_pages import NOTE, NOW, ONCE, OVER, TINY, WEEKLY, say, tiny_site

from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY
from statusgen.model.history import History, Phase
from statusgen.model.status import Status
from statusgen.render.notice import digest_facts, render_notice
from statusgen.render.pages.flips import HORIZON, component_flips, group_flips, overall_flips

MINUTE = 60
WORK = replace(ONCE, start=NOW + 600, end=NOW + 4200, updates=(say(2880, Phase.SCHEDULED),))
QUIET = replace(TINY, incidents=(OVER, NOTE), maintenances=(WORK, WEEKLY))


def test_a_component_will_be_under_maintenance_and_then_well_again():
    report = compute_report(replace(QUIET, maintenances=(WORK,)), NOW)
    docs = next(c for c in report.components if c.component.id == "docs")
    assert component_flips(docs, report) == ((NOW + 600, "under_maintenance"), (NOW + 4200, docs.status.word))
    assert overall_flips(report) == component_flips(docs, report)


def test_a_work_that_was_said_to_be_in_progress_ends_by_no_plan():
    begun = replace(ONCE, updates=(say(2880, Phase.SCHEDULED), say(60, Phase.IN_PROGRESS)))
    report = compute_report(replace(QUIET, maintenances=(begun,)), NOW)
    assert overall_flips(report) == ()


def test_an_outage_hides_a_maintenance_to_come():
    report = compute_report(replace(TINY, maintenances=(replace(WORK, components=(("api", None),)),)), NOW)
    api = next(c for c in report.components if c.component.id == "api")
    assert api.status is Status.DEGRADED_PERFORMANCE
    assert component_flips(api, report) == overall_flips(report) == ()


@settings(max_examples=8)
@given(st.integers(0, 8 * 24 * 12), st.integers(0, 300), st.integers(1, 300), st.sampled_from(["docs", "web", ""]))
def test_a_build_at_that_instant_would_say_the_same(ago, wait, length, component):
    """The law: each flip is what a build one second later says, and between flips nothing changes."""
    now = NOW - ago * 300
    work = replace(
        WORK,
        start=now + wait * MINUTE,
        end=now + (wait + length) * MINUTE,
        announced=now - 2 * DAY,
        updates=(),
        components=((component, None),) if component else (),
    )
    history = replace(QUIET, incidents=(), maintenances=(work, WEEKLY))
    report = compute_report(history, now)
    later = {}
    for number, own in enumerate(report.components):
        said = own.shown
        for at, word in component_flips(own, report):
            assert now <= at < now + HORIZON
            before, after = (later.setdefault(t, compute_report(history, t)) for t in (at, at + 1))
            assert (before.components[number].shown, after.components[number].shown) == (said, word)
            said = word
    assert component_flips(report.components[2], report) or component != "docs"
    for at, word in overall_flips(report):
        assert later[at + 1].shown == word
    for number, group in enumerate(report.groups):
        for at, word in group_flips(group, report):
            assert later[at + 1].groups[number].shown == word


def digest(history: History, now: int = NOW) -> str:
    return digest_facts(compute_report(history, now))


def test_time_that_passes_is_no_fact():
    assert digest(QUIET) == digest(QUIET, NOW + 300)


def test_what_is_said_is_a_fact():
    (update,) = NOTE.updates
    edited = replace(NOTE, updates=(replace(update, text="Said otherwise."),))
    more = replace(NOTE, updates=(update, say(1, Phase.UPDATE)))
    renamed = replace(QUIET, site=tiny_site(title="Other"))
    worse = replace(NOTE, components=(("web", Status.PARTIAL_OUTAGE),))
    others = [replace(QUIET, incidents=(OVER, note)) for note in (edited, more, worse)]
    begun = digest(QUIET, NOW + 601)
    assert len({digest(QUIET), *map(digest, (*others, renamed)), begun}) == 6


def test_the_notice_says_of_when_the_facts_are():
    report = compute_report(replace(QUIET, site=tiny_site(fresh_for=900)), NOW)
    notice = json.loads(render_notice(report).content)
    assert notice["content"] == digest_facts(report)
    assert (notice["generated_at"], notice["data_until"]) == ("2026-11-24T09:30:00Z", "2026-11-24T09:30:00Z")
    assert (notice["fresh_for"], notice["status"]) == (900, report.shown)
    assert "fax" not in notice["components"], "retired"
