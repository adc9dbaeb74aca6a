"""A difference as JSON: all of it, with exact figures."""

from collections.abc import Iterable
from typing import Any

from statusgen.model.calendar import iso_utc
from statusgen.model.difference import Difference, FigureMove, FigureSeen, IncidentSeen, Notice, PageSeen
from statusgen.render.figures import figure_json


def difference_json(difference: Difference) -> dict[str, Any]:
    """Give a difference as JSON has it; times in UTC, states by their words, figures as `uptime --format json`."""
    before, after = difference.shown
    return {
        "nothing_changes": difference.nothing,
        "state": {"before": before, "after": after},
        "components": [
            {"id": s.id, "name": s.name, "before": s.before, "after": s.after} for s in difference.states
        ],
        "incidents": {
            "opened": _incidents(difference.opened),
            "closed": _incidents(difference.closed),
            "still_open": _incidents(difference.still),
        },
        "feed_items": {
            "notify": _notices(difference.notices),
            "edited": _notices(difference.edits),
            "gone": _notices(difference.items_gone),
        },
        "later": [{"id": c.id, "title": c.title, "at": iso_utc(c.at)} for c in difference.comers],
        "pages": {
            "added": _pages(difference.added),
            "changed": _pages(difference.changed),
            "gone": _pages(difference.gone),
            "changed_around": difference.framed,
        },
        "feeds_gone": list(difference.feeds_gone),
        "languages": {"before": list(difference.languages[0]), "after": list(difference.languages[1])},
        "figures": [_figure(move) for move in difference.figures],
    }  # fmt: skip


def _pages(pages: Iterable[PageSeen]) -> list[dict[str, str]]:
    return [
        {"address": page.address, "kind": page.kind.removesuffix(".html"), "title": page.title} for page in pages
    ]  # fmt: skip


def _notices(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [
        {"id": n.item.id, "title": n.item.title, "at": iso_utc(n.item.at), "feeds": list(n.feeds)} for n in notices
    ]  # fmt: skip


def _incidents(incidents: Iterable[IncidentSeen]) -> list[dict[str, str]]:
    return [{"id": i.id, "title": i.title, "since": iso_utc(i.since), "phase": i.phase} for i in incidents]


def _figure(move: FigureMove) -> dict[str, Any]:
    def side(seen: FigureSeen | None) -> dict[str, Any] | None:
        return figure_json(seen.figure) if seen else None

    seen = move.seen
    return {
        "kind": seen.kind,
        "id": seen.id or None,
        "period": seen.period,
        "before": side(move.before),
        "after": side(move.after),
    }
