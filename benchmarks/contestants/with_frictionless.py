"""Only the checking of cells, by frictionless: python with_frictionless.py PEOPLE.csv DIRECTORY.parquet (not read)."""

import os
import sys

from frictionless import Resource, Schema, validate

FIELDS = [
    {"name": "User ID", "type": "string", "constraints": {"unique": True}},
    {"name": "E-mail", "type": "string", "format": "email", "constraints": {"required": True}},
    {"name": "First name", "type": "string"},
    {"name": "Last name", "type": "string"},
    {"name": "Status", "type": "string", "constraints": {"enum": ["active", "suspended"]}},
    {"name": "Department", "type": "string"},
    {"name": "Office", "type": "string"},
    {"name": "Start date", "type": "date"},
    {"name": "Seniority", "type": "string", "constraints": {"enum": ["Junior", "Mid-level", "Senior", "Lead"]}},
    {"name": "Skills", "type": "string"},
]

folder, name = os.path.split(sys.argv[1])
os.chdir(folder)
report = validate(Resource(path=name, schema=Schema.from_descriptor({"fields": FIELDS})), limit_errors=1_000_000)
print(report.stats)
