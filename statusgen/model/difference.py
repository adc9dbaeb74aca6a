"""What readers get of a site, and what they get that is new when one site follows another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from statusgen.model.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """A page: its address, what kind it is (the name of its template) and its title.

    `text` is its body, packed, and `key` a digest of that. `says` is a digest of its own words, links and pictures,
    `frame` of those around them, which many pages share; both are empty where nobody had to read them.
    """

    address: str
    kind: str
    title: str
    key: bytes = b""
    text: bytes = field(default=b"", repr=False)
    says: str = ""
    frame: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSeen:
    """An item of the feeds, by its permanent id; `at` is its time in Unix seconds.

    `feeds` are those that have it, by their names; `meant` are also those that it is too old for. `says` is a digest
    of its words.
    """

    id: str
    title: str
    at: int
    feeds: frozenset[str]
    meant: frozenset[str]
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSeen:
    """The state of a component; `word` is that of the file."""

    id: str
    name: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSeen:
    """An incident that is open; `phase` is where it stands, `since` when it began (Unix seconds)."""

    id: str
    title: str
    since: int
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSeen:
    """A figure as it is shown. `kind` is component, group or overall; `period` a month as in 2026-11, or RECENT."""

    kind: str
    id: str
    name: str
    period: str
    figure: Figure
    shown: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Tell which figure it is."""
        return self.kind, self.id, self.period

    @property
    def facts(self) -> tuple[object, ...]:
        """Give all that can move."""
        figure = self.figure
        judged = (figure.met, figure.credit) if self.judged else ()
        return self.shown, figure.uptime, figure.downtime, *judged

    @property
    def judged(self) -> bool:
        """Tell whether the site shows a verdict and a credit with it: of months, for which the promise is made."""
        return self.period != RECENT


RECENT = "90 days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comer:
    """An update that is dated ahead: the site will have it by itself from `at` (Unix seconds) on."""

    id: str
    title: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that readers get of a site at one instant. Pages and items are by address and id."""

    state: str
    languages: tuple[str, ...] = ()
    pages: Mapping[str, PageSeen] = field(default_factory=dict)
    feeds: frozenset[str] = frozenset()
    items: Mapping[str, ItemSeen] = field(default_factory=dict)
    states: tuple[StateSeen, ...] = ()
    incidents: tuple[IncidentSeen, ...] = ()
    figures: tuple[FigureSeen, ...] = ()
    comers: tuple[Comer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An item with the feeds in which it does what it does: notify, change, or go."""

    item: ItemSeen
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMove:
    """A component whose state is another; None where it was not there, or is not any more."""

    id: str
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMove:
    """A figure that is another; None where there was none, or is none any more."""

    before: FigureSeen | None
    after: FigureSeen | None

    @property
    def seen(self) -> FigureSeen:
        """Give the one that says whose figure it is."""
        found = self.after or self.before
        assert found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What readers get that is new.

    `framed` is how many pages that stay have other words around their own (navigation, title, footer). `notices` notify
    readers of feeds, `edits` change an item without that. `opened` and `closed` are incidents, `still` those that stay
    open. `shown` is the overall state before (None: there was no site) and after.
    """

    added: tuple[PageSeen, ...] = ()
    changed: tuple[PageSeen, ...] = ()
    gone: tuple[PageSeen, ...] = ()
    framed: int = 0
    feeds_gone: tuple[str, ...] = ()
    languages: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    notices: tuple[Notice, ...] = ()
    edits: tuple[Notice, ...] = ()
    items_gone: tuple[Notice, ...] = ()
    shown: tuple[str | None, str] = (None, "")
    states: tuple[StateMove, ...] = ()
    opened: tuple[IncidentSeen, ...] = ()
    closed: tuple[IncidentSeen, ...] = ()
    still: tuple[IncidentSeen, ...] = ()
    figures: tuple[FigureMove, ...] = ()
    comers: tuple[Comer, ...] = ()

    @property
    def nothing(self) -> bool:
        """Tell whether nothing changes for readers, now or by itself later."""
        before, after = self.shown
        return before == after and self.languages[0] == self.languages[1] and not any(
            (self.added, self.changed, self.gone, self.framed, self.feeds_gone, self.notices, self.edits,
             self.items_gone, self.states, self.opened, self.closed, self.figures, self.comers)
        )  # fmt: skip
