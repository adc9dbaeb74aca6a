"""When a site changes by itself: the instants at which a build says something else though nobody wrote anything.

A build tells of the seconds before its `now`, so what happens at an instant shows in a build one second later. That
second is what is given here.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from statusgen.compute.incidents import follow_incident, incident_before
from statusgen.compute.maintenance import HORIZON, expand_maintenance
from statusgen.compute.public import public_history
from statusgen.compute.rules import draw_rules
from statusgen.compute.timelines import sla_of
from statusgen.model.calendar import DAY, instants_of, iso_utc, last_days, local_time, month_of
from statusgen.model.history import Component, History, Incident, Maintenance
from statusgen.model.record import Rule
from statusgen.model.report import Occurrence
from statusgen.model.window import Window


class Turn(NamedTuple):
    """What happens at an instant (Unix seconds). `kind` is one of KINDS, `text` a sentence without its point.

    `subject` is the id of the incident, maintenance or component that it is about, or the name of what ends.
    """

    at: int
    kind: str
    subject: str
    text: str


KINDS = ("update", "maintenance", "component", "rule", "day", "month", "stale")
_SURE = ("day", "month", "stale")
"""What changes every site: the bars move on, a month gets its last figure, a page calls itself old."""


def next_turns(history: History, after: int, changes: Callable[[int], bool]) -> tuple[Turn, ...]:
    """Give what happens at the first instant after `after` at which the site changes by itself; all at one instant.

    `changes` tells whether a build at an instant says something else than one a second earlier: what might change the
    site may be hidden by something else. There always is a next one, since the day ends.
    """
    built = after
    while True:
        turns = sorted(turn for turn in turns_of(history, after, built) if turn.at > after)
        after = turns[0].at
        found = tuple(turn for turn in turns if turn.at == after)
        sure = tuple(turn for turn in found if turn.kind in _SURE)
        if len(sure) < len(found) and changes(after):
            return _public(found, history)
        if sure:
            return sure


def _public(turns: Sequence[Turn], history: History) -> tuple[Turn, ...]:
    """Leave out what is not public, even where something else happens in the same second, and what only follows."""
    public = public_history(history, turns[0].at)
    hidden = _subjects(history) - _subjects(public)
    shown = [turn for turn in turns if turn.subject not in hidden]
    causes = [turn for turn in shown if turn.kind in ("update", "maintenance", "component")]
    return tuple(turn for turn in dict.fromkeys(shown) if not causes or turn.kind != "rule")


def _subjects(history: History) -> set[str]:
    ids = {component.id for component in history.site.components}
    return ids | {item.id for item in history.incidents} | {item.id for item in history.maintenances}


def turns_of(history: History, after: int, built: int) -> Iterator[Turn]:
    """Give all that may change the site within a day or so from `after` on, in no order; what is past may be among it.

    What lies further ahead may be told wrongly: it depends on what happens before. `built` is the instant of the build
    that is to stand until then.
    """
    occurrences = [(m, expand_maintenance(m, after)) for m in history.maintenances]
    for incident in history.incidents:
        yield from _updates(incident, "incident")
        for exclusion in incident.exclusions:
            for at, word in ((exclusion.window.start, "begins"), (exclusion.window.end, "ends")):
                yield Turn(at + 1, "rule", incident.id, f'an exclusion of incident "{incident.title}" {word}')
    for maintenance, own in occurrences:
        yield from _updates(maintenance, "maintenance")
        yield from _planned(maintenance, own, after)
    for component in history.site.components:
        yield from _service(component)
        yield from _rules(component, [o for _, own in occurrences for o in own], history, after)
    yield from _calendar(history, after)
    yield from _freshness(history, built)


def _updates(item: Incident | Maintenance, kind: str) -> Iterator[Turn]:
    for update in item.updates:
        yield Turn(update.at + 1, "update", item.id, f'{kind} "{item.title}": {update.phase.value}')


def _planned(maintenance: Maintenance, occurrences: Sequence[Occurrence], after: int) -> Iterator[Turn]:
    def turn(at: int, text: str) -> Turn:
        return Turn(at + 1, "maintenance", maintenance.id, f'maintenance "{maintenance.title}" {text}')

    yield turn(maintenance.announced, "is announced")
    for occurrence in occurrences:
        yield turn(occurrence.planned.start, "begins by its plan")
        yield turn(occurrence.planned.end, "ends by its plan")
    if maintenance.recurrence and maintenance.announced < after:
        for at in _horizon(maintenance, after):
            yield turn(at - 1, "gets a further window in the calendar")


def _horizon(maintenance: Maintenance, after: int) -> Iterator[int]:
    """Give the builds from which on further occurrences are expanded, by the wall clock that far ahead.

    Where the clocks change there, what had been in sight may be out of it again.
    """
    assert maintenance.recurrence
    zone = maintenance.recurrence.zone
    ahead = Window(after + HORIZON, after + HORIZON + 2 * DAY)
    for occurrence in expand_maintenance(maintenance, after + 2 * DAY):
        wall = local_time(occurrence.planned.start, zone).replace(tzinfo=None, fold=0)
        yield from (at - HORIZON for at in instants_of(wall, zone) if at in ahead)
    yield from (at - HORIZON for at in _clock_changes(ahead, zone))


def _clock_changes(window: Window, zone: str) -> Iterator[int]:
    def offset(instant: int) -> timedelta | None:
        return local_time(instant, zone).utcoffset()

    steps = [*range(window.start, window.end, 3600), window.end]
    for before, after in pairwise(steps):
        low, high = before, after
        if offset(low) != offset(high):
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offset(before) else (low, middle)
            yield high


def _service(component: Component) -> Iterator[Turn]:
    for at, text in ((component.since, "comes into service"), (component.retired, "is retired")):
        if at is not None:
            yield Turn(at + 1, "component", component.id, f'component "{component.name}" {text}')


def _rules(component: Component, occurrences: Sequence[Occurrence], history: History, after: int) -> Iterator[Turn]:
    """Give when other rules of the SLA apply: service hours, maintenance, and its allowance when it is spent.

    An incident that is open, and excluded, is taken to last.
    """
    domain = Window(after - DAY, after + 2 * DAY)
    known = (incident_before(i, after) for i in history.incidents if i.exclude is not None or i.exclusions)
    rules = draw_rules(
        component,
        sla_of(component, history),
        incidents=[(incident, follow_incident(incident, domain.end)) for incident in known if incident],
        occurrences=[o for o in occurrences if component.id in dict(o.maintenance.components)],
        now=domain.end,
        domain=domain,
    )
    for span in islice(rules, 1, None):
        counts = "count" if span.value.rule in (Rule.NONE, Rule.SPENT) else "do not count"
        text = f'the seconds of component "{component.name}" {counts} from here on'
        yield Turn(span.start + 1, "rule", component.id, text)


def _calendar(history: History, after: int) -> Iterator[Turn]:
    site = history.site
    (day,) = last_days(after, 1, site.zone)
    yield Turn(day.window.end + 1, "day", day.name, f"{day.name} ends ({site.zone}): the bars move on")
    zones = {site.zone, *(sla_of(c, history).zone for c in site.components), *(sla.zone for sla in site.slas.values())}
    for zone in sorted(zones):
        month = month_of(after - 1, zone)
        yield Turn(month.window.end + 1, "month", month.name, f"{month.name} ends ({zone}): its figures are final")


def _freshness(history: History, built: int) -> Iterator[Turn]:
    site = history.site
    if site.fresh_for is not None:
        newest = max((run.last for run in history.observations.runs), default=built)
        text = f"data of {iso_utc(newest)} are older than fresh_for: pages say so"
        yield Turn(newest + site.fresh_for, "stale", "", text)
