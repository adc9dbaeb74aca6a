"""Which columns of a Parquet file are ours, and how they become the texts that a line would hold."""

import re

from statusgen.read.checks.lines import Dialect, quote

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
_TEXT = re.compile(r"VARCHAR|UUID|ENUM\(.*", re.DOTALL)


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


def write_columns(types: dict[str, str], dialect: Dialect) -> str:
    """Write the SQL that gives the texts time, monitor, probe and word of a file that `explain_columns` has passed."""
    named = {"time": dialect.time, "monitor": dialect.monitor, "probe": dialect.probe, "status": dialect.status}
    texts = {ours: _convert(ours, name, types[name]) if name in types else "''" for ours, name in named.items()}
    return ", ".join(f"{text} AS {'word' if ours == 'status' else ours}" for ours, text in texts.items())


def _convert(ours: str, name: str, kind: str) -> str | None:
    """Give the SQL for a column as text, or None where its type says nothing of what the column should hold.

    An instant is cut off downwards (uptime.md §1.1), also before 1970, where it is refused later.
    """
    column = '"' + name.replace('"', '""') + '"'
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
