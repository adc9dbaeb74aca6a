"""A build of which nothing has changed does nothing, and one of which something has changed is made."""

import json
import os
import time

import pytest

from statusgen.project import build_site

NOW = 1_793_606_400
INCIDENT = """\
---
title: OldTitle
components: {api: major_outage}
---
## Investigating — 2026-11-01 09:20 UTC

We look.
"""


@pytest.fixture
def built(world, tmp_path):
    root = world({"incidents/2026-11-01-api.md": INCIDENT})
    time.sleep(0.15)  # what changed a moment ago may change again without a sign, and is not remembered
    build_site(root, tmp_path / "site", NOW)
    return root


def again(root, now=NOW, **options):
    """Build again; tell whether the note of the build before was enough."""
    out = root.parent / "site"
    before = (root.parent / ".statusgen" / "cache" / "build.json").stat().st_mtime_ns
    time.sleep(0.15)
    result = build_site(root, out, now, **options)
    return result, (root.parent / ".statusgen" / "cache" / "build.json").stat().st_mtime_ns == before


def page(root):
    return (root.parent / "site" / "incidents" / "2026-11-01-api" / "index.html").read_text()


def test_nothing_new_is_nothing_to_do(built):
    result, remembered = again(built)
    assert remembered
    assert not result.changes.any
    assert result.changes.unchanged > 10
    assert result.reading.startswith("1 incident")


def test_another_instant_is_another_build(built):
    assert not again(built, NOW + 1)[1]


def test_a_change_that_hides_its_time_is_seen(built):
    path = built / "incidents" / "2026-11-01-api.md"
    stat = path.stat()
    path.write_text(INCIDENT.replace("OldTitle", "NewTitle"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    again(built)
    assert "NewTitle" in page(built)


def test_a_site_that_somebody_changed_is_made_anew(built):
    path = built.parent / "site" / "incidents" / "2026-11-01-api" / "index.html"
    stat = path.stat()
    path.write_bytes(b"z" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    again(built)
    assert "OldTitle" in page(built)


def test_a_theme_behind_a_link_is_looked_into(built):
    elsewhere = built.parent / "elsewhere"
    elsewhere.mkdir()
    (built.parent / "themes").mkdir()
    (built.parent / "themes" / "acme").symlink_to(elsewhere)
    (elsewhere / "404.html").write_text("one")
    again(built, theme="acme")
    (elsewhere / "404.html").write_text("two")
    again(built, theme="acme")
    assert (built.parent / "site" / "404.html").read_text() == "two"


@pytest.mark.parametrize("words", [{}, 3, None, [], {"reading": 1, "state": "", "remarks": [], "files": 1}])
def test_a_damaged_note_is_none(built, words):
    note = built.parent / ".statusgen" / "cache" / "build.json"
    found = json.loads(note.read_text())
    note.write_text(json.dumps({**found, "words": words}))
    assert build_site(built, built.parent / "site", NOW).changes.unchanged > 10
