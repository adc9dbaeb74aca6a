"""Figures beside the pages of uptime: the same months, rows and numbers, as JSON and CSV."""

import csv
import io
import json
from dataclasses import replace
from functools import partial

from test_pages import NOW, TINY, tiny_site

from statusgen.compute.answers import compute_answer
from statusgen.compute.report import compute_report
from statusgen.model.calendar import parse_period
from statusgen.render.downloads import COLUMNS, render_downloads
from statusgen.render.figures import figure_json


def files(history=TINY):
    return {a.path: a.content.decode() for a in render_downloads(compute_report(history, NOW))}


def test_each_month_and_all_together_have_both_files():
    months = {m.period.name for c in compute_report(TINY, NOW).components for m in c.months}
    expected = {f"uptime/{month}/figures.{kind}" for month in months for kind in ("csv", "json")}
    assert set(files()) == {"uptime/figures.csv", "uptime/figures.json", *expected}


def test_a_month_says_what_the_command_says():
    document = json.loads(files()["uptime/2026-10/figures.json"])
    assert document["month"] == "2026-10"
    month = partial(parse_period, "2026-10")
    answer = compute_answer(TINY, TINY.site.components, lambda zone: month(zone).window, NOW, groups=True)
    assert document["groups"] == [{"id": group.id, **figure_json(figure)} for group, figure in answer.groups]
    told = {component.id: {"id": component.id, **figure_json(figure)} for component, figure in answer.components}
    assert all(told[line["id"]] == line for line in document["components"])
    assert {line["id"] for line in document["components"]} == {"api", "docs", "fax"}, "web is of November"


def test_csv_has_the_rows_of_json():
    texts = files()
    rows = list(csv.DictReader(io.StringIO(texts["uptime/figures.csv"])))
    document = json.loads(texts["uptime/figures.json"])
    assert tuple(rows[0]) == COLUMNS
    lines = [line for month in document["months"] for kind in ("groups", "components") for line in month[kind]]
    assert [(row["id"], row["shown"], row["uptime"] or None) for row in rows] == [
        (line["id"], line["shown"], line["uptime"]) for line in lines
    ]
    assert {row["met"] for row in rows} <= {"true", "false", ""}


def test_a_name_is_no_formula():
    components = tuple(replace(c, name="=1+1") for c in tiny_site().components)
    text = files(replace(TINY, site=tiny_site(components=components)))["uptime/figures.csv"]
    rows = csv.DictReader(io.StringIO(text))
    assert {row["name"] for row in rows if row["kind"] == "component"} == {"'=1+1"}
