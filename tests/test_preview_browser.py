"""The preview as its one reader has it: a page that is new at each save, and problems over it."""

import subprocess
import sys
from pathlib import Path

import pytest
from axe import find_violations
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

REPORTS = "addEventListener('securitypolicyviolation', e => console.error(e.effectiveDirective, e.blockedURI))"
INCIDENT = """\
---
title: Errors
components: {api: major_outage}
---

## Investigating — 2026-11-24 09:20 UTC

We look into it.
"""


@pytest.fixture
def desk(world):
    """Give a content folder with its preview, a process of its own: its address and its incident's file."""
    content = world({"incidents/2026-11-24-api.md": INCIDENT})
    command = [sys.executable, "-m", "statusgen", "serve", "--content", str(content), "--port", "0"]
    with subprocess.Popen([*command, "--now", "2026-11-24T09:30:00Z"], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.startswith("serve"):
                break
        yield line.split()[1], content / "incidents" / "2026-11-24-api.md"
        process.terminate()


def save(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_an_open_page_is_new_at_each_save_and_keeps_its_place(visit, desk):
    address, file = desk
    page = visit(viewport={"width": 400, "height": 300})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script(REPORTS)
    page.goto(f"{address}incidents/2026-11-24-api/")
    page.evaluate("scrollTo(0, 120)")
    for number in range(3):
        save(file, "look into it", f"look into it, {number}")
        expect(page.get_by_text(f"look into it, {number}")).to_be_visible()
        page.wait_for_timeout(200)  # the page's own script adds what moves a page
        assert page.evaluate("scrollY") == 120
    assert said == []


def test_problems_lie_over_the_last_good_page_with_file_and_line_until_they_are_mended(visit, desk):
    address, file = desk
    page = visit()
    page.goto(address)
    over = page.get_by_role("alert")
    expect(over).to_have_count(0)
    save(file, "Investigating", "Investigatin")
    expect(over).to_contain_text("1 problem: this page is that of before")
    expect(over).to_contain_text(f"{file}:6")
    expect(over).to_contain_text("did you mean investigating?")
    expect(page.get_by_role("heading", name="Errors")).to_be_visible()
    assert find_violations(page) == []
    page.goto(f"{address}history/")  # a page that is opened meanwhile says so, too
    expect(over).to_contain_text("SG302")
    page.get_by_role("button", name="Hide").click()
    expect(over).to_have_count(0)
    save(file, "api: major_outage", "apis: <b>major</b>")  # hidden for these alone
    expect(over).to_contain_text("2 problems")
    assert over.locator("b").count() == 0
    save(file, "apis: <b>major</b>", "api: major_outage")
    save(file, "Investigatin ", "Investigating ")
    expect(over).to_have_count(0)
    page.goto(address)
    expect(page.get_by_role("heading", name="Errors")).to_be_visible()
