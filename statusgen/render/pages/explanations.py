"""How a figure came about: a page for each component and month, with every stretch of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from statusgen.model.explanation import Explanation, Part, Stretch
from statusgen.model.figure import Figure
from statusgen.model.report import PeriodFigure
from statusgen.model.window import Window
from statusgen.render import urls
from statusgen.render.dates import show_named_month
from statusgen.render.explanations import lost_seconds
from statusgen.render.figures import decimal_text, show_exact, show_target, show_uptime
from statusgen.render.language import gettext
from statusgen.render.numbers import show_decimal, show_integer
from statusgen.render.pages.explain import explain_sla
from statusgen.render.pages.world import Page, World
from statusgen.render.reasons import Reason, account_word, reasons_of, state_word
from statusgen.render.words import show_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stretch as the table has it. `state` is None for what is still to come."""

    window: Window
    state: str | None
    account: str
    lost: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SumRow:
    """A line of the sum: what, how many, what share each of them costs, and what that makes."""

    name: str
    window: Window | None
    number: int
    share: str
    lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A component that is a part of a figure: its figure by the SLA of the whole, and where its own is explained."""

    name: str
    address: str | None
    figure: Figure
    lost: str
    accounted: str
    exact: str | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The explanation of the month before or after: its address, and the month's name."""

    address: str
    month: str


@dataclass(frozen=True, slots=True)
class Series:
    """The months of one figure, newest first: what it is of, and the address of each month's explanation."""

    name: str
    months: Sequence[PeriodFigure]
    address: Callable[[str], str]


def explanation_pages(world: World) -> Iterator[Page]:
    """Give a page for each month of each component."""
    for report in world.report.components:
        months = [month for month in report.months if month.explanation]
        series = Series(report.component.name, months, partial(_address, report.component.id))
        for place, month in enumerate(months):
            explanation = month.explanation
            assert explanation is not None
            context = {
                "component": report.component,
                "rule": explain_sla(report.sla),
                "unit_note": _unit_note(month.figure),
                "by_time": report.sla.method == "time",
                "rows": tuple(_row(stretch, explanation) for stretch in explanation.stretches),
                "sums": tuple(sum_row(part, month.figure) for part in explanation.parts if _is_told(part)),
            }
            yield explained_page(series, place, world, context)


def _address(component: str, month: str) -> str:
    return urls.explanation(month, component)


def explained_page(series: Series, place: int, world: World, context: Mapping[str, Any]) -> Page:
    """Give the page of one month of a series, by its place there."""
    name, months, address = series.name, series.months, series.address
    month = months[place]
    words = show_named_month(month.period.name)
    told = {"name": name, "month": words, "uptime": show_uptime(month.figure)}

    def neighbour(place: int) -> Neighbour | None:
        found = months[place].period.name if 0 <= place < len(months) else None
        return Neighbour(address(found), found) if found else None

    return Page(
        address=address(month.period.name),
        title=gettext("%(name)s, %(month)s: %(uptime)s") % told,
        description=gettext("How the uptime of %(name)s in %(month)s came about, second by second.") % told,
        changed=world.changed,
        context={
            "component": None,
            "name": name,
            "words": words,
            "period": month.period,
            "figure": month.figure,
            "unit_note": "",
            "rows": (),
            "sums": (),
            "members": (),
            "formula": None,
            "lost": amount(month.figure.downtime),
            "accounted": amount(month.figure.accounted),
            "exact": exact_share(month.figure),
            "earlier": neighbour(place + 1),
            "later": neighbour(place - 1),
            **context,
        },
    )


def _unit_note(figure: Figure) -> str:
    """Say what is counted, where it is not simply seconds."""
    if figure.sla.method == "downtime-periods":
        return gettext("Counted in seconds of downtime periods.")
    notes = {"checks": gettext("Counted in checks."), "slices": gettext("Counted in slices.")}
    return notes.get(figure.unit, "")


def _is_told(part: Part) -> bool:
    return bool(part.number) or part.window is not None


def _row(stretch: Stretch, explanation: Explanation) -> Row:
    lost = lost_seconds(stretch, explanation.figure.sla)
    return Row(
        window=stretch.window,
        state=state_word(stretch),
        account=account_word(stretch),
        lost="" if lost is None else amount(lost),
        reasons=reasons_of(stretch, explanation),
    )


def sum_row(part: Part, figure: Figure) -> SumRow:
    """Give a part of a sum as a line of its table."""
    name = show_state(part.status.word) if part.status is not None else ""
    if part.status is not None and figure.unit == "slices":
        name = gettext("Slices without loss") if not part.share else gettext("Slices without data")
    return SumRow(
        name=name,
        window=part.window,
        number=part.number,
        share=show_target(part.share),
        lost=amount(part.lost),
    )


def amount(value: Fraction) -> str:
    """Write a number of seconds, checks or slices exactly: with its decimals, or as a fraction that has none."""
    if value.denominator == 1:
        return show_integer(value.numerator)
    return show_decimal(decimal_text(value))


def exact_share(figure: Figure) -> str | None:
    """Write the exact percentage, or its beginning where it is longer; None where there is none."""
    return None if figure.uptime is None else show_exact(figure.uptime)
