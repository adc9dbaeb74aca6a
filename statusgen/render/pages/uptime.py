"""What it adds up to: all components and months, held against what was promised."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from statusgen.model.calendar import Period
from statusgen.model.figure import Figure
from statusgen.model.history import Sla
from statusgen.model.report import PeriodFigure
from statusgen.render import urls
from statusgen.render.dates import show_named_month
from statusgen.render.figures import show_target
from statusgen.render.language import gettext
from statusgen.render.pages.explain import explain_sla
from statusgen.render.pages.world import Page, World

TABLE_MONTHS = 13
"""So many months stand side by side in the table of /uptime/."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table of uptime; `figures` by the name of the month. `address` is None where there is no page."""

    name: str
    kind: str
    address: str | None
    figures: Mapping[str, Figure]
    explained: Mapping[str, str] = field(default_factory=dict)
    """Where each figure is explained, by the name of its month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is held against one SLA."""

    sla: Sla
    explanation: str
    rows: tuple[Row, ...]
    months: tuple[Period, ...]
    """Newest first, in the SLA's zone."""

    current: Period | None
    """The month that lasts, where the promise has a target."""

    @property
    def title(self) -> str:
        """Name the promise with the zone of its months."""
        if self.sla.target is None:
            return gettext("Without a target, months in %(zone)s") % {"zone": self.sla.zone}
        words = {"target": show_target(self.sla.target), "zone": self.sla.zone}
        promise = gettext("%(target)s, months in %(zone)s") % words
        return gettext("%(name)s: %(what)s") % {"name": self.sla.id, "what": promise} if self.sla.id else promise


def uptime_page(world: World) -> Iterator[Page]:
    """Give the table of all components and months."""
    boards = _boards(world)
    yield Page(
        address=urls.UPTIME,
        title=gettext("Uptime"),
        description=gettext("Uptime of %(title)s by month, held against what was promised.")
        % {"title": world.report.site.title},
        changed=world.changed,
        context={"boards": boards, "table_months": TABLE_MONTHS, "older": tuple(_month_names(boards)[TABLE_MONTHS:])},
    )


def uptime_month_pages(world: World) -> Iterator[Page]:
    """Give a page for each month that has a figure."""
    boards = _boards(world)
    names = _month_names(boards)
    for number, name in enumerate(names):
        words = show_named_month(name)
        held = [(board, next((m for m in board.months if m.name == name), None)) for board in boards]
        yield Page(
            address=urls.uptime_month(name),
            title=gettext("Uptime in %(month)s") % {"month": words},
            description=gettext("Uptime of %(title)s in %(month)s, held against what was promised.")
            % {"title": world.report.site.title, "month": words},
            changed=world.changed,
            context={
                "boards": tuple((board, month) for board, month in held if month),
                "name": name,
                "earlier": names[number + 1] if number + 1 < len(names) else None,
                "later": names[number - 1] if number else None,
            },
        )


def _month_names(boards: Iterable[Board]) -> list[str]:
    return sorted({month.name for board in boards for month in board.months}, reverse=True)


def _boards(world: World) -> tuple[Board, ...]:
    """Give a table for each SLA: the overall figure, the groups, then the components that it measures."""
    report = world.report
    rows: dict[Sla, list[tuple[Row, tuple[PeriodFigure, ...]]]] = defaultdict(list)

    def add(
        sla: Sla, name: str, kind: str, months: tuple[PeriodFigure, ...],
        *, explanation: Callable[[str], str], address: str | None = None,
    ) -> None:  # fmt: skip
        figures = {m.period.name: m.figure for m in months}
        explained = {m.period.name: explanation(m.period.name) for m in months}
        rows[sla].append((Row(name=name, kind=kind, address=address, figures=figures, explained=explained), months))

    def joint(group: str | None) -> Callable[[str], str]:
        return lambda month: urls.joint_explanation(month, group)

    if report.sla and report.overall:
        add(report.sla, gettext("All components"), "overall", report.overall, explanation=joint(None))
    for group in report.groups:
        if group.group and group.sla and group.months:
            add(group.sla, group.group.name, "group", group.months, explanation=joint(group.group.id))
    for component in report.components:
        own = component.component
        explanation = partial(_explanation, own.id)
        add(
            component.sla,
            own.name,
            "component",
            component.months,
            explanation=explanation,
            address=urls.component(own.id),
        )
    return tuple(_board(sla, found, report.now) for sla, found in rows.items())


def _explanation(component: str, month: str) -> str:
    return urls.explanation(month, component)


def _board(sla: Sla, found: Sequence[tuple[Row, tuple[PeriodFigure, ...]]], now: int) -> Board:
    months = _all_months(found)
    lasting = (month for month in months if month.window.start <= now < month.window.end)
    return Board(
        sla=sla,
        explanation=explain_sla(sla, combined=any(row.kind != "component" for row, _ in found)),
        rows=tuple(row for row, _ in found),
        months=months,
        current=None if sla.target is None else next(lasting, None),
    )


def _all_months(rows: Iterable[tuple[Row, tuple[PeriodFigure, ...]]]) -> tuple[Period, ...]:
    periods = {m.period.name: m.period for _, months in rows for m in months}
    return tuple(periods[name] for name in sorted(periods, reverse=True))
