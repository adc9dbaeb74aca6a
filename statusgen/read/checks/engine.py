"""The scan in DuckDB: plain lines are read in SQL, and what SQL is not sure of is left to `lines`.

SQL takes a line only where it is certain of what `lines` would make of it, so there is one definition of a good line,
and SQL is no more than the fast way through the many that are plain.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from statusgen.read.checks.lines import LAST_INSTANT, Check, Columns, Dialect
from statusgen.read.checks.runs import RUNS_SQL

PLAIN_LIMIT = 1 << 16
"""The most bytes of a line that SQL looks at."""


class Counts(NamedTuple):
    """How many checks were taken, and how many of those were at or after `now`."""

    good: int
    later: int


class Row(NamedTuple):
    """A run in numbers, with its monitor and probe by name; see Run."""

    monitor: str
    probe: str
    status: int
    start: int
    last: int
    checks: int
    longest: int


class Engine:
    """A database in memory that gathers checks before `now` (Unix seconds) and makes runs of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, now: int) -> None:
        self._db = connection
        self._now = now
        self._db.execute("CREATE TABLE names (id INTEGER, name VARCHAR)")
        self._db.execute("CREATE TABLE checks (monitor INTEGER, probe INTEGER, t BIGINT, status TINYINT)")
        self._db.execute("CREATE TABLE gaps (monitor INTEGER, max_gap BIGINT)")

    def judge_json(self, text: str, dialect: Dialect) -> list[tuple[int, str]]:
        """Judge lines of JSONL; give those that SQL left, each with its number in the text from 1."""
        names = dialect[:4]
        # The names become part of a pattern and of a path, and that the first `"name":` is the key needs plain ones.
        if len({*names}) < 4 or not all(re.fullmatch(r"[\w .@-]+", name) for name in names):
            return self._judge(text, _UNREAD_SQL, dialect)
        twice = "|".join(f'"{re.escape(name)}".*"{re.escape(name)}"' for name in names)
        paths = [f'$."{name}"' for name in names]
        return self._judge(text, _JSON_SQL, dialect, flat=_FLAT, twice=twice, paths=paths)

    def judge_csv(self, text: str, columns: Columns, dialect: Dialect) -> list[tuple[int, str]]:
        """Judge lines of a CSV after its heading; give those that SQL left, each with its number from 1."""
        # Places in SQL count from 1, and what lies beyond the last is nothing.
        probe = columns.width if columns.probe is None else columns.probe
        places = {"time": columns.time, "monitor": columns.monitor, "probe": probe, "word": columns.status}
        counted = {name: place + 1 for name, place in places.items()}
        return self._judge(text, _CSV_SQL, dialect, odd=_ODD, width=columns.width, **counted)

    def describe(self, path: Path) -> dict[str, str]:
        """Give the names and types of the columns of a Parquet file; duckdb.Error where it is none."""
        rows = self._db.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()
        return {row[0]: row[1] for row in rows}

    def count_rows(self, path: Path) -> int:
        """Give the number of rows of a Parquet file; duckdb.Error where it is none."""
        found = self._db.execute("SELECT COUNT(*) FROM read_parquet($path)", {"path": str(path)}).fetchone()
        return int(found[0]) if found else 0

    def judge_parquet(self, path: Path, columns: str, dialect: Dialect) -> list[tuple[int, str]]:
        """Judge the rows of a Parquet file; give those that SQL left, as JSON with our names, numbered from 1.

        `columns` is what `write_columns` gave. duckdb.Error where the file breaks.
        """
        self._stage(_PARQUET_SQL.replace("$columns", columns), dialect, path=str(path))
        return self._rest()

    def add(self, checks: Sequence[Check]) -> None:
        """Put checks that were read without SQL beside those that were judged last."""
        if checks:
            names = {name: place for place, name in enumerate(dict.fromkeys(n for c in checks for n in c[:2]), 1)}
            rows = [(names[c.monitor], names[c.probe], c.instant, int(c.status)) for c in checks]
            # One text of numbers a column: a list of Python values would be converted one by one, far more slowly.
            columns = [",".join(map(str, column)) for column in zip(*rows, strict=True)]
            self._db.execute(_ADD_SQL, [list(names), *columns])

    def take(self) -> Counts:
        """Take what was judged last into the checks, and count it."""
        now = {"now": self._now}
        found = self._db.execute("SELECT COUNT(t), COUNT(*) FILTER (t >= $now) FROM judged", now).fetchone()
        self._db.execute(_NAMES_SQL, now)
        self._db.execute(_TAKE_SQL, now)
        return Counts(*found) if found else Counts(0, 0)

    def count_lines(self) -> dict[str, int]:
        """Give the number of checks of each monitor."""
        rows = self._db.execute(
            "SELECT n.name, COUNT(*) FROM checks c JOIN names n ON c.monitor = n.id GROUP BY n.name"
        )
        return dict(sorted(rows.fetchall()))

    def count_duplicates(self) -> int:
        """Give how many checks there are beyond the first of one probe in one second."""
        single = "(SELECT DISTINCT monitor, probe, t FROM checks)"
        found = self._db.execute(f"SELECT (SELECT COUNT(*) FROM checks) - (SELECT COUNT(*) FROM {single})").fetchone()  # noqa: S608
        return int(found[0]) if found else 0

    def compute_runs(self, max_gaps: Iterable[tuple[str, int]]) -> list[Row]:
        """Give the runs of the monitors named, with the longest gap of each in seconds, by monitor, probe and start."""
        self._db.execute("DELETE FROM gaps")
        for monitor, max_gap in max_gaps:
            self._db.execute("INSERT INTO gaps SELECT id, $2 FROM names WHERE name = $1", [monitor, max_gap])
        names = dict(self._db.execute("SELECT id, name FROM names").fetchall())
        rows = (Row(names[m], names[p], *rest) for m, p, *rest in self._db.execute(RUNS_SQL).fetchall())
        return sorted(rows, key=lambda row: (row.monitor, row.probe, row.start))

    def _judge(self, text: str, fields: str, dialect: Dialect, **values: object) -> list[tuple[int, str]]:
        self._db.execute(_LINES_SQL, {"text": text})
        self._stage(fields, dialect, **values)
        return self._rest()

    def _stage(self, fields: str, dialect: Dialect, **values: object) -> None:
        words = {"words": list(dialect.words), "statuses": [int(status) for status in dialect.words.values()]}
        used = {name: value for name, value in {**values, "limit": PLAIN_LIMIT}.items() if f"${name}" in fields}
        self._db.execute(_JUDGED_SQL.replace("$fields", fields), {**words, **used, "iso": _ISO, "last": LAST_INSTANT})

    def _rest(self) -> list[tuple[int, str]]:
        return self._db.execute("SELECT n, line FROM judged WHERE t IS NULL ORDER BY n").fetchall()


@contextmanager
def open_engine(now: int, folder: Path, paths: Iterable[Path] = ()) -> Iterator[Engine]:
    """Open an engine that may read nothing but `paths`, has no net, and spills into `folder`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": "1GB",
        "temp_directory": str(folder / "duckdb"),
    }
    with duckdb.connect(":memory:", config=config) as connection:
        allowed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield Engine(connection, now)


_BLANK = r"[ \t\r]*"
_HEX = r"[0-9a-fA-F]"
# Escapes, but for control characters and halves of surrogate pairs, of which readers of JSON think differently.
_ESCAPE = rf"\\u(?:00[2-9a-fA-F]{_HEX}|0[1-9a-fA-F]{_HEX}{{2}}|[1-9a-cA-CeEfF]{_HEX}{{3}}|[dD][0-7]{_HEX}{{2}})"
_CHARACTER = r'[^"\\\x00-\x1f]|\\["\\/bfnrt]'
_KEY = rf'"(?:{_CHARACTER})*"'
_STRING = rf'"(?:{_CHARACTER}|{_ESCAPE})*"'
_VALUE = rf"(?:{_STRING}|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)"
_PAIR = rf"{_BLANK}{_KEY}{_BLANK}:{_BLANK}{_VALUE}{_BLANK}"
# An object in strict JSON without anything nested, whose keys hide no letter in an escape: all readers of JSON agree on
# it, but for a key that comes twice and the text of a number.
_FLAT = rf"{_BLANK}\{{{_PAIR}(?:,{_PAIR})*\}}{_BLANK}"
_ISO = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)

# A table keeps the order in which it was filled, so `rowid` numbers the lines.
_LINES_SQL = """
CREATE OR REPLACE TEMP TABLE lines AS SELECT UNNEST(STRING_SPLIT($text, CHR(10))) AS line
"""

_NOT_BLANK = r"REGEXP_MATCHES(line, '[^ \t\r]')"

_UNREAD_SQL = (
    f"SELECT rowid + 1 AS n, line, '' AS time, '' AS monitor, '' AS probe, '' AS word FROM lines WHERE {_NOT_BLANK}"  # noqa: S608
)

# A number whose text ends in .0 may have been rounded up to it, so SQL cannot cut it off downwards.
_JSON_SQL = f"""
SELECT n, line,
       CASE WHEN raw[1] LIKE '"%' THEN SUBSTR(raw[1], 2, LENGTH(raw[1]) - 2)
            WHEN REGEXP_FULL_MATCH(raw[1], '[0-9]+([.][0-9]+)?') AND raw[1] NOT LIKE '%.0' THEN raw[1] END AS time,
       CASE WHEN raw[2] LIKE '"%' AND NOT CONTAINS(raw[2], CHR(92)) THEN SUBSTR(raw[2], 2, LENGTH(raw[2]) - 2)
            WHEN REGEXP_FULL_MATCH(raw[2], '[1-9][0-9]{{0,17}}') THEN raw[2] END AS monitor,
       CASE WHEN raw[3] IS NULL OR raw[3] = 'null' THEN ''
            WHEN raw[3] LIKE '"%' AND NOT CONTAINS(raw[3], CHR(92)) THEN SUBSTR(raw[3], 2, LENGTH(raw[3]) - 2)
            WHEN REGEXP_FULL_MATCH(raw[3], '[1-9][0-9]{{0,17}}') THEN raw[3] END AS probe,
       CASE WHEN raw[4] LIKE '"%' AND NOT CONTAINS(raw[4], CHR(92)) THEN SUBSTR(raw[4], 2, LENGTH(raw[4]) - 2)
            WHEN REGEXP_FULL_MATCH(raw[4], '[1-9][0-9]{{0,17}}|true|false') THEN raw[4] END AS word
FROM (SELECT rowid + 1 AS n, line,
             CAST(JSON_EXTRACT(CASE WHEN STRLEN(line) <= $limit AND REGEXP_FULL_MATCH(line, $flat)
                                     AND NOT REGEXP_MATCHES(line, $twice) THEN line END, $paths) AS VARCHAR[]) AS raw
      FROM lines WHERE {_NOT_BLANK})
"""  # noqa: S608

# Without a quote a comma is always a separator. What git leaves in a file starts with < > | or =.
_CSV_SQL = f"""
SELECT n, line, parts[$time] AS time, parts[$monitor] AS monitor, COALESCE(parts[$probe], '') AS probe,
       parts[$word] AS word
FROM (SELECT n, line, CASE WHEN LEN(parts) = $width THEN parts END AS parts
      FROM (SELECT rowid + 1 AS n, line,
                   STRING_SPLIT(CASE WHEN STRLEN(line) <= $limit AND NOT REGEXP_MATCHES(line, $odd) THEN line END, ',')
                     AS parts
            FROM lines WHERE {_NOT_BLANK}))
"""  # noqa: S608
_ODD = r'["\x00\r]|^[<>|=]'

_PARQUET_SQL = """
SELECT n, CAST(TO_JSON({'time': time, 'monitor': monitor, 'probe': probe, 'status': word}) AS VARCHAR) AS line,
       time, monitor, COALESCE(probe, '') AS probe, word
FROM (SELECT file_row_number + 1 AS n, $columns FROM read_parquet($path, file_row_number = true))
"""

_JUDGED_SQL = """
CREATE OR REPLACE TEMP TABLE judged AS
WITH fields AS ($fields),
instants AS (
  SELECT n, line, monitor, probe, LIST_POSITION($words, word) AS place,
         CASE WHEN REGEXP_FULL_MATCH(time, $iso)
              THEN (TRY_CAST(SUBSTR(time, 1, 10) AS DATE) - DATE '1970-01-01') * 86400
                   + TRY_CAST(SUBSTR(time, 12, 2) AS BIGINT) * 3600 + TRY_CAST(SUBSTR(time, 15, 2) AS BIGINT) * 60
                   + TRY_CAST(SUBSTR(time, 18, 2) AS BIGINT)
                   - CASE WHEN RIGHT(time, 1) IN ('Z', 'z') THEN 0
                          ELSE (TRY_CAST(SUBSTR(RIGHT(time, 6), 2, 2) AS BIGINT) * 3600
                                + TRY_CAST(RIGHT(time, 2) AS BIGINT) * 60)
                               * CASE WHEN SUBSTR(RIGHT(time, 6), 1, 1) = '-' THEN -1 ELSE 1 END END
              WHEN REGEXP_FULL_MATCH(time, '[0-9]{1,12}([.][0-9]{1,100})?')
              THEN TRY_CAST(SPLIT_PART(time, '.', 1) AS BIGINT) END AS t
  FROM fields
), sure AS (
  SELECT n, line, monitor, probe, CAST($statuses AS TINYINT[])[place] AS status,
         CASE WHEN t BETWEEN 0 AND $last AND monitor <> '' AND probe IS NOT NULL AND place > 0 THEN t END AS t
  FROM instants
)
SELECT n, CASE WHEN t IS NULL THEN line END AS line, monitor, probe, t, status FROM sure
"""

_ADD_SQL = """
INSERT INTO judged
SELECT NULL, NULL, CAST($1 AS VARCHAR[])[monitor], CAST($1 AS VARCHAR[])[probe], t, status
FROM (SELECT UNNEST(STRING_SPLIT($2, ',')::BIGINT[]) AS monitor, UNNEST(STRING_SPLIT($3, ',')::BIGINT[]) AS probe,
             UNNEST(STRING_SPLIT($4, ',')::BIGINT[]) AS t, UNNEST(STRING_SPLIT($5, ',')::TINYINT[]) AS status)
"""

_NAMES_SQL = """
INSERT INTO names
SELECT (SELECT COUNT(*) FROM names) + ROW_NUMBER() OVER (ORDER BY name), name
FROM (SELECT monitor AS name FROM judged WHERE t < $now UNION SELECT probe FROM judged WHERE t < $now)
WHERE name NOT IN (SELECT name FROM names)
"""

_TAKE_SQL = """
INSERT INTO checks
SELECT m.id, p.id, j.t, j.status
FROM judged j JOIN names m ON j.monitor = m.name JOIN names p ON j.probe = p.name
WHERE j.t < $now
"""
