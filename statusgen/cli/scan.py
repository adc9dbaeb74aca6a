"""`statusgen scan`."""

import csv
import sys
from pathlib import Path

import click

from statusgen.cli.options import content_option, echo_remarks, now_option, resolve_now, show_progress
from statusgen.project import scan_content, write_scan_text
from statusgen.read.checks.runs import COLUMNS, DIALECTS


@click.command("scan")
@content_option
@click.option("--sql", "dialect", type=click.Choice(DIALECTS), help="Print the query for this engine; read no log.")
@now_option
def command(content: Path, dialect: str | None, now: int | None) -> None:
    """Print one row a run of checks as CSV: status as a number, times in Unix seconds, runs cut at midnight (UTC).

    With --sql print the one query that makes these rows, for an engine beside your logs; save what it gives, and feed
    it to `statusgen compact --runs FILE`.

    Example: statusgen scan --sql trino > runs.sql
    """
    instant = resolve_now(now)
    if dialect:
        click.echo(write_scan_text(content, dialect), nl=False)
        return
    with show_progress() as progress:
        runs, remarks = scan_content(content, instant, progress=progress)
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((*run[:2], int(run.status), *run[3:]) for run in runs)
    echo_remarks(remarks)
