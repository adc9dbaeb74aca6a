"""What a responder types, and the file that it leaves: only the lines that must change change."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import at
from hypothesis import given
from hypothesis import strategies as st

from statusgen.cli import cli
from statusgen.edit.text import EditError, insert_update, set_value, split_lines
from statusgen.edit.words import name_file, write_time, write_value
from statusgen.model.history import Phase
from statusgen.publish.git import _tell
from statusgen.read.content import read_documents
from statusgen.read.document import parse_yaml
from statusgen.read.source import _is_over, incidents_perhaps_open, open_desk
from statusgen.read.times import Clock, parse_time
from statusgen.read.whens import parse_when
from statusgen.respond import list_incidents

NOW = "2026-11-24T09:40:00Z"
OPEN = """\
---
title: API errors   # a remark
components: {api: major_outage}
---

Some summary.

## Investigating — 2026-11-24 09:20 UTC

Looking.
"""
PLAN = """\
---
title: Upgrade
start: 2026-12-05 01:00 UTC
end: "2026-12-05 02:00 UTC"   # an hour
components: [web]
---
## Scheduled — 2026-11-20 09:00 UTC
Soon.
"""


def run(root, *words, now=NOW):
    result = CliRunner().invoke(cli, [*words, "--content", str(root), "--now", now], catch_exceptions=False)
    return result.exit_code, result.output


def incident_file(root):
    (path,) = (root / "incidents").glob("*.md")
    return path.read_bytes().decode()


# --- Commands


def test_a_new_incident_is_a_file_that_build_takes(world):
    root = world()
    code, said = run(
        root, "incident", "new", "API errors: 5xx", "-c", "The API=major_outage", "--started", "-20m", "-m", "Hm."
    )
    assert (code, said) == (0, f"wrote  {root}/incidents/2026-11-24-api-errors-5xx.md\n")
    assert incident_file(root) == (
        '---\ntitle: "API errors: 5xx"\ncomponents:\n  api: major_outage\nstarted: 2026-11-24 09:20 UTC\n---\n\n'
        "## Investigating — 2026-11-24 09:40 UTC\n\nHm.\n"
    )
    (incident,) = read_documents(root).incidents
    assert (incident.title, incident.updates[0].phase) == ("API errors: 5xx", Phase.INVESTIGATING)


def test_an_update_changes_no_other_line(world):
    root = world({"incidents/x.md": OPEN})
    assert (
        run(
            root,
            "incident",
            "update",
            "-p",
            "identified",
            "-c",
            "rest-api=partial_outage",
            "-m",
            "Found.\n\nRolling back.",
        )[0]
        == 0
    )
    assert incident_file(root) == (
        OPEN + "\n## Identified — 2026-11-24 09:40 UTC {api=partial_outage}\n\nFound.\n\nRolling back.\n"
    )
    assert run(root, "incident", "resolve", "-m", "Over.", now="2026-11-24T10:00:00Z")[0] == 0
    assert incident_file(root).endswith("\n\n## Resolved — 2026-11-24 10:00 UTC\n\nOver.\n")
    assert run(root, "incident", "list", now="2026-11-24T10:01:00Z") == (0, "no incident is open\n")


def test_a_second_update_in_a_minute_has_its_seconds(world):
    root = world({"incidents/x.md": OPEN})
    run(root, "incident", "update", "-m", "One.", now="2026-11-24T09:20:30Z")
    assert "## Update — 2026-11-24 09:20:30 UTC" in incident_file(root)
    (incident,) = read_documents(root).incidents
    assert [update.key for update in incident.updates] == ["20261124T0920Z", "20261124T092030Z"]


def test_a_late_word_goes_where_its_time_is(world):
    later = "\n## Update — 2026-11-24 09:35 UTC\n\nMore.\n"
    root = world({"incidents/x.md": OPEN + later})
    run(root, "incident", "update", "--at", "09:30", "-m", "Forgotten.")
    assert incident_file(root) == OPEN + "\n## Update — 2026-11-24 09:30 UTC\n\nForgotten.\n" + later


def test_a_file_with_the_newest_on_top_stays_so(world):
    text = OPEN.replace("## Inv", "## Update — 2026-11-24 09:30 UTC\n\nMore.\n\n## Inv")
    root = world({"incidents/x.md": text})
    run(root, "incident", "update", "-m", "Newest.")
    head, body = text.split("## Update", 1)
    assert incident_file(root) == f"{head}## Update — 2026-11-24 09:40 UTC\n\nNewest.\n\n## Update{body}"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["incident", "update", "-m", "x", "-c", "ap=operational"], 2, 'no component "ap" (did you mean'),
        (["incident", "update", "-m", "x", "-c", "api=fixed"], 2, "is not ID=STATUS"),
        (["incident", "update", "-m", "x", "-c", "api=down"], 2, "(did you mean major_outage?)"),
        (["incident", "update", "-m", "x", "-c", "api"], 2, "(write it as in api=major_outage)"),
        (["incident", "update", "-m", "x", "-p", "monitring"], 2, "(did you mean monitoring?)"),
        (["incident", "update", "X", "-m", "x"], 2, "X.md (there is 2026-11-x)"),
        (["incident", "update", "-m", "x", "--at", "20m"], 2, "or, from now, -20m"),
        (["maintenance", "new", "T", "--start", "1h", "--end", "+2h", "-m", "x"], 2, "or, from now, +1h"),
        (
            ["maintenance", "new", "T", "-c", "api=major_outage", "--start", "+1h", "--end", "+2h", "-m", "x"],
            2,
            "takes no state (write -c api)",
        ),
        (["incident", "update", "2026-x", "-m", "x"], 2, "did you mean 2026-11-x?"),
        (["incident", "update", "-m", "x", "--at", "25:00"], 2, "no time that a clock shows"),
        (["incident", "update", "-m", "x", "--at", "tomorrow"], 2, "is not a time"),
        (["incident", "update"], 2, "give it with -m"),
        (["incident", "update", "-m", "## Resolved — 2026-11-24 09:41 UTC"], 1, "would not be one update"),
        (["incident", "update", "-m", "## Something"], 1, "is no update"),
        (["incident", "resolve", "-m", "x", "-c", "api=partial_outage"], 1, "leaves components operational"),
        (["maintenance", "complete", "-m", "x"], 2, "statusgen maintenance new begins one"),
        (["maintenance", "new", "T", "--start", "22:00", "--end", "21:00", "-m", "x"], 1, "is not later than"),
        (["maintenance", "new", "T", "--start", "+1h", "--end", "+2h", "--every", "WEEKLY", "-m", "x"], 1, "rrule"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(world, words, code, said):
    root = world({"incidents/2026-11-x.md": OPEN})
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    status, output = run(root, *words)
    assert status == code, output
    assert said in output
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before


def test_of_two_open_ones_it_must_be_said_which(world):
    root = world({"incidents/x.md": OPEN, "incidents/y.md": OPEN})
    code, said = run(root, "incident", "update", "-m", "x")
    assert (code, said) == (2, "2 are open; say which one by its id:\n  y  API errors\n  x  API errors\n")
    assert run(root, "incident", "update", "y", "-m", "x")[0] == 0


def test_an_open_comment_above_would_swallow_the_update(world):
    root = world({"incidents/x.md": OPEN + "\n```\n<!-- \n```\n"})
    assert run(root, "incident", "update", "-m", "fine")[0] == 0
    broken = world({"incidents/x.md": OPEN + "\n<!-- never closed\n"})
    assert run(broken, "incident", "update", "-m", "x")[0] == 1


def test_a_template_begins_an_incident(world):
    front = "---\ncomponents: {web: degraded_performance}\nimpact: minor\n---\n\nOur host has trouble.\n"
    root = world({"templates/host.md": front})
    assert run(root, "incident", "new", "Host", "--template", "host")[0] == 0
    assert "web: degraded_performance\nimpact: minor\n" in incident_file(root)
    assert incident_file(root).endswith("\n\nOur host has trouble.\n")
    assert "there are host" in run(root, "incident", "new", "Host", "--template", "hots")[1]


def test_a_maintenance_is_planned_extended_and_held(world):
    root = world()
    assert (
        run(root, "maintenance", "new", "DB", "-c", "web", "--start", "22:00", "--end", "23:30", "-m", "Short.")[0] == 0
    )
    path = root / "maintenance" / "2026-11-24-db.md"
    assert path.read_text().startswith(
        "---\ntitle: DB\ncomponents: [web]\nstart: 2026-11-24 22:00 UTC\nend: 2026-11-24 23:30 UTC\n---\n"
    )
    assert run(root, "maintenance", "start", "-m", "Go.", now="2026-11-24T22:00:00Z")[0] == 0
    assert "In progress" in run(root, "maintenance", "list", now="2026-11-24T22:10:00Z")[1]
    assert run(root, "maintenance", "extend", "--end", "+2h", "-m", "More.", now="2026-11-24T23:00:00Z")[0] == 0
    assert "\nend: 2026-11-25 01:00 UTC\n" in path.read_text()
    assert run(root, "maintenance", "complete", "-m", "Done.", now="2026-11-25T00:30:00Z")[0] == 0
    assert run(root, "maintenance", "list", now="2026-11-25T00:31:00Z") == (0, "no maintenance is ahead\n")


def test_a_remark_and_quotes_behind_an_end_stay(world):
    root = world({"maintenance/m.md": PLAN})
    assert run(root, "maintenance", "extend", "--end", "2026-12-05 03:00 UTC", "-m", "More.")[0] == 0
    lines = (root / "maintenance" / "m.md").read_text().split("\n")
    assert lines[3] == "end: 2026-12-05 03:00 UTC   # an hour"
    assert lines[:3] + lines[4:8] == PLAN.split("\n")[:3] + PLAN.split("\n")[4:8]


def test_the_file_alone_is_committed(world, monkeypatch):
    root = world({"incidents/x.md": OPEN, "incidents/other.md": OPEN})
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@example.org")

    def git(*words):
        return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "begin")
    (root / "incidents" / "other.md").write_text("changed")
    git("add", ".")
    code, said = run(root, "incident", "resolve", "x", "-m", "Over.", "--commit")
    assert code == 0, said
    assert git("log", "-1", "--format=%s").strip() == "Resolved: API errors"
    assert git("show", "--stat", "--format=", "HEAD").strip().startswith("incidents/x.md")
    assert git("status", "--short").strip() == "M  incidents/other.md"
    code, said = run(root, "incident", "update", "x", "-m", "More.", "--push")
    assert code == 3
    assert "is written and committed, but git push failed: there is nowhere to push to (git remote add" in said


REFUSALS = {
    "Author identity unknown\n\n*** Please tell me who you are.\n": "git does not know who you are",
    "fatal: No configured push destination.\nEither specify": "git remote add origin ADDRESS",
    "fatal: The current branch x has no upstream branch.\nTo push": "git push --set-upstream origin HEAD",
    "To /o.git\n ! [rejected] x -> x (fetch first)\nerror: failed\nhint: Updates": "git pull --rebase && git push",
    "fatal: not a git repository (or any parent)": "git init",
    "remote: No.\nhint: of many\nhint: lines\n": "failed: remote: No.",
}


@pytest.mark.parametrize("said", REFUSALS)
def test_of_what_git_refuses_the_cure_is_told_in_a_line(said):
    told = _tell(Path("content/incidents/x.md"), "push", said)
    assert REFUSALS[said] in told
    assert "\n" not in told
    assert told.startswith("content/incidents/x.md is written and committed, but git push failed: ")
    assert told.endswith("Do not run this again: the update is there.")


def test_a_maintenance_at_an_odd_time_is_written_and_told(world):
    root = world()

    def new(start, end):
        return run(root, "maintenance", "new", f"M{start}", "-c", "api", "--start", start, "--end", end, "-m", "x")[1]

    assert "note: it is over already" in new("-3h", "-2h")
    assert "note: it begins before now" in new("-3h", "+2h")
    assert "note" not in new("+26h", "+27h")
    slug = max(path.stem for path in (root / "maintenance").iterdir())
    assert "note: it was planned for" in run(root, "maintenance", "start", slug, "-m", "Go.")[1]


def test_what_was_just_written_of_no_component_is_told(world):
    root = world()
    assert "note: no component is named" in run(root, "incident", "new", "E", "-m", "x")[1]
    assert "note: no component" not in run(root, "incident", "new", "E", "-c", "api=major_outage", "-m", "x")[1]


def edit(root, monkeypatch, tmp_path, script, *words, typed=""):
    """Run a command on a terminal, with a script as the editor."""
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    return CliRunner().invoke(cli, [*words, "--content", str(root), "--now", NOW], input=typed)


def test_what_was_typed_in_the_editor_is_not_lost(world, monkeypatch, tmp_path):
    root = world({"incidents/x.md": OPEN})
    done = edit(root, monkeypatch, tmp_path, 'echo "## Dear words" > "$1"', "incident", "update")
    assert done.exit_code == 1
    assert "Your text, which was not written:\n\n## Dear words\n" in done.stderr
    done = edit(root, monkeypatch, tmp_path, "exit 1", "incident", "update")
    assert "name another in EDITOR, or give the text with -m); nothing was written" in done.stderr
    assert incident_file(root) == OPEN
    done = edit(root, monkeypatch, tmp_path, 'echo "Some words" > "$1"', "incident", "update")
    assert done.exit_code == 0, done.output
    assert incident_file(root).endswith("## Update — 2026-11-24 09:40 UTC\n\nSome words\n")


def test_a_time_that_is_none_is_told_before_the_editor_opens(world, monkeypatch, tmp_path):
    root = world({"incidents/x.md": OPEN})
    done = edit(root, monkeypatch, tmp_path, f"touch {tmp_path}/opened", "incident", "update", "--at", "25:00")
    assert done.exit_code == 2
    assert not (tmp_path / "opened").exists()


def test_ctrl_c_is_the_editors_while_it_is_open(world, monkeypatch, tmp_path):
    root = world({"incidents/x.md": OPEN})
    done = edit(root, monkeypatch, tmp_path, 'kill -INT $PPID; echo "Words" > "$1"', "incident", "update")
    assert done.exit_code == 0, done.output
    assert "Words" in incident_file(root)


def test_of_two_open_ones_somebody_at_a_terminal_gives_a_number(world, monkeypatch, tmp_path):
    root = world({"incidents/x.md": OPEN, "incidents/y.md": OPEN})
    done = edit(root, monkeypatch, tmp_path, "", "incident", "update", "-m", "It.", typed="2\n")
    assert done.exit_code == 0, done.output
    assert "  1  y  API errors\n  2  x  API errors\n" in done.stderr
    assert "It." in (root / "incidents" / "x.md").read_text()


# --- The parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "2026-11-24T09:40:00Z"),
        ("-20m", "2026-11-24T09:20:00Z"),
        ("-1h30m", "2026-11-24T08:10:00Z"),
        ("+2h", "2026-11-24T11:40:00Z"),
        ("10:05", "2026-11-24T09:05:00Z"),
        ("23:05", "2026-11-23T22:05:00Z"),
        ("2026-11-02 09:20 UTC", "2026-11-02T09:20:00Z"),
        ("2026-11-02T09:20+01:00", "2026-11-02T08:20:00Z"),
    ],
)
def test_a_time_is_what_the_responder_means(text, expected):
    berlin = Clock("Europe/Berlin", declared=True)
    assert parse_when(text, at("2026-11-24T09:40:00+00:00"), berlin) == at(expected)


def test_a_plan_is_ahead_and_a_clock_that_strikes_twice_means_the_nearest():
    berlin = Clock("Europe/Berlin", declared=True)
    assert parse_when("10:05", at("2026-11-24T09:40:00+00:00"), berlin, ahead=True) == at("2026-11-25T09:05:00Z")
    night = at("2026-10-25T03:00:00+00:00")
    assert parse_when("02:30", night, berlin) == at("2026-10-25T01:30:00Z")
    assert parse_when("02:30", at("2026-10-25T01:00:00Z"), berlin) == at("2026-10-25T00:30:00Z")


TEXTS = st.text(st.sampled_from("ab :#'\"-{}[]&*!|>%@`,\n\té💥yesno01.~"), max_size=20)


@given(TEXTS.filter(lambda text: text.strip() and "\n" not in text))
def test_a_value_reads_back_as_it_was(text):
    assert parse_yaml(f"title: {write_value(text)}", "x").data == {"title": text}


@given(st.integers(10**9, 4 * 10**9), st.booleans())
def test_a_time_reads_back_as_it_was(instant, exact):
    assert parse_time(write_time(instant, exact=exact), Clock()) == instant


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=5),
    st.booleans(),
    st.integers(0, 9),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "x", "x\n", "x\n\n\n"]),
)
def test_all_lines_stay_in_their_order_and_the_new_one_is_in_time(times, falling, new, end, tail):
    """The law: take the new lines out, and the old text is there; and the times still rise, or fall."""
    times = sorted(times, reverse=falling)
    text = end.join(["---", "---", *(line for t in times for line in (f"## {t}", "w", ""))]) + tail.replace("\n", end)
    headings = [(n, int(line[3:])) for n, line in enumerate(split_lines(text), 1) if line.startswith("## ")]
    after = insert_update(text, headings, new, f"## {new}\n\nNEW")
    found = [int(line[3:]) for line in split_lines(after) if line.startswith("## ")]
    assert found == sorted(found, reverse=falling and times[0] != times[-1])
    assert set(after.replace(end, "")) <= set(text.replace(end, "") + "## 0123456789NEW")
    before, _, behind = after.partition(f"## {new}{end}{end}NEW{end}")
    if behind:
        assert before + behind.removeprefix(end) == text
    else:
        assert before.startswith(text)
        assert not before[len(text) :].strip()


def test_a_value_in_a_form_of_its_own_is_left_to_people():
    assert set_value("a: 1\nend: x # y\r\n", 2, "end", "z") == "a: 1\nend: z # y\r\n"
    for line in ("end: |", "end: [1]", "end: &a x", "{end: x}", "end:", "end: >-"):
        with pytest.raises(EditError, match="edit the file"):
            set_value(line, 1, "end", "z")


def test_names_of_files_are_ids():
    assert name_file("2026-11-24", "Ünïcode & <b>", ()) == "2026-11-24-unicode-b"
    assert name_file("2026-11-24", "サーバー", ()) == "2026-11-24"
    assert name_file("2026-11-24", "x", {"2026-11-24-x", "2026-11-24-x-2"}) == "2026-11-24-x-3"


HEADINGS = (
    "## Investigating — 2026-11-01 09:00 UTC",
    "## Resolved - 2026-11-01 10:00 UTC",
    "##Resolved: 2026-11-01 10:00Z {api=operational}",
    "## Update — 2026-11-01 11:00 UTC {api=major_outage}",
    "## Update — 2026-11-01 09:30 UTC {api=partial_outage}",
    "## Update — 2026-11-01 12:00 +01:00 {api=major_outage}",
    "## Postmortem — 2026-11-03 09:00 UTC",
    "```",
)


@given(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=5))
def test_a_glance_never_takes_an_open_incident_for_one_that_is_over(tmp_path_factory, headings):
    root = tmp_path_factory.mktemp("content")
    (root / "incidents").mkdir()
    (root / "status.yaml").write_text("title: T\nurl: https://t.example/\ncomponents: {api: {name: API}}\n")
    raw = "---\ntitle: T\ncomponents: {api: major_outage}\n---\n" + "\n".join(headings) + "\n"
    (root / "incidents" / "x.md").write_text(raw)
    now = at("2026-12-01T00:00:00Z")
    try:
        (incident,) = read_documents(root).incidents
    except Exception:  # noqa: BLE001 - a file with problems is build's business
        return
    from statusgen.respond import is_open

    if is_open(incident, now):
        assert not _is_over(raw)
        assert [source.fact.id for source in incidents_perhaps_open(open_desk(root))] == ["x"]
        assert len(list_incidents(open_desk(root), now)) == 1
