"""Figures of one period, as somebody asks for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from statusgen.compute.explain import explain_component
from statusgen.compute.groups import combine_figures
from statusgen.compute.scope import drawn_window
from statusgen.compute.timelines import draw_records, sla_of
from statusgen.compute.together import group_sla, overall_sla
from statusgen.compute.uptime import compute_figure
from statusgen.model.calendar import parse_period
from statusgen.model.explanation import Explanation
from statusgen.model.figure import Figure
from statusgen.model.history import Component, Group, History
from statusgen.model.window import Window

PeriodIn = Callable[[str], Window]
"""Gives the window that a period is in a zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The figures of a period: of components, of the groups that have one, and over all."""

    now: int
    components: tuple[tuple[Component, Figure], ...]
    groups: tuple[tuple[Group, Figure], ...] = ()
    overall: Figure | None = None

    @property
    def missed(self) -> tuple[str, ...]:
        """Give the ids of what misses its target."""
        found = [component.id for component, figure in self.components if figure.met is False]
        found += [group.id for group, figure in self.groups if figure.met is False]
        return (*found, *(("overall",) if self.overall and self.overall.met is False else ()))


def compute_explanation(history: History, component: Component, name: str, now: int) -> Explanation:
    """Explain the figure of a component over the period of this name (`2026-10`) in the zone of its SLA."""
    sla = sla_of(component, history)
    period = parse_period(name, sla.zone)
    record = draw_records(history, now, drawn_window(history, now, period.window))[component.id]
    return explain_component(record, period, component, sla, now)


def compute_answer(
    history: History, components: Sequence[Component], period: PeriodIn, now: int, *, groups: bool
) -> Answer:
    """Measure components over a period, each in the zone of its SLA; `groups` adds all groups and the whole."""
    zones = {history.site.zone, *(sla.zone for sla in history.site.slas.values())}
    windows = {zone: period(zone) for zone in zones}
    asked = Window(min(w.start for w in windows.values()), max(w.end for w in windows.values()))
    records = draw_records(history, now, drawn_window(history, now, asked))
    site = history.site
    figures = []
    for component in components:
        sla = sla_of(component, history)
        figures.append((component, compute_figure(records[component.id], windows[sla.zone], component, sla, now)))
    if not groups:
        return Answer(now=now, components=tuple(figures))
    combined = []
    for group in site.groups:
        members = [(c, records[c.id]) for c in site.components if c.group == group.id]
        sla_together = group_sla(site, group)
        if sla_together and members:
            figure = combine_figures(members, windows[sla_together.zone], sla_together, now)
            combined.append((group, figure))
    whole = overall_sla(site)
    everything = [(c, records[c.id]) for c in site.components]
    return Answer(
        now=now,
        components=tuple(figures),
        groups=tuple(combined),
        overall=combine_figures(everything, windows[whole.zone], whole, now) if whole and everything else None,
    )
