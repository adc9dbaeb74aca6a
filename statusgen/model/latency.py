"""Latencies of checks by days of UTC: counts in fixed buckets, so that they add up exactly and in any order."""

import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import NamedTuple

from statusgen.model.calendar import DAY

DAYS = 90
"""Of how many days latencies are known: of the last of UTC, today among them."""

STEPS = 64
"""Into so many buckets of equal width the latencies from one power of two to the next are sorted."""

LIMIT = DAY * 1_000_000
"""Microseconds from which on a number is no latency any more: a day."""

_ENTRY = struct.Struct("<HI")


class MonitorLatency(NamedTuple):
    """The latencies of a monitor on the day (UTC) that begins at `start`; `counts` as `pack_counts` writes them."""

    monitor: str
    start: int
    counts: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyDay:
    """What the checks of a component took on a day of UTC (not of the site's zone), in milliseconds.

    `start` is the day's first instant, `checks` how many lines of logs state a latency. Of these, in order, `p50_ms`
    and `p95_ms` are the nearest to 50 and 95 in a hundred; each is the middle of its bucket, which is off by at most
    0.8 % or by half a microsecond.
    """

    start: int
    p50_ms: float
    p95_ms: float
    checks: int


def first_day(now: int) -> int:
    """Give the start of the first day whose latencies are known at `now` (Unix seconds)."""
    return ((now - 1) // DAY - DAYS + 1) * DAY


def micros_of(milliseconds: float) -> int | None:
    """Give a latency in whole microseconds, cut off; None where a number is none: negative, endless or a day long."""
    micros = milliseconds * 1000.0
    return int(micros) if 0 <= micros < LIMIT else None


def bucket_of(micros: int) -> int:
    """Give the bucket of a latency: below 128 of its own for each microsecond, then STEPS for each power of two.

    So a bucket is at most 1/64 of its latencies wide, and at least 1/128.
    """
    shift = max(0, micros.bit_length() - (2 * STEPS - 1).bit_length())
    return shift * STEPS + (micros >> shift)


def middle_of(bucket: int) -> float:
    """Give the middle of a bucket in milliseconds."""
    shift = max(0, bucket // STEPS - 1)
    low = bucket - shift * STEPS << shift
    return (2 * low + (1 << shift)) / 2000


def pack_counts(counts: Mapping[int, int]) -> bytes:
    """Write the number of latencies in each bucket: six bytes for one that has any, in order."""
    return struct.pack("<" + "HI" * len(counts), *chain.from_iterable(sorted(counts.items())))


def check_counts(counts: bytes) -> bytes:
    """Give back what `pack_counts` may have written; ValueError for anything else."""
    numbers = struct.unpack("<" + "HI" * (len(counts) // _ENTRY.size), counts) if len(counts) % _ENTRY.size == 0 else ()
    buckets = numbers[::2]
    in_order = sorted(set(buckets)) == list(buckets)
    if not buckets or not in_order or 0 in numbers[1::2] or buckets[-1] > bucket_of(LIMIT - 1):
        raise ValueError(counts)
    return counts


def add_counts(several: Iterable[bytes]) -> bytes:
    """Add up what `pack_counts` wrote."""
    first, *others = several
    if not others:
        return first
    total: dict[int, int] = {}
    for counts in (first, *others):
        for bucket, number in _ENTRY.iter_unpack(counts):
            total[bucket] = total.get(bucket, 0) + number
    return pack_counts(total)


def measure_day(start: int, counts: bytes) -> LatencyDay:
    """Give what is shown of the latencies of a day, of which there is at least one."""
    numbers = struct.unpack("<" + "HI" * (len(counts) // _ENTRY.size), counts)
    reached = list(accumulate(numbers[1::2]))
    p50, p95 = (_nearest(numbers[::2], reached, share) for share in (50, 95))
    return LatencyDay(start=start, p50_ms=p50, p95_ms=p95, checks=reached[-1])


def _nearest(buckets: Sequence[int], reached: Sequence[int], share: int) -> float:
    """Give the nearest-rank quantile: the first latency that so many in a hundred of all do not exceed."""
    return middle_of(buckets[bisect_left(reached, -(-reached[-1] * share // 100))])
