"""Updates of incidents and maintenance as Statuspage has them."""

from collections.abc import Iterator, Mapping
from typing import Any

from statusgen.model.history import Phase, Update
from statusgen.model.report import IncidentReport, Occurrence
from statusgen.model.status import Status
from statusgen.render.api.statuspage.ids import make_id, timestamp
from statusgen.render.api.writing import body

_OPEN = (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING)
_ENDED = (Phase.RESOLVED, Phase.POSTMORTEM)
# There is no word for what is cancelled: it is over. A plain update says nothing of the phase.
_SAID = {
    Phase.IN_PROGRESS: Phase.IN_PROGRESS,
    Phase.VERIFYING: Phase.VERIFYING,
    Phase.COMPLETED: Phase.COMPLETED,
    Phase.CANCELLED: Phase.COMPLETED,
}


def phases_of(report: IncidentReport) -> list[Phase]:
    """Give the phase in which each update leaves an incident, oldest first.

    Statuspage knows no plain update: it repeats the phase before, as does a word that does not fit, like a postmortem
    of what is not over, or `monitoring` of what is. What begins, or begins anew, with such a word is investigated.
    """
    phases: list[Phase] = []
    before = Phase.INVESTIGATING
    for update in report.incident.updates:
        ended = before in _ENDED and not any(update.at in stretch for stretch in report.stretches)
        if update.phase is Phase.RESOLVED or (ended and update.phase is Phase.POSTMORTEM):
            before = update.phase
        elif not ended:
            before = _while_open(update.phase, before)
        phases.append(before)
    return phases


def _while_open(phase: Phase, before: Phase) -> Phase:
    if phase in _OPEN:
        return phase
    return before if before in _OPEN else Phase.INVESTIGATING


def incident_updates(report: IncidentReport, page: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the updates of an incident, newest first; `page` is the full address of its page."""
    incident = report.incident
    affected = _affected(report, names)
    rows = [
        update_row(update, f"{incident.id}/{update.key}", make_id("incident", incident.id), phase, page)
        | {"affected_components": changes or None}
        for update, phase, changes in zip(incident.updates, phases_of(report), affected, strict=True)
    ]
    return rows[::-1]


def _affected(report: IncidentReport, names: Mapping[str, str]) -> Iterator[list[dict[str, str]]]:
    """Give what each update does to the components: the first also what the front matter says, `resolved` ends all."""
    before: dict[str, Status] = {}
    after = dict(report.incident.components)
    for update in report.incident.updates:
        if update.phase is Phase.RESOLVED:
            before = {**before, **after}  # what was told only once it was over had been so
            after = dict.fromkeys([*before, *dict(update.changes)], Status.OPERATIONAL)
        else:
            after |= dict(update.changes)
        yield [
            {
                "code": make_id("component", name),
                "name": names[name],
                "old_status": before.get(name, Status.OPERATIONAL).word,
                "new_status": status.word,
            }
            for name, status in after.items()
            if name in names
        ]
        before, after = {**before, **after}, {}


def maintenance_updates(occurrence: Occurrence, owner: str, name: str, page: str) -> list[dict[str, Any]]:
    """Give the updates of a maintenance, newest first, with the announcement where no update is one.

    Each has the phase that was said until then, or else the one that was planned. `owner` is the maintenance's id,
    `name` what that is made of.
    """
    updates = occurrence.told
    rows = []
    said = Phase.SCHEDULED
    for update in updates:
        said = _SAID.get(update.phase, said)
        phase = _planned(occurrence, update.at) if said is Phase.SCHEDULED else said
        row = update_row(update, f"{name}/{update.key}", owner, phase, page)
        if update.phase is Phase.CANCELLED:
            row["body"] = f"<p><strong>Cancelled</strong></p>{row['body']}"
        rows.append(row | {"affected_components": None})
    return rows[::-1]


def _planned(occurrence: Occurrence, at: int) -> Phase:
    if at < occurrence.planned.start:
        return Phase.SCHEDULED
    return Phase.IN_PROGRESS if at < occurrence.planned.end else Phase.COMPLETED


def update_row(update: Update, name: str, owner: str, phase: Phase, page: str) -> dict[str, Any]:
    """Give an update; `affected_components` is to be added."""
    at = timestamp(update.at)
    return {
        "id": make_id("update", name),
        "status": phase_word(phase),
        "body": body(update.text, page),
        "incident_id": owner,
        "created_at": at,
        "updated_at": timestamp(changed_at(update)),
        "display_at": at,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def changed_at(update: Update) -> int:
    """Give when an update last changed."""
    return update.changed


def phase_word(phase: Phase) -> str:
    """Write a phase as Statuspage does, as in in_progress."""
    return phase.value.replace(" ", "_")
