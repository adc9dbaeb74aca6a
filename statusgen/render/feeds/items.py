"""What feeds are made of: an item for each update, and a digest with an item for each incident and maintenance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from statusgen.model.calendar import DAY
from statusgen.model.history import Phase, Site, Update
from statusgen.model.report import IncidentReport, Occurrence, Report
from statusgen.model.status import IMPACT_OF_STATUS, Impact, Status
from statusgen.render import urls
from statusgen.render.dates import show_time
from statusgen.render.language import gettext
from statusgen.render.lists import list_words
from statusgen.render.text import absolute_links, plain_text, render_markdown, shorten
from statusgen.render.words import name_state, show_impact, show_phase

NEWEST = 50
"""A feed holds so many of the newest items, and all of the last RECENT seconds beyond that."""
RECENT = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to read: a permanent id, an address, and what is said.

    `at` is when it was first said, `said` when something was last added to it, and `updated` when it last changed in
    any way, all in Unix seconds. `components` are the ids of what is affected, `phase` is that of the update, None in
    a digest.
    """

    id: str
    url: str
    at: int
    said: int
    updated: int
    title: str
    summary: str
    body: str
    categories: tuple[str, ...]
    components: frozenset[str]
    maintenance: bool
    phase: Phase | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An incident or a maintenance, as far as it is known. `given` are the states of its front matter."""

    id: str
    title: str
    page: str
    updates: tuple[Update, ...]
    given: tuple[tuple[str, Status | None], ...]
    impact: Impact | None
    maintenance: bool = False

    def course(self) -> Iterator[tuple[tuple[str, ...], Impact]]:
        """Give the components that it is about once an update is said, and its impact then, for each update.

        A later update changes no item (design.md §5).
        """
        named = dict.fromkeys(name for name, _ in self.given)
        worst = max((status for _, status in self.given if status is not None), default=Status.OPERATIONAL)
        for update in self.updates:
            named |= dict.fromkeys(name for name, _ in update.changes)
            worst = max([worst, Status.OPERATIONAL, *(status for _, status in update.changes)])
            yield tuple(named), IMPACT_OF_STATUS[worst] if self.impact is None else self.impact


def update_items(report: Report) -> tuple[Item, ...]:
    """Give an item for each update, newest first; of those at one time the later in order of happening first."""
    names = _names(report)
    said = [
        (update.at, subject.id, number, subject, so_far)
        for subject in _subjects(report)
        for number, (update, so_far) in enumerate(zip(subject.updates, subject.course(), strict=True))
    ]
    said.sort(key=lambda word: word[:3], reverse=True)
    return tuple(_update_item(report.site, subject, number, so_far, names) for _, _, number, subject, so_far in said)


def digest_items(report: Report) -> tuple[Item, ...]:
    """Give an item for each incident and maintenance that something was said of, the newest word first."""
    names = _names(report)
    spoken = [subject for subject in _subjects(report) if subject.updates]
    spoken.sort(key=lambda subject: (subject.updates[-1].at, subject.id), reverse=True)
    return tuple(_digest_item(report.site, subject, names) for subject in spoken)


def newest(items: Sequence[Item], now: int) -> list[Item]:
    """Give the items that a feed holds."""
    return [item for number, item in enumerate(items) if number < NEWEST or item.said >= now - RECENT]


def item_id(site: Site, subject: str, key: str = "") -> str:
    """Give the permanent id of an update, or of its subject, in every feed (design.md §5)."""
    return f"tag:statusgen,2026:{f'{site.id}/' if site.id else ''}{subject}{f'/{key}' if key else ''}"


def _names(report: Report) -> dict[str, str]:
    return {c.component.id: c.component.name for c in report.components}


def _subjects(report: Report) -> Iterator[Subject]:
    for incident in report.incidents:
        yield _of_incident(incident)
    maintenances: dict[str, Occurrence] = {o.maintenance.id: o for o in report.occurrences}
    for occurrence in maintenances.values():
        m = occurrence.maintenance
        words = (m.announcement, *m.updates) if m.announced_apart else m.updates
        yield Subject(
            id=m.id,
            title=m.title,
            page=urls.maintenance(m.id),
            updates=tuple(update for update in words if update.at < report.now),
            given=m.components,
            impact=None,
            maintenance=True,
        )


def _of_incident(report: IncidentReport) -> Subject:
    incident = report.incident
    return Subject(
        id=incident.id,
        title=incident.title,
        page=urls.incident(incident.id),
        updates=incident.updates,
        given=incident.components,
        impact=incident.impact,
    )


def _update_item(
    site: Site, subject: Subject, number: int, so_far: tuple[tuple[str, ...], Impact], names: Mapping[str, str]
) -> Item:
    update = subject.updates[number]
    url = urls.absolute(f"{subject.page}#{urls.anchor(update.key)}", site.url)
    affected, impact = so_far
    lines = [*_changes(update, names), *_affected(affected, names)]
    return Item(
        id=item_id(site, subject.id, update.key),
        url=url,
        at=update.at,
        said=update.at,
        updated=update.changed,
        title=f"[{show_phase(update.phase)}] {subject.title}",
        summary=shorten(plain_text(update.text) or " ".join(lines) or subject.title, 400),
        body=absolute_links(str(render_markdown(update.text)), url) + _paragraphs(lines),
        categories=_categories(subject, impact, affected, names),
        components=frozenset(affected),
        maintenance=subject.maintenance,
        phase=update.phase,
    )


def _digest_item(site: Site, subject: Subject, names: Mapping[str, str]) -> Item:
    """Give the whole course of an incident, newest first; it is dated by its first word."""
    first, last = subject.updates[0], subject.updates[-1]
    url = urls.absolute(subject.page, site.url)
    *_, (affected, impact) = subject.course()
    parts = []
    for update in reversed(subject.updates):
        head = f"<b>{escape(show_phase(update.phase))}</b> · {escape(show_time(update.at, site.zone))}"
        text = absolute_links(str(render_markdown(update.text)), url)
        parts.append(f"<p>{head}</p>{text}{_paragraphs(_changes(update, names))}")
    return Item(
        id=item_id(site, subject.id),
        url=url,
        at=first.at,
        said=last.at,
        updated=max(update.changed for update in subject.updates),
        title=subject.title,
        summary=shorten(plain_text(last.text) or subject.title, 400),
        body="<hr>".join(parts) + _paragraphs(_affected(affected, names)),
        categories=_categories(subject, impact, affected, names),
        components=frozenset(affected),
        maintenance=subject.maintenance,
        phase=None,
    )


def _changes(update: Update, names: Mapping[str, str]) -> list[str]:
    changes = [
        gettext("%(name)s: %(what)s") % {"name": names[name], "what": name_state(status.word)}
        for name, status in update.changes
        if name in names
    ]
    return [gettext("Now %(states)s.") % {"states": list_words(changes)}] if changes else []


def _affected(affected: Iterable[str], names: Mapping[str, str]) -> list[str]:
    known = [names[name] for name in affected if name in names]
    return [gettext("Affected: %(names)s.") % {"names": list_words(known)}] if known else []


def _categories(subject: Subject, impact: Impact, affected: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    kind = gettext("Maintenance") if subject.maintenance else show_impact(impact)
    return (*(names[name] for name in affected if name in names), kind)


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
