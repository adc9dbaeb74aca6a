"""What other programs read: the API of Statuspage, our own, and the state in a line each."""

from collections.abc import Iterator

from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render.api.metrics import render_metrics
from statusgen.render.api.own import render_own
from statusgen.render.api.status import render_status
from statusgen.render.api.statuspage import render_statuspage


def render_api(report: Report) -> Iterator[Artifact]:
    """Write everything for programs, below /api/ and beside it."""
    yield from render_statuspage(report)
    yield from render_own(report)
    yield from render_status(report)
    yield render_metrics(report)
