"""Write ``docs/schemas/``: the JSON Schema of every document that a front end in another language reads or writes.

What persists of a proposal are its choices, with everything that was proposed filled in; its document is what is shown to a person.

Run ``make docs`` after a document has changed; a test compares the files with what would be written. The command line prints the same:
``qooper-ingest schema choices``.
"""

from __future__ import annotations

import json
import runpy
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
    types = runpy.run_path(str(Path(__file__).with_name("make_types.py")))["declarations"]
    (folder / "qooper_ingest.d.ts").write_text(types(schemas()), encoding="utf-8")
    print(f"wrote {folder / 'qooper_ingest.d.ts'}")
