"""Measure what a responder waits for, on a history of 1,000 incidents: update, list, check, diff and the preview.

Run it with `make bench`. Commands are whole processes; beside them stands one that does nothing but import click.
"""

import statistics
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from statusgen.preview import Preview
from tools.bench import NOW, best_of, generate

OPEN = """\
---
title: API errors
components: {service-1: major_outage}
---

## Investigating — 2026-11-24 09:00 UTC

We look into it.
"""


def main() -> None:
    """Measure each, and print its seconds with its bound."""
    with tempfile.TemporaryDirectory() as scratch:
        content = Path(scratch) / "content"
        generate(content, 1000)
        incident = content / "incidents" / "2026-11-24-api-errors.md"
        incident.write_text(OPEN)
        commit(content.parent)
        floor = best_of([sys.executable, "-c", "import click"])
        print(f"{'1,000 incidents':24}{'seconds':>9}{'bound':>8}  (`import click` takes {floor:.2f})")
        where = ["--content", str(content)]
        for name, bound, words in (
            ("incident update", 0.4, ["incident", "update", *where, "--at", NOW, "-m", "We look on."]),
            ("incident list", 0.4, ["incident", "list", *where]),
            ("check", 2.0, ["check", *where, "--now", NOW]),
            ("diff", None, ["diff", *where, "--now", NOW]),
        ):
            seconds = best_of([sys.executable, "-m", "statusgen", *words], 3)
            print(f"{name:24}{seconds:9.2f}{bound or '':>8}", flush=True)
        print(f"{'preview, a save':24}{rebuild(content, incident):9.2f}{'0.3':>8}  (until it is in the browser)")


def commit(folder: Path) -> None:
    """Make a folder a repository."""
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Begin"]):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b.example", *words], cwd=folder, check=True)


def rebuild(content: Path, incident: Path) -> float:
    """Give the seconds, as a rule, that the preview takes to build after a save, with the first page."""
    now = int(datetime.fromisoformat(NOW).timestamp())
    preview, seconds = Preview(content, None, lambda: now), []
    preview.rebuild()
    preview.answer("")
    for number in range(7):
        incident.write_text(OPEN.replace("look", f"look {number}"))
        preview.rebuild()
        seconds.append(preview.seconds)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
