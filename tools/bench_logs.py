"""Measure the scan of logs against what DuckDB needs to read their three columns: seconds, ratio and peak memory.

Run it with `make bench`, or alone: tools/bench_logs.py [--quick] [--lines N] [--rows N]. Logs of 50 components with a
check each 30 seconds are made in a temporary folder, and every measurement is a process of its own.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

COMPONENTS = 50
INTERVAL = 30
START = 1704067200  # 2024-01-01T00:00:00Z
FILES = 24
BYTES_PER_LINE, BYTES_PER_ROW = 165, 8  # of JSONL and CSV together, and of Parquet

CHECKS = f"""
SELECT TO_TIMESTAMP({START} + {INTERVAL} * (i // {COMPONENTS})) AS time, 'component-' || (i % {COMPONENTS}) AS monitor,
       'eu' AS probe, CASE WHEN HASH(i) % 20000 = 0 THEN 'down' ELSE 'up' END AS status,
       (HASH(i * 7) % 10000) / 10.0 AS latency_ms
FROM RANGE($start, $stop) AS r(i)
"""
TEXT = "STRFTIME(time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
LINE = (
    f"""'{{"time": "' || {TEXT} || '", "monitor": "' || monitor || '", "probe": "' || probe || '", "status": "' """
    """|| status || '", "latency_ms": ' || latency_ms || '}'"""
)
TYPES = "columns = {time: 'TIMESTAMP', monitor: 'VARCHAR', %s status: 'VARCHAR'%s}"
FLOORS = {
    "jsonl": f"read_ndjson('$files', {TYPES % ('', '')})",
    "csv": f"read_csv('$files', {TYPES % ('probe: ' + chr(39) + 'VARCHAR' + chr(39) + ',', ', latency_ms: ' + chr(39) + 'DOUBLE' + chr(39))})",  # noqa: E501
    "parquet": "read_parquet('$files')",
}
COUNT = "COUNT(time), COUNT(monitor), COUNT(status)"
DECODE = "MAX(EPOCH_US(time)), MAX(monitor), MAX(status), COUNT(*)"
"""Counting needs no more of a Parquet file than which values are missing; to find the greatest, each must be there."""


def main() -> None:
    """Measure what the arguments name, or be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--lines", type=int, default=10_000_000, help="of JSONL, and of CSV")
    parser.add_argument("--rows", type=int, default=100_000_000, help="of Parquet, in 24 files")
    parser.add_argument("--only", choices=list(FLOORS), help="one kind of log")
    parser.add_argument("--measure", nargs=4, metavar=("WHAT", "KIND", "FOLDER", "NOW"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        what, kind, folder, now = options.measure
        measure(what, kind, Path(folder), int(now))
        return
    lines, rows = (options.lines // 10, options.rows // 10) if options.quick else (options.lines, options.rows)
    with tempfile.TemporaryDirectory(prefix="statusgen-bench-") as name:
        needed = lines * BYTES_PER_LINE + rows * BYTES_PER_ROW
        if shutil.disk_usage(name).free < needed * 3 // 2:
            sys.exit(f"there is no room for {needed:,} bytes of logs")
        print(f"{'':26}{'seconds':>9}{'floor':>9}{'ratio':>7}{'peak MiB':>10}{'cpu s':>8}{'floor':>8}{'ratio':>7}")
        for kind, number in (("jsonl", lines), ("csv", lines), ("parquet", rows)):
            if options.only not in (None, kind):
                continue
            folder = Path(name) / kind
            (folder / "logs").mkdir(parents=True)
            generate(kind, number, folder / "logs")
            report(kind, number, folder)
            shutil.rmtree(folder)


def generate(kind: str, number: int, folder: Path) -> None:
    """Write so many checks, Parquet in monthly files."""
    files = FILES if kind == "parquet" else 1
    with duckdb.connect(":memory:") as database:
        for file in range(files):
            start, stop = number * file // files, number * (file + 1) // files
            query = CHECKS.replace("$start", str(start)).replace("$stop", str(stop))
            target = folder / f"{file:02d}.{kind}"
            if kind == "jsonl":
                query = f"SELECT {LINE} AS line FROM ({query})"
                form = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"
            elif kind == "csv":
                query = f"SELECT {TEXT} AS time, * EXCLUDE (time) FROM ({query})"
                form = "FORMAT csv"
            else:
                form = "FORMAT parquet"
            database.execute(f"COPY ({query}) TO '{target}' ({form})")


def report(kind: str, number: int, folder: Path) -> None:
    """Print a row for the first scan and one for the second; of each the better of three runs, which take turns."""
    floors = {"count": COUNT, "decode": DECODE} if kind == "parquet" else {"count": COUNT}
    now = START + INTERVAL * (number // COMPONENTS + 1)  # so that the latencies of the last days are looked at
    measured: dict[str, list[dict[str, float]]] = {what: [] for what in (*floors, "scan")}
    for _ in range(3):
        for what, runs in measured.items():
            shutil.rmtree(folder / "cache", ignore_errors=True)
            runs.append(run(what, kind, folder, now))
    again = run("scan", kind, folder, now)
    best = {what: min(runs, key=lambda one: one["seconds"]) for what, runs in measured.items()}
    cpu = {what: min(one["cpu"] for one in runs) for what, runs in measured.items()}
    first = best["scan"]
    if first["good"] != number or again["good"] != number:
        sys.exit(f"{kind}: {first['good']:,} and {again['good']:,} good lines of {number:,}")
    for what in floors:
        head = f"{number:,} {kind}" if what == "count" else "  if all must be decoded"
        seconds, floor = first["seconds"], best[what]["seconds"]
        print(
            f"{head:26}{seconds:9.2f}{floor:9.2f}{seconds / floor:7.2f}{first['peak']:10.0f}"
            f"{cpu['scan']:8.2f}{cpu[what]:8.2f}{cpu['scan'] / cpu[what]:7.2f}"
        )
    print(f"{'  a second time':26}{again['seconds']:9.3f}{'':16}{again['peak']:10.0f}{again['cpu']:8.2f}", flush=True)


def run(what: str, kind: str, folder: Path, now: int) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--measure", what, kind, str(folder), str(now)]
    answer: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def measure(what: str, kind: str, folder: Path, now: int) -> None:
    """Do one thing and print what it took."""
    from statusgen.model.history import Checks, Component, LogSource, Site  # noqa: PLC0415 - not a part of the floor
    from statusgen.read.checks.observe import read_checks  # noqa: PLC0415

    names = [f"component-{number}" for number in range(COMPONENTS)]
    components = tuple(Component(id=n, name=n, checks=Checks(monitors=(n,), interval=INTERVAL)) for n in names)
    site = Site(
        title="Bench", url="https://status.acme.example/", components=components, logs=(LogSource(files="logs/*"),)
    )
    begun, used = time.perf_counter(), time.process_time()
    if what != "scan":
        table = FLOORS[kind].replace("$files", str(folder / "logs" / "*"))
        query = f"SELECT {COUNT if what == 'count' else DECODE} FROM {table}"
        with duckdb.connect(":memory:") as database:
            # Else a column of Parquet would be counted by its statistics, and not be read at all.
            database.execute("SET disabled_optimizers = 'statistics_propagation'")
            good = (database.execute(query).fetchone() or (0,))[-1]
    else:
        good = read_checks(folder, site, now, cache=folder / "cache").good
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "good": good}))


if __name__ == "__main__":
    main()
