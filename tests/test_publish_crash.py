"""A publisher is killed, starved and interrupted at each point at which it touches the disk.

A child process counts its calls that change the disk and fails at the Nth; N grows until it is not reached any more.
That end is a code of its own: a publisher may swallow an error, and a run that stopped at the first success would
have tested next to nothing. Each walk therefore also states how many points it met at least.
"""

import errno
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from statusgen.errors import PublishError
from statusgen.model.artifact import Artifact
from statusgen.publish import MARKER, exchange, publish, rollback, sync

NOT_REACHED, SUCCEEDED, REFUSED, INTERRUPTED, CRASHED = 77, 0, 3, 130, 99
CALLS = ("fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir", "write", "pwrite", "ftruncate", "open")

LAST = {"index.html": b"last"}


def generation(name, paths):
    return {path: f"{name} {path}".encode() for path in paths}


def builds(names):
    """The sites before and the next one, of three times as many pages as there are `names`."""
    pages = [f"{folder}/{name}.html" for folder in ("api", "history/2026-11", "incidents") for name in names]
    older, old = generation("older", pages), generation("old", [*pages, "gone/page.html"])
    new = generation("new", [*pages, "added/page.html"])
    changed = old | {"api/a.html": b"new", "added.html": b"new"}
    return {"first": ([], new), "full": ([older, old], new), "incremental": ([older, old], changed)}


MANY, FEW = builds("abcdefg"), builds("a")
(_, OLD), NEW = FEW["full"]


def by_exchange(files, out, swap=exchange):
    publish(artifacts(files), out, swap=swap)


def by_renames(files, out, swap=None):
    """Publish where neither an exchange nor syncfs is to be had."""
    del swap
    sync.sync_file_system = no_such_call
    publish(artifacts(files), out, swap=no_such_call)


def back_by_exchange(files, out, swap=exchange):
    del files
    rollback(out, swap=swap)


def back_by_renames(files, out, swap=None):
    del files, swap
    rollback(out, swap=no_such_call)


def carelessly(files, out, swap=None):
    """Remove the site and write the next one: what must be seen to fail."""
    del swap
    try:
        shutil.rmtree(out)
        for path, content in site(files).items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(out / path, os.O_WRONLY | os.O_CREAT, 0o644)
            os.write(descriptor, content)
            os.close(descriptor)
    except OSError as error:
        raise PublishError(str(error)) from error


def artifacts(files):
    return [Artifact(path, content) for path, content in files.items()]


def site(files):
    return files | {MARKER: b""}


def no_such_call(*places):
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), *places[:1])


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """A killed process loses nothing of what it wrote, so the disk itself need not be waited for."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(sync, "sync_file_system", lambda _: None)


@pytest.fixture
def memory():
    """A folder in memory where there is one: thousands of small trees are laid down and removed."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


class Fault:
    """Counts calls that change the disk, and strikes at the one with the number `point`."""

    def __init__(self, kind, point):
        self.kind, self.point, self.calls, self.real = kind, point, 0, {name: getattr(os, name) for name in CALLS}

    @property
    def reached(self):
        return self.calls >= self.point

    def arm(self):
        for name in CALLS:
            setattr(os, name, self.wrap(self.real[name]))
        sync.sync_file_system = self.wrap(sync.sync_file_system)

    def disarm(self):
        for name in CALLS:
            setattr(os, name, self.real[name])

    def wrap(self, real):
        def call(*args, **options):
            if real is self.real["open"] and not args[1] & (os.O_WRONLY | os.O_RDWR):
                return real(*args, **options)
            self.calls += 1
            if self.calls == self.point or (self.calls > self.point and self.kind == "EIO ever after"):
                self.strike(real, args)
            return real(*args, **options)

        return call

    def strike(self, real, args):
        if real is self.real["write"]:
            real(args[0], args[1][: len(args[1]) // 2])  # torn in the middle of a file
        match self.kind:
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "ctrl-c":
                raise KeyboardInterrupt
            case "ENOSPC":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *args[:1])
            case "EIO ever after":
                raise OSError(errno.EIO, os.strerror(errno.EIO), *args[:1])


def strike(work, files, out, kind, point):
    """Run `work` in a child with a fault at `point`; return its exit code (-9 if killed) and its last words."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code, words = CRASHED, ""
        fault = Fault(kind, point)
        try:
            fault.arm()
            work(files, out, swap=fault.wrap(exchange))
            code = SUCCEEDED if fault.reached else NOT_REACHED
        except PublishError as error:
            code, words = error.exit_code, error.message
        except KeyboardInterrupt:
            code = INTERRUPTED
        except BaseException as error:  # noqa: BLE001 - a child must end here, whatever it met
            words = repr(error)
        finally:
            fault.disarm()
            os.write(writing, words.encode())
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        words = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), words


def walk(work, before, files, memory, kind):
    """Strike at each point in turn; give the point, the exit code, the last words, and the output folder."""
    start = memory / "start"
    start.mkdir()
    for earlier in before:
        publish(artifacts(earlier), start / "site")
    point = 0
    while True:
        point += 1
        out = memory / str(point) / "site"
        shutil.copytree(start, out.parent)
        code, words = strike(work, files, out, kind, point)
        if code == NOT_REACHED:
            return
        assert code != CRASHED, f"point {point}: {words}"
        yield point, code, words, out
        shutil.rmtree(out.parent)


def read(folder):
    if not folder.exists():
        return None
    paths = [Path(above, name) for above, _, names in os.walk(folder) for name in names]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def live_before(before):
    return site(before[-1]) if before else None


def check_next_publish(out):
    """Whatever happened, the next build goes live, keeps the one before, and leaves nothing of the wreck."""
    live = read(out) or read(out.with_name("site.prev"))
    publish(artifacts(LAST), out)
    assert read(out) == site(LAST)
    names = {"site", "site.lock"} | ({"site.prev"} if live else set())
    assert {path.name for path in out.parent.iterdir()} == names
    if live:
        rollback(out)
        assert read(out) == live


@pytest.mark.parametrize("build", MANY)
def test_a_kill_at_any_point_leaves_the_old_site_or_the_new_one(memory, build):
    before, files = MANY[build]
    points = 0
    for point, code, _, out in walk(by_exchange, before, files, memory, "kill"):
        assert code == -signal.SIGKILL
        assert read(out) in (live_before(before), site(files)), f"point {point}"
        check_next_publish(out)
        points += 1
    assert points >= {"first": 57, "full": 80, "incremental": 66}[build]


@pytest.mark.parametrize("build", FEW)
def test_a_kill_between_two_renames_is_healed_by_the_next_publish_or_rollback(memory, build):
    before, files = FEW[build]
    points = missing = 0
    for point, _, _, out in walk(by_renames, before, files, memory, "kill"):
        points += 1
        live = read(out)
        if live is None and before:
            missing += 1
            assert read(out.with_name("site.prev")) == live_before(before)
            if missing % 2:
                rollback(out)
                assert read(out) == live_before(before)
        else:
            assert live in (live_before(before), site(files)), f"point {point}"
        check_next_publish(out)
    assert points >= {"first": 30, "full": 40, "incremental": 40}[build]
    assert missing == (1 if before else 0)


@pytest.mark.parametrize("kind", ["ENOSPC", "EIO ever after", "ctrl-c"])
@pytest.mark.parametrize(("work", "build"), [*((by_exchange, build) for build in FEW), (by_renames, "full")])
def test_an_error_at_any_point_is_told_and_leaves_the_old_site_or_the_new_one(memory, build, kind, work):
    before, files = FEW[build]
    points = 0
    for point, code, words, out in walk(work, before, files, memory, kind):
        points += 1
        live = read(out)
        told = {SUCCEEDED: "", INTERRUPTED: "", REFUSED: words}[code]
        if live is None and before:
            assert (work, kind) == (by_renames, "EIO ever after"), f"point {point}: only a disk that fails for good"
            assert read(out.with_name("site.prev")) == live_before(before)
            ending = "the next build or rollback puts it back"
        elif live == site(files):
            ending = "the exchange was done all the same"
        else:
            assert live == live_before(before), f"point {point}"
            assert code != SUCCEEDED, f"point {point}: an error was swallowed"
            ending = "the old site is still live" if before else "nothing was published"
        if told:
            assert told.endswith(ending), f"point {point}"
            assert str(out.parent) in told, f"point {point}"
        check_next_publish(out)
    assert points >= 18


@pytest.mark.parametrize("kind", ["kill", "ENOSPC", "EIO ever after", "ctrl-c"])
@pytest.mark.parametrize("work", [back_by_exchange, back_by_renames])
def test_a_rollback_may_fail_at_any_point_too(memory, kind, work):
    points = 0
    for point, code, _, out in walk(work, [OLD, NEW], OLD, memory, kind):
        points += 1
        assert code != SUCCEEDED, f"point {point}: an error was swallowed"
        if work is back_by_exchange or kind not in ("kill", "EIO ever after"):
            assert read(out) in (site(OLD), site(NEW)), f"point {point}"
        if read(out) is None:
            rollback(out)
        both = [read(out), read(out.with_name("site.prev")) or read(out.with_name("site.next.old"))]
        assert both in ([site(OLD), site(NEW)], [site(NEW), site(OLD)]), f"point {point}"
        check_next_publish(out)
    assert points >= 5


@pytest.mark.parametrize("kind", ["kill", "ENOSPC"])
def test_the_harness_catches_a_careless_publisher(memory, kind):
    walked = walk(carelessly, [OLD], NEW, memory, kind)
    good = [read(out) in (site(OLD), site(NEW)) for _, code, _, out in walked if code != SUCCEEDED]
    assert len(good) >= 18
    assert sum(good) <= 2


def test_a_swallowed_error_does_not_end_a_walk(memory):
    def deaf(files, out, swap=None):
        del files, swap
        for name in ("a", "b", "c"):
            try:
                os.mkdir(out.parent / name)  # noqa: PTH102
            except OSError:
                continue

    assert [point for point, *_ in walk(deaf, [], {}, memory, "ENOSPC")] == [1, 2, 3]
    assert Path(memory / "4").is_dir()
