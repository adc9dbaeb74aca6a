"""Uptime and how it came about, as our own API has it.

Nothing here says `now`: the document of a period that is over does not change as time goes by.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
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
    names = {kind: list(period_documents(report, kind)) for kind in KINDS}
    return {
        "months": names["months"],
        "quarters": names["quarters"],
        "years": names["years"],
        "components": [component.component.id for component in report.components],
    }


def component_document(component: ComponentReport, report: Report) -> types.ComponentUptime:
    """Give the uptime of a component, of the last days and of each period."""
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
        "quarters": [{"quarter": told.period.name, **_figure(told.figure)} for told in component.quarters],
        "years": [{"year": told.period.name, **_figure(told.figure)} for told in component.years],
    }


KINDS: Mapping[str, str] = {"months": "month", "quarters": "quarter", "years": "year"}
"""The kinds of periods, as the attributes of a report are named, with the key of their names in documents."""


def period_documents(report: Report, kind: str) -> dict[str, Mapping[str, Any]]:
    """Give the uptime of all, by period of a kind, the newest first."""
    components: dict[str, list[types.NamedFigure]] = defaultdict(list)
    groups: dict[str, list[types.NamedFigure]] = defaultdict(list)
    for component in report.components:
        for told in getattr(component, kind):
            components[told.period.name].append({"id": component.component.id, **_figure(told.figure)})
    for group in report.groups:
        for told in getattr(group, kind) if group.group else ():
            groups[told.period.name].append({"id": group.group.id if group.group else "", **_figure(told.figure)})
    all_together = {"months": report.overall, "quarters": report.overall_quarters, "years": report.overall_years}
    overall = {told.period.name: _figure(told.figure) for told in all_together[kind]}
    names = sorted({*components, *groups, *overall}, reverse=True)
    return {
        name: {
            KINDS[kind]: name,
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
