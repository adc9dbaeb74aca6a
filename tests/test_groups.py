"""What the audit of groups found (uptime.md §7.4, §9, §10.6)."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen.compute.groups import combine_figures, draw_together, explain_joint
from statusgen.model.calendar import Period
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


# --- The explanation


def members_of(*lines):
    return [(Component(id=name, name=name.upper()), one) for name, one in zip("abc", lines, strict=False)]


def explain(members, sla, now=90000):
    period = Period("a day", DAY, "UTC")
    return explain_joint(members, draw_together(members, DAY, sla), period, sla, now)


UP, DOWN, PART, UNSEEN = Status.OPERATIONAL, Status.MAJOR_OUTAGE, Status.PARTIAL_OUTAGE, Status.UNKNOWN
OUT = Record(Timeline.constant(DAY, Second(Status.UNKNOWN, Account.OUTSIDE)))


def test_each_stretch_names_those_that_make_it_worse_than_operational():
    one, other = line((0, UP), (100, DOWN), (300, UP)), line((0, UP), (200, DOWN), (250, PART), (400, UP))
    told = explain(members_of(one, other, OUT), Sla(combine="worst"))
    assert [(s.window.start, s.second.status, s.deciding) for s in told.stretches] == [
        (0, UP, ()), (100, DOWN, ("a",)), (200, DOWN, ("a", "b")), (250, DOWN, ("a",)),
        (300, PART, ("b",)), (400, UP, ()),
    ]  # fmt: skip
    best = explain(members_of(one, other, OUT), Sla(combine="best"))
    assert [(s.window.start, s.second.status, s.deciding) for s in best.stretches] == [
        (0, UP, ()), (200, DOWN, ("a", "b")), (250, PART, ("b",)), (300, UP, ()),
    ]  # fmt: skip


states = st.sampled_from([UP, DOWN, PART, UNSEEN])
lines = st.lists(st.tuples(st.integers(1, 86399), states), max_size=6).map(lambda c: line((0, UP), *sorted(c)))


@settings(max_examples=60)
@given(
    st.lists(lines | st.just(OUT), min_size=1, max_size=3),
    st.sampled_from(["worst", "best", "pooled", "mean"]),
    st.sampled_from(["exclude", "down", "up"]),
    st.integers(1, 90000),
)
def test_the_explanation_of_several_adds_up_to_their_figure(drawn, combine, unknown, now):
    members, sla = members_of(*drawn), Sla(combine=combine, unknown=unknown, target=Fraction(999, 1000))
    told = explain(members, sla, now)
    figure = told.figure
    assert figure == combine_figures(members, DAY, sla, now)
    if combine in ("worst", "best"):
        edges = [edge for stretch in told.stretches for edge in (stretch.window.start, stretch.window.end)]
        assert (edges[0], edges[-1]) == (DAY.start, DAY.end)
        assert edges[1:-1:2] == edges[2::2]
        assert sum(stretch.window.seconds for stretch in told.stretches) == DAY.seconds
        assert sum(part.lost for part in told.parts) == figure.downtime
        assert sum(part.number for part in told.parts) == figure.accounted
        return
    shares = [own.uptime for _, own in told.members if own.uptime is not None]
    if combine == "pooled":
        assert sum(own.downtime for _, own in told.members) == figure.downtime
        assert sum(own.accounted for _, own in told.members) == figure.accounted
    elif figure.uptime is not None:
        assert sum(shares) / len(shares) == figure.uptime
