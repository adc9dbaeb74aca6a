"""What our own API is, as OpenAPI 3.1, and each of its documents as a JSON Schema, made of the types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from statusgen import __version__
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.api.own import types

DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A kind of document: its name, in braces what stands for many, its type, and what it is."""

    name: str
    kind: type[Any]
    summary: str

    @property
    def schema(self) -> str:
        """Give the name of its schema."""
        return self.kind.__name__


ENDPOINTS = (
    Endpoint("status", types.Status, "How things stand now; also at /status.json"),
    Endpoint("components", types.Components, "All components and groups"),
    Endpoint("incidents", types.Incidents, "All incidents in short"),
    Endpoint("incidents/{incident}", types.Incident, "An incident with its updates"),
    Endpoint("maintenance", types.Maintenances, "All windows of maintenance"),
    Endpoint("maintenance/{maintenance}", types.Maintenance, "A maintenance with its updates"),
    Endpoint("slas", types.Slas, "What is promised, and how it is counted"),
    Endpoint("uptime", types.Uptime, "Of what there is uptime"),
    Endpoint("uptime/components/{component}", types.ComponentUptime, "The uptime of a component"),
    Endpoint("uptime/months/{month}", types.MonthUptime, "The uptime of all in a month"),
    Endpoint("uptime/quarters/{quarter}", types.QuarterUptime, "The uptime of all in a quarter"),
    Endpoint("uptime/years/{year}", types.YearUptime, "The uptime of all in a year"),
    Endpoint("explanations/{month}/{component}", types.Explanation, "How the uptime of a month came about"),
)
"""All documents; a new kind is a row here and a function that makes it."""

_PARAMETERS = {
    "incident": "The id of an incident, as in incidents.json",
    "maintenance": "The id of a maintenance, as in maintenance.json",
    "component": "The id of a component, as in components.json",
    "month": "A calendar month in the zone of the SLA, as in 2026-10",
    "quarter": "A calendar quarter in the zone of the SLA, as in 2026-Q3",
    "year": "A calendar year in the zone of the SLA",
}


def schema_documents(report: Report) -> Mapping[str, Mapping[str, Any]]:
    """Give the JSON Schema of each kind of document, by its name."""
    return {
        f"schemas/{endpoint.schema}": {
            "$schema": DRAFT,
            "$id": urls.absolute(urls.api_v1(f"schemas/{endpoint.schema}"), report.site.url),
            **_schema_of(endpoint.schema),
        }
        for endpoint in ENDPOINTS
    }


def openapi_document(report: Report) -> dict[str, Any]:
    """Give the description of the whole API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": report.site.title,
            "summary": "States, incidents, maintenance and uptime.",
            "description": (
                "Static JSON documents, made anew with the site. Every instant is RFC 3339 in UTC; shares and sums are "
                "exact fractions, as texts. Keys may be added; none is renamed or taken away within a version."
            ),
            "version": __version__,
        },
        "servers": [{"url": report.site.url}],
        "paths": {f"/{urls.api_v1(endpoint.name)}": {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
        "components": {"schemas": {n: _mapped(s, "#/components/schemas/") for n, s in _schemas().items()}},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    names = [name for name in _PARAMETERS if f"{{{name}}}" in endpoint.name]
    answer = {"application/json": {"schema": {"$ref": f"#/components/schemas/{endpoint.schema}"}}}
    responses: dict[str, Any] = {"200": {"description": endpoint.summary, "content": answer}}
    operation = {
        "operationId": f"get{endpoint.schema}",
        "summary": endpoint.summary,
        "responses": responses | ({"404": {"description": "There is none."}} if names else {}),
    }
    parameters = [
        {"name": n, "in": "path", "required": True, "description": _PARAMETERS[n], "schema": {"type": "string"}}
        for n in names
    ]
    return operation | ({"parameters": parameters} if parameters else {})


@cache
def _schemas() -> dict[str, Any]:
    """Give the schemas of all types, by name; they name each other as `$defs` do."""
    adapter: TypeAdapter[Any] = TypeAdapter(types.Document)
    return {name: _mapped(schema, "#/$defs/") for name, schema in adapter.json_schema()["$defs"].items()}


def _schema_of(kind: str) -> dict[str, Any]:
    """Give the schema of a document with all that it names."""
    needed, new = {kind}, {kind}
    while new:
        new = {name for known in new for name in _named(_schemas()[known])} - needed
        needed |= new
    parts = {name: schema for name, schema in _schemas().items() if name in needed - {kind}}
    return {**_schemas()[kind], **({"$defs": parts} if parts else {})}


def _named(schema: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        schema = list(schema.values())
    if isinstance(schema, list):
        for value in schema:
            yield from _named(value)


def _mapped(schema: Any, place: str) -> Any:  # noqa: ANN401
    """Let a schema name others in `place`, without the titles that pydantic makes of names and that say nothing new."""
    if isinstance(schema, list):
        return [_mapped(value, place) for value in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: _mapped(value, place) for key, value in schema.items() if key != "title" or isinstance(value, dict)}
    return told | ({"$ref": place + told["$ref"].rpartition("/")[2]} if isinstance(told.get("$ref"), str) else {})
