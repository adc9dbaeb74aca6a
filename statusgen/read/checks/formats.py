"""Which format a log file has, and how it is packed."""

from collections.abc import Mapping
from typing import NamedTuple

KINDS: Mapping[str, str] = {"jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl", "csv": "csv", "parquet": "parquet"}
PACKINGS: Mapping[str, str] = {"gz": "gzip", "zst": "zstd"}


class Format(NamedTuple):
    """A kind of log (jsonl, csv or parquet) and its packing (gzip, zstd or None)."""

    kind: str
    packing: str | None


def find_format(name: str, stated: str | None = None) -> Format | None:
    """Give the format of a file by the ending of its name; None where the ending says nothing (design.md §4).

    `stated` is what status.yaml says of the files: a kind (`jsonl`), or a kind with a packing (`jsonl.gz`). A stated
    kind leaves the packing to the ending.
    """
    *front, last = name.lower().split(".")
    packing = PACKINGS.get(last)
    if stated:
        kind, _, packed = stated.lower().partition(".")
        packing = PACKINGS.get(packed, packing)
    else:
        kind = (front[-1] if packing and len(front) > 1 else "") if packing else last if front else ""
    return Format(KINDS[kind], packing) if kind in KINDS else None
