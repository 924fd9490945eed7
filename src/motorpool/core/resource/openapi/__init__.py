"""The OpenAPI 3.1 document, made from the declarations: what a caller needs to know, in the words of the tables."""

from motorpool.core.resource.openapi.document import document
from motorpool.core.resource.openapi.operations import body, content
from motorpool.core.resource.openapi.parameters import header, query, shared
from motorpool.core.resource.openapi.problems import failures
from motorpool.core.resource.openapi.schemas import property_schema, ref, schema_name

__all__ = [
    "body",
    "content",
    "document",
    "failures",
    "header",
    "property_schema",
    "query",
    "ref",
    "schema_name",
    "shared",
]
