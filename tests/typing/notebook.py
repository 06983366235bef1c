"""Only has to type-check: a notebook looks at every value on the way."""

from __future__ import annotations

import io

import polars as pl

import qooper_ingest as qi

workbook: qi.Workbook = qi.read_workbook("people.xlsx", options=qi.ReadOptions(dialect=qi.Dialect(delimiter=";")))
sheet: qi.Sheet = workbook.sheet("People")
grid: pl.DataFrame = sheet.grid
guess: qi.HeaderGuess = qi.detect_header(sheet)
best: qi.HeaderCandidate = guess.candidates[0]
table: qi.Table = sheet.table(header_row=guess.row)
schema = qi.Schema(
    fields=(qi.Field(key="email", role="email"), qi.Field(key="langs", type="multi_select", options=("de", "en")))
)
mapping: qi.ColumnMapping = qi.suggest_mapping(table, schema)
binding: qi.Binding = mapping.bindings[0]
candidates: tuple[qi.Candidate, ...] = binding.candidates
separator: qi.SeparatorGuess = qi.detect_separator(table, mapping, schema)
parts: qi.Split = qi.split(grid["A"], separator=";", options=("de", "en"), other=True)
records: qi.Records = qi.apply_mapping(
    table, mapping, schema, conventions=qi.Conventions(separator=separator.separator or "")
)
keys: pl.DataFrame = records.identity_keys()
policy = qi.Policy(
    mode="update_only", thresholds=qi.Thresholds(max_suspensions_pct=5.0), acknowledged={"low_match_rate": 3}
)
plan: qi.Plan = qi.resolve(records, qi.Directory.of({"ref": ["u1"], "email": ["a@corp.example"]}), policy=policy)
counts: dict[str, int] = plan.issues.counts()
warnings: qi.Issues = plan.issues.where("row_ragged", severity=qi.Severity.WARNING)
first: qi.Issue = warnings.page()[0]
place: tuple[int | None, str | None] = (first.row, first.column)
page = io.BytesIO()
plan.to_html(page, source="people.xlsx", limit=1000)
plan.mend_file("mend.xlsx", format="xlsx")
merged: qi.Choices = qi.Choices().merge_mended("mend.xlsx")
saved = io.BytesIO()
plan.save(saved)
again: qi.Plan = qi.Plan.load(saved.getvalue())
lines: list[str] = list(again.to_jsonl())
