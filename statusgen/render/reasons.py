"""Why a stretch of time is what it is, in words and as data: the same for pages, JSON, CSV and the terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from statusgen.model.calendar import iso_utc
from statusgen.model.explanation import Check, Evidence, Explanation, Stretch
from statusgen.model.history import Sla
from statusgen.model.record import Cause, Ground, Moment, Rule
from statusgen.model.status import Account, Status
from statusgen.render import urls
from statusgen.render.durations import show_length, show_notice
from statusgen.render.language import gettext, later, ngettext
from statusgen.render.lists import isolate
from statusgen.render.numbers import show_checks, show_integer
from statusgen.render.words import name_state

TO_COME = "to come"
_OUTSIDE = {
    Ground.SINCE: later("before it was in service"),
    Ground.RETIRED: later("retired"),
    Ground.HOURS: later("outside of the service hours"),
}


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
        return (reason_to_come(stretch),)
    found = [*_rule_reasons(moment, sla), *_state_reasons(stretch, moment, sla)]
    return tuple(found) or (Reason(kind="nothing", text=gettext("nothing was declared")),)


def reason_to_come(stretch: Stretch) -> Reason:
    """Say of a stretch that is still to come whether it will count."""
    text = gettext("still to come") if stretch.second.account is Account.COUNTED else gettext("will not count")
    return Reason(kind=TO_COME, text=text)


def _rule_reasons(moment: Moment, sla: Sla) -> Iterator[Reason]:
    rule, cause = moment.ruled
    if cause is None:
        return
    if cause.ground is Ground.EXCLUSION:
        yield _of_incident(cause, gettext('left out of the figure: "%(reason)s", incident %(incident)s'))
    elif cause.ground is not Ground.MAINTENANCE:
        yield Reason(kind=cause.ground.value, text=gettext(_OUTSIDE[cause.ground]))
    elif rule is Rule.SPENT:
        most = show_length(sla.maintenance.max_excluded or 0)
        text = gettext("maintenance %(maintenance)s beyond the %(most)s that may be left out in a month")
        yield _of_maintenance(cause, sla, text, most=most)
    elif sla.maintenance.policy == "up":
        yield _of_maintenance(cause, sla, gettext("maintenance %(maintenance)s counts as up"))
    else:
        yield _of_maintenance(cause, sla, gettext("maintenance %(maintenance)s is left out"))


def _state_reasons(stretch: Stretch, moment: Moment, sla: Sla) -> Iterator[Reason]:
    """Say what was declared and what was measured, as far as the SLA asks for it, the worse first."""
    declared = list(_declared_reasons(moment, sla))
    measured = list(_measured_reasons(stretch.evidence, moment)) if sla.source != "declared" else []
    if moment.override:
        text = gettext('takes the checks out: "%(reason)s", incident %(incident)s')
        measured = [_of_incident(moment.override, text)]
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
    state = name_state(status.word)
    if cause.ground is not Ground.INCIDENT:
        if sla.maintenance.policy == "count":
            text = gettext("maintenance %(maintenance)s counts: %(state)s")
        else:
            text = gettext("maintenance %(maintenance)s counts, announced too late: %(state)s")
        yield _of_maintenance(cause, sla, text, state=state)
    elif cause.key:
        text = gettext("declared %(state)s, incident %(incident)s, update %(update)s")
        yield _of_incident(cause, text, state=state)
    else:
        yield _of_incident(cause, gettext("declared %(state)s, incident %(incident)s"), state=state)


def _of_incident(cause: Cause, text: str, **words: str) -> Reason:
    address = urls.incident(cause.subject) + (f"#{urls.anchor(cause.key)}" if cause.key else "")
    return Reason(
        kind=cause.ground.value,
        text=text % {**_named(incident=cause.subject, update=cause.key, reason=cause.reason), **words},
        address=address,
        data={"incident": cause.subject, "update": cause.key or None, "reason": cause.reason or None},
    )


def _of_maintenance(cause: Cause, sla: Sla, text: str, **words: str) -> Reason:
    if cause.notice >= 0:
        notice = gettext("announced %(notice)s before, %(required)s required")
    else:
        notice = gettext("announced %(notice)s after its start, %(required)s required")
    notice %= {"notice": show_notice(abs(cause.notice)), "required": show_notice(sla.maintenance.notice)}
    what = text % {**_named(maintenance=cause.subject), **words}
    return Reason(
        kind=cause.ground.value,
        text=gettext("%(what)s (%(notice)s)") % {"what": what, "notice": notice},
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
        yield Reason(kind="unmeasured", text=gettext("no checks at all"))
        return
    if evidence.checks and evidence.first and evidence.last:
        yield Reason(
            kind="checks",
            text=_say_checks(evidence, evidence.first, evidence.last, name_state(moment.measured.word)),
            data={"checks": evidence.checks, "first": _check(evidence.first), "last": _check(evidence.last)},
            checks=tuple(dict.fromkeys((evidence.first, evidence.last))),
        )
    elif moment.measured is Status.UNKNOWN:
        yield _gap_reason(evidence)
    if evidence.unconfirmed:
        text = ngettext(
            "%(number)s check that said otherwise not confirmed by more",
            "%(number)s checks that said otherwise not confirmed by more",
            evidence.unconfirmed,
        )
        yield Reason(
            kind="unconfirmed",
            text=text % {"number": show_integer(evidence.unconfirmed)},
            data={"checks": evidence.unconfirmed},
        )


def _say_checks(evidence: Evidence, first: Check, last: Check, state: str) -> str:
    """Say what the deciding checks were; those of a run that reaches out of the stretch last longer than it."""
    if first == last:
        text = gettext("measured %(state)s: %(checks)s at %(first)s")
        longer = gettext("measured %(state)s: %(checks)s at %(first)s, which last longer")
    else:
        text = gettext("measured %(state)s: %(checks)s from %(first)s to %(last)s")
        longer = gettext("measured %(state)s: %(checks)s from %(first)s to %(last)s, which last longer")
    words = {"state": state, "checks": show_checks(evidence.checks), "first": _told(first), "last": _told(last)}
    return (text if evidence.within else longer) % words


def _gap_reason(evidence: Evidence) -> Reason:
    if evidence.unsure:
        text = ngettext("%(number)s check could not tell", "%(number)s checks could not tell", evidence.unsure)
        text %= {"number": show_integer(evidence.unsure)}
    elif evidence.last:
        text = gettext("no check in time after that of %(time)s") % {"time": _told(evidence.last)}
    else:
        text = gettext("no check yet")
    kind = "unsure" if evidence.unsure else "gap"
    data = {"checks": evidence.unsure, "last": _check(evidence.last) if evidence.last else None}
    return Reason(kind=kind, text=text, data=data, checks=(evidence.last,) if evidence.last else ())


def _named(**words: str) -> dict[str, str]:
    """Give what is the same in all languages for use in a sentence of any."""
    return {name: isolate(word) for name, word in words.items()}


def _told(check: Check) -> str:
    return isolate(iso_utc(check.at))


def _check(check: Check) -> dict[str, str]:
    return {"monitor": check.monitor, "probe": check.probe, "time": iso_utc(check.at)}
