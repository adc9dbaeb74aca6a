"""What git knows of a folder: which commit is checked out, what its log says, and the texts of former versions.

It is asked in the ways that no configuration of a repository can turn, and that run nothing that one names: no hook,
no pager, no filter, no signature check, no transport. A clone that lacks objects is never completed from elsewhere.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from threading import Thread, Timer

LONGEST = 60.0
"""Seconds that git may take for one answer."""
MOST_BYTES = 256_000_000
"""So much text of former versions is read at most, all files together."""

_HARDENED = (
    *("--no-pager", "--no-replace-objects", "--no-optional-locks"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "advice.graftFileDeprecated=false"),
    *("-c", "log.showRoot=true", "-c", "log.diffMerges=first-parent"),
)
# --sparse shows also commits that touched nothing: sorting them out beforehand would compare all folders twice.
_LOG = (
    *("log", "--first-parent", "-m", "--sparse", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=%ct"),
    *("--relative", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes", "--no-decorate"),
    *("--no-color", "--no-mailmap", "--ignore-submodules=all", "-O/dev/null"),
)
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class GitError(Exception):
    """Git knows, or would know, but cannot tell; the message says why, and in brackets the cure."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A repository that is checked out: its uppermost folder, the git folder of its own, and the one that it shares."""

    top: Path
    own: Path
    common: Path


def find_checkout(folder: Path) -> Checkout | None:
    """Find the repository that a folder lies in, as git does: upwards, also across file systems."""
    with suppress(OSError, RuntimeError):
        real = folder.resolve()
        for top in (real, *real.parents):
            own = _git_folder(top / ".git")
            if own:
                shared = own / "commondir"
                common = own / shared.read_text(encoding="utf-8").strip() if shared.is_file() else own
                return Checkout(top, own, common)
    return None


def _git_folder(path: Path) -> Path | None:
    """Give the git folder that `.git` is, or that it names in a worktree or a submodule."""
    try:
        if path.is_file():
            named = path.read_text(encoding="utf-8").partition("gitdir:")[2].strip()
            path = path.parent / named
        head = path / "HEAD"
        return path if head.is_file() or head.is_symlink() else None
    except (OSError, ValueError):
        return None


def describe_head(folder: Path) -> str:
    """Say in a word what `start_log` would read of a folder: it changes with every commit, and costs nearly nothing."""
    checkout = find_checkout(folder)
    return f"{read_head(checkout)} {is_shallow(checkout)}" if checkout else ""


def is_shallow(checkout: Checkout) -> bool:
    """Tell whether the history of a clone is cut off somewhere."""
    try:
        return (checkout.common / "shallow").stat().st_size > 0
    except OSError:
        return False


def read_head(checkout: Checkout) -> str:
    """Give the id of the commit that is checked out; nothing where there is none yet."""
    with suppress(OSError, ValueError):
        text = (checkout.own / "HEAD").read_text(encoding="utf-8").strip()
        if _ID.fullmatch(text):
            return text
        if found := _read_ref(checkout, text.removeprefix("ref:").strip()):
            return found
    # There is no commit yet, or the references are kept in a way of their own.
    with suppress(GitError):
        return run_git(checkout.top, ("rev-parse", "--verify", "--quiet", "HEAD")).decode().strip()
    return ""


def _read_ref(checkout: Checkout, name: str) -> str | None:
    for folder in (checkout.own, checkout.common):
        with suppress(OSError, ValueError):
            text = (folder / name).read_text(encoding="utf-8").strip()
            if _ID.fullmatch(text):
                return text
    packed = (checkout.common / "packed-refs").read_text(encoding="utf-8")
    match = re.search(rf"^({_ID.pattern}) {re.escape(name)}$", packed, re.MULTILINE)
    return match[1] if match else None


@contextmanager
def start_log(folder: Path, head: str, paths: Sequence[str]) -> Iterator[Callable[[], bytes]]:
    """Let git list what its main line changed below some paths of a folder; give what waits for the answer.

    The answer is that of `git log --raw -z`: for each first parent of `head` the instant of its commit, newest first,
    and its changes, with paths relative to the folder. GitError where there is none.
    """
    try:
        process = _start(folder, (*_LOG, head, "--", *paths))
    except GitError as error:
        failure = str(error)

        def fail() -> bytes:
            raise GitError(failure)

        yield fail
        return
    with process, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(process.communicate, timeout=LONGEST)
        try:
            yield lambda: _take_answer(process, answer.result)
        finally:
            process.kill()


def run_git(folder: Path, arguments: Sequence[str]) -> bytes:
    """Give what git prints of a folder; GitError with what it says where it refuses."""
    with _start(folder, arguments) as process:
        try:
            return _take_answer(process, lambda: process.communicate(timeout=LONGEST))
        finally:
            process.kill()


def _take_answer(process: subprocess.Popen[bytes], wait: Callable[[], tuple[bytes, bytes]]) -> bytes:
    try:
        out, complaint = wait()
    except subprocess.TimeoutExpired:
        raise GitError(f"git took more than {LONGEST:.0f} s") from None
    if process.returncode:
        raise GitError(_why(complaint.decode("utf-8", "replace")))
    return out


_PARTIAL = "this is a partial clone (clone it without --filter)"


def _why(complaint: str) -> str:
    """Say why git refused, in our words where there is a cure."""
    if "dubious ownership" in complaint or "unsafe repository" in complaint:
        quoted = re.search(r"repository (?:at )?\(?'([^'\n]*)'", complaint)
        folder = quote(quoted[1] if quoted else "*")
        return f"the repository belongs to another user (git config --global --add safe.directory {folder})"
    if "promisor" in complaint:
        return _PARTIAL
    return f'git says "{next((line for line in complaint.splitlines() if line.strip()), "nothing")[:200]}"'


def read_blobs(folder: Path, ids: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
    """Give the bytes of blobs by their ids, without those that are larger than `largest`.

    GitError where one is not there, as in a partial clone, and where all of them are more than MOST_BYTES.
    """
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return
    process = _start(folder, ("cat-file", "--batch", "--buffer"), asked=True)
    timer, questions = Timer(LONGEST, process.kill), Thread(target=_ask, args=(process, wanted))
    with process:
        timer.start()
        questions.start()
        try:
            yield from _answers(process, wanted, largest)
        finally:
            timer.cancel()
            process.kill()
            questions.join()


def _ask(process: subprocess.Popen[bytes], ids: Sequence[str]) -> None:
    """Write all questions: beside the answers, since git waits where nobody takes them."""
    assert process.stdin
    with suppress(OSError, ValueError), process.stdin as questions:
        questions.write("".join(f"{wanted}\n" for wanted in ids).encode())


def _answers(process: subprocess.Popen[bytes], ids: Sequence[str], largest: int) -> Iterator[tuple[str, bytes]]:
    assert process.stdout
    left = MOST_BYTES
    for wanted in ids:
        header = process.stdout.readline().decode("ascii", "replace").split()
        if header[1:] == ["missing"]:
            raise GitError(_PARTIAL)
        if header[:2] != [wanted, "blob"] or not header[-1].isdigit():
            raise GitError(_why_broken_off(process))
        size = int(header[-1])
        left -= size
        if left < 0:
            raise GitError(f"the former versions are more than {MOST_BYTES:,} bytes")
        content = process.stdout.read(size + 1)[:-1]
        if len(content) != size:
            raise GitError(_why_broken_off(process))
        if size <= largest:
            yield wanted, content


def _why_broken_off(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr
    process.kill()
    complaint = process.stderr.read().decode("utf-8", "replace").strip()
    return _why(complaint) if complaint else "git broke off, or took too long, while it gave former versions"


def _start(folder: Path, arguments: Sequence[str], *, asked: bool = False) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - no shell; the arguments are ours
            ["git", "-C", str(folder.resolve()), *_HARDENED, *arguments],  # noqa: S607 - the user's own git
            env=_environment(),
            stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise GitError("there is no git (install it)") from None
    except OSError as error:
        raise GitError(f"git cannot be started: {error.strerror}") from None


def _environment() -> dict[str, str]:
    """Give git our environment without what would lead it elsewhere, as a hook's does.

    What says where the user's own configuration lies stays: there stands which folders of other users are trusted.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith("GIT_CONFIG")}
    return kept | {
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
