"""What every command has in common: where it prints, how it ends, and what it never leaves behind."""

import json
import random
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from forked import run_all
from repository import ENVIRONMENT, Repository

from statusgen import errors
from statusgen.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
NOW = 1795512600  # 2026-11-24T09:30:00Z
LATER = str(NOW + 60)
MESSAGE = ("-m", "A word.")
NEW = ("incident", "new", "Errors", "-c", "api=major_outage", *MESSAGE)
PLAN = ("maintenance", "new", "Move", "-c", "api", "--start", "+26h", "--end", "+27h", *MESSAGE)
# Every command but `serve`, which ends only when it is told to, as it does well in the folder of `sample`.
WELL = [
    ("build",), ("check",), ("compact",), ("diff",), ("explain", "api", "2026-11"), ("incident", "list"), NEW,
    ("incident", "update", *MESSAGE), ("incident", "resolve", *MESSAGE), ("init", "new"), ("maintenance", "list"), PLAN,
    ("maintenance", "start", *MESSAGE), ("maintenance", "complete", *MESSAGE), ("maintenance", "cancel", *MESSAGE),
    ("maintenance", "extend", "--end", "2026-12-02 05:00 UTC", *MESSAGE), ("next",), ("rollback",), ("scan",),
    ("scan", "--sql", "trino"), ("schema",), ("uptime",),
]  # fmt: skip
# What each says where something is wrong: the arguments and the exit code.
BADLY = [
    ("build", "--content", "none", 1), ("check", "--content", "none", 1), ("compact", "--content", "none", 1),
    ("diff", "no-such-commit", 2), ("explain", "apii", "2026-11", 2), ("incident", "list", "--content", "none", 1),
    ("incident", "new", "E", "-c", "apii=major_outage", *MESSAGE, 2), ("incident", "update", "none", *MESSAGE, 2),
    ("incident", "resolve", "-c", "api=major_outage", *MESSAGE, 1), ("init", ".", 2),
    ("maintenance", "new", "M", "--start", "22:00", "--end", "21:00", *MESSAGE, 1),
    ("maintenance", "start", "none", *MESSAGE, 2), ("maintenance", "list", "--content", "none", 1),
    ("next", "--after", "2020-01-01 00:00 UTC", 2), ("rollback", "--out", "none", 3), ("scan", "--content", "none", 1),
    ("schema", "no-kind", 2), ("uptime", "apii", 2), ("biuld", 2), ("incident", "udpate", 2), ("build", "--nope", 2),
    ("incident", "update", *MESSAGE, "--push", 3), ("build", "--out", "content/site", 3),
]  # fmt: skip


def names(words):
    return " ".join(str(word) for word in words)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Give a folder with an open incident, a maintenance ahead and two builds, in git."""
    top = tmp_path_factory.mktemp("manners") / "acme"
    run = CliRunner(env={"SOURCE_DATE_EPOCH": str(NOW)}).invoke
    assert run(cli, ["init", str(top), "--sample"]).exit_code == 0
    root = str(top / "content")
    Repository(top).commit("2026-11-24T09:00:00Z")
    assert run(cli, [*NEW, "--content", root]).exit_code == 0
    for theme in ("terminal", "default"):
        built = run(cli, ["build", "--content", root, "--out", str(top / "site"), "--theme", theme])
        assert built.exit_code == 0, built.output
    return top


def copy_folder(sample, to, command):
    sites = command in ("build", "rollback")
    return shutil.copytree(
        sample, to, symlinks=True, ignore=None if sites else shutil.ignore_patterns("site", "site.*")
    )


@pytest.fixture
def place(sample, tmp_path):
    """Give copies of the folder, with its sites for those who touch them."""
    made = []

    def copy(command="build"):
        made.append(copy_folder(sample, tmp_path / f"{len(made)}" / "acme", command))
        return made[-1]

    return copy


def play(runs, **environment):
    quiet = {name: ENVIRONMENT[name] for name in ENVIRONMENT if name.startswith("GIT_")}
    return run_all(runs, SOURCE_DATE_EPOCH=LATER, **quiet, **environment)


# --- Results and errors


def test_every_command_is_tried():
    tried = {words[0] for words in WELL}
    assert tried | {"serve"} == set(COMMANDS)
    for name in ("incident", "maintenance"):
        group = cli.get_command(None, name)
        assert {words[1] for words in WELL if words[0] == name} == set(group.commands)


def test_results_are_printed_on_stdout_and_nothing_in_colour(place):
    runs = [{"words": words, "folder": str(place(words[0]))} for words in WELL]
    for words, found in zip(WELL, play(runs), strict=True):
        assert found["code"] == 0, (words, found)
        assert found["out"], words
        assert all(line.startswith("note: ") for line in found["err"].splitlines()), (words, found["err"])
        assert "\x1b" not in found["out"] + found["err"]


def test_errors_are_printed_on_stderr_with_the_exit_code_and_nothing_in_colour(place):
    for words, found in zip(BADLY, play([{"words": w[:-1], "folder": str(place(w[0]))} for w in BADLY]), strict=True):
        written = "wrote  " if words[-2] == "--push" else ""  # which stays written
        assert found["code"] == words[-1], (words, found)
        assert found["out"].startswith(written), words
        assert bool(found["out"]) == bool(written), words
        assert found["err"].strip(), words
        assert "Traceback" not in found["err"]
        assert "\x1b" not in found["err"]


TIMES = ("now", "at", "start", "end", "started", "updated", "from", "to", "first", "last", "next", "opens")


def pairs(value):
    """Give each key of a document with its value, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from pairs(inner)


def in_form(key, value):
    """Tell whether a key is in snake_case and, where its value is a time by its name, that is RFC 3339 in UTC."""
    timed = key in TIMES and isinstance(value, str)
    return re.fullmatch(r"[a-z0-9_]+", key) and (not timed or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value))


def test_json_is_one_document_whatever_happens(place):
    asked = [w for w in WELL if w[0] != "schema"] + [w for w in BADLY if w[0] != "schema"]
    codes = [0] * (len(WELL) - 1) + [w[-1] for w in BADLY if w[0] != "schema"]
    runs = [
        {"words": [*(w for w in words if isinstance(w, str)), "--format", "json"], "folder": str(place(words[0]))}
        for words in asked
    ]
    for words, code, found in zip(asked, codes, play(runs, FORCE_COLOR="1"), strict=True):
        assert found["code"] == code, (words, found)
        document = json.loads(found["out"])
        assert document.get("ok", True) is (code == 0), words
        assert "\x1b" not in found["out"]
        assert [key for key, value in pairs(document) if not in_form(key, value)] == [], words
        if code:
            assert document["schema"] == 1
            for problem in document["problems"]:
                assert set(problem) == {"file", "line", "code", "level", "message"}
                assert problem["message"], words
            assert not found["err"], words


COLORS = [
    ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({"NO_COLOR": "1"}, False),
    ({}, False),
]  # fmt: skip


def test_colour_is_for_those_who_want_it(place):
    folder = str(place("uptime"))
    runs = [
        {"words": words, "folder": folder, "environment": environment}
        for environment, _ in COLORS
        for words in [("uptime",), *([("explain", "api", "2026-11"), ("diff",)] if len(environment) == 1 else [])]
    ]
    found = [("\x1b[" in done["out"], "\x1b" in done["err"]) for done in play(runs)]
    assert found == [(colored, False) for given, colored in COLORS for _ in range(3 if len(given) == 1 else 1)]


# --- Streams


def test_a_reader_that_went_away_changes_neither_the_work_nor_the_exit_code(place):
    asked = [
        ("build", 0), ("explain", "api", "2026-11", 0), ("scan", 0), ("incident", "resolve", *MESSAGE, 0),
        ("check", "--format", "json", "--content", "none", 1), ("uptime", "apii", 2), ("rollback", "--out", "none", 3),
        ("uptime", "--month", "2026-11", "--fail-under", 5),
    ]  # fmt: skip
    kinds = (("gone", "file"), ("closed", "file"), ("gone", "gone"))
    runs = [
        {"words": words[:-1], "folder": str(place(words[0])), "stdout": stdout, "stderr": stderr}
        for stdout, stderr in kinds
        for words in asked
    ]
    for words, run, found in zip(asked * len(kinds), runs, play(runs), strict=True):
        assert found["code"] == words[-1], (words, run, found)
        assert not re.search("BrokenPipe|Exception|Traceback", found["err"]), found
        if words[1] == "resolve":
            (path,) = Path(run["folder"]).glob("content/incidents/*-errors.md")
            assert "## Resolved" in path.read_text()


def test_a_full_disk_behind_stdout_is_told_in_a_line(place):
    asked = [("uptime",), ("uptime", "--format", "json"), ("scan",), ("schema",), ("incident", "list"), ("rollback",)]
    runs = [{"words": words, "folder": str(place(words[0])), "stdout": "full"} for words in asked]
    for words, found in zip(asked, play(runs), strict=True):
        assert found["code"] == 3, (words, found)
        told = [line for line in found["err"].splitlines() if not line.startswith("note: ")]
        assert told == ["the result cannot be printed: No space left on device"], words


def test_letters_that_a_terminal_lacks_are_escapes(place):
    folder = place("list")
    (path,) = folder.glob("content/incidents/*-errors.md")
    path.write_text(path.read_text().replace("title: Errors", "title: Связь"))
    runs = [{"words": ["incident", "list", *form], "folder": str(folder)} for form in ([], ["--format", "json"])]
    text, document = play(runs, PYTHONIOENCODING="latin-1")
    assert r"\u0421\u0432\u044f\u0437\u044c" in text["out"]
    assert json.loads(document["out"])["incidents"][0]["title"] == "Связь"


def test_a_mistake_of_the_program_is_told_in_two_lines(place):
    words = ["incident", "list"]
    code = (
        "import sys, statusgen.cli.incident as i, statusgen.__main__ as m\n"
        "def broken(*_): raise KeyError('inner\\nthings')\n"
        f"i.list_incidents = broken; sys.argv = ['statusgen', *{words!r}]; m.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place("list"), capture_output=True, text=True,
        check=False, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 3
    first, second = done.stderr.splitlines()
    assert re.fullmatch(r"internal error: KeyError: '[^']*' \(<string>:2\)", first), first
    assert "please report it" in second


# --- Exit codes


def test_the_codes_are_those_of_the_documentation_and_each_is_provoked():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    assert told == [
        errors.FINE, errors.PROBLEMS, errors.USAGE, errors.FAILED, errors.MISSED, errors.INTERRUPTED, errors.TERMINATED,
    ]  # fmt: skip
    assert told == [0, 1, 2, 3, 5, 128 + signal.SIGINT, 128 + signal.SIGTERM], "design.md §6"
    assert "docs/commands.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert {words[-1] for words in BADLY} | {0, 5, 130, 143} == set(told), "5, 130 and 143 have tests of their own"


# --- Signals


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in (".git", "site.lock")
    }


STOPPED = {
    "build": ("build", "--theme", "terminal"),
    "compact": ("compact", "--now", "2026-11-26 00:00 UTC"),
    "incident new": NEW,
    "incident update": ("incident", "update", *MESSAGE),
    "check --fix": ("check", "--fix"),
    "init": ("init", "new", "--ci", "github"),
    "diff": ("diff", "HEAD", "--format", "json"),
    "next": ("next",),
}


MOMENTS = 4


@pytest.fixture(scope="module")
def stopped(sample, tmp_path_factory):
    """Give of each command the files before it and after it, and each run that a signal came into."""
    top = tmp_path_factory.mktemp("stopped")
    temporary = tmp_path_factory.mktemp("temporary")

    def begin(name, number):
        folder = copy_folder(sample, top / f"{name}-{number}", name)
        (path,) = folder.glob("content/incidents/*-errors.md")
        path.write_text(path.read_text().replace(" UTC", "Z"))  # which --fix puts right
        return folder

    folders = {name: begin(name, "whole") for name in STOPPED}
    old = {name: tree(folder) for name, folder in folders.items()}
    whole = play([{"words": STOPPED[name], "folder": str(folders[name])} for name in STOPPED])
    assert [found["code"] for found in whole] == [0] * len(STOPPED), whole
    moments = random.Random(1)
    runs = [
        {
            "words": STOPPED[name], "folder": str(begin(name, n)), "number": signal.SIGTERM if n % 2 else signal.SIGINT,
            "after": (n + moments.random()) / MOMENTS * found["seconds"] * 0.9,
        }
        for name, found in zip(STOPPED, whole, strict=True)
        for n in range(MOMENTS)
    ]  # fmt: skip
    found = play(runs, TMPDIR=str(temporary))
    assert list(temporary.iterdir()) == []
    return {
        name: (
            old[name],
            tree(folders[name]),
            [(r, f) for r, f in zip(runs, found, strict=True) if r["words"] == words],
        )
        for name, words in STOPPED.items()
    }


def test_signals_come_in_time(stopped):
    codes = [found["code"] for _, _, runs in stopped.values() for _, found in runs]
    assert sum(code != 0 for code in codes) > len(codes) / 2


@pytest.mark.parametrize("name", STOPPED)
def test_a_signal_leaves_old_or_new_bytes_and_nothing_else(stopped, name):
    old, new, runs = stopped[name]
    for run, found in runs:
        ends = {0: "", 128 + run["number"]: "interrupted\n" if run["number"] == signal.SIGINT else "terminated\n"}
        if found["code"] != -run["number"]:  # it came before the command was there to hear it
            assert found["err"].endswith(ends[found["code"]])
        assert "Traceback" not in found["err"]
        left = tree(Path(run["folder"]))
        assert not [path for path in left if path.startswith(".statusgen/") and ".tmp" in path]
        after, before, whole = (
            {path: text for path, text in files.items() if not path.startswith(".statusgen/")}
            for files in (left, old, new)
        )
        assert [path for path, text in after.items() if text not in (before.get(path), whole.get(path))] == []
        assert before.keys() & whole.keys() <= after.keys()
        sites = [{p: t for p, t in files.items() if p.startswith("site/")} for files in (after, before, whole)]
        assert sites[0] in sites[1:], "the site is the one before or the one after"
