"""What the audit of groups found (uptime.md §7.4, §9, §10.6)."""

from fractions import Fraction

from statusgen.compute.groups import combine_figures
from statusgen.model.history import Component, Sla
from statusgen.model.record import Record
from statusgen.model.status import Account, Second, Status
from statusgen.model.timeline import Timeline
from statusgen.model.window import Window

DAY = Window(0, 86400)


def line(*changes):
    return Record(Timeline.of(DAY, [(at, Second(status, Account.COUNTED)) for at, status in changes]))


def test_a_member_that_was_hardly_measured_is_not_dropped_from_the_mean():
    down = line((0, Status.MAJOR_OUTAGE), (43200, Status.UNKNOWN))
    up = line((0, Status.OPERATIONAL))
    members = [(Component(id=name, name=name), timeline) for name, timeline in (("a", down), ("b", up), ("c", up))]
    sla = Sla(target=Fraction(999, 1000), combine="mean", min_coverage=Fraction(60, 100))
    figure = combine_figures(members, DAY, sla, 90000)
    assert figure.uptime == Fraction(2, 3)
    assert figure.met is False
    assert figure.coverage == Fraction(5, 6)
