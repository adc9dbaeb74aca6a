"""From the runs of parts of a log, each computed alone, to those of the whole.

Runs of one probe that do not intersect need only be put in order and joined where they meet. Where runs of different
parts intersect, their checks lie between each other, and only all of them together can say what the runs are.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from statusgen.model.calendar import DAY

P = TypeVar("P")


class Piece(NamedTuple):
    """A run of one probe in numbers; see Run."""

    status: int
    start: int
    last: int
    checks: int
    longest: int


class Setting(NamedTuple):
    """How runs of a monitor are cut: the longest gap (seconds), and whether each must be even (1) or not (0)."""

    max_gap: int
    exact: int


def find_clashes(parts: Sequence[Mapping[P, Sequence[Piece]]]) -> list[tuple[list[int], list[P]]]:
    """Give the groups of parts (by their places) that have intersecting runs, with the probes that have them."""
    leader = list(range(len(parts)))

    def lead(part: int) -> int:
        while leader[part] != part:
            part = leader[part]
        return part

    clashes: dict[P, int] = {}
    for probe, placed in _by_probe(parts).items():
        reach, owner = -1, -1
        for part, piece in placed:
            if piece.start <= reach:
                leader[lead(part)] = lead(owner)
                clashes.setdefault(probe, part)
            if piece.last > reach:
                reach, owner = piece.last, part
    # A probe may clash in two groups that have nothing else in common.
    groups: dict[int, list[int]] = {}
    for part in range(len(parts)):
        groups.setdefault(lead(part), []).append(part)
    return [
        (members, probes)
        for members in groups.values()
        if len(members) > 1
        if (probes := [probe for probe in clashes if sum(probe in parts[member] for member in members) > 1])
    ]


def join_pieces(pieces: Iterable[Piece], setting: Setting | None) -> list[Piece]:
    """Put pieces that do not intersect in order, and join those that are one run; None: leave them as they are."""
    joined: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        together = _join(joined[-1], piece, setting) if joined and setting else None
        if together:
            joined[-1] = together
        else:
            joined.append(piece)
    return joined


def _join(one: Piece, two: Piece, setting: Setting) -> Piece | None:
    gap = two.start - one.last
    # A run ends with its day (UTC).
    if one.status != two.status or gap > setting.max_gap or one.last // DAY != two.start // DAY:
        return None
    longest = max(one.longest, two.longest, gap)
    together = Piece(one.status, one.start, two.last, one.checks + two.checks, longest)
    even = longest * (together.checks - 1) == together.last - together.start
    return together if even or not setting.exact else None


def _by_probe(parts: Sequence[Mapping[P, Sequence[Piece]]]) -> dict[P, list[tuple[int, Piece]]]:
    placed: dict[P, list[tuple[int, Piece]]] = {}
    for part, probes in enumerate(parts):
        for probe, pieces in probes.items():
            placed.setdefault(probe, []).extend((part, piece) for piece in pieces)
    for pairs in placed.values():
        pairs.sort(key=lambda pair: pair[1].start)
    return placed
