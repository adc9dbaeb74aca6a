"""Why a stretch of time is what it is, in words and as data: the same for pages, JSON, CSV and the terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from statusgen.errors import count
from statusgen.model.calendar import iso_utc
from statusgen.model.explanation import Check, Evidence, Explanation, Stretch
from statusgen.model.history import Sla
from statusgen.model.record import Cause, Ground, Moment, Rule
from statusgen.model.status import Account, Status
from statusgen.render import urls
from statusgen.render.words import show_length, show_notice

TO_COME = "to come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that bears on a stretch: in words, with the address of what it speaks of, and as data."""

    kind: str
    text: str
    address: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    """The first and last deciding check, which logs can be searched for."""


def account_word(stretch: Stretch) -> str:
    """Say whether a stretch counts: counted, excluded, outside, or to come."""
    if stretch.to_come and stretch.second.account is Account.COUNTED:
        return TO_COME
    return stretch.second.account.value


def state_word(stretch: Stretch) -> str | None:
    """Give the word of a stretch's state; None where nothing can be known yet."""
    return None if stretch.to_come else stretch.second.status.word


def reasons_of(stretch: Stretch, explanation: Explanation) -> tuple[Reason, ...]:
    """Give everything that bears on a stretch, what decides first."""
    sla, moment = explanation.figure.sla, stretch.moment
    if moment is None:
        text = "still to come" if stretch.second.account is Account.COUNTED else "will not count"
        return (Reason(kind=TO_COME, text=text),)
    found = [*_rule_reasons(moment, sla), *_state_reasons(stretch, moment, sla)]
    return tuple(found) or (Reason(kind="nothing", text="nothing was declared"),)


def _rule_reasons(moment: Moment, sla: Sla) -> Iterator[Reason]:
    rule, cause = moment.ruled
    if cause is None:
        return
    if cause.ground is Ground.EXCLUSION:
        yield _of_incident(cause, f'left out of the figure: "{cause.reason}"')
    elif cause.ground is Ground.MAINTENANCE:
        done = "counts as up" if sla.maintenance.policy == "up" else "is left out"
        if rule is Rule.SPENT:
            done = f"beyond the {show_length(sla.maintenance.max_excluded or 0)} that may be left out in a month"
        yield _of_maintenance(cause, sla, done)
    else:
        yield Reason(kind=cause.ground.name.lower(), text=cause.ground.value)


def _state_reasons(stretch: Stretch, moment: Moment, sla: Sla) -> Iterator[Reason]:
    """Say what was declared and what was measured, as far as the SLA asks for it, the worse first."""
    declared = list(_declared_reasons(moment, sla))
    measured = list(_measured_reasons(stretch.evidence, moment)) if sla.source != "declared" else []
    if moment.override:
        measured = [_of_incident(moment.override, f'takes the checks out: "{moment.override.reason}"')]
    if sla.source == "measured":
        declared = []
    if sla.source == "declared-first" and declared and not moment.override:
        measured = []
    first, second = (measured, declared) if moment.measured > moment.declared.status else (declared, measured)
    yield from first
    yield from second


def _declared_reasons(moment: Moment, sla: Sla) -> Iterator[Reason]:
    status, cause = moment.declared
    if cause is None:
        return
    word = status.word.replace("_", " ")
    if cause.ground is Ground.INCIDENT:
        yield _of_incident(cause, f"declared {word}")
    else:
        why = "counts" if sla.maintenance.policy == "count" else "counts, announced too late"
        yield _of_maintenance(cause, sla, f"{why}: {word}")


def _of_incident(cause: Cause, what: str) -> Reason:
    said = f", update {cause.key}" if cause.key else ""
    address = urls.incident(cause.subject) + (f"#{urls.anchor(cause.key)}" if cause.key else "")
    return Reason(
        kind=cause.ground.name.lower(),
        text=f"{what}, incident {cause.subject}{said}",
        address=address,
        data={"incident": cause.subject, "update": cause.key or None, "reason": cause.reason or None},
    )


def _of_maintenance(cause: Cause, sla: Sla, what: str) -> Reason:
    given, required = show_notice(cause.notice), show_notice(sla.maintenance.notice)
    notice = (
        f"announced {given} before" if cause.notice >= 0 else f"announced {show_notice(-cause.notice)} after its start"
    )
    return Reason(
        kind=cause.ground.name.lower(),
        text=f"maintenance {cause.subject} {what} ({notice}, {required} required)",
        address=f"{urls.maintenance(cause.subject)}#{cause.key}",
        data={
            "maintenance": cause.subject,
            "occurrence": cause.key,
            "notice": cause.notice,
            "required": sla.maintenance.notice,
        },
    )


def _measured_reasons(evidence: Evidence | None, moment: Moment) -> Iterator[Reason]:
    if evidence is None:
        yield Reason(kind="unmeasured", text="no checks at all")
        return
    if evidence.checks and evidence.first and evidence.last:
        word = moment.measured.word.replace("_", " ")
        reach = "" if evidence.within else ", which last longer"
        yield Reason(
            kind="checks",
            text=f"measured {word}: {count(evidence.checks, 'check')} {_from_to(evidence.first, evidence.last)}{reach}",
            data={"checks": evidence.checks, "first": _check(evidence.first), "last": _check(evidence.last)},
            checks=tuple(dict.fromkeys((evidence.first, evidence.last))),
        )
    elif moment.measured is Status.UNKNOWN:
        yield _gap_reason(evidence)
    if evidence.unconfirmed:
        yield Reason(
            kind="unconfirmed",
            text=f"{count(evidence.unconfirmed, 'check')} that said otherwise not confirmed by more",
            data={"checks": evidence.unconfirmed},
        )


def _gap_reason(evidence: Evidence) -> Reason:
    if evidence.unsure:
        text, kind = f"{count(evidence.unsure, 'check')} could not tell", "unsure"
    elif evidence.last:
        text, kind = f"no check in time after that of {_told(evidence.last)}", "gap"
    else:
        text, kind = "no check yet", "gap"
    data = {"checks": evidence.unsure, "last": _check(evidence.last) if evidence.last else None}
    return Reason(kind=kind, text=text, data=data, checks=(evidence.last,) if evidence.last else ())


def _from_to(first: Check, last: Check) -> str:
    return f"at {_told(first)}" if first == last else f"from {_told(first)} to {_told(last)}"


def _told(check: Check) -> str:
    return iso_utc(check.at)


def _check(check: Check) -> dict[str, str]:
    return {"monitor": check.monitor, "probe": check.probe, "time": iso_utc(check.at)}
