"""How the figure of a group, or of all components, came about: a page for each of its months (uptime.md §9)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from statusgen.model.explanation import JointExplanation, Stretch
from statusgen.model.figure import Figure
from statusgen.model.history import Sla
from statusgen.model.report import PeriodFigure
from statusgen.model.status import Account, Status
from statusgen.render import urls
from statusgen.render.explanations import lost_seconds
from statusgen.render.language import gettext
from statusgen.render.pages.explain import explain_sla
from statusgen.render.pages.explanations import MemberRow, Row, Series, amount, exact_share, explained_page, sum_row
from statusgen.render.pages.world import Page, World
from statusgen.render.reasons import Reason, account_word, reason_to_come, state_word

Address = Callable[[str], str | None]
"""Gives where the month of a component, by its id, is explained; None where it has no such month."""


def joint_pages(world: World) -> Iterator[Page]:
    """Give a page for each month of each group that has a figure, and of all components."""
    report = world.report
    if report.sla:
        yield from _pages(None, gettext("All components"), report.overall, report.sla, world)
    for group in report.groups:
        if group.group and group.sla:
            yield from _pages(group.group.id, group.group.name, group.months, group.sla, world)


def _pages(group: str | None, name: str, months: Sequence[PeriodFigure], sla: Sla, world: World) -> Iterator[Page]:
    series = Series(name, months, partial(_address, group))
    for place, month in enumerate(months):
        joint = month.joint
        assert joint is not None
        address = _addresses(month, world)
        context = {
            "rule": explain_sla(sla, combined=True),
            "by_time": True,
            "rows": tuple(_row(stretch, joint, world, address) for stretch in joint.stretches),
            "sums": tuple(sum_row(part, month.figure) for part in joint.parts if part.number),
            "members": tuple(_member(id_, figure, world, address) for id_, figure in joint.members),
            "formula": _formula(joint),
        }
        yield explained_page(series, place, world, context)


def _addresses(month: PeriodFigure, world: World) -> Address:
    """Give where members are explained, of those that have a month of this name."""
    reports = world.report.components
    known = {r.component.id for r in reports if any(own.period.name == month.period.name for own in r.months)}
    return lambda component: urls.explanation(month.period.name, component) if component in known else None


def _address(group: str | None, month: str) -> str:
    return urls.joint_explanation(month, group)


def _row(stretch: Stretch, joint: JointExplanation, world: World, address: Address) -> Row:
    lost = lost_seconds(stretch, replace(joint.figure.sla, method="time"))
    return Row(
        window=stretch.window,
        state=state_word(stretch),
        account=account_word(stretch),
        lost="" if lost is None else amount(lost),
        reasons=tuple(_reasons(stretch, joint.combine, world, address)),
    )


def _reasons(stretch: Stretch, combine: str, world: World, address: Address) -> Iterator[Reason]:
    """Name the components that make a stretch worse than operational; else say in a word why it is what it is."""
    for component in stretch.deciding:
        yield Reason(kind="component", text=world.names[component], address=address(component))
    if not stretch.deciding:
        if stretch.to_come:
            yield reason_to_come(stretch)
        elif stretch.second.account is not Account.COUNTED:
            yield Reason(kind="none", text=gettext("none of them counts"))
        elif stretch.second.status is Status.UNKNOWN:
            yield Reason(kind="none", text=gettext("nothing is known of any"))
        elif combine == "best":
            yield Reason(kind="none", text=gettext("at least one is operational"))
        else:
            yield Reason(kind="none", text=gettext("none is worse"))


def _member(component: str, figure: Figure, world: World, address: Address) -> MemberRow:
    return MemberRow(
        name=world.names[component],
        address=address(component),
        figure=figure,
        lost=amount(figure.downtime),
        accounted=amount(figure.accounted),
        exact=exact_share(figure),
    )


def _formula(joint: JointExplanation) -> str | None:
    """Write how a mean is made of its members; what is pooled is a sum like that of one component."""
    if joint.combine != "mean" or joint.figure.uptime is None:
        return None
    shares = [exact for _, figure in joint.members if (exact := exact_share(figure))]
    return f"({' + '.join(shares)}) ÷ {len(shares)} = {exact_share(joint.figure)}"
