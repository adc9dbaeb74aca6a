"""Where a check stands in the logs: for a question that is asked by hand."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from statusgen.model.history import Site
from statusgen.read.checks.files import find_logs

Wanted = tuple[str, str, int]
"""A monitor, a probe and an instant (Unix seconds)."""


def locate_checks(root: Path, site: Site, wanted: AbstractSet[Wanted]) -> dict[Wanted, tuple[str, int]]:
    """Give the first file, as it is told to people, and the line (of Parquet: the row) of each check in the logs.

    The logs are read again, up to the last that is needed. A check that is in none of them is left out.
    """
    missing = set(wanted)
    logs, _ = find_logs(root, site.logs)
    if not missing or not logs:
        return {}
    from statusgen.read.checks.reading import open_reader  # noqa: PLC0415 - DuckDB is slow to import

    found: dict[Wanted, tuple[str, int]] = {}
    with open_reader(logs, {}, max(instant for *_, instant in missing) + 1, lambda _: None) as reader:
        for log in logs:
            for check, line in reader.locate(log, missing).items():
                found[check] = log.told, line
            missing -= found.keys()
            if not missing:
                break
    return found
