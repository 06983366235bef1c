"""Write ``docs/schemas/``: the JSON Schema of every document that a front end in another language reads or writes.

Run ``make docs`` after a document has changed; a test compares the files with what would be written. The command line prints the same:
``qooper-ingest schema choices``.
"""

from __future__ import annotations

import json
from pathlib import Path

from qooper_ingest.cli.schemas import DOCUMENTS, schema_of


def schemas() -> dict[str, str]:
    """File name → text."""
    return {
        f"{name}.{document.version}.json": json.dumps(schema_of(name), indent=2, sort_keys=True) + "\n"
        for name, document in DOCUMENTS.items()
    }


if __name__ == "__main__":
    folder = Path(__file__).parent / "schemas"
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"wrote {folder / name}")
