"""Write docs/pictures/review.png: the review page of the sample plan, as a headless Chromium shows it. For the README; not in the wheel.

python docs/make_picture.py    (needs chromium, and the extra `report`)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import qooper_ingest as qi
from qooper_ingest.cli.files import read_directory

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLES: Final = ROOT / "docs" / "samples"
PICTURE: Final = ROOT / "docs" / "pictures" / "review.png"
SIZE: Final = "1100,900"


def write_page(target: Path) -> None:
    """The review page of the sample file."""
    schema = qi.Schema.from_json((SAMPLES / "schema.json").read_bytes())
    people = read_directory(SAMPLES / "directory.csv", schema)
    choices = qi.Choices(sheet="Participants", policy=qi.Policy(role="mentee"))
    upload = SAMPLES / "participants.xlsx"
    qi.plan_import(upload, schema=schema, directory=people, choices=choices).to_html(target, source=upload)


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "review.html"
        write_page(page)
        command = [
            browser,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--window-size={SIZE}",
        ]
        subprocess.run(
            [*command, f"--screenshot={PICTURE}", page.as_uri()], check=True, capture_output=True, timeout=120
        )
    print(f"wrote {PICTURE.relative_to(ROOT)}, {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
