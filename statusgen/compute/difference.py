"""What readers get that is new when one site follows another: a comparison of two frozen values."""

from collections.abc import Iterable, Iterator

from statusgen.model.difference import (
    Comer,
    Difference,
    FigureMove,
    FigureSeen,
    ItemSeen,
    Notice,
    PageSeen,
    Seen,
    StateMove,
)

_NOTHING = Seen(state="")


def compare_sites(before: Seen | None, after: Seen) -> Difference:
    """Tell what readers of `after` get who knew `before`; with None there was no site."""
    old = before or _NOTHING
    kept = [(old.pages[address], page) for address, page in after.pages.items() if address in old.pages]
    open_before = {incident.id for incident in old.incidents}
    open_after = {incident.id for incident in after.incidents}
    return Difference(
        added=_without(after.pages.values(), old.pages),
        changed=tuple(page for was, page in kept if was.says != page.says),
        gone=_without(old.pages.values(), after.pages),
        framed=sum(was.frame != page.frame for was, page in kept),
        feeds_gone=tuple(sorted(old.feeds - after.feeds)),
        languages=(old.languages if before else after.languages, after.languages),
        notices=tuple(_notices(old, after)),
        edits=tuple(_edits(old, after)),
        items_gone=tuple(_notice(item, item.feeds) for id_, item in old.items.items() if id_ not in after.items),
        shown=(before.state if before else None, after.state),
        states=tuple(_states(old, after)),
        opened=tuple(incident for incident in after.incidents if incident.id not in open_before),
        closed=tuple(incident for incident in old.incidents if incident.id not in open_after),
        still=tuple(incident for incident in after.incidents if incident.id in open_before),
        figures=tuple(_figures(old.figures, after.figures)),
        comers=_comers(old, after),
    )


def _without(pages: Iterable[PageSeen], known: Iterable[str]) -> tuple[PageSeen, ...]:
    addresses = frozenset(known)
    return tuple(page for page in pages if page.address not in addresses)


def _notice(item: ItemSeen, feeds: Iterable[str]) -> Notice:
    return Notice(item=item, feeds=tuple(sorted(feeds)))


def _notices(before: Seen, after: Seen) -> Iterator[Notice]:
    """Give what comes into a feed, newest first: what a feed was meant to have before it is not new in it."""
    for id_, item in after.items.items():
        known = before.items.get(id_)
        feeds = item.feeds - known.meant if known else item.feeds
        if feeds:
            yield _notice(item, feeds)


def _edits(before: Seen, after: Seen) -> Iterator[Notice]:
    """Give what changes in the feeds that have it: readers see it when they look again, and are told of nothing."""
    for id_, item in after.items.items():
        known = before.items.get(id_)
        if known and known.says != item.says and (feeds := item.feeds & known.meant):
            yield _notice(item, feeds)


def _states(before: Seen, after: Seen) -> Iterator[StateMove]:
    were = {state.id: state for state in before.states}
    are = {state.id: state for state in after.states}
    for id_, one in (were | are).items():
        was, now = (found.word if (found := side.get(id_)) else None for side in (were, are))
        if was != now:
            yield StateMove(id=id_, name=one.name, before=was, after=now)


def _figures(before: Iterable[FigureSeen], after: Iterable[FigureSeen]) -> Iterator[FigureMove]:
    """Give the figures that move, those that stay in the order of the site, and then those that are gone."""
    were = {figure.key: figure for figure in before}
    for figure in after:
        was = were.pop(figure.key, None)
        if was is None or was.facts != figure.facts:
            yield FigureMove(before=was, after=figure)
    for figure in were.values():
        yield FigureMove(before=figure, after=None)


def _comers(before: Seen, after: Seen) -> tuple[Comer, ...]:
    """Give the updates dated ahead that are new; one that was known before is none, whenever it was to come."""
    known = {comer.id for comer in before.comers} | set(before.items)
    return tuple(sorted((c for c in after.comers if c.id not in known), key=lambda comer: (comer.at, comer.id)))
