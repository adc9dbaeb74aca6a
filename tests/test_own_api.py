"""Our own API, as its description says it is; and the state in lines and metrics."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import get_args

import jsonschema
import pytest
from conftest import at
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from test_pages import EMPTY, EXAMPLE, HOUR, NOW, ONCE, OPEN, OVER, TINY, WEEKLY, say, tiny_site
from test_statuspage import NAMES

from statusgen.compute.answers import compute_answer, compute_explanation
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY, iso_utc, parse_period
from statusgen.model.history import Checks, Component, History, Hours, Observations, Phase, Sla
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.read.content import read_content
from statusgen.render.api import render_api
from statusgen.render.api.own import types
from statusgen.render.api.own.openapi import ENDPOINTS
from statusgen.render.explanations import explanation_json
from statusgen.render.figures import figure_json


def files(history: History, now: int = NOW) -> dict[str, bytes]:
    report = compute_report(public_history(history, now), now)
    return {artifact.path: artifact.content for artifact in render_api(report)}


@cache
def tiny() -> dict[str, bytes]:
    return files(TINY)


@cache
def parley() -> History:
    return read_content(EXAMPLE, NOW)


@cache
def example() -> dict[str, bytes]:
    return files(parley())


def get(found: dict[str, bytes], name: str):
    return json.loads(found[f"api/v1/{name}.json"])


WORLDS = pytest.mark.parametrize(
    "found", [tiny, example, lambda: files(EMPTY)], ids=["a tiny world", "the example", "nothing"]
)


def closed(schema):
    """Let a schema take nothing but the keys that it names."""
    if isinstance(schema, dict):
        told = {key: closed(value) for key, value in schema.items()}
        return {**told, "additionalProperties": False} if "properties" in schema and schema.get("type") else told
    return [closed(value) for value in schema] if isinstance(schema, list) else schema


def matches(template: str, path: str) -> bool:
    """Tell whether a path of the description, with braces for what stands for many, is that of a file."""
    pattern = "[^/]+".join(map(re.escape, re.split(r"\{\w+\}", template)))
    return re.fullmatch(pattern, f"/{path}") is not None


@WORLDS
def test_the_description_is_valid_openapi(found):
    description = get(found(), "openapi")
    assert description["openapi"].startswith("3.1")
    assert not list(OpenAPIV31SpecValidator(description).iter_errors())


@WORLDS
def test_every_document_is_described_and_is_what_its_schema_says(found):
    written = found()
    paths = get(written, "openapi")["paths"]
    seen = set()
    checkers = {}
    for path, content in written.items():
        if not path.startswith("api/v1/") or "/schemas/" in path or path.endswith("openapi.json"):
            continue
        matching = [template for template in paths if matches(template, path)]
        assert len(matching) == 1, path
        name = paths[matching[0]]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        kind = name.rpartition("/")[2]
        if kind not in checkers:
            schema = get(written, f"schemas/{kind}")
            jsonschema.Draft202012Validator.check_schema(schema)
            checkers[kind] = jsonschema.Draft202012Validator(
                closed(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
        errors = [f"{path}: {e.json_path}: {e.message}" for e in checkers[kind].iter_errors(json.loads(content))]
        assert not errors
        seen.add(matching[0])
    if len(written) > 50:
        assert seen == set(paths), "every kind of document is there"


def test_a_schema_refuses_what_it_does_not_say():
    validator = jsonschema.Draft202012Validator(
        closed(get(tiny(), "schemas/Incident")), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    incident = get(tiny(), "incidents/over")
    assert validator.is_valid(incident)
    for broken in (
        {**incident, "more": 1},
        {**incident, "started": "2026-11-02 09:20"},
        {**incident, "impact": "sever"},
        {**incident, "states": [{**incident["states"][0], "status": "unknown"}]},
        {key: value for key, value in incident.items() if key != "ended"},
    ):
        assert not validator.is_valid(broken)


def test_every_kind_of_document_has_its_row():
    assert {endpoint.kind for endpoint in ENDPOINTS} == set(get_args(types.Document))
    assert len({endpoint.schema for endpoint in ENDPOINTS}) == len(ENDPOINTS)


@WORLDS
def test_every_instant_is_rfc_3339(found):
    for path, content in found().items():
        if path.startswith(("api/v1/", "status.json")):
            instants = re.findall(rb'"(\d{4}-\d\d-\d\d[^"]+)"', content)
            assert all(re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", i) for i in instants if b"T" in i[:11]), path


def test_the_state_says_of_when_it_is():
    status = get(tiny(), "status")
    assert json.loads(tiny()["status.json"]) == status
    assert status["now"] == iso_utc(NOW)
    assert status["status"] == "degraded_performance"
    assert {c["id"]: c["status"] for c in status["components"]} == {
        "api": "degraded_performance",
        "web": "operational",
        "docs": "under_maintenance",
    }
    assert [incident["id"] for incident in status["incidents"]] == ["open"]
    assert [line["maintenance"] for line in status["maintenance"]] == ["once"]


def test_an_incident_says_all_that_its_page_says():
    told = get(tiny(), "incidents/over")
    assert told["url"] == "https://status.example/incidents/over/"
    assert (told["override"], told["exclude"]) == (OVER.override, OVER.exclude)
    assert (told["impact"], told["phase"], told["active"]) == ("critical", "postmortem", False)
    assert told["windows"] == [{"from": iso_utc(OVER.started), "to": iso_utc(OVER.started + 90 * 60)}]
    assert told["states"][0] == {"component": "api", "status": "major_outage", **told["windows"][0]}
    assert [update["phase"] for update in told["updates"]] == ["investigating", "resolved", "postmortem"]
    assert told["updates"][2]["url"] == "https://status.example/incidents/over/#u-why"
    assert told["updates"][2]["text"] == "Cause A cable."
    still = get(tiny(), "incidents/open")
    assert (still["ended"], still["windows"][-1]["to"], still["states"][-1]["to"]) == (None, None, None)
    assert still["updates"][-1]["changes"] == [{"component": "api", "status": "degraded_performance"}]


def test_a_comment_in_the_markdown_stays_where_it_is():
    quiet = replace(OPEN, summary="<!-- hush -->", updates=(say(60, Phase.INVESTIGATING, "Hello <!-- hush -->"),))
    assert not [path for path, content in files(replace(TINY, incidents=(quiet,))).items() if b"hush" in content]


def test_maintenance_is_told_window_by_window():
    lines = get(tiny(), "maintenance")["maintenance"]
    starts = [line["occurrence"]["planned"]["from"] for line in lines]
    assert starts == sorted(starts, reverse=True)
    later = (*ONCE.updates, say(-30, Phase.COMPLETED))
    assert get(files(replace(TINY, maintenances=(replace(ONCE, updates=later),))), "maintenance/once") == get(
        tiny(), "maintenance/once"
    ), "what is to be said is not known yet"
    once = get(tiny(), "maintenance/once")
    assert once["occurrences"] == [
        {
            "id": once["occurrences"][0]["id"],
            "phase": "in progress",
            "planned": {"from": iso_utc(ONCE.start), "to": iso_utc(ONCE.end)},
            "held": {"from": iso_utc(ONCE.start), "to": None},
        }
    ]
    weekly = get(tiny(), "maintenance/weekly")["occurrences"]
    assert [o["held"] is None for o in weekly] == [o["planned"]["from"] >= iso_utc(NOW) for o in weekly]
    assert weekly[-1]["planned"]["from"] == iso_utc(WEEKLY.start)


def test_uptime_is_exact_and_the_same_everywhere():
    report = compute_report(TINY, NOW)
    api = next(component for component in report.components if component.component.id == "api")
    month = api.months[1]
    expected = json.loads(json.dumps(figure_json(month.figure)))
    by_month = get(tiny(), f"uptime/months/{month.period.name}")
    by_component = get(tiny(), "uptime/components/api")
    explained = get(tiny(), f"explanations/{month.period.name}/api")
    assert {"id": "api", **expected} in by_month["components"]
    assert [m for m in by_component["months"] if m["month"] == month.period.name] == [
        {
            "month": month.period.name,
            "explanation": f"https://status.example/api/v1/explanations/{month.period.name}/api.json",
            **expected,
        }
    ]
    assert explained["figure"] == expected
    assert by_component["days"] == 90
    assert Fraction(expected["uptime"]) == month.figure.uptime
    names = get(tiny(), "uptime")
    assert names["months"] == sorted(names["months"], reverse=True)
    assert {f"api/v1/uptime/months/{name}.json" for name in names["months"]} <= set(tiny())


@pytest.mark.parametrize(
    ("found", "history"), [(tiny, lambda: TINY), (example, parley)], ids=["a tiny world", "the example"]
)
@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_every_period_is_what_the_command_says(kind, found, history):
    found, history = found(), history()
    names = get(found, "uptime")[f"{kind}s"]
    assert names == sorted(names, reverse=True)
    assert {"month": "2026-11", "quarter": "2026-Q4", "year": "2026"}[kind] == names[0]
    for name in names:
        answer = compute_answer(
            history, history.site.components, lambda zone, name=name: parse_period(name, zone).window, NOW, groups=True
        )
        expected = {component.id: figure_json(figure) for component, figure in answer.components}
        told = get(found, f"uptime/{kind}s/{name}")
        assert told.pop(kind) == name
        assert told["overall"] == (figure_json(answer.overall) if answer.overall else None)
        assert told["groups"] == [{"id": group.id, **figure_json(figure)} for group, figure in answer.groups]
        for figure in told["components"]:
            assert figure == {"id": figure["id"], **expected[figure["id"]]}
            own = {f[kind]: f for f in get(found, f"uptime/components/{figure['id']}")[f"{kind}s"]}[name]
            assert expected[figure["id"]].items() <= own.items()
    if history is TINY:
        assert set(names) >= {"month": {"2026-08"}, "quarter": {"2026-Q3"}, "year": {"2026"}}[kind]


@WORLDS
def test_explanations_add_up(found):
    for path, content in found().items():
        if path.startswith("api/v1/explanations/"):
            told = json.loads(content)
            assert sum(Fraction(part["lost"]) for part in told["parts"]) == Fraction(told["figure"]["downtime"]), path
            assert sum(stretch["seconds"] for stretch in told["stretches"]) == told["period"]["seconds"], path


def watched() -> History:
    """Give a component with a check each hour, one of which fails."""
    component = Component(id="api", name="API", sla="it", since=NOW - 60 * DAY, checks=Checks(monitors=("host-7",)))
    runs = (
        Run("host-7", "rack-3", Status.OPERATIONAL, NOW - 60 * DAY, NOW - 50 * DAY, 241, HOUR),
        Run("host-7", "rack-3", Status.MAJOR_OUTAGE, NOW - 50 * DAY + HOUR, NOW - 50 * DAY + HOUR, 1, 0),
        Run("host-7", "rack-3", Status.OPERATIONAL, NOW - 50 * DAY + 2 * HOUR, NOW - 60, 1198, HOUR),
    )
    component = replace(component, checks=replace(component.checks, interval=3600, max_gap=7200))
    site = tiny_site(components=(component,), groups=(), slas={"it": Sla(id="it", source="worst", zone="UTC")})
    return History(site=site, observations=Observations(runs=runs))


def test_an_explanation_is_that_of_the_command_without_the_names_of_monitors():
    history = watched()
    found = files(history)
    (component,) = history.site.components
    told = get(found, "explanations/2026-10/api")
    expected = explanation_json(compute_explanation(history, component, "2026-10", NOW), NOW)
    assert told["figure"] == json.loads(json.dumps(expected["figure"]))
    assert told["parts"] == expected["parts"]
    assert [s["state"] for s in told["stretches"]] == ["operational", "major_outage", "operational"]
    reasons = [reason for stretch in told["stretches"] for reason in stretch["why"] if "first" in reason]
    assert {reason["kind"] for reason in reasons} == {"checks"}
    assert reasons[1]["first"] == iso_utc(NOW - 50 * DAY + HOUR)
    for path, content in found.items():
        assert b"host-7" not in content, path
        assert b"rack-3" not in content, path


def test_what_is_over_does_not_change_as_time_goes_by():
    before, after = files(TINY), files(TINY, NOW + 60)
    changed = {path for path in before if before[path] != after[path]}
    lasting = {"status.json", "metrics", "api/v1/status.json"}
    assert lasting <= changed
    for path in changed - lasting:
        assert re.match(r"api/v1/(uptime/(components/|\w+/2026(-11|-Q4)?\.json)|explanations/2026-11/)", path), path


def test_the_slas_are_those_in_use_with_exact_shares():
    slas = {sla["id"]: sla for sla in get(tiny(), "slas")["slas"]}
    assert set(slas) == {"gold", None}
    gold = slas["gold"]
    assert (gold["target"], gold["timezone"]) == ("99.9", "Europe/Berlin")
    assert gold["weights"]["partial_outage"] == "3/10"
    assert gold["credits"] == [{"below": "99.9", "credit": "10"}]
    odd = Sla(id="odd", target=Fraction(1, 3), hours=Hours(days=(0, 4), start=9 * HOUR, end=17 * HOUR + 1800))
    site = tiny_site(components=(Component(id="api", name="API", sla="odd"),), groups=(), slas={"odd": odd, "x": Sla()})
    (told,) = get(files(History(site=site)), "slas")["slas"]
    assert told["target"] == "100/3"
    assert told["hours"] == {"days": ["mon", "fri"], "from": "09:00", "to": "17:30"}


def test_the_text_has_a_line_for_each_component():
    assert tiny()["status.txt"].decode().splitlines() == [
        "degraded_performance  api   API",
        "operational           web   Web",
        "under_maintenance     docs  Docs",
    ]
    assert files(EMPTY)["status.txt"] == b""


def metrics(found: dict[str, bytes]):
    return {family.name: family for family in text_string_to_metric_families(found["metrics"].decode())}


@WORLDS
def test_the_metrics_are_openmetrics(found):
    families = metrics(found())
    assert {name: family.type for name, family in families.items()} == {
        "statusgen_component": "info",
        "statusgen_component_state": "stateset",
        "statusgen_uptime_ratio": "gauge",
        "statusgen_uptime_target_ratio": "gauge",
        "statusgen_error_budget_seconds": "gauge",
        "statusgen_error_budget_remaining_seconds": "gauge",
        "statusgen_data_until_timestamp_seconds": "gauge",
        "statusgen_generated_timestamp_seconds": "gauge",
    }
    assert [sample.value for sample in families["statusgen_generated_timestamp_seconds"].samples] == [NOW]


def test_the_metrics_say_the_states_and_the_figures():
    families = metrics(example())
    states = {
        sample.labels["component"]: sample.labels["statusgen_component_state"]
        for sample in families["statusgen_component_state"].samples
        if sample.value == 1
    }
    assert (states["webhooks"], states["data-au"]) == ("partial_outage", "under_maintenance")
    assert "sms" not in states, "it is retired"

    def value(name: str, component: str, **labels: str) -> float:
        (found,) = [s.value for s in families[name].samples if s.labels == {"component": component, **labels}]
        return found

    october = {"component": "messenger", "month": "2026-10"}
    assert value("statusgen_uptime_ratio", **october) == 0.995909498
    assert value("statusgen_error_budget_seconds", **october) == 5356.8
    assert value("statusgen_error_budget_remaining_seconds", **october) < 0
    assert value("statusgen_uptime_target_ratio", "messenger") == 0.998
    (until,) = families["statusgen_data_until_timestamp_seconds"].samples
    assert until.value == at("2026-11-24T09:24:58+00:00")


def test_a_ratio_is_cut_off_downwards():
    short = Sla(id="it", target=1 - Fraction(1, 10**12))
    site = tiny_site(components=(Component(id="api", name="API", sla="it"),), groups=(), slas={"it": short})
    assert b'statusgen_uptime_target_ratio{component="api"} 0.999999999\n' in files(History(site=site))["metrics"]


@pytest.mark.parametrize("name", NAMES, ids=["markup", "controls", "rtl", "quotes", "200 KB"])
def test_no_text_breaks_a_document_or_a_line(name):
    components = tuple(replace(c, name=name, description=name) for c in tiny_site().components)
    incident = replace(OPEN, title=name, summary=name, updates=(say(60, Phase.INVESTIGATING, name),))
    works = (replace(ONCE, title=name, summary=name), WEEKLY)
    site = tiny_site(title=name, components=components)
    found = files(replace(TINY, site=site, incidents=(incident,), maintenances=works))
    for path, content in found.items():
        if path.endswith(".json"):
            json.loads(content)
    assert get(found, "incidents/open")["title"] == name
    assert {component["name"] for component in get(found, "components")["components"]} == {name}
    assert len(found["status.txt"].decode().split("\n")) == 4
    assert len(metrics(found)["statusgen_component"].samples) == 3


def test_an_edit_moves_the_time_of_the_last_change_and_no_other():
    edited = tuple(replace(update, edited=NOW - 60) for update in OPEN.updates)
    worlds = [replace(TINY, incidents=(incident,)) for incident in (OPEN, replace(OPEN, updates=edited))]
    before, after = (get(files(world), "incidents/open")["updates"] for world in worlds)
    for then, now in zip(before, after, strict=True):
        assert now == {**then, "updated": "2026-11-24T09:29:00Z"}
        assert then["updated"] == then["at"]
