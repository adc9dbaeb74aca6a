"""Problems and advice as other programs read them: JSON, GitHub's annotations, SARIF, GitLab's code quality."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import click

from statusgen import __version__
from statusgen.errors import ContentError, describe_os_error
from statusgen.model.code import TITLES, Code, Level
from statusgen.model.problem import Problem

SCHEMA = 1
"""The version of the JSON; it grows when a key changes its meaning or goes."""

_GITHUB: Mapping[Level, str] = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF: Mapping[Level, str] = {"error": "error", "warning": "warning", "info": "note"}
_GITLAB: Mapping[Level, str] = {"error": "major", "warning": "minor", "info": "info"}


def findings_json(found: Iterable[Problem], *, ok: bool, **more: object) -> dict[str, Any]:
    """Give findings as one document; in failure it has the same keys."""
    return {"schema": SCHEMA, "ok": ok, **more, "problems": [_finding(problem) for problem in found]}


def _finding(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.path or None,
        "line": problem.line or None,
        "code": problem.code.value,
        "level": problem.code.level,
        "message": problem.text,
    }


def tell_failure(error: click.ClickException | OSError) -> None:
    """Print an error as JSON: the problems of the content, or what has no place in a file, as wrong usage."""
    if isinstance(error, ContentError):
        echo_json(findings_json(error.problems, ok=False))
        return
    message = error.format_message() if isinstance(error, click.ClickException) else describe_os_error(error)
    told = [{"file": None, "line": None, "code": None, "level": "error", "message": message}]
    echo_json({"schema": SCHEMA, "ok": False, "problems": told})


def echo_done(**what: object) -> None:
    """Print what a command did as JSON."""
    echo_json({"schema": SCHEMA, "ok": True, **what})


def echo_json(document: object) -> None:
    """Print a document; to a terminal that does not read UTF-8 in letters that all have."""
    text = write_json(document)
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    click.echo(text if encoding == "utf8" else json.dumps(document, indent=1))


def github_annotations(found: Iterable[Problem]) -> str:
    """Give a workflow command for each finding, which GitHub shows at its line."""

    def line(problem: Problem) -> str:
        place = {"file": problem.path, "line": problem.line or None, "title": f"{problem.code} {TITLES[problem.code]}"}
        given = ",".join(f"{name}={_property(str(value))}" for name, value in place.items() if value)
        return f"::{_GITHUB[problem.code.level]} {given}::{_data(problem.text)}"

    return _encodable("\n".join(map(line, found)))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif_log(found: Sequence[Problem]) -> dict[str, Any]:
    """Give findings as SARIF 2.1.0, which code hosts take in."""
    codes: list[Code] = sorted({problem.code for problem in found})
    rules = [
        {
            "id": code.value,
            "name": code.name.title().replace("_", ""),
            "shortDescription": {"text": TITLES[code]},
            "defaultConfiguration": {"level": _SARIF[code.level]},
        }
        for code in codes
    ]
    driver = {"name": "statusgen", "version": __version__, "rules": rules}
    results = [_sarif_result(problem, codes.index(problem.code)) for problem in found]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _sarif_result(problem: Problem, rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(os.fsencode(problem.path))}}
    if problem.line:
        place["region"] = {"startLine": problem.line}
    return {
        "ruleId": problem.code.value,
        "ruleIndex": rule,
        "level": _SARIF[problem.code.level],
        "message": {"text": problem.text},
        "locations": [{"physicalLocation": place}] if problem.path else [],
    }


def gitlab_report(found: Iterable[Problem]) -> list[dict[str, Any]]:
    """Give findings as GitLab's code quality report. A fingerprint stays when lines above are added."""
    seen: Counter[str] = Counter()
    report = []
    for problem in found:
        key = f"{problem.path}\0{problem.code}\0{problem.text}"
        seen[key] += 1
        report.append(
            {
                "description": problem.text,
                "check_name": problem.code.value,
                "fingerprint": blake2b(
                    f"{key}\0{seen[key]}".encode("utf-8", "surrogateescape"), digest_size=16
                ).hexdigest(),
                "severity": _GITLAB[problem.code.level],
                "location": {"path": problem.path or ".", "lines": {"begin": problem.line or 1}},
            }
        )
    return report


def write_json(document: object) -> str:
    """Write a document as people can read it, too."""
    return _encodable(json.dumps(document, indent=1, ensure_ascii=False))


def _encodable(text: str) -> str:
    """Write what is no character, as in a file's name that is not UTF-8, as its escape; JSON has the same ones."""
    return text.encode("utf-8", "backslashreplace").decode()
