"""Advice: what is no problem and yet worth a word, since readers may not see it as meant."""

from collections.abc import Iterator

from statusgen.advise.incidents import advise_incidents
from statusgen.advise.links import advise_links
from statusgen.advise.maintenance import advise_maintenance
from statusgen.advise.settings import advise_settings
from statusgen.model.history import History
from statusgen.model.problem import Problem


def advise(history: History, now: int) -> Iterator[Problem]:
    """Give advice on a history as it is known at `now`; it stops nothing. What a text itself shows was told already."""
    yield from advise_settings(history)
    yield from advise_incidents(history, now)
    yield from advise_maintenance(history, now)
    yield from advise_links(history)
