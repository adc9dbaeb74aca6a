"""Which updates were edited after they were published: sentences, each with the commits that make it true."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from conftest import SETTINGS, at
from hypothesis import given
from hypothesis import strategies as st
from repository import Repository

from statusgen.model.calendar import iso_utc
from statusgen.read import edits as edits_module
from statusgen.read.content import read_content
from statusgen.read.document import parse_yaml
from statusgen.read.edits import find_edits
from statusgen.read.incidents import parse_incident
from statusgen.read.revisions import _reader
from statusgen.read.settings import parse_site
from statusgen.read.versions import Text, parse_log

NOW = "2026-11-24T00:00:00Z"
API = "incidents/2026-11-02-api.md"
DB = "maintenance/2026-12-05-db.md"


def day(clock: str) -> str:
    """Give an instant of the day of the incident, or of another where one is named."""
    return f"{clock}Z" if "T" in clock else f"2026-11-02T{clock}:00Z"


def said(clock: str, text: str = "We look.", phase: str = "Update", braces: str = "") -> str:
    return f"## {phase} — 2026-11-02 {clock} UTC {braces}\n\n{text}\n"


def incident(*updates: str, front: str = "", title: str = "Errors") -> str:
    return "\n".join([f"---\ntitle: {title}\n{front}---\n", *updates])


def work(*updates: str, front: str = "", end: str = "03:00") -> str:
    head = f"---\ntitle: Upgrade\nstart: 2026-12-05 01:00\nend: 2026-12-05 {end}\n{front}---\n"
    return "\n".join([head, *updates])


A, B, C = said("09:20", "One.", "Investigating"), said("09:40", "Two."), said("10:00", "Three.", "Resolved")
A2, B2 = said("09:20", "One, edited.", "Investigating"), said("09:40", "Two, edited.")
KEY_A, KEY_B, KEY_C = "20261102T0920Z", "20261102T0940Z", "20261102T1000Z"
HIDDEN = SETTINGS + "  inner: {name: Inner, public: false}\n"
PLANNED = "## Scheduled — 2026-11-02 09:20 UTC\n\n"


@dataclass(frozen=True)
class Case:
    """Commits as (clock, files), and the updates that were edited with the clock of their last edit."""

    sentence: str
    commits: Sequence[tuple[str, dict[str, str | None]]]
    edited: dict[str, str]
    now: str = NOW


def of(*texts: tuple[str, str | None], name: str = API) -> list[tuple[str, dict[str, str | None]]]:
    return [(clock, {name: text}) for clock, text in texts]


CASES = [
    Case("what was never touched was not edited", of(("09:25", incident(A)), ("09:45", incident(A, B))), {}),
    Case(
        "a changed word is an edit, of that update alone",
        of(("09:25", incident(A)), ("09:45", incident(A, B)), ("09:50", incident(A2, B))),
        {KEY_A: "09:50"},
    ),
    Case(
        "the last of several edits counts",
        of(("09:25", incident(A)), ("09:30", incident(A2)), ("09:35", incident(said("09:20", "Last.")))),
        {KEY_A: "09:35"},
    ),
    Case(
        "an edit is dated by its own commit where others follow that only add",
        of(("09:25", incident(A)), ("09:30", incident(A2)), ("09:45", incident(A2, B)), ("10:05", incident(A2, B, C))),
        {KEY_A: "09:30"},
    ),
    Case(
        "an update that comes in the commit of an edit was not edited",
        of(("09:25", incident(A)), ("09:45", incident(A2, B))),
        {KEY_A: "09:45"},
    ),
    Case(
        "an update that is put in before others leaves them what they are",
        of(("10:05", incident(A, C)), ("10:10", incident(A, B, C))),
        {},
    ),
    Case(
        "a file may go from new to old",
        of(("09:25", incident(A)), ("09:45", incident(B, A)), ("10:05", incident(C, B, A2))),
        {KEY_A: "10:05"},
    ),
    Case(
        "what is put right is an edit, too, although the words are the first again",
        of(("09:25", incident(A)), ("09:30", incident(A2)), ("09:35", incident(A))),
        {KEY_A: "09:35"},
    ),
    Case(
        "another phase is an edit",
        of(("09:25", incident(A)), ("09:30", incident(A.replace("Investigating", "Identified")))),
        {KEY_A: "09:30"},
    ),
    Case(
        "other states are an edit",
        of(
            ("09:25", incident(said("09:20", braces="{api=partial_outage}"))),
            ("09:30", incident(said("09:20", braces="{api=major_outage}"))),
        ),
        {KEY_A: "09:30"},
    ),
    Case(
        "the same states in another order and by other names are none",
        of(
            ("09:25", incident(said("09:20", braces="{api=partial_outage web=major_outage}"))),
            ("09:30", incident(said("09:20", braces="{web=major_outage, rest-api=partial_outage}"))),
        ),
        {},
    ),
    Case(
        "blanks and line ends are no edit",
        of(
            ("09:25", incident(said("09:20", "One.\nTwo."))),
            ("09:30", incident(said("09:20", "\n\nOne.  \nTwo.\t\n\n\n")).replace("\n", "\r\n")),
            ("09:35", "\ufeff" + incident(said("09:20", "One.\nTwo."))),
        ),
        {},
    ),
    Case(
        "the same time, written otherwise, is the same update",
        of(("09:25", incident(A)), ("09:30", incident(A.replace("09:20 UTC", "10:20:00 +01:00")))),
        {},
    ),
    Case(
        "what stands in the front matter and before the first update is not the updates'",
        of(("09:25", incident(A)), ("09:30", incident("Summary.\n", A, front="impact: minor\n", title="Other"))),
        {},
    ),
    Case(
        "what was written beforehand may change until its time comes",
        of(("09:10", incident(A)), ("09:15", incident(A2)), ("09:20", incident(A))),
        {},
    ),
    Case(
        "what was written beforehand is edited after its time",
        of(("09:10", incident(A)), ("09:21", incident(A2))),
        {KEY_A: "09:21"},
    ),
    Case(
        "an update with another time is another update",
        of(("09:25", incident(A)), ("09:45", incident(A, said("09:42"))), ("09:50", incident(A, said("09:41", "x")))),
        {},
    ),
    Case(
        "one with a name stays itself at another time, which is an edit",
        of(
            ("09:45", incident(A, said("09:42", braces="{#fix}"))),
            ("09:50", incident(A, said("09:41", braces="{#fix}"))),
        ),
        {"fix": "09:50"},
    ),
    Case(
        "of two in one minute each has its key: one that is put in before changes what both are",
        of(
            ("09:25", incident(A, said("09:40", "First."))),
            ("09:45", incident(A, said("09:40", "Zeroth."), said("09:40", "First."))),
        ),
        {KEY_B: "09:45"},
    ),
    Case(
        "two in one minute may have it in two zones",
        of(
            ("09:45", incident(A, said("09:40", "First."))),
            ("09:50", incident(A, said("10:40", "Zeroth.").replace("UTC", "+01:00"), said("09:40", "First."))),
        ),
        {KEY_B: "09:50"},
    ),
    Case(
        "of two in one minute the order of the file decides, and that of its ends",
        of(
            ("09:45", incident(said("09:40", "First."), said("09:40", "Second."))),
            ("09:50", incident(said("09:40", "First."), said("09:40", "Second."), A)),
        ),
        {KEY_B: "09:50", f"{KEY_B}-2": "09:50"},
    ),
    Case(
        "an update that was taken out and put back is what it was",
        of(("09:45", incident(A, B)), ("09:50", incident(A)), ("09:55", incident(A, B))),
        {},
    ),
    Case(
        "an update that is put back with other words is edited then",
        of(
            ("09:45", incident(A, B)),
            ("09:50", incident(A)),
            ("09:55", incident(A, B2)),
            ("10:05", incident(A, B2, C)),
        ),
        {KEY_B: "09:55"},
    ),
    Case(
        "a file that is deleted and put back is what it was",
        of(("09:25", incident(A)), ("09:30", None), ("09:35", incident(A))),
        {},
    ),
    Case(
        "a file that is put back with other words is edited then",
        of(("09:25", incident(A)), ("09:30", None), ("09:35", incident(A2))),
        {KEY_A: "09:35"},
    ),
    Case(
        "a file that is renamed and pins its id stays itself",
        [
            ("09:25", {"incidents/first.md": incident(A)}),
            ("09:30", {"incidents/first.md": None, API: incident(A2, front="id: first\n")}),
        ],
        {KEY_A: "09:30"},
    ),
    Case(
        "a file that is renamed and pins its id is not edited by that",
        [
            ("09:25", {"incidents/first.md": incident(A)}),
            ("09:30", {"incidents/first.md": None, API: incident(A, front="id: first\n")}),
        ],
        {},
    ),
    Case(
        "a file that pins another's id only later goes on with what that said",
        [
            ("09:25", {"incidents/first.md": incident(A), "incidents/second.md": incident(A2)}),
            ("09:30", {"incidents/first.md": None, "incidents/second.md": None}),
            ("09:35", {API: incident(A2, front='"id": second\n')}),
        ],
        {},
    ),
    Case(
        "a file may take another's id that stays",
        [
            ("09:25", {"incidents/first.md": incident(A)}),
            ("09:30", {"incidents/first.md": incident(B, front="id: other\n"), API: incident(A2, front="id: first\n")}),
        ],
        {KEY_A: "09:30"},
    ),
    Case(
        "a file that is renamed without its id is another incident",
        [("09:25", {"incidents/first.md": incident(A)}), ("09:30", {"incidents/first.md": None, API: incident(A2)})],
        {},
    ),
    Case(
        "a file that is renamed hides nothing of what else its commit did",
        [
            ("09:25", {"incidents/first.md": incident(C), "incidents/z.md": incident(A)}),
            ("09:30", {"incidents/first.md": None, "incidents/second.md": incident(C), "incidents/z.md": incident(A2)}),
        ],
        {KEY_A: "09:30"},
    ),
    Case(
        "a file may move to a folder, whatever that is called",
        [
            ("09:25", {API: incident(A)}),
            ("09:30", {API: None, 'incidents/Größe "2"\n\t/2026-11-02-api.md': incident(A2)}),
        ],
        {KEY_A: "09:30"},
    ),
    Case(
        "drafts were never published",
        [
            ("09:25", {"incidents/_drafts/2026-11-02-api.md": incident(A)}),
            ("09:30", {"incidents/_drafts/2026-11-02-api.md": None, API: incident(A2)}),
        ],
        {},
    ),
    Case(
        "what could not be built was never published",
        of(("09:25", incident(A, front="impact: sever\n")), ("09:30", incident(A2)), ("09:45", incident(A2, B))),
        {},
    ),
    Case(
        "between two that could be built a broken one hides no edit",
        of(("09:25", incident(A)), ("09:30", "<<<<<<< HEAD\n" + incident(A2)), ("09:45", incident(A2, B))),
        {KEY_A: "09:45"},
    ),
    Case(
        "marks of a conflict in a text were never published",
        of(("09:25", incident(said("09:20", "<<<<<<< HEAD\nOne."))), ("09:30", incident(A2))),
        {},
    ),
    Case(
        "bytes that are no text say nothing",
        [("09:25", {API: incident(A)}), ("09:30", {API: b"\xff\xfe"}), ("09:35", {API: incident(A)})],
        {},
    ),
    Case(
        "a former version may name components that are no more",
        of(
            ("09:25", incident(A, front="components: {lost: major_outage}\n")),
            ("09:30", incident(A2, front="components: {web: major_outage}\n")),
        ),
        {KEY_A: "09:30"},
    ),
    Case(
        "states of components that are not public are nobody's business",
        [
            ("09:25", {"status.yaml": HIDDEN, API: incident(A, said("09:40", braces="{inner=major_outage}"))}),
            ("09:45", {API: incident(A, said("09:40", braces="{inner=operational}"))}),
        ],
        {},
    ),
    Case(
        "two commits of one second are one publication",
        of(("09:25", incident(A)), ("09:25", incident(A2)), ("09:45", incident(A2, B))),
        {},
    ),
    Case(
        "what is committed at or after now is not known yet",
        of(("09:25", incident(A)), ("09:30", incident(A2)), ("09:35", incident(A))),
        {KEY_A: "09:30"},
        now="2026-11-02T09:35:00Z",
    ),
    Case(
        "a commit from the future is seen in the next one",
        of(("09:25", incident(A)), ("2099-01-01T00:00:00", incident(A2)), ("09:45", incident(A2, B))),
        {KEY_A: "09:45"},
    ),
    Case(
        "a clock that jumps back brings no time back",
        of(("09:45", incident(A)), ("09:05", incident(A2)), ("09:10", incident(A2, B))),
        {KEY_A: "09:45"},
    ),
    Case(
        "headings in code blocks are no updates",
        of(
            ("09:25", incident(said("09:20", f"```\n{B}```\n"))),
            ("09:45", incident(said("09:20", f"```\n{C}\n{B}```\n"))),
            ("09:50", incident(said("09:20", f"```\n{C}\n{B}```\n"), said("09:48"))),
        ),
        {KEY_A: "09:45"},
    ),
    Case(
        "headings in comments are no updates",
        of(
            ("09:25", incident(said("09:20", f"x <!--\n{B}-->\n"))),
            ("09:45", incident(said("09:20", f"x <!--\n{C}\n{B}-->\n"))),
        ),
        {KEY_A: "09:45"},
    ),
    Case(
        "maintenance is followed, too",
        of(("09:25", work(f"{PLANNED}Soon.")), ("09:30", work(f"{PLANNED}Very soon.")), name=DB),
        {KEY_A: "09:30"},
    ),
    Case(
        "a new end is no edit of what was said",
        of(("09:25", work(f"{PLANNED}Soon.")), ("09:30", work(f"{PLANNED}Soon.", end="04:00")), name=DB),
        {},
    ),
    Case(
        "the zone of a maintenance decides which update is which",
        of(
            ("09:25", work("## Scheduled — 2026-11-02 10:20\n\nSoon.", front="timezone: Europe/Berlin\n")),
            ("09:30", work(f"{PLANNED}Soon!")),
            name=DB,
        ),
        {KEY_A: "09:30"},
    ),
    Case(
        "a maintenance may have been in another zone for a while",
        of(
            ("09:25", work("## Scheduled — 2026-11-02 10:20\n\nSoon.", front="timezone: Europe/Berlin\n")),
            ("09:30", work("## Scheduled — 2026-11-02 10:20\n\nSoon.")),
            ("09:35", work("## Scheduled — 2026-11-02 10:20\n\nSoon!", front="timezone: Europe/Berlin\n")),
            name=DB,
        ),
        {KEY_A: "09:35"},
    ),
]


def edited(repository: Repository, now: str = NOW) -> dict[str, str]:
    """Give the updates that the history tells to be edited, with the instants."""
    history = read_content(repository.content, at(now), edits=True)
    assert history.untraced is None
    items = (*history.incidents, *history.maintenances)
    return {u.key: iso_utc(u.edited) for item in items for u in item.updates if u.edited is not None}


@pytest.mark.parametrize("case", CASES, ids=[case.sentence.replace(" ", "-") for case in CASES])
def test_it_is_so_that(case, tmp_path):
    repository = Repository(tmp_path / "it")
    repository.commit("2026-10-01T00:00:00Z", {"status.yaml": SETTINGS})
    for clock, files in case.commits:
        repository.commit(day(clock), files)
    assert edited(repository, case.now) == {key: day(clock) for key, clock in case.edited.items()}


@pytest.fixture
def repository(tmp_path) -> Repository:
    """Give a repository in which an incident was edited once."""
    repository = Repository(tmp_path / "it")
    repository.commit("2026-11-02T09:25:00Z", {"status.yaml": SETTINGS, API: incident(A)})
    repository.commit("2026-11-02T09:30:00Z", {API: incident(A2)})
    return repository


ONCE = {KEY_A: day("09:30")}


def test_a_merge_request_is_one_publication_whatever_its_commits_were(repository):
    repository.git("checkout", "--quiet", "-b", "request")
    repository.commit(day("10:00"), {API: incident(A2, B)})
    repository.commit(day("10:05"), {API: incident(A, B2)})
    repository.commit(day("10:10"), {API: incident(A2, B, C)})
    repository.git("checkout", "--quiet", "main")
    assert edited(repository) == ONCE
    repository.git("merge", "--quiet", "--no-ff", "-m", "x", "request", at=day("11:00"))
    assert edited(repository) == ONCE, "what a request tried out was never there"
    repository.git("checkout", "--quiet", "-b", "other")
    repository.commit(day("11:10"), {API: incident(A2, B2, C)})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "x", "other", at=day("11:30"))
    assert edited(repository) == {**ONCE, KEY_B: day("11:30")}


def replanned(repository: Repository, now: str = NOW) -> str | None:
    (maintenance,) = read_content(repository.content, at(now), edits=True).maintenances
    return None if maintenance.edited is None else iso_utc(maintenance.edited)


def test_it_is_known_when_a_maintenance_was_planned_anew(tmp_path):
    repository = Repository(tmp_path / "it")
    soon, later = f"{PLANNED}Soon.", "## Update — 2026-11-03 09:00 UTC\n\nMore."
    hidden = "components: [inner]\n"
    repository.commit(day("09:00"), {"status.yaml": HIDDEN, DB: work(soon)})
    repository.commit(day("09:10"), {DB: work(soon, end="02:30")})
    assert replanned(repository) is None, "it was not announced yet"
    repository.commit(day("09:25"), {DB: work(soon, end="02:30")})
    repository.commit(day("09:30"), {DB: work(soon, later, end="02:30")})
    repository.commit(day("09:35"), {DB: work(soon, later, end="02:30", front=hidden)})
    assert replanned(repository) is None, "more words are no other plan, nor is what is not public"
    repository.commit(day("09:40"), {DB: work(soon, later, end="04:00")})
    repository.commit(day("09:45"), {DB: work(f"{soon}!", later, end="04:00")})
    assert replanned(repository) == day("09:40")
    repository.commit(day("09:50"), {DB: work(soon, end="02:30")})
    assert replanned(repository) == day("09:50"), "to put it back is a change, too"


def test_what_is_not_committed_is_not_claimed(repository):
    repository.write({API: incident(said("09:20", "Other words."), B)})
    assert edited(repository) == ONCE


def test_a_link_in_the_place_of_a_file_is_no_version_of_it(repository):
    repository.write({"incidents/target.md": incident(A)})
    (repository.content / API).unlink()
    (repository.content / API).symlink_to("target.md")
    repository.commit(day("09:40"))
    (repository.content / API).unlink()
    repository.commit(day("09:50"), {API: incident(A2)})
    assert edited(repository) == ONCE


def test_a_log_that_git_would_not_write_is_read_as_far_as_it_goes():
    for output in (b"", b"\0", b"no\0log", b":x\0", b"\n:1 2 3 4 M\0", b"12\0\n:100644 100644 a b M\0incidents/x.md\0"):
        parse_log(output, 100)


# --- A law: texts that show without parsing that nothing was edited are those of which parsing tells the same


SITE = parse_site(parse_yaml(SETTINGS, "status.yaml"), "status.yaml")
CLOCKS = ("09:20", "09:20", "10:20", "09:40", "09:40:00", "10:00")
WORDS = (
    "One.",
    "Two.",
    "```\n## Update — 2026-11-02 09:50 UTC\n```",
    "```\nopen",
    "<!-- open",
    "shut -->",
    "x\n\n### Part\n\ny",
)
PIECES = st.tuples(
    st.sampled_from(("Update", "update", "Identified", "Nonsense")),
    st.sampled_from(CLOCKS),
    st.sampled_from((" UTC", " UTC", " UTC", "", "+01:00")),
    st.sampled_from(("", "", "", " {api=major_outage}", " {#name}", " {lost=major_outage}")),
    st.sampled_from(WORDS),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(("append", "append", "append", "insert", "change", "drop", "front", "same")), PIECES,
              st.integers(0, 3)),
    min_size=2, max_size=8,
)  # fmt: skip


def written(steps) -> list[Text]:
    """Write the texts that steps make, a minute apart."""
    updates: list[str] = []
    front = "---\ntitle: Errors\n---\n"
    texts = []
    for number, (step, (phase, clock, zone, braces, words), index) in enumerate(steps):
        update = f"## {phase} — 2026-11-02 {clock}{zone}{braces}\n{words}\n"
        if step == "append":
            updates = [*updates, update]
        elif step == "insert":
            updates = [*updates[:index], update, *updates[index:]]
        elif step == "change" and index < len(updates):
            updates = [*updates[:index], update, *updates[index + 1 :]]
        elif step == "drop":
            updates = updates[:index] + updates[index + 1 :]
        elif step == "front":
            front = f"---\ntitle: {words.split()[0]!r}\nimpact: {'minor' if index else 'sever'}\n---\n"
        texts.append(Text(at("2026-11-02T09:30:00Z") + 60 * number, API, front, "\n".join(updates)))
    return texts


@given(STEPS)
def test_what_shows_without_parsing_is_what_parsing_tells(steps):
    texts = written(steps)
    read = _reader(parse_incident, "x", SITE)
    assert find_edits(texts, read) == parsed_one_by_one(texts, read)


def parsed_one_by_one(texts, read) -> dict[str, int]:
    known, edits = {}, {}
    for text in texts:
        said = read(text)
        if said is not None:
            edits |= {k: text.at for k, now in said.items() if k in known and known[k] != now and text.at > now.at}
            known |= said
    return edits


def test_texts_that_only_grow_are_not_parsed():
    def never(text):
        raise AssertionError(text)

    updates = [said(f"{hour:02d}:00", "Words.") for hour in range(9, 20)]
    random.Random(1).shuffle(updates)
    texts = [
        Text(number, API, f"---\ntitle: {number}\n---\n", "\n".join(sorted(updates[:number])))
        for number in range(len(updates))
    ]
    assert find_edits(texts, never) == {}
    assert len(list(edits_module._cut(texts, head_matters=False))) == 1
    assert len(list(edits_module._cut(texts, head_matters=True))) == len(texts)
