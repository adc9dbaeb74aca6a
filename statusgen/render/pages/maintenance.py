"""One maintenance: its occurrences, and each update where it belongs."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from statusgen.model.history import Recurrence, Update
from statusgen.model.report import Occurrence
from statusgen.render import urls
from statusgen.render.dates import show_wall
from statusgen.render.language import gettext
from statusgen.render.pages.days import by_day
from statusgen.render.pages.explain import explain_recurrence
from statusgen.render.pages.world import Page, World, first_words

NEXT_OCCURRENCES = 6
"""So many occurrences to come are seen at once; the rest is folded."""


def maintenance_pages(world: World) -> Iterator[Page]:
    """Give a page for each maintenance, with all its occurrences that matter now."""
    for maintenance_id, occurrences in world.occurrences.items():
        maintenance = occurrences[0].maintenance
        said = tuple(u for u in maintenance.updates if u.at < world.report.now)
        yield Page(
            address=urls.maintenance(maintenance_id),
            title=gettext("Maintenance: %(title)s") % {"title": maintenance.title},
            description=first_words(said[-1].text if said else maintenance.summary, maintenance.title),
            changed=said[-1].at if said else maintenance.announced,
            context={"maintenance": maintenance} | _occasions(occurrences, said, world),
        )


def _occasions(occurrences: Sequence[Occurrence], said: Sequence[Update], world: World) -> dict[str, Any]:
    """Sort a maintenance's occurrences into those to come and the others, and its updates to where they belong.

    Each update is told once: under its occurrence, or above all where it belongs to several or to none.
    """
    now, zone = world.report.now, world.report.site.zone
    repeats = occurrences[0].maintenance.recurrence
    owners: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        for update in occurrence.updates:
            owners[update.key].append(occurrence)
    own = {key for key, found in owners.items() if repeats and len(found) == 1}
    current = [o for o in occurrences if o.running_at(now)]
    coming = [o for o in reversed(occurrences) if o.coming_at(now)]
    past = [o for o in occurrences if not o.running_at(now) and not o.coming_at(now)]
    return {
        "occurrence": None if repeats else occurrences[0],
        "rule": _repeats(repeats) if repeats else "",
        "skipped": tuple(show_wall(day) for day in repeats.skipped) if repeats else (),
        "current": tuple(current),
        "coming": tuple(coming[:NEXT_OCCURRENCES]),
        "later": tuple(coming[NEXT_OCCURRENCES:]),
        "past": tuple(past),
        "days": by_day((u for u in said if u.key not in own), zone),
        "own_days": {
            o.planned.start: by_day((u for u in o.updates if u.key in own), zone)
            for o in (*current, *coming[:NEXT_OCCURRENCES], *past)
        },
        "phases": {o.planned.start: o.phase_at(now) for o in occurrences},
    }


def _repeats(recurrence: Recurrence) -> str:
    """Say how a maintenance repeats, and by which clock."""
    rule = explain_recurrence(recurrence) or gettext("by the rule %(rule)s") % {"rule": recurrence.rule}
    said = {"rule": rule, "zone": recurrence.zone}
    if recurrence.until:
        said["until"] = show_wall(recurrence.until.date().isoformat())
        return gettext("Repeats %(rule)s, in %(zone)s, until %(until)s.") % said
    return gettext("Repeats %(rule)s, in %(zone)s.") % said
