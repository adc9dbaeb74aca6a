"""Explanations as data: JSON and CSV (design.md §7)."""

import csv
import io
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from statusgen.model.calendar import iso_utc
from statusgen.model.explanation import Check, Explanation, Part, Stretch
from statusgen.model.history import Sla
from statusgen.model.status import Account, Status
from statusgen.render.figures import figure_json, fraction_text
from statusgen.render.reasons import Reason, account_word, reasons_of, state_word

Place = Callable[[Check], str | None]
"""Gives where a log holds a check, as file:line; None where no log does any more, or none may be named."""


def nowhere(_: Check) -> None:
    """Name no log: what is published tells of none."""


def lost_seconds(stretch: Stretch, sla: Sla) -> Fraction | None:
    """Give the seconds that a stretch costs by the method `time`; None where it does not count, or by other methods."""
    if sla.method != "time" or stretch.to_come or stretch.second.account is not Account.COUNTED:
        return None
    status = stretch.second.status
    if status is Status.UNKNOWN:
        return None if sla.unknown == "exclude" else Fraction(stretch.window.seconds * (sla.unknown == "down"))
    return Fraction(stretch.window.seconds * sla.weights[status], 10000)


def explanation_json(explanation: Explanation, now: int, place: Place = nowhere) -> dict[str, Any]:
    """Give an explanation as JSON has it; times in UTC, shares and costs as exact fractions."""
    period = explanation.period
    return {
        "now": iso_utc(now),
        "component": explanation.component.id,
        "period": {
            "name": period.name,
            "zone": period.zone,
            "from": iso_utc(period.window.start),
            "to": iso_utc(period.window.end),
            "seconds": period.window.seconds,
        },
        "method": explanation.figure.sla.method,
        "figure": figure_json(explanation.figure),
        "stretches": [_stretch_json(stretch, explanation, place) for stretch in explanation.stretches],
        "parts": [_part_json(part) for part in explanation.parts],
    }


def _stretch_json(stretch: Stretch, explanation: Explanation, place: Place) -> dict[str, Any]:
    lost = lost_seconds(stretch, explanation.figure.sla)
    return {
        "from": iso_utc(stretch.window.start),
        "to": iso_utc(stretch.window.end),
        "seconds": stretch.window.seconds,
        "state": state_word(stretch),
        "account": account_word(stretch),
        "lost": None if lost is None else fraction_text(lost),
        "why": [_reason_json(reason, place) for reason in reasons_of(stretch, explanation)],
    }


def _reason_json(reason: Reason, place: Place) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": reason.kind, "text": reason.text, **reason.data}
    if places := list(log_places(reason, place)):
        data["log"] = places
    return data


def log_places(reason: Reason, place: Place) -> Mapping[str, None]:
    """Give where the logs hold the checks of a reason, each place once, in order."""
    return dict.fromkeys(found for check in reason.checks if (found := place(check)))


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "state": part.status.word if part.status is not None else None,
        "from": iso_utc(part.window.start) if part.window else None,
        "to": iso_utc(part.window.end) if part.window else None,
        "share": fraction_text(part.share),
        "lost": fraction_text(part.lost),
    }


def explanation_csv(explanation: Explanation, place: Place = nowhere) -> str:
    """Give the stretches of an explanation as CSV, a line each."""
    text = io.StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    rows.writerow(["from", "to", "seconds", "state", "account", "lost", "why"])
    for stretch in explanation.stretches:
        lost = lost_seconds(stretch, explanation.figure.sla)
        why = "; ".join(describe_reason(reason, place) for reason in reasons_of(stretch, explanation))
        rows.writerow(
            [
                iso_utc(stretch.window.start),
                iso_utc(stretch.window.end),
                stretch.window.seconds,
                state_word(stretch) or "",
                account_word(stretch),
                "" if lost is None else fraction_text(lost),
                harmless(why),
            ]
        )
    return text.getvalue()


def describe_reason(reason: Reason, place: Place = nowhere) -> str:
    """Write a reason with where the logs hold its checks."""
    places = ", ".join(log_places(reason, place))
    return f"{reason.text} [{places}]" if places else reason.text


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (safety.md §3.1)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
