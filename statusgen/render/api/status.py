"""The state at a glance: `/status.json`, and `/status.txt` with a line for each component."""

from collections.abc import Iterator

from statusgen.model.artifact import Artifact
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.api.own.now import status_document
from statusgen.render.api.writing import document, one_line


def render_status(report: Report) -> Iterator[Artifact]:
    """Write /status.json, which is /api/v1/status.json at a short address, and /status.txt."""
    yield document(urls.STATUS_JSON, status_document(report))
    yield Artifact(urls.STATUS_TEXT, "".join(f"{line}\n" for line in _lines(report)).encode())


def _lines(report: Report) -> Iterator[str]:
    """Give the state, id and name of each component that is not retired, in columns."""
    live = [component for component in report.components if not component.retired]
    states = max((len(component.shown) for component in live), default=0)
    ids = max((len(component.component.id) for component in live), default=0)
    for component in live:
        yield f"{component.shown:{states}}  {component.component.id:{ids}}  {one_line(component.component.name)}"
