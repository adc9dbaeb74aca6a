"""Our own API, below /api/v1/: everything that the pages say, exactly, with a description that is made of the types."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from statusgen.model.artifact import Artifact
from statusgen.model.report import Occurrence, Report
from statusgen.render import urls
from statusgen.render.api.own.incidents import incident_document, incidents_document
from statusgen.render.api.own.maintenance import maintenance_document, maintenances_document
from statusgen.render.api.own.now import components_document, status_document
from statusgen.render.api.own.openapi import openapi_document, schema_documents
from statusgen.render.api.own.slas import slas_document
from statusgen.render.api.own.uptime import (
    KINDS,
    component_document,
    explanation_documents,
    period_documents,
    uptime_document,
)
from statusgen.render.api.writing import document


def render_own(report: Report) -> Iterator[Artifact]:
    """Write all documents, their schemas and the description of the API."""
    for name, content in _documents(report):
        yield document(urls.api_v1(name), content)


def _documents(report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "openapi", openapi_document(report)
    yield from schema_documents(report).items()
    yield "status", status_document(report)
    yield "components", components_document(report)
    yield "incidents", incidents_document(report)
    for incident in report.incidents:
        yield f"incidents/{incident.incident.id}", incident_document(incident, report)
    yield "maintenance", maintenances_document(report)
    for maintenance, occurrences in _by_maintenance(report).items():
        yield f"maintenance/{maintenance}", maintenance_document(occurrences, report)
    yield "slas", slas_document(report)
    yield "uptime", uptime_document(report)
    for component in report.components:
        yield f"uptime/components/{component.component.id}", component_document(component, report)
    for kind in KINDS:
        for period, figures in period_documents(report, kind).items():
            yield f"uptime/{kind}/{period}", figures
    yield from explanation_documents(report)


def _by_maintenance(report: Report) -> Mapping[str, list[Occurrence]]:
    found: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in report.occurrences:
        found[occurrence.maintenance.id].append(occurrence)
    return found
