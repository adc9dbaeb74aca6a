"""Lengths of time in words."""

import re
from collections.abc import Iterator

from statusgen.render.language import gettext, later

_UNITS = (
    (later("%(number)s d"), 86400),
    (later("%(number)s h"), 3600),
    (later("%(number)s min"), 60),
    (later("%(number)s s"), 1),
)


def show_duration(seconds: int) -> str:
    """Write a length of time with its two largest units, as in 3 h 5 min or 2 d 4 h; less than a minute in seconds."""
    sizes = [size for _, size in _UNITS if size <= max(seconds, 1)][:2]
    return show_length(seconds // sizes[-1] * sizes[-1])


def show_length(seconds: int) -> str:
    """Write a length of time to the second, as in 1 d 2 h 30 min; a part that is zero is left out."""
    return " ".join(_parts(seconds)) or gettext("%(number)s s") % {"number": 0}


def keep_together(text: str) -> str:
    """Keep each number of a length of time on one line with its unit."""
    return re.sub(r"(?<=\d) (?=\D)", "\u00a0", text)


def show_notice(seconds: int) -> str:
    """Write a notice as contracts do: in hours, where it is whole hours, and else to the second."""
    if seconds % 3600:
        return show_length(seconds)
    return gettext("%(number)s h") % {"number": seconds // 3600}


def _parts(seconds: int) -> Iterator[str]:
    for text, size in _UNITS:
        number, seconds = divmod(seconds, size)
        if number:
            yield gettext(text) % {"number": number}
