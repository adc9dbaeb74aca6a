"""What a report says of a component: its state, its days, and the figures of its months, quarters and years."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from statusgen.compute.draft import BARS, Draft, PeriodsOf
from statusgen.compute.earlier import Part
from statusgen.compute.explain import explain_component
from statusgen.compute.latency import measure_latency
from statusgen.compute.timelines import sla_of
from statusgen.compute.uptime import compute_figure, in_service
from statusgen.model.calendar import DAY, Period, days_of, last_days, months_of, quarters_of, years_of
from statusgen.model.explanation import Explanation
from statusgen.model.figure import Figure
from statusgen.model.history import Component, Sla
from statusgen.model.record import Record
from statusgen.model.report import ComponentReport, DayBar, IncidentReport, PeriodFigure
from statusgen.model.status import Second
from statusgen.model.window import Window

YEAR = 366 * DAY


@dataclass(frozen=True, slots=True)
class _Subject:
    """The component that is reported, with all that its figures are measured from."""

    component: Component
    sla: Sla
    record: Record
    part: Part
    now: int


def report_component(component: Component, draft: Draft) -> ComponentReport:
    """Report a component as it stands."""
    now, site = draft.now, draft.history.site
    sla = sla_of(component, draft.history)
    subject = _Subject(component, sla, draft.records[component.id], draft.part(component, sla), now)
    record = subject.record
    touching = draft.incidents.get(component.id, [])
    days = last_days(now, BARS, site.zone)
    shown = Window(days[0].window.start, now)
    life = draft.life(component)
    retired = component.retired is not None and component.retired < now
    bars = _draw_days(subject, days, touching)
    return ComponentReport(
        component=component,
        sla=sla,
        status=record.timeline.at(now - 1).status,
        under_maintenance=any(
            occurrence.running_at(now) and component.id in dict(occurrence.maintenance.components)
            for occurrence in draft.occurrences
        ),
        in_service=(component.since is None or component.since < now) and not retired,
        retired=retired,
        record=record,
        days=bars,
        year=(*_draw_days(subject, _year_before(days[0], component, draft), touching), *bars),
        recent=compute_figure(record, shown, component, sla, now),
        months=tuple(_measure_month(month, subject) for month in reversed(list(months_of(life, sla.zone)))),
        quarters=_measure_longer(quarters_of, life, subject),
        years=_measure_longer(years_of, life, subject),
        incidents=tuple(report.incident.id for report in touching),
        latency=measure_latency(component.checks.monitors, draft.latencies),
    )


def _draw_days(subject: _Subject, days: Sequence[Period], touching: Sequence[IncidentReport]) -> tuple[DayBar, ...]:
    """Give the figure of each of some days that follow each other, and the incidents that hit the component in it."""
    if not days:
        return ()
    hit: list[list[str]] = [[] for _ in days]
    for report in touching:
        for place in sorted(set(_touched_days(report.hit(subject.component.id), days))):
            hit[place].append(report.incident.id)
    figures = _figures_of_days(days, subject)
    return tuple(
        DayBar(
            period=day,
            figure=figure,
            incidents=tuple(incidents),
        )
        for day, figure, incidents in zip(days, figures, hit, strict=True)
    )


def _touched_days(windows: Iterable[Window], days: Sequence[Period]) -> Iterator[int]:
    """Give the places of the days, of some that follow each other, that windows reach into."""
    start, end = days[0].window.start, days[-1].window.end
    for window in windows:
        if window and window.end > start and window.start < end:
            first = max(0, bisect_right(days, window.start, key=lambda day: day.window.start) - 1)
            yield from range(first, bisect_left(days, window.end, lo=first, key=lambda day: day.window.start))


def _figures_of_days(days: Sequence[Period], subject: _Subject) -> Iterator[Figure]:
    """Give the figure of each day; that of one which is over is kept."""
    kept = subject.part.figures
    alike: dict[tuple[Second, int], Figure] = {}
    for day in days:
        figure = kept.get(day.window)
        if figure is None:
            figure = _figure_of_day(day.window, subject, alike)
            if day.window.end <= subject.now:
                kept[day.window] = figure
        yield figure


def _figure_of_day(window: Window, subject: _Subject, alike: dict[tuple[Second, int], Figure]) -> Figure:
    """Give the figure of a day. By time, days that are one second throughout have one figure: most days are."""
    timeline = subject.record.timeline
    whole = window.end <= subject.now and in_service(window, subject.component) == window
    place = bisect_right(timeline.starts, window.start)
    if (
        subject.sla.method != "time"
        or not whole
        or (place < len(timeline.starts) and timeline.starts[place] < window.end)
    ):
        return _measure(window, subject)
    key = timeline.values[place - 1], window.seconds
    if key not in alike:
        alike[key] = _measure(window, subject)
    return replace(alike[key], period=window, window=window)


def _measure(window: Window, subject: _Subject) -> Figure:
    return compute_figure(subject.record, window, subject.component, subject.sla, subject.now)


def _year_before(first: Period, component: Component, draft: Draft) -> tuple[Period, ...]:
    """Give the days before `first` of the last twelve local months, from the component's first on."""
    site, life = draft.history.site, draft.life(component)
    lately = max(life.start, draft.now - YEAR)
    months = list(months_of(Window(lately, max(lately, draft.now)), site.zone))[-12:]
    start = max(life.start, months[0].window.start) if months else first.window.start
    before = Window(start, max(start, first.window.start))
    return tuple(days_of(before, site.zone)) if before else ()


def _measure_month(month: Period, subject: _Subject) -> PeriodFigure:
    """Give the figure of a month with its explanation; that of one which is over is kept."""
    kept = subject.part.months
    figure = kept.get(month.window)
    if figure is None:
        figure = _explained(explain_component(subject.record, month, subject.component, subject.sla, subject.now))
    if month.window.end <= subject.now:
        kept[month.window] = figure
    return figure


def _measure_longer(periods_of: PeriodsOf, life: Window, subject: _Subject) -> tuple[PeriodFigure, ...]:
    """Give the figures of periods longer than a month, newest first; that of one which is over is kept."""
    kept = subject.part.figures
    told = []
    for period in reversed(list(periods_of(life, subject.sla.zone))):
        figure = kept.get(period.window)
        if figure is None:
            figure = _measure(period.window, subject)
        if period.window.end <= subject.now:
            kept[period.window] = figure
        told.append(PeriodFigure(period=period, figure=figure))
    return tuple(told)


def _explained(explanation: Explanation) -> PeriodFigure:
    return PeriodFigure(period=explanation.period, figure=explanation.figure, explanation=explanation)
