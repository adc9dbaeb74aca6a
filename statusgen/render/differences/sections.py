"""The parts in which a difference is told: a summary each, and rows. The words are chosen here and nowhere else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from statusgen.errors import count
from statusgen.model.calendar import iso_utc
from statusgen.model.difference import Difference, FigureMove, FigureSeen, IncidentSeen, Notice, PageSeen
from statusgen.model.printable import printable
from statusgen.render.durations import show_duration
from statusgen.render.figures import format_percent, show_seconds_up

MOST_ROWS = 40
"""So many rows of one kind are told one by one; JSON has all."""
LONGEST = 100
"""Characters of a text of the content; longer ones are cut."""

ARROW = "→"
_EXPLANATION = "uptime_explained.html"


class Row(NamedTuple):
    """A line of a section. `mark` is + for what comes, ~ for what changes, - for what goes, ! for what is a warning."""

    mark: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a difference: what it is about, all of it in a few words, and its rows."""

    name: str
    summary: str
    rows: tuple[Row, ...] = ()

    @property
    def warns(self) -> bool:
        """Tell whether there is a warning in it."""
        return any(row.mark == "!" for row in self.rows)


def sections_of(difference: Difference) -> tuple[Section, ...]:
    """Give the parts in which anything changes, the most urgent first."""
    made = (make(difference) for make in (_state, _feeds, _later, _pages, _figures))
    return tuple(section for section in made if section)


def clean(text: str) -> str:
    """Give a text of the content in one line, cut where it is long, and with nothing that steers a terminal."""
    text = printable(" ".join(text.split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def move(before: str | None, after: str | None) -> str:
    """Write what something was and is."""
    return (after or "") if before == after else f"{before or 'nothing'} {ARROW} {after or 'nothing'}"


def _word(state: str | None) -> str | None:
    return None if state is None else state.replace("_", " ")


def _some(parts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{number:,} {word}" for number, word in parts if number)


def _capped(rows: Sequence[Row]) -> Iterator[Row]:
    yield from islice(rows, MOST_ROWS)
    if len(rows) > MOST_ROWS:
        yield Row(rows[-1].mark, (f"and {len(rows) - MOST_ROWS:,} more",))


def _state(difference: Difference) -> Section | None:
    before, after = map(_word, difference.shown)
    rows = [Row("~", (clean(s.name), move(_word(s.before), _word(s.after)))) for s in difference.states]
    rows += [Row("+", ("open", *_incident(incident))) for incident in difference.opened]
    rows += [Row("-", ("no longer open", *_incident(incident)[:1])) for incident in difference.closed]
    if before == after and not rows:
        return None
    rows += [Row(" ", ("still open", *_incident(incident))) for incident in difference.still]
    summary = f"{after}, as before" if before == after else move(before, after)
    return Section(name="state", summary=summary, rows=tuple(_capped(rows)))


def _incident(incident: IncidentSeen) -> tuple[str, str]:
    return clean(incident.title), f"{incident.phase}, since {iso_utc(incident.since)}"


def _feeds(difference: Difference) -> Section | None:
    rows = [
        *_capped([_item("+", notice, "notifies {}") for notice in difference.notices]),
        *_capped([_item("~", notice, "edited in {}, which tells nobody") for notice in difference.edits]),
        *_capped([_item("-", notice, "gone from {}") for notice in difference.items_gone]),
    ]
    summary = _some(
        (
            (len(difference.notices), "notify" if len(difference.notices) != 1 else "notifies"),
            (len(difference.edits), "edited"), (len(difference.items_gone), "gone"),
        )
    )  # fmt: skip
    if difference.notices and difference.items_gone:
        rows.append(Row("!", ("an update is known by its time: with another time it is sent again",)))
    return Section(name="feed items", summary=summary, rows=tuple(rows)) if rows else None


def _item(mark: str, notice: Notice, what: str) -> Row:
    return Row(mark, (clean(notice.item.title), what.format(count(len(notice.feeds), "feed"))))


def _later(difference: Difference) -> Section | None:
    rows = [Row("+", (iso_utc(comer.at), clean(comer.title))) for comer in difference.comers]
    if not rows:
        return None
    return Section(name="later", summary=f"{count(len(rows), 'update')} dated ahead", rows=tuple(_capped(rows)))


def _pages(difference: Difference) -> Section | None:
    rows = [
        *_listed("!", difference.gone, "gone: an address that was published must stay"),
        *_capped([Row("!", (f"{name}.rss", "gone, as .atom and .json")) for name in difference.feeds_gone]),
        *_listed("+", difference.added),
        *_listed("~", difference.changed),
    ]
    if difference.framed:
        around = f"the words around {count(difference.framed, 'page')}"
        rows.append(Row("~", (around, "title, navigation, footer or the like")))
    before, after = difference.languages
    if before != after:
        rows.append(Row("~", ("languages", move(", ".join(before), ", ".join(after)))))
    summary = _some(
        (
            (len(difference.gone), "gone"), (len(difference.feeds_gone), "feeds gone"), (len(difference.added), "new"),
            (len(difference.changed), "changed"),
        )
    )  # fmt: skip
    return (
        Section(name="pages", summary=summary or "changed around their own words", rows=tuple(rows)) if rows else None
    )


def _listed(mark: str, pages: Sequence[PageSeen], note: str = "") -> Iterator[Row]:
    """Give a row for each page, but explanations of figures together: they follow what is told elsewhere."""
    told = [page for page in pages if page.kind != _EXPLANATION]
    yield from _capped([Row(mark, (f"/{clean(page.address)}", note or clean(page.title))) for page in told])
    if more := len(pages) - len(told):
        yield Row(mark, (f"{'and ' if told else ''}{count(more, 'explanation page')}", note))


def _figures(difference: Difference) -> Section | None:
    moves = difference.figures
    if not moves:
        return None
    rows = sorted((_figure(one) for one in moves), key=lambda row: row.mark != "!")
    missed = sum(_turns_missed(one) for one in moves)
    summary = _some(((len(moves), "move" if len(moves) != 1 else "moves"), (missed, "newly missed")))
    return Section(name="figures", summary=summary, rows=tuple(_capped(rows)))


def _turns_missed(one: FigureMove) -> bool:
    before, after = (seen.figure.met if seen and seen.judged else None for seen in (one.before, one.after))
    return after is False and before is not False


def _figure(one: FigureMove) -> Row:
    def both(show: Callable[[FigureSeen], str]) -> str:
        return move(show(one.before or one.seen), show(one.after or one.seen))

    mark = "+" if not one.before else "-" if not one.after else "!" if _turns_missed(one) else "~"
    whose = f"{'group ' if one.seen.kind == 'group' else ''}{clean(one.seen.name)}"
    cells = (whose, one.seen.period, _uptime(one), both(_verdict), f"down {both(_downtime)}")
    credit = both(_credit)
    return Row(mark, (*cells, f"credit {credit}") if credit not in ("", "0%") else cells)


def _uptime(one: FigureMove) -> str:
    before, after = one.before or one.seen, one.after or one.seen
    if before.shown != after.shown:
        return move(before.shown, after.shown)
    exact = before.figure.uptime == after.figure.uptime
    return one.seen.shown if exact else f"{one.seen.shown} {ARROW} the same in print"


def _verdict(seen: FigureSeen) -> str:
    return {True: "met", False: "missed", None: ""}[seen.figure.met] if seen.judged else ""


def _downtime(seen: FigureSeen) -> str:
    figure = seen.figure
    whole = show_seconds_up(figure.downtime)
    return show_duration(whole) if figure.unit == "seconds" else f"{whole:,} {figure.unit}"


def _credit(seen: FigureSeen) -> str:
    credit = seen.figure.credit
    return format_percent(credit, 0) if credit is not None and seen.judged else ""
