"""The wheel, as a user gets it: built, installed apart from the checkout, and used."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.wheel


def run(*command, **options) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_themes_ship_in_the_wheel(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    themes = [path.relative_to(ROOT).as_posix() for path in (ROOT / "themes").rglob("*") if path.is_file()]
    assert {"themes/default/base.html", "themes/terminal/base.html", "themes/terminal/static/style.css"} <= set(themes)
    for name in themes:
        assert f"statusgen/{name}" in names
    assert "statusgen/py.typed" in names
    catalogues = [path.name for path in (ROOT / "statusgen" / "locale").glob("*.po")]
    assert len(catalogues) > 5
    assert {f"statusgen/locale/{name}" for name in catalogues} <= set(names)
    starters = [path for path in (ROOT / "statusgen" / "starter" / "files").rglob("*") if path.is_file()]
    assert len(starters) > 25
    assert {path.relative_to(ROOT).as_posix() for path in starters if "__pycache__" not in path.parts} <= set(names)
    assert not any(name.startswith(("tests/", "content/", "tools/")) for name in names)


def test_an_installed_wheel_builds_a_site_outside_of_the_checkout(wheel, tmp_path):
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    pip = environment / "bin" / "pip"
    run(pip, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", ROOT / "constraints.txt")
    run(pip, "install", "--quiet", "--disable-pip-version-check", "--no-deps", wheel)
    shutil.copytree(ROOT / "content", tmp_path / "content")
    settings = tmp_path / "content" / "status.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\nlanguages: [en, ar]\n", encoding="utf-8")
    told = run(environment / "bin" / "statusgen", "build", "--now", "2026-11-24T09:30:00Z", cwd=tmp_path, env={})
    assert "wrote  site:" in told
    assert "<h1" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in (tmp_path / "site" / "ar" / "index.html").read_text(encoding="utf-8")
    assert "statusgen 0." in run(environment / "bin" / "statusgen", "--version", cwd=tmp_path, env={})
    run(environment / "bin" / "statusgen", "init", "page", "--ci", "github", "--sample", cwd=tmp_path, env={})
    run(environment / "bin" / "statusgen", "check", "--strict", "--content", "page/content", cwd=tmp_path, env={})
    code = "import statusgen, sys; print(statusgen.__file__)"
    assert str(environment) in run(environment / "bin" / "python", "-c", code, cwd=tmp_path, env={})
