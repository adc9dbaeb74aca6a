"""Sorted checks on the disk, for as long as a scan lasts: they may be needed again, and would fill the memory."""

from collections.abc import Iterable
from itertools import count, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from statusgen.read.checks.packed import Numbers, count_pairs

_WIDTH = 8


class Part(NamedTuple):
    """Where packed checks of distinct seconds lie in order, and which of them are of which pair."""

    path: Path
    places: dict[int, tuple[int, int]]


class Store:
    """A folder of parts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counter = count()

    def keep(self, checks: Numbers) -> Part:
        """Write sorted checks."""
        pairs, starts = (column.tolist() for column in count_pairs(checks))
        path = self._folder / f"{next(self._counter)}.checks"
        checks.tofile(path)
        return Part(path, dict(zip(pairs, pairwise([*starts, len(checks)]), strict=True)))

    @staticmethod
    def load(part: Part, pair: int | None = None) -> Numbers:
        """Give the checks of a part, or those of one pair in it."""
        start, end = (0, -1) if pair is None else part.places.get(pair, (0, 0))
        return np.fromfile(part.path, np.int64, -1 if end < 0 else end - start, offset=start * _WIDTH)

    @staticmethod
    def drop(parts: Iterable[Part]) -> None:
        """Forget parts."""
        for part in parts:
            part.path.unlink(missing_ok=True)
