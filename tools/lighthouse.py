"""Hold the built example against Lighthouse, as on a phone; run it with `make lighthouse`. Exit 1 below 100."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.serving import serve

ROOT = Path(__file__).parent.parent
LIGHTHOUSE = ROOT / "tests" / "node" / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROMIUM = "/usr/bin/chromium"
# The last two keep the browser from asking anybody but this machine.
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'",
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
NOT_FAILED = (None, 1)

Result = Mapping[str, Any]


def main() -> None:
    """Measure some pages, print a table of the scores and what was found wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    options = parser.parse_args()
    print(f"{'page':45}{''.join(f'{name:>16}' for name in CATEGORIES)}")
    worst, failures = 100, []
    with serve(options.site) as address:
        for page in pages_of(options.site):
            result = measure(address + page)
            scores = [round(100 * (result["categories"][name]["score"] or 0)) for name in CATEGORIES]
            print(f"{'/' + page:45}{''.join(f'{score:>16}' for score in scores)}", flush=True)
            failures += [f"/{page}: {failure}" for failure in failures_of(result)]
            worst = min(worst, *scores)
    print("\n".join(failures))
    sys.exit(0 if worst == 100 else 1)


def pages_of(site: Path) -> list[str]:
    """Give the first page, the newest incident, a component and uptime."""
    found = [""]
    for kind in ("incidents", "components"):
        newest = max((site / kind).glob("*/index.html"))
        found.append(f"{newest.parent.relative_to(site).as_posix()}/")
    return [*found, "uptime/"]


def measure(address: str) -> Result:
    """Give what Lighthouse says of a page."""
    command = [
        *("node", str(LIGHTHOUSE), address, "--quiet", "--output=json", f"--chrome-flags={' '.join(FLAGS)}"),
        *("--no-enable-error-reporting", "--disable-full-page-screenshot", f"--only-categories={','.join(CATEGORIES)}"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "CHROME_PATH": CHROMIUM}
    )
    if done.returncode:
        sys.exit(f"{address}: {done.stderr.strip() or done.stdout.strip()}")
    result: Result = json.loads(done.stdout)
    if error := result.get("runtimeError"):
        sys.exit(f"{address}: {error['message']}")
    return result


def failures_of(result: Result) -> Iterator[str]:
    """Say what is not perfect, with the elements concerned; what has no weight in a score is told as a remark."""
    for name in CATEGORIES:
        for reference in result["categories"][name]["auditRefs"]:
            audit = result["audits"][reference["id"]]
            if audit["score"] in NOT_FAILED:
                continue
            kind = name if reference["weight"] else f"{name}, no part of the score"
            shown = f", {audit['displayValue']}" if audit.get("displayValue") else ""
            items = (audit.get("details") or {}).get("items") or []
            places = [item["node"]["snippet"] for item in items if isinstance(item.get("node"), dict)]
            yield f"[{kind}] {audit['id']}: {audit['title']}{shown} (score {audit['score']}) {' '.join(places[:3])}"


if __name__ == "__main__":
    main()
