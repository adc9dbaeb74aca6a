"""Which columns of a Parquet file are ours, and how they become the texts that a line would hold."""

import re
from typing import NamedTuple

from statusgen.read.checks.lines import LAST_INSTANT, Dialect, quote

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
_TEXT = re.compile(r"VARCHAR|UUID|ENUM\(.*", re.DOTALL)


NO_LATENCY = "NULL"
"""SQL for latencies that there are none of."""


class TableColumns(NamedTuple):
    """SQL for the texts time, monitor, probe and word, and for the instant where SQL is sure of it, else NULL.

    `latency` is in milliseconds, NULL where there is none.
    """

    texts: str
    instant: str
    latency: str


def explain_columns(types: dict[str, str], dialect: Dialect) -> list[str]:
    """Say what makes a file with these columns (name to DuckDB type) useless as a whole; nothing where it is usable."""
    named = {"time": dialect.time, "monitor": dialect.monitor, "probe": dialect.probe, "status": dialect.status}
    missing = [name for ours, name in named.items() if name not in types and ours != "probe"]
    reasons = [f"there is no column {quote(name)}" for name in missing]
    for ours, name in named.items():
        if name in types and _convert(ours, name, types[name]) is None:
            zone = " and has no zone" if types[name].startswith("TIMESTAMP") and ours == "time" else ""
            reasons.append(f"the column {quote(name)} is {types[name][:40]}{zone}")
    return reasons


def write_columns(types: dict[str, str], dialect: Dialect) -> TableColumns:
    """Write the SQL for the columns of a file that `explain_columns` has passed."""
    named = {"time": dialect.time, "monitor": dialect.monitor, "probe": dialect.probe, "status": dialect.status}
    texts = {ours: _convert(ours, name, types[name]) if name in types else "''" for ours, name in named.items()}
    texts["probe"] = f"COALESCE({texts['probe']}, '')"
    written = ", ".join(f"{text} AS {'word' if ours == 'status' else ours}" for ours, text in texts.items())
    instant = _write_instant(_name(dialect.time), types[dialect.time])
    return TableColumns(written, instant, _write_latency(dialect.latency, types.get(dialect.latency or "", "")))


def _write_latency(name: str | None, kind: str) -> str:
    """Write the SQL for a latency: only a column of numbers has any."""
    number = kind in {"FLOAT", "DOUBLE"} or kind.startswith("DECIMAL") or _WHOLE.fullmatch(kind)
    return f"CAST({_name(name)} AS DOUBLE)" if name is not None and number else NO_LATENCY


def _write_instant(column: str, kind: str) -> str:
    """Write the SQL for an instant, cut off downwards (uptime.md §1.1), or NULL where a text has to be judged."""
    if _WHOLE.fullmatch(kind):
        return f"TRY_CAST({column} AS BIGINT)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        micros = f"EPOCH_US({column})"
        return f"CASE WHEN {micros} BETWEEN 0 AND {LAST_INSTANT}999999 THEN {micros} // 1000000 END"
    if kind in {"FLOAT", "DOUBLE"}:
        return f"CASE WHEN {column} >= 0 AND {column} < 1e12 THEN CAST(FLOOR({column}) AS BIGINT) END"
    if kind.startswith("DECIMAL"):
        return f"CASE WHEN {column} >= 0 THEN TRY_CAST(FLOOR({column}) AS BIGINT) END"
    if _TEXT.fullmatch(kind):
        return _TEXT_SQL.replace("time", f"CAST({column} AS VARCHAR)")
    return "NULL"


_ISO = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_TEXT_SQL = f"""
CASE WHEN REGEXP_FULL_MATCH(time, '{_ISO}')
     THEN (TRY_CAST(SUBSTR(time, 1, 10) AS DATE) - DATE '1970-01-01') * 86400
          + TRY_CAST(SUBSTR(time, 12, 2) AS BIGINT) * 3600 + TRY_CAST(SUBSTR(time, 15, 2) AS BIGINT) * 60
          + TRY_CAST(SUBSTR(time, 18, 2) AS BIGINT)
          - CASE WHEN RIGHT(time, 1) IN ('Z', 'z') THEN 0
                 ELSE (TRY_CAST(SUBSTR(RIGHT(time, 6), 2, 2) AS BIGINT) * 3600
                       + TRY_CAST(RIGHT(time, 2) AS BIGINT) * 60)
                      * CASE WHEN SUBSTR(RIGHT(time, 6), 1, 1) = '-' THEN -1 ELSE 1 END END
     WHEN REGEXP_FULL_MATCH(time, '[0-9]{{1,12}}([.][0-9]{{1,100}})?')
     THEN TRY_CAST(SPLIT_PART(time, '.', 1) AS BIGINT) END
"""


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _convert(ours: str, name: str, kind: str) -> str | None:
    """Give the SQL for a column as text, or None where its type says nothing of what the column should hold.

    An instant is cut off downwards (uptime.md §1.1), also before 1970, where it is refused later.
    """
    column = _name(name)
    text = f"CAST({column} AS VARCHAR)"
    if _TEXT.fullmatch(kind) or _WHOLE.fullmatch(kind):
        return text
    if ours == "time":
        if kind == "TIMESTAMP WITH TIME ZONE":
            micros = f"EPOCH_US({column})"
            return (
                f"COALESCE(CAST(({micros} - ({micros} % 1000000 + 1000000) % 1000000) // 1000000 AS VARCHAR), {text})"
            )
        if kind in {"FLOAT", "DOUBLE"}:
            return f"COALESCE(CAST(TRY_CAST(FLOOR({column}) AS BIGINT) AS VARCHAR), {text})"
        return text if kind.startswith("DECIMAL") else None
    return text if kind in {"FLOAT", "DOUBLE"} or (ours == "status" and kind == "BOOLEAN") else None
