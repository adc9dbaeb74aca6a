"""What is not public leaves no trace in anything that is published."""

import pytest

from statusgen.project import build_site
from statusgen.read.times import Clock, parse_time

NOW = "2026-11-24T09:30:00Z"
MARKER = "zyxwv"
SETTINGS = f"""\
title: Acme Status
url: https://status.acme.example/
timezone: UTC
sla: standard
groups:
  core: {{name: Core}}
  {MARKER}-group: {{name: The {MARKER} group, sla: {MARKER}-sla}}
slas:
  standard: {{target: 99.8%}}
  {MARKER}-sla: {{target: 91.7%}}
monitoring: {{interval: 1h, max_gap: 2h}}
checks: [{{files: "checks/*.jsonl"}}]
components:
  api: {{name: API, group: core, sla: standard, since: 2026-10-01}}
  {MARKER}-db:
    name: The {MARKER} database
    description: Only for {MARKER} people
    group: PLACE
    aliases: [{MARKER}-old]
    sla: {MARKER}-sla
    since: 2026-10-01
    public: false
    checks: {{monitors: [{MARKER}-monitor]}}
"""
ALONE = f"""\
---
title: The {MARKER} database is down
components: {{{MARKER}-db: major_outage}}
---
## Investigating — 2026-11-24 08:00 UTC
{MARKER} again.
"""
SHARED = f"""\
---
title: Slow
components: {{api: degraded_performance, {MARKER}-old: major_outage}}
---
## Investigating — 2026-11-24 08:30 UTC {{{MARKER}-db=partial_outage}}
Slow.
"""
WORK = f"""\
---
title: Disks of {MARKER}
start: 2026-11-24 09:00 UTC
end: 2026-11-24 11:00 UTC
components: [{MARKER}-db]
---
## Scheduled — 2026-11-20 09:00 UTC
{MARKER}.
"""
BOTH = f"""\
---
title: Disks
start: 2026-11-25 09:00 UTC
end: 2026-11-25 11:00 UTC
components: [api, {MARKER}-db]
rrule: FREQ=WEEKLY
---
## Scheduled — 2026-11-20 09:00 UTC
New disks.
"""


def logs() -> str:
    lines = [
        f'{{"time": "2026-11-{day:02d}T{hour:02d}:00:00Z", "monitor": "{monitor}", "status": "{status}"}}'
        for day in range(1, 25)
        for hour in range(24)
        if (day, hour) < (24, 10)
        for monitor, status in (("api", "up"), (f"{MARKER}-monitor", "down" if hour == 3 else "up"))
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("place", ["core", f"{MARKER}-group"], ids=["beside others", "in a group of its own"])
def test_a_private_component_leaves_no_trace_in_any_file(world, tmp_path, place):
    content = world(
        {
            "status.yaml": SETTINGS.replace("PLACE", place),
            f"incidents/2026-11-24-{MARKER}.md": ALONE,
            "incidents/2026-11-24-slow.md": SHARED,
            f"maintenance/{MARKER}.md": WORK,
            "maintenance/disks.md": BOTH,
            "checks/all.jsonl": logs(),
        }
    )
    assert MARKER in "".join(path.read_text() for path in content.rglob("*") if path.is_file())
    out = tmp_path / "site"
    build_site(content, out, parse_time(NOW, Clock()))
    written = [path for path in out.rglob("*") if path.is_file()]
    assert {"metrics", "status.json", "status.txt", "summary.json", "slas.json"} <= {path.name for path in written}
    for path in written:
        assert MARKER not in path.relative_to(out).as_posix()
        assert MARKER.encode() not in path.read_bytes().lower(), path
        assert b"91.7" not in path.read_bytes(), f"{path} tells of a promise that is not public"
