"""From single checks to runs: integers in, integers out, in SQL that any engine with window functions reads.

The input is a table `checks` (monitor, probe, t, status) of whole numbers, a row a line, in any order and with
duplicates, and a table `gaps` (monitor, max_gap) of the monitors that matter. `t` is in Unix seconds, `max_gap` in
seconds, `status` the number of a Status.
"""

RUNS_SQL = """
WITH single AS (  -- several checks in one second are the worst known one (uptime.md 2.1); unknown is the least number
  SELECT c.monitor, c.probe, c.t, g.max_gap, MAX(c.status) AS status
  FROM checks c JOIN gaps g ON c.monitor = g.monitor
  GROUP BY c.monitor, c.probe, c.t, g.max_gap
), neighbours AS (
  SELECT monitor, probe, t, status, max_gap,
         LAG(t) OVER (PARTITION BY monitor, probe ORDER BY t) AS previous_t,
         LAG(status) OVER (PARTITION BY monitor, probe ORDER BY t) AS previous_status
  FROM single
), numbered AS (
  SELECT monitor, probe, t, status,
         CASE WHEN previous_status = status AND t - previous_t <= max_gap THEN t - previous_t ELSE 0 END AS gap,
         SUM(CASE WHEN previous_status = status AND t - previous_t <= max_gap THEN 0 ELSE 1 END)
           OVER (PARTITION BY monitor, probe ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM neighbours
)
SELECT monitor, probe, status, MIN(t) AS first_t, MAX(t) AS last_t, COUNT(*) AS checks, MAX(gap) AS longest
FROM numbered
GROUP BY monitor, probe, run, status
ORDER BY monitor, probe, first_t
"""
