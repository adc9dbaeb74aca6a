"""`statusgen uptime`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_json
from statusgen.cli.options import (
    TimeType,
    content_option,
    echo_remarks,
    format_option,
    now_option,
    resolve_now,
    show_progress,
)
from statusgen.cli.tables import NARROW, make_console, make_table
from statusgen.compute.answers import Answer, PeriodIn, compute_answer
from statusgen.compute.public import public_history
from statusgen.errors import SlaMissedError
from statusgen.model.calendar import DAY, iso_utc, month_of, parse_period
from statusgen.model.figure import Figure
from statusgen.model.window import Window
from statusgen.project import check_content, find_components, remarks_of
from statusgen.read.times import Clock, parse_time
from statusgen.render.durations import show_duration
from statusgen.render.figures import (
    figure_json,
    format_percent,
    show_coverage,
    show_seconds_up,
    show_target,
    show_uptime,
)


@click.command("uptime", cls=Helpful)
@click.argument("components", nargs=-1, metavar="[COMPONENT]...")
@content_option
@click.option("--month", metavar="2026-04", help="A calendar month, in each SLA's zone. Default: the current one.")
@click.option("--quarter", metavar="2026-Q3", help="A calendar quarter.")
@click.option("--year", metavar="2026", help="A calendar year.")
@click.option("--days", type=click.IntRange(1, 36600), help="The last so many times 24 hours.")
@click.option("--from", "start", type=TimeType(), help="From TIME on, up to --to (or now).")
@click.option("--to", "end", type=TimeType(), help="Up to TIME.")
@click.option("--groups", is_flag=True, help="Add the groups and the overall figure.")
@click.option("--fail-under", is_flag=True, help="Exit with 5 where a target is missed.")
@format_option("text", "json")
@now_option
def command(
    *, components: tuple[str, ...], content: Path, groups: bool, fail_under: bool, form: str, now: int | None,
    **period: Any,  # noqa: ANN401 - the options that name the window
) -> None:  # fmt: skip
    """Print the uptime of components, of groups and over all, with its exact fraction.

    Example: statusgen uptime api --month 2026-10 --format json
    """
    instant = resolve_now(now)
    check_period(**period)
    with show_progress() as progress:
        history = check_content(content, instant, progress=progress)
    chosen = choose_period(instant, history.site.zone, **period)
    public = public_history(history, instant)
    answer = compute_answer(public, find_components(public.site, components), chosen, instant, groups=groups)
    echo_remarks(remarks_of(history, content))
    if form == "json":
        echo_json(answer_json(answer, groups=groups))
    else:
        _print_table(answer)
    if fail_under and answer.missed:
        raise SlaMissedError(f"target missed: {', '.join(answer.missed)}")


_EXAMPLES = {"month": "2026-04", "quarter": "2026-Q3", "year": "2026"}


def check_period(*, start: str | None, end: str | None, **others: str | int | None) -> None:
    """Raise UsageError where the options name no window, or two; before anything is read."""
    named = {**{f"--{name}": value for name, value in others.items()}, "--from": start, "--to": end}
    given = [option for option, value in named.items() if value is not None]
    if len(given) > 1 and set(given) != {"--from", "--to"}:
        raise click.UsageError(f"{' and '.join(given)} name different windows; give one")
    if end is not None and start is None:
        raise click.UsageError("--to goes with --from")
    for name, example in _EXAMPLES.items():
        text = others.get(name)
        if text is not None:
            wrong = len(str(text)) != len(example) or ("Q" in str(text)) != ("Q" in example)
            try:
                parse_period(str(text), "UTC")
            except ValueError:
                wrong = True
            if wrong:
                raise click.UsageError(f'--{name}: "{text}" is no {name} (write it as in {example})')


def choose_period(
    now: int, zone: str, *, month: str | None, quarter: str | None, year: str | None,
    days: int | None, start: str | None, end: str | None,
) -> PeriodIn:  # fmt: skip
    """Give the window that the options name, as a function of an SLA's zone; `zone` is that of the site."""
    if start is not None:
        first = _instant("--from", start, zone)
        last = now if end is None else _instant("--to", end, zone)
        if last < first:
            raise click.UsageError(f"--to {iso_utc(last)} is earlier than --from {iso_utc(first)}")
        return lambda _: Window(first, last)
    if days is not None:
        return lambda _: Window(now - days * DAY, now)
    text = month or quarter or year
    return lambda own: parse_period(text, own).window if text else month_of(now, own).window


def _instant(option: str, text: str, zone: str) -> int:
    try:
        return parse_time(text, Clock(zone, declared=True))
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}") from None


def answer_json(answer: Answer, *, groups: bool) -> dict[str, Any]:
    """Give an answer as JSON has it (design.md §7)."""
    document: dict[str, Any] = {
        "now": iso_utc(answer.now),
        "components": [{"id": component.id, **figure_json(figure)} for component, figure in answer.components],
    }
    if groups:
        document["groups"] = [{"id": group.id, **figure_json(figure)} for group, figure in answer.groups]
        document["overall"] = figure_json(answer.overall) if answer.overall else None
    return document


_COLUMNS: Mapping[str, Literal["left", "right"]] = {
    "component": "left", "uptime": "right", "target": "right", "": "left", "downtime": "right", "budget left": "right",
    "measured": "right", "credit": "right",
}  # fmt: skip
_LEAST_NAME = 12
"""Columns that the name of a component has at least, before it is written on several lines."""


def _print_table(answer: Answer) -> None:
    console = make_console()
    narrow = console.width < NARROW
    rows = [
        *([component.id, *_cells(figure)] for component, figure in answer.components),
        *([f"group {group.id}", *_cells(figure)] for group, figure in answer.groups),
        *([["overall", *_cells(answer.overall)]] if answer.overall else []),
    ]
    # Where there is little room a column that says nothing takes none.
    shown = [n for n in range(len(_COLUMNS)) if not narrow or any(row[n] for row in rows)]
    headings = list(_COLUMNS)
    table = make_table({headings[n]: _COLUMNS[headings[n]] for n in shown}, narrow=narrow)
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    table.columns[0].min_width = min(_LEAST_NAME, max((len(row[0]) for row in rows), default=0))
    for row in rows:
        table.add_row(*(row[n] for n in shown))
    console.print(table)
    windows = {(figure.period, figure.sla.zone) for _, figure in answer.components}
    for window, zone in sorted(windows, key=lambda pair: (pair[0].start, pair[1])):
        console.print(f"{iso_utc(window.start)} to {iso_utc(window.end)} ({zone}), known before {iso_utc(answer.now)}")


def _cells(figure: Figure) -> list[str]:
    verdict = {True: "met", False: "[bold red]missed[/]", None: ""}[figure.met]
    left = figure.remaining
    budget = (
        "" if left is None else show_duration(int(left)) if left >= 0 else f"-{show_duration(show_seconds_up(-left))}"
    )
    return [
        show_uptime(figure),
        "" if figure.sla.target is None else show_target(figure.sla.target),
        verdict,
        show_duration(show_seconds_up(figure.downtime)),
        budget,
        show_coverage(figure) or ("100%" if figure.coverage == 1 else ""),
        "" if figure.credit is None else format_percent(figure.credit, 0) if figure.credit else "",
    ]
