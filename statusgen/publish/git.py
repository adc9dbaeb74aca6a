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
        raise PublishError(_tell(path, arguments[0], complaint or out))
    return out


_CURES = (
    ("tell me who you are", "git does not know who you are", "git config --global user.email YOU@EXAMPLE"),
    ("No configured push destination", "there is nowhere to push to", "git remote add origin ADDRESS"),
    ("has no upstream branch", "the branch has no upstream", "git push --set-upstream origin HEAD"),
    ("(fetch first)", "others have pushed since", "git pull --rebase && git push"),
    ("(non-fast-forward)", "others have pushed since", "git pull --rebase && git push"),
    ("not a git repository", "the folder is in no git repository", "git init"),
)
"""Of what git says by which words: the same in short, and the cure."""


def _tell(path: Path, verb: str, complaint: str) -> str:
    """Say what is done, what is not and how to go on; the same command again would write a second update."""
    done = f"{path} is written{' and committed' if verb == 'push' else ''}"
    for words, why, cure in _CURES:
        if words in complaint:
            return f"{done}, but git {verb} failed: {why} ({cure}). Do not run this again: the update is there."
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("hint:", "To "))]
    why = " ".join(told or lines) or "no reason given"
    return f"{done}, but git {verb} failed: {why}. Do not run this again: the update is there."
