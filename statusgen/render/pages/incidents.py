"""One incident: its facts, and its updates, newest first."""

from collections.abc import Iterator

from statusgen.model.history import Phase
from statusgen.model.report import IncidentReport
from statusgen.model.status import Status
from statusgen.model.window import Window
from statusgen.render import urls
from statusgen.render.pages.days import by_day
from statusgen.render.pages.world import Page, World, first_words


def incident_pages(world: World) -> Iterator[Page]:
    """Give a page for each incident."""
    for report in world.report.incidents:
        told = [u for u in report.incident.updates if u.phase is not Phase.POSTMORTEM]
        yield Page(
            address=urls.incident(report.incident.id),
            title=f"{report.phase.label}: {report.incident.title}",
            description=first_words(report.latest.text, report.incident.title),
            changed=report.latest.at,
            context={
                "incident": report,
                "days": by_day(told, world.report.site.zone),
                "postmortems": tuple(u for u in report.incident.updates if u.phase is Phase.POSTMORTEM),
                "affected": tuple(_affected(report)),
            },
        )


def _affected(report: IncidentReport) -> Iterator[tuple[str, Status, tuple[tuple[Window, Status], ...]]]:
    """Give each component of an incident with its worst state, and when it was in which."""
    for component, worst in report.components:
        yield component, worst, tuple(sorted((w, s) for name, w, s in report.states if name == component and w))
