"""What the report says at one instant: states, phases, impacts and the months that have a page."""

import pytest

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.calendar import month_of
from statusgen.model.history import (
    Checks,
    Component,
    Group,
    History,
    Hours,
    Incident,
    Maintenance,
    MaintenanceRule,
    Observations,
    Phase,
    Site,
    Sla,
    Update,
)
from statusgen.model.report import Occurrence
from statusgen.model.run import Run
from statusgen.model.status import Impact, Status
from statusgen.model.window import Window
from statusgen.render.api.turns import status_since

HOUR = 3600
DAY = 24 * HOUR
NOW = 1_793_606_400  # 2026-11-02 08:00 UTC
SLA = Sla(id="it", maintenance=MaintenanceRule(notice=DAY))


def site(*components, groups=(), sla=SLA):
    return Site(
        title="Acme", url="https://acme.example/", components=components, groups=groups, slas={"it": sla}, sla="it"
    )


def component(name="api", **more):
    return Component(id=name, name=name, sla="it", **more)


def incident(*updates, name="broken", **more):
    more.setdefault("started", updates[0].at)
    return Incident(id=name, title=name, updates=updates, **more)


def said(at, phase=Phase.UPDATE, **changes):
    pairs = tuple((name, Status[status.upper()]) for name, status in changes.items())
    return Update(key=str(at), at=at, phase=phase, changes=pairs)


def maintenance(start, end, **more):
    more = {"announced": start - 2 * DAY, "components": (("api", Status.MAJOR_OUTAGE),), **more}
    return Maintenance(id="work", title="Work", start=start, end=end, **more)


def occurrence(start, end, *updates):
    return Occurrence(maintenance=maintenance(start, end), planned=Window(start, end), updates=updates)


def test_a_maintenance_stands_in_exactly_one_list_at_every_second():
    work = occurrence(NOW, NOW + HOUR)
    for now in range(NOW - 2, NOW + HOUR + 3):
        lists = [work.coming_at(now), work.running_at(now), work.phase_at(now) is Phase.COMPLETED]
        assert sum(lists) == 1, now - NOW
    # The state now is that of the last second before now.
    assert work.coming_at(NOW)
    assert work.running_at(NOW + 1)
    assert work.running_at(NOW + HOUR)
    assert not work.running_at(NOW + HOUR + 1)


def test_a_maintenance_in_time_declares_nothing_where_something_else_takes_the_second_out():
    works = [maintenance(NOW - HOUR, NOW + HOUR)]
    out = said(NOW - 2 * HOUR, Phase.INVESTIGATING, api="degraded_performance")
    excluded = incident(out, exclude="force majeure")
    history = History(site=site(component()), maintenances=tuple(works), incidents=(excluded,))
    (report,) = compute_report(history, NOW).components
    assert report.status is Status.DEGRADED_PERFORMANCE
    assert report.shown == "degraded_performance"


def test_a_maintenance_beyond_what_may_be_excluded_counts_with_what_it_declares():
    rule = MaintenanceRule(max_excluded=600)
    history = History(
        site=site(component(), sla=Sla(id="it", maintenance=rule)), maintenances=(maintenance(NOW - HOUR, NOW),)
    )
    (report,) = compute_report(history, NOW).components
    assert report.status is Status.MAJOR_OUTAGE
    (month,) = [m.figure.seconds for m in report.months if m.period.window.start <= NOW < m.period.window.end]
    assert (month.excluded, month.major_outage) == (600, 3000)


def test_what_is_not_public_is_no_public_matter_before_something_public_is_named():
    secret = component("secret", public=False)
    later = incident(said(NOW - HOUR, secret="major_outage"), said(NOW + HOUR, api="major_outage"))
    history = History(site=site(component(), secret), incidents=(later,))
    assert compute_report(public_history(history, NOW), NOW).incidents == ()
    (known,) = compute_report(public_history(history, NOW + 2 * HOUR), NOW + 2 * HOUR).incidents
    assert known.components == (("api", Status.MAJOR_OUTAGE),)


def test_logs_of_what_is_not_public_give_no_months():
    secret = component("secret", public=False, checks=Checks(monitors=("secret",)))
    early = Run("secret", "", Status.OPERATIONAL, NOW - 400 * DAY, NOW - 399 * DAY, 2, DAY)
    history = History(site=site(component(), secret), observations=Observations(runs=(early,)))
    assert len(compute_report(public_history(history, NOW), NOW).months) == 1


def test_the_months_begin_with_the_first_known_fact():
    late = maintenance(NOW - 40 * DAY, NOW - 39 * DAY, announced=NOW - DAY)
    to_come = incident(said(NOW + DAY), started=NOW - 900 * DAY)
    report = compute_report(History(site=site(component()), maintenances=(late,), incidents=(to_come,)), NOW)
    assert report.months[0] == month_of(NOW - 40 * DAY, "UTC")


def test_a_component_that_is_not_yet_in_service_counts_for_the_state_of_all():
    coming = component("coming", since=NOW + DAY)
    broken = incident(said(NOW - HOUR, coming="major_outage"))
    report = compute_report(History(site=site(component(), coming), incidents=(broken,)), NOW)
    assert report.status is Status.MAJOR_OUTAGE
    assert [r.component.id for group in report.groups for r in group.components] == ["api", "coming"]


def test_a_retired_component_counts_for_nothing_now():
    former = component("former", retired=NOW - DAY)
    broken = incident(said(NOW - HOUR, former="major_outage"))
    report = compute_report(History(site=site(component(), former), incidents=(broken,)), NOW)
    assert report.status is Status.OPERATIONAL


def test_a_group_of_retired_components_keeps_its_months():
    former = component("former", group="old", since=NOW - 40 * DAY, retired=NOW - DAY)
    groups = (Group(id="old", name="Old", sla="it"),)
    history = History(site=site(component(), former, groups=groups), incidents=())
    (old,) = [group for group in compute_report(history, NOW).groups if group.group]
    assert old.components == ()
    assert old.months


IMPACTS = [
    ([said(NOW - HOUR, api="major_outage")], "critical"),
    ([said(NOW - HOUR, api="major_outage"), said(NOW - HOUR, api="partial_outage")], "major"),
    ([said(NOW - HOUR, api="partial_outage"), said(NOW - HOUR, Phase.RESOLVED)], "major"),
    ([said(NOW - HOUR, api="operational")], "none"),
]


@pytest.mark.parametrize(("updates", "impact"), IMPACTS)
def test_the_impact_is_that_of_the_worst_state_that_ever_was(updates, impact):
    updates = [Update(key=str(n), at=u.at, phase=u.phase, changes=u.changes) for n, u in enumerate(updates)]
    (report,) = compute_report(History(site=site(component()), incidents=(incident(*updates),)), NOW).incidents
    assert report.impact is Impact[impact.upper()]


def test_a_completed_that_was_forgotten_ends_where_the_next_occurrence_begins():
    begun = said(NOW, Phase.IN_PROGRESS)
    work = Occurrence(
        maintenance=maintenance(NOW, NOW + HOUR), planned=Window(NOW, NOW + HOUR), updates=(begun,), following=NOW + DAY
    )
    assert work.running_at(NOW + DAY)
    assert not work.running_at(NOW + DAY + 1)


def test_a_status_lasts_whether_or_not_its_time_counts():
    hours = Sla(id="it", hours=Hours(days=tuple(range(7)), start=9 * HOUR, end=17 * HOUR))
    ended = incident(said(NOW - 5 * DAY, api="major_outage"), said(NOW - 4 * DAY, Phase.RESOLVED))
    (report,) = compute_report(History(site=site(component(), sla=hours), incidents=(ended,)), NOW).components
    assert status_since(report, NOW) == NOW - 4 * DAY
    assert status_since(report, NOW - 4 * DAY) == NOW - 5 * DAY
