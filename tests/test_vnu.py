"""Every page, style and drawing is valid: the Nu HTML checker over all of the example, and of real histories."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import NOW, needs, write_site

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.read.content import read_content

pytestmark = pytest.mark.vnu

TESTS = Path(__file__).parent
VNU = TESTS / "node" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Histories of others that lie beside a checkout, where they do.
REAL = [TESTS.parent.parent / "shared" / "data" / "real-github"]
# What the checker takes for an error and is none, word by word, with the reason; what it no longer says must go.
NO_ERRORS = {
    "CSS: “vector-effect”: Property “vector-effect” doesn't exist.": (
        "It does, since SVG 2; the checker knows properties of SVG only as attributes."
    ),
}
# One error in each kind of file, so that a checker that looks at nothing is noticed.
PLANTED = {
    "page.html": "<!doctype html><html lang=en><title>Page</title><p id=a><p id=a>",
    "style.css": "p { colour: red }",
    "drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg"><circle radius="1"/></svg>',
}


def check(*folders):
    """Give all that the checker says of the files below some folders: (path, line, message), errors and warnings."""
    command = ["java", "-Xss4m", "-jar", VNU, "--also-check-css", "--also-check-svg", "--skip-non-html", "--stdout"]
    done = subprocess.run([*command, "--format", "json", *folders], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    said = json.loads(done.stdout)["messages"]
    return [(Path(m["url"].removeprefix("file:")), m.get("lastLine"), m["message"]) for m in said]


def test_every_page_style_and_drawing_is_valid(site, tmp_path):
    needs(found=VNU.exists() and shutil.which("java") is not None, what="vnu or no Java")
    planted = tmp_path / "planted"
    planted.mkdir()
    for name, text in PLANTED.items():
        (planted / name).write_text(text)
    real = [
        write_site(compute_report(public_history(read_content(content, NOW), NOW), NOW), tmp_path / content.name)
        for content in REAL
        if content.is_dir()
    ]
    said = check(site, *real, planted)
    assert {path.name for path, _, _ in said if path.is_relative_to(planted)} == set(PLANTED)
    said = [each for each in said if not each[0].is_relative_to(planted)]
    assert [f"{path}:{line}: {message}" for path, line, message in said if message not in NO_ERRORS] == []
    assert {message for _, _, message in said} == set(NO_ERRORS)
