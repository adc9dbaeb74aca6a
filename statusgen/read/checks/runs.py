"""From single checks to runs: integers in, integers out, in SQL that any engine with window functions reads.

The input is a table `checks` (monitor, probe, t, status) of whole numbers, a row a line, in any order and with
duplicates, and a table `monitors` (monitor, max_gap, exact) of the monitors that matter. `t` is in Unix seconds,
`max_gap` in seconds, `status` the number of a Status. A run ends with the day (UTC), so that whole days can be kept
and their logs be deleted. Where `exact` is 1, a run is also cut where the gap before a check differs from the gap
before its predecessor, so that the checks of every run lie evenly apart (see Run.even).
"""

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

PAIR_BITS = 41
STATUS_BITS = 3
"""A packed check is `pair << 41 | t << 3 | status + 1`, so that one sort puts all checks in order."""

PACKED_SQL = """
WITH sorted AS (
  SELECT v FROM packed ORDER BY v
), single AS (  -- the last of one second is the worst
  SELECT v FROM (SELECT v, LEAD(v) OVER () AS next_v FROM sorted) WHERE next_v IS NULL OR next_v >> 3 <> v >> 3
), neighbours AS (
  SELECT v, LAG(v) OVER () AS p, LAG(v, 2) OVER () AS q, ROW_NUMBER() OVER () AS n FROM single
), turns AS (  -- most checks lie like the two before them, in the same state: they begin nothing
  SELECT n, v, p, q FROM neighbours
  WHERE p IS NULL OR q IS NULL OR v - p <> p - q OR v & 7 <> p & 7 OR v - p > 8 * (SELECT MIN(max_gap) FROM pairs)
     OR (v >> 3 & 274877906943) % 86400 < (v >> 3) - (p >> 3)
), gaps AS (
  SELECT n, v, p, v >> 41 AS pair, (v >> 3) - (p >> 3) AS gap,
         CASE WHEN p IS NULL OR p >> 41 <> v >> 41 THEN 2
              WHEN v & 7 <> p & 7 OR (v >> 3 & 274877906943) % 86400 < (v >> 3) - (p >> 3) THEN 1 ELSE 0 END AS apart,
         CASE WHEN q >> 41 = v >> 41 AND (v >> 3) - (p >> 3) <> (p >> 3) - (q >> 3) THEN 1 ELSE 0 END AS uneven
  FROM turns
), pieces AS (  -- each begins a stretch of checks that lie evenly apart; most of the checks begin none
  SELECT n, v, p, g.pair, gap,
         CASE WHEN apart = 2 OR m.pair IS NOT NULL AND (apart = 1 OR gap > max_gap OR exact = 1 AND uneven = 1)
              THEN 1 ELSE 0 END AS first
  FROM gaps g LEFT JOIN pairs m ON m.pair = g.pair
  WHERE apart = 2 OR apart = 1 OR uneven = 1 OR gap > max_gap
), ends AS (  -- a join keeps no order
  SELECT pair, v, first, CASE WHEN first = 1 THEN 0 ELSE gap END AS gap_before,
         COALESCE(LEAD(p) OVER (ORDER BY n), (SELECT MAX(v) FROM single)) AS last_v,
         COALESCE(LEAD(n) OVER (ORDER BY n), (SELECT COUNT(*) FROM single) + 1) - n AS checks,
         SUM(first) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM pieces
)
SELECT pair, (MIN(v) & 7) - 1 AS status, MIN(v) >> 3 & 274877906943 AS first_t,
       MAX(last_v) >> 3 & 274877906943 AS last_t,
       CAST(SUM(checks) AS BIGINT) AS checks,
       CAST(MAX(GREATEST(gap_before, CASE WHEN checks > 1 THEN ((last_v >> 3) - (v >> 3)) // (checks - 1) ELSE 0 END))
         AS BIGINT) AS longest
FROM ends
GROUP BY pair, run
ORDER BY pair, first_t
"""
"""RUNS_SQL for packed checks: a table `packed` (v) and a table `pairs` (pair, max_gap, exact), for DuckDB alone.

It sorts one number instead of four and makes windows over what is sorted. A pair that is not in `pairs` makes one row,
which counts its checks.
"""
