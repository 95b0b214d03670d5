"""Small pieces of the OpenAPI document of what is beside Graph: types, references and parameters."""

from typing import Any


JsonSchema = dict[str, Any]
TEXT: JsonSchema = {"type": "string"}
TEXT_OR_NULL: JsonSchema = {"type": ["string", "null"]}
MOMENT: JsonSchema = {"type": "string", "format": "date-time"}
DATE: JsonSchema = {"type": "string", "format": "date"}
SECONDS: JsonSchema = {
    "type": ["number", "null"],
    "description": "Seconds; null where there is nothing to average.",
}
COUNT: JsonSchema = {"type": "integer", "minimum": 0}


def json_answer(description: str, schema: JsonSchema) -> JsonSchema:
    """Return a JSON answer."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def reference(name: str) -> JsonSchema:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str) -> JsonSchema:
    """Return a reference to a parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def a_parameter(where: str, name: str, schema: JsonSchema, description: str, required: bool = False) -> JsonSchema:
    """Return a parameter; those of a path are always required."""
    required = required or where == "path"
    return {"name": name, "in": where, "required": required, "schema": schema, "description": description}


def many(items: JsonSchema) -> JsonSchema:
    """Return a list of these."""
    return {"type": "array", "items": items}


def an_object(**properties: JsonSchema) -> JsonSchema:
    """Return an object that has all of these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}
