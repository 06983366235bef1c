"""TypeScript declarations from the JSON Schemas of docs/schemas, for front ends. `make reference` writes them.

A small generator of our own, for the schemas that pydantic and ``make_schemas.py`` write, and for nothing else: a keyword that it does
not know ends it. What a schema does not require is optional, as in a document that somebody sends; bounds of numbers and texts have no
type and stay in the schemas.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

#: Keywords that say nothing of a type, or nothing that TypeScript can say.
_SILENT: Final = {
    *(
        "$defs",
        "$id",
        "$schema",
        "title",
        "description",
        "default",
        "required",
        "additionalProperties",
        "discriminator",
    ),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern"),
    *("minItems", "maxItems", "if", "else", "format"),
}
_KNOWN: Final = _SILENT | {"$ref", "anyOf", "oneOf", "enum", "const", "type", "properties", "items", "prefixItems"}


def declarations(schemas: Mapping[str, str], /) -> str:
    """The text of the declaration file; ``schemas``: file name → JSON Schema."""
    made: dict[str, str] = {}
    for file, text in sorted(schemas.items()):
        document = json.loads(text)
        title = document.get("title", file.split(".")[0].capitalize())
        for name, schema in sorted({**document.get("$defs", {}), title: document}.items()):
            source = f"{file}" if schema is document else ""
            declared = _declared(name, schema, source)
            if made.get(name, declared).partition("export ")[2] != declared.partition("export ")[2]:
                raise ValueError(f"two schemas define {name} differently")
            if name not in made or source:
                made[name] = declared
    head = "// Made from the JSON Schemas beside it (make reference). Types of the documents that qooper_ingest reads and writes.\n\n"
    return head + "\n\n".join(made[name] for name in sorted(made)) + "\n"


def _declared(name: str, schema: Mapping[str, Any], file: str) -> str:
    first = str(schema.get("description", "")).split("\n\n")[0].replace("\n", " ").replace("*/", "* /")
    said = " ".join(part for part in (first, f"Schema: {file}" if file else "") if part)
    note = f"/** {said} */\n" if said else ""
    if schema.get("type") == "object" and "properties" in schema:
        return f"{note}export interface {name} {_object(schema)}"
    return f"{note}export type {name} = {_type(schema)};"


def _type(schema: Mapping[str, Any] | bool) -> str:
    if schema is True or schema == {}:
        return "unknown"
    assert isinstance(schema, Mapping)
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"keywords without a rule: {sorted(unknown)}")
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if several := schema.get("anyOf", schema.get("oneOf")):
        return " | ".join(dict.fromkeys(_type(one) for one in several))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return " | ".join(_type({**schema, "type": kind}) for kind in kinds)
    if kinds == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
        return f"Array<{_type(schema.get('items', True))}>"
    if kinds == "object":
        return _object(schema)
    return _PLAIN[kinds] if kinds is not None else "unknown"


def _object(schema: Mapping[str, Any]) -> str:
    if "properties" not in schema:
        return f"Record<string, {_type(schema.get('additionalProperties', True))}>"
    required = set(schema.get("required", ()))
    lines = []
    for key, one in schema["properties"].items():
        inner = _type(one).replace("\n", "\n  ")
        lines.append(f"  {key}{'' if key in required else '?'}: {inner};")
    return "{\n" + "\n".join(lines) + "\n}"
