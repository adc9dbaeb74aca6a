"""The accessibility checker axe, from npm, run in a page."""

from collections.abc import Sequence
from pathlib import Path

from conftest import needs
from playwright.sync_api import Page

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def find_violations(page: Page, without: Sequence[str] = ()) -> list[str]:
    """Give what axe finds wrong in a page, a line for each element; what is folded is unfolded first.

    `without` are rules that make no sense there.
    """
    needs(found=AXE.exists(), what="axe")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {rule: {"enabled": False} for rule in without}}
    found = page.evaluate("rules => axe.run(document, rules)", rules)
    assert found["passes"], "axe has looked at nothing"
    return [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['html']} ({node['failureSummary']})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
