"""Maintenance for calendars: all of it, and that of each component; the only user of icalendar (RFC 5545).

One event is one occurrence. Its UID is a permanent id (design.md §5): where it recurs that of the occurrence, else that
of the maintenance, so that it stays when the work is put off. Its SEQUENCE grows with each update and each edit, its
DTSTAMP is the time of the last: the same content gives the same bytes. Recurring maintenance is expanded as far as the
pages do it, 400 days ahead; what is past stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from statusgen.model.artifact import Artifact
from statusgen.model.history import Maintenance, Update
from statusgen.model.report import Occurrence, Report
from statusgen.render import urls
from statusgen.render.feeds.items import item_id
from statusgen.render.language import gettext
from statusgen.render.lists import list_words
from statusgen.render.text import plain_text, without_controls

RENEWED = timedelta(minutes=15)
"""How often a calendar is asked to look again."""


def render_calendars(report: Report) -> Iterator[Artifact]:
    """Write /maintenance.ics and a calendar for each component."""
    names = {c.component.id: c.component.name for c in report.components}
    oldest_first = report.occurrences[::-1]
    events = [(occurrence, _event(occurrence, report, names)) for occurrence in oldest_first]
    title = report.site.title
    yield Artifact(
        urls.CALENDAR,
        _calendar(gettext("%(title)s: maintenance") % {"title": title}, [text for _, text in events]),
    )
    for component_id, name in names.items():
        own = [text for o, text in events if component_id in dict(o.maintenance.components)]
        words = gettext("%(title)s: maintenance of %(name)s") % {"title": title, "name": name}
        yield Artifact(urls.component_calendar(component_id), _calendar(words, own))


def _calendar(name: str, events: Sequence[bytes]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//statusgen//statusgen//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", RENEWED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    head, foot, _ = calendar.to_ical().partition(b"END:VCALENDAR")
    return bytes(head + b"".join(events) + foot + b"\r\n")


def _event(occurrence: Occurrence, report: Report, names: Mapping[str, str]) -> bytes:
    """Write an occurrence: when it is planned or, once that is said, when it was held."""
    maintenance, site = occurrence.maintenance, report.site
    said = [update for update in occurrence.updates if update.at < report.now]
    window = occurrence.planned if occurrence.called_off else occurrence.held
    touched = [names[name] for name, _ in maintenance.components if name in names]
    last = max([maintenance.edited or maintenance.announced, *(update.changed for update in said)])
    event = Event()
    event.add("uid", item_id(site, maintenance.id, occurrence.key if maintenance.recurrence else ""))
    event.add("sequence", _sequence(maintenance, said))
    event.add("dtstamp", _moment(last))
    event.add("created", _moment(maintenance.announced))
    event.add("last-modified", _moment(last))
    event.add("dtstart", _moment(window.start))
    event.add("dtend", _moment(max(window.end, window.start + 1)))
    event.add("summary", without_controls(maintenance.title))
    event.add("description", _describe(said, maintenance.summary, touched))
    event.add("url", urls.absolute(f"{urls.maintenance(maintenance.id)}#{occurrence.key}", site.url))
    event.add("status", "CANCELLED" if occurrence.cancelled_at is not None else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    if touched:
        event.add("categories", [without_controls(name) for name in touched])
    return bytes(event.to_ical())


def _sequence(maintenance: Maintenance, said: Sequence[Update]) -> int:
    """Count what was said since the announcement, and for how many minutes each thing had been so when it was edited.

    Of each the last edit alone is known: whatever was edited before, the sum grows with each update and each edit.
    """
    lasted = [update.edited - update.at for update in said if update.edited is not None]
    if maintenance.edited is not None:
        lasted.append(maintenance.edited - maintenance.announced)
    return max(0, len(said) - 1) + sum(-(-seconds // 60) for seconds in lasted)


def _describe(said: Sequence[Update], summary: str, touched: Sequence[str]) -> str:
    """Give the last word, or else the summary, and what is touched."""
    words = [plain_text(said[-1].text) if said else "", plain_text(summary)]
    parts = [next(filter(None, words), ""), list_words(touched)]
    return without_controls("\n\n".join(filter(None, parts)))


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
