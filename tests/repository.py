"""A git repository for tests: commits at instants of our choice, and nothing of the machine's configuration."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "it@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Repository:
    """A repository whose content folder is `content`, a path within it."""

    def __init__(self, top: Path, content: str = "content", *, begun: bool = False) -> None:
        self.top = top
        self.content = top / content
        if not begun:
            top.mkdir(parents=True, exist_ok=True)
            self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, at: str = "2026-01-01T00:00:00Z", **environment: str) -> str:
        """Run git as at an instant; give what it prints."""
        dates = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE": at}
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(
            command,
            cwd=self.top,
            env={**ENVIRONMENT, **dates, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files of the content folder; None takes one away."""
        for name, text in files.items():
            path = self.content / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, at: str, files: Mapping[str, str | bytes | None] | None = None) -> str:
        """Commit everything that lies there, after writing some files; give the id."""
        self.write(files or {})
        self.git("add", "--all", "--force", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x", at=at)
        return self.git("rev-parse", "HEAD")

    def clone(self, top: Path, *options: str) -> "Repository":
        """Clone it over a transport, as from a host."""
        self.git("clone", "--quiet", *options, f"file://{self.top}", str(top))
        return Repository(top, self.content.relative_to(self.top).as_posix(), begun=True)
