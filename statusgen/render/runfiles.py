"""Run files: what is kept of the logs, as text that git can show the changes of (design.md §3)."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc, month_of
from statusgen.model.compacted import ENDING, FOLDER, HEAD, LOGS, LOGS_HEAD, Compacted, KeptLog
from statusgen.model.run import Run
from statusgen.model.status import CHECK_WORDS
from statusgen.model.window import Window

_WORDS = {status: word for word, status in CHECK_WORDS.items()}


def render_run_files(compacted: Compacted) -> Iterator[Artifact]:
    """Write a file for each month (UTC) of which a check is kept, and last the list of logs.

    A build that reads the files of the months and not yet the list reads some logs in vain, and is right.
    """
    by_month: dict[str, list[Window]] = {}
    for window in compacted.days:
        start = window.start
        while start < window.end:
            month = month_of(start, "UTC")
            by_month.setdefault(month.name, []).append(Window(start, min(window.end, month.window.end)))
            start = month.window.end
    runs = {name: list(group) for name, group in groupby(_by_month(compacted), key=lambda run: _month(run.start))}
    for name, own in sorted(runs.items()):
        yield Artifact(f"{FOLDER}/{name}{ENDING}", render_month(by_month[name], own).encode())
    yield Artifact(LOGS, render_logs(compacted.logs).encode())


def _by_month(compacted: Compacted) -> list[Run]:
    return sorted(
        (kept.run for kept in compacted.kept), key=lambda run: (_month(run.start), run.monitor, run.probe, run.start)
    )


def _month(instant: int) -> str:
    return iso_utc(instant)[:7]


def render_month(days: Iterable[Window], runs: Sequence[Run]) -> str:
    """Write the runs of a month's compacted days, ordered by monitor, probe and time: a line for each change."""
    lines = [HEAD, *(f"days {iso_utc(day.start)[:10]} to {iso_utc(day.end - 1)[:10]}" for day in days)]
    for (monitor, probe), group in groupby(runs, key=lambda run: run[:2]):
        lines += ["", f"monitor {_quoted(monitor)} probe {_quoted(probe)}"]
        lines += [
            f"{_WORDS[run.status]} {iso_utc(run.start)} {iso_utc(run.last)} {run.checks} {run.longest}" for run in group
        ]
    return "\n".join(lines) + "\n"


# What a reader of text takes out or cannot write: control characters, halves of surrogate pairs, and non-characters.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _quoted(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def render_logs(logs: Iterable[KeptLog]) -> str:
    """Write the list of the logs that runs were made of."""
    lines = [
        f"{iso_utc(log.days.start)[:10]} {iso_utc(log.days.end - 1)[:10]} {log.size} {log.digest} {_quoted(log.name)}"
        for log in sorted(logs)
    ]
    return "\n".join([LOGS_HEAD, *lines]) + "\n"
