"""`statusgen check`: what it finds, how it says so, and what it puts right."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SETTINGS
from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen.cli import cli
from statusgen.cli.findings import findings_json, github_annotations, gitlab_report, sarif_log
from statusgen.model.code import TITLES, Code
from statusgen.model.problem import Problem

NOW = "2026-11-24T00:00:00Z"
SITE = SETTINGS.replace("status.acme.example", "status.acme-corporation.org")
HEAD = "---\ntitle: T\ncomponents: {api: major_outage}\n---\n"
FIRST = "## Investigating — 2026-11-02 09:20 UTC\n\nLooking.\n"
LAST = "## Resolved — 2026-11-02 10:02 UTC\n\nRolled back.\n"
WORK = "---\ntitle: W\ncomponents: [api]\nstart: 2026-12-01 09:00 UTC\nend: 2026-12-01 10:00 UTC\n"
LATE_SLA = (
    SITE.replace("{name: API, ", "{name: API, sla: s, ") + "slas: {s: {target: 99.8%, maintenance: {notice: 2d}}}\n"
)


def check(root, *options, code=None):
    result = CliRunner().invoke(cli, ["check", "--content", str(root), "--now", NOW, *map(str, options)])
    assert code is None or result.exit_code == code, result.output
    return result


def advice(root, *options):
    """Give the line and code of each note."""
    document = json.loads(check(root, "--format", "json", *options).stdout)
    return [(p["line"], p["code"]) for p in document["problems"]]


def incident(world, text, site=SITE, **files):
    return world({"status.yaml": site, "incidents/2026-11-02-x.md": text, **files})


def told(body):
    """Give an incident with something in its first update, which stands on line 7."""
    return HEAD + FIRST.replace("Looking.", body) + LAST


ADVICE = {
    "an update after resolved": (HEAD + FIRST + LAST + "## Update — 2026-11-02 11:00 UTC\n\nX.\n", (11, "SG501")),
    "an update dated ahead": (HEAD + FIRST + "## Update — 2026-11-25 11:00 UTC\n\nX.\n" ,
                              (8, "SG502")),
    "an image": (told("![a graph](https://cdn.acme.org/a.png)"), (7, "SG514")),
    "an image without words": (told("![](https://cdn.acme.org/a.png)"), (7, "SG516")),
    "a tag without words": (told("<img src='https://cdn.acme.org/a.png' alt=''>"), (7, "SG516")),
    "an image that is nowhere": (told("![a graph](graph.png)"), (7, "SG513")),
    "a title": (told("# What happened"), (7, "SG515")),
    "an underlined title": (told("What happened\n---"), (7, "SG515")),
    "a link to no incident": (told("As in [this](../2026-11-02-y/)."), (7, "SG513")),
    "a link to no update": (told("As in [this](#u-20261102T0921Z)."), (7, "SG513")),
    "a link to no component": (told("Of [it](https://status.acme-corporation.org/components/apy/)."), (7, "SG513")),
    "a link to no page": (told("See [our help](/help/)."), (7, "SG513")),
    "a link above the site": (told("See [it](../../../x/)."), (7, "SG513")),
    "a named link to nothing": (told("See [it][1].\n\n[1]: /help/"), (9, "SG513")),
    "an inner address": (told("Host `10.0.4.17` is down."), (7, "SG512")),
    "an inner host": (told("On db-3.prod.internal."), (7, "SG512")),
    "another year": (told("Since 2025-11-02 09:10 UTC."), (7, "SG510")),
    "another year in words": (told("Since November 2nd, 2025."), (7, "SG510")),
    "another day of the week": (told("On Sunday, 2 November 2026, we saw errors."), (7, "SG510")),
    "nothing said of why": (HEAD + FIRST + "## Resolved — 2026-11-02 10:02 UTC\n", (8, "SG507")),
    "no length": (HEAD + LAST, (5, "SG508")),
    "phases that go back": (HEAD + "## Monitoring — 2026-11-02 09:10 UTC\n\nX.\n" + FIRST + LAST, (8, "SG509")),
    "a postmortem before the end": (HEAD + FIRST + "## Postmortem — 2026-11-02 09:50 UTC\n\nX.\n" + LAST,
                                    (8, "SG509")),
    "a retired component": (told("X").replace("api:", "old:"), (5, "SG511")),
}  # fmt: skip


@pytest.mark.parametrize("name", ADVICE)
def test_advice_is_given_with_its_line_and_code(world, name):
    text, found = ADVICE[name]
    assert advice(incident(world, text)) == [found]


@pytest.mark.parametrize(
    "body",
    [
        "### What happened",
        "As in [this](../2026-11-02-x/#u-20261102T0920Z), [it](#u-20261102T1002Z), [us](../../) and [x](#h).",
        "See [months](/history/2026-11/), [api](../../components/api.rss) and [it](/api/v1/x)",
        "See [it](https://elsewhere.org/incidents/none/), [mail](mailto:help@acme.org) and [](//x.org/y/).",
        "`[no](link)` and `![no](image.png)`",
        "```\n[no](link)\n# no title\n```",
        "<!-- 10.0.4.17 is on db.internal -->",
        "Version 10.0.4.17.2, 8.8.8.8 and 172.32.0.1.",
        "Since Monday, 2 November 2026, and 2026-11-02; the last was on 2025-03-01. Renewed until 1 May 2027.",
        "On 31 April 2026 and 2026-02-30 nothing was.",
        "- item\n---\n\n| a |\n| --- |\n\n> quote\n---",
    ],
)
def test_what_is_right_is_not_told(world, body):
    assert advice(incident(world, told(body))) == []


def test_a_page_may_have_headings_of_the_second_level_and_one_page_leads_to_another(world):
    pages = {
        "pages/about.md": "---\ntitle: About\n---\n## We\n\n[Help](../help/)\n",
        "pages/help.md": "---\ntitle: H\n---\n# H\n",
    }
    root = world({"status.yaml": SITE, **pages})
    assert advice(root) == [(4, "SG515")]


def test_private_words_are_told_wherever_they_stand(world):
    site = SITE + "private_words: [corp.example, Projekt Falke]\n"
    text = told("On DB1.CORP.example.").replace("title: T", "title: projekt falke is down")
    assert advice(incident(world, text, site)) == [(2, "SG512"), (7, "SG512")]


def test_an_open_incident_without_word_is_told_after_the_time_that_was_promised(world):
    site = SITE + "expect_update_within: 60m\n"
    silent = HEAD + "## Investigating — 2026-11-23 22:59 UTC\n\nX.\n"
    assert advice(incident(world, silent, site)) == [(5, "SG506")]
    assert advice(incident(world, silent.replace("22:59", "23:00"), site)) == []
    assert advice(incident(world, silent)) == []
    assert advice(incident(world, silent + "## Resolved — 2026-11-23 23:00 UTC\n\nX.\n", site)) == []


def test_incidents_that_hit_one_component_at_once_are_told_at_the_later_one(world):
    second = told("X").replace("09:20", "10:01").replace("10:02", "11:00")
    root = incident(world, told("X"), **{"incidents/2026-11-02-y.md": second})
    (problem,) = json.loads(check(root, "--format", "json").stdout)["problems"]
    assert problem["file"].endswith("2026-11-02-y.md")
    assert (problem["line"], problem["code"]) == (5, "SG518")
    assert "api is hit by" in problem["message"]
    assert advice(incident(world, told("X"), **{"incidents/2026-11-02-y.md": second.replace("10:01", "10:02")})) == []


@pytest.mark.parametrize(
    ("announced", "found"),
    [("2026-11-29 09:00", []), ("2026-11-29 09:01", [(None, "SG517")]), ("2026-11-20 09:00", [])],
)
def test_a_maintenance_to_come_with_less_notice_than_the_sla_asks_is_told(world, announced, found):
    work = f"{WORK}announced: {announced} UTC\n---\n"
    root = world({"status.yaml": LATE_SLA, "maintenance/w.md": work})
    assert advice(root, "--now", "2026-11-30T00:00:00Z") == found
    assert advice(root, "--now", "2026-12-01T10:00:00Z") == [], "nobody can change it any more"


def test_a_state_that_a_maintenance_does_not_set_is_told(world):
    work = f"{WORK}announced: 2026-11-20 09:00 UTC\n---\n\n## In progress — 2026-12-01 01:00 UTC{{}}\n\nWe work.\n"
    root = world({"status.yaml": LATE_SLA, "maintenance/w.md": work.format(" {api=major_outage}")})
    now = ("--now", "2026-12-01T01:30:00Z")
    assert [code for _, code in advice(root, *now)] == ["SG520"]
    assert advice(world({"status.yaml": LATE_SLA, "maintenance/w.md": work.format("")}), *now) == []


@pytest.mark.parametrize("host", ["status.acme.example", "example.com", "a.b.example.org", "localhost", "x.test"])
def test_an_example_left_in_is_told_and_is_no_problem_also_when_strict(world, host):
    root = world({"status.yaml": SITE.replace("status.acme-corporation.org", host)})
    assert advice(root, "--strict") == [(None, "SG519")]
    check(root, "--strict", code=0)


def test_an_example_file_left_in_is_told(world):
    assert advice(incident(world, told("<!-- statusgen: example -->"))) == [(7, "SG519")]


def test_strict_makes_a_problem_of_what_is_likely_a_mistake(world):
    root = incident(world, told("See [it](/help/)."))
    assert "SG513" in check(root, code=0).stderr
    result = check(root, "--strict", code=1)
    assert result.stderr.endswith("1 problem in 2 files; nothing was written.\n")
    assert result.stdout == ""


def test_files_narrow_what_is_told_and_not_what_is_read(world):
    other = "incidents/2026-11-03-y.md"
    root = incident(
        world, told("# A"), **{other: told("# B"), "incidents/2026-11-04-z.md": told("X") + "## Rezolved\n"}
    )
    broken = check(root, code=1).stderr
    assert "2026-11-04-z.md:11" in broken
    narrow = check(root, root / other, code=0)
    assert [line.split(":")[1].rpartition("/")[2] for line in narrow.stderr.splitlines()] == ["2026-11-03-y.md"]
    assert narrow.stdout == "no problem in 1 file (1 note)\n"
    (root / "status.yaml").write_text(SITE + "titel: x\n")
    assert "status.yaml" in check(root, root / other, code=1).stderr, "it bears on all files"


def test_advice_on_texts_is_given_beside_problems(world):
    root = incident(world, told("# A"), **{"incidents/2026-11-04-z.md": told("X") + "## Rezolved\n"})
    stderr = check(root, code=1).stderr
    assert stderr.startswith("note: ")
    assert stderr.index("SG515") < stderr.index("SG302")


def test_a_theme_that_does_not_work_is_a_problem_of_the_check_too(world):
    root = world({"status.yaml": SITE + "theme: {name: mine}\n"})
    theme = root.parent / "themes" / "mine"
    theme.mkdir(parents=True)
    (theme / "index.html").write_text("{{ nothing }}")
    result = check(root, code=1)
    assert re.search(r"themes/mine/index\.html:1: .* \[SG601\]\n1 problem in 1 file", result.stderr)


# --- How it is said

FOUND = [
    Problem("content/incidents/ä, b.md", 3, "two: 'l'\nand 100%", Code.UNKNOWN_NAME),
    Problem("content/status.yaml", 0, "x", Code.EXAMPLE),
    Problem("", 0, "y", Code.NO_MONITOR),
    Problem("content/status.yaml", 0, "x", Code.EXAMPLE),
]


def test_json_names_file_line_code_level_and_message():
    document = findings_json(FOUND[:2], ok=False, files=3)
    assert document == {
        "schema": 1, "ok": False, "files": 3,
        "problems": [
            {"file": "content/incidents/ä, b.md", "line": 3, "code": "SG204", "level": "error",
             "message": "two: 'l'\nand 100%"},
            {"file": "content/status.yaml", "line": None, "code": "SG519", "level": "info", "message": "x"},
        ],
    }  # fmt: skip


def test_annotations_for_github_escape_what_would_end_them():
    assert github_annotations(FOUND[:3]).split("\n") == [
        "::error file=content/incidents/ä%2C b.md,line=3,title=SG204 A name that nothing has::two: 'l'%0Aand 100%25",
        "::notice file=content/status.yaml,title=SG519 Example content left in::x",
        "::warning title=SG404 A monitor that no component names::y",
    ]


def test_sarif_refers_to_rules_by_their_place():
    log = sarif_log(FOUND)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["SG204", "SG404", "SG519"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "content/incidents/%C3%A4%2C%20b.md"},
        "region": {"startLine": 3},
    }
    assert run["results"][2]["locations"] == []


def test_the_report_for_gitlab_has_fingerprints_that_are_stable_and_no_two_alike():
    report = gitlab_report(FOUND)
    moved = gitlab_report([Problem(p.path, p.line + 7, p.text, p.code) for p in FOUND])
    prints = [entry["fingerprint"] for entry in report]
    assert prints == [entry["fingerprint"] for entry in moved]
    assert len(set(prints)) == 4
    assert {key: report[0][key] for key in ("check_name", "severity", "location")} == {
        "check_name": "SG204", "severity": "major",
        "location": {"path": "content/incidents/ä, b.md", "lines": {"begin": 3}},
    }  # fmt: skip


@given(st.lists(st.builds(Problem, st.text(), st.integers(0, 9), st.text(), st.sampled_from(Code)), max_size=5))
@settings(max_examples=100)
def test_every_finding_is_one_in_every_form(found):
    assert len(findings_json(found, ok=True)["problems"]) == len(found)
    assert len(sarif_log(found)["runs"][0]["results"]) == len(found)
    assert len(gitlab_report(found)) == len(found)
    lines = github_annotations(found).split("\n") if found else []
    assert len(lines) == len(found)
    assert all(re.match(r"::(error|warning|notice) [^\n\r]*::", line) for line in lines)


@pytest.mark.parametrize("form", ["json", "github", "sarif", "gitlab"])
def test_each_form_is_all_of_the_output_with_and_without_problems(world, form):
    wrong = incident(world, told("# A") + "## Rezolved\n")
    result = check(wrong, "--format", form, code=1)
    assert result.stderr == ""
    assert "SG302" in result.stdout
    assert form == "github" or json.loads(result.stdout)
    (wrong / "incidents" / "2026-11-02-x.md").write_text(told("X"))
    result = check(wrong, "--format", form, code=0)
    assert result.stderr == ""
    assert "SG" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["uptime", "apy", "--format", "json"], 2, 'no component "apy" (did you mean api?)'),
        (["uptime", "--format", "json", "--month", "2026"], 2, '--month: "2026" is no month'),
        (["uptime", "--format", "json", "--now", "soon"], 2, "is not a time"),
        (["explain", "api", "2026-13", "--format", "json"], 2, "2026-13"),
        (["check", "--now", "soon", "--format", "json"], 2, "is not a time"),
    ],
)
def test_where_json_is_asked_for_a_failure_is_json_too(world, arguments, code, message):
    root = incident(world, told("X"))
    result = CliRunner().invoke(cli, [*arguments, "--content", str(root)])
    document = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (code, "")
    assert (document["schema"], document["ok"]) == (1, False)
    assert message in document["problems"][0]["message"]


def test_problems_of_the_content_are_json_in_each_command(world):
    root = incident(world, told("X") + "## Rezolved\n")
    for command in (["uptime"], ["explain", "api", "2026-11"], ["check"]):
        result = CliRunner().invoke(cli, [*command, "--content", str(root), "--format", "json", "--now", NOW])
        (problem,) = json.loads(result.stdout)["problems"]
        assert (result.exit_code, problem["line"], problem["code"]) == (1, 11, "SG302")


def test_every_code_has_a_title_and_a_section_and_every_section_a_code():
    page = (Path(__file__).parents[1] / "docs" / "problems.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (SG\d+) (.*)$", page, re.MULTILINE)
    assert sections == [(code.value, TITLES[code]) for code in Code]
    bodies = re.split(r"^### .*$", page, flags=re.MULTILINE)[1:]
    assert [section for section, body in zip(sections, bodies, strict=True) if len(body.strip()) < 40] == []


# --- What it puts right

FIXES = {
    "an update without a time": ("## Resolved\n", "## Resolved — 2026-11-24 00:00 UTC\n"),
    "one with a dash": ("## Resolved —  {api=operational}\n", "## Resolved — 2026-11-24 00:00 UTC {api=operational}\n"),
    "letters of a zone": ("## Resolved — 2026-11-02T10:02Z\n", "## Resolved — 2026-11-02 10:02 UTC\n"),
    "an offset": ("## Resolved: 2026-11-02   11:02+0100  \n", "## Resolved: 2026-11-02 10:02 UTC  \n"),
    "seconds": ("## Resolved - 2026-11-02 10:02:30Z\n", "## Resolved - 2026-11-02 10:02:30 UTC\n"),
    "an alias": ("## Update — 2026-11-02 10:02 UTC {rest-api=partial_outage}\n",
                 "## Update — 2026-11-02 10:02 UTC {api=partial_outage}\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIXES)
def test_what_is_safe_is_put_right(world, name):
    wrong, right = FIXES[name]
    root = incident(world, HEAD + FIRST + "<!-- kept -->\r\n" + wrong + "\nX.")
    path = root / "incidents" / "2026-11-02-x.md"
    before = path.read_bytes().decode()
    result = check(root, "--fix", code=0)
    after = path.read_bytes().decode()
    assert after == before.replace(wrong, right)
    assert f"fixed  {path}:9: " in result.stdout
    assert "fixed" not in check(root, "--fix").stdout, "twice changes nothing"


def test_front_matter_is_put_right_and_the_meaning_stays(world):
    text = HEAD.replace("{api: major", "{rest-api: major").replace("---\n##", "") + FIRST + LAST
    text = text.replace("title: T\n", "title: T  # kept\nstarted: '2026-11-02T10:10:00+01:00'  # by the logs\n")
    root = incident(world, text)
    check(root, "--fix", code=0)
    assert (root / "incidents" / "2026-11-02-x.md").read_text().splitlines()[:5] == [
        "---", "title: T  # kept", "started: 2026-11-02 09:10 UTC  # by the logs", "components: {api: major_outage}",
        "---",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        HEAD + FIRST + "## Identified\n\nX.\n" + LAST,  # now would break the order
        HEAD + FIRST + "## Rezolved\n",
        HEAD + FIRST + "## Resolved — soon\n",
        HEAD + FIRST + "```\n## Resolved\n```\n" + LAST,
        "---\ntitle: [\n---\n## Resolved\n",
        "no front matter\n## Resolved\n",
        HEAD + FIRST + "<!--\n## Resolved\n",
    ],
)
def test_what_is_not_safe_stays(world, text):
    root = incident(world, text)
    check(root, "--fix")
    assert (root / "incidents" / "2026-11-02-x.md").read_text() == text


def test_only_the_files_that_are_named_are_put_right(world):
    text = HEAD + FIRST + "## Resolved\n\nX.\n"
    root = incident(world, text, **{"incidents/2026-11-03-y.md": text})
    check(root, "--fix", root / "incidents" / "2026-11-03-y.md")
    assert (root / "incidents" / "2026-11-02-x.md").read_text() == text
    assert (root / "incidents" / "2026-11-03-y.md").read_text() != text


def test_times_by_the_clock_of_a_maintenance_are_its_own(world):
    text = WORK.replace(" UTC", "") + "timezone: Europe/Dublin\nannounced: 2026-11-20 09:00\n---\n"
    root = world({"status.yaml": SITE, "maintenance/w.md": text})
    check(root, "--fix", code=0)
    assert (root / "maintenance" / "w.md").read_text() == text
