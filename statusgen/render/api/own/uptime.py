"""Uptime and how it came about, as our own API has it.

Nothing here says `now`: the document of a month that is over does not change as time goes by.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

from statusgen.model.calendar import DAY
from statusgen.model.explanation import Explanation
from statusgen.model.figure import Figure
from statusgen.model.report import ComponentReport, PeriodFigure, Report
from statusgen.render import urls
from statusgen.render.api.own import types
from statusgen.render.explanations import explanation_json
from statusgen.render.figures import figure_json


def uptime_document(report: Report) -> types.Uptime:
    """Give what uptime there is."""
    return {
        "months": list(month_documents(report)),
        "components": [component.component.id for component in report.components],
    }


def component_document(component: ComponentReport, report: Report) -> types.ComponentUptime:
    """Give the uptime of a component, of the last days and of each month."""
    fact = component.component
    return {
        "component": fact.id,
        "days": -(-component.recent.period.seconds // DAY),  # today is not over
        "recent": _figure(component.recent),
        "months": [
            {
                "month": month.period.name,
                "explanation": urls.absolute(urls.api_v1(explanation_name(fact.id, month)), report.site.url),
                **_figure(month.figure),
            }
            for month in component.months
        ],
    }


def month_documents(report: Report) -> dict[str, types.MonthUptime]:
    """Give the uptime of all, by month, the newest first."""
    components: dict[str, list[types.NamedFigure]] = defaultdict(list)
    groups: dict[str, list[types.NamedFigure]] = defaultdict(list)
    for component in report.components:
        for month in component.months:
            components[month.period.name].append({"id": component.component.id, **_figure(month.figure)})
    for group in report.groups:
        for month in group.months if group.group else ():
            groups[month.period.name].append({"id": group.group.id if group.group else "", **_figure(month.figure)})
    overall = {month.period.name: _figure(month.figure) for month in report.overall}
    names = sorted({*components, *groups, *overall}, reverse=True)
    return {
        name: {
            "month": name,
            "components": components[name],
            "groups": groups[name],
            "overall": overall.get(name),
        }
        for name in names
    }


def explanation_name(component: str, month: PeriodFigure) -> str:
    """Name the document that explains a month of a component."""
    return f"explanations/{month.period.name}/{component}"


def explanation_documents(report: Report) -> Iterator[tuple[str, types.Explanation]]:
    """Give each month of each component, explained, with the document's name."""
    for component in report.components:
        for month in component.months:
            if month.explanation:
                yield explanation_name(component.component.id, month), _explanation(month.explanation, report.now)


def _explanation(explanation: Explanation, now: int) -> types.Explanation:
    """Give an explanation as `statusgen explain --format json` does, without the names of monitors and probes."""
    told = explanation_json(explanation, now)
    del told["now"]
    for stretch in told["stretches"]:
        for reason in stretch["why"]:
            for end in ("first", "last"):
                if reason.get(end):
                    reason[end] = reason[end]["time"]
    return cast("types.Explanation", told)


def _figure(figure: Figure) -> types.Figure:
    told: dict[str, Any] = figure_json(figure)
    return cast("types.Figure", told)
