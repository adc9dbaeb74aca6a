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
        done = subprocess.run(  # noqa: S603 - no shell; the arguments are ours
            ["git", "-c", "safe.bareRepository=explicit", *arguments],  # noqa: S607 - the user's own git
            cwd=path.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise PublishError(f"{path} is written, but there is no git to commit it with") from None
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        why = words[-1] if words else "no reason given"
        raise PublishError(f"{path} is written, but git {arguments[0]} failed: {why}")
    return done.stdout
