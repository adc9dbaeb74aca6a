"""`statusgen serve`: the site in memory, its server, and the watch on files."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import EXAMPLE, NOW, SETTINGS

from statusgen.compute.earlier import Earlier
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.preview import Preview
from statusgen.read.content import Memory, read_content, read_documents
from statusgen.render.live import LiveSite
from statusgen.render.site import render_site
from statusgen.render.theme import load_theme
from statusgen.serve import watch
from statusgen.serve.server import Stage, State, open_server

FIRST = (
    "---\ntitle: Errors\ncomponents: {api: major_outage}\n---\n## Investigating — 2026-11-02 09:20 UTC\n\nLooking.\n"
)
WAIT = 10.0  # seconds in which anything must happen, however busy the machine is


# --- The same as a build


def test_each_file_is_the_same_as_that_of_a_build_in_any_order():
    history = public_history(read_content(EXAMPLE, NOW), NOW)
    languages = replace(history, site=replace(history.site, languages=("en", "ar"), hosting=("nginx",)))
    report = compute_report(languages, NOW)
    theme = load_theme("default", EXAMPLE)
    built = {artifact.path: artifact.content for artifact in render_site(report, theme)}
    live = LiveSite(report, theme)
    for path in sorted(built, key=lambda path: path[::-1]):
        assert live.file(path) == built[path], path
    for nothing in ("favicon.ico", "x/index.html", "de/index.html", "index", "", "../x", "api/v9/x.json"):
        assert live.file(nothing) is None


def test_what_is_remembered_changes_no_result(world):
    """Whatever is edited, added, renamed, deleted or broken between two readings."""
    root = world({f"incidents/2026-11-{day:02}-x.md": FIRST for day in range(1, 6)})
    memory = Memory()
    work = "---\ntitle: W\ncomponents: [api]\nstart: 2026-12-01 09:00 UTC\nend: 2026-12-01 10:00 UTC\n"
    steps = [
        lambda: (root / "incidents/2026-11-02-x.md").write_text(FIRST.replace("Errors", "Other")),
        (root / "incidents/2026-11-03-x.md").unlink,
        lambda: (root / "incidents/2026-11-04-x.md").rename(root / "incidents/2026-11-09-y.md"),
        lambda: (root / "incidents/2026-11-05-x.md").write_text(FIRST + "# Title\n"),
        (root / "maintenance").mkdir,
        lambda: (root / "maintenance/w.md").write_text(f"{work}announced: 2026-11-20 09:00\n---\n"),
        lambda: (root / "status.yaml").write_text(SETTINGS.replace("Europe/London", "Asia/Tokyo")),
        lambda: (root / "status.yaml").write_text(SETTINGS + "private_words: [Looking]\n"),
    ]
    for step in [lambda: None, *steps]:
        step()
        assert read_documents(root, memory) == read_documents(root)


def test_figures_that_are_kept_are_those_of_a_report_made_anew():
    history = public_history(read_content(EXAMPLE, NOW + 10**7), NOW)
    earlier = Earlier()
    changed = replace(history, incidents=history.incidents[:-3])
    for now in (NOW - 40 * 86400, NOW, NOW + 3600):
        for known in (history, changed):
            assert compute_report(known, now, earlier) == compute_report(known, now)
    assert compute_report(history, NOW - 86400, earlier) == compute_report(history, NOW - 86400), "time goes back"


# --- The preview


@pytest.fixture
def preview(world):
    return Preview(world({"incidents/2026-11-02-x.md": FIRST}), None, lambda: NOW)


def test_the_last_good_page_stays_while_something_is_wrong(preview):
    path = preview.content / "incidents" / "2026-11-02-x.md"
    preview.rebuild()
    good = preview.answer("")
    assert good.status == 200
    assert preview.stage.state == State(1, [])
    path.write_text(FIRST.replace("Investigating", "Investigatin"))
    preview.rebuild()
    ((place, text, code),) = preview.stage.state.problems
    assert place == f"{path}:5"
    assert "did you mean investigating?" in text
    assert code == "SG302"
    assert preview.stage.state.build == 1
    assert preview.answer("") == good
    path.write_text(FIRST.replace("Errors", "Worse"))
    preview.rebuild()
    assert preview.stage.state == State(2, [])
    assert b"Worse" in preview.answer("").body


def test_a_theme_that_fails_on_the_open_page_leaves_the_last_good_one(preview):
    theme = preview.content.parent / "themes" / "mine"
    theme.mkdir(parents=True)
    (preview.content / "status.yaml").write_text(SETTINGS + "theme: {name: mine}\n")
    preview.rebuild()
    good = preview.answer("")
    (theme / "index.html").write_text("{{ nothing }}")
    preview.rebuild()
    ((_, text, code),) = preview.stage.state.problems
    assert "nothing" in text
    assert code == "SG601"
    assert preview.answer("") == good
    (theme / "index.html").write_text("mine")
    preview.rebuild()
    assert preview.stage.state.problems == []
    assert preview.answer("").body == b"mine"


def test_a_theme_that_fails_on_a_page_in_another_tab_is_told_once_it_asks(preview):
    theme = preview.content.parent / "themes" / "mine"
    theme.mkdir(parents=True)
    (preview.content / "status.yaml").write_text(SETTINGS + "theme: {name: mine}\n")
    preview.rebuild()
    good = preview.answer("history/")
    assert preview.answer("").status == 200
    (theme / "history.html").write_text("{{ nothing }}")
    preview.rebuild()
    assert preview.stage.state.problems == []
    assert preview.answer("history/") == good
    assert "nothing" in preview.stage.state.problems[0][1]


def test_before_anything_could_be_built_the_problems_are_the_page(world):
    preview = Preview(world({"incidents/<b>.md": FIRST}), None, lambda: NOW)
    preview.rebuild()
    with served(preview.stage) as get:
        answer, body = get("/")
        assert answer.status == 503
        assert "&lt;b&gt;.md" in body
        assert "SG108" in body


def test_addresses_are_those_of_the_site_with_and_without_its_path(world):
    root = world({"status.yaml": SETTINGS.replace("acme.example/", "acme.example/status/")})
    preview = Preview(root, None, lambda: NOW)
    preview.rebuild()
    for path in ("", "history/", "status/", "status/history/", "history.rss", "build.json"):
        assert preview.answer(path).status == 200, path
    assert preview.answer("nowhere/").status == 404
    assert b"<title>" in preview.answer("nowhere/").body


def test_pages_have_the_headers_of_a_host_but_are_never_kept(preview):
    preview.rebuild()
    with served(preview.stage) as get:
        answer, body = get("/")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        assert body.count("/-/preview.js?1") == 1
        assert get("/history.rss")[0].headers["Content-Type"].startswith("application/rss+xml")
        assert "preview" not in get("/history.rss")[1]


# --- The server


class served:  # noqa: N801 - it reads as a word
    """Serve a stage; give a function that asks it."""

    def __init__(self, stage):
        self.server = open_server(stage, 0)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.port = self.server.server_address[1]

        def get(path, host=None, method="GET"):
            asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
            asked.putrequest(method, path, skip_host=True)
            asked.putheader("Host", host or f"127.0.0.1:{self.port}")
            asked.endheaders()
            answer = asked.getresponse()
            return answer, answer.read().decode()

        get.port = self.port
        return get

    def __exit__(self, *_):
        self.server.stage.close()
        self.server.shutdown()
        self.server.server_close()


ANSWERS = [
    ("/", 200), ("/%2e%2e/status.yaml", 404), ("/../status.yaml", 404), ("//etc/passwd", 404),
    ("/..%5c..%5cetc/passwd", 404), ("/incidents/..%2f..%2fstatus.yaml", 404), ("/%00", 404), ("/%ff", 400),
    ("/status.yaml", 404), ("/content/status.yaml", 404), ("/.git/config", 404), ("/-/../status.yaml", 404),
    ("/-/", 404), ("/-/server.py", 404), ("/-/preview.js", 200), ("/-/..%2fserver.py", 404),
]  # fmt: skip


def test_nothing_is_served_but_the_site_and_to_nobody_but_this_machine(preview):
    preview.rebuild()
    with served(preview.stage) as get:
        for path, status in ANSWERS:
            assert get(path)[0].status == status, path
        for host in ("evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "", "127.0.0.1.evil.example"):
            assert get("/", host=host or " ")[0].status == 421, host
        assert get("/", method="HEAD")[1] == ""
        assert get("/", method="POST")[0].status == 501
        assert get("/", method="PUT")[0].status == 501


def test_it_listens_on_this_machine_alone_and_takes_the_next_free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = open_server(Stage(lambda _: None), port)
        assert server.server_address[0] == "127.0.0.1"
        assert port < server.server_address[1] < port + 20
        server.server_close()
        with pytest.raises(OSError, match="in use"):
            open_server(Stage(lambda _: None), port, tries=1)


def test_a_page_hears_of_each_build_and_of_problems(preview):
    preview.rebuild()
    with served(preview.stage) as get:
        heard = Events(get.port)
        assert heard.next() == {"build": 1, "problems": []}
        (preview.content / "status.yaml").write_text("title: [\n")
        preview.rebuild()
        assert [place for place, _, _ in heard.next()["problems"]] == [f"{preview.content}/status.yaml:2"]


class Events:
    """What a page hears, one state after the other."""

    def __init__(self, port):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        asked.request("GET", "/-/events")
        self.answer = asked.getresponse()
        assert self.answer.headers["Content-Type"] == "text/event-stream"

    def next(self):
        line = self.answer.readline().decode()
        assert self.answer.readline() == b"\n"
        return json.loads(line.removeprefix("data: "))


# --- The watch


class Watched:
    """A folder under watch, and how often it was told to have changed."""

    def __init__(self, root):
        self.told = 0
        self.changed = threading.Event()
        self.watcher = watch.Watcher(lambda: [root], self._note)
        self.watcher.start()

    def _note(self):
        self.told += 1
        self.changed.set()

    def heard(self, seconds=WAIT):
        found = self.changed.wait(seconds)
        self.changed.clear()
        return found


@pytest.fixture(params=["watches", "polling"])
def watched(request, tmp_path, monkeypatch):
    root = tmp_path / "content"
    (root / "incidents").mkdir(parents=True)
    (root / "incidents" / "a.md").write_text("one")
    if request.param == "polling":
        monkeypatch.setattr(watch, "_count_watches", lambda: 0)
        monkeypatch.setattr(watch, "POLL", 0.05)
        monkeypatch.setattr(watch.Watcher, "_observe", lambda *_: None)
    found = Watched(root)
    assert found.watcher.polling == (request.param == "polling")
    yield found, root
    found.watcher.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("statusgen-")]


def in_place(path):
    path.write_text("two, which is longer")


def by_rename(path):
    aside = path.with_name(".a.md.swp")
    aside.write_text("three, longer still")
    aside.replace(path)


def with_backup(path):
    path.rename(path.with_name("a.md~"))
    path.write_text("four, as vim does")


def away_and_back(path):
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    path.write_text("five, in a folder of the same name")


@pytest.mark.parametrize("save", [in_place, by_rename, with_backup, away_and_back])
def test_each_way_of_saving_is_noticed(watched, save):
    found, root = watched
    for _ in range(2):
        save(root / "incidents" / "a.md")
        assert found.heard()
        while found.heard(0.3):
            pass


def test_new_folders_and_files_that_go_are_noticed(watched):
    found, root = watched
    for change in (
        lambda: (root / "pages").mkdir() or (root / "pages" / "b.md").write_text("x"),
        lambda: (root / "pages" / "b.md").write_text("xy"),
        (root / "incidents" / "a.md").unlink,
        lambda: (root / "pages").rename(root / "other"),
    ):
        change()
        assert found.heard()
        while found.heard(0.3):
            pass


def test_reading_and_what_editors_write_for_themselves_is_no_change(watched):
    found, root = watched
    (root / "incidents" / "a.md").read_text()
    (root / "incidents" / ".a.md.swp").write_text("x")
    (root / "4913").write_text("")
    (root / "incidents" / "b.md~").write_text("x")
    (root / ".git").mkdir()
    (root / ".git" / "index").write_text("x")
    assert not found.heard(0.5)


def test_changes_that_come_together_are_told_once(watched):
    found, root = watched
    for number in range(200):
        (root / "incidents" / f"{number}.md").write_text("x")
    assert found.heard()
    while found.heard(0.5):
        pass
    assert found.told < 20


# --- The command


def test_the_command_serves_and_stops_cleanly(world):
    root = world({"incidents/2026-11-02-x.md": FIRST})
    arguments = ["serve", "--content", str(root), "--port", "0", "--now", "2026-11-24T00:00:00Z"]
    process = subprocess.Popen(
        [sys.executable, "-m", "statusgen", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout.readline().startswith(f"built  {root} in ")
        address = process.stdout.readline().split()[1]
        port = int(address.rsplit(":", 1)[1].strip("/"))
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        asked.request("GET", "/")
        assert b"Errors" in asked.getresponse().read()
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        waiting.request("GET", "/-/events")
        waiting.getresponse()
        (root / "incidents" / "2026-11-02-x.md").write_text(FIRST.replace("api:", "apy:"))
        assert 'no component "apy" (did you mean api?) [SG204]' in process.stderr.readline()
        assert process.stderr.readline() == "1 problem; the last good page stays.\n"
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT) == 0
        assert time.monotonic() - begun < WAIT / 2
        assert process.stdout.read().endswith("stopped\n")
        assert process.stderr.read() == ""
    finally:
        process.kill()


def test_no_link_leads_out_of_content(preview, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text(FIRST.replace("Errors", "Secret"))
    (preview.content / "incidents" / "link.md").symlink_to(secret)
    preview.rebuild()
    assert [code for _, _, code in preview.stage.state.problems] == ["SG102"]
    assert "Secret" not in Path(preview.content / "status.yaml").read_text()
