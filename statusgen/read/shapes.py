"""The JSON Schemas of what people write, made of the types that read it: for editors and for other checkers."""

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from statusgen.read.incidents import IncidentSchema
from statusgen.read.maintenance import MaintenanceFileSchema
from statusgen.read.pages import PageSchema
from statusgen.read.schema import SiteSchema

SHAPES: Mapping[str, type[BaseModel]] = {
    "status": SiteSchema,
    "incident": IncidentSchema,
    "maintenance": MaintenanceFileSchema,
    "page": PageSchema,
}
"""What has a schema: status.yaml, and the front matter of the files below incidents/, maintenance/ and pages/."""


def make_shape(kind: str) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a kind of SHAPES; what YAML makes of plain words is taken as we take it.

    It knows one file alone: names that another one must hold, and the sense of times, are what `check` looks at.
    """
    schema = SHAPES[kind].model_json_schema(by_alias=True, mode="validation", schema_generator=_Generator)
    return {"$schema": _Generator.schema_dialect, **schema}


class _Generator(GenerateJsonSchema):
    """Says what a person wants to know: what docstrings say, and defaults that are one word."""

    def generate(self, schema: core_schema.CoreSchema, mode: Any = "validation") -> JsonSchemaValue:  # noqa: ANN401
        return _without_suffix(super().generate(schema, mode))

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - one of many types of pydantic
        del schema
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if not isinstance(made.get("default"), (str, bool, int)) or made["default"] == "":
            made.pop("default", None)
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Refuse keys of another form, which the patternProperties of pydantic would let through."""
        return {
            "type": "object",
            "propertyNames": self.generate_inner(schema["keys_schema"]),
            "additionalProperties": self.generate_inner(schema["values_schema"]),
        }

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for model in reversed(schema["cls"].__mro__):
            for name, text in _docstrings(inspect.getmodule(model), model.__name__).items():
                key = schema["cls"].model_fields[name].alias or name
                made["properties"][key]["description"] = text
        return made


def _without_suffix(schema: JsonSchemaValue) -> JsonSchemaValue:
    for part in (schema, *schema.get("$defs", {}).values()):
        part["title"] = part["title"].removesuffix("Schema").removesuffix("File")
    return schema


def _docstrings(module: ModuleType | None, name: str) -> dict[str, str]:
    """Give the docstrings of the fields of a class of ours, read from its source only when they are asked for."""
    if module is None or not module.__name__.startswith("statusgen."):
        return {}
    return _fields(module).get(name, {})


@cache
def _fields(module: ModuleType) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {
                field.target.id: text.value.value
                for field, text in zip(node.body, node.body[1:], strict=False)
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            }  # fmt: skip
    return found
