"""The API of Statuspage, as its clients read it."""

import asyncio
import base64
import hashlib
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import ValidationError
from statuspage_client import DOCUMENTS, IncidentDocument, read
from test_pages import EMPTY, EXAMPLE, HOSTILE, HOUR, NOTE, NOW, ONCE, OPEN, OVER, TINY, WEEKLY, say, tiny_site

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.history import (
    Checks,
    Component,
    Group,
    History,
    Maintenance,
    Phase,
    Recurrence,
    Sla,
)
from statusgen.model.status import Status
from statusgen.read.content import read_content
from statusgen.render.api.statuspage import render_statuspage
from statusgen.render.api.statuspage.ids import make_id

MINUTE = 60
OPEN_STATUSES = {"investigating", "identified", "monitoring"}


def files(history: History, now: int = NOW) -> dict[str, bytes]:
    report = compute_report(public_history(history, now), now)
    return {artifact.path: artifact.content for artifact in render_statuspage(report)}


def api(history: History, now: int = NOW):
    """Read all that is written; the single incidents by their ids."""
    read_all = {path: read(path, content) for path, content in files(history, now).items()}
    return {path.removeprefix("api/v2/").removesuffix(".json"): document for path, document in read_all.items()}


def ms(instant: int) -> str:
    return iso_utc(instant).replace("Z", ".000Z")


def example() -> History:
    return read_content(EXAMPLE, NOW)


WORLDS = pytest.mark.parametrize(
    "history", [lambda: TINY, example, lambda: EMPTY], ids=["a tiny world", "the example", "nothing"]
)


@WORLDS
def test_a_strict_client_reads_every_document(history):
    found = api(history())
    assert set(DOCUMENTS) <= set(found)
    singles = [document for name, document in found.items() if name not in DOCUMENTS]
    assert {f"incidents/{document.incident.id}" for document in singles} == set(found) - set(DOCUMENTS)
    listed = found["incidents"].incidents
    assert {incident.id for incident in listed} <= {document.incident.id for document in singles}


def test_the_strict_client_is_strict():
    content = next(c for p, c in files(TINY).items() if p.endswith("summary.json"))
    for broken in (
        content.replace(b'"monitoring_at":null,', b"", 1),
        content.replace(b'"monitoring_at":null,', b'"monitoring_at":null,"more":1,', 1),
        content.replace(b'"status":"operational"', b'"status":"unknown"', 1),
        content.replace(b'"position":1', b'"position":"1"', 1),
    ):
        assert broken != content
        with pytest.raises(ValidationError):
            read("api/v2/summary.json", broken)


@WORLDS
def test_the_lists_say_the_same(history):
    found = api(history())
    summary = found["summary"]
    assert summary.status == found["status"].status
    assert summary.components == found["components"].components
    assert summary.incidents == found["incidents/unresolved"].incidents
    assert {incident.status for incident in summary.incidents} <= OPEN_STATUSES
    ahead = [
        *found["scheduled-maintenances/upcoming"].scheduled_maintenances,
        *found["scheduled-maintenances/active"].scheduled_maintenances,
    ]
    assert Counter(m.id for m in summary.scheduled_maintenances) == Counter(m.id for m in ahead)
    assert {m.status for m in found["scheduled-maintenances/upcoming"].scheduled_maintenances} <= {"scheduled"}
    assert {m.status for m in found["scheduled-maintenances/active"].scheduled_maintenances} <= {
        "in_progress",
        "verifying",
    }
    for incident in found["incidents"].incidents:
        assert found[f"incidents/{incident.id}"].incident == incident
        assert incident.status == incident.incident_updates[0].status
        assert (incident.resolved_at is None) == (incident.status in OPEN_STATUSES)


@WORLDS
def test_no_id_stands_for_two_things(history):
    found = api(history())
    events = [*found["incidents"].incidents, *found["scheduled-maintenances"].scheduled_maintenances]
    updates = [update.id for event in events for update in event.incident_updates]
    ids = [found["status"].page.id, *(c.id for c in found["components"].components), *(e.id for e in events), *updates]
    assert len(ids) == len(set(ids))
    rows = {row.id: row for row in found["components"].components}
    for row in rows.values():
        assert row.group_id is None or row.id in rows[row.group_id].components
    for event in events:
        assert all(component == rows[component.id] for component in event.components)


def test_an_id_is_the_beginning_of_a_hash_that_anybody_can_make():
    digest = hashlib.blake2b(b"incident/open").digest()
    expected = base64.b32hexencode(digest).decode().lower()[:12]
    assert make_id("incident", "open") == expected == "mdbsbnsjd7bq"
    found = api(TINY)
    by_name = {incident.name: incident.id for incident in found["incidents"].incidents}
    assert by_name["API is slow"] == expected
    assert found["status"].page.id == make_id("page", "tiny")
    rows = {row.name: row.id for row in found["components"].components}
    assert (rows["API"], rows["Core"]) == (make_id("component", "api"), make_id("group", "core"))
    windows = {m.scheduled_for: m for m in found["scheduled-maintenances"].scheduled_maintenances}
    assert windows[ms(ONCE.start)].id == make_id("maintenance", "once")
    assert windows[ms(WEEKLY.start)].id == make_id("maintenance", f"weekly/{iso_short(WEEKLY.start)}")
    assert windows[ms(ONCE.start)].incident_updates[-1].id == make_id("update", "once/t2880")


def iso_short(instant: int) -> str:
    return iso_utc(instant).replace("-", "").replace(":", "").replace("00Z", "Z")


def test_the_page_without_an_id_is_known_by_its_address():
    assert api(EMPTY)["status"].page.id == make_id("page", "https://empty.example/")


# What is said, and the status in which Statuspage would have it, one after the other; `!` breaks the component again.
@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        ("investigating identified monitoring resolved", "investigating identified monitoring resolved"),
        ("update", "investigating"),
        ("identified update update", "identified identified identified"),
        ("monitoring resolved update", "monitoring resolved resolved"),
        ("monitoring resolved postmortem update", "monitoring resolved postmortem postmortem"),
        ("monitoring resolved update! resolved", "monitoring resolved investigating resolved"),
        ("monitoring resolved identified! update", "monitoring resolved identified identified"),
        ("investigating resolved monitoring", "investigating resolved resolved"),
        ("identified postmortem", "identified identified"),
        ("resolved", "resolved"),
        ("resolved postmortem update!", "resolved postmortem investigating"),
    ],
)
def test_every_update_repeats_what_it_does_not_change(said, statuses):
    words = said.split()
    updates = tuple(
        say(
            300 - number,
            Phase(word.rstrip("!")),
            **({"api": Status.MAJOR_OUTAGE} if word.endswith("!") else {}),
        )
        for number, word in enumerate(words)
    )
    incident = replace(OPEN, started=NOW - 300 * MINUTE, updates=updates)
    (told,) = api(replace(TINY, incidents=(incident,)))["incidents"].incidents
    assert [update.status for update in told.incident_updates[::-1]] == statuses.split()
    assert told.status == statuses.split()[-1]


def test_an_incident_that_ends_at_the_second_at_which_it_began_is_resolved():
    updates = (say(60, Phase.INVESTIGATING, key="a"), say(60, Phase.RESOLVED, key="b"))
    (told,) = api(replace(TINY, incidents=(replace(OPEN, updates=updates),)))["incidents"].incidents
    assert [update.status for update in told.incident_updates] == ["resolved", "investigating"]


def test_the_times_of_an_incident():
    updates = (
        say(50, Phase.INVESTIGATING),
        say(40, Phase.MONITORING),
        say(30, Phase.IDENTIFIED),
        say(20, Phase.MONITORING),
        say(15, Phase.UPDATE),
        say(10, Phase.RESOLVED),
        say(5, Phase.POSTMORTEM),
    )
    (told,) = api(replace(TINY, incidents=(replace(OPEN, updates=updates),)))["incidents"].incidents
    assert told.started_at == ms(NOW - HOUR), "in the front matter"
    assert told.created_at == ms(NOW - 50 * MINUTE), "when the first word was said"
    assert told.monitoring_at == ms(NOW - 20 * MINUTE), "when it was last watched"
    assert told.resolved_at == ms(NOW - 10 * MINUTE)
    assert told.updated_at == ms(NOW - 5 * MINUTE)
    assert told.incident_updates[0].display_at == told.incident_updates[0].created_at == ms(NOW - 5 * MINUTE)


def test_what_an_update_does_to_the_components():
    major, degraded = Status.MAJOR_OUTAGE, Status.DEGRADED_PERFORMANCE
    updates = (
        say(60, Phase.INVESTIGATING, docs=degraded),
        say(50, Phase.UPDATE),
        say(40, Phase.IDENTIFIED, api=degraded),
        say(30, Phase.RESOLVED),
        say(20, Phase.UPDATE, api=major),
    )
    incident = replace(OPEN, components=(("api", major),), updates=updates)
    (told,) = api(replace(TINY, incidents=(incident,)))["incidents"].incidents
    assert [
        {(a.name, a.old_status, a.new_status) for a in update.affected_components or ()}
        for update in told.incident_updates[::-1]
    ] == [
        {("API", "operational", "major_outage"), ("Docs", "operational", "degraded_performance")},
        set(),
        {("API", "major_outage", "degraded_performance")},
        {("API", "degraded_performance", "operational"), ("Docs", "degraded_performance", "operational")},
        {("API", "operational", "major_outage")},
    ]
    assert told.incident_updates[0].affected_components[0].code == make_id("component", "api")


def test_an_outage_that_was_told_once_it_was_over_is_told():
    incident = replace(OPEN, updates=(say(10, Phase.RESOLVED),))
    (told,) = api(replace(TINY, incidents=(incident,)))["incidents"].incidents
    (affected,) = told.incident_updates[0].affected_components
    assert (affected.old_status, affected.new_status) == ("partial_outage", "operational")


def test_the_state_of_all_and_of_the_components():
    found = api(TINY)
    rows = {row.name: row.status for row in found["components"].components}
    assert rows == {
        "Core": "degraded_performance",
        "API": "degraded_performance",
        "Web": "operational",
        "Docs": "under_maintenance",
    }, "what is retired is not listed"
    assert (found["status"].status.indicator, found["status"].status.description) == ("minor", "Minor Service Outage")


SILENT = Sla(id="silent", source="measured")


def test_what_is_not_known_is_in_no_list():
    """Statuspage has no word for it, and `operational` would be a claim that nobody can make."""
    watched = partial(Component, sla="silent", checks=Checks(monitors=("m",)))
    site = tiny_site(
        groups=(Group(id="core", name="Core"), Group(id="dark", name="Dark")),
        components=(
            Component(id="api", name="API", group="core"),
            watched(id="web", name="Web", group="core"),
            watched(id="night", name="Night", group="dark"),
        ),
        slas={"silent": SILENT},
    )
    hit = (("api", Status.MAJOR_OUTAGE), ("web", Status.MAJOR_OUTAGE))
    incident = replace(OPEN, components=hit, updates=(say(10, Phase.INVESTIGATING),))
    found = api(History(site=site, incidents=(incident,)))
    assert [row.name for row in found["components"].components] == ["Core", "API"]
    assert found["components"].components[0].components == [make_id("component", "api")]
    assert [c.name for c in found["summary"].incidents[0].components] == ["API"]
    affected = found["summary"].incidents[0].incident_updates[0].affected_components
    assert {a.name for a in affected} == {"API", "Web"}, "what was declared is known"
    dark = api(History(site=replace(site, components=site.components[1:])))
    assert dark["components"].components == []
    assert (dark["status"].status.indicator, dark["status"].status.description) == ("minor", "Status Unknown")


def test_what_is_being_worked_on_is_known_even_without_checks():
    site = tiny_site(components=(Component(id="docs", name="Docs", sla="silent"),), groups=(), slas={"silent": SILENT})
    found = api(History(site=site, maintenances=(ONCE,)))
    assert [row.status for row in found["components"].components] == ["under_maintenance"]


def test_a_component_is_as_old_as_its_service_and_changed_when_its_state_did():
    rows = {row.name: row for row in api(TINY)["components"].components}
    assert rows["API"].created_at == ms(NOW - 100 * DAY)
    assert rows["API"].updated_at == ms(NOW - 30 * MINUTE), "the update that made it degraded"
    assert rows["Docs"].updated_at == ms(NOW - HOUR), "the beginning of the work"
    assert rows["Core"].updated_at == rows["API"].updated_at


def test_work_that_was_called_off_changed_nothing():
    off = replace(ONCE, updates=(say(2880, Phase.SCHEDULED), say(90, Phase.CANCELLED)))
    rows = {row.name: row for row in api(replace(TINY, maintenances=(off,)))["components"].components}
    assert rows["Docs"].updated_at == ms(OVER.updates[1].at), "the end of its last incident"


def test_nothing_is_dated_by_the_build():
    later = api(TINY, NOW + 60)
    assert later == api(TINY)


def test_news_elsewhere_leave_an_incident_as_it_was():
    told = replace(OPEN, updates=(*OPEN.updates, say(10, Phase.UPDATE)))
    name = f"api/v2/incidents/{make_id('incident', 'note')}.json"
    before, after = files(TINY), files(replace(TINY, incidents=(told, OVER, NOTE)))
    assert before["api/v2/summary.json"] != after["api/v2/summary.json"]
    assert before[name] == after[name]


def test_a_list_holds_the_fifty_newest_incidents_and_each_has_its_own_document():
    many = tuple(
        replace(NOTE, id=f"note-{n}", title=f"Note {n}", started=NOW - n * HOUR, updates=(say(n * 60, Phase.RESOLVED),))
        for n in range(1, 61)
    )
    found = api(replace(TINY, incidents=many))
    assert [incident.name for incident in found["incidents"].incidents] == [f"Note {n}" for n in range(1, 51)]
    assert sum(isinstance(document, IncidentDocument) for document in found.values()) == 60


def daily(**changes: object) -> Maintenance:
    work = Maintenance(
        id="daily",
        title="Nightly",
        start=NOW - 70 * DAY - MINUTE,
        end=NOW - 70 * DAY + HOUR,
        announced=NOW - 80 * DAY,
        components=(("web", None),),
        recurrence=Recurrence(rule="FREQ=DAILY", zone="UTC"),
        updates=(say(80 * 1440, Phase.SCHEDULED),),
    )
    return replace(work, **changes)


def test_what_recurs_is_told_for_a_month_ahead_and_what_runs_never_falls_out():
    far = replace(ONCE, id="far", start=NOW + 200 * DAY, end=NOW + 201 * DAY, updates=(say(100, Phase.SCHEDULED),))
    found = api(replace(TINY, maintenances=(daily(), daily(id="second"), ONCE, far)))
    everything = found["scheduled-maintenances"].scheduled_maintenances
    assert len(everything) == 50
    assert {m.name for m in found["scheduled-maintenances/active"].scheduled_maintenances} == {"Nightly", "New disks"}
    assert Counter(m.status for m in everything)["in_progress"] == 3
    upcoming = found["scheduled-maintenances/upcoming"].scheduled_maintenances
    assert len(upcoming) == 50, "of more than that, the nearest"
    starts = [m.scheduled_for for m in upcoming]
    assert starts == sorted(starts, reverse=True)
    assert max(starts) < ms(NOW + 30 * DAY)
    alone = api(replace(TINY, maintenances=(daily(), far)))["scheduled-maintenances/upcoming"].scheduled_maintenances
    assert alone[0].scheduled_for == ms(NOW + 200 * DAY), "what happens once is told when it is announced"
    assert alone[1].scheduled_for == ms(NOW + 30 * DAY - MINUTE)


@pytest.mark.parametrize(
    ("updates", "status", "resolved"),
    [
        ((), "in_progress", None),
        ((say(50, Phase.IN_PROGRESS), say(20, Phase.VERIFYING)), "verifying", None),
        ((say(50, Phase.IN_PROGRESS), say(20, Phase.COMPLETED)), "completed", 20),
        ((say(20, Phase.CANCELLED),), "completed", 20),
        ((say(90, Phase.CANCELLED),), "completed", 90),
    ],
)
def test_where_a_maintenance_stands(updates, status, resolved):
    work = replace(ONCE, updates=(say(2880, Phase.SCHEDULED), *updates))
    (told,) = api(replace(TINY, maintenances=(work,)))["scheduled-maintenances"].scheduled_maintenances
    assert told.status == status
    assert told.resolved_at == (None if resolved is None else ms(NOW - resolved * MINUTE))
    assert (told.scheduled_for, told.scheduled_until) == (ms(ONCE.start), ms(ONCE.end))
    assert told.created_at == ms(ONCE.announced)


def test_what_is_cancelled_says_so_where_the_format_has_no_word():
    work = replace(ONCE, updates=(say(2880, Phase.SCHEDULED), say(90, Phase.CANCELLED, "Not today.")))
    (told,) = api(replace(TINY, maintenances=(work,)))["scheduled-maintenances"].scheduled_maintenances
    assert told.incident_updates[0].body == "<p><strong>Cancelled</strong></p><p>Not today.</p>"
    assert told.incident_updates[0].status == "completed"


def test_a_plain_word_on_a_maintenance_is_of_what_was_planned_then():
    updates = tuple(say(minutes, Phase.UPDATE) for minutes in (150, 90, 30))
    work = replace(ONCE, start=NOW - 2 * HOUR, end=NOW - HOUR, announced=updates[0].at, updates=updates)
    (told,) = api(replace(TINY, maintenances=(work,)))["scheduled-maintenances"].scheduled_maintenances
    assert [update.status for update in told.incident_updates] == ["completed", "in_progress", "scheduled"]


@pytest.mark.parametrize("start", [ONCE.start, NOW + DAY], ids=["begun", "to come"])
def test_a_maintenance_of_which_nothing_is_said_is_announced_by_its_summary(start):
    work = replace(ONCE, updates=(), summary="New *disks*.", start=start, end=start + DAY)
    (told,) = api(replace(TINY, maintenances=(work,)))["scheduled-maintenances"].scheduled_maintenances
    assert told.updated_at == ms(start if start < NOW else ONCE.announced)
    (update,) = told.incident_updates
    later = replace(work, updates=(say(10, Phase.UPDATE),))
    (then,) = api(replace(TINY, maintenances=(later,)))["scheduled-maintenances"].scheduled_maintenances
    assert then.incident_updates[-1] == update, "what is said later takes nothing back"
    assert (update.body, update.status, update.created_at) == (
        "<p>New <em>disks</em>.</p>",
        "scheduled",
        ms(ONCE.announced),
    )


def test_a_body_is_harmless_and_leads_to_the_right_places():
    text = "See [that](../over/#u-why) <script>alert(1)</script> <!-- not for you --> ![x](https://spy.example/x.png)"
    incident = replace(OPEN, updates=(say(60, Phase.INVESTIGATING, text),))
    (told,) = api(replace(TINY, incidents=(incident,)))["incidents"].incidents
    body = told.incident_updates[0].body
    assert 'href="https://status.example/incidents/over/#u-why"' in body
    assert "<script" not in body
    assert "not for you" not in body
    assert "<img" not in body


NAMES = (HOSTILE, "\x00\x1b[31m\x7f\u2028\n# EOF\n", "🚨 مرحبا \u202e", '\\"}]', "a" * 200_000)


@pytest.mark.parametrize("name", NAMES, ids=["markup", "controls", "rtl", "quotes", "200 KB"])
def test_no_text_breaks_a_document(name):
    component = Component(id="api", name=name, group="core", description=name)
    site = tiny_site(title=name, components=(component,), groups=(Group(id="core", name=name),))
    incident = replace(OPEN, title=name, updates=(say(60, Phase.INVESTIGATING, name),))
    work = replace(ONCE, title=name, summary=name, components=(("api", None),))
    found = api(History(site=site, incidents=(incident,), maintenances=(work,)))
    summary = found["summary"]
    assert {summary.page.name, *(row.name for row in summary.components)} == {name}
    assert {event.name for event in (*summary.incidents, *summary.scheduled_maintenances)} == {name}


class Server(ThreadingHTTPServer):
    daemon_threads = True


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path):
    """Serve the documents of a history from this machine."""
    servers = []

    def serve(history: History) -> str:
        for path, content in files(history).items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        server = Server(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_public_client_reads_the_example(served):
    """`arez.statuspage` of PyPI knows nothing of us: it parses every time and word, and links groups and components."""
    from arez.statuspage import StatusPage

    history = example()
    url = served(history)

    async def fetch():
        async with StatusPage(url, loop=asyncio.get_running_loop()) as page:
            return await page.get_status()

    with ThreadPoolExecutor(1) as pool:  # a browser test before this one may have left a loop running in this thread
        status = pool.submit(lambda: asyncio.run(fetch())).result()
    assert (status.name, status.status, status.impact) == ("Parley Status", "Partial System Outage", "Major")
    assert [group.name for group in status.groups] == ["Messaging", "Platform", "Data hosting"]
    webhooks = status.component("Webhooks")
    assert (webhooks.status, webhooks.group.name) == ("Partial Outage", "Platform")
    (incident,) = status.incidents
    assert incident.components == [webhooks]
    assert (incident.status, incident.last_update.status) == ("Identified", "Identified")
    assert {m.status for m in status.maintenances} == {"In Progress", "Scheduled"}
    assert status.component("Australia").status == "Under Maintenance"


def test_an_edit_moves_the_time_of_the_last_change_and_no_other():
    edited = replace(OPEN, updates=tuple(replace(update, edited=NOW - 60) for update in OPEN.updates))
    name = f"api/v2/incidents/{make_id('incident', 'open')}.json"
    before, after = (
        json.loads(files(replace(TINY, incidents=(incident,)))[name])["incident"]["incident_updates"]
        for incident in (OPEN, edited)
    )
    for then, now in zip(before, after, strict=True):
        assert now == {**then, "updated_at": ms(NOW - 60)}
