"""Runs the shell steps of CI files as plain shell, with stand-ins for what is not here."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent

# pip installs nothing: what CI would install is what is tested.
PYTHON = f"""#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then echo "$@" >> "$STAND_INS/pip"; exit 0; fi
PYTHONPATH={ROOT} exec {sys.executable} "$@"
"""
STATUSGEN = f"""#!/bin/sh
PYTHONPATH={ROOT} exec {sys.executable} -m statusgen "$@"
"""
# Notes each call with its arguments, one to a line.
NOTED = """#!/bin/sh
for word in "$@"; do echo "$word"; done >> "$STAND_INS/{name}"
"""


def stand_ins(folder: Path, **scripts: str) -> dict[str, str]:
    """Put commands into a folder; give an environment in which they are found first, and nothing of ours is known."""
    folder.mkdir()
    texts = {"python": PYTHON, "python3": PYTHON, "statusgen": STATUSGEN, **scripts}
    for name, text in texts.items():
        path = folder / name
        path.write_text(text or NOTED.format(name=f"{name}.called"))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    home = folder / "home"
    home.mkdir()
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": str(home),
        "STAND_INS": str(folder),
        "RUNNER_TEMP": str(home),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }


def shell(text: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub and GitLab do: bash that stops at the first failure."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        cwd=folder, env=dict(environment), capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def github_steps(path: Path, values: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give name, text and environment of each step that is shell; KeyError for an expression without a value."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = document.get("jobs") or {"runs": document["runs"]}
    for name, job in jobs.items():
        for step in job["steps"]:
            if "run" in step:
                assert "${{" not in step["run"], "an expression in a script is a way in"
                given = {key: fill(value, values) for key, value in step.get("env", {}).items()}
                yield f"{name}: {step.get('name')}", step["run"], given


def fill(value: Any, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda match: values[match[1]], str(value))


def gitlab_script(path: Path, job: str) -> str:
    """Give the script of a job, with what comes before it."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = document[job].get("before_script") or document.get(document[job].get("extends"), {}).get("before_script")
    return "\n".join([*(lines or []), *document[job]["script"]])
