"""Write the health-check logs of the example in content/: the same bytes on every run, whatever the clock says.

    python tools/example_logs.py [DIRECTORY]        (content/checks where left out)

Two probers watch the service. `prober` asks each part every half hour and writes JSON lines in statusgen's own words: a
gzipped file a month, and today's as it grows. `journeys` plays through what a customer does and writes CSV in words
of its own, which status.yaml translates. After any answer that is not fully good, both ask again each minute.

What they see is told in EPISODES. It is the story of content/incidents/ and content/maintenance/: whoever changes a
time there changes it here too.
"""

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple


def main() -> None:
    """Write all logs below the folder that the command line names."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("content/checks")
    for path, data in sorted(render_logs().items()):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        print(f"{target}  {len(data):,} bytes")


@cache
def instant(text: str) -> int:
    """Give the Unix seconds of a time in UTC, as in 2026-11-24 09:25."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


BEGIN = instant("2026-07-01 00:00")
TODAY = instant("2026-11-24 00:00")
END = instant("2026-11-24 09:25")
INTERVAL = 1800
RETRY = 60

# One good check in so many is slow or fails once, and is good again a minute later: the weather of any network.
SLOW_ONCE_IN = 1500
FAILS_ONCE_IN = 2500


class Series(NamedTuple):
    """What one probe says of one monitor; `second` is when in each half hour it asks."""

    monitor: str
    probe: str
    second: int
    latency_ms: int
    log: str = "prober"
    end: int = END


SERIES = (
    Series("api", "eu", 121, 84),
    Series("api", "us", 1021, 132),
    Series("messenger-load", "", 243, 310),
    Series("messenger-send", "", 302, 140),
    Series("inbox", "", 424, 270),
    Series("webhooks", "", 1203, 190),
    Series("data-us", "", 662, 45),
    Series("data-eu", "", 783, 38),
    Series("data-au", "", 964, 61),
    Series("email", "eu", 485, 5200, "journeys"),
    Series("notifications", "eu", 1147, 1400, "journeys"),
    Series("search", "eu", 1325, 420, "journeys"),
    Series("help", "eu", 1498, 230, "journeys"),
    Series("sms", "eu", 1626, 6100, "journeys", instant("2026-09-30 00:00") - 1),
)


class Episode(NamedTuple):
    """A stretch in which a monitor is not up; `end` is not included. Without a probe, all probes see it."""

    monitor: str
    start: str
    end: str
    status: str
    probe: str | None = None


EPISODES = (
    # incidents/2026-07-09-messenger-slow-to-load
    Episode("messenger-load", "2026-07-09 14:31", "2026-07-09 15:09", "degraded"),
    # incidents/2026-07-22-search-results-missing
    Episode("search", "2026-07-22 10:18", "2026-07-22 11:29", "partial"),
    Episode("search", "2026-07-22 11:29", "2026-07-22 11:50", "degraded"),
    Episode("search", "2026-07-22 13:21", "2026-07-22 14:03", "partial"),
    Episode("search", "2026-07-22 14:03", "2026-07-22 14:36", "degraded"),
    # incidents/2026-08-05-email-delays
    Episode("email", "2026-08-05 06:04", "2026-08-05 07:12", "degraded"),
    Episode("email", "2026-08-05 07:12", "2026-08-05 08:38", "partial"),
    Episode("email", "2026-08-05 08:38", "2026-08-05 09:56", "degraded"),
    # maintenance/2026-08-15-eu-database-upgrade
    Episode("data-eu", "2026-08-15 04:10", "2026-08-15 04:52", "down"),
    Episode("data-eu", "2026-08-15 04:52", "2026-08-15 05:06", "degraded"),
    # incidents/2026-08-19-api-errors
    Episode("api", "2026-08-19 09:14", "2026-08-19 09:30", "degraded"),
    Episode("api", "2026-08-19 09:30", "2026-08-19 09:51", "partial"),
    Episode("api", "2026-08-19 09:51", "2026-08-19 10:12", "down"),
    Episode("api", "2026-08-19 10:12", "2026-08-19 10:40", "degraded"),
    Episode("webhooks", "2026-08-19 09:16", "2026-08-19 10:10", "degraded"),
    # incidents/2026-08-27-sms-brazil
    Episode("sms", "2026-08-27 19:20", "2026-08-27 20:54", "partial"),
    # incidents/2026-09-03-eu-false-alarm: the prober's own network, not the service
    Episode("data-eu", "2026-09-03 02:12", "2026-09-03 03:34", "down"),
    # incidents/2026-09-10-au-carrier-fault
    Episode("data-au", "2026-09-10 03:40", "2026-09-10 05:22", "down"),
    # maintenance/2026-09-06-search-and-push-weekly: 02:00 in Dublin, an hour later in UTC from 25 October on
    Episode("search", "2026-09-13 01:06", "2026-09-13 01:41", "partial"),
    Episode("search", "2026-10-11 01:04", "2026-10-11 01:38", "partial"),
    Episode("search", "2026-10-25 02:05", "2026-10-25 02:43", "partial"),
    Episode("search", "2026-11-15 02:07", "2026-11-15 02:36", "partial"),
    Episode("notifications", "2026-10-25 02:18", "2026-10-25 02:31", "down"),
    # maintenance/2026-09-17-search-index-rebuild
    Episode("search", "2026-09-17 05:03", "2026-09-17 06:22", "partial"),
    # incidents/2026-09-24-duplicate-push
    Episode("notifications", "2026-09-24 12:18", "2026-09-24 13:06", "degraded"),
    # incidents/2026-10-06-help-centre-unreachable
    Episode("help", "2026-10-06 16:23", "2026-10-06 17:38", "down"),
    # incidents/2026-10-14-messages-not-sent
    Episode("messenger-send", "2026-10-14 13:02", "2026-10-14 15:57", "down"),
    Episode("messenger-send", "2026-10-14 15:57", "2026-10-14 16:19", "partial"),
    Episode("messenger-send", "2026-10-14 16:19", "2026-10-14 16:58", "degraded"),
    Episode("messenger-load", "2026-10-14 13:02", "2026-10-14 16:51", "degraded"),
    Episode("inbox", "2026-10-14 13:02", "2026-10-14 16:18", "partial"),
    Episode("inbox", "2026-10-14 16:18", "2026-10-14 16:55", "degraded"),
    Episode("api", "2026-10-14 13:02", "2026-10-14 15:56", "partial"),
    # incidents/2026-10-29-us-slow
    Episode("data-us", "2026-10-29 17:36", "2026-10-29 19:12", "degraded"),
    Episode("inbox", "2026-10-29 17:37", "2026-10-29 19:08", "degraded"),
    # no incident: one of two probes could not reach the API, so it counts as degraded at most
    Episode("api", "2026-11-12 21:12", "2026-11-12 21:43", "down", "us"),
    # incidents/2026-11-17-single-sign-on
    Episode("inbox", "2026-11-17 07:35", "2026-11-17 08:29", "partial"),
    # incidents/2026-11-24-webhooks-failing: still going on
    Episode("webhooks", "2026-11-24 08:48", "2026-11-24 09:30", "partial"),
)

# The prober of the search journey was itself off: nothing is written, and nothing is known.
# incidents/2026-09-16-search-not-measured
SILENCES = (Episode("search", "2026-09-16 01:53", "2026-09-16 08:20", "unknown"),)

JOURNEY_WORDS = {"up": "ok", "degraded": "slow", "partial": "incomplete", "down": "timeout"}


class Check(NamedTuple):
    """One dated result."""

    monitor: str
    probe: str
    at: int
    status: str
    latency_ms: int | None


def render_logs() -> Mapping[str, bytes]:
    """Give the bytes of each file, by its path below checks/."""
    files: dict[str, list[Check]] = defaultdict(list)
    for series in SERIES:
        for check in watch(series):
            files[file_of(series, check.at)].append(check)
    return {path: RENDERERS[path.split(".", 1)[1]](checks) for path, checks in files.items()}


def file_of(series: Series, at: int) -> str:
    """Give the file that a check is written to."""
    day = datetime.fromtimestamp(at, UTC)
    if series.log == "journeys":
        return f"journeys/{day:%Y-%m}.csv.gz"
    return f"prober/{day:%Y-%m-%d}.jsonl" if at >= TODAY else f"prober/{day:%Y-%m}.jsonl.gz"


def watch(series: Series) -> Iterator[Check]:
    """Give the checks of one series in order of time: one each half hour, one a minute while not all is well."""
    random = Random(f"{series.monitor}/{series.probe}")
    at, again = BEGIN, False
    while at <= series.end:
        status = status_of(series, at, EPISODES) or ("up" if again else weather(random))
        if not status_of(series, at, SILENCES):
            yield Check(series.monitor, series.probe, at, status, latency(series, status, random))
        again = status != "up"
        at = at + RETRY if again else (at - series.second) // INTERVAL * INTERVAL + INTERVAL + series.second


def status_of(series: Series, at: int, episodes: Iterable[Episode]) -> str | None:
    """Give the status that an episode says a series has at an instant."""
    for episode in episodes:
        seen = episode.monitor == series.monitor and episode.probe in {None, series.probe}
        if seen and instant(episode.start) <= at < instant(episode.end):
            return episode.status
    return None


def weather(random: Random) -> str:
    """Give what an ordinary check says."""
    if random.randrange(SLOW_ONCE_IN) == 0:
        return "degraded"
    return "down" if random.randrange(FAILS_ONCE_IN) == 0 else "up"


def latency(series: Series, status: str, random: Random) -> int | None:
    """Give a plausible latency; a check that runs out of time has none."""
    if status == "down":
        return None
    usual = series.latency_ms + series.latency_ms * random.randrange(32) // 100
    return usual * 6 if status == "degraded" else usual


def render_today(checks: Iterable[Check]) -> bytes:
    """Render JSON lines in order of time, as a prober that appends would."""
    return json_lines(sorted(checks, key=lambda check: (check.at, check.monitor, check.probe)))


def render_month(checks: Iterable[Check]) -> bytes:
    """Render gzipped JSON lines."""
    return compress(json_lines(checks))


def json_lines(checks: Iterable[Check]) -> bytes:
    """Render checks in statusgen's own words; what there is not is left out."""
    lines = (
        {
            "time": f"{datetime.fromtimestamp(check.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "monitor": check.monitor,
            **({"probe": check.probe} if check.probe else {}),
            "status": check.status,
            **({"latency_ms": check.latency_ms} if check.latency_ms is not None else {}),
        }
        for check in checks
    )
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def render_journeys(checks: Iterable[Check]) -> bytes:
    """Render gzipped CSV in the words of the journeys' prober: other headings, Unix seconds, other statuses."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("ts", "site", "region", "result", "ms"))
    rows.writerows(
        (check.at, check.monitor, check.probe, JOURNEY_WORDS[check.status], check.latency_ms) for check in checks
    )
    return compress(text.getvalue().encode())


def compress(data: bytes) -> bytes:
    """Gzip without the name and the time that gzip would otherwise write into the file."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()


RENDERERS = {"jsonl": render_today, "jsonl.gz": render_month, "csv.gz": render_journeys}

if __name__ == "__main__":
    main()
