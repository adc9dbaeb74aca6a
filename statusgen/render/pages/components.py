"""One component: its days, its months, its incidents."""

from collections.abc import Iterator

from statusgen.render import urls
from statusgen.render.bars import draw_bars
from statusgen.render.pages.explain import explain_sla
from statusgen.render.pages.world import Page, World


def component_pages(world: World) -> Iterator[Page]:
    """Give a page for each component, retired ones too."""
    for report in world.report.components:
        name = report.component.name
        newest = next((world.incidents[i].latest.at for i in report.incidents), world.changed)
        yield Page(
            address=urls.component(report.component.id),
            title=name,
            description=report.component.description or f"State, uptime and incidents of {name}.",
            changed=newest,
            context={
                "component": report,
                "bars": draw_bars(report.days, name),
                "own_incidents": tuple(world.incidents[i] for i in report.incidents),
                "explanation": explain_sla(report.sla),
                "group": next((g for g in world.report.site.groups if g.id == report.component.group), None),
            },
        )
