"""Checks as single numbers, in arrays: one sort puts those of all monitors in order, and a few passes make the runs.

A packed check is `pair << 41 | instant << 3 | status + 1`, `pair` being the number of its monitor and probe.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from statusgen.model.calendar import DAY
from statusgen.model.latency import LIMIT, STEPS
from statusgen.read.checks.merge import Setting

STATUS_BITS = 3
CLOCK_BITS = 38
PAIR_BITS = STATUS_BITS + CLOCK_BITS
PAIRS_LIMIT = 1 << 22
"""So many pairs of monitor and probe can be told apart."""

_STATUS = (1 << STATUS_BITS) - 1
_CLOCK = (1 << CLOCK_BITS) - 1
_BUCKET_BITS, _DAY_BITS = 12, 22
_EXACT = (2 * STEPS - 1).bit_length()

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]

_NONE = np.zeros(0, np.int64)


class Packed(NamedTuple):
    """Checks in any order, and for each the bucket of its latency, or -1; None where nobody states one."""

    checks: Numbers = _NONE
    buckets: Numbers | None = None


class Row(NamedTuple):
    """A run in numbers, with its pair of monitor and probe; see Run."""

    pair: int
    status: int
    start: int
    last: int
    checks: int
    longest: int


class Counts(NamedTuple):
    """How many latencies there are by pair, day and bucket: `keys` in order, each once, and their `numbers`."""

    keys: Numbers = _NONE
    numbers: Numbers = _NONE


def join_packed(parts: Sequence[Packed]) -> Packed:
    """Put checks together."""
    if len(parts) == 1:
        return parts[0]
    checks = np.concatenate([_NONE, *(part.checks for part in parts)])
    if all(part.buckets is None for part in parts):
        return Packed(checks)
    buckets = [np.full(len(p.checks), -1) if p.buckets is None else p.buckets for p in parts]
    return Packed(checks, np.concatenate(buckets))


def find_buckets(milliseconds: NDArray[np.float64]) -> Numbers | None:
    """Give the bucket of each latency, as `bucket_of` does, -1 where a number is none; None where none is one."""
    with np.errstate(over="ignore"):
        micros = milliseconds * 1000.0
    good = (micros >= 0) & (micros < LIMIT)
    if not good.any():
        return None
    whole = np.where(good, micros, 0).astype(np.int64)
    # The exponent of a float is the length of a number in bits, exactly.
    shifts = np.maximum(np.frexp(whole)[1] - _EXACT, 0)
    return np.where(good, (whole >> shifts) + shifts * STEPS, -1)


def count_pairs(checks: Numbers) -> tuple[Numbers, Numbers]:
    """Give the pairs that sorted checks have, and the place of the first check of each."""
    pairs = checks >> PAIR_BITS
    starts = np.flatnonzero(_differ(pairs))
    return pairs[starts], starts


def split_later(checks: Numbers, now: int) -> tuple[Numbers, int, int | None]:
    """Give the checks before `now`, the number of the others, and the instant of the first of these."""
    instants = _instants(checks)
    later = instants >= now
    number = int(np.count_nonzero(later))
    return (checks[~later], number, int(instants[later].min())) if number else (checks, 0, None)


def drop_doubles(checks: Numbers) -> Numbers:
    """Give sorted checks without those of one second beyond the worst known one (uptime.md §2.1)."""
    keys = checks >> STATUS_BITS
    last = _differ(keys[::-1])[::-1]
    return checks if last.all() else checks[last]


def make_rows(checks: Numbers, settings: Sequence[Setting]) -> list[Row]:
    """Make runs of sorted checks of distinct seconds, as RUNS_SQL does; `settings` are those of the pairs by number."""
    if not len(checks):
        return []
    keys = checks >> STATUS_BITS
    pairs = keys >> CLOCK_BITS
    gaps = np.diff(keys, prepend=keys[:1])
    first = _begin(checks, pairs, gaps, settings)
    starts = np.flatnonzero(first)
    ends = np.append(starts, len(checks))[1:] - 1
    gaps[starts] = 0
    columns = (
        pairs[starts],
        (checks[starts] & _STATUS) - 1,
        _instants(checks[starts]),
        _instants(checks[ends]),
        ends - starts + 1,
        np.maximum.reduceat(gaps, starts),
    )
    return list(map(Row._make, zip(*(column.tolist() for column in columns), strict=True)))


def _begin(checks: Numbers, pairs: Numbers, gaps: Numbers, settings: Sequence[Setting]) -> Truths:
    """Tell of each check whether it begins a run."""
    other = _differ(pairs)
    first = other | _differ(checks & _STATUS) | _differ(_instants(checks) // DAY)
    max_gap, exact = np.array(settings, np.int64).reshape(-1, 2).T
    first |= gaps > max_gap[pairs]
    if exact.any():
        uneven = exact[pairs].astype(np.bool_) & _differ(gaps)
        # The second check of a pair has no gap before it that its own could differ from.
        uneven[1:] &= ~other[:-1]
        first |= uneven
    return first


def count_latencies(packed: Packed, since: int, now: int) -> tuple[Counts, bool]:
    """Count the latencies from `since` up to `now`, and tell whether there are any before."""
    if packed.buckets is None:
        return Counts(), False
    instants = _instants(packed.checks)
    known = (packed.buckets >= 0) & (instants < now)
    recent = known & (instants >= since)
    days = instants[recent] // DAY
    keys = (packed.checks[recent] >> PAIR_BITS << _DAY_BITS | days) << _BUCKET_BITS | packed.buckets[recent]
    keys.sort()
    starts = np.flatnonzero(_differ(keys))
    counts = Counts(keys[starts], np.diff(np.append(starts, len(keys))))
    return counts, len(keys) < int(np.count_nonzero(known))


def add_latencies(several: Iterable[Counts]) -> Counts:
    """Add counts up."""
    keys, numbers = (np.concatenate([_NONE, *columns]) for columns in zip(Counts(), *several, strict=True))
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(_differ(keys))
    return Counts(keys[starts], np.add.reduceat(numbers[order], starts)) if len(keys) else Counts()


def split_latencies(counts: Counts, monitors: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
    """Give the latencies of each monitor and day, as `pack_counts` writes them; `monitors` are those of the pairs."""
    numbers = np.array(monitors, np.int64)[counts.keys >> _DAY_BITS + _BUCKET_BITS]
    rest = counts.keys & (1 << _DAY_BITS + _BUCKET_BITS) - 1
    keys, sums = add_latencies([Counts(numbers << _DAY_BITS + _BUCKET_BITS | rest, counts.numbers)])
    entries = np.zeros(len(keys), np.dtype([("bucket", "<u2"), ("number", "<u4")]))
    entries["bucket"], entries["number"] = keys & (1 << _BUCKET_BITS) - 1, sums
    days = keys >> _BUCKET_BITS
    starts = np.flatnonzero(_differ(days))
    for start, end in zip(starts.tolist(), np.append(starts, len(keys))[1:].tolist(), strict=True):
        monitor, day = divmod(int(days[start]), 1 << _DAY_BITS)
        yield monitor, day * DAY, entries[start:end].tobytes()


def _instants(checks: Numbers) -> Numbers:
    return checks >> STATUS_BITS & _CLOCK


def _differ(values: Numbers) -> Truths:
    """Tell of each value whether it is another than the one before it; of the first it is true."""
    differ = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=differ[1:])
    return differ
