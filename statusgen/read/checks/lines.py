"""From a line of a log to a check, or to the reason why it is none: the one definition of a good line."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from statusgen.model.history import LogSource
from statusgen.model.latency import micros_of
from statusgen.model.status import CHECK_WORDS, Status
from statusgen.read.checks.streams import LINE_LIMIT

LAST_INSTANT = 253402300799
"""The last second of the year 9999."""

EXAMPLES = 20
"""How many bad lines of a file are told with their places; all are counted."""

BLANKS = " \t\r"
"""A line of these alone is blank and counts as nothing."""


NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
"""A number as JSON writes it."""


class Check(NamedTuple):
    """A dated result: what was watched, from where, the instant (Unix seconds), and what was seen (uptime.md §2).

    `latency` is in whole microseconds, None where the log states none.
    """

    monitor: str
    probe: str
    instant: int
    status: Status
    latency: int | None = None


class Dialect(NamedTuple):
    """The names that a log has for our fields, and its words for a status; None where nothing can be a latency."""

    time: str = "time"
    monitor: str = "monitor"
    probe: str = "probe"
    status: str = "status"
    words: Mapping[str, Status] = CHECK_WORDS
    latency: str | None = "latency_ms"


class Columns(NamedTuple):
    """Where a row of a CSV has our fields, from 0, and how many fields it has."""

    time: int
    monitor: int
    probe: int | None
    status: int
    width: int
    latency: int | None = None


class _Number(str):
    """A number of JSON as it was written."""

    __slots__ = ()


def find_dialect(source: LogSource) -> Dialect:
    """Give the names and words of an entry of status.yaml; its words are added to ours (design.md §4)."""
    time, monitor, probe, status = (source.fields.get(name, name) for name in ("time", "monitor", "probe", "status"))
    latency = source.fields.get("latency_ms", "latency_ms")
    own = (time, monitor, probe, status)
    return Dialect(*own, {**CHECK_WORDS, **source.statuses}, None if latency in own else latency)


def is_blank(line: str) -> bool:
    """Tell whether a line counts as nothing."""
    return not line.strip(BLANKS)


def parse_json(line: str, dialect: Dialect) -> Check | str:
    """Read a line of JSONL, or say why it is bad.

    A key of ours that is given twice makes the line bad: either value could be meant. NaN and Infinity pass as null,
    since Python's json writes them for a latency that does not exist. What is no latency takes nothing from the line.
    """
    if reason := _refuse(line):
        return reason
    try:
        pairs = _JSON.decode(line.strip(BLANKS))
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at column {error.colno}: {quote(line)}"
    except RecursionError:
        return f"not JSON: nested too deeply: {quote(line)}"
    if not isinstance(pairs, tuple):
        return f"not a JSON object: {quote(line)}"
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        for name in dialect[:4]:
            if keys.count(name) > 1:
                return f"{quote(name)} is given twice"
        if keys.count(dialect.latency) > 1:
            del fields[dialect.latency]
    time, monitor, probe, status = (fields.get(name) for name in dialect[:4])
    latency = fields.get(dialect.latency)
    return parse_fields(time, monitor, probe, status, dialect.words, latency if isinstance(latency, _Number) else "")


def parse_csv(line: str, columns: Columns, words: Mapping[str, Status] = CHECK_WORDS) -> Check | str:
    """Read a line of a CSV, or say why it is bad.

    A record is one line. A quoted field that is not closed on its line makes that line bad, so that a torn line can
    never swallow those after it.
    """
    if reason := _refuse(line):
        return reason
    row = split_csv(line)
    if isinstance(row, str):
        return row
    if len(row) != columns.width:
        return f"{len(row)} fields where the heading has {columns.width}: {quote(line)}"
    probe = "" if columns.probe is None else row[columns.probe]
    latency = "" if columns.latency is None else row[columns.latency]
    return parse_fields(row[columns.time], row[columns.monitor], probe, row[columns.status], words, latency)


def least_json(dialect: Dialect) -> int:
    """Give how many bytes a good line of JSONL has at least: braces, and our keys, each with a value of one byte."""
    keys = {dialect.time, dialect.monitor, dialect.status}
    return 2 + sum(len(key.encode()) + len('"":1,') for key in keys) - 1


def least_csv(columns: Columns) -> int:
    """Give how many bytes a good line of a CSV has at least: its commas, and our fields, each of one byte."""
    return columns.width - 1 + len({columns.time, columns.monitor, columns.status})


def split_csv(line: str) -> Sequence[str] | str:
    """Give the fields of a line of a CSV, or say why it has none."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        return f"not CSV: {error}: {quote(line)}"


def parse_heading(line: str, dialect: Dialect) -> Columns | str:
    """Read the first line of a CSV, or say what it lacks."""
    row = _refuse(line) or split_csv(line)
    if isinstance(row, str):
        return row
    for name in dialect[:4]:
        if row.count(name) > 1:
            return f"the heading has {quote(name)} twice; no line of the file can be used"
    missing = [name for name in (dialect.time, dialect.monitor, dialect.status) if name not in row]
    if missing:
        return f"the heading has no {' and no '.join(map(quote, missing))}; no line of the file can be used"
    places = [row.index(name) if name in row else None for name in dialect[:4]]
    time, monitor, probe, status = places
    assert time is not None
    assert monitor is not None
    assert status is not None
    latency = row.index(dialect.latency) if row.count(dialect.latency) == 1 else None
    return Columns(time, monitor, probe, status, len(row), latency)


def parse_fields(  # noqa: PLR0917
    time: object, monitor: object, probe: object, status: object, words: Mapping[str, Status], latency: str = ""
) -> Check | str:
    """Make a check of values as a log gives them, or say which of them is bad; a latency is never that."""
    probe = "" if probe is None else probe
    status = str(status).lower() if isinstance(status, bool) else status
    instant = parse_instant(time) if isinstance(time, str) and time else _explain("time", time)
    if isinstance(instant, str):
        return instant
    if not isinstance(monitor, str) or not monitor or not _is_text(monitor):
        return _explain("monitor", monitor)
    if not isinstance(probe, str) or not _is_text(probe):
        return _explain("probe", probe)
    if not isinstance(status, str) or not status:
        return _explain("status", status)
    if status not in words:
        return f"status: {quote(status)} is not one of {', '.join(words)}"
    return Check(str(monitor), str(probe), instant, words[status], _read_latency(latency))


def _read_latency(text: str) -> int | None:
    """Read milliseconds as whole microseconds; None where a text is no number, or no latency."""
    return micros_of(float(text)) if _NUMBER.fullmatch(text) else None


def parse_instant(text: str) -> int | str:
    """Read RFC 3339 or Unix seconds as whole Unix seconds, fractions cut off downwards; or say what is wrong.

    See uptime.md §1.1. A leap second is the first second after it, as Unix time has it.
    """
    if date_time := _RFC3339.fullmatch(text):
        instant = _read_date_time(*date_time.groups())
    elif number := _UNIX.fullmatch(text):
        instant = _floor(*number.groups())
    else:
        instant = "is neither RFC 3339 nor Unix seconds"
    if isinstance(instant, str):
        return f"time: {quote(text)} {instant}"
    if 0 <= instant <= LAST_INSTANT:
        return instant
    hint = "; are these milliseconds?" if 0 <= instant // 1000 <= LAST_INSTANT else ""
    return f"time: {quote(text)} is not within the years 1970 to 9999{hint}"


def quote(text: str) -> str:
    """Write a text of a log so that it can be printed: in quotes, what cannot be shown escaped, and not too long."""
    cut = text[:60]
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{shown}…"' if len(text) > len(cut) else f'"{shown}"'


def too_long(length: int) -> str | None:
    """Say that a line of so many bytes is too long, where it is."""
    return f"longer than {LINE_LIMIT:,} bytes" if length > LINE_LIMIT else None


_NUMBER = re.compile(NUMBER)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_UNIX = re.compile(r"(-?)(\d{1,30})(?:\.(\d{1,100}))?(?:[eE]([+-]?\d{1,2}))?", re.ASCII)
_CONFLICT = re.compile(r"(<<<<<<< |>>>>>>> |\|\|\|\|\|\|\| |=======\s*$)")
# `tuple` keeps the pairs of an object apart from the list that an array is, and keys that come twice.
_JSON = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=_Number, parse_float=_Number, parse_constant=lambda _: None, strict=True
)


def _read_date_time(day: str, hour: str, minute: str, second: str, zone: str | None) -> int | str:
    """Give the instant that the parts of an RFC 3339 time name, or say what is wrong with them."""
    if zone is None:
        return "has no zone (Z, or an offset such as +05:30)"
    try:
        days = date.fromisoformat(day).toordinal() - _EPOCH_DAY
    except ValueError as error:
        return f"does not exist ({error})"
    offset_hours, offset_minutes = (0, 0) if zone in "Zz" else (int(zone[1:3]), int(zone[4:6]))
    if offset_hours > 23 or offset_minutes > 59:
        return "has an offset that does not exist"
    offset = (offset_hours * 3600 + offset_minutes * 60) * (-1 if zone[0] == "-" else 1)
    instant = days * 86400 + int(hour) * 3600 + int(minute) * 60 + int(second) - offset
    leap = second == "60" and instant % 86400 == 0
    if int(hour) > 23 or int(minute) > 59 or (int(second) > 59 and not leap):
        return "does not exist"
    return instant


def _floor(sign: str, whole: str, fraction: str | None, exponent: str | None) -> int:
    """Give the largest whole number that is not above a decimal one, exactly."""
    digits = int(sign + whole + (fraction or ""))
    power = int(exponent or 0) - len(fraction or "")
    scale: int = 10 ** abs(power)
    return digits * scale if power >= 0 else digits // scale


def _refuse(line: str) -> str | None:
    """Say why a line is bad before it is looked at as JSON or CSV."""
    if len(line) * 4 > LINE_LIMIT and (reason := too_long(len(line.encode()))):
        return reason
    if "\0" in line:
        return "holds NUL bytes, as a crash leaves them"
    if _CONFLICT.match(line):
        return f"a conflict that git left: {quote(line)}"
    return None


def _is_text(text: str) -> bool:
    """Tell whether a text can be written: JSON may smuggle in half a surrogate pair."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _explain(name: str, value: object) -> str:
    if value is None or value == "":
        return f"{name}: missing"
    if isinstance(value, str):
        return f"{name}: {quote(value)} is not a text"
    shown = str(value).lower() if isinstance(value, bool) else "an object or a list"
    return f"{name}: {shown} is not a {'time' if name == 'time' else 'text'}"
