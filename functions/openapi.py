"""GET /openapi.json: all that programs may call, in OpenAPI 3.1."""

import json
from functools import cache

import azure.functions as func

from functions.api.openapi import Json, api_headers, api_parameters, api_paths, api_schemas
from functions.graph.openapi.paths import graph_parameters, graph_paths
from functions.graph.openapi.schemas import graph_schemas
from functions.http.boundary import api


INTRODUCTION = """What a booking page does, as JSON in camelCase. Times are RFC 3339 with their offset.

Changes carry an `Idempotency-Key` of your choice. The same key always has the same answer, so a request without
an answer may be sent again; the same key with another body is refused with 422.

Below /v1.0 stands what this product has beside the Bookings API of Microsoft Graph, which it speaks as well."""


@api
async def openapi(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the host passes it
    """Return the OpenAPI document, for developers."""
    headers = {"Cache-Control": "public, max-age=300"}
    return func.HttpResponse(_text(), headers=headers, mimetype="application/json")


@cache
def _text() -> str:
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":"))


@cache
def document() -> Json:
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Openslot booking", "version": "1", "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "paths": {**api_paths(), **graph_paths()},
        "components": {
            "schemas": {**api_schemas(), **graph_schemas()},
            "parameters": {**api_parameters(), **graph_parameters()},
            "headers": api_headers(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
