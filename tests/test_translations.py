"""NAME.LANG.md: whose words it holds, in which language, and that it changes nothing else."""

import re
from dataclasses import replace
from pathlib import Path

import click
import pytest
from conftest import SETTINGS, at

from statusgen.cli.responding import complete_files
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.errors import ContentError, UnknownNameError
from statusgen.model.history import Translation
from statusgen.read.content import read_content
from statusgen.read.source import incidents_perhaps_open, open_desk
from statusgen.render.catalogues import find_language
from statusgen.render.language import speaking
from statusgen.render.translate import is_translated, translate_report
from statusgen.respond import find_incident

NOW = at("2026-11-24T00:00:00+00:00")
LANGUAGES = SETTINGS + "languages: [en, de, ar]\n"
INCIDENT = """\
---
title: Elevated API errors
components:
  api: major_outage
---

A summary.

## Investigating — 2026-11-02 09:20 UTC

We are looking into it.

## Update — 2026-11-02 09:20 UTC

It is the database.

## Monitoring — 2026-11-02 09:50 UTC {#watch}

We watch it.

## Resolved — 2026-11-02 10:02 UTC {api=operational}
"""
GERMAN = """\
---
title: Erhöhte Fehlerraten
---

Zusammengefasst.

## Wird untersucht — 2026-11-02 09:20 UTC

Wir sehen es uns an.

## Meldung: 2026-11-02 10:20+01:00

Es ist die Datenbank.

## 2026-11-02T09:50Z

Wir beobachten.

## Behoben am 2026-11-01 oder 2026-11-02 10:02

Alles gut.
"""


def read(world, **files):
    """Read a world of an incident with translations, by language."""
    texts = {f"incidents/2026-11-02-api.{code}.md": text for code, text in files.items()}
    root = world({"status.yaml": LANGUAGES, "incidents/2026-11-02-api.md": INCIDENT, **texts})
    return read_content(root, NOW)


def texts_of(incident, code="de"):
    return {update.key: dict(update.translations).get(code) for update in incident.updates}


def test_a_translation_gives_title_summary_and_the_updates_of_its_times(world):
    (incident,) = read(world, de=GERMAN).incidents
    assert incident.translations == (("de", Translation(title="Erhöhte Fehlerraten", summary="Zusammengefasst.")),)
    assert texts_of(incident) == {
        "20261102T0920Z": "Wir sehen es uns an.",
        "20261102T0920Z-2": "Es ist die Datenbank.",
        "watch": "Wir beobachten.",
        "20261102T1002Z": "Alles gut.",
    }


def test_a_translation_may_go_from_new_to_old_as_its_original_may(world):
    head, summary, *updates = GERMAN.split("\n\n## ", maxsplit=1)[0].split("\n\n") + GERMAN.split("\n\n## ")[1:]
    turned = "\n\n".join([head, summary, *(f"## {update.strip()}" for update in reversed(updates))])
    assert read(world, de=turned).incidents == read(world, de=GERMAN).incidents


def test_what_is_left_out_or_empty_is_not_translated(world):
    (incident,) = read(
        world, de="---\n---\n\n## — 2026-11-02 09:20 UTC\n\n## — 2026-11-02 09:20 UTC\n\nZwei.\n"
    ).incidents
    assert incident.translations == (("de", Translation()),)
    assert texts_of(incident) == {
        "20261102T0920Z": None, "20261102T0920Z-2": "Zwei.", "watch": None, "20261102T1002Z": None,
    }  # fmt: skip


def test_an_update_may_be_meant_by_the_name_that_it_has(world):
    named = "---\ntitle: x\n---\n\n## Egal — 2026-11-02 09:50 UTC {#watch}\n\nBeobachtet.\n"
    (incident,) = read(world, de=named).incidents
    assert texts_of(incident)["watch"] == "Beobachtet."


def test_several_languages_stand_side_by_side(world):
    (incident,) = read(world, de=GERMAN, ar="---\ntitle: أخطاء\n---\n").incidents
    assert [code for code, _ in incident.translations] == ["ar", "de"]


def test_a_translation_is_no_incident_and_changes_no_figure(world):
    without, with_it = read(world), read(world, de=GERMAN)
    assert [incident.id for incident in with_it.incidents] == ["2026-11-02-api"]
    assert with_it.files == 3
    plain = [replace(i, translations=(), updates=tuple(replace(u, translations=()) for u in i.updates))
             for i in with_it.incidents]  # fmt: skip
    assert plain == list(without.incidents)
    assert with_it.notes == without.notes
    reports = [compute_report(public_history(history, NOW), NOW) for history in (with_it, without)]
    assert reports[0].components == reports[1].components
    assert reports[0].overall == reports[1].overall


def test_other_readers_take_it_for_no_incident(world):
    root = world({"status.yaml": LANGUAGES, "incidents/a.md": INCIDENT.split("## Resolved", maxsplit=1)[0],
                  "incidents/a.de.md": "---\ntitle: x\n---\n"})  # fmt: skip
    assert [source.fact.id for source in incidents_perhaps_open(open_desk(root))] == ["a"]
    context = click.Context(click.Command("x"))
    context.params["content"] = root
    assert complete_files("incidents")(context, click.Option(["--x"]), "") == ["a"]
    with pytest.raises(UnknownNameError, match=r"no .*a\.de\.md"):
        find_incident(open_desk(root), "a.de", NOW)


def test_times_of_a_maintenance_are_those_of_its_zone(world):
    original = """\
    ---
    title: New disks
    timezone: Asia/Tokyo
    start: 2026-12-05 04:00
    end: 2026-12-05 06:00
    ---

    ## Scheduled — 2026-11-20 12:00

    Soon.
    """
    german = "---\ntitle: Neue Platten\n---\n\n## Geplant — 2026-11-20 12:00\n\nBald.\n"
    root = world({"status.yaml": LANGUAGES, "maintenance/disks.md": original, "maintenance/disks.de.md": german})
    (maintenance,) = read_content(root, NOW).maintenances
    assert dict(maintenance.translations)["de"].title == "Neue Platten"
    assert [dict(update.translations) for update in maintenance.updates] == [{"de": "Bald."}]


def test_a_page_is_translated_as_a_whole(world):
    root = world({
        "status.yaml": LANGUAGES,
        "pages/about.md": "---\ntitle: About\nnav: 1\n---\n\n## Who\n\nWe.\n",
        "pages/about.de.md": "---\ntitle: Über uns\n---\n\n## Wer — 2026-11-02 09:20 UTC\n\nWir.\n",
    })  # fmt: skip
    (page,) = read_content(root, NOW).pages
    words = dict(page.translations)["de"]
    assert (words.title, words.summary) == ("Über uns", "## Wer — 2026-11-02 09:20 UTC\n\nWir.")
    report = compute_report(read_content(root, NOW), NOW)
    assert [(p.title, p.text.split("\n")[0], p.nav) for p in translate_report(report, "de").pages] == [
        ("Über uns", "## Wer — 2026-11-02 09:20 UTC", 1)
    ]


def test_a_report_is_translated_as_far_as_there_are_words(world):
    short = GERMAN.split("## Meldung", maxsplit=1)[0]
    report = compute_report(read(world, de=short), NOW)
    german = translate_report(report, "de")
    (incident,) = (r.incident for r in german.incidents)
    assert (incident.title, incident.summary) == ("Erhöhte Fehlerraten", "Zusammengefasst.")
    assert [update.text for update in incident.updates] == [
        "Wir sehen es uns an.", "It is the database.", "We watch it.", "",
    ]  # fmt: skip
    with speaking(find_language("de")):
        assert [is_translated(update) for update in incident.updates] == [True, False, False, False]
        assert is_translated(incident)
        assert is_translated(incident, "summary")
    with speaking(find_language("ar")):
        assert not is_translated(incident)
    assert translate_report(report, "ar").incidents == report.incidents


def test_a_translation_with_a_private_component_tells_of_no_more_than_the_original(world):
    hidden = LANGUAGES.replace("api: {name: API", "api: {name: API, public: false")
    root = world({"status.yaml": hidden, "incidents/a.md": INCIDENT, "incidents/a.de.md": GERMAN})
    assert public_history(read_content(root, NOW), NOW).incidents == ()


def test_with_a_broken_status_yaml_the_translations_are_read_all_the_same(world):
    broken = "title: x\ntimezone: UTC\nlanguages: [en, de]\ncomponents: {api: {}}\n"
    moved = GERMAN.replace("2026-11-02 09:20 UTC", "2026-11-02 09:21 UTC")
    root = world({"status.yaml": broken, "incidents/a.md": INCIDENT, "incidents/a.de.md": moved})
    with pytest.raises(ContentError) as caught:
        read_content(root, NOW)
    assert "a.de.md:7: no update at 2026-11-02 09:21 UTC in a.md" in str(caught.value)


@pytest.mark.parametrize("name", ["a.b.md", "a.old.md", "a.5.md"])
def test_a_file_with_another_dot_in_its_name_is_told_as_ever(world, name):
    root = world({"status.yaml": LANGUAGES, "incidents/a.md": INCIDENT, f"incidents/{name}": INCIDENT})
    with pytest.raises(ContentError, match="the file's name is the address"):
        read_content(root, NOW)


def test_the_example_of_the_manual_is_a_translation(world):
    manual = (Path(__file__).parent.parent / "docs" / "languages.md").read_text(encoding="utf-8")
    original, german = re.findall(r"^```markdown\n(.*?)^```$", manual, re.MULTILINE | re.DOTALL)
    root = world({"status.yaml": LANGUAGES, "incidents/a.md": original, "incidents/a.de.md": german})
    (incident,) = read_content(root, NOW).incidents
    assert texts_of(incident) == {
        "20261102T0920Z": "Wir gehen erhöhten Fehlerraten nach.", "20261102T1002Z": None,
    }  # fmt: skip
    assert "en de fr es it pt ja ar" in manual
