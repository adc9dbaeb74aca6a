"""What a command leaves to git: a commit of the one file that it wrote, and a push of it."""

import subprocess
from pathlib import Path

from statusgen.errors import PublishError


def commit_file(path: Path, message: str, *, push: bool) -> str:
    """Commit one file alone, whatever else is staged, and perhaps push; give git's own words.

    PublishError with what git says where it refuses; the file stays written.
    """
    _git(path, "add", "--", path.name)
    said = _git(path, "commit", "--quiet", "-m", message, "--", path.name)
    said += _git(path, "rev-parse", "--short", "HEAD")
    if push:
        _git(path, "push", "--quiet")
    return said.strip()


def _git(path: Path, *arguments: str) -> str:
    try:
        # Files of content/ may together look like a repository, whose hooks would run.
        process = subprocess.Popen(  # noqa: S603 - no shell; the arguments are ours
            ["git", "-c", "safe.bareRepository=explicit", *arguments],  # noqa: S607 - the user's own git
            cwd=path.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError:
        raise PublishError(f"{path} is written, but there is no git to commit it with") from None
    with process:
        try:
            out, complaint = process.communicate()
        except BaseException:
            process.terminate()  # upon which git takes its locks away; killed it would leave them to the next one
            raise
    if process.returncode:
        raise PublishError(f"{path} is written, but git {arguments[0]} failed: {_why(complaint or out)}")
    return out


def _why(complaint: str) -> str:
    """Give git's own words in one line, without its hints of many lines."""
    words = [line.strip() for line in complaint.splitlines() if line.strip()]
    told = [line for line in words if not line.startswith(("hint:", "To "))]
    return " ".join(told or words) or "no reason given"
