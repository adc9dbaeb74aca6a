"""`statusgen scan`."""

import csv
import sys
from pathlib import Path

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_done
from statusgen.cli.options import (
    Word,
    content_option,
    echo_remarks,
    format_option,
    now_option,
    resolve_now,
    show_progress,
)
from statusgen.model.calendar import iso_utc
from statusgen.model.run import Run
from statusgen.project import scan_content, write_scan_text
from statusgen.read.checks.runs import COLUMNS, DIALECTS


@click.command("scan", cls=Helpful)
@content_option
@click.option("--sql", "dialect", type=Word(DIALECTS), help="Print the query for this engine; read no log.")
@format_option("csv", "json")
@now_option
def command(content: Path, dialect: str | None, form: str, now: int | None) -> None:
    """Print one row a run of checks as CSV: status as a number, times in Unix seconds, runs cut at midnight (UTC).

    With --sql print the one query that makes these rows, for an engine beside your logs; save what it gives, and feed
    it to `statusgen compact --runs FILE`.

    Example: statusgen scan --sql trino > runs.sql
    """
    instant = resolve_now(now)
    if dialect:
        text = write_scan_text(content, dialect)
        if form == "json":
            echo_done(dialect=dialect, sql=text)
        else:
            click.echo(text, nl=False)
        return
    with show_progress() as progress:
        runs, remarks = scan_content(content, instant, progress=progress)
    if form == "json":
        echo_done(now=iso_utc(instant), runs=[_run_json(run) for run in runs])
    else:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows((*run[:2], int(run.status), *run[3:]) for run in runs)
    echo_remarks(remarks)


def _run_json(run: Run) -> dict[str, object]:
    """Give a run by the same names as CSV has them, its state as a word and its times as RFC 3339."""
    return {
        "monitor": run.monitor, "probe": run.probe, "status": run.status.word, "first": iso_utc(run.start),
        "last": iso_utc(run.last), "checks": run.checks, "longest": run.longest,
    }  # fmt: skip
