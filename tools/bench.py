"""Measure whole builds: seconds, peak memory and files, of a content folder or of generated histories.

Run it with `make bench` or `make bench REAL=DIR`. Each build is a cold process of its own into an empty folder.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = "2026-11-24T09:30:00Z"
COMPONENTS = 20
STATES = ("degraded_performance", "partial_outage", "major_outage")
WORDS = (
    *("we", "are", "looking", "into", "errors", "when", "requests", "reach", "the", "service", "and", "some"),
    *("customers", "may", "see", "delays", "while", "a", "fix", "is", "rolled", "out", "region", "by", "region"),
)


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path)
    parser.add_argument("--now")
    options = parser.parse_args()
    print(f"{'':24}{'seconds':>9}{'peak MiB':>10}{'files':>8}")
    with tempfile.TemporaryDirectory() as scratch:
        if options.content:
            now = options.now or newest_moment(options.content)
            report(options.content.name, *build(options.content, Path(scratch) / "real", now))
        seconds = {}
        for incidents in (2000, 4000):
            folder = Path(scratch) / f"content-{incidents}"
            generate(folder, incidents)
            runs = [build(folder, Path(scratch) / f"site-{incidents}-{run}", NOW) for run in range(3)]
            best = min(runs)
            seconds[incidents] = best[0]
            report(f"{incidents:,} incidents", *best)
        print(f"4,000 cost {seconds[4000] / seconds[2000]:.2f} times 2,000 (at most 2.3; the best of 3 runs each)")
        build_again(Path(scratch))
    help_time = best_of([sys.executable, "-m", "statusgen", "--help"])
    click_time = best_of([sys.executable, "-c", "import click"])
    ratio = help_time / click_time
    print(f"--help {help_time * 1000:.0f} ms, `import click` {click_time * 1000:.0f} ms: {ratio:.2f} times")


def build_again(scratch: Path) -> None:
    """Build 50 components with logs of 24 months once and twice: the same instant, and five minutes later."""
    content, out = scratch / "measured" / "content", scratch / "measured" / "site"
    generate_logs(content)
    time.sleep(0.2)  # what changed a moment ago may change again without a sign
    report("50 components, 24 months", *build(content, out, "2026-11-01T00:00:00Z"))
    report("  again, nothing new", *build(content, out, "2026-11-01T00:00:00Z"))
    report("  again, five minutes on", *build(content, out, "2026-11-01T00:05:00Z"))


def generate_logs(folder: Path) -> None:
    """Write 24 monthly logs of 50 monitors, with a check each half hour and some outages."""
    chance = random.Random(24)
    names = [f"service-{number}" for number in range(50)]
    components = "".join(f"  {name}: {{sla: standard, since: 2024-11-01}}\n" for name in names)
    (folder / "checks").mkdir(parents=True)
    (folder / "status.yaml").write_text(
        "title: Bench Status\nurl: https://status.bench.example/\ntimezone: UTC\nsla: standard\n"
        "slas: {standard: {target: 99.8%}}\nmonitoring: {interval: 30m}\nchecks: [{files: checks/*.jsonl}]\n"
        f"components:\n{components}"
    )
    at = datetime(2024, 11, 1, tzinfo=UTC)
    while at < datetime(2026, 11, 1, tzinfo=UTC):
        after = (at.replace(day=28) + timedelta(days=5)).replace(day=1)
        with (folder / "checks" / f"{at:%Y-%m}.jsonl").open("w") as log:
            while at < after:
                for name in names:
                    status = "down" if chance.random() < 0.0005 else "up"
                    log.write(f'{{"time": "{at:%Y-%m-%dT%H:%M:%SZ}", "monitor": "{name}", "status": "{status}"}}\n')
                at += timedelta(minutes=30)


def report(name: str, seconds: float, peak: float, files: int) -> None:
    """Print a row."""
    print(f"{name:24}{seconds:9.2f}{peak:10.0f}{files:8,}", flush=True)


def build(content: Path, out: Path, now: str) -> tuple[float, float, int]:
    """Build once, cold; give seconds, peak memory in MiB and files."""
    code = (
        "import resource, sys, statusgen.cli as c\n"
        "try: c.cli(sys.argv[1:])\n"
        "finally: print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "build", "--content", str(content), "--out", str(out), "--now", now]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        sys.exit(done.stderr)
    peak = int(done.stderr.rsplit("peak ", 1)[1]) / 1024
    return seconds, peak, sum(path.is_file() for path in out.rglob("*"))


def best_of(command: list[str], runs: int = 7) -> float:
    """Give the shortest time of several runs of a command, in seconds."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - begun)
    return min(times)


def newest_moment(content: Path) -> str:
    """Give an instant after everything that a folder's names are dated by: the day after the newest file."""
    days = sorted(path.name[:10] for path in content.rglob("*.md") if path.name[:4].isdigit())
    logs = sorted(path.name[:7] for path in content.rglob("*.jsonl*") if path.name[:4].isdigit())
    if days:
        return f"{datetime.fromisoformat(days[-1]).date() + timedelta(days=2)}T00:00:00Z"
    return f"{logs[-1]}-11T00:00:00Z" if logs else NOW


def generate(folder: Path, incidents: int) -> None:
    """Write a history of five years: so many incidents of about 800 bytes on 20 components, and 20 maintenances."""
    chance = random.Random(incidents)
    names = [f"service-{number}" for number in range(COMPONENTS)]
    groups = "".join(f"  group-{number}: {{name: Group {number}}}\n" for number in range(4))
    components = "".join(
        f"  {name}: {{name: Service {number}, group: group-{number % 4}, sla: standard, since: 2021-11-01}}\n"
        for number, name in enumerate(names)
    )
    settings = (
        "title: Bench Status\nid: bench\nurl: https://status.bench.example/\ntimezone: UTC\nsla: standard\n"
        f"slas:\n  standard: {{target: 99.8%}}\ngroups:\n{groups}components:\n{components}"
    )
    for sub in ("incidents", "maintenance"):
        (folder / sub).mkdir(parents=True)
    (folder / "status.yaml").write_text(settings)
    end = datetime.fromisoformat(NOW)
    for number in range(incidents):
        start = end - timedelta(minutes=chance.randrange(60, 5 * 365 * 1440))
        (folder / "incidents" / f"{start:%Y-%m-%d}-bench-{number}.md").write_text(incident(chance, names, start))
    for number in range(20):
        start = (end - timedelta(days=90 * number)).astimezone(UTC)
        text = (
            f"---\ntitle: Upgrade {number}\nstart: {start:%Y-%m-%d %H:%M} UTC\n"
            f"end: {start + timedelta(hours=2):%Y-%m-%d %H:%M} UTC\ncomponents: [{chance.choice(names)}]\n---\n\n"
            f"## Scheduled — {start - timedelta(days=3):%Y-%m-%d %H:%M} UTC\n\nA short upgrade.\n"
        )
        (folder / "maintenance" / f"upgrade-{number}.md").write_text(text)


def incident(chance: random.Random, names: list[str], start: datetime) -> str:
    """Write an incident of four updates."""
    hit = "".join(f"  {name}: {chance.choice(STATES)}\n" for name in chance.sample(names, chance.randint(1, 3)))
    text = f"---\ntitle: Errors in {chance.choice(names)}\ncomponents:\n{hit}---\n"
    for phase in ("Investigating", "Identified", "Monitoring", "Resolved"):
        sentence = " ".join(chance.choices(WORDS, k=24)).capitalize()
        text += f"\n## {phase} — {start:%Y-%m-%d %H:%M} UTC\n\n{sentence}. See `status` or [the page](https://bench.example/).\n"
        start += timedelta(minutes=chance.randint(3, 40))
    return text


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
