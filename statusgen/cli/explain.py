"""`statusgen explain`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_json
from statusgen.cli.options import content_option, echo_remarks, format_option, now_option, resolve_now, show_progress
from statusgen.cli.tables import NARROW, make_console, make_table
from statusgen.model.calendar import iso_utc, parse_period
from statusgen.model.explanation import Explanation, Part, Stretch
from statusgen.model.figure import Figure
from statusgen.model.printable import printable
from statusgen.project import explain_content, remarks_of
from statusgen.render.explanations import Place, describe_reason, explanation_csv, explanation_json, lost_seconds
from statusgen.render.figures import decimal_text, show_exact, show_target, show_uptime
from statusgen.render.reasons import account_word, reasons_of, state_word

if TYPE_CHECKING:
    from rich.console import Console


@click.command("explain", cls=Helpful)
@click.argument("component")
@click.argument("period", required=False)
@content_option
@format_option("text", "json", "csv")
@now_option
def command(component: str, period: str | None, content: Path, form: str, now: int | None) -> None:
    """List every stretch of a COMPONENT's PERIOD with its reason, and the sum that makes its figure.

    PERIOD is a year, quarter, month or day in the zone of the component's SLA: 2026, 2026-Q3, 2026-10, 2026-10-14.

    Example: statusgen explain api 2026-10 --format csv
    """
    instant = resolve_now(now)
    if period is None:
        raise click.UsageError(f"which PERIOD? This month is {iso_utc(instant)[:7]}, this year {iso_utc(instant)[:4]}.")
    try:
        parse_period(period, "UTC")
    except ValueError:
        what = "is no year, quarter, month or day of the calendar (write it as in 2026, 2026-Q3, 2026-10 or 2026-10-14)"
        raise click.UsageError(f'"{period}" {what}') from None
    with show_progress() as progress:
        explanation, history, place = explain_content(content, component, period, instant, progress=progress)
    echo_remarks(remarks_of(history, content))
    if form == "json":
        echo_json(explanation_json(explanation, instant, place))
    elif form == "csv":
        click.echo(explanation_csv(explanation, place), nl=False)
    else:
        _print_explanation(explanation, instant, place)


def _print_explanation(explanation: Explanation, now: int, place: Place) -> None:
    console = make_console()
    period, figure = explanation.period, explanation.figure
    console.print(f"{explanation.component.id}, {period.name} ({period.zone}): [bold]{show_uptime(figure)}[/]")
    if console.width < NARROW:
        _print_lines(console, explanation, place)
    else:
        _print_stretches(console, explanation, place)
    console.print(f"{period.window.seconds:,} seconds in all, known before {iso_utc(now)}")
    _print_sum(explanation)


def _print_stretches(console: "Console", explanation: Explanation, place: Place) -> None:
    """Print a table, a row a stretch."""
    from rich.markup import escape  # noqa: PLC0415 - what people wrote is no markup

    table = make_table({"from": "left", "to": "left", "seconds": "right", "state": "left", "counts": "left"})
    timed = explanation.figure.sla.method == "time"
    if timed:
        table.add_column("lost", justify="right")
    table.add_column("why", overflow="fold")
    for stretch in explanation.stretches:
        lost = lost_seconds(stretch, explanation.figure.sla)
        table.add_row(
            iso_utc(stretch.window.start),
            iso_utc(stretch.window.end),
            f"{stretch.window.seconds:,}",
            (state_word(stretch) or "–").replace("_", " "),
            account_word(stretch),
            *([("–" if lost is None else decimal_text(lost))] if timed else []),
            escape(_why(stretch, explanation, place)),
        )
    console.print(table)


def _print_lines(console: "Console", explanation: Explanation, place: Place) -> None:
    """Print a stretch by its beginning, and below that its reasons: the next one begins where it ends."""
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    timed = explanation.figure.sla.method == "time"
    console.print()
    for stretch in explanation.stretches:
        lost = lost_seconds(stretch, explanation.figure.sla)
        told = [f"{stretch.window.seconds:,} s", (state_word(stretch) or "").replace("_", " "), account_word(stretch)]
        told += [f"{decimal_text(lost)} lost"] if timed and lost else []
        console.print(f"{iso_utc(stretch.window.start)}  {', '.join(filter(None, told))}", markup=False)
        if why := _why(stretch, explanation, place):
            console.print(Padding.indent(Text(why), 2))
    console.print()


def _why(stretch: Stretch, explanation: Explanation, place: Place) -> str:
    return printable("; ".join(describe_reason(reason, place) for reason in reasons_of(stretch, explanation)))


def _print_sum(explanation: Explanation) -> None:
    """Print the sum that a person with a calculator reaches the figure by."""
    figure = explanation.figure
    console = make_console()
    table = make_table({"the sum": "left", figure.unit: "right", "cost of each": "right", "lost": "right"})
    for part in explanation.parts:
        if part.number or part.window:
            table.add_row(_name(part, figure), f"{part.number:,}", show_target(part.share), decimal_text(part.lost))
    table.add_section()
    table.add_row("together", decimal_text(figure.accounted), "", decimal_text(figure.downtime))
    console.print(table)
    if figure.uptime is None:
        console.print(f"no figure: {show_uptime(figure)}")
        return
    console.print(
        f"1 - {decimal_text(figure.downtime)} / {decimal_text(figure.accounted)} = {show_exact(figure.uptime)} "
        f"({figure.uptime}), shown as {show_uptime(figure)}"
    )


def _name(part: Part, figure: Figure) -> str:
    if part.window:
        return f"{iso_utc(part.window.start)} to {iso_utc(part.window.end)}"
    if figure.unit == "slices":
        return "slices without data" if part.share else "slices without loss"
    return part.status.word.replace("_", " ") if part.status is not None else ""
