"""Files that a stranger made as large, deep, slow or odd as can be: each is read or told, soon, and hides no other."""

import json
import os
import signal
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner
from conftest import SETTINGS

from statusgen.cli import cli
from statusgen.read.source import _is_over

INCIDENT = """\
---
title: T
components: {api: major_outage}
---

## Investigating — 2026-11-02 09:20 UTC

X

## Resolved — 2026-11-02 10:20 UTC
"""
NOW = ("--now", "2026-11-24 09:30 UTC")
SIZE = 100_000


class TooLongError(BaseException):
    """Nobody catches it, but the test that waits."""


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Stop what waits for ever, and fail what worked for longer (in seconds of the processor)."""

    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(6 * seconds)
    begun = process_time()
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert process_time() - begun < seconds


def run(root: Path, *words: str, now: bool = True):
    """Run a command on a content folder; no traceback reaches a user."""
    more = ("--out", str(root.parent / "site")) if words[0] == "build" else ()
    done = CliRunner().invoke(cli, [*words, "--content", str(root), *(NOW if now else ()), *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def problems(root: Path) -> list[dict]:
    return json.loads(run(root, "check", "--format", "json").output)["problems"]


# --- What is no file

PLACES = ["incidents/x.md", "maintenance/x.md", "pages/x.md", "history/2026-11.runs", "history/logs.txt", "status.yaml"]


def make_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def make_link_to_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path.parent / "pipe")
    path.symlink_to("pipe")


@pytest.mark.parametrize("make", [make_pipe, make_link_to_pipe])
@pytest.mark.parametrize("place", PLACES)
def test_a_pipe_among_the_files_is_told_and_nobody_waits_for_it(world, place, make: Callable[[Path], None]):
    from statusgen.model.compacted import ENDING, FOLDER, LOGS

    place = {"history/2026-11.runs": f"{FOLDER}/2026-11{ENDING}", "history/logs.txt": str(LOGS)}.get(place, place)
    root = world({"incidents/a.md": INCIDENT.replace("Resolved", "Fixed"), f"{Path(place).parent}/.keep": ""})
    make(root / place)
    with at_most(2):
        told = problems(root)
        for words in (("incident", "list"), ("maintenance", "list")):  # build reads as check does
            run(root, *words)
    assert [p["message"] for p in told if p["file"].endswith(place)] == ["is not a file (delete it)"]
    assert [p for p in told if p["file"].endswith("a.md")], "the problems of other files are told, too"


def test_a_pipe_that_is_a_log_a_logo_or_a_template_holds_up_nothing(world):
    settings = SETTINGS + 'checks: [{files: "*.jsonl"}]\ntheme: {logo: {light: logo.svg, dark: link.svg}}\n'
    root = world({"status.yaml": settings, "templates/.keep": "", "incidents/a.md": INCIDENT})
    for name in ("log.jsonl", "logo.svg", "templates/x.md"):
        os.mkfifo(root / name)
    (root / "link.svg").symlink_to("log.jsonl")
    with at_most(2):
        told = {
            (Path(p["file"]).name, p["message"].partition(" (")[0]) for p in problems(root) if p["level"] == "error"
        }
        wrong = run(root, "incident", "new", "Title", "--template", "x", now=False)
    assert ("link.svg", "is not a file") in told
    assert any("logo.svg" in message for _, message in told)
    assert wrong.exit_code != 0
    assert "is not a file" in wrong.output or "no file" in wrong.output or "logo" in wrong.output


# --- Which logs an entry may mean

GLOBS = {
    "../**/*.log": "no file matches", "/nowhere/*": "no file matches", "**/": "no file matches",
    "[": "no file matches",
    "//": "is not a glob", "a/" * 2000: "is not a glob", "x" * 5000: "is not a glob", "link/*.jsonl": "lies outside",
    "self/*": "no file matches", "l.jsonl/../../*.md": "no file matches",
}  # fmt: skip


@pytest.mark.parametrize("glob", GLOBS, ids=lambda glob: glob[:20])
def test_a_glob_of_a_stranger_is_told_and_leads_to_nothing_outside(world, glob):
    root = world({"status.yaml": f'{SETTINGS}checks: [{{files: "{glob}"}}]\n', "incidents/a.md": INCIDENT})
    (root.parent / "secret").mkdir()
    (root.parent / "secret" / "a.jsonl").write_text("secret\n")
    (root / "link").symlink_to("../secret")
    (root / "self").symlink_to("self")
    with at_most(3):
        done = run(root, "check")
    assert "secret" not in done.output.replace("link/", "")
    assert GLOBS[glob] in done.output


def test_what_a_file_elsewhere_says_is_not_shown_though_status_yaml_may_name_it(world):
    key = "-----BEGIN PRIVATE KEY-----\nsecret: mysecret\n"
    root = world({})
    elsewhere = root.parent / "key"
    elsewhere.write_text(key)
    for form in ("jsonl", "csv"):
        entry = f"checks: [{{files: {elsewhere}, format: {form}}}, {{files: own.jsonl}}]\n"
        (root / "status.yaml").write_text(SETTINGS + entry)
        (root / "own.jsonl").write_text("mine\n")
        done = run(root, "check")
        assert str(elsewhere) in done.output
        assert "PRIVATE" not in done.output
        assert "mysecret" not in done.output
        assert '"mine"' in done.output


# --- Themes and pictures


@pytest.mark.parametrize("trusted", ["true", "false"])
@pytest.mark.parametrize("link", ["themes/mine", "themes"])
def test_a_theme_that_is_a_link_out_of_the_folder_of_the_site_is_refused(world, tmp_path_factory, link, trusted):
    outside = tmp_path_factory.mktemp("outside")
    target = outside / "mine" if link == "themes" else outside
    (target / "static").mkdir(parents=True)
    (target / "static" / "secret.txt").write_text("secret")
    (target / "page.html").write_text("secret")
    root = world({"status.yaml": f"{SETTINGS}theme: {{name: mine, trusted: {trusted}}}\n"})
    (root.parent / link).parent.mkdir(exist_ok=True)
    (root.parent / link).symlink_to(outside)
    for words in ("check", "build"):
        done = run(root, words)
        assert done.exit_code == 1
        assert "a link that leads out" in done.output
    assert not (root.parent / "site").exists()


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head


@pytest.mark.parametrize(("size", "fine"), [((512, 512), True), ((4096, 4096), True), ((65000, 65000), False)])
def test_a_small_file_of_more_pixels_than_a_browser_can_hold_is_refused(world, size, fine):
    root = world({"status.yaml": f"{SETTINGS}theme: {{favicon: i.png}}\n", "i.png": png(*size)})
    told = [problem["message"] for problem in problems(root) if problem["level"] == "error"]
    assert (told == []) == fine
    assert fine or "65,000 x 65,000 pixels" in told[0]


# --- Times and numbers

WINDOWS = [
    ("2026-11-02 09:20", "2026-11-02 10:20"), ("1971-01-02 00:00", "1971-01-02 01:00"),
    ("9998-12-30 00:00", "9998-12-31 23:59"), ("1971-01-02 00:00", "9998-12-31 23:59"),
    ("0001-01-01 00:00", "9999-12-31 23:59"),
]  # fmt: skip
RULES = [
    "FREQ=YEARLY;UNTIL=99991231", "FREQ=YEARLY;UNTIL=00010101", "FREQ=YEARLY;UNTIL=99991231T235959Z", "FREQ=SECONDLY",
    "FREQ=DAILY;COUNT=" + "9" * 5000, "FREQ=DAILY;INTERVAL=" + "9" * 5000, "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2",
    "FREQ=YEARLY;" * 5000, "=" * 100, "FREQ=MONTHLY;BYDAY=5FR", "FREQ=YEARLY;COUNT=0", "FREQ=YEARLY",
]  # fmt: skip


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window[0][:4] + window[1][:4])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[:30])
def test_a_maintenance_at_any_time_by_any_rule_is_read_or_told(world, rule, window):
    start, end = window
    head = f"title: M\ncomponents: [api]\nstart: {start} UTC\nend: {end} UTC\nannounced: 1971-01-01\n"
    root = world({"maintenance/m.md": f"---\n{head}timezone: Europe/London\nrrule: {rule}\n---\n"})
    with at_most(5):
        told = problems(root)
        if not any(problem["level"] == "error" for problem in told):
            from statusgen.compute.report import compute_report
            from statusgen.read.content import read_documents
            from statusgen.render.calendars import render_calendars
            from statusgen.render.feeds import render_feeds
            from statusgen.render.pages.maintenance import _repeats

            history = read_documents(root)
            report = compute_report(history, 1795512600)
            assert list(render_calendars(report))
            assert list(render_feeds(report))
            assert _repeats(history.maintenances[0].recurrence)
        else:
            assert all(p["line"] for p in told if p["level"] == "error")


BIG = "9" * 5000
NUMBERS = [BIG, f"0.{BIG}", f"-{BIG}", "1e400", "nan", ".inf", "999999999d", "999999999d" * 50, "0s", "0001-01-01",
           "9999-12-31", "٣", "0x10", '"\\0"', "9999999999999999999%"]  # fmt: skip
KEYS = [
    "fresh_for: V", "expect_update_within: V", "monitoring: {interval: V}", "monitoring: {max_gap: V}",
    "monitoring: {quorum: V}", "monitoring: {confirm: {down: V}}", "slas: {s: {target: V}}",
    "slas: {s: {target: 1, decimals: V}}", "slas: {s: {target: 1, maintenance: {max_excluded: V, notice: V}}}",
    "slas: {s: {target: 1, method: slices, slices: {length: V, rule: V}}}",
    "slas: {s: {target: 1, method: downtime-periods, downtime_periods: {at_least: V, unit: V}}}",
    "slas: {s: {target: 1, credits: [{below: V, credit: V}], hours: {days: [mon], from: V, to: V}}}",
    "components: {api: {since: V, retired: V}}", "timezone: V", "theme: {accent: V}",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
def test_a_number_of_any_size_is_read_or_told_with_its_line(world, number):
    with at_most(5):
        for key in KEYS:
            base = "".join(
                line for line in SETTINGS.splitlines(True) if not line.startswith(("timezone", "components", " "))
            )
            rest = "" if key.startswith("components") else "components: {api: {sla: s}}\n"
            slas = "" if key.startswith("slas") else "slas: {s: {target: 1}}\n"
            root = world({"status.yaml": f"{base}{rest}{slas}{key.replace('V', number)}\n", "incidents/a.md": INCIDENT})
            wrong = [problem for problem in problems(root) if problem["level"] == "error"]
            assert all(problem["line"] for problem in wrong)
            if not wrong:
                run(root, "uptime")


# --- What takes long

PIECES = [
    " ", "a.", "a-", "1.", "- ", "> ", "1. ", "[", "![", "](", "<", "<a ", "<img src=x ", "<img src=x>", "=\n", "-\n",
    "# a\n", "### a\n", "`", "``` x\n", "*", "_", "\\", "&", "|", "| a | b |\n", "monday ", "1 of ", "2026-11-02 ",
    "<!--",
    "<!-- -->", "10.0.", "\u00a0", "\u202e", "{", "{{", "[a]: b\n", "a\n: b\n", "\r", '"', "'", "word ", "\n", "::x\n",
]  # fmt: skip


@pytest.mark.parametrize("place", ["body", "heading", "time", "title", "front"])
def test_no_repetition_in_a_file_takes_long(world, place):
    """Each piece 100 kB long; all of them together take no longer than the worst of one may."""
    root = world({})
    for number, piece in enumerate(PIECES):
        text = (piece if place == "body" else piece.replace("\n", " ").replace("\r", " ")) * (SIZE // len(piece))
        changed = {
            "body": INCIDENT.replace("X\n", text + "\n"),
            "heading": INCIDENT.replace("## Res", f"## {text}\n\n## Res"),
            "time": INCIDENT.replace("10:20 UTC", f"10:20 UTC{text}"),
            "title": INCIDENT.replace("title: T", f"title: {json.dumps(text)}"),
            "front": INCIDENT.replace("title: T", f"title: T\n{text}"),
        }[place]
        path = root / "incidents" / f"a{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(changed)
    with at_most(10):
        run(root, "check", "--format", "github")
    with at_most(5):
        run(root, "incident", "list")


@pytest.mark.parametrize(
    "line", ["##" + " " * SIZE + "x", "## a" + " a" * SIZE, "## Resolved — 2026-11-02 10:20 UTC" + " " * SIZE + "x"]
)
def test_a_glance_at_a_heading_takes_no_time_whatever_it_is(line):
    with at_most(1):
        assert not _is_over(line)


def test_many_updates_of_one_incident_make_feeds_soon(world):
    from statusgen.compute.report import compute_report
    from statusgen.read.content import read_documents
    from statusgen.render.feeds.items import update_items

    root = world({"incidents/a.md": INCIDENT + "\n## Update — 2026-11-02 10:20 UTC\n\nx\n" * 15000})
    report = compute_report(read_documents(root), 1795512600)
    with at_most(3):
        assert len(update_items(report)) == 15002


@pytest.mark.parametrize("text", ["a{" * 100_000, "a{b:" + "(" * 100_000, "f(" * 100_000, "@import 'x';" * 30_000])
def test_a_stylesheet_of_any_depth_is_read_or_told(world, text):
    root = world({"status.yaml": f"{SETTINGS}theme: {{css: a.css}}\n", "a.css": text})
    with at_most(5):
        assert ("@import" in text) == any(problem["level"] == "error" for problem in problems(root))


def test_what_lies_deep_in_a_stylesheet_is_found(world):
    for text in ("a{" * 5000 + "b: url(x)", "@media x {" * 300 + "@import 'x';", "a{b: f(" * 2000 + "url('x')"):
        root = world({"status.yaml": f"{SETTINGS}theme: {{css: a.css}}\n", "a.css": text})
        assert any("asks for another file" in problem["message"] for problem in problems(root))


def test_names_that_are_wrong_by_the_thousand_are_told_soon(world):
    groups = "".join(f"  g{number}: {{sla: s{number}}}\n" for number in range(5000))
    slas = "".join(f"  t{number}: {{target: 1%}}\n" for number in range(900))
    root = world({"status.yaml": f"{SETTINGS}groups:\n{groups}slas:\n{slas}"})
    with at_most(5):
        assert len([problem for problem in problems(root) if 'no SLA "' in problem["message"]]) == 5000


# --- Folders


def deepen(folder: Path, levels: int) -> None:
    """Make folders inside each other, deeper than a path can be written at once, and a file in the last."""
    folder.mkdir(parents=True, exist_ok=True)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("a", dir_fd=here)
        inner = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    for name in ("deep.md", "deep.html"):
        with os.fdopen(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=here), "w") as file:
            file.write(INCIDENT.replace("Resolved", "Fixed") if name == "deep.md" else "{{")
    os.close(here)


DEEP = ("incidents", "maintenance", "pages", "history", "checks", "../themes/mine/static")


def test_folders_may_lie_deeper_inside_each_other_than_calls_of_python(world):
    settings = f'{SETTINGS}checks: [{{files: "**/*.jsonl"}}]\ntheme: {{name: mine}}\n'
    root = world({"status.yaml": settings, "incidents/a.md": INCIDENT, "../themes/mine/t.txt": ""})
    for folder in DEEP:
        deepen(root / folder, 1100)
    try:
        with at_most(5):
            told = problems(root)
            for words in (("build",), ("incident", "list"), ("maintenance", "list")):
                run(root, *words)
        deep = {Path(p["file"]).relative_to(root).parts[0] for p in told if p["file"].endswith("deep.md")}
        assert deep == {"incidents", "maintenance", "pages"}
    finally:  # shutil is not up to it either
        subprocess.run(["rm", "-rf", *(str(root / folder) for folder in DEEP)], check=True)


def test_links_to_all_of_the_disk_and_in_circles_cost_no_time(world):
    root = world({"incidents/a.md": INCIDENT, "../themes/mine/t.txt": ""})
    for folder in (root, root / "incidents", root.parent / "themes"):
        (folder / "disk").symlink_to("/")
        (folder / "round").symlink_to(".")
        (folder / "up").symlink_to("..")
    with at_most(3):
        assert run(root, "check").exit_code == 0
        assert run(root, "build").exit_code == 0
        assert run(root, "build").exit_code == 0


# --- One bad file never hides another


def test_a_dozen_kinds_of_bad_file_hide_no_problem_of_another(world):
    bomb = "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 20))
    files = {
        "binary.md": b"\xff\xfe\0\0", "huge.md": b"x" * 4_000_001, "long.md": b"x" * 2_000_001, "empty.md": b"",
        "deep.md": f"---\n{'a: [' * 500}\n---\n", "bomb.md": f"---\na0: &a0 x\n{bomb}---\n",
        "tag.md": "---\ntitle: !!python/object/apply:os.system [id]\n---\n", "open.md": "---\ntitle: T\n",
        "conflict.md": INCIDENT.replace("X\n", "<<<<<<< HEAD\nX\n=======\nY\n>>>>>>> other\n"),
        "fence.md": INCIDENT.replace("X\n", "```\nX\n"), "list.md": "---\n- a\n---\n", "Odd Name.md": INCIDENT,
        "surrogate.md": INCIDENT.replace("title: T", 'title: "\\ud800"'),
        "wide.md": "---\n" + "".join(f"k{n}: [" + "x," * 100 + "]\n" for n in range(2100)) + "---\n",
        # beside them what people do wrong every day
        "typo.md": INCIDENT.replace("major_outage", "majr_outage"), "time.md": INCIDENT.replace("09:20 UTC", "9h"),
        "phase.md": INCIDENT.replace("Resolved", "Fixed"), "key.md": INCIDENT.replace("title: T",
        "title: T\nstared: x"),
    }  # fmt: skip
    root = world({f"incidents/{name}": text for name, text in files.items()})
    (root / "incidents" / "out.md").symlink_to("/etc/passwd")
    (root / "incidents" / "loop.md").symlink_to("loop.md")
    (root / "incidents" / "gone.md").symlink_to("nowhere.md")
    os.mkfifo(root / "incidents" / "pipe.md")
    (root / "maintenance").symlink_to("/etc")
    (root / "pages").mkdir()
    (root / "pages" / "index.md").write_text("---\ntitle: T\n---\n")
    (root / "status.yaml").write_text(SETTINGS + "colour: red\nfresh_for: soon\n")
    with at_most(5):
        told = problems(root)
    wrong = {Path(problem["file"]).name for problem in told if problem["level"] == "error"}
    others = {"out.md", "loop.md", "gone.md", "pipe.md", "maintenance", "status.yaml"}
    assert wrong >= {*files, *others}
    assert len([problem for problem in told if problem["file"].endswith("status.yaml")]) >= 2


# --- Terminals

STEERING = "\x1b]0;x\x07\x1b[2J\x9b31m\u202e\u2066"
ESCAPED = '"a \\e]0;x\\a\\e[2J\\x9b31m\\u202e\\u2066"'
WORDS = [
    ("check",), ("check", "--strict"), ("build",), ("uptime",), ("uptime", "--groups"), ("explain", "api", "2026-11"),
    ("incident", "list"), ("maintenance", "list"), ("next",), ("compact",), ("diff", "HEAD"), ("serve", "--nowhere"),
]  # fmt: skip


def test_no_command_lets_a_text_or_a_name_steer_the_terminal(world):
    settings = SETTINGS.replace("Acme Status", ESCAPED).replace("name: API", f"name: {ESCAPED}, description: {ESCAPED}")
    log = {"time": "2026-11-02T09:20:00Z", "monitor": STEERING, "probe": STEERING, "status": "down"}
    planned = "start: 2026-12-01 08:00 UTC\nend: 2026-12-01 09:00 UTC\nannounced: 2026-11-20 08:00 UTC\n"
    settings = settings.replace("aliases: [", f"checks: {{monitors: {ESCAPED.replace('a ', '')}}}, aliases: [")
    root = world(
        {
            "status.yaml": settings + 'checks: [{files: "*.jsonl"}]\nslas: {s: {target: 99%}}\nsla: s\n',
            "incidents/a.md": INCIDENT.replace("title: T", f"title: {ESCAPED}\nexclude: {ESCAPED}").partition("## Res")[
                0
            ],
            "maintenance/m.md": f"---\ntitle: {ESCAPED}\ncomponents: [api]\n{planned}---\n{STEERING}\n",
            "a\x1b[2J.jsonl": json.dumps(log) + "\nbad " + STEERING + "\n",
        }
    )
    for words in WORDS:
        output = run(root, *words, now=words[0] not in ("serve", "incident") or words[-1] == "list").output
        assert not [character for character in output if not character.isprintable() and character != "\n"], words
