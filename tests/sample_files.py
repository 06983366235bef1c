"""The sample files of the docs, for tests."""

from __future__ import annotations

from pathlib import Path

import qooper_ingest as qi
from qooper_ingest.cli.files import read_directory

SAMPLES = Path(__file__).parents[1] / "docs" / "samples"
XLSX = SAMPLES / "participants.xlsx"
CSV = SAMPLES / "participants.csv"
DIRECTORY = SAMPLES / "directory.csv"
SCHEMA = SAMPLES / "schema.json"


def sample_schema() -> qi.Schema:
    return qi.Schema.from_json(SCHEMA.read_bytes())


def sample_directory() -> qi.Directory:
    return read_directory(DIRECTORY, sample_schema())


#: The workbook begins with a sheet of instructions.
XLSX_CHOICES = qi.Choices(sheet="Participants", policy=qi.Policy(role="mentee"))
CSV_CHOICES = qi.Choices(policy=qi.Policy(role="mentee"))
