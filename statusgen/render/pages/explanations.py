"""How a figure came about: a page for each component and month, with every stretch of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from statusgen.model.explanation import Explanation, Part, Stretch
from statusgen.model.figure import Figure
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


def explanation_pages(world: World) -> Iterator[Page]:
    """Give a page for each month of each component."""
    for report in world.report.components:
        months = [month for month in report.months if month.explanation]
        for number, month in enumerate(months):
            explanation = month.explanation
            assert explanation is not None
            words = show_named_month(month.period.name)
            name = report.component.name
            yield Page(
                address=urls.explanation(month.period.name, report.component.id),
                title=gettext("%(name)s, %(month)s: %(uptime)s")
                % {"name": name, "month": words, "uptime": show_uptime(month.figure)},
                description=gettext("How the uptime of %(name)s in %(month)s came about, second by second.")
                % {"name": name, "month": words},
                changed=world.changed,
                context={
                    "component": report.component,
                    "words": words,
                    "period": month.period,
                    "figure": month.figure,
                    "rule": explain_sla(report.sla),
                    "unit_note": _unit_note(month.figure),
                    "rows": tuple(_row(stretch, explanation) for stretch in explanation.stretches),
                    "sums": tuple(_sum_row(part, month.figure) for part in explanation.parts if _is_told(part)),
                    "lost": amount(month.figure.downtime),
                    "accounted": amount(month.figure.accounted),
                    "exact": exact_share(month.figure),
                    "earlier": months[number + 1].period.name if number + 1 < len(months) else None,
                    "later": months[number - 1].period.name if number else None,
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


def _sum_row(part: Part, figure: Figure) -> SumRow:
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
