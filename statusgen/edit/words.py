"""What responders write, as the file formats want it (design.md §5): times, headings, values and names of files."""

import json
import re
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from statusgen.model.calendar import iso_utc
from statusgen.model.history import Phase
from statusgen.model.status import Status

LONGEST_SLUG = 60


def write_time(instant: int, *, exact: bool = False) -> str:
    """Write an instant in full, as in 2026-11-02 09:20 UTC; with its seconds where they are not 0, or `exact`."""
    text = iso_utc(instant).replace("T", " ").removesuffix("Z")
    return f"{text if exact or instant % 60 else text.removesuffix(':00')} UTC"


def write_heading(phase: Phase, at: int, changes: Mapping[str, Status], *, exact: bool = False) -> str:
    """Write the heading of an update, as in `## Resolved — 2026-11-02 10:02 UTC {api=operational}`."""
    states = " ".join(f"{component}={status.word}" for component, status in changes.items())
    return f"## {phase.label} — {write_time(at, exact=exact)}" + (f" {{{states}}}" if states else "")


_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.;/()+&'’“”–—-]|:(?! ))*")
_MEANT = {"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"}


def write_value(text: str) -> str:
    """Write a text as a value of YAML, in quotes where it could be read as anything else."""
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _MEANT and not text.endswith(":"):
        return text
    return json.dumps(text, ensure_ascii=False)


def write_front(pairs: Iterable[tuple[str, str | Mapping[str, str] | list[str] | None]]) -> str:
    """Write front matter; a value that is None or empty is left out."""
    lines = ["---"]
    for key, value in pairs:
        if isinstance(value, str):
            lines.append(f"{key}: {value}")
        elif isinstance(value, list) and value:
            lines.append(f"{key}: [{', '.join(value)}]")
        elif isinstance(value, Mapping) and value:
            lines += [f"{key}:", *(f"  {name}: {text}" for name, text in value.items())]
    return "\n".join([*lines, "---", ""])


def name_file(day: str, title: str, taken: Iterable[str]) -> str:
    """Give the id of a new file: the day and the title in small letters; with a number where that is taken."""
    letters = normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_SLUG].strip("-")
    base = f"{day}-{words}" if words else day
    others = set(taken)
    number = 1
    name = base
    while name in others:
        number += 1
        name = f"{base}-{number}"
    return name
