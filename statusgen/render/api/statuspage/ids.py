"""Ids and times as Statuspage writes them (formats.md §3.1)."""

from base64 import b32hexencode
from functools import lru_cache
from hashlib import blake2b

from statusgen.model.calendar import iso_utc
from statusgen.model.history import Site
from statusgen.model.report import Occurrence

LENGTH = 12
"""Characters of an id: sixty bits, which a history of a million things hardly ever gives twice."""


@lru_cache(maxsize=100_000)
def make_id(kind: str, name: str) -> str:
    """Give the id of a thing: the first 12 characters of lower-case base32hex of blake2b (64 bytes) of `KIND/NAME`.

    `kind` is page, component, group, incident, maintenance or update. It depends on nothing else, so it stays as long
    as the permanent id of the thing does (design.md §5).
    """
    return b32hexencode(blake2b(f"{kind}/{name}".encode()).digest()).decode()[:LENGTH].lower()


def page_id(site: Site) -> str:
    """Give the id of the page: that of `id:` in status.yaml, of the address where there is none."""
    return make_id("page", site.id or site.url)


def occurrence_name(occurrence: Occurrence) -> str:
    """Name a window of a maintenance: by its permanent id where it recurs; once, by the file, whose start may move."""
    maintenance = occurrence.maintenance
    return f"{maintenance.id}/{occurrence.key}" if maintenance.recurrence else maintenance.id


def timestamp(instant: int) -> str:
    """Write an instant in UTC with milliseconds, which clients expect, as in 2026-11-02T09:20:00.000Z."""
    return f"{iso_utc(instant)[:-1]}.000Z"
