"""One component: its days, its months, its incidents."""

from collections.abc import Iterator

from statusgen.render import urls
from statusgen.render.bars import draw_bars, draw_samples
from statusgen.render.language import gettext
from statusgen.render.pages.explain import explain_sla
from statusgen.render.pages.flips import component_flips
from statusgen.render.pages.world import Page, World
from statusgen.render.pages.year import draw_year


def component_pages(world: World) -> Iterator[Page]:
    """Give a page for each component, retired ones too."""
    for report in world.report.components:
        name = report.component.name
        newest = next((world.incidents[i].latest.at for i in report.incidents), world.changed)
        yield Page(
            address=urls.component(report.component.id),
            title=name,
            description=report.component.description
            or gettext("State, uptime and incidents of %(name)s.") % {"name": name},
            changed=newest,
            context={
                "component": report,
                "bars": (bars := draw_bars(report.days, name)),
                "samples": draw_samples([bars]),
                "year": draw_year(report.year) if report.year else (),
                "latency": None,
                "flips": component_flips(report, world.report),
                "own_incidents": tuple(world.incidents[i] for i in report.incidents),
                "explanation": explain_sla(report.sla),
                "group": next((g for g in world.report.site.groups if g.id == report.component.group), None),
            },
            feeds=(f"components/{report.component.id}", urls.ALL_UPDATES),
        )
