"""The figures of the pages of uptime for programs: the same months and rows as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc
from statusgen.model.figure import Figure
from statusgen.model.report import PeriodFigure, Report
from statusgen.render import urls
from statusgen.render.explanations import harmless
from statusgen.render.figures import figure_json

COLUMNS = (
    *("month", "kind", "id", "name", "sla", "target", "from", "to", "shown", "uptime", "met", "downtime", "accounted"),
    *("coverage", "budget", "remaining", "credit"),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A figure with what it is of; `kind` is component, group or overall."""

    month: str
    kind: str
    id: str
    name: str
    figure: Figure


def render_downloads(report: Report) -> Iterator[Artifact]:
    """Write figures.json and figures.csv beside the page of all months and beside that of each."""
    lines = sorted(_lines(report), key=lambda line: line.month, reverse=True)  # stable: a month keeps the page's order
    yield Artifact(urls.UPTIME_CSV, _csv(lines))
    months = {name: [line for line in lines if line.month == name] for name in dict.fromkeys(x.month for x in lines)}
    yield Artifact(urls.UPTIME_JSON, _dump({"now": iso_utc(report.now), "months": list(map(_month, months.values()))}))
    for name, own in months.items():
        yield Artifact(urls.uptime_month_csv(name), _csv(own))
        yield Artifact(urls.uptime_month_json(name), _dump({"now": iso_utc(report.now), **_month(own)}))


def _lines(report: Report) -> Iterator[_Line]:
    yield from _of("overall", "overall", report.site.title, report.overall)
    for group in report.groups:
        if group.group:
            yield from _of("group", group.group.id, group.group.name, group.months)
    for component in report.components:
        yield from _of("component", component.component.id, component.component.name, component.months)


def _of(kind: str, id_: str, name: str, months: Iterable[PeriodFigure]) -> Iterator[_Line]:
    return (_Line(month.period.name, kind, id_, name, month.figure) for month in months)


def _month(lines: list[_Line]) -> dict[str, Any]:
    """Give a month as `uptime --groups --format json` does (design.md §7)."""

    def listed(kind: str) -> list[dict[str, Any]]:
        return [{"id": line.id, **figure_json(line.figure)} for line in lines if line.kind == kind]

    overall = next((figure_json(line.figure) for line in lines if line.kind == "overall"), None)
    return {
        "month": lines[0].month,
        "components": listed("component"),
        "groups": listed("group"),
        "overall": overall,
    }


def _csv(lines: Iterable[_Line]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writerow(COLUMNS)
    for line in lines:
        data = figure_json(line.figure)
        window = data.pop("window")
        cells = {"month": line.month, "kind": line.kind, "id": line.id, "name": harmless(line.name), **data, **window}
        rows.writerow([_cell(cells[column]) for column in COLUMNS])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    """Write a value of JSON in a cell; what does not exist is empty."""
    words = {None: "", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _dump(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
