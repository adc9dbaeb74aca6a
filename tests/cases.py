"""Cases as plain data (the vocabulary stands in `reference`), and what the product makes of them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from statusgen.compute.explain import explain_component
from statusgen.compute.groups import combine_figures
from statusgen.compute.scope import drawn_window
from statusgen.compute.timelines import draw_records
from statusgen.compute.uptime import compute_figure
from statusgen.model.calendar import DAY, Period, parse_period
from statusgen.model.explanation import Explanation
from statusgen.model.figure import Figure
from statusgen.model.history import (
    Checks,
    Component,
    Credit,
    DowntimePeriods,
    Exclusion,
    History,
    Hours,
    Incident,
    Maintenance,
    MaintenanceRule,
    Observations,
    Phase,
    Site,
    Sla,
    Slices,
    Update,
)
from statusgen.model.record import Record
from statusgen.model.run import Run
from statusgen.model.status import Second, Status
from statusgen.model.timeline import Timeline
from statusgen.model.window import Window
from statusgen.read.schema import DAYS, SlaSchema
from statusgen.read.slas import build_sla
from statusgen.render.figures import figure_json, show_seconds_up

SAMPLES = Path(__file__).parent / "samples"

STATES = {
    "operational": Status.OPERATIONAL,
    "degraded": Status.DEGRADED_PERFORMANCE,
    "partial": Status.PARTIAL_OUTAGE,
    "major": Status.MAJOR_OUTAGE,
}
OUTCOMES = {
    "up": Status.OPERATIONAL,
    "degraded": Status.DEGRADED_PERFORMANCE,
    "partial": Status.PARTIAL_OUTAGE,
    "down": Status.MAJOR_OUTAGE,
    "unknown": Status.UNKNOWN,
}
RULES = ("mean", "any-fail", "all-fail")
WEIGHTS = {"operational": "0", "degraded": "0", "partial": "30", "major": "100"}

WRITTEN = (
    *("coverage", "downtime", "accounted", "uptime", "shown", "met", "lower", "upper"),
    *("budget", "remaining", "burned", "final_if_no_more", "credit"),
)


def read_examples() -> tuple[list[dict], list[dict]]:
    """Read the worked examples of components and of groups.

    A row [from, to, every, outcome] of a probe stands for a check each `every` seconds.
    """
    examples = json.loads((SAMPLES / "uptime.json").read_text(encoding="utf-8"))
    for example in examples["components"]:
        for probe, rows in example["case"].get("probes", {}).items():
            example["case"]["probes"][probe] = [
                [at, outcome]
                for start, end, every, outcome in rows
                for at in range(instant(start), instant(end), every)
            ]
    return examples["components"], examples["groups"]


def measure_case(case: dict) -> dict:
    """Let the product measure a component."""
    return result_of(figure_of(case))


def measure_cases(cases: list[dict], combine: str) -> dict:
    """Let the product measure a group of components."""
    period, now = period_of(cases[0]), instant(cases[0]["now"])
    history = history_of(cases)
    lines = lines_of(history, cases[0])
    members = [(component, lines[component.id]) for component in history.site.components]
    return result_of(combine_figures(members, period, sla_of(cases[0], combine=combine), now))


def figure_of(case: dict) -> Figure:
    """Give the product's figure of a component."""
    history = history_of([case])
    (component,) = history.site.components
    return compute_figure(
        lines_of(history, case)["c0"], period_of(case), component, history.site.slas["it"], instant(case["now"])
    )


def timeline_of(case: dict) -> Timeline[Second]:
    """Give the product's timeline of a component."""
    return lines_of(history_of([case]), case)["c0"].timeline


def lines_of(history: History, case: dict) -> Mapping[str, Record]:
    """Draw all records, over the whole period that a case asks for; wider where more than that bears on it."""
    now, domain = instant(case["now"]), period_of(case)
    if "max_excluded" in case.get("sla", {}):
        domain = drawn_window(history, now, domain)
    elif history.site.slas["it"].method == "downtime-periods":
        domain = Window(domain.start - 3 * DAY, domain.end + 3 * DAY)
    return draw_records(history, now, domain)


def result_of(figure: Figure) -> dict:
    """Write a figure as the worked examples do."""
    written = figure_json(figure)
    return {
        "window": [instant(written["window"]["from"]), instant(written["window"]["to"])],
        "full_period": [figure.period.start, figure.period.end],
        "seconds": {name.split("_")[0]: seconds for name, seconds in written["seconds"].items()},
        "eligible": figure.seconds.eligible,
        "known": figure.seconds.known,
        "shown_downtime": None if figure.uptime is None else show_seconds_up(figure.downtime),
        **{name: written[name] for name in WRITTEN},
    }


def period_of(case: dict) -> Window:
    """Give the whole period that a case asks for."""
    window, zone, now = case["window"], case.get("zone", "UTC"), instant(case["now"])
    if "from" in window:
        return Window(instant(window["from"]), instant(window["to"]))
    if "rolling_days" in window:
        return Window(now - DAY * window["rolling_days"], now)
    (name,) = window.values()
    return parse_period(name, zone).window


def history_of(cases: list[dict]) -> History:
    """Make the product's history of components named c0, c1, …, one of each case."""
    components, incidents, maintenances, runs = [], [], [], []
    for number, case in enumerate(cases):
        component = _component_of(case, f"c{number}")
        components.append(component)
        for index, incident in enumerate(case.get("incidents", [])):
            incidents.append(_incident_of(incident, f"{component.id}-incident-{index}", component.id))
        for index, maintenance in enumerate(case.get("maintenance", [])):
            maintenances.append(_maintenance_of(maintenance, f"{component.id}-maintenance-{index}", component.id))
        runs += _runs_of(case, component, even=sla_of(case).method in ("checks", "slices"))
    site = Site(
        title="Acme Status",
        url="https://status.acme.example/",
        zone=cases[0].get("zone", "UTC"),
        components=tuple(components),
        slas={"it": sla_of(cases[0])},
    )
    runs.sort(key=lambda run: (run.monitor, run.probe, run.start))
    return History(
        site=site,
        incidents=tuple(incidents),
        maintenances=tuple(maintenances),
        observations=Observations(runs=tuple(runs)),
    )


def sla_of(case: dict, *, combine: str = "worst") -> Sla:
    """Make the product's SLA; where there is a preset, of what status.yaml would say."""
    sla = case.get("sla", {})
    source = "worst" if "probes" in case or "monitors" in case else "declared"
    if "preset" in sla:
        schema = SlaSchema.model_validate(_written_sla(sla) | {"combine": combine})
        built = build_sla("it", schema, case.get("zone", "UTC"), source)
        return built if "target" in sla else replace(built, target=None, target_places=0)
    weights = {**WEIGHTS, **sla.get("weights", {})}
    calendar = sla.get("calendar")
    rule = sla.get("slice_rule", "mean")
    return Sla(
        id="it",
        target=_share(sla["target"]) if "target" in sla else None,
        target_places=len(sla.get("target", "").partition(".")[2]),
        zone=case.get("zone", "UTC"),
        method=sla.get("method", "time"),
        source=sla.get("source", source),
        weights=tuple(int(Fraction(weights[state]) * 100) for state in STATES),
        unknown=sla.get("unknown", "exclude"),
        maintenance=MaintenanceRule(
            policy=sla.get("policy", "exclude"), notice=sla.get("notice", 0), max_excluded=sla.get("max_excluded")
        ),
        hours=calendar
        and Hours(
            days=tuple(calendar["days"]),
            start=_second_of_day(calendar["from"]),
            end=_second_of_day(calendar["to"]),
        ),
        slices=Slices(length=sla.get("slice", 300), rule=rule if rule in RULES else _share(rule)),
        downtime_periods=DowntimePeriods(
            threshold=STATES[sla.get("threshold", "major")],
            at_least=sla.get("at_least", 60),
            unit=sla.get("unit", 60),
        ),
        decimals=sla.get("decimals", 3),
        min_coverage=_share(sla.get("min_coverage", "0")),
        combine=combine,
        credits=tuple(Credit(below=_share(below), credit=_share(credit)) for below, credit in sla.get("credits", [])),
    )


def _written_sla(sla: dict) -> dict:
    """Write an SLA as status.yaml has it. There a target must be given: it is made up where a case has none."""

    def some(names: dict[str, str], unit: str = "") -> dict[str, str]:
        return {name: f"{sla[key]}{unit}" for key, name in names.items() if key in sla}

    written = some({name: name for name in ("preset", "method", "source", "unknown", "decimals", "min_coverage")})
    written |= {
        "target": sla.get("target", "50"),
        "weights": {STATES[state].word: weight for state, weight in sla.get("weights", {}).items()},
        "maintenance": some({"policy": "policy"})
        | some({"notice": "notice", "max_excluded": "max_excluded"}, unit="s"),
        "slices": some({"slice": "length"}, unit="s") | some({"slice_rule": "rule"}),
        "downtime_periods": some({"at_least": "at_least", "unit": "unit"}, unit="s"),
        "credits": [{"below": below, "credit": credit} for below, credit in sla.get("credits", [])],
    }
    if "threshold" in sla:
        written["downtime_periods"]["threshold"] = STATES[sla["threshold"]].word
    if "calendar" in sla:
        hours = sla["calendar"]
        written["hours"] = {"days": [DAYS[day] for day in hours["days"]], "from": hours["from"], "to": hours["to"]}
    return written


def instant(value: str | int) -> int:
    """Give the Unix seconds of an instant."""
    return int(datetime.fromisoformat(value).timestamp()) if isinstance(value, str) else value


def _component_of(case: dict, name: str) -> Component:
    interval = case.get("interval", 60)
    return Component(
        id=name,
        name=name,
        since=instant(case["since"]) if "since" in case else None,
        retired=instant(case["retired"]) if "retired" in case else None,
        sla="it",
        checks=Checks(
            monitors=tuple(f"{name}-{monitor}" for monitor in _monitors_of(case)),
            interval=interval,
            max_gap=case.get("max_gap", 2 * interval),
            confirm_down=case.get("confirm_down", 1),
            confirm_up=case.get("confirm_up", 1),
            quorum=case.get("quorum", "majority"),
            minority=STATES[case["minority"]] if case.get("minority") else None,
        ),
    )


def _incident_of(incident: dict, name: str, component: str) -> Incident:
    """Make an incident; with `state` its front matter says what is hit, with `timeline` its updates do."""
    changes = [(instant(at), STATES[state]) for at, state in incident.get("timeline", [])]
    started = changes[0][0] if changes else instant(incident["start"])
    updates = [
        Update(
            key=str(number),
            at=at,
            phase=Phase.UPDATE if number else Phase.INVESTIGATING,
            changes=((component, status),),
        )
        for number, (at, status) in enumerate(changes)
    ] or [Update(key="0", at=started, phase=Phase.INVESTIGATING)]
    if incident.get("end") is not None:
        updates.append(Update(key="end", at=instant(incident["end"]), phase=Phase.RESOLVED))
    return Incident(
        id=name,
        title=name,
        started=started,
        updates=tuple(updates),
        components=() if changes else ((component, STATES[incident["state"]]),),
        override="false alarm" if incident.get("override") else None,
        exclude="force majeure" if incident.get("exclude") else None,
        exclusions=tuple(
            Exclusion(window=Window(instant(part["from"]), instant(part["to"])), reason=part["reason"])
            for part in incident.get("exclusions", [])
        ),
    )


def _maintenance_of(maintenance: dict, name: str, component: str) -> Maintenance:
    phases = {
        "announced": Phase.SCHEDULED,
        "actual_start": Phase.IN_PROGRESS,
        "actual_end": Phase.COMPLETED,
        "cancelled": Phase.CANCELLED,
    }
    updates = [
        Update(key=word, at=instant(maintenance[word]), phase=phase)
        for word, phase in phases.items()
        if maintenance.get(word) is not None
    ]
    impact = maintenance.get("impact")
    return Maintenance(
        id=name,
        title=name,
        start=instant(maintenance["start"]),
        end=instant(maintenance["end"]),
        announced=instant(maintenance["announced"]),
        components=((component, STATES[impact] if impact else None),),
        updates=tuple(sorted(updates, key=lambda update: update.at)),
    )


def _monitors_of(case: dict) -> dict:
    return case.get("monitors", {"it": case["probes"]} if "probes" in case else {})


def _runs_of(case: dict, component: Component, *, even: bool) -> Iterable[Run]:
    """Make the runs of the checks before now; `even` ones where a figure asks for the instant of each check."""
    for monitor, probes in _monitors_of(case).items():
        for probe, checks in probes.items():
            by_second = defaultdict(list)
            for at, outcome in checks:
                if instant(at) < instant(case["now"]):
                    by_second[instant(at)].append(OUTCOMES[outcome])
            run: list[int] = []
            status = Status.UNKNOWN
            gap = 0
            for at in sorted(by_second):
                worst = max(by_second[at])
                uneven = even and len(run) > 1 and at - run[-1] != gap
                if run and (worst != status or at - run[-1] > component.checks.max_gap or uneven):
                    yield _run(f"{component.id}-{monitor}", probe, status, run)
                    run = []
                status = worst
                gap = at - run[-1] if run else 0
                run.append(at)
            if run:
                yield _run(f"{component.id}-{monitor}", probe, status, run)


def _run(monitor: str, probe: str, status: Status, instants: list[int]) -> Run:
    longest = max((later - at for at, later in pairwise(instants)), default=0)
    return Run(monitor, probe, status, start=instants[0], last=instants[-1], checks=len(instants), longest=longest)


def _share(percent: str) -> Fraction:
    return Fraction(percent) / 100


def _second_of_day(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def explain_case(case: dict) -> tuple[Explanation, Record]:
    """Let the product explain a component's figure; give its record, too."""
    history = history_of([case])
    (component,) = history.site.components
    record = lines_of(history, case)["c0"]
    period = Period("it", period_of(case), case.get("zone", "UTC"))
    return explain_component(record, period, component, history.site.slas["it"], instant(case["now"])), record
