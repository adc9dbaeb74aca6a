"""What the tests share: a tiny world on disk, and the profile of Hypothesis."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from statusgen.model.calendar import to_instant

settings.register_profile(
    "statusgen", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("statusgen")

SETTINGS = """\
title: Acme Status
id: acme
url: https://status.acme.example/
timezone: Europe/London
components:
  api: {name: API, aliases: [rest-api, The API]}
  web: {name: Web}
  old: {name: Old thing, retired: 2026-06-01}
"""

World = Callable[..., Path]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Write a content folder from texts by file name; without a status.yaml it gets SETTINGS."""

    def write(files: dict[str, str | bytes] | None = None) -> Path:
        root = tmp_path / "content"
        for name, text in {"status.yaml": SETTINGS, **(files or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return root

    return write


def at(text: str) -> int:
    """Give the instant of an ISO time with an offset."""
    from datetime import datetime

    return to_instant(datetime.fromisoformat(text))
