"""What publishing does to the folder, and what it refuses to do."""

import contextlib
import errno
import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest

from statusgen.errors import PublishError
from statusgen.model.artifact import Artifact
from statusgen.publish import MARKER, Changes, lock, publish, rollback, sync, tree

OLD = {"index.html": b"all is well", "assets/site.css": b"body{}", "history/2026-11/index.html": b"nothing"}
NEW = OLD | {"index.html": b"api is down", "incidents/a/index.html": b"api"}


def artifacts(files):
    return [Artifact(path, content) for path, content in files.items()]


def read(folder):
    """All files below a folder, links as their target."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def site(files):
    return files | {MARKER: b""}


def stamps(folder):
    """Inode and time of change (ns) of each file."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def unsupported(one, other):
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), one, None, other)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "site"


def beside(out):
    return sorted(path.name for path in out.parent.iterdir())


def test_a_first_build_makes_the_folder_and_those_above_it(tmp_path):
    out = tmp_path / "public" / "status"
    assert publish(artifacts(OLD), out) == Changes(added=3, changed=0, removed=0, unchanged=0)
    assert read(out) == site(OLD)
    assert beside(out) == ["status", "status.lock"]


def test_an_empty_folder_is_taken_and_not_kept_as_the_site_before(out):
    out.mkdir()
    publish(artifacts(OLD), out)
    assert read(out) == site(OLD)
    assert beside(out) == ["site", "site.lock"]


def test_a_site_of_nothing_but_the_marker_is_not_kept_either(out):
    assert not publish([], out).any
    assert read(out) == {MARKER: b""}
    publish(artifacts(OLD), out)
    assert beside(out) == ["site", "site.lock"]


def test_each_file_is_counted_once(out):
    publish(artifacts(OLD | {"gone.html": b"x"}), out)
    assert publish(artifacts(NEW), out) == Changes(added=1, changed=1, removed=1, unchanged=2)
    assert read(out) == site(NEW)


def test_unchanged_files_keep_their_inode_and_their_time(out):
    publish(artifacts(OLD), out)
    before = stamps(out)
    publish(artifacts(NEW), out)
    after = stamps(out)
    assert {path for path in after if after[path] == before.get(path)} == {
        ".statusgen",
        "assets/site.css",
        "history/2026-11/index.html",
    }


def test_a_build_that_changes_nothing_touches_nothing(out):
    publish(artifacts(OLD), out)
    publish(artifacts(NEW), out)
    before = (out.stat().st_ino, stamps(out), read(out.with_name("site.prev")))
    assert publish(artifacts(NEW), out) == Changes(added=0, changed=0, removed=0, unchanged=4)
    assert before == (out.stat().st_ino, stamps(out), read(out.with_name("site.prev")))
    rollback(out)
    assert read(out) == site(OLD)


def test_without_hard_links_the_time_is_kept_by_a_copy(out, monkeypatch):
    def no_link(source, target):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), source, None, target)

    publish(artifacts(OLD), out)
    os.utime(out / "assets/site.css", ns=(1, 1))
    before = stamps(out)["assets/site.css"]
    monkeypatch.setattr(os, "link", no_link)
    publish(artifacts(NEW), out)
    inode, changed_at = stamps(out)["assets/site.css"]
    assert (inode != before[0], changed_at) == (True, 1)


def test_a_stray_file_in_the_site_goes_with_the_next_build(out):
    publish(artifacts(OLD), out)
    (out / "stray.txt").write_text("mine")
    (out / "assets" / "link").symlink_to("/etc/passwd")
    assert publish(artifacts(OLD), out).removed == 2
    assert read(out) == site(OLD)


def test_a_link_where_a_file_should_be_is_replaced_and_never_followed(out, tmp_path):
    outside = tmp_path / "outside.css"
    outside.write_bytes(OLD["assets/site.css"])
    publish(artifacts(OLD), out)
    (out / "assets/site.css").unlink()
    (out / "assets/site.css").symlink_to(outside)
    assert publish(artifacts(OLD), out).changed == 1
    assert not (out / "assets/site.css").is_symlink()
    assert outside.stat().st_nlink == 1


def test_a_file_may_become_a_folder_and_back(out):
    publish(artifacts({"a": b"file"}), out)
    publish(artifacts({"a/b": b"folder"}), out)
    assert read(out) == site({"a/b": b"folder"})
    publish(artifacts({"a": b"file"}), out)
    assert read(out) == site({"a": b"file"})


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_the_umask_is_honoured_and_changes_no_byte(out, umask):
    before = os.umask(umask)
    try:
        publish(artifacts(OLD), out)
    finally:
        os.umask(before)
    assert read(out) == site(OLD)
    modes = {path: (out / path).stat().st_mode & 0o777 for path in (".", "assets", "index.html", MARKER)}
    folder, file = 0o755 & ~umask, 0o644 & ~umask
    assert modes == {".": folder, "assets": folder, "index.html": file, MARKER: file}


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../up", "a/../../up", "a//b", "a/", "./a", "a\\b", "a\0b", "\ud800", MARKER, f"{MARKER}/a"],
)
def test_a_path_that_leaves_the_folder_or_has_no_clear_meaning_is_refused(out, path):
    with pytest.raises(PublishError, match="nothing was published"):
        publish([Artifact(path, b"")], out)
    assert not out.exists()


def test_all_bad_paths_are_told_at_once(out):
    with pytest.raises(PublishError) as caught:
        publish([Artifact("a", b"1"), Artifact("a", b"1"), Artifact("a/b", b""), Artifact("../c", b"")], out)
    assert caught.value.exit_code == 3
    assert caught.value.message.splitlines() == [
        "'a': two files of the site have this path",
        '\'../c\': a path is relative, and none of its parts is empty, "." or ".."',
        "'a/b': 'a' is a file, not a folder",
        "3 problems; nothing was published",
    ]


def test_a_folder_of_somebody_else_is_refused_and_nothing_in_or_beside_it_is_touched(out, tmp_path):
    out.mkdir()
    (out / "thesis.tex").write_text("years of work")
    before = (read(tmp_path), stamps(tmp_path), out.stat().st_mtime_ns, tmp_path.stat().st_mtime_ns)
    with pytest.raises(PublishError, match=r"site: .*not made by statusgen.*name another folder"):
        publish(artifacts(OLD), out)
    with pytest.raises(PublishError, match="not made by statusgen"):
        rollback(out)
    assert before == (read(tmp_path), stamps(tmp_path), out.stat().st_mtime_ns, tmp_path.stat().st_mtime_ns)


@pytest.mark.parametrize("marker", ["full", "link", "folder"])
def test_only_an_empty_file_is_a_marker(out, marker):
    out.mkdir()
    (out / "page").write_text("mine")
    match marker:
        case "full":
            (out / MARKER).write_text("settings of another tool")
        case "link":
            (out / MARKER).symlink_to("/dev/null")
        case "folder":
            (out / MARKER).mkdir()
    with pytest.raises(PublishError, match="not made by statusgen"):
        publish(artifacts(OLD), out)
    assert (out / "page").read_text() == "mine"


def test_what_cannot_be_an_output_folder_is_refused(tmp_path, monkeypatch):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "file").write_text("mine")
    (tmp_path / "link").symlink_to(foreign)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    work = tmp_path / "work" / "here"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    before = read(tmp_path)
    for out in (foreign / "file", *(tmp_path / name for name in ("link", "dangling", "loop"))):
        with pytest.raises(PublishError, match=r"not made by statusgen|is a link to something"):
            publish(artifacts(OLD), out)
    for out in (Path(), Path(".."), Path("../.."), tmp_path):
        with pytest.raises(PublishError, match="current folder or one above"):
            publish(artifacts(OLD), out)
    for out in (Path("/"), Path("/proc")):
        with pytest.raises(PublishError, match="file system of its own"):
            publish(artifacts(OLD), out)
    assert read(tmp_path) == before


def test_a_link_to_a_site_of_ours_stays_and_the_site_behind_it_changes(out, tmp_path):
    publish(artifacts(OLD), out)
    (tmp_path / "www").mkdir()
    link = tmp_path / "www" / "status"
    link.symlink_to(out)
    publish(artifacts(NEW), link)
    assert link.is_symlink()
    assert read(out) == site(NEW)
    assert beside(link) == ["status"]


def test_a_foreign_folder_under_the_name_of_the_site_before_is_refused(out):
    publish(artifacts(OLD), out)
    precious = out.with_name("site.prev")
    precious.mkdir()
    (precious / "backup").write_text("mine")
    with pytest.raises(PublishError, match=r"site\.prev: .*not made by statusgen"):
        publish(artifacts(NEW), out)
    assert (read(out), read(precious)) == (site(OLD), {"backup": b"mine"})


def test_the_lock_file_of_another_tool_is_left_alone(tmp_path):
    (tmp_path / "uv.lock").write_text("version = 1")
    with pytest.raises(PublishError, match=r"uv\.lock: is not a lock of statusgen"):
        publish(artifacts(OLD), tmp_path / "uv")
    assert read(tmp_path) == {"uv.lock": b"version = 1"}


def test_rollback_brings_back_the_site_before_and_a_second_one_goes_forward_again(out):
    publish(artifacts(OLD), out)
    publish(artifacts(NEW), out)
    rollback(out)
    assert (read(out), read(out.with_name("site.prev"))) == (site(OLD), site(NEW))
    rollback(out)
    assert (read(out), read(out.with_name("site.prev"))) == (site(NEW), site(OLD))


def test_rollback_touches_no_file(out):
    publish(artifacts(OLD), out)
    publish(artifacts(NEW), out)
    live, before = stamps(out), stamps(out.with_name("site.prev"))
    rollback(out)
    assert (stamps(out), stamps(out.with_name("site.prev"))) == (before, live)


def test_rollback_is_to_the_last_site_and_not_further(out):
    for files in ({"a": b"1"}, {"a": b"2"}, {"a": b"3"}):
        publish(artifacts(files), out)
    rollback(out)
    assert read(out) == site({"a": b"2"})
    assert beside(out) == ["site", "site.lock", "site.prev"]


def test_rollback_without_a_site_before_says_so(out):
    with pytest.raises(PublishError, match="no previous site") as caught:
        rollback(out)
    assert caught.value.exit_code == 3
    assert beside(out) == []
    publish(artifacts(OLD), out)
    with pytest.raises(PublishError, match="no previous site"):
        rollback(out)
    out.with_name("site.prev").mkdir()
    (out.with_name("site.prev") / MARKER).touch()
    with pytest.raises(PublishError, match="no previous site"):
        rollback(out)
    assert read(out) == site(OLD)


def test_rollback_puts_the_site_before_where_the_site_was_deleted(out):
    publish(artifacts(OLD), out)
    publish(artifacts(NEW), out)
    out.rename(out.with_name("away"))
    rollback(out)
    assert read(out) == site(OLD)


def test_where_folders_cannot_be_exchanged_they_are_renamed_in_turn(out):
    for files in ({"a": b"1"}, OLD, NEW):
        publish(artifacts(files), out, swap=unsupported)
    assert (read(out), read(out.with_name("site.prev"))) == (site(NEW), site(OLD))
    rollback(out, swap=unsupported)
    assert (read(out), read(out.with_name("site.prev"))) == (site(OLD), site(NEW))
    assert beside(out) == ["site", "site.lock", "site.prev"]


def test_leftovers_of_killed_builds_are_removed_and_nothing_else_of_like_name(out, tmp_path):
    dead = subprocess.Popen(["true"])
    dead.wait()
    leftover, empty = tmp_path / f"site.next.{dead.pid}", tmp_path / "site.next.4194999"
    for folder in (leftover / "a", empty):
        folder.mkdir(parents=True)
    (leftover / MARKER).touch()
    (leftover / "a" / "link").symlink_to(tmp_path / "kept")
    kept = [tmp_path / name for name in ("kept", f"site.next.{os.getppid()}", "site.next.4194998", "site.next.mine")]
    for folder in kept:
        folder.mkdir()
        (folder / "file").write_text("mine")
    (kept[1] / MARKER).touch()  # ours, but of a process that lives
    (tmp_path / "site.next.4194997").symlink_to(kept[0])
    publish(artifacts(OLD), out)
    assert beside(out) == sorted(["site", "site.lock", "site.next.4194997", *(folder.name for folder in kept)])
    assert all(read(folder)["file"] == b"mine" for folder in kept)


def test_a_foreign_folder_under_the_name_of_the_build_stops_it_and_stays(out):
    publish(artifacts(OLD), out)
    foreign = out.with_name(f"site.next.{os.getpid()}")
    foreign.mkdir()
    (foreign / "file").write_text("mine")
    with pytest.raises(PublishError, match=r"site\.next\.[0-9]+: File exists; the old site is still live$"):
        publish(artifacts(NEW), out)
    assert (read(out), read(foreign)) == (site(OLD), {"file": b"mine"})


def test_an_error_of_the_disk_names_the_path_and_what_is_live(out, monkeypatch):
    def full(_descriptor, _data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(PublishError, match=r"index.html: No space left on device; nothing was published$"):
        publish(artifacts(OLD), out)
    monkeypatch.undo()
    publish(artifacts(OLD), out)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(PublishError, match=r"index.html: No space left on device; the old site is still live$") as e:
        publish(artifacts(NEW), out)
    assert e.value.exit_code == 3
    assert read(out) == site(OLD)
    assert beside(out) == ["site", "site.lock"]


def test_a_folder_that_cannot_be_looked_into_is_told_in_one_line(out, monkeypatch):
    real = Path.lstat

    def denied(path):
        if path.name == MARKER:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path)

    publish(artifacts(OLD), out)
    monkeypatch.setattr(Path, "lstat", denied)
    with pytest.raises(PublishError, match=r"site/\.statusgen: Permission denied; nothing was published$"):
        publish(artifacts(NEW), out)


def test_a_current_folder_that_is_gone_is_told(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(PublishError, match="current folder no longer exists"):
        publish(artifacts(OLD), tmp_path / "site")


def test_ctrl_c_leaves_the_live_site_and_nothing_beside_it(out, monkeypatch):
    def interrupted(_source, _target):
        raise KeyboardInterrupt

    publish(artifacts(OLD), out)
    monkeypatch.setattr(os, "link", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish(artifacts(NEW), out)
    assert read(out) == site(OLD)
    assert beside(out) == ["site", "site.lock"]


def test_each_new_file_and_folder_is_on_the_disk_before_the_exchange(out, monkeypatch):
    synced, order = [], []
    real = sync.sync_path

    def record(path):
        synced.append(path.name)
        order.append(out.exists())
        real(path)

    def no_syncfs(path):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), path)

    monkeypatch.setattr(sync, "sync_file_system", no_syncfs)
    monkeypatch.setattr(sync, "sync_path", record)
    publish(artifacts(OLD), out)
    folders = ["assets", "history", "2026-11", f"site.next.{os.getpid()}"]
    assert sorted(synced) == sorted([MARKER, "index.html", "site.css", "index.html", *folders])
    assert not any(order)


def test_a_second_build_waits_for_the_first(out):
    with lock.locked(out.with_name("site.lock")):
        waiting = threading.Thread(target=publish, args=(artifacts(OLD), out))
        waiting.start()
        time.sleep(0.1)
        assert not out.exists()
    waiting.join()
    assert read(out) == site(OLD)


def test_a_build_that_waited_too_long_says_for_whom(out, monkeypatch):
    publish(artifacts(OLD), out)
    monkeypatch.setattr(lock, "WAIT", 0.1)
    with (
        lock.locked(out.with_name("site.lock")),
        pytest.raises(PublishError, match=rf"another build \(process {os.getpid()}\)") as caught,
    ):
        publish(artifacts(NEW), out)
    assert caught.value.exit_code == 3
    assert read(out) == site(OLD)


def test_the_lock_of_a_dead_process_blocks_nobody(out):
    out.with_name("site.lock").write_text("4194999\n")
    publish(artifacts(OLD), out)
    assert out.with_name("site.lock").read_text() == f"{os.getpid()}\n"


def test_two_processes_that_publish_at_once_both_succeed(out):
    children = [_fork(lambda files=files: [publish(artifacts(files), out) for _ in range(10)]) for files in (OLD, NEW)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    assert read(out) in (site(OLD), site(NEW))
    assert beside(out) == ["site", "site.lock", "site.prev"]


def test_a_reader_never_misses_a_page_nor_sees_half_of_one(out):
    def page(number):
        return b"%06d\n" % number * 3_000

    publish([Artifact("index.html", page(0))], out)
    seen, faults, done = set(), [], threading.Event()

    def watch():
        while not done.is_set():
            try:
                text = (out / "index.html").read_bytes()
            except OSError as error:
                faults.append(error)
                continue
            seen.add(text[:6])
            if text != text[:7] * 3_000:
                faults.append(text)

    reader = threading.Thread(target=watch)
    reader.start()
    try:
        for number in range(1, 201):
            publish([Artifact("index.html", page(number)), Artifact("a.html", b"a")], out)
    finally:
        done.set()
        reader.join()
    assert faults == []
    assert len(seen) > 20


def test_a_disk_that_is_really_full_leaves_the_live_site(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    with contextlib.suppress(FileNotFoundError):
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("mounting a small disk is not allowed here")
    try:
        out = disk / "site"
        publish(artifacts(OLD), out)
        with pytest.raises(PublishError, match=r"No space left on device; the old site is still live$"):
            publish(artifacts(NEW | {f"{n}.html": b"x" * 4096 for n in range(100)}), out)
        assert read(out) == site(OLD)
        assert beside(out) == ["site", "site.lock"]
        publish(artifacts(NEW), out)
        assert read(out) == site(NEW)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_file_without_a_path_in_the_tree_is_never_taken_for_equal(out):
    publish(artifacts({"a": b""}), out)
    os.mkfifo(out / "pipe")
    assert tree.list_tree(out) == {"a": 0, "pipe": tree.NOT_A_FILE}
    assert publish(artifacts({"a": b"", "pipe": b""}), out).changed == 1
    assert re.fullmatch("", (out / "pipe").read_text())


def _fork(work):
    """Run `work` in a process of its own, and return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)
