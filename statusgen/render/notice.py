"""What an open page asks for: whether the facts have changed, and of when they are (`/build.json`)."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from statusgen import __version__
from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc
from statusgen.model.history import CustomPage, Incident, Maintenance, Update
from statusgen.model.report import IncidentReport, Report
from statusgen.render import urls


def render_notice(report: Report) -> Artifact:
    """Write /build.json: `content` is the digest of the facts shown, whatever the time; the rest says of when."""
    note = {
        "content": digest_facts(report),
        "generated_at": iso_utc(report.now),
        "data_until": iso_utc(report.data_until),
        "fresh_for": report.site.fresh_for,
        "status": report.shown,
        "components": {c.component.id: c.shown for c in report.components if not c.retired},
        "statusgen": __version__,
    }
    return Artifact(urls.BUILD, (json.dumps(note, ensure_ascii=False, indent=1) + "\n").encode())


class Written:
    """The facts of incidents as they were written before, for who writes nearly the same again. It changes nothing."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[IncidentReport, str]] = {}

    def fact(self, report: IncidentReport) -> str:
        """Write what is shown of an incident."""
        kept = self._kept.get(report.incident.id)
        if kept and kept[0] is report:
            return kept[1]
        text = _write(_fact_of_incident(report))
        self._kept[report.incident.id] = report, text
        return text


def digest_facts(report: Report, written: Written | None = None) -> str:
    """Give a digest of what the pages say, which does not change as time goes by: states and words, no percentages."""
    incidents = map((written or Written()).fact, report.incidents)
    facts = [*map(_write, _facts_of_components(report)), *incidents, *map(_write, _facts_of_others(report))]
    return blake2b(f"[{', '.join(facts)}]".encode(), digest_size=8).hexdigest()


def _write(fact: Any) -> str:  # noqa: ANN401 - whatever JSON can say
    return json.dumps(fact, ensure_ascii=False, sort_keys=True)


def _facts_of_components(report: Report) -> Iterator[Any]:
    yield [report.site.title, report.shown]
    for component in report.components:
        fact = component.component
        # A day's worst state is a fact; a day that passes well is none.
        trouble = [(day.period.name, day.status.word, day.incidents) for day in component.days if day.status > 0]
        yield [fact.id, fact.name, fact.group, fact.description, component.shown, component.in_service, trouble]


def _fact_of_incident(incident: IncidentReport) -> list[Any]:
    said = [_said(update) for update in incident.incident.updates]
    hit = [(name, status.word) for name, status in incident.components]
    words = [incident.incident.title, *_translated(incident.incident)]
    return [incident.incident.id, *words, incident.impact.word, incident.phase.value, hit, said]


def _facts_of_others(report: Report) -> Iterator[Any]:
    for occurrence in report.occurrences:
        maintenance = occurrence.maintenance
        said = [_said(update) for update in maintenance.updates if update.at < report.now]
        window = (occurrence.planned.start, occurrence.planned.end)
        words = [maintenance.title, *_translated(maintenance)]
        yield [maintenance.id, *words, window, occurrence.phase_at(report.now).value, said]
    for page in report.pages:
        yield [page.id, page.title, *_translated(page), page.text]


def _translated(item: Incident | Maintenance | CustomPage) -> Iterator[Any]:
    """Give the title and summary in other languages, where they are."""
    return ((code, words.title, words.summary) for code, words in item.translations)


def _said(update: Update) -> list[Any]:
    changes = [(name, status.word) for name, status in update.changes]
    return [update.key, update.phase.value, changes, update.text, *update.translations]
