"""What happened, month by month."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from statusgen.model.calendar import Period, local_time
from statusgen.model.figure import Figure
from statusgen.model.report import IncidentReport, Occurrence
from statusgen.render import urls
from statusgen.render.dates import show_named_month
from statusgen.render.language import gettext
from statusgen.render.pages.days import DayList
from statusgen.render.pages.world import Page, World

LISTED_MONTHS = 3
"""So many months show their incidents on /history/ itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A local month of the history: its incidents by day, and the maintenance that was held in it."""

    period: Period
    days: tuple[DayList, ...]
    incidents: int
    occurrences: tuple[Occurrence, ...]
    troubled: int
    """Seconds of the month in which at least one incident was active."""
    figure: Figure | None
    """The overall figure of the month, where there is one by the site's own months."""


def history_page(world: World) -> Iterator[Page]:
    """Give the history: all months, the newest with their incidents."""
    months = tuple(_month(period, world) for period in reversed(world.report.months))
    yield Page(
        address=urls.HISTORY,
        title=gettext("History"),
        description=gettext("Every incident and maintenance of %(title)s, month by month.")
        % {"title": world.report.site.title},
        changed=world.changed,
        context={
            "months": months,
            "listed": LISTED_MONTHS,
            "downtimes": any(month.figure for month in months),
        },
    )


def history_month_pages(world: World) -> Iterator[Page]:
    """Give a page for each month."""
    months = world.report.months
    for number, period in enumerate(months):
        month = _month(period, world)
        yield Page(
            address=urls.history_month(period.name),
            title=gettext("Incidents in %(month)s") % {"month": show_named_month(period.name)},
            description=gettext("Incidents and maintenance of %(title)s in %(month)s.")
            % {"title": world.report.site.title, "month": show_named_month(period.name)},
            changed=world.changed,
            context={
                "month": month,
                "earlier": months[number - 1].name if number else None,
                "later": months[number + 1].name if number + 1 < len(months) else None,
            },
        )


def _month(period: Period, world: World) -> Month:
    incidents = world.incidents_of.get(period.name, ())
    zone = world.report.site.zone
    days = groupby(incidents, key=lambda r: local_time(r.incident.started, zone).date())
    return Month(
        period=period,
        days=tuple(_day_list(tuple(run)) for _, run in days),
        incidents=len(incidents),
        occurrences=world.occurrences_of.get(period.name, ()),
        troubled=world.seconds_active(period.window),
        figure=next((m.figure for m in world.report.overall if m.period == period), None),
    )


def _day_list(incidents: tuple[IncidentReport, ...]) -> DayList:
    return DayList(window=(incidents[-1].incident.started, incidents[0].incident.started), incidents=incidents)
