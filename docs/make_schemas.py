"""Write ``docs/schemas/``: the JSON Schema of every document that a front end in another language reads or writes.

Run ``make docs`` after a document has changed; a test compares the files with what would be written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import qooper_ingest as qi

#: Name → the value, and the version of its format (part of the schema's ``$id``).
DOCUMENTS: dict[str, tuple[type[BaseModel], int]] = {
    "schema": (qi.Schema, 1),
    "choices": (qi.Choices, 2),
    "policy": (qi.Policy, 1),
    "mapping": (qi.ColumnMapping, 1),
    "summary": (qi.Summary, 2),
    "receipt": (qi.Receipt, 1),
}


def schemas() -> dict[str, str]:
    """File name → text."""
    made = {}
    for name, (document, version) in DOCUMENTS.items():
        schema: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:qooper_ingest:{name}:{version}",
            **document.model_json_schema(),
        }
        made[f"{name}.{version}.json"] = json.dumps(schema, indent=2, sort_keys=True) + "\n"
    return made


if __name__ == "__main__":
    folder = Path(__file__).parent / "schemas"
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"wrote {folder / name}")
