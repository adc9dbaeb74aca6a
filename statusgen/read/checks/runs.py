"""From single checks to runs: integers in, integers out, in SQL that any engine with window functions reads.

The input is a table `checks` (monitor, probe, t, status) of whole numbers, a row a line, in any order and with
duplicates, and a table `monitors` (monitor, max_gap, exact) of the monitors that matter. `t` is in Unix seconds,
`max_gap` in seconds, `status` the number of a Status. A run ends with the day (UTC), so that whole days can be kept
and their logs be deleted. Where `exact` is 1, a run is also cut where the gap before a check differs from the gap
before its predecessor, so that the checks of every run lie evenly apart (see Run.even).
"""

import re
from collections.abc import Iterable, Mapping

from statusgen.model.calendar import DAY
from statusgen.model.compacted import PLAIN, Reading
from statusgen.model.status import Status
from statusgen.read.checks.merge import Piece, Setting

UNNAMED = (PLAIN.max_gap, int(PLAIN.exact))
"""How runs of monitors are cut that no component names, in numbers."""

DIALECTS = ("clickhouse", "duckdb", "spark", "trino")
"""The engines for which RUNS_SQL can be printed."""

COLUMNS = ("monitor", "probe", "status", "first_t", "last_t", "checks", "longest")
"""What RUNS_SQL gives, a row a run."""

RUNS_SQL = """
WITH single AS (  -- several checks in one second are the worst known one (uptime.md 2.1); unknown is the least number
  SELECT c.monitor, c.probe, c.t, m.max_gap, m.exact, MAX(c.status) AS status
  FROM checks c JOIN monitors m ON c.monitor = m.monitor
  GROUP BY c.monitor, c.probe, c.t, m.max_gap, m.exact
), neighbours AS (
  SELECT monitor, probe, t, status, max_gap, exact,
         t - LAG(t) OVER (PARTITION BY monitor, probe ORDER BY t) AS gap,
         LAG(t) OVER (PARTITION BY monitor, probe ORDER BY t)
           - LAG(t, 2) OVER (PARTITION BY monitor, probe ORDER BY t) AS gap_before,
         LAG(status) OVER (PARTITION BY monitor, probe ORDER BY t) AS status_before
  FROM single
), marked AS (
  SELECT monitor, probe, t, status, gap,
         CASE WHEN status_before = status AND gap <= max_gap AND t % 86400 >= gap
               AND (exact = 0 OR gap_before IS NULL OR gap = gap_before) THEN 0 ELSE 1 END AS first
  FROM neighbours
), numbered AS (
  SELECT monitor, probe, t, status, CASE WHEN first = 1 THEN 0 ELSE gap END AS gap,
         SUM(first) OVER (PARTITION BY monitor, probe ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
           AS run
  FROM marked
)
SELECT monitor, probe, status, MIN(t) AS first_t, MAX(t) AS last_t, COUNT(*) AS checks, MAX(gap) AS longest
FROM numbered
GROUP BY monitor, probe, run, status
ORDER BY monitor, probe, first_t
"""


def cut_even(pieces: Iterable[Piece], setting: Setting) -> list[Piece]:
    """Cut the runs of one probe anew, in order of time and each even, as RUNS_SQL does where `exact` is 1.

    Runs that were put together from parts depend on where the parts began; these depend on the checks alone.
    """
    cut: list[Piece] = []
    before: Piece | None = None
    gap_before: int | None = None
    for part in (half for piece in pieces for half in _halves(piece)):
        gap = part.start - before.last if before else None
        if before and gap is not None and _follows(before, part, setting) and gap_before in (None, gap):
            last = cut[-1]
            cut[-1] = Piece(part.status, last.start, part.last, last.checks + part.checks, gap)
        else:
            cut.append(part)
        gap_before = part.longest or gap
        before = part
    return cut


def _halves(piece: Piece) -> Iterable[Piece]:
    """Give the first check of an even run, and the others: within these every gap is as the one before it."""
    yield Piece(piece.status, piece.start, piece.start, 1, 0)
    if piece.checks > 1:
        longest = piece.longest if piece.checks > 2 else 0
        yield Piece(piece.status, piece.start + piece.longest, piece.last, piece.checks - 1, longest)


def _follows(one: Piece, two: Piece, setting: Setting) -> bool:
    same = one.status == two.status and one.last // DAY == two.start // DAY
    return same and two.start - one.last <= setting.max_gap


def write_scan(dialect: str, readings: Mapping[str, Reading]) -> str:
    """Write RUNS_SQL for another engine (one of DIALECTS), whole: with the settings of the monitors in it."""
    names = {monitor: _quote(monitor, dialect) for monitor in readings}
    rows = [f"({names[monitor]}, {own.max_gap}, {int(own.exact)})" for monitor, own in readings.items()]
    monitors = _OTHERS
    if names:
        values = _VALUES.get(dialect, _PLAIN_VALUES).format(rows=",\n    ".join(rows))
        monitors = f"{values}\n  UNION ALL\n  {_OTHERS}\n  WHERE monitor NOT IN ({', '.join(names.values())})"
    monitors = f"WITH monitors AS (  -- those of status.yaml, and all others\n  {monitors}\n), "
    text = RUNS_SQL.strip().replace("WITH ", monitors, 1)
    return _HEAD.format(statuses=_STATUSES) + (_LAG.sub(_write_lag, text) if dialect == "clickhouse" else text) + ";\n"


_OTHERS = f"SELECT DISTINCT monitor, {UNNAMED[0]} AS max_gap, {UNNAMED[1]} AS exact FROM checks"  # noqa: S608 - our own numbers
_STATUSES = ", ".join(f"{int(status)} {status.word}" for status in Status)
_HEAD = """\
-- From checks to runs: one row a run (monitor, probe, status, first_t, last_t, checks, longest).
-- It reads a table or view "checks" of whole numbers and texts, a row a check, in any order and with duplicates:
--   monitor  text, not null
--   probe    text, not null ('' where there is none)
--   t        64-bit integer: Unix seconds, fractions cut off downwards; only checks that are to be looked at
--   status   integer: {statuses}
-- Save what it gives as CSV with a heading, or as JSON lines, and feed it to: statusgen compact --runs FILE

"""
_PLAIN_VALUES = "SELECT * FROM (VALUES\n    {rows}\n  ) AS named (monitor, max_gap, exact)"
_VALUES = {
    "clickhouse": "SELECT * FROM values('monitor String, max_gap Int64, exact Int64',\n    {rows}\n  )",
}
_LAG = re.compile(r"LAG\((\w+)(, \d+)?\) OVER \(([^)]*)\)")


def _write_lag(found: re.Match[str]) -> str:
    """Write LAG as ClickHouse has it: it looks no further than its frame, and gives 0 where a value cannot be NULL."""
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return f"lagInFrame(toNullable({found[1]}){found[2] or ''}) OVER ({found[3]} {frame})"


def _quote(text: str, dialect: str) -> str:
    """Write a text as SQL has it; in Spark and ClickHouse a backslash and what follows it mean another character."""
    if dialect in ("spark", "clickhouse"):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + text.replace("'", "''") + "'"
