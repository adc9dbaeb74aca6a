"""Runs of the command in processes of their own that cost next to nothing: forks of one that has imported it all.

It reads on stdin lines that are JSON lists of runs, and prints for each a line with what came of them.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def run_all(runs: Sequence[Mapping[str, Any]], **environment: str) -> list[dict[str, Any]]:
    """Run each; its keys are those of `_run`, and what came of it are `code`, `out`, `err` and `seconds`."""
    asked = [{**run, "environment": {**environment, **run.get("environment", {})}} for run in runs]
    runner = _runner()
    assert runner.stdin
    assert runner.stdout
    runner.stdin.write(json.dumps(asked) + "\n")
    runner.stdin.flush()
    found: list[dict[str, Any]] = json.loads(runner.stdout.readline())
    return found


@cache
def _runner() -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM")}
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )  # fmt: skip
    atexit.register(process.kill)
    return process


def _run(  # what a test says of one run
    words: Sequence[str], folder: str, *, stdout: str = "file", stderr: str = "file", stdin: str = "/dev/null",
    environment: Mapping[str, str] | None = None, number: int = 0, after: float = 0,
) -> dict[str, Any]:  # fmt: skip
    """Run in a folder, with streams that are a file, `gone` (a pipe without a reader), `closed` or `full`.

    `number` is a signal that is sent `after` so many seconds.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        child = os.fork()
        if not child:
            os.chdir(folder)
            os.environ.update(environment or {})
            tempfile.tempdir = None  # it is TMPDIR's again
            os.dup2(os.open(stdin, os.O_RDONLY), 0)
            _place(1, stdout, out.fileno())
            _place(2, stderr, err.fileno())
            if sys.stdout and "PYTHONIOENCODING" in os.environ:
                sys.stdout.reconfigure(encoding=os.environ["PYTHONIOENCODING"])  # type: ignore[union-attr]
            _become(words)
        if number:
            time.sleep(after)
            os.kill(child, number)
        status = os.waitpid(child, 0)[1]
        seconds = time.monotonic() - begun
        told = [file.seek(0) or file.read().decode() for file in (out, err)]
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, "out": told[0], "err": told[1], "seconds": seconds}


def _place(descriptor: int, kind: str, file: int) -> None:
    if kind == "closed":
        os.close(descriptor)
        setattr(sys, ("stdout", "stderr")[descriptor - 1], None)
        return
    if kind == "gone":
        reader, file = os.pipe()
        os.close(reader)
    if kind == "full":
        file = os.open("/dev/full", os.O_WRONLY)
    os.dup2(file, descriptor)


def _become(words: Sequence[str]) -> None:
    from statusgen.__main__ import main

    sys.argv = ["statusgen", *words]
    code: Any = 1
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - what the interpreter would do
        sys.excepthook(*sys.exc_info())
    try:  # as the interpreter does when it ends
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except OSError:
        code = 120
    os._exit(code or 0)


def main() -> None:
    """Import everything, then run."""
    for name in ("build", "check", "uptime", "explain", "diff", "incident", "maintenance", "compact", "scan", "serve"):
        __import__(f"statusgen.cli.{name}")
    for name in (
        "statusgen.render.site", "statusgen.render.theme", "statusgen.read.checks.observe", "statusgen.cli.findings",
        "statusgen.read.sides", "statusgen.starter", "rich.console", "rich.table", "statusgen.fix",
        "statusgen.render.seen", "statusgen.cli.running", "statusgen.render.notice",
    ):  # fmt: skip
        __import__(name)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    while line := sys.stdin.readline():
        print(json.dumps([_run(**run) for run in json.loads(line)]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
