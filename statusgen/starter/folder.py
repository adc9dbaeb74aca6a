"""The files of a new folder, of what was chosen."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from statusgen.model.artifact import Artifact
from statusgen.model.calendar import DAY, iso_utc
from statusgen.starter.choices import HOSTS, Choice
from statusgen.starter.pins import ACTIONS
from statusgen.starter.texts import fill

_PARTED = 300  # seconds between two checks of the sample
_SAMPLED = 2 * 3600  # seconds before now
_MONITORS = {"website": 140, "api": 60, "email": 35}  # with their usual latency in milliseconds


def make_folder(choice: Choice, schema: Mapping[str, Any], version: str, now: int) -> tuple[Artifact, ...]:
    """Give the files of a new folder; `schema` is that of status.yaml, `version` ours, `now` Unix seconds."""
    values = {**ACTIONS, **_values(choice, version, now)}
    texts = {path: fill(name, values) for path, name in _templates(choice, values)}
    texts["schemas/status.json"] = json.dumps(schema, indent=2) + "\n"
    if choice.sample:
        texts[f"content/checks/{_day(now)}.jsonl"] = "".join(_checks(now))
    return tuple(Artifact(path, text.encode()) for path, text in sorted(texts.items()))


def _day(instant: int) -> str:
    return iso_utc(instant)[:10]


def _templates(choice: Choice, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give where each file is to lie, and which template it is made of."""
    yield ".gitignore", "gitignore"
    yield ".pre-commit-config.yaml", "pre-commit-config.yaml"
    yield "README.md", "README.md"
    yield "requirements.txt", "requirements.txt"
    yield "content/templates/outage.md", "content/template.md"
    if choice.sample:
        yield "content/status.yaml", "content/status-sample.yaml"
        yield f"content/incidents/{values['DAY_OF_INCIDENT']}-sign-in-slow.md", "content/incident-sample.md"
        yield f"content/maintenance/{values['DAY_OF_MAINTENANCE']}-database-upgrade.md", "content/maintenance-sample.md"
    else:
        yield "content/status.yaml", "content/status.yaml"
        for folder in ("incidents", "maintenance", "checks"):
            yield f"content/{folder}/.gitkeep", "empty"
    if choice.service == "github":
        for name in ("check", "due", "publish"):
            yield f".github/workflows/{name}.yml", f"github/{name}.yml"
    if choice.service == "gitlab":
        yield ".gitlab-ci.yml", "gitlab/gitlab-ci.yml"
        yield "ci/comment.py", "ci/comment.py"
    if choice.service:
        yield "ci/due.py", "ci/due.py"
    if choice.publish and HOSTS[choice.publish].service is None:
        yield "ci/publish.sh", f"publish/{choice.publish}.sh"


def _values(choice: Choice, version: str, now: int) -> dict[str, str]:
    """Give what the places of the templates are filled with."""
    host = HOSTS[choice.publish] if choice.publish else None
    own = host is not None and host.service is not None
    values = {
        "VERSION": version,
        "TODAY": _day(now),
        "SINCE": _day(now - 3 * DAY),
        "DAY_OF_INCIDENT": _day(now - 2 * DAY),
        "DAY_OF_ANNOUNCEMENT": _day(now - DAY),
        "DAY_OF_MAINTENANCE": _day(now + 8 * DAY),
        "HOSTING": (host and host.hosting) or "",
        "CI_NOTE": _CI_NOTES.get(choice.service or "", ""),
        "STORE": _STORES[choice.service],
        "BUILD": "pages" if own else "build",
        "BUILD_STAGE": "publish" if own else "build",
        "ID_TOKEN": "",
        "PREPARE": "",
    }
    values["LIVE"] = fill(f"readme/{choice.publish or 'none'}.md", values).rstrip("\n")
    if choice.service == "github":
        values |= _github(choice, {**ACTIONS, **values})
    if choice.service == "gitlab":
        values |= _gitlab(choice, values)
    return values


_CI_NOTES = {
    "github": "\n  A pull request shows both.",
    "gitlab": "\n  A merge request shows both.",
}
_STORES = {
    "github": "In Settings > Environments make `production`, for `main` alone, with these secrets and variables:",
    "gitlab": "In Settings > CI/CD > Variables put these, protected, for the environment `production`, secrets masked:",
    None: "Where you publish from (`bash ci/publish.sh site`), set these:",
}


def _github(choice: Choice, values: Mapping[str, str]) -> dict[str, str]:
    host = HOSTS[choice.publish or ""]
    if host.service:
        return {part: _part(f"github/{part.lower()}-pages.yml", values) for part in ("UPLOAD", "DEPLOY")}
    named = [(name, "secrets") for name in host.secrets] + [(name, "vars") for name in host.variables]
    lines = "\n".join(f"          {name}: ${{{{ {kind}.{name} }}}}" for name, kind in named)
    token = "\n      id-token: write # to prove to the host where it comes from" if host.identity else ""
    given = {**values, "ENVIRONMENT": lines, "ID_TOKEN": token}
    return {part: _part(f"github/{part.lower()}.yml", given) for part in ("UPLOAD", "DEPLOY")}


def _gitlab(choice: Choice, values: Mapping[str, str]) -> dict[str, str]:
    host = HOSTS[choice.publish or ""]
    if host.service:
        return {"PUBLISH": ""}
    token = f"\n  id_tokens:\n    AWS_ID_TOKEN:\n      aud: {host.identity}" if host.identity else ""
    prepare = f"\n    - {host.prepare}" if host.prepare else ""
    given = {**values, "IMAGE": host.image, "ID_TOKEN": token, "PREPARE": prepare}
    return {"PUBLISH": "\n" + _part("gitlab/publish.yml", given)}


def _part(name: str, values: Mapping[str, str]) -> str:
    return fill(name, values).rstrip("\n")


def _checks(now: int) -> Iterator[str]:
    """Give the lines of the sample's log: the last two hours of three monitors, all well."""
    first = now - now % _PARTED - _SAMPLED
    for at in range(first, now, _PARTED):
        for place, (monitor, usual) in enumerate(_MONITORS.items()):
            latency = usual + at // _PARTED * (7 + place) % 23
            line = {"time": iso_utc(at), "monitor": monitor, "probe": "eu", "status": "up", "latency_ms": latency}
            yield json.dumps(line) + "\n"
